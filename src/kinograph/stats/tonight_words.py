"""What the page of a watchlist says of the three films for tonight: the form, the reasons, and what keeps films out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, ngettext
from kinograph.stats import decades, filter_labels, labels, list_pages, tonight
from kinograph.stats.address import Filters
from kinograph.stats.filters import FILTERS
from kinograph.stats.frame_schema import FILMS
from kinograph.stats.posters import COLUMNS, make_posters
from kinograph.stats.standings import Standing
from kinograph.stats.tonight import Pick, Trio
from kinograph.stats.wishes import WishContext

LENGTHS = ("-90", "-120")
FIELDS = ("runtime", "genre", "released", "country", "language")
EVIDENCE = 3  # films that a reason shows


@dataclass(frozen=True, slots=True)
class Field:
    """A choice of the form: its name in the address, its label, and pairs of a value and its words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    picked: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A film for tonight with its reason, and under it what shows that this is so."""

    poster: Poster
    about: str
    runtime_minutes: int | None
    reason: str
    evidence: str = ""
    posters: tuple[Poster, ...] = ()
    reel: Markup | None = None


def describe(view: WishContext, standings: Sequence[Standing]) -> dict[str, Any]:
    """What the template needs."""
    films = narrow(view, standings, view.filters)
    trio = tonight.choose(view, standings, films, int(view.filters.get("seed") or 1))
    return {
        "offers": [describe_pick(view, standings, films, pick) for pick in trio.picks],
        "trio": trio,
        "fields": list(_make_fields(view)),
        "hidden": list(_list_hidden(view.filters)),
        "switches": [
            ("unmet", gettext("a director new to me"), bool(view.filters.get("unmet"))),
            ("near", gettext("from a list nearly done"), bool(view.filters.get("near"))),
        ],
        "another": _link_another(view, trio),
        "loosest": find_loosest(view, standings, trio.fitting) if trio.fitting < tonight.AT_ONCE else None,
        "unknown": not view.everything["kind"].count(),
        "pending": replace(view.lookups, missing=0, failed=0),
    }


def narrow(view: WishContext, standings: Sequence[Standing], filters: Filters) -> pl.DataFrame:
    """The films that wait and fit all that is picked, the form's own choices among it."""
    fitting = view.picked if filters == view.filters else view.fit(filters)
    films = fitting.of_films.table(*FILMS.names())
    if filters.get("unmet"):
        films = tonight.find_unmet(view, films)
    return tonight.find_near(standings, films) if filters.get("near") else films


def _link_another(view: WishContext, trio: Trio) -> str:
    if trio.trios < 2:
        return ""
    return view.filters.without("seed").with_("seed", str(trio.next_seed)).href(view.path)


@dataclass(frozen=True, slots=True)
class Loosest:
    """The choice without which most films fit, so many, and the way to them."""

    label: str
    fitting: int
    href: str


def find_loosest(view: WishContext, standings: Sequence[Standing], fitting: int) -> Loosest | None:
    """None where no single choice keeps a film out."""
    found = []
    for name, value in view.filters.picked:
        label = _name_choice(name, value, view)
        if label:
            others = view.filters.without(name, value).from_the_start()
            found.append(Loosest(label, len(narrow(view, standings, others)), others.href(view.path)))
    best = max(reversed(found), key=lambda each: each.fitting, default=None)
    return best if best and best.fitting > fitting else None


def _name_choice(name: str, value: str, view: WishContext) -> str:
    if name == "unmet":
        return gettext("a director new to me")
    if name == "near":
        return gettext("from a list nearly done")
    label = FILTERS[name].label
    return label(value, view.whole) if label else ""


def _list_hidden(filters: Filters) -> Iterator[tuple[str, str]]:
    """What else is picked, which the form keeps."""
    asked = set()
    for name, value in filters.picked:
        if name in (*FIELDS, "unmet", "near", "seed") and name not in asked:
            asked.add(name)
        elif name != "seed":
            yield name, value


def _make_fields(view: WishContext) -> Iterator[Field]:
    films = view.everything
    genres, countries = (films[name].explode().drop_nulls().unique() for name in ("genres", "countries"))
    years = films.select(decades.FIRST_YEAR)["year"].drop_nulls().unique().sort(descending=True)
    spans = [(decades.span(first), decades.named(first)) for first in years]
    lengths = [(length, filter_labels.label_minutes(length, view.all)) for length in LENGTHS]
    languages = films["original_language"].drop_nulls().unique()
    yield _make_field(view, "runtime", gettext("Any length"), lengths)
    yield _make_field(view, "genre", gettext("Any genre"), _named(genres, labels.genre))
    yield _make_field(view, "released", gettext("Any decade"), spans)
    yield _make_field(view, "country", gettext("Any country"), _named(countries, labels.country))
    yield _make_field(view, "language", gettext("Any language"), _named(languages, labels.language))


def _named(keys: pl.Series, name: Callable[[str], str]) -> list[tuple[str, str]]:
    return sorted(((key, name(key)) for key in keys), key=lambda each: labels.sort_key(each[1]))


def _make_field(view: WishContext, name: str, label: str, options: list[tuple[str, str]]) -> Field:
    """One that is picked is there though no film has it."""
    picked = view.filters.get(name) or ""
    if picked and all(value != picked for value, _ in options):
        said = FILTERS[name].label
        options = [*options, (picked, said(picked, view.whole) if said else picked)]
    return Field(name, label, tuple(options), picked)


def describe_pick(view: WishContext, standings: Sequence[Standing], films: pl.DataFrame, pick: Pick) -> Offer:
    film = films.filter(pl.col("n") == pick.n)
    (poster,) = make_posters(film, view)
    row = film.row(0, named=True)
    offer = Offer(poster, _describe_film(view, row), row["runtime_minutes"], gettext("On your watchlist."))
    if isinstance(pick.why, date):
        return replace(offer, reason=gettext("On your watchlist since %(month)s.", month=i18n.date(pick.why, "MMMM y")))
    if pick.reason == "director":
        return _by_director(view, offer, int(pick.why or 0))
    if pick.reason == "genre":
        return _by_genre(view, offer, str(pick.why))
    standing = next((each for each in standings if each.about.name == pick.why), None)
    return _by_list(offer, standing) if standing else offer


def _describe_film(view: WishContext, row: dict[str, Any]) -> str:
    """Its year, who directed it, and where it is from."""
    names = view.whole.people.filter(pl.col("id").is_in(row["directors"] or []))["name"].to_list()
    parts = (str(row["year"] or ""), ", ".join(names[:2]), ", ".join(map(labels.country, row["countries"][:1])))
    return " · ".join(filter(None, parts))


def _by_director(view: WishContext, offer: Offer, person: int) -> Offer:
    rated = view.whole.watched.filter(pl.col("directors").list.contains(person)).drop_nulls("rating")
    name = filter_labels.person_name(str(person), view.whole)
    stars = i18n.decimal(float(rated["rating"].mean() or 0), 1)  # type: ignore[arg-type]
    best = rated.sort("rating", "n", descending=[True, False]).head(EVIDENCE)
    return replace(
        offer,
        reason=ngettext(
            "By %(name)s: you gave %(n)s of their films %(stars)s★.",
            "By %(name)s: you gave %(n)s of their films %(stars)s★ on average.",
            len(rated),
            name=name,
            stars=stars,
        ),
        evidence=" · ".join(labels.format_stars(rating) for rating in best["rating"]),
        posters=tuple(make_posters(best.select(COLUMNS), view)),
    )


def _by_genre(view: WishContext, offer: Offer, genre: str) -> Offer:
    rated = view.whole.watched.filter(pl.col("genres").list.contains(genre))["rating"].drop_nulls()
    stars, own = (i18n.decimal(float(mean or 0), 1) for mean in (rated.mean(), view.whole.own_mean))  # type: ignore[arg-type]
    return replace(
        offer,
        reason=gettext("Your average for %(genre)s is %(stars)s★.", genre=labels.genre(genre), stars=stars),
        evidence=ngettext(
            "over %(n)s film; %(mean)s★ over all films",
            "over %(n)s films; %(mean)s★ over all films",
            len(rated),
            mean=own,
        ),
    )


def _by_list(offer: Offer, standing: Standing) -> Offer:
    left = len(standing.left)
    return replace(
        offer,
        reason=ngettext(
            "The last film left of “%(list)s”.",
            "One of %(n)s films left of “%(list)s”.",
            left,
            list=list_pages.name_list(standing),
        ),
        evidence=list_pages.describe_progress(standing),
        reel=list_pages.draw_row(standing),
    )
