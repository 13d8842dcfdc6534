"""Which film, entry or list of one export is which of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from kinograph.changes.sides import Entry, Film, FilmList, Side
from kinograph.films.titles import folded
from kinograph.sessions.links import LinkKind, decode_link

T = TypeVar("T")
Key = Callable[[T], Hashable | None]


def join_films(before: Iterable[Film], after: Iterable[Film]) -> dict[int, int]:
    """The number before of each film of the newer export that both have, by its number after.

    By Letterboxd's id; else by the full old link; else by exact title and year; else by both folded; else by title
    alone where one of the two has no year. Two films whose ids or links both tell are never joined by name.
    """
    keys: tuple[Key[Film], ...] = (
        lambda film: film.letterboxd_id,
        _slug,
        lambda film: (film.title, film.year),
        lambda film: (folded(film.title), film.year),
    )
    pairs, left, new = _join_by(keys, list(before), list(after), may_be=_may_be_one)
    pairs += _join_without_year(left, new)
    return {now.n: was.n for was, now in pairs}


def _slug(film: Film) -> str | None:
    link = decode_link(film.uri)
    return link.slug if link and link.kind is LinkKind.film else None


def _may_be_one(was: Film, now: Film) -> bool:
    if was.letterboxd_id is not None and now.letterboxd_id is not None:
        return was.letterboxd_id == now.letterboxd_id
    slugs = (_slug(was), _slug(now))
    return None in slugs or slugs[0] == slugs[1]


def _join_without_year(before: Iterable[Film], after: Iterable[Film]) -> list[tuple[Film, Film]]:
    """Those of one title of which one has no year, where each export has just one of that title left."""
    old, new = _group(before, lambda film: folded(film.title)), _group(after, lambda film: folded(film.title))
    return [
        (old[title][0], films[0])
        for title, films in new.items()
        if len(films) == len(old.get(title, ())) == 1
        and (films[0].year is None) != (old[title][0].year is None)
        and _may_be_one(old[title][0], films[0])
    ]


def join_entries(
    before: Sequence[Entry], after: Sequence[Entry], films: Mapping[int, int]
) -> tuple[list[tuple[Entry, Entry]], list[Entry], list[Entry]]:
    """Pairs of one entry, entries only before, entries only after; `films` is as join_films tells.

    By their own id, whatever else of them was edited; else by film, day and order.
    """
    before_of = {id(entry): entry.film for entry in before} | {id(entry): films.get(entry.film) for entry in after}
    keys: tuple[Key[Entry], ...] = (
        lambda entry: entry.entry_id,
        lambda entry: None if before_of[id(entry)] is None else (before_of[id(entry)], entry.watched_on),
    )
    return _join_by(keys, before, after, may_be=lambda was, now: None in (was.entry_id, now.entry_id))


def join_lists(
    before: Side, after: Side, films: Mapping[int, int]
) -> tuple[list[tuple[FilmList, FilmList]], list[FilmList], list[FilmList]]:
    """Pairs of one list, lists only before, lists only after: by their ids, else by full links, else by their names, of
    which two may be the same: first those that have the same films. `films` is as join_films tells."""
    old, new = merge_copies(before.lists), merge_copies(after.lists)
    held = {id(each): each.films for each in old}
    held |= {id(each): frozenset(films.get(film, ~film) for film in each.films) for each in new}
    keys: tuple[Key[FilmList], ...] = (
        lambda each: each.list_id,
        lambda each: each.slug,
        lambda each: (each.name, held[id(each)]),
        lambda each: each.name,
    )
    return _join_by(keys, old, new, may_be=_may_be_one_list)


def _may_be_one_list(was: FilmList, now: FilmList) -> bool:
    if was.list_id is not None and now.list_id is not None:
        return False
    return None in (was.slug, now.slug) or was.slug == now.slug


def merge_copies(lists: Iterable[FilmList]) -> list[FilmList]:
    """Each list once: two files of one id are one list, with the films of both."""
    merged: dict[Hashable, FilmList] = {}
    for n, each in enumerate(lists):
        key = ("file", n) if each.list_id is None else each.list_id
        first = merged.get(key, each)
        merged[key] = FilmList(first.list_id, first.name, first.films | each.films, first.slug)
    return list(merged.values())


def _join_by(
    keys: Iterable[Key[T]], before: Sequence[T], after: Sequence[T], *, may_be: Callable[[T, T], bool]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Joins by one key after the other, in order where several have the same; `may_be` forbids pairs of a later key."""
    pairs: list[tuple[T, T]] = []
    for n, key in enumerate(keys):
        old = _group(before, key)
        joined: set[int] = set()
        for now in after:
            named = key(now)
            candidates = old.get(named, []) if named is not None else []
            was = next((each for each in candidates if n == 0 or may_be(each, now)), None)
            if was is not None:
                candidates.remove(was)
                pairs.append((was, now))
                joined |= {id(was), id(now)}
        before = [each for each in before if id(each) not in joined]
        after = [each for each in after if id(each) not in joined]
    return pairs, list(before), list(after)


def _group(rows: Iterable[T], key: Key[T]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for row in rows:
        if (named := key(row)) is not None:
            groups[named].append(row)
    return groups
