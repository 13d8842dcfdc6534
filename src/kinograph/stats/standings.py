"""How far somebody has come with a list: which of its films are seen, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import polars as pl

from kinograph.lists.known import ENTRIES, About, Known
from kinograph.stats.averages import mean
from kinograph.stats.filter_values import own_list_slug
from kinograph.stats.frame_schema import FILMS
from kinograph.stats.frames import Frame

SESSION = ("n", "uri", "seen", "watchlist", "rating", "liked")
"""What the session tells of a film that stands on a list, or null."""


@dataclass(frozen=True, eq=False)
class Standing:
    """A list with its films in order, each once: the columns of ENTRIES, those of SESSION, whether it is `seen`, and
    the `key` by which it is known on other lists."""

    about: About
    films: pl.DataFrame

    @property
    def total(self) -> int:
        return len(self.films)

    @cached_property
    def seen(self) -> int:
        return int(self.films["seen"].sum())

    @cached_property
    def found(self) -> int:
        """Films with facts."""
        return int(self.films["kind"].is_not_null().sum())

    @cached_property
    def pending(self) -> int:
        """Of what is left, films that nobody has looked up yet."""
        return int((self.left["state"] == "pending").sum())

    @cached_property
    def left(self) -> pl.DataFrame:
        return self.films.filter(~pl.col("seen"))

    @cached_property
    def wanted(self) -> int:
        """Of what is left, on the watchlist."""
        return int(self.left["watchlist"].sum())

    @cached_property
    def minutes_left(self) -> int:
        """Of what is left and has a runtime."""
        return int(self.left["runtime_minutes"].sum() or 0)

    @cached_property
    def minutes_seen(self) -> int:
        return int(self.films.filter("seen")["runtime_minutes"].sum() or 0)

    @cached_property
    def mean(self) -> float | None:
        """Of the person's stars."""
        return mean(self.films["rating"])

    @cached_property
    def their_mean(self) -> float | None:
        """Everyone else's, in stars, of the films that the person rated."""
        scores = self.films.filter(pl.col("rating").is_not_null())["vote_average"]
        return found / 2 if (found := mean(scores)) is not None else None

    @property
    def share(self) -> float:
        """Seen of all, 0 to 1."""
        return self.seen / self.total if self.total else 0.0

    @property
    def is_done(self) -> bool:
        return 0 < self.total == self.seen


def make_standings(frame: Frame, known: Known, *, owner: bool, by_title: bool = False) -> list[Standing]:
    """Of every list: the built-in ones, those that were brought, and, for the `owner`, those of the export.

    A film is what its facts say, so that two entries of one film count once; the sample's facts are its own, and there
    it is its title and year (`by_title`).
    """
    named = _name_entries(frame, known, own=owner, by_title=by_title)
    told = _by_key(frame, by_title=by_title, own=owner)
    films = named.unique(["name", "key"], keep="first", maintain_order=True)
    films = films.join(told, on="key", how="left", maintain_order="left").with_columns(
        pl.col("seen", "watchlist", "liked").fill_null(value=False),
        runtime_minutes=pl.coalesce("runtime_minutes", "told_runtime"),
        vote_average=pl.coalesce("vote_average", "told_score"),
    )
    films = films.select(*ENTRIES.names(), *SESSION, "key")
    parts = films.partition_by("name", as_dict=True)
    own = [_about_own(slug, name) for slug, name in frame.lists.select("slug", "name").iter_rows()] if owner else []
    return [Standing(about, parts.get((about.name,), films.clear())) for about in (*known.lists, *own)]


@dataclass(frozen=True, slots=True)
class Totals:
    """Of several lists; a film of several counts once."""

    films: int
    seen: int
    wanted: int
    minutes_left: int


def sum_up(standings: Sequence[Standing]) -> Totals:
    if not standings:
        return Totals(0, 0, 0, 0)
    columns = ("key", "seen", "watchlist", "runtime_minutes")
    films = pl.concat([each.films.select(columns) for each in standings])
    films = films.group_by("key").agg(pl.col("seen", "watchlist").any(), pl.col("runtime_minutes").max())
    left = films.filter(~pl.col("seen"))
    return Totals(
        len(films), len(films) - len(left), int(left["watchlist"].sum()), int(left["runtime_minutes"].sum() or 0)
    )


def count_pending(standings: Sequence[Standing]) -> int:
    """Films left that nobody has looked up yet, each once. Until then a film is known by title and year alone; two of
    the same on one list are two."""
    if not standings:
        return 0
    columns = ("name", "title", "year")
    films = pl.concat([each.left.filter(state="pending").select(columns) for each in standings])
    on_list = films.with_columns(pl.col("title").str.to_lowercase()).group_by(columns).len()
    return int(on_list.group_by("title", "year").agg(pl.col("len").max())["len"].sum())


def mark_listed(frame: Frame, known: Known, *, by_title: bool = False) -> Frame:
    """The frame whose films bear the names of these lists, too, as filters want it."""
    named = _name_entries(frame, known, own=False, by_title=by_title).select("key", "name").unique(maintain_order=True)
    on = _keys(frame, by_title=by_title, own=True).join(named, on="key").unique(["n", "name"], maintain_order=True)
    marked = on.group_by("n", maintain_order=True).agg(named=pl.col("name"))
    films = frame.films.join(marked, on="n", how="left", maintain_order="left").with_columns(
        lists=pl.concat_list("lists", pl.col("named").fill_null([]))
    )
    brought = [(each.name, each.title, 0, 0) for each in known.lists if each.kind == "imported"]
    lists = pl.concat([frame.lists, pl.DataFrame(brought, schema=frame.lists.schema, orient="row")])
    return replace(frame, films=films.select(frame.films.columns), lists=lists)


def _about_own(slug: str, name: str) -> About:
    return About(name_own(slug), name, "own")


def name_own(slug: str) -> str:
    """The name of a list of the export, by its slug in the frame."""
    return slug if slug.startswith("own:") else f"own:{slug}"


def name_filter(name: str) -> str:
    """A list's name as the filter writes it."""
    slug = name.removeprefix("own:")
    taken = pl.select(own_list_slug(pl.lit(slug))).item()
    return str(taken) if slug != name else name


_TITLE = pl.lit("title:") + pl.col("title").str.to_lowercase() + pl.lit("/") + pl.col("year").cast(pl.String)
_FACTS = pl.col("kind") + pl.lit("/") + pl.col("tmdb_id").cast(pl.String)


def _name_entries(frame: Frame, known: Known, *, own: bool, by_title: bool) -> pl.DataFrame:
    """ENTRIES and the `key` that tells one film from another."""
    entries = known.entries
    key = _TITLE.fill_null("title:" + pl.col("title")) if by_title else pl.coalesce(_FACTS, "film:" + _text("film_id"))
    entries = entries.with_columns(key=pl.coalesce(key, _TITLE, "title:" + pl.col("title")))
    if any(each.kind == "imported" for each in known.lists):
        # A film of the export is the same film on a list, whatever its owner has corrected.
        same = frame.films.select("film_id", same=pl.coalesce(_FACTS, "n:" + _text("n"))).unique("film_id")
        entries = entries.join(same, on="film_id", how="left", maintain_order="left")
        entries = entries.with_columns(
            key=pl.when(pl.col("name").str.starts_with("imported:")).then(pl.coalesce("same", "key")).otherwise("key")
        ).drop("same")
    if not own or not len(frame.listed):
        return entries
    films = frame.films.select("n", *(name for name in ENTRIES if name in FILMS), key=_of_session(by_title=by_title))
    listed = frame.listed.join(films, on="n", how="inner", maintain_order="left").with_columns(
        name=pl.when(pl.col("slug").str.starts_with("own:")).then("slug").otherwise("own:" + pl.col("slug")),
        position=pl.int_range(pl.len(), dtype=pl.Int32).over("slug") + 1,
        **{name: pl.lit(None, ENTRIES[name]) for name in ("of", "letterboxd_id", "is_sure")},
    )
    return pl.concat([entries, listed.select(*ENTRIES.names(), "key")])


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _of_session(*, by_title: bool) -> pl.Expr:
    """The key of a film of the session."""
    own = pl.lit("n:") + _text("n")
    return pl.coalesce(_TITLE, own) if by_title else pl.coalesce(_FACTS, own)


def _keys(frame: Frame, *, by_title: bool, own: bool) -> pl.DataFrame:
    """n, key: every key by which a film of the session may be named."""
    names = [_of_session(by_title=by_title)]
    if own and not by_title:
        names.append(pl.lit("n:") + _text("n"))
    return pl.concat([frame.films.select("n", key=name) for name in names]).unique(maintain_order=True)


def _by_key(frame: Frame, *, by_title: bool, own: bool) -> pl.DataFrame:
    """key, SESSION, `told_runtime` and `told_score`: what the session tells of each film. One that is watched comes
    before its namesakes."""
    keys = _keys(frame, by_title=by_title, own=own)
    films = frame.films.select(
        *("n", "uri", "watchlist", "rating", "liked"),
        seen=pl.col("watched"),
        told_runtime=pl.col("runtime_minutes"),
        told_score=pl.col("vote_average"),
    )
    return (
        keys.join(films, on="n", maintain_order="left")
        .sort(~pl.col("seen"), maintain_order=True)
        .group_by("key", maintain_order=True)
        .agg(
            pl.col("n", "uri").first(),
            pl.col("seen", "watchlist", "liked").any(),
            pl.col("rating", "told_runtime", "told_score").drop_nulls().first(),
        )
    )


S = TypeVar("S", bound=Standing)


def sort_standings(standings: Sequence[S], order: str | None) -> list[S]:
    """Nearest to done first, those that are done after all others; or by the hours left, or by the stars."""
    if order == "hours":
        return sorted(standings, key=lambda each: (each.is_done, each.minutes_left or 10**9))
    if order == "stars":
        return sorted(standings, key=lambda each: (-(each.mean or 0), -each.share))
    return sorted(standings, key=lambda each: (each.is_done, -each.share, each.total - each.seen))


def sort_left(films: pl.DataFrame, order: str | None) -> pl.DataFrame:
    """What is left of a list: on the watchlist first; or best rated, shortest or oldest first."""
    keys = {
        "best": ([pl.col("vote_average")], [True]),
        "shortest": ([pl.col("runtime_minutes")], [False]),
        "oldest": ([pl.col("year")], [False]),
        None: ([pl.col("watchlist"), pl.col("vote_average")], [True, True]),
    }
    by, falls = keys.get(order, keys[None])
    return films.sort(by, descending=falls, nulls_last=True, maintain_order=True)
