"""What the tests cost in seconds of CPU, which a busy machine does not change as it does the time that passes.

`make test-times` prints it for each file, with the programs it was spent in: the tests' own Python, browsers, servers,
databases, and those that have ended. `make test-times ARGS="--each-test tests/test_layout.py"` prints it for each test.
What a program does between two tests is counted for the one that follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

KINDS = {"chrom": "browser", "headless": "browser", "node": "playwright", "postgres": "database", "initdb": "database"}
_spent: dict[str, Counter[str]] = {}
_before: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--each-test", action="store_true", help="print the seconds of each test, not of each file")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After the last test of all the browser goes, and takes its seconds with it."""
    if nextitem is None:
        _note(item)
    yield
    if nextitem is not None:
        _note(item)


def _note(item: pytest.Item) -> None:
    name = item.nodeid if item.config.getoption("--each-test") else item.nodeid.partition("::")[0]
    spent = _spent.setdefault(name, Counter())
    spent.update(now := _cpu_ms())
    spent.subtract(_before)
    _before.clear()
    _before.update(now)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total = Counter[str]()
    for name, spent in sorted(_spent.items(), key=lambda each: each[1].total()):
        terminalreporter.write_line(_line(name, spent))
        total.update(spent)
    terminalreporter.write_line(_line("all", total))


def _line(name: str, spent: Counter[str]) -> str:
    kinds = ", ".join(f"{kind} {ms / 1000:.1f}" for kind, ms in spent.most_common() if ms >= 50)
    return f"{spent.total() / 1000:7.1f} s  {name}  ({kinds})"


def _cpu_ms() -> Counter[str]:
    """By kind of program, of this process and all below it."""
    spent: Counter[str] = Counter()
    me = psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        with suppress(psutil.Error):
            times = process.cpu_times()
            kind = "tests" if process == me else _kind(process.name())
            spent[kind] += round(1000 * (times.user + times.system))
            spent["ended" if process == me else kind] += round(1000 * (times.children_user + times.children_system))
    return spent


def _kind(name: str) -> str:
    return next((kind for start, kind in KINDS.items() if start in name), "programs")
