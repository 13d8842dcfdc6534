"""A real Chromium, and a whole Kinograph for it to look at."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import leftovers

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The pages of one test after another are drawn by one process: to start one for each took an eighth of their time.
    "--renderer-process-limit=1",
    # The only outside host; its pictures are not what is tested, and there may be no network. To answer for it, each
    # request of a page would come by here.
    "--host-resolver-rules=MAP image.tmdb.org ~NOTFOUND",
)
PICTURES = "https://image.tmdb.org/"
# Playwright waits for five seconds, and for thirty where it clicks, which a page may take where much else is running.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
NO_SERVICE_WORKER = "Service Worker registration blocked by Playwright"


@contextmanager
def chromium() -> Iterator[Browser]:
    """KINOGRAPH_CHROMIUM, else one on PATH, else Playwright's. Without any the test is skipped, and fails under CI.

    A headless shell comes first: the same engine without a browser's windows, which cost twice as much as the pages.
    """
    named = os.environ.get("KINOGRAPH_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        if not Path(named or playwright.chromium.executable_path).exists():
            if os.environ.get("CI"):
                pytest.fail("There is no Chromium, and without it nothing is known of the pages.")
            pytest.skip("NO CHROMIUM: the pages were NOT tested. Set KINOGRAPH_CHROMIUM, or install chromium.")
        browser = playwright.chromium.launch(executable_path=named, args=list(ARGUMENTS))
        with _running_loop(None):
            yield browser
        browser.close()


@contextmanager
def page(
    browser: Browser,
    *,
    width: int = 1440,
    height: int = 1000,
    refusals: int = 0,
    goes_offline: bool = False,
    service_worker: bool = False,
    plain_http: bool = False,
    **options: Any,
) -> Iterator[Page]:
    """A page of an empty profile. Whatever it complains of on its console fails the test, but for so many answers that
    were refusals on purpose, and what found no network where that was the purpose. The service worker is installed
    only where it is asked for: it fetches pages to keep, which costs as much as a page. Nothing moves unless
    `reduced_motion` says so: Playwright clicks on what stands still, and waits half a second to look again. Over
    `plain_http` from another machine a browser says of some headers that it passes them over."""
    with _running_loop(browser._loop):
        complaints: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": height},
            service_workers="allow" if service_worker else "block",
            **{"reduced_motion": "reduce", **options},
        )
        context.set_default_timeout(PATIENCE)
        try:
            opened = context.new_page()
            opened.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
            opened.on("pageerror", lambda error: complaints.append(str(error)))
            yield opened
        finally:
            context.close()
    meant = [said for said in complaints if "Failed to load resource: the server responded" in said][:refusals]
    if goes_offline:
        meant += [said for said in complaints if "Failed to load resource: net::ERR_" in said]
    if plain_http:
        meant += [said for said in complaints if "header has been ignored" in said]
    left = [said for said in complaints if said not in meant]
    assert left == []


def _is_complaint(said: ConsoleMessage) -> bool:
    is_expected = said.location["url"].startswith(PICTURES) or said.text == NO_SERVICE_WORKER
    return said.type in ("error", "warning") and not is_expected


@contextmanager
def _running_loop(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """Between its calls Playwright leaves its loop marked as running, which forbids a test one of its own. With this it
    is marked only while a page is open."""
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(before)


@dataclass(frozen=True)
class Running:
    """`kinograph run` with its own database, as a person starts it."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return orjson.loads(answer.read())

    def children(self, name: str) -> list[psutil.Process]:
        """Processes below it whose command line says `name`."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if name in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def wait_for(self, path: str, **expected: object) -> Any:
        """Asks until the answer holds what is expected; no answer at all is waited out too."""
        end = time.monotonic() + 120
        answer: Any = None
        while time.monotonic() < end:
            try:
                answer = self.get(path)
                if all(answer[key] == value for key, value in expected.items()):
                    return answer
            except OSError as error:
                answer = error
            time.sleep(0.1)
        pytest.fail(f"{path} never came to {expected}: {answer}\n{self.log.read_text()[-3000:]}")


@contextmanager
def kinograph(folder: Path, *, python: str = sys.executable, **environ: str) -> Iterator[Running]:
    """`kinograph run`, once it answers; with the `python` of another checkout, that one's."""
    port = int(environ.get("KINOGRAPH_PORT") or free_port())
    log = folder / "kinograph.log"
    # Tests run as root have their folder below one that `nobody` may not enter.
    data = Path(tempfile.gettempdir()) / f"{leftovers.name_folder()}{port}" if os.geteuid() == 0 else folder / "data"
    settings = {"KINOGRAPH_DATA_DIR": str(data), "KINOGRAPH_PORT": str(port), **environ}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KINOGRAPH_", "TMDB_"))}
    clean.pop("DATABASE_URL", None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, "-m", "kinograph", "run"],
            env=clean | settings,
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    running = Running(f"http://127.0.0.1:{port}", process, log)
    try:
        running.wait_for("/healthz", status="ok")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        shutil.rmtree(data, ignore_errors=True)


def free_port() -> int:
    """Of a range that is this process's alone, and none that the system gives to whoever asks for any: else another
    might have it before it is used."""
    for port in _ports:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError


PORTS = 1_500  # of each process of the tests
_first = 20_000 + PORTS * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = itertools.cycle(range(_first, _first + PORTS))
