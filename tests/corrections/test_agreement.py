"""When the matches of several people become everybody's, and what mischief cannot do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.corrections import agreement
from kinograph.corrections.agreement import Vote, VotedEntry, find_agreed, is_plausible, tell_apart
from tests.corrections.conftest import Owned, Send, diary
from tests.fake_tmdb import FakeTmdb

# TMDB calls it otherwise, so that nobody's look-up finds it.
CLAIM = "Low Country Days,2009,https://boxd.it/29hy"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def entries(first: int, count: int = 50) -> bytes:
    """A diary whose log entries have Letterboxd's numbers from `first` on."""
    return diary(
        *(f"Low Country Days,2009,{link(10 * n + 1)},2023-{n % 12 + 1:02}-01" for n in range(first, first + count))
    )


def link(value: int) -> str:
    code = ""
    while value:
        value, digit = divmod(value, 62)
        code = DIGITS[digit] + code
    return f"https://boxd.it/{code}"


async def people(send: Send, *diaries: bytes) -> list[Owned]:
    return [await send(CLAIM, diary=each) for each in diaries]


async def choose(owners: Sequence[Owned], tmdb_id: int, *, engine: AsyncEngine, days: int = 8) -> None:
    for owned in owners:
        await owned.put(0, kind="movie", tmdb_id=tmdb_id)
    async with engine.begin() as db:
        await db.execute(text("UPDATE repairs SET changed_at = now() - make_interval(days => :days)"), {"days": days})


async def settled(engine: AsyncEngine) -> Any:
    await agreement.run_round(engine)
    async with engine.connect() as db:
        return (await db.execute(text("SELECT * FROM films"))).one()


THREE = (entries(100_000), entries(200_000), entries(300_000))


@pytest.mark.usefixtures("worker")
async def test_what_three_people_say_becomes_everybodys(send: Send, engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    await choose(await people(send, *THREE), tmdb.entry("Low Country").id, engine=engine)
    film = await settled(engine)
    assert (film.state, film.agreed_at is not None) == ("matched", True)

    stranger = await send(CLAIM)
    assert await stranger.counts() == (1, 0)
    (shown,) = (await stranger.get("/repairs?show=all"))["films"]
    assert (shown["match"]["title"], shown["why"]) == ("Low Country", "Several people here matched it this way.")
    assert (await stranger.get("/repairs"))["total"] == 0


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    "diaries",
    [
        pytest.param(THREE[:2], id="two people"),
        pytest.param((THREE[0], THREE[1], entries(300_000, 49)), id="one of them with a short diary"),
        pytest.param((THREE[0], THREE[0], THREE[0]), id="one export sent with three tokens"),
        pytest.param((THREE[0], THREE[1], entries(100_049)), id="a diary that shares one entry with another's"),
    ],
)
async def test_fewer_than_three_people_change_nothing(
    send: Send, engine: AsyncEngine, tmdb: FakeTmdb, diaries: Sequence[bytes]
) -> None:
    await choose(await people(send, *diaries), tmdb.entry("Low Country").id, engine=engine)
    assert (await settled(engine)).state == "unmatched"


@pytest.mark.usefixtures("worker")
async def test_a_week_must_pass(send: Send, engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    await choose(await people(send, *THREE), tmdb.entry("Low Country").id, engine=engine, days=6)
    assert (await settled(engine)).state == "unmatched"


@pytest.mark.usefixtures("worker")
async def test_one_who_says_otherwise_keeps_it_from_everybody_and_takes_it_back(
    send: Send, engine: AsyncEngine, tmdb: FakeTmdb
) -> None:
    await choose(await people(send, *THREE), tmdb.entry("Low Country").id, engine=engine)
    assert (await settled(engine)).state == "matched"
    dissenter = await send(CLAIM, diary=entries(400_000))
    await dissenter.put(0, nothing=True)
    film = await settled(engine)
    assert (film.state, film.agreed_at) == ("pending", None)  # looked up again
    assert (await settled(engine)).agreed_at is None

    await dissenter.undo(0)
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = now()"))
    assert (await settled(engine)).state == "matched"


@pytest.mark.usefixtures("worker")
async def test_whoever_has_said_nothing_much_takes_nothing_back(
    send: Send, engine: AsyncEngine, tmdb: FakeTmdb
) -> None:
    await choose(await people(send, *THREE), tmdb.entry("Low Country").id, engine=engine)
    await (await send(CLAIM)).put(0, nothing=True)
    assert (await settled(engine)).state == "matched"


@pytest.mark.usefixtures("worker")
async def test_any_number_of_people_cannot_call_it_something_else_entirely(
    send: Send, engine: AsyncEngine, tmdb: FakeTmdb
) -> None:
    await choose(await people(send, *THREE), tmdb.entry("Thirteen Doors").id, engine=engine)
    assert (await settled(engine)).state == "unmatched"


@pytest.mark.usefixtures("worker")
async def test_a_match_without_doubt_is_nobodys_to_change(send: Send, engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    sure = "The Long Quay,1994,https://boxd.it/29hI"
    owners = [await send(sure, diary=each.replace(b"Low Country Days,2009", b"The Long Quay,1994")) for each in THREE]
    short = next(e for e in tmdb.entries if e.title == "The Long Quay" and e.details["runtime"] == 9)
    await choose(owners, short.id, engine=engine)
    film = await settled(engine)
    assert (film.agreed_at, film.confidence > 0.9) == (None, True)


@pytest.mark.usefixtures("worker")
async def test_it_outlives_the_sessions_that_agreed(send: Send, engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    owners = await people(send, *THREE)
    await choose(owners, tmdb.entry("Low Country").id, engine=engine)
    await send(CLAIM)
    await settled(engine)
    for owned in owners:
        await owned.client.delete(f"/api/session/{owned.id}", headers=owned.headers)
    assert (await settled(engine)).state == "matched"


def test_people_agree_when_all_say_the_same_and_three_have_said_so_for_long() -> None:
    standing = [Vote(person, 7, is_standing=True) for person in (1, 2, 3)]
    assert find_agreed(standing) == 7
    assert find_agreed(standing[:2]) is None
    assert find_agreed([*standing[:2], Vote(2, 7, is_standing=True)]) is None
    assert find_agreed([*standing, Vote(4, 8, is_standing=False)]) is None
    assert find_agreed([*standing, Vote(4, None, is_standing=False)]) is None
    assert find_agreed([Vote(person, None, is_standing=True) for person in (1, 2, 3)]) is None


def test_an_entry_is_plausible_by_its_title_or_by_the_search_and_by_its_year() -> None:
    assert is_plausible("Amelie", 2001, VotedEntry("Amélie", "Le Fabuleux Destin d'Amélie Poulain", 2001, False))
    assert is_plausible("Das Boot", 1981, VotedEntry("The Boat", "Das Boot", 1982, False))
    assert is_plausible("Spirited Away", 2001, VotedEntry("Chihiro", "千と千尋の神隠し", 2001, is_runner_up=True))
    assert not is_plausible("Spirited Away", 2001, VotedEntry("Chihiro", "千と千尋の神隠し", 2001, is_runner_up=False))
    assert not is_plausible("Das Boot", 1981, VotedEntry("Das Boot", "Das Boot", 2018, is_runner_up=True))


def test_owners_who_share_an_entry_are_one_person_through_others_too() -> None:
    alone = [(owner, owner) for owner in range(1, 6)]
    assert tell_apart(alone) == {owner: owner for owner in range(1, 6)}
    assert tell_apart([*alone, (4, 2), (5, 4), (3, 3)]) == {1: 1, 2: 2, 3: 3, 4: 2, 5: 2}
    assert tell_apart([*alone, (5, 1), (5, 2), (2, 2)]) == {1: 1, 2: 1, 3: 3, 4: 4, 5: 1}
