"""Tags and lists are the owner's alone: as filters, as cards, and in what a stranger's address picks."""

from collections.abc import Callable

import pytest
from httpx import ASGITransport, AsyncClient

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards import lists, tags
from kinograph.stats.cards.lists import ListProgress, Lists
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import RankedGroup, Ranking
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, table, zipped
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.0, "lists": ["war", "japan"]}),
    ("Ikiru", 1952, {"lists": ["japan"]}),
    ("Playtime", 1967, {}),
    ("Red Beard", 1965, {"watched": False, "lists": ["japan"]}),
)
VIEWINGS = (("Ran", "2024-03-11"), ("Ran", "2024-04-01+"), ("Ikiru", "2024-05-01"), ("Playtime", "2024-05-02"))
TAGS = {
    ("Ran", "2024-03-11"): ["cinema", "35mm"],
    ("Ran", "2024-04-01+"): ["cinema"],
    ("Ikiru", "2024-05-01"): ["cinema"],
}
LISTS = {"war": ("War", 1, 1), "japan": ("Japan", 3, 2), "empty": ("Empty", 0, 0)}


@pytest.fixture
def view(make_view: Callable[..., PageContext]) -> Callable[..., PageContext]:
    def make(query: object = (), *, owner: bool = True) -> PageContext:
        return make_view(FILMS, VIEWINGS, tags=TAGS, lists=LISTS, query=query, owner=owner)

    return make


def test_a_tag_keeps_the_viewings_that_bear_it(view: Callable[..., PageContext]) -> None:
    shown = view({"tag": "cinema"})
    assert (shown.watched["title"].to_list(), len(shown.picked.viewings)) == (["Ran", "Ikiru"], 3)
    assert [chip.label for chip in shown.filters.chips(shown.all, shown.path)] == ["tagged “cinema”"]


def test_a_list_keeps_its_films_and_is_called_by_its_name(view: Callable[..., PageContext]) -> None:
    shown = view({"list": "japan"})
    assert shown.watched["title"].to_list() == ["Ran", "Ikiru"]
    assert shown.filters.which(shown.all) == "on “Japan”"


def test_a_strangers_address_picks_neither(view: Callable[..., PageContext]) -> None:
    assert Filters.parse({"tag": "cinema", "list": "japan", "liked": "no"}).to_query() == "liked=no"
    assert len(view({"tag": "cinema"}, owner=False).watched) == 3


def test_tags_are_counted_by_viewings(view: Callable[..., PageContext]) -> None:
    card = tags.compute(view())
    assert card == Ranking(
        most=(
            RankedGroup("cinema", 3, 3, None, FilterLink("?tag=cinema", picked=False), 1),
            RankedGroup("35mm", 1, 1, None, FilterLink("?tag=35mm", picked=False), 1),
        ),
        best=(),
        total=2,
        unit="viewings",
        own_mean=4.0,
        lookups=Lookups(films=3, pending=0, missing=0),
    )


def test_lists_say_how_much_of_them_is_seen_the_fullest_first(view: Callable[..., PageContext]) -> None:
    card = lists.compute(view())
    assert card == Lists(
        (
            ListProgress("War", 1, 1, FilterLink("?list=war", picked=False)),
            ListProgress("Japan", 3, 2, FilterLink("?list=japan", picked=False)),
        )
    )
    assert card.done == 1


@pytest.mark.parametrize("card", [tags, lists])
def test_a_stranger_sees_no_such_card(view: Callable[..., PageContext], card: object) -> None:
    assert card.compute(view(owner=False)) is None  # type: ignore[attr-defined]


def test_without_tags_and_lists_there_is_no_card(make_view: Callable[..., PageContext]) -> None:
    plain = make_view(FILMS, VIEWINGS)
    assert (tags.compute(plain), lists.compute(plain)) == (None, None)


async def test_whoever_has_the_address_sees_neither_tags_nor_lists(client: AsyncClient) -> None:
    export = zipped(
        watched=table(FILM, "2024-01-01,Ran,1985,", "2024-01-01,Ikiru,1952,"),
        diary=table(DIARY, "2024-01-01,Ran,1985,,4,,secret cellar,2024-01-01"),
        lists__hidden_gems=table(
            "Letterboxd list export v7", LIST, "2024-01-01,Hidden gems,,,", "", PLACES, "1,Ran,1985,,"
        ),
    )
    sent = await client.post("/api/upload", files=[("files", (export.name, export.content))])
    page = f"/session/{sent.json()['session_id']}"
    async with AsyncClient(transport=ASGITransport(client._transport.app), base_url=str(client.base_url)) as stranger:  # type: ignore[attr-defined]
        for path in ("/patterns", "/films", "/films.csv"):
            mine, theirs = await client.get(page + path), await stranger.get(page + path)
            assert mine.status_code == theirs.status_code == 200
            assert "secret cellar" not in theirs.text and "Hidden gems" not in theirs.text
        assert "secret cellar" in (await client.get(f"{page}/patterns")).text
        assert "Hidden gems" in (await client.get(f"{page}/patterns")).text
        assert "Ikiru" not in (await client.get(f"{page}/films.csv?tag=secret+cellar")).text
        assert "Ikiru" in (await stranger.get(f"{page}/films.csv?tag=secret+cellar")).text
        assert "Ikiru" in (await stranger.get(f"{page}/films.csv?list=hidden_gems")).text


async def test_the_sample_shows_its_tags_and_lists_to_everybody(client: AsyncClient, sampled: str) -> None:
    shown = (await client.get("/sample/patterns")).text
    assert 'id="card-tags"' in shown and 'id="card-lists"' in shown
