"""What the page of all lists, and that of one, say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any
from urllib.parse import quote

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.reel import MOST_FRAMES, WIDE, ReelFrame, count_films_a_frame, draw_reel
from kinograph.i18n import gettext, ngettext
from kinograph.layout.preferences import digest_list
from kinograph.lists.built_in import built_in
from kinograph.sessions.links import secure_link
from kinograph.stats.csv_tables import TMDB
from kinograph.stats.decades import named as name_decade
from kinograph.stats.page_context import PageContext
from kinograph.stats.standings import Standing, name_filter, sort_left

LETTERBOXD = "https://letterboxd.com/tmdb/"  # leads to the film
SIZE = 100  # films on a page
FIRST = 12  # of what is left
TO_BEGIN = 3  # of a list of which nothing is seen, the shortest
ROW = 20  # frames of a reel in a narrow window
FEWEST = 12  # frames that a reel has room for


@dataclass(frozen=True, slots=True)
class ListFilm:
    """A film of a list."""

    title: str
    year: int | None
    of: int | None
    is_seen: bool
    is_wanted: bool
    is_liked: bool
    state: str
    rating: float | None = None
    score: float | None = None
    runtime_minutes: int | None = None
    href: str = ""
    site: str = ""
    poster_path: str | None = field(default=None, compare=False)

    @property
    def poster(self) -> Poster:
        return Poster(self.title, self.year, path=self.poster_path)


def read_films(films: pl.DataFrame, *, images: bool) -> list[ListFilm]:
    """The rows of a standing's films."""
    return [_read_film(row, images=images) for row in films.iter_rows(named=True)]


def _read_film(row: dict[str, Any], *, images: bool) -> ListFilm:
    href, site = secure_link(row["uri"] or "") or "", "Letterboxd"
    if not href and (number := row["tmdb_id"]) and number > 0:
        is_film = row["kind"] == "movie"
        href, site = (f"{LETTERBOXD}{number}", "Letterboxd") if is_film else (f"{TMDB}tv/{number}", "TMDB")
    return ListFilm(
        title=row["title"],
        year=row["year"],
        of=row["of"],
        is_seen=row["seen"],
        is_wanted=row["watchlist"] and not row["seen"],
        is_liked=row["liked"],
        state=row["state"],
        rating=row["rating"] if row["seen"] else None,
        score=row["vote_average"],
        runtime_minutes=row["runtime_minutes"],
        href=href,
        site=site,
        poster_path=row["poster_path"] if images else None,
    )


def name_list(standing: Standing) -> str:
    """Its name, in the reader's language."""
    about = standing.about
    return gettext(about.title) if about.kind == "built-in" else about.title


def describe_list(standing: Standing) -> str:
    """Whose it is, and what it holds."""
    about = standing.about
    if about.kind == "own":
        return gettext("yours")
    if about.kind == "imported":
        return gettext("added by you")
    if about.is_ranked:
        return gettext(about.giver)
    films = built_in()[about.name].films
    return gettext("%(giver)s, %(first)s to %(last)s", giver=gettext(about.giver), first=films[0].of, last=films[-1].of)


def describe_source(standing: Standing) -> str:
    """Of a built-in list: who says what is on it, and in which order."""
    giver, _, order = standing.about.source.rpartition(", ")
    return f"{giver}, {gettext(order)}" if giver else ""


def draw_row(standing: Standing) -> Markup:
    """The reel of a row, lit where a film is seen."""
    frames = _frames(standing, starred=False)
    return draw_reel(frames, height=38, label=describe_progress(standing), width=max(len(frames), FEWEST))


def draw_large(standing: Standing) -> Markup:
    """The reel by the person's own stars."""
    return draw_reel(_frames(standing, starred=True), height=100, label=describe_progress(standing))


def draw_low(standing: Standing) -> Markup:
    """The same for a picture, whose width sets its scale: nine times as wide as it is high."""
    frames = _frames(standing, starred=True)
    shown = max(-(-len(frames) // count_films_a_frame(len(frames))), FEWEST)
    return draw_reel(frames, height=max(1, round(shown * WIDE / 9)), label="", width=shown)


def draw_rows(standing: Standing, large: Markup) -> list[tuple[str, Markup]]:
    """The same for a narrow window, twenty frames a row, each with the year or the place it begins with; `large` itself
    where a frame stands for many films."""
    if standing.total > MOST_FRAMES:
        return [("", large)]
    frames = _frames(standing, starred=True)
    places = standing.films["of"]
    rows = []
    for start in range(0, len(frames), ROW):
        part = frames[start : start + ROW]
        place = str(places[start] or start + 1)
        rows.append((place, draw_reel(part, height=38, label=_describe_part(part, place), width=ROW)))
    return rows


def _describe_part(frames: Sequence[ReelFrame], place: str) -> str:
    seen = sum(frame.step > 0 for frame in frames)
    return gettext("from %(place)s on: %(seen)s of %(n)s seen", place=place, seen=seen, n=len(frames))


def tick_reel(standing: Standing) -> list[tuple[float, str]]:
    """Where along the reel a decade, or every tenth place, begins: percent, and its name."""
    places = standing.films["of"].to_list()
    if not places or places[0] is None or len(places) > MOST_FRAMES:
        return []
    ticks, before = [], -1
    for n, place in enumerate(places):
        is_tick = place % 10 == 0 if standing.about.is_ranked else place // 10 > before
        if is_tick:
            ticks.append((100 * n / len(places), str(place if standing.about.is_ranked else place // 10 * 10)))
        before = place // 10
    return ticks[1:] if not standing.about.is_ranked and len(ticks) > 2 else ticks


def _frames(standing: Standing, *, starred: bool) -> list[ReelFrame]:
    # Of the ramp: whole stars where they count; without any, the middle.
    stars = (pl.col("rating") + 0.5).floor().clip(1, 5).cast(pl.Int8).fill_null(3) if starred else pl.lit(3, pl.Int8())
    rows = standing.films.select(
        pl.when("seen").then(stars).otherwise(0),
        "watchlist",
        pl.col("kind").is_not_null() | (pl.col("state") != "pending"),
    )
    return list(starmap(ReelFrame, rows.rows()))


def describe_progress(standing: Standing) -> str:
    return ngettext(
        "%(seen)s of %(n)s film seen", "%(seen)s of %(n)s films seen", standing.total, seen=i18n.number(standing.seen)
    )


def describe_scale(standing: Standing) -> str:
    """What a frame of its reel stands for, where that is more than a film."""
    each = count_films_a_frame(standing.total)
    return ngettext("A frame is %(n)s film.", "A frame is %(n)s films.", each) if each > 1 else ""


def describe_left(standing: Standing) -> str:
    """The films and hours that are left; the hours only where they are known."""
    left = ngettext("%(n)s film left", "%(n)s films left", len(standing.left))
    return f"{left} · {describe_hours(standing.minutes_left)}" if standing.minutes_left else left


def describe_hours(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes)
    return ngettext("%(n)s hour", "%(n)s hours", i18n.whole_hours(minutes))


@dataclass(frozen=True, slots=True)
class Row:
    """A list on the page of all."""

    standing: Standing
    title: str
    about: str
    href: str
    is_hidden: bool
    reel: Markup
    left: str
    scale: str


def make_row(standing: Standing, view: PageContext, hidden: Sequence[str], *, is_drawn: bool = True) -> Row:
    return Row(
        standing=standing,
        title=name_list(standing),
        about=describe_list(standing),
        href=link_list(standing, view),
        is_hidden=digest_list(standing.about.name) in hidden,
        reel=draw_row(standing) if is_drawn else Markup(),
        left=describe_left(standing),
        scale=describe_scale(standing),
    )


def link_list(standing: Standing, view: PageContext) -> str:
    return view.to_page(f"lists/{quote_name(standing.about.name)}")


def quote_name(name: str) -> str:
    return quote(name, safe=":")


@dataclass(frozen=True, slots=True)
class Group:
    """Films of a decade, or of ten places of a ranked list."""

    title: str
    films: tuple[ListFilm, ...]
    seen: int
    total: int
    mean: float | None  # of the person's stars


def group_films(standing: Standing, page: int, *, images: bool) -> list[Group]:
    """The films of one page: by the ranks of a ranked list, in the order of one that somebody made, else by decade."""
    films = standing.films
    if standing.about.kind == "built-in" and not standing.about.is_ranked:
        films = films.with_columns(group=pl.col("year") // 10 * 10).sort(
            ["group", "year"], descending=[True, False], nulls_last=True, maintain_order=True
        )
    elif standing.about.is_ranked:
        films = films.with_columns(group=(pl.col("of") - 1) // 10)
    else:
        films = films.with_columns(group=pl.lit(0))
    totals = dict(
        films.group_by("group").agg(pl.struct(pl.len(), pl.col("seen").sum(), pl.col("rating").mean())).iter_rows()
    )
    shown = films.slice((page - 1) * SIZE, SIZE)
    return list(_groups(standing, shown, totals, images=images))


def _groups(
    standing: Standing, films: pl.DataFrame, totals: dict[Any, dict[str, Any]], *, images: bool
) -> Iterator[Group]:
    for (group,), part in films.partition_by("group", as_dict=True, maintain_order=True).items():
        if standing.about.is_ranked:
            title = gettext("%(first)s to %(last)s", first=group * 10 + 1, last=group * 10 + 10)
        elif standing.about.kind == "built-in":
            title = name_decade(group)
        else:
            title = ""
        counted = totals[group]
        yield Group(title, tuple(read_films(part, images=images)), counted["seen"], counted["len"], counted["rating"])


def first_left(standing: Standing, order: str | None, *, images: bool) -> list[ListFilm]:
    """What to see next, in the order that was picked; where nothing is seen yet the shortest, to begin with."""
    if not standing.seen and order is None:
        return read_films(sort_left(standing.left, "shortest").head(TO_BEGIN), images=images)
    return read_films(sort_left(standing.left, order).head(FIRST), images=images)


def describe_end(standing: Standing, view: PageContext) -> str:
    """When the last film of a list that is done was seen for the first time; "" where no day is known."""
    days = view.dated(view.all).join(standing.films.select("n"), on="n", how="semi")
    firsts = days.group_by("n").agg(pl.col("watched_on").min()).join(standing.films.select("n", "title"), on="n")
    if not len(firsts):
        return ""
    _, day, title = firsts.sort("watched_on", "n").row(-1)
    said = {"film": f"“{title}”", "day": i18n.date(day, "long")}
    if len(firsts) == standing.total:
        return gettext("Done on %(day)s, with %(film)s.", **said)
    return gettext("The last film with a date was %(film)s, on %(day)s.", **said)


def link_filter(standing: Standing, view: PageContext) -> str:
    """To the films of the list that are seen."""
    return view.filters.travelling().without("list").with_("list", name_filter(standing.about.name)).to_query()
