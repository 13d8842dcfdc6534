"""README.md is short, and each command in it is one that something runs."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()

# Each command, the file that runs it, and how it is called there.
RUN_BY = {
    "make run": ("tests/test_make_run.py", '"run"]'),
    "uvx --from 'kinograph[embedded]' kinograph run": ("deploy/try_wheel.py", '"--from", SPEC, "kinograph", "run"'),
    "pipx run --spec 'kinograph[embedded]' kinograph run": ("deploy/try_wheel.py", '"--spec", SPEC, "kinograph"'),
    "make image": ("deploy/image.sh", "python3 deploy/try_image.py"),
    "docker run --detach --publish 127.0.0.1:8000:8000 --volume kinograph:/data --read-only kinograph:"
    + version("kinograph"): ("deploy/try_image.py", '"--detach", "--read-only"'),
    "make key": ("tests/test_cli.py", '"key"'),
}


def test_each_command_is_one_that_something_runs() -> None:
    blocks = re.findall(r"^```sh\n(.+?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    commands = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    assert set(commands) == RUN_BY.keys()
    assert [name for name, how in RUN_BY.values() if how not in (ROOT / name).read_text()] == []


def test_each_target_of_make_and_each_program_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {name for line in re.findall(r"`make ([a-z -]+)`", TEXT) for name in line.split()}
    assert targets
    assert {name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()
    assert [name for name in re.findall(r"python (bench/\S+\.py)", TEXT) if not (ROOT / name).is_file()] == []


def test_it_is_short_and_its_links_lead_somewhere() -> None:
    assert len(TEXT.splitlines()) < 120
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
