#!/usr/bin/env bash
# Date: 2026-11-27. Starlette 1.10.0, uvicorn 0.54.0 (CPython's own reference counts and cycle collector).
# Expected: when a client leaves in the middle of a StreamingResponse, the generator is closed: its finally (give back the
# cursor, close the file) runs by the time the BackgroundTask does, as after a full download.
# What happens: so it is with an async generator. A sync one, which Starlette runs in threads, is dropped unclosed within a
# reference cycle: the background task runs, and finally only when the cycle collector next comes by, in whichever thread.
# Why it matters: a download that holds a database connection, lock or temporary file keeps it after a canceled download
# for an unbounded time; tests that read to the end never see it. Close it in the background task, or stream from async.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check starlette==1.10.0 uvicorn==0.54.0
timeout 150 "$work/env/bin/python" - <<'PY'
import asyncio
import gc
import socket
import sys
import threading
import time
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse
from starlette.routing import Route

told = []
gc.disable()  # so that the collector comes when it is called, not by chance


def rows():
    try:
        for _ in range(300):
            yield b"x" * 65536
            time.sleep(0.005)
    finally:
        told.append("finally")


async def async_rows():
    try:
        for _ in range(300):
            yield b"x" * 65536
            await asyncio.sleep(0.005)
    finally:
        told.append("finally")


def page(generator):
    async def answer(request):
        return StreamingResponse(generator(), background=BackgroundTask(told.append, "background"))
    return answer


def wait_for(word):
    end = time.monotonic() + 30
    while word not in told and time.monotonic() < end:
        time.sleep(0.05)


app = Starlette(routes=[Route("/sync", page(rows)), Route("/async", page(async_rows))])
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
thread.start()
while not server.started:
    time.sleep(0.05)
seen = {}
for name in ("async, left", "sync, left", "sync, to the end"):
    told.clear()
    path, way = name.split(", ")
    with socket.create_connection(listener.getsockname(), timeout=30) as client:
        client.sendall(f"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        client.recv(1000)
        while way != "left" and client.recv(1 << 20):
            pass
    wait_for("background")
    time.sleep(3)
    before = "finally" in told
    gc.collect()
    time.sleep(0.5)
    seen[name] = before, "finally" in told, "background" in told
    print(f"{name}: finally has run {before}, after gc.collect() {seen[name][1]}; background task has run {seen[name][2]}")
server.should_exit = True
thread.join(20)
sys.exit(0 if seen == {"async, left": (True, True, True), "sync, left": (False, True, True),
                       "sync, to the end": (True, True, True)} else 1)
PY
