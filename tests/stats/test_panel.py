"""The panel of all filters: what it offers, what its form says, and that its links say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from kinograph.stats.address import Filters
from kinograph.stats.filters import FILTERS
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.panel import Facet, count_values, find_value, make_panel
from kinograph.stats.panel_form import read_form
from tests.stats.conftest import Film
from tests.stats.generated import QUICK, libraries

FILMS: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("Ran", 1985, {"genres": ["Drama", "War"], "directors": [5026], "countries": ["JP", "FR"], "lists": ["odd"]}),
    ("Ikiru", 1952, {"genres": ["Drama"], "directors": [5026], "countries": ["JP"], "keywords": ["rain"]}),
    ("Playtime", 1967, {"genres": ["Comedy"], "directors": [7], "countries": ["FR"], "original_language": "fr"}),
    ("Wish", 2020, {"genres": ["Horror"], "watched": False, "watchlist": True}),
)
PEOPLE = {5026: "Akira Kurosawa", 7: "Jacques Tati", 8: "Jacques Tati"}
TAGS = {("Ran", "2024-03-11"): ["cinema"]}


@pytest.fixture
def view(make_view: Callable[..., PageContext]) -> Callable[..., PageContext]:
    def make(query: str = "", **kwargs: Any) -> PageContext:
        viewings = (("Ran", "2024-03-11"), ("Ran", "2024-05-01"))
        lists = {"odd": ("Odd ones", 1, 1)}
        return make_view(FILMS, viewings, PEOPLE, tags=TAGS, lists=lists, query=parse_qsl(query), **kwargs)

    return make


def facet(view: PageContext, name: str) -> Facet:
    return next(each for each in make_panel(view).facets if each.name == name)


def test_a_value_is_counted_among_what_everything_else_leaves(view: Callable[..., PageContext]) -> None:
    """Of its own facet nothing counts: there it is one more that may be picked."""
    picked = view("genre.any=Comedy&country=JP&released=-1960")
    assert [(each.label, each.films) for each in facet(picked, "genre").options] == [
        ("Comedy", 0),
        ("Drama", 1),
        ("War", 0),
    ]
    for each in facet(picked, "country").options:
        alone = Filters.parse(parse_qsl(f"genre.any=Comedy&country={each.value}&released=-1960"))
        assert each.films == len(alone.apply(picked.all).watched)


def test_a_range_shows_how_it_is_spread_and_what_of_it_is_picked(view: Callable[..., PageContext]) -> None:
    def draw(query: str) -> dict[str, int]:
        ranges = {each.name: each.spread for each in make_panel(view(query)).ranges}
        paths = re.findall(r'<path class="(\w+)" d="([^"]*)"', ranges["released"])
        return {css: path.count("M") for css, path in paths}

    assert draw("") == {"you": 3}
    assert draw("released=1960-1980") == {"you": 1, "ghost": 2}
    assert draw("released=1960-1980&genre=Drama") == {"ghost": 2}
    assert draw("genre=Horror") == {}


def test_votes_and_days_are_drawn_by_their_size(make_view: Callable[..., PageContext]) -> None:
    films: list[Film] = [(f"Film {n}", 2000, {"vote_count": votes}) for n, votes in enumerate((0, 20, 900, 90_000))]
    diary = [("Film 0", "2024-01-01"), ("Film 1", "2024-01-01"), ("Film 2", "2020-01-01"), ("Film 2", "2021-01-01")]

    def draw(name: str, **query: str) -> dict[str, int]:
        ranges = {each.name: each.spread for each in make_panel(make_view(films, diary, query=query)).ranges}
        return {css: path.count("M") for css, path in re.findall(r'<path class="(\w+)" d="([^"]*)"', ranges[name])}

    assert draw("votes") == {"them": 4}
    assert draw("votes", votes="100-") == {"them": 2, "ghost": 2}
    assert draw("votes", votes="60000-") == {"them": 1, "ghost": 3}
    assert draw("votes", votes="-0") == {"them": 1, "ghost": 3}
    assert draw("unseen") == {"you": 2}  # of the last there is no day
    assert draw("unseen", unseen="365-") == {"you": 1, "ghost": 1}


def test_a_facet_lists_its_values_most_frequent_first_and_watched_films_alone(view: Callable[..., PageContext]) -> None:
    genres = facet(view("genre=War&genre.not=Comedy"), "genre")
    assert [(each.label, each.films, tuple(each.kinds)) for each in genres.options] == [
        ("War", 1, ("all",)),
        ("Comedy", 1, ("not",)),
        ("Drama", 2, ()),
    ]
    assert [each.share for each in genres.options] == [0.5, 0.5, 1.0]
    assert facet(view(), "language").kinds == ("any", "not")


def test_a_facet_of_many_values_suggests_what_it_does_not_list(make_view: Callable[..., PageContext]) -> None:
    films = [(f"Film {n}", 2000, {"keywords": [f"word {each:03}" for each in range(n, 300)]}) for n in range(3)]
    words = facet(make_view(films), "keyword")
    assert [each.label for each in words.options] == [f"word {n:03}" for n in range(2, 7)]
    assert words.suggested == tuple(f"word {n:03}" for n in range(7, 47))


def test_what_is_the_owners_is_offered_to_them_alone(view: Callable[..., PageContext]) -> None:
    assert {"tag", "list"} <= {each.name for each in make_panel(view()).facets}
    assert not {"tag", "list"} & {each.name for each in make_panel(view(owner=False)).facets}


def test_what_a_share_hides_is_not_offered(view: Callable[..., PageContext]) -> None:
    panel = make_panel(view(), shown=frozenset({"tags"}))
    assert "rating" not in {each.name for each in panel.ranges}
    assert {each.name for each in panel.choices} == {"rewatched"}
    assert {each.name for each in panel.facets} & {"tag", "list"} == {"tag"}


def test_what_it_has_no_field_for_stays_picked(view: Callable[..., PageContext]) -> None:
    panel = make_panel(view("viewed=2024&weekday=1&count=hours&genre=War&runtime=90-&liked=yes&title=ran"))
    assert panel.others == (("viewed", "2024"), ("weekday", "1"), ("count", "hours"))
    assert panel.title == "ran"
    assert [(each.low, each.high) for each in panel.ranges if each.name == "runtime"] == [("90", "")]


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("genre.any=Drama&genre.any=Comedy&genre.not=War", "genre.any=Drama&genre.any=Comedy&genre.not=War"),
        ("country.all=JP", "country=JP"),
        ("country.all=JP&country.all=FR", "country.all=JP&country.all=FR"),
        ("runtime.from=90&runtime.to=120", "runtime=90-120"),
        ("runtime.from=120&runtime.to=90", "runtime=90-120"),
        ("rating.from=4&rating.to=4&released.to=1979&votes.from=", "released=-1979&rating=4"),
        ("runtime.from=long&score.from=11&unseen.from=-3", ""),
        ("director.find=akira+KUROSAWA&director.as=not", "director.not=5026"),
        ("director.find=Jacques+Tati&director.as=all", "director=7"),
        ("keyword.find=Rain&keyword.as=none", "keyword.any=rain"),
        ("person.find=Jacques+Tati", "person.any=7"),
        ("country.find=japan&genre.find=nothing", "country.any=JP"),
        ("list.find=odd+ones&tag.find=Cinema", "tag.any=cinema&list.any=odd"),
        ("title=&liked=&rated=no&do=count&genre.any=", "rated=no"),
    ],
)  # fmt: skip
def test_the_form_says_what_an_address_says(view: Callable[..., PageContext], form: str, query: str) -> None:
    assert read_form(view(form), parse_qsl(form)).filters.to_query() == query


def fields(panel: Any) -> list[tuple[str, str]]:
    """What the form sends as it stands."""
    pairs = [
        (f"{each.name}.{kind}", option.value)
        for each in panel.facets
        for option in each.options
        for kind in option.kinds
    ]
    for each in panel.ranges:
        pairs += [(f"{each.name}.from", each.low), (f"{each.name}.to", each.high)]
    return [*panel.others, *pairs, ("title", panel.title), *((each.name, each.value) for each in panel.choices)]


@st.composite
def addresses(draw: st.DrawFn) -> tuple[Frame, str]:
    frame = draw(libraries())
    people = [str(each) for each in frame.people["id"]] or ["1"]
    pairs = st.sampled_from(
        [
            ("genre", "War"), ("genre.any", "Drama"), ("genre.not", "War"), ("country", "FR"), ("country.all", "HK"),
            ("country.not", "SU"), ("language.any", "fr"), ("language.all", "yue"), ("tag.not", "cinema"),
            ("list.any", "odd"), ("language", "fr"),
            ("director.any", people[0]), ("composer", people[-1]), ("person.not", people[0]), ("keyword.any", "rain"),
            ("runtime", "30-90"), ("rating", "3-"), ("score", "-7.4"), ("votes", "20-"), ("unseen", "0"),
            ("title", "reel 1"),
            ("liked", "no"), ("rated", "yes"), ("reviewed", "no"), ("rewatched", "yes"), ("watchlist", "no"),
            ("viewed", "2020"), ("weekday", "6"), ("count", "hours"), ("released", "2019"),
        ]
    )  # fmt: skip
    return frame, urlencode(draw(st.lists(pairs, max_size=8, unique=True)))


def picked(filters: Filters) -> set[tuple[str, str]]:
    """However it is written: one of all-of is the filter itself."""
    return {(name.removesuffix(".all"), value) for name, value in filters.picked}


@QUICK
@given(addresses())
def test_the_form_as_it_stands_says_what_is_picked(case: tuple[Frame, str]) -> None:
    frame, query = case
    filters = Filters.parse(parse_qsl(query), owner=True)
    view = PageContext(frame, filters, "/session/1", images=False, owner=True)
    sent = fields(make_panel(view))
    plain = PageContext(frame, Filters.parse(sent, owner=True), "/session/1", images=False, owner=True)
    again = read_form(plain, sent)
    assert picked(again.filters) == picked(filters)
    assert again.picked.films["n"].to_list() == view.picked.films["n"].to_list()


@QUICK
@given(libraries())
def test_each_value_is_found_by_its_name_and_counts_the_films_behind_it(frame: Frame) -> None:
    for name in ("genre", "country", "language", "director", "cast", "keyword", "studio", "tag", "list"):
        for value, films in count_values(name, frame, owner=True).iter_rows():
            assert len(Filters(((name, value),)).apply(frame).watched) == films
        assert find_value(name, "nobody's", frame, owner=True) is None


@pytest.mark.parametrize("path", ["", "/genres", "/year/2024", "/films"])
async def test_every_page_leads_to_its_panel_and_the_panel_to_the_page(
    client: AsyncClient, sampled: str, path: str
) -> None:
    page = (await client.get(f"/sample{path}?genre.any=Drama&genre.any=Comedy&country.not=FR")).text
    leads = unescape(re.findall(r'<a [^>]*href="([^"]*)"[^>]* data-panel', page)[0])
    assert leads.startswith(f"/sample{path}/filter?genre.any=Drama&genre.any=Comedy&country.not=FR")
    panel = (await client.get(leads)).text
    assert len(panel.encode()) < 60_000
    for href in re.findall(r'href="(/sample[^"]*)"', panel):
        start, _, query = unescape(href).partition("?")
        said = [pair for pair in parse_qsl(query) if pair[0] in FILTERS]
        assert start in {f"/sample{path}", f"/sample{path}/filter"}
        assert Filters.parse(said, owner=True).picked == tuple(said)
    fitting = re.findall(r'data-part="fit"[^>]*>(\d+) film', panel)[0]
    assert f'<p class="active-filters-count">{fitting} films' in page


async def test_the_button_that_shows_leads_to_the_page_and_the_one_that_counts_back(
    client: AsyncClient, sampled: str
) -> None:
    form = "q=a&sort=-watched&genre.all=Drama&runtime.from=100&runtime.to=&title=&director.find=Agn%C3%A8s+Varda"
    shown = await client.get(f"/sample/films/filter?{form}&do=show")
    assert shown.status_code == 303
    assert re.fullmatch(r"/sample/films\?genre=Drama&runtime=100-&director\.any=-?\d+&q=a", shown.headers["location"])
    counted = (await client.get(f"/sample/films/filter?{form}&do=count")).headers["location"]
    assert counted == shown.headers["location"].replace("/films?", "/films/filter?")
    assert "Remove filter: Agnès Varda" in (await client.get(counted)).text


async def test_the_count_is_that_of_the_page(client: AsyncClient, sampled: str) -> None:
    answer = await client.get("/sample/year/2024/filter.json?genre.not=Drama&runtime.from=100&liked=")
    told = answer.json()
    assert told["href"] == "/sample/year/2024?genre.not=Drama&runtime=100-"
    page = (await client.get(told["href"])).text
    assert told["button"] == f"Show {told['films']} films" and f">{told['films']} films</p>" in page
    none = (await client.get("/sample/filter.json?genre=Drama&genre.not=Drama")).json()
    assert (none["films"], none["sentence"]) == (0, "No films match all of these filters.")


async def test_lists_that_everybody_has_are_offered_with_how_many_are_seen(client: AsyncClient, sampled: str) -> None:
    panel = (await client.get("/sample/filter")).text
    lists = panel.partition("<b>Lists</b>")[2]
    assert "Palme d" in lists or "AFI" in lists
    assert panel.count("checked") == 5  # of the five choices that either will do
