"""Runs measurements one after another, each with the minutes it may take, and says at the end which of them failed.

    python bench/in_turn.py "15 bench/scale/growth.py --sessions 200" "8 bench/scale/readers.py"

One that fails, or takes longer, does not keep the others from running. Whoever takes too long is interrupted as by
Ctrl-C, so that it ends what it started.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

ENDS_WITHIN = 30.0  # seconds, once interrupted


@dataclass(frozen=True, slots=True)
class Part:
    minutes: float
    command: Sequence[str]

    @property
    def name(self) -> str:
        return shlex.join(self.command)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", metavar="part", help="minutes, a script and its arguments")
    parser.add_argument("--ends-within", type=float, default=ENDS_WITHIN, help="seconds until it is killed")
    given = parser.parse_args()
    failed = []
    for part in map(read_part, given.parts):
        print(f"\n{part.name}", flush=True)
        started = time.monotonic()
        failure = run(part, given.ends_within)
        print(f"({failure or 'done'}, {(time.monotonic() - started) / 60:.1f} minutes)", flush=True)
        if failure:
            failed.append(f"{part.name}: {failure}")
    print(f"\n{len(given.parts) - len(failed)} of {len(given.parts)} measured", *failed, sep="\n", flush=True)
    return 1 if failed else 0


def read_part(said: str) -> Part:
    minutes, *command = shlex.split(said)
    return Part(float(minutes), command)


def run(part: Part, ends_within: float) -> str | None:
    """What went wrong, if anything did. In a group of its own, of which nothing is left."""
    process = subprocess.Popen([sys.executable, *part.command], start_new_session=True)
    try:
        code = process.wait(60 * part.minutes)
        return None if code == 0 else f"FAILED with {code}"
    except subprocess.TimeoutExpired:
        return f"NOT DONE within {part.minutes:g} minutes"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(ends_within)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
