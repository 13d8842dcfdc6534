"""What all processes of a Kinograph take of memory while it runs."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

LOOKED_AT_SECONDS = 10.0
LEVEL_SECONDS = 600.0  # by then caches are as full as they become
MOST_GROWTH = 1.1
ALL = "all together"
# They are killed all the while: what they take says how old they are, and their like that nobody kills says more.
KILLED = {"PostgreSQL", "supervised, web"}


class Memory:
    """Looks at `roots` and every process below them until it is told to stop: PSS, so a page that several share counts
    once."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        """`roots` names processes of which the command line does not tell enough."""
        self._roots = roots
        self._began = time.monotonic()
        self._megabytes: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> list[str]:
        """Prints the level after ten minutes, or a sixth of the time, beside the one at the end. What has grown by
        more than a tenth since, if there were ten minutes more."""
        self._ended.set()
        self._thread.join()
        lasted = time.monotonic() - self._began
        level_at = min(LEVEL_SECONDS, lasted / 6)
        grown = []
        for kind, seen in sorted(self._megabytes.items()):
            level = _median(seen, level_at, 1.5 * level_at)
            last = _median(seen, lasted - level_at / 2, lasted)
            print(f"{kind}: {level:.0f} MB after {level_at:.0f} s, {last:.0f} MB at the end ({last / level - 1:+.1%})")
            if kind not in KILLED and last > MOST_GROWTH * level and lasted >= 2 * LEVEL_SECONDS:
                grown.append(f"memory of {kind} has grown from {level:.0f} to {last:.0f} MB")
        return grown

    def _look(self) -> None:
        while not self._ended.wait(LOOKED_AT_SECONDS):
            sums: dict[str, float] = defaultdict(float)
            for name, pid in self._roots.items():
                for process in _family(pid):
                    with suppress(psutil.Error, OSError):
                        megabytes = _read_pss(process.pid)
                        sums[_name_kind(name, process)] += megabytes
                        sums[ALL] += megabytes
            for kind, megabytes in sums.items():
                self._megabytes[kind].append((time.monotonic() - self._began, megabytes))


def _median(seen: list[tuple[float, float]], first: float, last: float) -> float:
    """Of what was seen from then to then, or of everything where nothing was."""
    within = [megabytes for at, megabytes in seen if first <= at <= last]
    return statistics.median(within or [megabytes for _, megabytes in seen])


def _family(pid: int) -> Iterator[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        yield root
        yield from root.children(recursive=True)


def _read_pss(pid: int) -> float:
    found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _name_kind(root: str, process: psutil.Process) -> str:
    said = " ".join(process.cmdline())
    if "postgres" in said.partition(" ")[0]:
        return "PostgreSQL"
    command = re.search(r"kinograph (run|web|worker|backup)\b", said)
    return f"{root}, {command[1] if command else 'helpers'}"
