"""A small TMDB on loopback for the whole test suite: invented films and series, and faults on demand.

    with FakeTmdb() as tmdb:                 # or async with; it runs in a thread of its own, so other processes can ask
        Client(tmdb.url, token=tmdb.token)
        tmdb.fail_next("502_html", 3)

`FakeTmdb(invent=True)` knows any title it is asked for, with facts that depend only on title and year.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import socket
import struct
import threading
import time
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

import orjson
from aiohttp import web

from tests.invented_catalogue import CATALOGUE, NOBODY_HAS, invented
from tests.invented_films import InventedFilm, Json

Fault = Literal["502_html", "504_json", "reset", "stall", "truncated_json", "gzip_undeclared", "429"]

TOKEN = "fake-token"


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    at: float
    """time.monotonic()"""


@dataclass
class FakeTmdb:
    """Settings may be changed at any time, from any thread.

    `latency` is in seconds, `limit` the most requests within any one second (0: none), `unknown` are titles never
    to be invented. `fault_rate` is the share of requests that go wrong, in any of the ways.
    """

    invent: bool = False
    latency: float = 0.0
    limit: int = 0
    retry_after: str | None = None
    outage: bool = False
    fault_rate: float = 0.0
    seed: int = 1
    stall_seconds: float = 30.0
    token: str = TOKEN
    valid_keys: set[str] = field(default_factory=lambda: {TOKEN, "fake-key"})
    unknown: set[str] = field(default_factory=lambda: {NOBODY_HAS})
    entries: list[InventedFilm] = field(default_factory=lambda: list(CATALOGUE))
    collections: dict[int, tuple[str, tuple[InventedFilm, ...]]] = field(default_factory=dict)
    credits: dict[int, Json] = field(default_factory=dict)
    """What people have worked on, by their ids, as /person/{id}/combined_credits tells it."""
    requests: list[Asked] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._faults: deque[Fault] = deque()
        self._chance = random.Random(self.seed)
        self._deleted: set[tuple[str, int]] = set()
        self._invented: dict[tuple[str, int | None], InventedFilm] = {}
        self._recent: deque[float] = deque()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()), daemon=True)

    def fail_next(self, kind: Fault, n: int = 1) -> None:
        """Spoils the next `n` requests, after those already to be spoilt."""
        self._faults.extend([kind] * n)

    def heal(self) -> None:
        """Spoils nothing any more."""
        self._faults.clear()

    def delete(self, entry: InventedFilm) -> None:
        """Searches go on finding it, but its details are gone, as after a merge at TMDB."""
        self._deleted.add((entry.kind, entry.id))

    def add(self, *entries: InventedFilm) -> None:
        self.entries += entries

    def collect(self, id: int, name: str, *films: InventedFilm) -> None:
        """Puts films into a collection, which is all they say of it, and all it knows of them."""
        self.collections[id] = (name, films)
        for each in films:
            each.details["belongs_to_collection"] = {
                "id": id, "name": name, "poster_path": f"/collection-{id}.jpg", "backdrop_path": None
            }  # fmt: skip

    def entry(self, title: str, year: int | None = None) -> InventedFilm:
        return next(e for e in self.entries if e.title == title and (year is None or year in e.years()))

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.__exit__)

    async def _serve(self) -> None:
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.05)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/3"
        await web.SockSite(runner, listening).start()
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        now, query = time.monotonic(), dict(request.query)
        self.requests.append(Asked(request.path.removeprefix("/3/"), query, now))
        if self.outage:
            return _error(503, 9, "Service offline: This service is temporarily offline, try again later.")
        fault = self._faults.popleft() if self._faults else self._drawn_fault()
        if fault == "429" or self._is_over_limit(now):
            headers = {"Retry-After": self.retry_after} if self.retry_after else None
            return _error(429, 25, "Your request count (41) is over the allowed limit of (40).", headers)
        if self.latency:
            await asyncio.sleep(self.latency)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.valid_keys & {bearer, query.get("api_key")}:
            return _error(401, 7, "Invalid API key: You must be granted a valid key.")
        status, answer = self._answer(request.path, query)
        return await self._spoilt(fault, request, status, orjson.dumps(answer))

    def _drawn_fault(self) -> Fault | None:
        return self._chance.choice(get_args(Fault)) if self._chance.random() < self.fault_rate else None

    def _is_over_limit(self, now: float) -> bool:
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if self.limit and len(self._recent) >= self.limit:
            return True
        self._recent.append(now)
        return False

    def _answer(self, path: str, query: dict[str, str]) -> tuple[int, Json]:
        match path.removeprefix("/3/").split("/"):
            case ["authentication"]:
                return 200, {"success": True, "status_code": 1, "status_message": "Success."}
            case ["search", ("movie" | "tv") as kind]:
                return self._search(kind, query)
            case ["find", imdb_id]:
                known = [*self.entries, *self._invented.values()]
                found = [e for e in known if e.details.get("imdb_id", f"tt{e.id:08}") == imdb_id]
                return 200, {
                    f"{kind}_results": [e.item() for e in found if e.kind == kind]
                    for kind in ("movie", "person", "tv", "tv_episode", "tv_season")
                }
            case ["collection", id] if id.isdecimal() and int(id) in self.collections:
                name, films = self.collections[int(id)]
                parts = [each.item() | {"media_type": "movie", "video": False} for each in films]
                return 200, {"id": int(id), "name": name, "overview": "", "parts": parts}
            case ["person", id, "combined_credits"] if int(id) in self.credits:
                return 200, {"id": int(id)} | self.credits[int(id)]
            case [("movie" | "tv") as kind, id] if id.isdecimal() and (kind, int(id)) not in self._deleted:
                known = [*self.entries, *self._invented.values()]
                if entry := next((e for e in known if (e.kind, e.id) == (kind, int(id))), None):
                    return 200, entry.answer(query.get("append_to_response", "").split(","))
        return 404, {"success": False, "status_code": 34, "status_message": "The resource could not be found."}

    def _search(self, kind: str, query: dict[str, str]) -> tuple[int, Json]:
        wanted = set(words(query.get("query", "")))
        if not wanted:
            return 422, {"errors": ["query must be provided"]}
        found = [e for e in self.entries if e.kind == kind and any(wanted <= set(words(t)) for t in e.titles())]
        if self.invent and kind == "movie" and not any(words(e.title) == words(query["query"]) for e in found):
            found += self._inventions(query)
        if year := query.get("year") or query.get("first_air_date_year"):
            found = [e for e in found if int(year) in e.years()]
        if year := query.get("primary_release_year"):
            found = [e for e in found if e.released.startswith(year)]
        page = int(query.get("page", 1))
        results = [e.item() for e in found[20 * (page - 1) : 20 * page]]
        pages = max(1, -(-len(found) // 20))
        return 200, {"page": page, "results": results, "total_pages": pages, "total_results": len(found)}

    def _inventions(self, query: dict[str, str]) -> list[InventedFilm]:
        title = query["query"]
        if title in self.unknown:
            return []
        if (asked := query.get("year")) or not any(known == title for known, _ in self._invented):
            year = int(asked) if asked else 2000
            self._invented.setdefault((title, year), invented(title, year))
        return [entry for (known, _), entry in self._invented.items() if known == title]

    async def _spoilt(
        self, fault: Fault | None, request: web.BaseRequest, status: int, body: bytes
    ) -> web.StreamResponse:
        match fault:
            case "502_html":
                return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
            case "504_json":
                return _error(504, 24, "Your request to the backend server timed out. Try again.")
            case "truncated_json":
                body = body[: len(body) // 2]
            case "gzip_undeclared":
                body = gzip.compress(body)
            case "stall":
                await asyncio.sleep(self.stall_seconds)
            case "reset" if request.transport:
                no_linger = struct.pack("ii", 1, 0)  # makes the close a reset in place of an orderly end
                request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
                request.transport.abort()
        return web.Response(status=status, body=body, content_type="application/json")


def words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in folded if not unicodedata.combining(sign)))


def _error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"success": False, "status_code": code, "status_message": message}
    return web.Response(status=status, body=orjson.dumps(body), headers=headers, content_type="application/json")
