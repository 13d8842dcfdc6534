"""Films that Letterboxd has dropped from its database: their member has not deleted them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set

from kinograph.changes.sides import Film, Orphan, Side
from kinograph.films.titles import folded

Name = tuple[str, int | None]


def find_orphaned(before: Side, after: Side, pairs: Iterable[tuple[Film, Film]]) -> frozenset[int]:
    """The films of the older export that Letterboxd dropped since, by their numbers there; `pairs` are those that both
    have.

    All that the newer export has of a dropped film is its name, once for each entry. A name counts where it stands
    there more often than before: other films of that name were dropped earlier. Of two films of one name that are gone
    both count.
    """
    were, are = _count(before.orphans), _count(after.orphans)
    dropped = {name for name, rows in are.items() if rows > were[name]}
    kept = {was.n for was, now in pairs if not is_linkless(now)}
    return frozenset(
        film.n
        for film in before.films.values()
        if film.n not in kept and _is_among(film, are.keys() if is_linkless(film) else dropped)
    )


def is_linkless(film: Film) -> bool:
    """Whether only entries without a link know a film: until 2022 the diary held those of dropped films."""
    return not film.uri and not film.watched


def _count(orphans: Iterable[Orphan]) -> Counter[Name]:
    rows: Counter[Name] = Counter()
    for orphan in orphans:
        rows[folded(orphan.title), orphan.year] += orphan.rows
    return rows


def _is_among(film: Film, names: Set[Name]) -> bool:
    """By title and year, or by title alone where one of the two has no year."""
    if not names:
        return False
    title = folded(film.title)
    if film.year is None:
        return any(title == other for other, _ in names)
    return (title, film.year) in names or (title, None) in names
