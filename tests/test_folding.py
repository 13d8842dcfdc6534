"""What is typed into a search finds what a person means, in the table of films and among the films to correct alike."""

from __future__ import annotations

import itertools

import polars as pl
from httpx import AsyncClient

from kinograph.films.folding import fold, has_words
from tests.sessions.export_files import FILM, table

TITLES = (
    "BURN·E", "WALL·E", "Burn After Reading", "Pokémon", "La fête", "Ocean’s Eleven", "Spider-Man", "Tom & Jerry",
    "Se7en", "Æon Flux", "Władca", "(500) Days of Summer", "…And Justice for All", "M", "!!!", "$9.99", "Ⅳ", "東京物語",
)  # fmt: skip

FOUND = {
    "burn-e": ["BURN·E"], "burn e": ["BURN·E", "Burn After Reading"], "Burn·E": ["BURN·E"], "wall-e": ["WALL·E"],
    "Pokemon": ["Pokémon"], "fete": ["La fête"], "oceans": ["Ocean’s Eleven"], "ocean's": ["Ocean’s Eleven"],
    "OCEAN’S eleven": ["Ocean’s Eleven"], "spider man": ["Spider-Man"], "man-spider": [],
    "tom & jerry": ["Tom & Jerry"],
    "aeon": ["Æon Flux"], "wladca": ["Władca"], "500 days": ["(500) Days of Summer"], "…and": ["…And Justice for All"],
    "!!!": ["!!!"], "9.99": ["$9.99"], "東京": ["東京物語"], "fe\u0302te": ["La fête"], "100%": [],
}  # fmt: skip
"""Each word is looked for by itself; what is joined by a sign stands together."""


async def test_both_searches_find_the_same(client: AsyncClient) -> None:
    watched = table(FILM, *(f'2024-01-01,"{title}",{1950 + n},' for n, title in enumerate(TITLES)))
    sent = (await client.post("/api/upload", files={"files": ("watched.csv", watched)})).json()
    for search, (path, name) in itertools.product(FOUND, (("films", "q"), ("repair", "title"))):
        page = await client.get(f"/session/{sent['session_id']}/{path}", params={name: search})
        listed = page.text[page.text.index("<main") :].replace("&amp;", "&").replace("’", "’")
        found = [title for title in TITLES if f">{title}<" in listed or f">{title} <" in listed]
        assert sorted(found) == sorted(FOUND[search]), (search, path)


def test_what_is_folded_stays_as_it_is() -> None:
    once = pl.DataFrame({"title": TITLES}).select(fold(pl.col("title")))
    assert once.equals(once.select(fold(pl.col("title"))))


def test_every_title_is_found_by_itself_in_capitals_and_in_pieces() -> None:
    titles = pl.DataFrame({"title": TITLES})
    for title in TITLES:
        for search in (title, title.upper(), title.lower(), f"  {title}  ", title[: len(title) // 2 + 1].strip()):
            assert title in titles.filter(has_words(pl.col("title"), search))["title"], search
