"""Mending a match, through the door that programs use."""

from __future__ import annotations

from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.corrections.routes import PAGE
from kinograph.films import unnamed
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from tests.corrections.conftest import Send, diary, ratings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import until, working
from tests.sessions.export_files import FILM, table

LOST = "The Unfilmed Lighthouse,1999,https://boxd.it/29hy"
QUAY = "The Long Quay,1994,https://boxd.it/29hI"
MISNAMED = "Kestrel Rising,2012,https://boxd.it/29hS"


@pytest.mark.usefixtures("worker")
async def test_lists_what_is_unmatched_or_unsure_most_watched_first(send: Send) -> None:
    session = await send(
        LOST,
        QUAY,
        MISNAMED,
        "Nobody Filmed This,2001,https://boxd.it/29i2",
        diary=diary(
            "Kestrel Rising,2012,https://boxd.it/6oDmPH,2024-01-01",
            "Kestrel Rising,2012,https://boxd.it/6oDmPR,2024-02-01",
        ),
        ratings=ratings("Nobody Filmed This,2001,https://boxd.it/29i2,5"),
    )
    page = await session.get("/repairs")

    assert page["total"] == 3
    assert [film["title"] for film in page["films"]] == [
        "Kestrel Rising", "Nobody Filmed This", "The Unfilmed Lighthouse",
    ]  # fmt: skip
    first = page["films"][0]
    assert (first["viewings"], first["match_state"], first["match"]) == (2, "unmatched", None)
    assert first["why"] == "Nothing at TMDB has this title."
    everything = await session.get("/repairs?show=all&limit=2&skip=2")
    assert (everything["total"], len(everything["films"])) == (4, 2)


@pytest.mark.usefixtures("worker")
async def test_a_choice_brings_its_facts_and_the_counts_follow(send: Send, tmdb: FakeTmdb) -> None:
    session = await send(LOST, QUAY)
    before = await session.version()
    entry = tmdb.entry("Low Country")
    film = await session.put(0, kind="movie", tmdb_id=entry.id)

    assert (film["repair"], film["match"]["title"], film["match"]["directors"]) == (
        "entry", "Low Country", ["Jori Veen"],
    )  # fmt: skip
    assert await session.counts() == (2, 0)
    assert await session.version() != before
    assert (await session.get("/repairs"))["total"] == 0
    assert (await session.get("/repairs?show=mine"))["total"] == 1
    movies = (await session.get("/movies"))["movies"]
    assert (movies[0]["tmdb_id"], movies[0]["runtime"]) == (entry.id, 100)


@pytest.mark.usefixtures("worker")
async def test_a_matched_film_can_be_changed_too(send: Send, tmdb: FakeTmdb) -> None:
    session = await send(QUAY)
    short = next(e for e in tmdb.entries if e.title == "The Long Quay" and e.details["runtime"] == 9)
    await session.put(0, kind="movie", tmdb_id=short.id)

    assert (await session.get("/movies"))["movies"][0]["runtime"] == 9


@pytest.mark.usefixtures("worker")
async def test_a_link_is_as_good(send: Send, tmdb: FakeTmdb) -> None:
    entry = tmdb.entry("Low Country")
    told = (
        "https://www.themoviedb.org/movie/{tmdb}-low-country?language=de",
        "themoviedb.org/movie/{tmdb}",
        "https://www.imdb.com/title/{imdb}/?ref_=nv_sr",
        "https://m.imdb.com/de/title/{imdb}",
        " {imdb} ",
    )
    session = await send(*(f"Unfilmed {n},1999,https://boxd.it/29h{n}" for n in range(len(told))))
    for n, link in enumerate(told):
        film = await session.put(n, link=link.format(tmdb=entry.id, imdb=entry.details["imdb_id"]))
        assert film["match"]["tmdb_id"] == entry.id, link


@pytest.mark.usefixtures("worker")
async def test_a_link_in_the_place_of_words_is_looked_at_before_it_is_chosen(send: Send, tmdb: FakeTmdb) -> None:
    session = await send(LOST)
    found = await session.get(f"/films/0/candidates?query={tmdb.entry('Low Country').details['imdb_id']}")
    assert [(c["title"], c["directors"]) for c in found["candidates"]] == [("Low Country", ["Jori Veen"])]
    assert await session.counts() == (0, 1)
    nobodys = await session.get("/films/0/candidates?query=tt9999999")
    assert (nobodys["candidates"], nobodys["waiting"]) == ([], False)


@pytest.mark.usefixtures("worker")
async def test_a_series_is_an_answer_and_so_is_nothing(send: Send, tmdb: FakeTmdb) -> None:
    session = await send(LOST, QUAY)
    series = await session.put(0, kind="tv", tmdb_id=tmdb.entry("Glasshouse").id)
    nothing = await session.put(1, nothing=True)

    assert (series["match"]["kind"], series["match"]["directors"]) == ("tv", ["Ida Penn"])
    assert (nothing["repair"], nothing["match_state"], nothing["match"]) == ("nothing", "unmatched", None)
    assert await session.counts() == (1, 1)


@pytest.mark.usefixtures("worker")
async def test_undo_brings_the_automatic_match_back_and_open_pages_see_it(send: Send, tmdb: FakeTmdb) -> None:
    session = await send(LOST, QUAY)
    await session.put(1, nothing=True)
    await session.put(0, kind="movie", tmdb_id=tmdb.entry("Low Country").id)
    versions = [await session.version()]
    for n in (1, 0):
        film = await session.undo(n)
        assert film["repair"] is None
        versions.append(await session.version())

    assert len(set(versions)) == 3
    assert await session.counts() == (1, 1)
    assert (await session.get("/repairs?show=mine"))["total"] == 0


@pytest.mark.usefixtures("worker")
async def test_it_holds_for_the_next_upload_renamed_or_not_and_for_nobody_else(send: Send, tmdb: FakeTmdb) -> None:
    unlinked = "Some Lost Reel,1931,"
    session = await send(LOST, unlinked)
    for n, title in enumerate(("Low Country", "Café Lumen")):
        await session.put(n, kind="movie", tmdb_id=tmdb.entry(title).id)

    renamed = LOST.replace("Unfilmed", "Unlit")
    again = await send(renamed, unlinked, QUAY, token=session.token)
    assert await again.counts() == (3, 0)
    assert await (await send(LOST, unlinked, QUAY)).counts() == (1, 2)


@pytest.mark.usefixtures("worker")
async def test_candidates_tell_who_made_them_and_how_long_they_are(send: Send) -> None:
    session = await send("Hollow Yeer,2018,https://boxd.it/29ic", "Kestrel,2040,https://boxd.it/29im")
    found = await session.get("/films/0/candidates?query=hollow year")
    own = await session.get("/films/1/candidates")

    assert not found["waiting"] and not own["waiting"]
    assert [(c["title"], c["year"], c["directors"], c["runtime"]) for c in found["candidates"]] == [
        ("Hollow Year", 2019, ["Sena Akoto"], 100),
        ("Hollow Year", 2018, ["Nobody Much"], 12),
    ]
    assert {("Kestrel", 2012, "Ruth Adeyemi"), ("Kestrel", 1969, "Piers Nolan")} <= {
        (c["title"], c["year"], c["directors"][0]) for c in own["candidates"] if c["directors"]
    }


async def test_without_a_key_a_choice_is_kept_and_holds_when_there_is_one(
    send: Send, engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None)
    session = await send(LOST, wait=False)
    async with working(keyless):

        async def paused() -> bool:
            return bool((await session.get("/status"))["paused"] == "no_key")

        await until(paused)
        film = await session.put(0, link=f"https://www.themoviedb.org/movie/{tmdb.entry('Low Country').id}")
        assert (film["waiting"], film["repair"], film["match_state"]) == (True, None, "pending")
        assert "This Kinograph has no TMDB key." in await session.page("/repair")
        before = await session.version()

        store_key(keyless, TmdbKey(tmdb.token))

        async def matched() -> bool:
            return await session.counts() == (1, 0)

        await until(matched)
        assert await session.version() != before


@pytest.mark.usefixtures("worker")
async def test_an_entry_that_tmdb_does_not_have_changes_nothing_and_is_said(send: Send) -> None:
    session = await send(QUAY)
    film = await session.put(0, kind="movie", tmdb_id=999)

    assert (film["waiting"], film["match"]["title"]) == (False, "The Long Quay")
    assert film["why"] == "TMDB does not have the entry you chose, so nothing was changed."
    assert [(await session.get(f"/repairs?show={show}"))["total"] for show in ("open", "mine")] == [1, 0]
    await session.undo(0)
    assert (await session.get("/repairs"))["total"] == 0


@pytest.mark.usefixtures("worker")
async def test_the_purge_leaves_what_a_repair_names(send: Send, engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    session = await send(LOST)
    await session.get("/films/0/candidates?query=kestrel")
    await session.put(0, kind="movie", tmdb_id=tmdb.entry("Low Country").id)
    await unnamed.delete_unnamed(engine)
    async with engine.connect() as db:
        titles = (await db.execute(text("SELECT title FROM film_facts"))).scalars().all()

    assert titles == ["Low Country"]


@pytest.mark.usefixtures("worker")
async def test_the_forms_need_no_script(send: Send, client: AsyncClient, tmdb: FakeTmdb) -> None:
    session = await send(LOST, QUAY)

    async def post(n: int, **fields: str) -> str:
        answer = await client.post(f"/session/{session.id}/repair/{n}", data=fields, headers=session.headers)
        assert answer.status_code == 303
        return answer.headers["location"]

    there = await post(0, choice=f"movie/{tmdb.entry('Low Country').id}", back="page=2&evil=1")
    assert there == f"/session/{session.id}/repair?page=2&done=0"
    assert "counted as Low Country (2009)" in await session.page("/repair", done="0")
    await post(0, choice="undo")
    assert "Nothing at TMDB has this title." in await session.page("/repair")
    await post(1, choice="nothing")
    assert "left out: not on TMDB" in await session.page("/repair", done="1")
    await post(0, link=str(tmdb.entry("Low Country").details["imdb_id"]))
    assert await session.counts() == (1, 1)

    wrong = await client.post(f"/session/{session.id}/repair/0", data={"link": "<i>no"}, headers=session.headers)
    assert wrong.status_code == 422
    assert "That is not a link" in wrong.text and "&lt;i&gt;no" in wrong.text


@pytest.mark.usefixtures("worker")
async def test_answering_the_last_film_of_a_page_leads_to_those_that_are_left(send: Send) -> None:
    session = await send(*(f"Nobody Filmed This {n},2001," for n in range(PAGE + 1)))
    last = await session.page("/repair", page="2")
    assert f"/repair/{PAGE}?back=page%3D2" in last and "Nobody Filmed This 0" not in last
    await session.put(PAGE, nothing=True)

    left = await session.page("/repair", page="2", done=str(PAGE))
    assert "Nobody Filmed This 0" in left and "Nothing needs review" not in left


@pytest.mark.usefixtures("worker")
async def test_any_film_is_found_by_its_title(send: Send) -> None:
    session = await send(LOST, QUAY)
    page = await session.page("/repair", title="long QU")
    assert "The Long Quay" in page and "Lighthouse" not in page
    assert "No film of this upload has that in its title." in await session.page("/repair", title="100%")


@pytest.mark.usefixtures("worker")
async def test_what_an_address_of_the_list_says_wrongly_is_as_if_it_were_not_said(send: Send) -> None:
    session = await send(LOST, QUAY)
    plain = await session.page("/repair")
    for wrong in ({"page": "x"}, {"page": "0"}, {"page": "-1"}, {"page": "9" * 40}, {"show": "some"}, {"done": "x"}):
        assert "The Unfilmed Lighthouse" in plain and "The Unfilmed Lighthouse" in await session.page(
            "/repair", **wrong
        )
    assert "No film of this upload has that" in await session.page("/repair", title="x" * 5000)


@pytest.mark.usefixtures("worker")
async def test_the_list_says_when_it_counts_films_that_were_not_watched(send: Send) -> None:
    alone = await send(QUAY)
    assert "All films <b>" in await alone.page("/repair")
    session = await send(QUAY, watchlist=table(FILM, f"2024-01-01,{LOST}"))
    assert "All films, watched or not <b>2</b>" in await session.page("/repair")


@pytest.mark.usefixtures("worker")
async def test_nothing_can_be_undone_where_nothing_was_changed(send: Send) -> None:
    session = await send(LOST)
    await session.put(0, kind="movie", tmdb_id=999_999)
    page = await session.page("/repair", done="0")
    done = page[page.index('id="done"') : page.index("</section>", page.index('id="done"'))]
    assert "so nothing was changed" in done and "Undo" not in done
    await session.put(0, nothing=True)
    page = await session.page("/repair", done="0")
    assert 'value="undo">Undo' in page
