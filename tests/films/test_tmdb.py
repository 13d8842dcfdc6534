import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from kinograph.errors import SourceError
from kinograph.films.tmdb import Client, KeyRefused, NotFoundAtSource, RateLimited, Unavailable
from tests.fake_tmdb import FakeTmdb, Fault
from tests.invented_catalogue import NOBODY_HAS
from tests.invented_films import film


@pytest.fixture
async def tmdb() -> AsyncIterator[FakeTmdb]:
    async with FakeTmdb() as fake:
        yield fake


def client(tmdb: FakeTmdb, **settings: Any) -> Client:
    defaults: dict[str, Any] = {"token": tmdb.token, "per_second": 1000}
    return Client(tmdb.url, **(defaults | settings))


async def test_searches_name_their_year_and_language(tmdb: FakeTmdb) -> None:
    async with client(tmdb) as asking:
        page = await asking.search_movies("long quay", year=1994)
    assert {candidate.title for candidate in page.candidates} == {"The Long Quay"}
    assert {candidate.listed_year for candidate in page.candidates} == {1994}
    assert not page.more
    assert tmdb.requests[0].query == {"query": "long quay", "year": "1994", "page": "1", "language": "en-US"}


async def test_the_primary_year_is_asked_for_apart(tmdb: FakeTmdb) -> None:
    async with client(tmdb) as asking:
        assert (await asking.search_movies("paper lanterns", year=2020)).candidates[0].year == 2021
        assert not (await asking.search_movies("paper lanterns", primary_release_year=2020)).candidates


async def test_further_pages_can_be_had(tmdb: FakeTmdb) -> None:
    tmdb.add(*(film("Ferry", 1950 + n) for n in range(25)))
    async with client(tmdb) as asking:
        first, second = await asking.search_movies("ferry"), await asking.search_movies("ferry", page=2)
    assert (len(first.candidates), first.more, len(second.candidates), second.more) == (20, True, 5, False)


async def test_a_film_comes_with_all_its_parts_in_one_request(tmdb: FakeTmdb) -> None:
    async with client(tmdb) as asking:
        details = await asking.movie(tmdb.entry("The Long Quay").id)
    assert details.facts.crew["directors"][0].name == "Maren Oskarsdal"
    assert details.facts.keywords == ("harbour", "winter")
    assert len(tmdb.requests) == 1


async def test_a_series_too(tmdb: FakeTmdb) -> None:
    async with client(tmdb) as asking:
        (candidate,) = (await asking.search_tv("dead reckoners", first_air_date_year=2019)).candidates
        details = await asking.tv(candidate.tmdb_id)
    assert (candidate.kind, details.facts.kind, details.facts.runtime_minutes) == ("tv", "tv", 330)


async def test_alternative_titles_come_only_when_asked_for(tmdb: FakeTmdb) -> None:
    tmdb_id = tmdb.entry("The Glass Orchard").id
    async with client(tmdb) as asking:
        assert (await asking.movie(tmdb_id)).alternative_titles == ()
        asked = await asking.movie(tmdb_id, extra=("alternative_titles",))
    assert asked.alternative_titles == ("Orchard of Glass",)


@pytest.mark.parametrize("title", ["...", "¿?", NOBODY_HAS])
async def test_a_title_that_cannot_be_found_or_even_searched_has_no_candidates(tmdb: FakeTmdb, title: str) -> None:
    async with client(tmdb) as asking:
        assert (await asking.search_movies(title)).candidates == ()


@pytest.mark.parametrize("credentials", [{"token": "fake-token"}, {"token": None, "api_key": "fake-key"}])
async def test_a_token_or_a_key_lets_us_in(tmdb: FakeTmdb, credentials: dict[str, str | None]) -> None:
    async with client(tmdb, **credentials) as asking:
        await asking.check_key()
    assert ("api_key" in tmdb.requests[0].query) == ("api_key" in credentials)


async def test_a_refused_key_is_final(tmdb: FakeTmdb) -> None:
    async with client(tmdb, token="revoked") as asking:
        with pytest.raises(KeyRefused) as refused:
            await asking.check_key()
    assert refused.value.permanent
    assert asking.outcomes == {"key_refused": 1}


async def test_a_deleted_film_is_not_found_for_good(tmdb: FakeTmdb) -> None:
    async with client(tmdb) as asking:
        with pytest.raises(NotFoundAtSource) as missing:
            await asking.movie(4_000_000_000)
    assert missing.value.permanent


@pytest.mark.parametrize("fault", ["502_html", "504_json", "reset", "stall", "truncated_json"])
async def test_a_broken_answer_is_unavailable_and_the_next_one_works(tmdb: FakeTmdb, fault: Fault) -> None:
    tmdb.stall_seconds = 2
    tmdb.fail_next(fault)
    async with client(tmdb, timeout=aiohttp.ClientTimeout(total=0.5)) as asking:
        with pytest.raises(Unavailable) as broken:
            await asking.search_movies("kestrel")
        assert not broken.value.permanent
        assert (await asking.search_movies("kestrel")).candidates
    assert asking.requests == 2
    assert asking.outcomes == {"unavailable": 1, "ok": 1}


async def test_gzip_that_does_not_say_so_is_read(tmdb: FakeTmdb) -> None:
    tmdb.fail_next("gzip_undeclared")
    async with client(tmdb) as asking:
        assert (await asking.search_movies("kestrel")).candidates


async def test_an_outage_is_unavailable(tmdb: FakeTmdb) -> None:
    tmdb.outage = True
    async with client(tmdb) as asking:
        with pytest.raises(Unavailable):
            await asking.check_key()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with Client("http://127.0.0.1:9/3", token="any") as asking:
        with pytest.raises(Unavailable):
            await asking.check_key()


async def test_something_that_is_not_tmdb_has_not_said_that_a_film_is_gone(tmdb: FakeTmdb) -> None:
    tmdb.fail_next("truncated_json")
    async with client(tmdb) as asking:
        with pytest.raises(Unavailable):
            await asking.movie(4_000_000_000)


async def test_over_the_limit_everyone_waits(tmdb: FakeTmdb) -> None:
    tmdb.retry_after = "1"
    tmdb.fail_next("429")
    async with client(tmdb) as asking:
        with pytest.raises(RateLimited) as limited:
            await asking.search_movies("kestrel")
        assert limited.value.retry_after == pytest.approx(1, abs=0.1)
        await asyncio.gather(*(asking.search_movies("kestrel") for _ in range(3)))
    refused, *others = tmdb.requests
    assert min(other.at for other in others) - refused.at >= 0.95
    assert asking.outcomes == {"rate_limited": 1, "ok": 3}


@pytest.mark.parametrize(("refusals", "asked"), [(1, 2), (2, 3), (3, 3)])
async def test_a_request_waits_out_a_short_refusal_or_two(tmdb: FakeTmdb, refusals: int, asked: int) -> None:
    tmdb.fail_next("429", refusals)
    async with client(tmdb) as asking:
        with nullcontext() if asked > refusals else pytest.raises(RateLimited):
            assert (await asking.search_movies("kestrel")).candidates
        assert asking.requests == len(tmdb.requests) == asked
    assert asking.outcomes == Counter(rate_limited=refusals, ok=asked - refusals)
    gaps = [later.at - sooner.at for sooner, later in pairwise(tmdb.requests)]
    assert min(gaps) >= 0.09  # the pause that everybody makes


async def test_the_pace_stays_under_a_limit_of_the_same_size(tmdb: FakeTmdb) -> None:
    tmdb.limit, tmdb.latency = 40, 0.05
    async with client(tmdb, per_second=40) as asking:
        await asyncio.gather(*(asking.search_movies("kestrel") for _ in range(70)), return_exceptions=True)
    assert asking.outcomes["ok"] >= 68  # a busy machine may bunch a few of them


@pytest.mark.parametrize("fault", ["502_html", "reset", "truncated_json", "stall", "429", None])
async def test_no_error_tells_the_key_or_the_title(
    tmdb: FakeTmdb, fault: Fault | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if fault:
        tmdb.fail_next(fault, 3)
    tmdb.stall_seconds = 2
    key = "-".join(["secret", "key"])
    async with client(tmdb, token=None, api_key=key, timeout=aiohttp.ClientTimeout(total=0.5)) as asking:
        with pytest.raises(SourceError) as error:
            await asking.search_movies("kestrel")
    told = "".join(traceback.format_exception(error.value)) + caplog.text
    assert "secret-key" not in told
    assert "kestrel" not in told.replace('search_movies("kestrel")', "")
