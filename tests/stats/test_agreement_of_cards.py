"""Over generated libraries: a mark leads to as many films, viewings or hours as it says, and cards never disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from kinograph import i18n
from kinograph.stats import amounts, cards
from kinograph.stats.address import Filters
from kinograph.stats.cards import (
    calendar,
    days_between,
    directed_by_women,
    films_per_week,
    logging_habits,
    milestones,
    months,
    most_watched,
    ratings,
    rewatches,
    streaks,
    viewings,
    weekday_month,
    year_totals,
)
from kinograph.stats.frames import Frame
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, PERSON, Page
from kinograph.stats.weeks import films_a_week
from tests.stats.generated import QUICK, libraries

PICKS = st.sampled_from(
    [
        "", "count=hours", "count=viewings", "count=hours&weekday=6", "strip=viewings", "strip=average", "rating=3-",
        "genre=War&count=viewings", "viewed=2020", "rewatched=yes&count=hours", "liked=no", "language=yue",
        "released=1950-1959&viewed=2020", "by=week&tag=cinema", "role=writer&sort=best", "country=HK", "calendar=2020",
        "genre.any=War&genre.any=Drama", "country.any=HK&country.any=FR", "country.not=HK&language.any=fr",
        "tag.not=cinema&keyword.not=rain",
    ]
)  # fmt: skip
SHOWN = st.sampled_from((*((page, None) for page in PAGES), (PAGES[-1], ("viewed", "2020")), (PERSON, ("person", "?"))))

LINK = re.compile(r"<a ([^>]*\bdata-filter\b[^>]*)>(.*?)</a>", re.DOTALL)
COUNTED = re.compile(
    r"(?<![\d.,])(?<!of )(?<!under )(\d[\d,]*) (?:watched )?(films?|viewings?|hours?)\b(?! a week| and longer)"
)
LIKED = re.compile(r"★: (\d+) of (\d+) liked")
SHARED = re.compile(r"(\d+) of (\d+) films?\b")
WEEKLY = re.compile(r"(\d+\.\d) films a week")
AVERAGED = re.compile(r"(\d\.\d\d)★\D{0,9}?(\d[\d,]*) ratings?")


@dataclass(frozen=True)
class Said:
    """What a link says, and where it leads."""

    card: str
    text: str
    href: str
    picked: bool


def view_of(frame: Frame, page: Page, query: str, fixed: tuple[tuple[str, str], ...] = ()) -> PageContext:
    path = f"/session/1{page.path}" + "".join(f"/{value}" for _, value in fixed)
    filters = Filters.parse(parse_qsl(query), page=page.name, fixed=fixed, owner=True)
    return PageContext(frame, filters, path, images=False, page=page.name, owner=True)


Shown = tuple[Page, tuple[str, str] | None]


def show(frame: Frame, query: str, shown: Shown) -> tuple[Page, PageContext]:
    """The page, or that of the first person there is; the overview where there is nobody."""
    page, fixed = shown
    if page is PERSON:
        somebody = next(iter(frame.people["id"]), None)
        page, fixed = (PERSON, ("person", str(somebody))) if somebody else (PAGES[0], None)
    return page, view_of(frame, page, query, (fixed,) if fixed else ())


def links(view: PageContext, page: Page) -> Iterator[Said]:
    for card in cards.draw_cards(view, page.cards):
        for attributes, body in LINK.findall(card.html):
            named = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
            text = named.get("aria-label") or re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))
            yield Said(card.name, unescape(text).strip(), unescape(named["href"]), "aria-current" in named)


def behind(said: Said, view: PageContext, page: Page) -> PageContext:
    return view_of(view.all, page, said.href.partition("?")[2], view.filters.fixed)


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_behind_a_mark_there_is_as_much_as_it_says(frame: Frame, query: str, shown: Shown) -> None:
    page, view = show(frame, query, shown)
    for said in links(view, page):
        if said.picked or not (found := COUNTED.findall(said.text)):
            continue
        there = behind(said, view, page)
        number, unit = found[-1]
        counts = {
            "film": len(there.watched),
            "viewing": len(there.picked.viewings),
            "hour": i18n.whole_hours(amounts.sum_minutes(there.picked)),
        }
        assert int(number.replace(",", "")) == counts[unit.removesuffix("s")], said


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_behind_an_average_there_are_its_ratings(frame: Frame, query: str, shown: Shown) -> None:
    page, view = show(frame, query, shown)
    for said in links(view, page):
        if said.picked or not (found := AVERAGED.search(said.text)):
            continue
        rated = behind(said, view, page).watched["rating"].drop_nulls()
        mean = rated.mean()
        assert isinstance(mean, float)
        assert (found[1], found[2]) == (i18n.decimal(mean), i18n.number(len(rated))), said


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_behind_a_share_there_are_both_its_numbers(frame: Frame, query: str, shown: Shown) -> None:
    """So many of so many films: liked, on a list, in a collection, in a language, directed by women."""
    page, view = show(frame, query, shown)
    for said in links(view, page):
        found = LIKED.search(said.text) or SHARED.search(said.text)
        if said.picked or not found:
            continue
        there = behind(said, view, page)
        if said.card == "directed_by_women":
            beyond = directed_by_women.compute(there)
            counts = (beyond.women, beyond.known) if beyond else (0, 0)
        elif said.card == "lists":
            slug = there.filters.get("list")
            counts = (len(there.watched), int(frame.lists.filter(slug=slug)["films"].sum()))
        elif said.card == "collections":
            features = there.watched.filter(pl.col("runtime_minutes").fill_null(100) >= 40)
            unseen = frame.collections.filter(pl.col("release_date") < pl.col("fetched_on"))["tmdb_id"]
            ids = set(features["tmdb_id"])
            shorts = set(frame.films.filter(pl.col("runtime_minutes") < 40)["tmdb_id"])
            counts = (len(ids), len({*ids, *unseen} - shorts))
        elif said.card == "languages_by_decade":
            known = there.ignoring("language").watched["original_language"]
            counts = (len(there.watched), known.count())
        else:
            assert said.card == "likes_by_rating"
            counts = (len(there.watched), len(there.ignoring("liked").watched))
        assert (int(found[1]), int(found[2])) == counts, said


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_behind_a_year_there_are_as_many_films_a_week(frame: Frame, query: str, shown: Shown) -> None:
    page, view = show(frame, query, shown)
    for said in links(view, page):
        if said.picked or not (found := WEEKLY.search(said.text)):
            continue
        assert found[1] == i18n.decimal(films_a_week(behind(said, view, page)) or 0.0, 1), said


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_sentences_stand_apart(frame: Frame, query: str, shown: Shown) -> None:
    page, view = show(frame, query, shown)
    for card in cards.draw_cards(view, page.cards):
        for told in re.findall(r'<p class="card-(?:summary|note)">(.*?)</p>', card.html, re.DOTALL):
            text = re.sub(r"<[^>]+>", "", told)
            assert not re.search(r"[a-z]{3}[.;:][^\s”\"]", text), (card.name, text)


@QUICK
@given(libraries(), PICKS, SHOWN)
def test_every_link_of_a_card_reads_back_to_itself(frame: Frame, query: str, shown: Shown) -> None:
    page, view = show(frame, query, shown)
    for said in links(view, page):
        asked = said.href.partition("?")[2]
        assert behind(said, view, page).filters.picked == tuple(parse_qsl(asked)), said


@QUICK
@given(
    libraries(),
    st.sampled_from(["", "genre=War", "liked=yes", "rating=3-", "weekday=6", "rewatched=yes", "viewed=2020"]),
)
def test_cards_that_show_the_same_figure_agree(frame: Frame, query: str) -> None:
    view = view_of(frame, PAGES[0], query)
    plain = year_totals.compute(view)
    if plain is None:
        return
    totals = plain.totals
    assert totals.hours == i18n.whole_hours(amounts.sum_minutes(view.picked))
    credits = {credit.label: credit.number for credit in compute_headline(view).credits}
    assert credits.get("films", credits.get("film")) == i18n.number(totals.films)
    if query != "liked=yes":
        liked = credits.get("watched films liked", credits.get("watched film liked", "0"))
        assert liked == i18n.number(totals.liked)
    if rated := ratings.compute(view):
        assert rated.mean == totals.mean
        assert sum(step.films for step in rated.steps) == rated.rated or query == "rating=3-"
    most, again = most_watched.compute(view), rewatches.compute(view)
    assert (most.total if most else 0) == (again.returned if again else 0)
    if most and again:
        assert [film.poster for film in most.films[: rewatches.SHOWN]] == [film.poster for film in again.films]
        assert again.rewatches == totals.rewatches
    over_time(view, totals, plain)


def over_time(view: PageContext, totals: year_totals.Totals, plain: year_totals.YearTotals) -> None:
    dated = totals.viewings - plain.at_once
    drawn, week, log = viewings.compute(view), films_per_week.compute(view), logging_habits.compute(view)
    if drawn:
        assert (drawn.total, drawn.at_once) == (dated, plain.at_once)
    if log:
        assert (log.total, log.at_once) == (totals.viewings, plain.at_once)
    if week:
        assert week.a_week == plain.a_week
    if run := streaks.compute(view):
        assert run.nights == totals.nights
    if steps := milestones.compute(view):
        assert steps.total == dated
    if parts := weekday_month.compute(view):
        assert parts.total == dated
    if monthly := months.compute(view):
        assert monthly.total == dated
    if between := days_between.compute(view):
        assert between.total <= dated
    if nights := calendar.compute(view):
        assert sum(night.viewings for night in nights.picked) <= dated
