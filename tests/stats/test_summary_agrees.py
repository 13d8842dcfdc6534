"""The summary, which PostgreSQL counts, says of any library what the pages say, which Polars counts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import polars as pl
import pytest
from hypothesis import given
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph import database
from kinograph.films.models import Film, FilmFacts
from kinograph.sessions.models import List, ListFilm, Session, SessionFilm, Viewing
from kinograph.sessions.summary import Summary, summarize
from kinograph.stats import amounts
from kinograph.stats.address import Filters
from kinograph.stats.cards import year_totals
from kinograph.stats.frame_cache import Frames
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from tests.stats.generated import QUICK, libraries

FACTS = (
    *("kind", "original_title", "original_language", "release_date", "runtime_minutes", "vote_average", "vote_count"),
    *("popularity", "genres", "countries", "languages", "keywords", "companies", "directors", "writers", "composers"),
    *("photography", "editors", "producers"),
)


async def seed(db: AsyncConnection, frame: Frame) -> UUID:
    """The library as the intake and the worker would have stored it; gives its session."""
    session_id = uuid4()
    await db.execute(insert(Session).values(id=session_id, status="completed"))
    for film in frame.films.iter_rows(named=True):
        # A number of its own: TMDB's is not, where two generated films are alike.
        number = {"title": film["title"], "source": "tmdb", "tmdb_id": film["n"] + 1, "cast_characters": []}
        known = {name: film[name] for name in FACTS} | {"cast_ids": film["cast"], **number}
        facts_id = None
        if film["state"] == "matched":
            facts_id = await db.scalar(insert(FilmFacts).values(known).returning(FilmFacts.id))
        claim = {"title": film["title"], "year": film["year"], "state": film["state"], "facts_id": facts_id}
        settled = {} if film["state"] == "pending" else {"settled_at": datetime.now(UTC)}
        film_id = await db.scalar(insert(Film).values(claim | settled).returning(Film.id))
        marks = {name: film[name] for name in ("n", "uri", "watched", "rating", "liked", "watchlist")}
        await db.execute(insert(SessionFilm).values(session_id=session_id, film_id=film_id, **marks))
    for n, viewing in enumerate(frame.viewings.iter_rows(named=True)):
        kept = {name: viewing[name] for name in ("watched_on", "logged_on", "rating", "rewatch", "tags")}
        await db.execute(insert(Viewing).values(session_id=session_id, n=n, film_n=viewing["n"], **kept))
    await _plant_lists(db, session_id, frame)
    return session_id


async def _plant_lists(db: AsyncConnection, session_id: UUID, frame: Frame) -> None:
    for n, (slug, name) in enumerate(frame.lists.select("slug", "name").iter_rows()):
        named = {"name": name, "slug": slug, "uri": "", "tags": [], "description": ""}
        await db.execute(insert(List).values(session_id=session_id, n=n, **named))
        listed = frame.films.filter(pl.col("lists").list.contains(slug))["n"]
        for position, film in enumerate(listed):
            place = {"position": position, "film_n": film, "note": ""}
            await db.execute(insert(ListFilm).values(session_id=session_id, list_n=n, **place))


async def count_both(url: str, frame: Frame) -> tuple[Summary, Frame]:
    """What the summary says, and the frame as it is read back."""
    engine, frames = database.connect(url), Frames(url)
    try:
        async with engine.begin() as db:
            session_id = await seed(db, frame)
        async with engine.connect() as db:
            found = await summarize(db, session_id)
        read_back = await frames.frame(session_id, "1")
        async with engine.begin() as db:
            for table in (Session, Film, FilmFacts):
                await db.execute(delete(table))
    finally:
        frames.close()
        await engine.dispose()
    return found, read_back


@QUICK
@given(frame=libraries())
def test_the_summary_counts_any_library_as_the_pages_do(frame: Frame, database_url: str) -> None:
    found, read_back = asyncio.run(count_both(database_url, frame))
    watched, viewings = frame.watched, frame.viewings
    assert (found.films, found.viewings, found.lists) == (len(watched), len(viewings), len(frame.lists))
    assert found.rewatches == int(viewings["rewatch"].sum())
    assert found.undated_films == amounts.count_undated(frame)
    assert (found.likes, found.watchlist) == (int(frame.films["liked"].sum()), int(frame.films["watchlist"].sum()))
    assert (found.first_viewing, found.last_viewing) == (viewings["watched_on"].min(), viewings["watched_on"].max())
    assert found.directors == watched["directors"].explode().drop_nulls().n_unique()
    assert found.countries == watched["countries"].explode().drop_nulls().n_unique()
    assert (found.hours or 0) == pytest.approx(amounts.sum_minutes(frame) / 60)
    assert found.ratings == watched["rating"].count()
    assert found.rating_mean == pytest.approx(frame.own_mean)
    told, read = (
        year_totals.compute(PageContext(each, Filters(), "/session/1", images=False)) for each in (frame, read_back)
    )
    assert (told and told.totals) == (read and read.totals)
    assert read_back.viewings.equals(viewings)
