"""Pages agree with one another, and with the summary that programs read."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from httpx import AsyncClient
from hypothesis import given
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.summary import summarize
from kinograph.stats import amounts
from kinograph.stats.address import Filters
from kinograph.stats.cards import (
    months,
    person,
    release_years,
    year_totals,
)
from kinograph.stats.frame_cache import Frames
from kinograph.stats.frames import Frame
from kinograph.stats.headline import compute_headline
from kinograph.stats.pages import PAGES, PERSON
from tests.stats.generated import QUICK, libraries
from tests.stats.test_agreement_of_cards import LINK, view_of


@QUICK
@given(libraries())
def test_somebodys_page_agrees_with_the_films_it_is_of(frame: Frame) -> None:
    for number in frame.people["id"]:
        view = view_of(frame, PERSON, "", (("person", str(number)),))
        card = person.compute(view)
        if card is None:
            continue
        plain = year_totals.compute(view)
        assert plain is not None
        assert card.mean == plain.totals.mean
        assert card.rated == view.watched["rating"].count()


@QUICK
@given(libraries())
def test_a_year_agrees_with_the_year_that_is_picked(frame: Frame) -> None:
    year, picked = view_of(frame, PAGES[-1], "", (("viewed", "2020"),)), view_of(frame, PAGES[0], "viewed=2020")
    of_year, of_pick = year_totals.compute(year), year_totals.compute(picked)
    assert (of_year and of_year.totals) == (of_pick and of_pick.totals)
    assert compute_headline(year).sentence == compute_headline(picked).sentence
    months_of_it, strip = months.compute(year), release_years.compute(picked)
    if months_of_it and of_year:
        assert months_of_it.total == of_year.totals.viewings
    if strip and of_year:
        assert strip.total + strip.undated == of_year.totals.films


SAMPLED = (
    *((page.name, page.path) for page in PAGES),
    ("year", "/year/2024"),
    ("person", "/person/"),
    ("world", "/world?language=yue&count=hours"),
    ("people", "/people?role=cast&sort=best"),
    ("patterns", "/patterns?by=week&viewed=2024&liked=yes"),
)


async def test_every_link_of_the_sample_reads_back_to_itself(client: AsyncClient, sampled: str) -> None:
    people = (await client.get("/sample/people")).text
    somebody = re.findall(r'href="/sample/person/(-?\d+)', people)[0]
    for name, path in SAMPLED:
        answer = await client.get(f"/sample{path}{somebody if path.endswith('/person/') else ''}")
        assert answer.status_code == 200
        found = [re.search(r'\bhref="([^"]*)"', attributes) for attributes, _ in LINK.findall(answer.text)]
        asked = {unescape(href[1]).partition("#")[0].partition("?")[2] for href in found if href}
        assert len(asked) > 4
        for query in asked:
            assert Filters.parse(parse_qsl(query), page=name, owner=True).to_query() == query, (path, query)


async def test_the_summary_says_what_the_pages_say(
    client: AsyncClient, database_url: str, sampled: str, engine: AsyncEngine
) -> None:
    """Also of a film that is in the diary and not marked as watched."""
    frames = Frames(database_url)
    async with engine.begin() as db:
        sample_id = (await db.execute(text("SELECT id FROM sessions"))).scalar_one()
    for version, change in enumerate(("", "UPDATE session_films SET watched = false WHERE n = 0")):
        async with engine.begin() as db:
            if change:
                await db.execute(text(change))
            found = await summarize(db, sample_id)
        frame = await frames.frame(sample_id, str(version))
        frames.forget(sample_id)
        plain = year_totals.compute(view_of(frame, PAGES[0], ""))
        assert plain is not None
        assert found.hours == pytest.approx(amounts.sum_minutes(frame) / 60)
        totals = plain.totals
        assert (found.films, found.viewings, found.rewatches) == (totals.films, totals.viewings, totals.rewatches)
        assert found.undated_films == amounts.count_undated(frame)
        assert found.likes >= totals.liked == int(frame.watched["liked"].sum())
        if not change:
            assert found.rating_mean == pytest.approx(totals.mean)
    frames.close()
