"""What changed between two exports of one member: for each part of an export what came, what went, what is edited.

Not a change: the day something was logged, which Letterboxd moves by one between exports; another name or year of a
film under one id, but as a renamed film; the order of tags; line ends of a review; rows of a list that differ only in
how its films are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kinograph.changes.joining import join_entries, join_films, join_lists, merge_copies
from kinograph.changes.orphans import find_orphaned
from kinograph.changes.sides import Entry, Film, FilmList, Side

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edit(Generic[T]):
    was: T
    now: T


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """`removed` are rows of the older export, `added` rows of the newer; before + added - removed = after."""

    before: int
    after: int
    added: tuple[T, ...] = ()
    removed: tuple[T, ...] = ()
    changed: tuple[Edit[T], ...] = ()

    @property
    def is_same(self) -> bool:
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class ListEdit:
    """A list that both have, with another name, or the films that came to it (of the newer export) and went."""

    was: FilmList
    now: FilmList
    added: tuple[Film, ...]
    removed: tuple[Film, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """None for what one of the exports does not tell: `not_compared` says which, and why.

    `films` counts what is watched; those of `films.changed` bear another title or year. `watched_wishes` are the films
    gone from the watchlist that were watched meanwhile, also among `watchlist.removed`; `watched_numbers` are theirs in
    the newer export. `orphaned` are the films that Letterboxd has dropped, by their numbers in the older export; those
    that were watched are among `films.removed`.
    """

    films: Part[Film] | None
    viewings: Part[Entry] | None
    ratings: Part[Film] | None
    likes: Part[Film] | None
    watchlist: Part[Film] | None
    watched_wishes: tuple[Film, ...]
    reviews: Part[Entry] | None
    lists: Part[FilmList] | None
    list_edits: tuple[ListEdit, ...]
    not_compared: dict[str, str]
    orphaned: frozenset[int] = frozenset()
    watched_numbers: tuple[int, ...] = ()

    @property
    def orphaned_films(self) -> tuple[Film, ...]:
        """Of the films gone those that Letterboxd has dropped."""
        return tuple(film for film in self.films.removed if film.n in self.orphaned) if self.films else ()

    @property
    def is_same(self) -> bool:
        parts = (self.films, self.viewings, self.ratings, self.likes, self.watchlist, self.reviews, self.lists)
        return not self.list_edits and all(part is None or part.is_same for part in parts)


PARTS = ("films", "viewings", "ratings", "likes", "watchlist", "reviews", "lists")


def compare(before: Side, after: Side) -> Changes:
    """Of ten thousand films each in a fraction of a second."""
    not_compared = {part: reason for part in PARTS if (reason := before.unknown.get(part) or after.unknown.get(part))}
    joined = join_films(before.films.values(), after.films.values())
    pairs = [(before.films[was], after.films[now]) for now, was in joined.items()]

    def known(part: str, made: Callable[[], T]) -> T | None:
        return None if part in not_compared else made()

    def marked(has: Callable[[Film], bool], edited: Callable[[Film, Film], bool]) -> Part[Film]:
        return _compare_marks(before, after, pairs, has, edited)

    viewings = known("viewings", lambda: _compare_entries(before.viewings, after.viewings, joined, _is_edited))
    watchlist = known("watchlist", lambda: marked(lambda film: film.wished, lambda _was, _now: False))
    met = _find_watched(watchlist, viewings, pairs) if watchlist else {}
    lists = known("lists", lambda: _compare_lists(before, after, joined))
    return Changes(
        films=known("films", lambda: marked(lambda film: film.watched, _is_renamed)),
        viewings=viewings,
        ratings=known("ratings", lambda: marked(lambda film: film.rating is not None, _is_rated_anew)),
        likes=known("likes", lambda: marked(lambda film: film.liked, lambda _was, _now: False)),
        watchlist=watchlist,
        watched_wishes=tuple(met.values()),
        watched_numbers=tuple(met),
        reviews=known("reviews", lambda: _compare_entries(before.reviews, after.reviews, joined, _is_rewritten)),
        lists=lists[0] if lists else None,
        list_edits=lists[1] if lists else (),
        not_compared=not_compared,
        orphaned=find_orphaned(before, after, pairs),
    )


def _is_renamed(was: Film, now: Film) -> bool:
    return (was.title, was.year) != (now.title, now.year)


def _is_rated_anew(was: Film, now: Film) -> bool:
    return was.rating != now.rating


def _is_edited(was: Entry, now: Entry) -> bool:
    return (was.watched_on, was.rating, was.rewatch, was.tags) != (now.watched_on, now.rating, now.rewatch, now.tags)


def _is_rewritten(was: Entry, now: Entry) -> bool:
    return was.text.splitlines() != now.text.splitlines()


def _compare_marks(
    before: Side,
    after: Side,
    pairs: Iterable[tuple[Film, Film]],
    has: Callable[[Film], bool],
    edited: Callable[[Film, Film], bool],
) -> Part[Film]:
    """What films are marked with, such as watched or liked."""
    both = [(was, now) for was, now in pairs if has(was) and has(now)]
    kept = ({was.n for was, _ in both}, {now.n for _, now in both})
    old, new = ([film for film in side.films.values() if has(film)] for side in (before, after))
    return Part(
        before=len(old),
        after=len(new),
        added=tuple(film for film in new if film.n not in kept[1]),
        removed=tuple(film for film in old if film.n not in kept[0]),
        changed=tuple(Edit(was, now) for was, now in both if edited(was, now)),
    )


def _compare_entries(
    before: tuple[Entry, ...],
    after: tuple[Entry, ...],
    films: dict[int, int],
    edited: Callable[[Entry, Entry], bool],
) -> Part[Entry]:
    pairs, gone, new = join_entries(before, after, films)
    changed = tuple(Edit(was, now) for was, now in pairs if edited(was, now))
    return Part(len(before), len(after), tuple(new), tuple(gone), changed)


def _compare_lists(before: Side, after: Side, films: dict[int, int]) -> tuple[Part[FilmList], tuple[ListEdit, ...]]:
    pairs, gone, new = join_lists(before, after, films)
    edits = []
    for was, now in pairs:
        kept = {films.get(film): film for film in now.films}
        edit = ListEdit(
            was,
            now,
            added=tuple(after.films[film] for film in sorted(now.films) if films.get(film) not in was.films),
            removed=tuple(before.films[film] for film in sorted(was.films) if film not in kept),
        )
        if edit.added or edit.removed or was.name != now.name:
            edits.append(edit)
    counts = (len(merge_copies(before.lists)), len(merge_copies(after.lists)))
    return Part(*counts, tuple(new), tuple(gone)), tuple(edits)


def _find_watched(
    watchlist: Part[Film], viewings: Part[Entry] | None, pairs: Iterable[tuple[Film, Film]]
) -> dict[int, Film]:
    """Of the wishes gone those that were watched meanwhile: for the first time, or with a new viewing. By their numbers
    in the newer export."""
    now_of = {was.n: now for was, now in pairs}
    viewed = {entry.film for entry in viewings.added} if viewings else set()
    return {
        now.n: film
        for film in watchlist.removed
        if (now := now_of.get(film.n)) and now.watched and (not film.watched or now.n in viewed)
    }
