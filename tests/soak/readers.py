"""People who look at pages all the while, and tell what they must never see."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Sequence

import aiohttp

PAUSE_SECONDS = (5.0, 15.0)
PAGES = ("", "/patterns", "/genres", "/people", "/world", "/ratings", "/films", "/films.csv", "/summary")
FILTERS = ("genre=Drama", "released=1990-1999", "country=FR", "runtime=150-")
FILTERED = 0.25
RECENT = 40  # sessions that are looked at, mostly
PATIENT_SECONDS = 120
NOW_AND_THEN = {429, 503}  # the database is away, or many are ahead


class Readers:
    """So many people at `urls`; `sessions` grows meanwhile."""

    def __init__(self, urls: Sequence[str], sessions: Sequence[str], count: int, *, seed: int) -> None:
        self._urls, self._sessions = urls, sessions
        self._statuses: Counter[str] = Counter()
        self._wrong: Counter[str] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._read_all(count, seed)), daemon=True)
        self._thread.start()

    def stop(self) -> list[str]:
        """Prints what they got. What nobody should."""
        self._ended.set()
        self._thread.join()
        print("readers got", ", ".join(f"{count} times {what}" for what, count in sorted(self._statuses.items())))
        return [f"{count} times a reader got {what}" for what, count in self._wrong.items()]

    async def _read_all(self, count: int, seed: int) -> None:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=PATIENT_SECONDS)
        ) as client:
            await asyncio.gather(*(self._read(client, n, random.Random(seed + n)) for n in range(count)))

    async def _read(self, client: aiohttp.ClientSession, number: int, dice: random.Random) -> None:
        """Whoever returns to a page shows its ETag."""
        copies: dict[str, str] = {}
        while not await self._pause(dice):
            if not self._sessions:
                continue
            session = dice.choice(self._sessions[-RECENT:] if dice.random() < 0.9 else self._sessions)
            page = dice.choice(PAGES)
            path = f"/api/session/{session}{page}" if page == "/summary" else f"/session/{session}{page}"
            if dice.random() < FILTERED:
                path += f"?{dice.choice(FILTERS)}"
            try:
                await self._get(client, self._urls[number % len(self._urls)] + path, copies, page)
            except (aiohttp.ClientError, OSError, TimeoutError):
                self._statuses["no answer"] += 1

    async def _get(self, client: aiohttp.ClientSession, url: str, copies: dict[str, str], page: str) -> None:
        known = {"If-None-Match": copies[url]} if url in copies else {}
        async with client.get(url, headers=known) as answer:
            await answer.read()
        if tag := answer.headers.get("ETag"):
            copies.clear()  # the one of the page before is enough
            copies[url] = tag
        self._statuses[str(answer.status)] += 1
        if answer.status not in {200, 304, *NOW_AND_THEN}:
            self._wrong[f"{answer.status} for {page or 'the overview'}"] += 1

    async def _pause(self, dice: random.Random) -> bool:
        """Whether it is over."""
        seconds = dice.uniform(*PAUSE_SECONDS)
        for _ in range(int(seconds)):
            if self._ended.is_set():
                return True
            await asyncio.sleep(1)
        return self._ended.is_set()
