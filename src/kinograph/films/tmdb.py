"""Asking TMDB. One client per process: it keeps the pace that TMDB allows an address.

Errors name the path that was asked for, never the query, the key or the address.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
import orjson

from kinograph.errors import SourceError
from kinograph.films import collection_answers, person_answers, tmdb_answers
from kinograph.films.candidates import Candidate
from kinograph.films.facts import PartFacts
from kinograph.films.filmographies import Listed
from kinograph.films.json_values import Json
from kinograph.films.rate_limiter import RateLimiter
from kinograph.films.tmdb_answers import Details, SearchPage
from kinograph.films.tmdb_metrics import TmdbMetrics
from kinograph.films.turns import Gate

# TMDB's network allows 20 connections from one address; more are opened only for a rate that 16 could not carry.
CONNECTIONS = 16
SLOW_ANSWER = 0.2  # seconds
HEAD_START_SECONDS = 0.2  # of requests, as many turns: about an answer's time before what follows it
TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
LONGEST_RETRY_AFTER = 3600.0
# A refusal by itself is a jitter that crossed the limit. Its film waits it out: an attempt later it would search again.
REFUSALS_WAITED_OUT = 2
SHORT_PAUSE = 0.5  # seconds
MOVIE_PARTS = ("credits", "keywords", "release_dates", "external_ids")
SERIES_PARTS = ("aggregate_credits", "keywords", "external_ids")
GZIP_MAGIC = b"\x1f\x8b"


class RateLimited(SourceError):
    """`retry_after`: seconds until the client asks again by itself."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class KeyRefused(SourceError):
    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class NotFoundAtSource(SourceError):
    """TMDB has deleted the entry, or merged it into another."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class Rejected(SourceError):
    """TMDB understood the request and will not answer it, however often it is sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class NotLeading(SourceError):
    """Nothing was sent: another worker may ask TMDB now."""


class Unavailable(SourceError):
    """An outage, a time-out, a broken connection, or an answer that is not what TMDB means to say."""


class Client:
    """Use as an async context manager. Of `token` (bearer) and `api_key` one is enough.

    `requests` counts what was sent; `outcomes` counts answers by ok, rate_limited, key_refused, not_found, rejected and
    unavailable. `may_send` is asked the moment before a request is written.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        api_key: str | None = None,
        per_second: float = 40,
        language: str = "en-US",
        metrics: TmdbMetrics | None = None,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self.limiter = RateLimiter(per_second)
        self.metrics = metrics or TmdbMetrics()
        self.metrics.limit = self.metrics.rate = per_second
        self.requests = 0
        self.outcomes: Counter[str] = Counter()
        self._base_url = base_url.rstrip("/")
        self._parameters = {"language": language} | ({"api_key": api_key} if api_key and not token else {})
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._timeout = timeout
        self._may_send = may_send
        self._connections = max(CONNECTIONS, round(per_second * SLOW_ANSWER))
        self._gate = Gate(
            self.limiter, connections=self._connections, head_start=round(per_second * HEAD_START_SECONDS)
        )
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            timeout=self._timeout,
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_guard(self._may_send),
            middlewares=(_send_once,),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def count_waiting(self) -> int:
        """Requests that wait for their turn."""
        return self._gate.waiting

    async def check_key(self) -> None:
        """KeyRefused unless TMDB accepts the key."""
        await self._get("authentication")

    async def search_movies(
        self, query: str, *, year: int | None = None, primary_release_year: int | None = None, page: int = 1
    ) -> SearchPage:
        """`year` is that of any release, `primary_release_year` that of the first in cinemas."""
        asked = {"query": query, "year": year, "primary_release_year": primary_release_year, "page": page}
        return tmdb_answers.read_search(await self._search("search/movie", asked), "movie", listed_year=year)

    async def search_tv(self, query: str, *, first_air_date_year: int | None = None) -> SearchPage:
        asked = {"query": query, "first_air_date_year": first_air_date_year, "page": 1}
        return tmdb_answers.read_search(await self._search("search/tv", asked), "tv")

    async def movie(self, tmdb_id: int, *, extra: tuple[str, ...] = ()) -> Details:
        """`extra` names further parts to append, such as alternative_titles."""
        parts = ",".join((*MOVIE_PARTS, *extra))
        return tmdb_answers.read_movie(await self._get(f"movie/{tmdb_id}", {"append_to_response": parts}))

    async def tv(self, tmdb_id: int, *, extra: tuple[str, ...] = ()) -> Details:
        parts = ",".join((*SERIES_PARTS, *extra))
        return tmdb_answers.read_series(await self._get(f"tv/{tmdb_id}", {"append_to_response": parts}))

    async def collection(self, tmdb_id: int) -> tuple[PartFacts, ...]:
        """Its films, in order of release."""
        return collection_answers.read_parts(await self._get(f"collection/{tmdb_id}"))

    async def find(self, imdb_id: str) -> Candidate | None:
        """The film or series that IMDb numbers so ("tt0113277"); none for an episode."""
        return tmdb_answers.read_find(await self._get(f"find/{imdb_id}", {"external_source": "imdb_id"}))

    async def credits(self, person_id: int) -> Listed:
        """Every film and series somebody worked on, in one answer whatever their number."""
        return person_answers.read_credits(await self._get(f"person/{person_id}/combined_credits"))

    async def _search(self, path: str, asked: dict[str, str | int | None]) -> Json:
        # Letterboxd names films in English, whatever language their facts are wanted in.
        wanted = {name: str(value) for name, value in asked.items() if value is not None} | {"language": "en-US"}
        try:
            return await self._get(path, wanted)
        except Rejected:
            # TMDB finds no word to search for in a title such as "...".
            return {"results": []}

    async def _get(self, path: str, parameters: dict[str, str] | None = None) -> Json:
        for _ in range(REFUSALS_WAITED_OUT):
            try:
                return await self._ask(path, parameters)
            except RateLimited as refusal:
                if refusal.retry_after is None or refusal.retry_after > SHORT_PAUSE:
                    raise
        return await self._ask(path, parameters)

    async def _ask(self, path: str, parameters: dict[str, str] | None) -> Json:
        if not self._may_send():
            raise NotLeading(f"{path}: not sent")
        async with self._gate.pass_through(is_followed=path.startswith("search/")) as started:
            self.requests += 1
            try:
                status, body, retry_after = await self._fetch(path, parameters or {})
                answer = self._understood(path, status, body, retry_after, started)
            except NotLeading:
                raise
            except SourceError as error:
                self._count(OUTCOMES[type(error)], started)
                if not isinstance(error, NotFoundAtSource):
                    self.metrics.record_error(f"{path.split('/')[0]}: {OUTCOMES[type(error)]}")
                raise
        self.limiter.record_success(started)
        self._count("ok", started)
        return answer

    def _count(self, outcome: str, started: float) -> None:
        self.outcomes[outcome] += 1
        self.metrics.count_answer(outcome, time.monotonic() - started)
        self.metrics.rate = self.limiter.rate

    async def _fetch(self, path: str, parameters: dict[str, str]) -> tuple[int, bytes, str | None]:
        if self._session is None:
            raise RuntimeError("the client is not open")
        address, asked = f"{self._base_url}/{path}", self._parameters | parameters
        try:
            async with self._session.get(address, params=asked, allow_redirects=False) as response:
                return response.status, await response.read(), response.headers.get("Retry-After")
        except (aiohttp.ClientError, OSError, TimeoutError, zlib.error) as error:
            # The cause is left out: some of aiohttp's errors quote the address, and with it the key.
            raise Unavailable(f"{path}: {type(error).__name__}") from None

    def _understood(self, path: str, status: int, body: bytes, retry_after: str | None, started: float) -> Json:
        if status == 429:
            pause = self.limiter.record_refusal(started, _seconds(retry_after))
            raise RateLimited(f"{path}: over the rate limit", pause)
        if status == 401:
            raise KeyRefused(f"{path}: the key was refused")
        if status >= 500 or status == 403:
            raise Unavailable(f"{path}: status {status}")
        answer = _json(path, body)
        if status == 404:
            raise NotFoundAtSource(f"{path}: not found")
        if status != 200:
            raise Rejected(f"{path}: status {status}")
        return answer


OUTCOMES: dict[type[SourceError], str] = {
    RateLimited: "rate_limited",
    KeyRefused: "key_refused",
    NotFoundAtSource: "not_found",
    Rejected: "rejected",
    Unavailable: "unavailable",
}


def _guard(may_send: Callable[[], bool]) -> type[aiohttp.ClientRequest]:
    """Requests that ask once more when there is a connection and nothing but the writing is left to do: waiting for
    their turn or a connection may have taken long, or the whole process been frozen."""

    class Guarded(aiohttp.ClientRequest):
        async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
            if not may_send():
                raise NotLeading(f"{self.url.path}: not sent")
            return await super().send(conn)

    return Guarded


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Left alone, aiohttp sends a request again whose connection broke: past the pace, and into an outage."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Unavailable(f"{request.url.path}: {type(error).__name__}") from None


def _json(path: str, body: bytes) -> Json:
    """TMDB's network has sent gzip without saying so, and pages of HTML with any status."""
    try:
        answer = orjson.loads(gzip.decompress(body) if body.startswith(GZIP_MAGIC) else body)
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError):
        raise Unavailable(f"{path}: not JSON") from None
    if not isinstance(answer, dict):
        raise Unavailable(f"{path}: not a JSON object")
    return answer


def _seconds(retry_after: str | None) -> float | None:
    try:
        return min(max(float(retry_after), 0.0), LONGEST_RETRY_AFTER) if retry_after else None
    except ValueError:
        return None
