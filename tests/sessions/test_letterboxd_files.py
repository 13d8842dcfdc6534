"""What a session gives to Letterboxd: files in the form its import takes, which our reader takes back as well."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st
from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph import database
from kinograph.errors import AppError
from kinograph.films.models import Film, FilmFacts
from kinograph.sessions import intake
from kinograph.sessions.export import Export, Upload, read
from kinograph.sessions.letterboxd_files import ENTRY, FILM, MOST_BYTES, name_files, write_letterboxd
from kinograph.sessions.spooling import spool_file
from tests.sessions.export_files import DIARY, LIST, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.export_files import FILM as FILM_HEAD
from tests.sessions.export_model import Library, Style, code, write
from tests.sessions.export_strategies import libraries
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT


def unpacked(content: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def told(found: Export) -> dict[str, Any]:
    """What the files hold: each film by its title, year and link."""
    keys = [(film.title, film.year, film.uri.replace("http://", "https://")) for film in found.films]
    said = [each for each in found.reviews if each.text]
    return {
        "watched": {keys[film] for film in found.watched},
        "ratings": {keys[film]: stars for film, stars in found.ratings.items()},
        "viewings": Counter((keys[v.film], v.watched_on, v.rating, v.rewatch, v.tags) for v in found.viewings),
        "reviews": Counter((keys[r.film], r.watched_on, r.rating, r.rewatch, r.tags, r.text) for r in said),
        "watchlist": {keys[film] for film in found.watchlist},
        "lists": [
            (
                each.name,
                each.created_on,
                each.tags,
                each.uri,
                each.description,
                [(keys[f.film], f.note) for f in each.films],
            )
            for each in found.lists
        ],
    }


async def given_back(url: str, found: Export) -> bytes:
    """The files of a session that holds this."""
    engine = database.connect(url)
    file = io.BytesIO()
    try:
        async with engine.begin() as db:
            session_id = await intake.store_session(db, found, owner_id=None, lifetime_days=0)
        await spool_file(engine, write_letterboxd, session_id, file)
    finally:
        await engine.dispose()
    return file.getvalue()


@examples_of(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    library=libraries(namesakes=True) | libraries(namesakes=False),
    style=st.builds(Style, links=st.sampled_from(["short", "full", "none"]), start=st.just("http://")),
    every=st.sampled_from([1, 2, 5]),
)
def test_a_session_comes_back_from_what_it_gives_to_letterboxd(
    database_url: str, library: Library, style: Style, every: int
) -> None:
    names = [(film.title, film.year) for film in library.films]
    assume(style.links != "none" or len(set(names)) == len(names))
    try:
        original = read(write(library, style))
    except AppError:  # there is no film in it
        return
    # Who logs or rates a film can take its mark away again.
    original = replace(original, watched={film: day for film, day in original.watched.items() if film % every == 0})
    assume(
        original.watched
        or original.viewings
        or original.reviews
        or original.watchlist
        or any(made.films for made in original.lists)
    )
    content = asyncio.run(given_back(database_url, original))
    again = read([Upload("kinograph-letterboxd-2026-05-03.zip", content)])
    assert told(again) == told(original)
    assert not again.problems
    assert not again.likes


def test_files_are_split_between_rows_and_none_is_larger_than_letterboxd_takes(database_url: str) -> None:
    long = "é🎬" * 9_000  # six bytes a pair
    rows = [
        f'2024-01-01,Film {n},2001,https://boxd.it/{code(10 * n)},4,,"{long}\n""{n}""",,2024-01-{n % 28 + 1:02}'
        for n in range(1, 61)
    ]
    uploads = [Upload("reviews.csv", table(REVIEW, *rows))]
    listed = [f'{n},Film {n},2001,https://boxd.it/{code(10 * n)},"{long}"' for n in range(1, 31)]
    uploads += [
        Upload(f"lists/{name}.csv", table(LIST, "2022-11-16,Same name,,,", "", PLACES, *listed)) for name in "ab"
    ]
    original = read(uploads)
    content = asyncio.run(given_back(database_url, original))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    assert [name for name in sizes if name.startswith(("diary", "lists/"))] == [
        *(f"diary-{n}.csv" for n in range(1, 5)),
        *("lists/a.csv", "lists/a.2.csv", "lists/b.csv", "lists/b.2.csv"),
    ]
    assert max(sizes.values()) <= MOST_BYTES
    assert all(tuple(rows[0]) == ENTRY for name, rows in unpacked(content).items() if name.startswith("diary"))
    again = read([Upload("sent.zip", content)])
    assert told(again) == told(original)
    assert [made.name for made in again.lists] == ["Same name"] * 2


async def test_what_no_file_has_room_for_goes_without_its_tags(engine: AsyncEngine, database_url: str) -> None:
    tags = ", ".join(f"{n:x}{'🎬' * 120}" for n in range(1_000))
    said = "🎬" * 130_000
    original = read([Upload("reviews.csv", table(REVIEW, f'2024-01-01,Ran,1985,,4,,{said},"{tags}",2024-01-01'))])
    rows = unpacked(await given_back(database_url, original))["diary-1.csv"]
    assert [(row["Review"], row["Tags"]) for row in rows] == [(said, "")]


async def match(db: AsyncConnection, title: str, kind: str, tmdb_id: int, *, confidence: float = 1) -> None:
    """Has a film be an entry by people 2 and 1, with an IMDb number of the same digits."""
    facts: dict[str, list[Any]] = {
        name: [] for name in ("genres", "countries", "languages", "keywords", "companies", "writers", "cast_ids")
    }
    facts |= {name: [] for name in ("cast_characters", "composers", "photography", "editors", "producers")}
    entry = {"source": "tmdb", "kind": kind, "tmdb_id": tmdb_id, "imdb_id": f"tt{tmdb_id:07}", "directors": [2, 1]}
    entry |= {"title": "x", "original_title": "x", "vote_count": 0, "popularity": 0}
    stored = insert(FilmFacts).values(**facts, **entry)
    stored = stored.on_conflict_do_update(index_elements=["source", "kind", "tmdb_id"], set_={"title": "x"})
    facts_id = await db.scalar(stored.returning(FilmFacts.id))
    values = {"state": "matched", "facts_id": facts_id, "confidence": confidence, "settled_at": func.now()}
    await db.execute(update(Film).where(Film.title == title).values(**values))


SAID = zipped(
    watched=table(
        FILM_HEAD,
        "2024-01-01,=1+1,2001,https://boxd.it/18",
        '2024-01-01,"Red, ""White""",1994,http://letterboxd.com/film/red/',
        "2024-01-01,Chernobyl,2019,https://boxd.it/1i",
        "2024-01-01,Undated,,https://boxd.it/1s",
        "2024-01-01,Restated,2003,https://boxd.it/1C",
    ),
    ratings=table(
        RATING,
        "2024-01-01,Chernobyl,2019,https://boxd.it/1i,5",
        "2024-01-01,Undated,,https://boxd.it/1s,0.5",
        "2024-01-01,Restated,2003,https://boxd.it/1C,5",
    ),
    diary=table(
        DIARY,
        '2024-01-01,=1+1,2001,https://boxd.it/6oDmPR,3.5,Yes,"a, b,c",2024-01-02',
        "2024-01-01,=1+1,2001,https://boxd.it/6oDmPH,,,,2024-01-02",
        "2024-01-01,Restated,2003,https://boxd.it/6oDmPb,4,,,2023-01-02",
    ),
    reviews=table(
        REVIEW,
        '2024-01-01,=1+1,2001,https://boxd.it/6oDmPR,3.5,Yes,"<i>So</i>,\r\n""good""","a, b,c",2024-01-02',
        "2024-01-01,Chernobyl,2019,https://boxd.it/6oDmPl,5,,No day,,",
    ),
    watchlist=table(FILM_HEAD, "2024-01-01,Heat 2,,https://boxd.it/DErS"),
)


async def test_there_is_a_row_for_each_viewing_as_the_import_names_it(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, SAID)).json()["session_id"]
    async with engine.begin() as db:
        await match(db, "=1+1", "movie", 11, confidence=0.95)
        await match(db, "Chernobyl", "tv", 87108)
        await match(db, "Restated", "movie", 12, confidence=0.5)
        await db.execute(text("INSERT INTO people (id, name, gender) VALUES (1, 'Ada, of X', 0), (2, 'Bo', 0)"))
    answer = await client.get(f"/session/{session_id}/letterboxd.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="kinograph-letterboxd-2026-05-03.zip"' in answer.headers["content-disposition"]
    files = unpacked(answer.content)
    assert list(files) == ["diary-1.csv", "watched-1.csv", "watchlist.csv"]
    sure = {"LetterboxdURI": "https://boxd.it/18", "Title": "=1+1", "Year": "2001", "Directors": "Bo, Ada, of X"}
    sure |= {"tmdbID": "11", "imdbID": "tt0000011", "WatchedDate": "2024-01-02"}
    review = '<i>So</i>,\r\n"good"'
    unsure = {"LetterboxdURI": "https://boxd.it/1C", "Title": "Restated", "Year": "2003"}
    unsure |= dict.fromkeys(("tmdbID", "imdbID", "Directors", "Rewatch", "Tags", "Review"), "")
    assert files["diary-1.csv"] == [
        unsure | {"Rating": "4", "WatchedDate": "2023-01-02"},
        sure | {"Rating": "", "Rewatch": "", "Tags": "", "Review": ""},
        sure | {"Rating": "3.5", "Rewatch": "true", "Tags": "a, b,c", "Review": review},
    ]
    assert [
        (row["Title"], row["tmdbID"], row["imdbID"], row["Rating"], row["Review"]) for row in files["watched-1.csv"]
    ] == [
        ("=1+1", "11", "tt0000011", "", ""),  # whose stars were taken away since
        ('Red, "White"', "", "", "", ""),
        ("Undated", "", "", "0.5", ""),
        ("Restated", "", "", "5", ""),
        ("Chernobyl", "", "tt0087108", "5", "No day"),
    ]
    assert files["watched-1.csv"][1]["LetterboxdURI"] == "https://letterboxd.com/film/red/"
    assert files["watchlist.csv"] == [
        dict.fromkeys(FILM, "") | {"LetterboxdURI": "https://boxd.it/DErS", "Title": "Heat 2"}
    ]


async def test_the_files_come_back_through_the_door(client: AsyncClient) -> None:
    first = (await upload(client, EXPORT)).json()["session_id"]
    content = (await client.get(f"/session/{first}/letterboxd.zip")).content
    answer = await upload(client, Upload("kinograph-letterboxd-2026-05-03.zip", content))
    assert answer.status_code == 201, answer.text
    assert any("wrote these files for Letterboxd" in warning for warning in answer.json()["warnings"])
    before, after = [
        (await client.get(f"/api/session/{session_id}/summary")).json()
        for session_id in (first, answer.json()["session_id"])
    ]
    alike = ("films", "viewings", "ratings", "reviews", "watchlist", "lists", "rewatches")
    assert {name: after[name] for name in alike} == {name: before[name] for name in alike}
    assert (await upload(client, Upload("again.zip", content))).status_code == 200


async def test_a_film_that_is_logged_but_not_marked_comes_back_as_that(database_url: str) -> None:
    rows = ("2024-01-01,Marked,2001,https://boxd.it/18", "2024-01-01,Logged,1994,https://boxd.it/1i")
    entries = [f"{row},4,,,2024-01-0{n}" for n, row in enumerate(rows, 1)]
    uploads = [Upload("watched.csv", table(FILM_HEAD, rows[0])), Upload("diary.csv", table(DIARY, *entries))]
    original = read(uploads)
    content = await given_back(database_url, original)
    files = unpacked(content)
    assert [(row["Title"], row["Watched"]) for row in files["not-watched.csv"]] == [("Logged", "No")]
    again = read([Upload("sent.zip", content)])
    assert told(again) == told(original)
    assert len(again.watched) == 1
    beside = read([*uploads, Upload("not-watched.csv", _file(content, "not-watched.csv"))])
    assert told(beside) == told(original)


async def test_they_are_not_read_beside_a_diary_that_would_count_twice(database_url: str) -> None:
    original = read([EXPORT])
    content = await given_back(database_url, original)
    both = read([EXPORT, Upload("loose.csv", _file(content, "diary-1.csv"))])
    assert len(both.viewings) == len(original.viewings)
    assert any("loose.csv" in str(warning) for warning in both.warnings)


def _file(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


@pytest.mark.parametrize(
    ("slugs", "names"),
    [
        (["2024", "2024-1"], ["2024", "2024-1"]),
        (["a", "A", "a", "../a", ""], ["a", "a-2", "a-3", "a-4", "list"]),
        (["über-alles", "x" * 300], ["ber-alles", "x" * 60]),
    ],
)
def test_the_files_of_lists_have_names_that_every_system_takes(slugs: list[str], names: list[str]) -> None:
    assert name_files(slugs) == names


async def test_only_its_owner_has_them(client: AsyncClient) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    address = f"/session/{session_id}/letterboxd.zip"
    head = await client.head(address)
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "application/zip")
    client.cookies.clear()
    assert (await client.get(address)).status_code == 403
    assert (await client.get("/session/no-id/letterboxd.zip")).status_code == 404
