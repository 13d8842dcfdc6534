"""The link of a mark that stands for several filters is the address these make, however it is made."""

from __future__ import annotations

import polars as pl
import pytest

from kinograph.stats.address import MOST_PICKED, Filters
from kinograph.stats.frame_schema import COMPANIES, FILMS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame, add_times
from kinograph.stats.page_context import PageContext

PICKS = {"director": "12", "released": "1990-1999"}
FULL = "&".join(f"genre={n}" for n in range(MOST_PICKED - 1))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "rating=4",
        "genre=Science Fiction&count=hours",
        "director=12",
        "director=13&genre=Drama",
        "released=1990-1999&director=12",
        "released=1994",
        "director.any=12&director.any=14",
        "page=3&genre=Drama",
        pytest.param(FULL, id="full"),
    ],
)
def test_a_link_of_several_filters_is_their_address(query: str) -> None:
    pairs = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&")) if name]
    empty = (pl.DataFrame(schema=schema) for schema in (FILMS, VIEWINGS, PEOPLE, COMPANIES))
    films, viewings, people, companies = empty
    filters = Filters.parse(pairs, page="people")
    view = PageContext(Frame(films, add_times(viewings), people, companies), filters, "/here", images=False)

    said = filters.from_the_start()
    picked = all(filters.has(*pair) for pair in PICKS.items())
    for name, value in PICKS.items():
        said = said.without(name, value) if picked else said.with_(name, value)

    for _ in range(2):
        link = view.link(**PICKS)
        assert (link.href, link.picked) == (said.href("/here"), picked)
        assert link.key == "director=12&released=1990-1999"
