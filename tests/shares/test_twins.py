"""Two sessions that differ only in what a share hides: every address below it answers both with the same bytes."""

from __future__ import annotations

import re
from datetime import date

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import catalogue, collections
from kinograph.films.facts import CollectionFacts, Facts, PartFacts, PersonFacts
from kinograph.films.models import Source
from kinograph.sessions.export import Upload
from kinograph.stats.filters import FILTERS
from tests.routes import LIST, addresses
from tests.sessions.export_files import DIARY, FILM, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.export_files import LIST as LIST_HEAD
from tests.sessions.test_api import upload
from tests.shares.conftest import browser

DIRECTOR, OTHERS = 7, 8
SAGA = CollectionFacts(5, "Hidden Saga")
SEEN = [f"Seen {n}" for n in range(6)]
BEYOND = ["Beyond 0", "Beyond 1"]
WISH = "Wish 0"


def film(title: str) -> str:
    return f"2024-01-01,{title},{1990 + int(title[-1])},"


def export(*, beyond: list[str], last: str, hidden: bool) -> Upload:
    """The same films in the diary of 2024, others before and after it, and what its owner thinks of all of them."""
    stars, tag = ("4.5", "hushed") if hidden else ("", "")
    days = [f"2024-02-{n + 1:02},{title},{1990 + n},,{stars},,{tag},2024-02-{n + 1:02}" for n, title in enumerate(SEEN)]
    days += [f"{day},{title},{1990 + int(title[-1])},,,,,{day}" for title in beyond for day in ("2023-05-05", last)]
    files = {"watched": table(FILM, *map(film, [*SEEN, *beyond])), "diary": table(DIARY, *days)}
    if hidden:
        files |= {
            "ratings": table(RATING, *(f"{film(title)},4.5" for title in [*SEEN, *beyond])),
            "likes__films": table(FILM, *map(film, SEEN[:3])),
            "watchlist": table(FILM, film(WISH), film(SEEN[0])),
            "reviews": table(REVIEW, f"{film(SEEN[1])},4.5,,hushed words,,2024-02-02,"),
            "lists__hushed": table(
                "Letterboxd list export v7", LIST_HEAD, "2024-01-01,Hushed,,,", "", PLACES, f"1,{SEEN[0]},1990,,"
            ),
        }
    return zipped(**files)


TWINS = (
    export(beyond=[], last="2025-01-01", hidden=False),
    export(beyond=BEYOND, last="2025-12-24", hidden=True),
)


async def look_up(engine: AsyncEngine) -> None:
    """As the worker would. Of the films of the collection one is shown; whoever sees it knows what it is a part of."""
    async with engine.begin() as db:
        for number, title in enumerate([*SEEN, *BEYOND, WISH], start=1):
            director = PersonFacts(DIRECTOR if number % 2 else OTHERS, f"Director {number % 2}")
            is_part = title in (SEEN[0], *BEYOND)
            facts = Facts(
                "movie", number, None, title, title, "ja", date(1990 + int(title[-1]), 6, 1), 100, ("Drama",), ("JP",),
                vote_average=7.5, vote_count=900, crew={"directors": (director,)}, collection=SAGA if is_part else None,
            )  # fmt: skip
            await db.execute(
                text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
                {"id": await catalogue.store_facts(db, facts, source=Source.TMDB), "title": title},
            )
        parts = [PartFacts(number, f"Part {number}", date(1990, 6, 1)) for number in (1, 7, 8)]
        await collections.store_parts(await raw(db), SAGA.id, parts)


VALUES = {
    "viewed": ("2023", "2025", "this-year", "last-30-days", "last-12-months", "2023-01-01..2025-12-31"),
    "against": ("before", "year-earlier", "all", "2023", "2025"),
    "released": ("1990-1991",), "rating": ("4.5", "0.5-"), "score": ("7-",), "runtime": ("90-",), "votes": ("1-",),
    "title": ("beyond",), "unseen": ("0-400", "401-"), "viewed.not": ("2024",), "wished": ("2024",),
    "genre": ("Drama",), "keyword": ("x",), "studio": ("1",), "collection": ("5",), "country": ("JP",),
    "language": ("ja",), "tag": ("hushed",), "list": ("hushed", LIST, "imported:hushed"), "weekday": ("5",),
    "month": ("2", "5"), "pause": ("0-", "300-"), "logged": ("0-",), "calendar": ("2023",), "by": ("week",),
    "strip": ("viewings",), "role": ("director",), "sort": ("best",), "q": ("director",), "page": ("2",),
    "order": ("hours",), "left": ("wanted",), "show": ("begun",), "seed": ("2",), "count": ("hours",),
}  # fmt: skip
"""What is tried of each filter and choice; yes and no where nothing else is said, and the people of both roles."""


def queries() -> list[str]:
    """Each filter in each of its kinds, each period against each other, and the fields of the panel's form."""
    found = ["", "page=1"]
    for name, entry in FILTERS.items():
        values = VALUES.get(name) or VALUES.get(entry.base)
        if values is None:
            values = ("yes", "no") if _takes(name, "yes") else (str(DIRECTOR), str(OTHERS))
        found += [f"{name}={value}" for value in values]
    periods = ("2024", "this-year", "last-30-days", "2023-06-01..2024-02-03", "2024-02")
    found += [f"viewed={viewed}&against={against}" for viewed in periods for against in VALUES["against"]]
    found += ["director.find=director 1", "tag.find=hushed&tag.as=not", "list.find=hushed", "rating.from=1&do=show"]
    return found


READ_WHOLE = ("/films.csv", "/filter.json")
"""These tell of any film, and of any count, what all other pages draw."""
FEW = ("collection=5", "viewed=last-30-days&against=before", "against=all&weekday=5&tag.not=hushed&rated=no")


def _takes(name: str, value: str) -> bool:
    try:
        FILTERS[name].canonical(value)
    except ValueError:
        return False
    return True


async def test_what_a_share_hides_is_told_by_no_address(
    web: FastAPI, engine: AsyncEngine, visitor: AsyncClient
) -> None:
    shares = []
    for twin in TWINS:
        async with browser(web) as owner:
            session_id = (await upload(owner, twin)).json()["session_id"]
            asked = {"filters": "viewed=2024", "shows": {"stars": False}}
            shares.append((await owner.post(f"/api/session/{session_id}/shares", json=asked)).json()["token"])
    await look_up(engine)
    web.state.progress_cache._counts.clear()
    seen, differ = 0, list[tuple[str, str, str]]()
    for path in sorted({each.path for each in addresses(web, "GET") if each.path.startswith("/s/")}):
        if re.search(r"report|\.png|/picture|./filter", path.removeprefix("/s/{token}")):
            continue  # of the same frame: other tests read what they hold
        for query in queries() if path.removeprefix("/s/{token}") in READ_WHOLE else FEW:
            answers = []
            for token in shares:
                address = path.format(token=token, person=DIRECTOR, year=2024, name=LIST)
                answer = await visitor.get(f"{address}?{query}")
                assert answer.status_code < 500
                told = re.sub(r'"version":"?\w+"?|data-(version|hash)="[^"]*"', "", answer.text.replace(token, "TOKEN"))
                answers.append((answer.status_code, answer.headers.get("location", "").replace(token, "TOKEN"), told))
            if answers[0] != answers[1]:
                differ.append((path, query, _first_difference(str(answers[0]), str(answers[1]))))
            seen += answers[0][0] == 200
    assert differ == []
    assert seen > 250


def _first_difference(one: str, other: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]} … {other[max(0, at - 60) : at + 60]}"
