#!/usr/bin/env bash
# Date: 2026-11-28. uvicorn 0.54.0, Python 3.11.
# Expected: a server that is told to end by SIGTERM shuts down gracefully, run() returns, and Python ends as it always does:
# what follows run() and what is registered with atexit is run.
# What happens: the shutdown of the lifespan is run, then uvicorn raises the signal again with its default action, and the
# process dies of it: nothing after run(), no `finally` around it, and no atexit handler is run. By SIGINT they are.
# Why it matters: what cleans up "at exit" does so under Ctrl-C and never under systemd or Docker: temporary folders of
# multiprocessing (pymp-*) and of TemporaryDirectory are left at each stop, figures of coverage are lost. Clean up in the
# shutdown of the lifespan, or override Server.capture_signals.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check uvicorn==0.54.0
cat >"$work/serve.py" <<'PY'
import atexit
import sys
from multiprocessing.util import get_temp_dir

import uvicorn

place = sys.argv[1]


def note(word: str) -> None:
    with open(place, "a") as file:
        file.write(f"{word}\n")


async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    await send({"type": "lifespan.startup.complete"})
    note(f"folder {get_temp_dir()}")
    note("started")
    await receive()
    note("shutdown of the lifespan")
    await send({"type": "lifespan.shutdown.complete"})


atexit.register(note, "atexit")
try:
    uvicorn.run(app, uds=f"{place}.sock", log_level="critical")
finally:
    note("finally")
PY
timeout 150 "$work/env/bin/python" - "$work" <<'PY'
import signal
import subprocess
import sys
import time
from pathlib import Path

work = Path(sys.argv[1])


def end_by(number):
    place = work / number.name
    server = subprocess.Popen([sys.executable, work / "serve.py", place], stderr=subprocess.DEVNULL, env={"TMPDIR": str(work)})
    end = time.monotonic() + 60
    while "started" not in (place.read_text() if place.exists() else "") and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    server.send_signal(number)
    code = server.wait(60)
    folder, _, *said = place.read_text().splitlines()
    left = Path(folder.removeprefix("folder ")).exists()
    print(f"{number.name}: exit code {code}, ran: {said}, folder of multiprocessing: {'left' if left else 'removed'}")
    return said, left


term = end_by(signal.SIGTERM)
interrupt = end_by(signal.SIGINT)
lifespan = "shutdown of the lifespan"
sys.exit(0 if term == ([lifespan], True) and interrupt == ([lifespan, "finally", "atexit"], False) else 1)
PY
