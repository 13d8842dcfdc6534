"""A random library, edited at random, exported before and after: the changes are exactly the edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from kinograph.changes.compare import Changes, Part, compare
from kinograph.changes.parts import find_unknown
from kinograph.changes.reading import find_linkless, make_list
from kinograph.changes.sides import Entry, Film, Orphan, Side
from kinograph.sessions.export import Export, read
from tests.sessions import export_model
from tests.sessions.export_model import Collection, Library, Seen, Style, write

T = TypeVar("T")

DAYS = st.dates(date(2015, 1, 1), date(2024, 12, 31))
STARS = st.none() | st.integers(1, 10).map(lambda half: half / 2)
ENTRIES = st.builds(
    export_model.Entry,
    watched_on=st.none() | DAYS,
    logged_on=DAYS,
    stars=STARS,
    rewatch=st.booleans(),
    tags=st.lists(st.sampled_from(["home", "cinema", "with M."]), unique=True, max_size=2).map(tuple),
    text=st.sampled_from(["", "", "Good.", "Two\r\nlines"]),
)


ALWAYS = Seen("Always there", 1970, date(2020, 1, 1), watched=True, stars=None, liked=False, wanted=False, entries=())


@st.composite
def seen(draw: st.DrawFn, n: int) -> Seen:
    return Seen(
        title=draw(st.sampled_from([f"Film {n}", "Namesake", "=1+1"])),
        year=draw(st.none() | st.integers(1950, 2020)),
        ticked=draw(DAYS),
        watched=draw(st.sampled_from([True, True, True, False])),
        stars=draw(STARS),
        liked=draw(st.booleans()),
        wanted=draw(st.booleans()),
        entries=tuple(draw(st.lists(ENTRIES, max_size=3))),
    )


def lists(films: int) -> st.SearchStrategy[tuple[Collection, ...]]:
    made = st.builds(
        Collection,
        name=st.sampled_from(["Rain", "Comfort", "Rain"]),
        created_on=DAYS,
        tags=st.just(()),
        description=st.just(""),
        films=st.lists(st.integers(0, films - 1), max_size=5, unique=True).map(tuple),
        note=st.just(""),
    )
    return st.lists(made, max_size=3).map(tuple)


@st.composite
def edited(draw: st.DrawFn, film: Seen) -> Seen:
    """The film as it is some months later. An entry that is gone is the last one: the others keep their links."""
    entries = list(film.entries)
    match draw(st.sampled_from(["keep", "keep", "drop", "add", "edit"])):
        case "drop":
            entries = entries[:-1]
        case "add":
            entries.append(draw(ENTRIES))
        case "edit" if entries:
            entries[-1] = draw(ENTRIES)
    if film.title.startswith("Film") and draw(st.sampled_from([False, False, True])):
        return replace(film, watched=False, stars=None, liked=False, wanted=False, dropped=True)
    return replace(
        film,
        title=draw(st.sampled_from([film.title, film.title, f"Once {film.title}"])),
        ticked=draw(DAYS),
        watched=draw(st.sampled_from([film.watched, film.watched, not film.watched])),
        stars=draw(st.just(film.stars) | STARS),
        liked=draw(st.booleans()),
        wanted=draw(st.booleans()),
        entries=tuple(entries),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Library, Library]:
    # An export without any film is refused.
    films = [ALWAYS, *(draw(seen(n)) for n in range(draw(st.integers(1, 5))))]
    before = Library(tuple(films), draw(lists(len(films))))
    later = [ALWAYS, *(draw(edited(film)) for film in films[1:])]
    later += [draw(seen(len(films) + n)) for n in range(draw(st.integers(0, 2)))]
    kept = before.lists[: draw(st.integers(0, len(before.lists)))]
    others = draw(lists(len(later)))
    changed = [
        replace(each, name=draw(st.sampled_from([each.name, "Renamed"])), films=other.films)
        for each, other in zip(kept, others, strict=False)
    ]
    # Each list keeps its place, and so its link. Of what is dropped no list knows.
    listed = (*changed, *kept[len(changed) :], *others[len(kept) :])
    left = [replace(each, films=tuple(n for n in each.films if not later[n].dropped)) for each in listed]
    return before, Library(tuple(later), tuple(left))


def make_side(export: Export) -> Side:
    """As a stored session would be."""
    films = {
        n: Film(
            n,
            film.title,
            film.year,
            film.letterboxd_id,
            film.uri,
            watched=n in export.watched,
            rating=export.ratings.get(n),
            liked=n in export.likes,
            wished=n in export.watchlist,
        )
        for n, film in enumerate(export.films)
    }

    def entry(row: Any, text: str = "") -> Entry:
        return Entry(row.film, row.entry_id, row.watched_on, row.rating, row.rewatch, frozenset(row.tags), text)

    viewings = tuple(entry(row) for row in export.viewings)
    reviews = tuple(entry(row, row.text) for row in export.reviews)
    return Side(
        films,
        viewings,
        reviews,
        tuple(make_list(each.uri, each.name, frozenset(f.film for f in each.films)) for each in export.lists),
        unknown=find_unknown([asdict(file) for file in export.files], is_diary_newer=False),
        orphans=(
            *(Orphan(film.title, film.year, film.rows) for film in export.orphaned),
            *find_linkless(films, (*viewings, *reviews)),
        ),
    )


def find_edits(before: Library, after: Library, has: Callable[[Seen], Any]) -> tuple[Counter[Any], Counter[Any]]:
    """The films that came to, and went from, those that `has` something."""
    was = {n for n, film in enumerate(before.films) if has(film)}
    now = {n for n, film in enumerate(after.films) if has(film)}
    return (
        Counter((after.films[n].title, after.films[n].year) for n in now - was),
        Counter((before.films[n].title, before.films[n].year) for n in was - now),
    )


def name_all(films: Iterable[Film]) -> Counter[Any]:
    return Counter((film.title, film.year) for film in films)


def count(part: Part[T] | None) -> tuple[int, int, int]:
    assert part is not None
    assert part.before + len(part.added) - len(part.removed) == part.after
    return len(part.added), len(part.removed), len(part.changed)


def entries_of(library: Library, *, reviews: bool) -> dict[tuple[int, int], Any]:
    """What is told of each entry, by its film and its place, which make its link."""
    return {
        (n, k): (entry.watched_on, entry.stars, entry.rewatch, set(entry.tags))
        if not reviews
        else entry.text.splitlines()
        for n, film in enumerate(library.films)
        for k, entry in enumerate(film.logged)
        if (entry.text or not entry.watched_on if reviews else entry.watched_on)
    }


def edits_of(was: dict[Any, Any], now: dict[Any, Any]) -> tuple[int, int, int]:
    both = was.keys() & now.keys()
    return len(now.keys() - was), len(was.keys() - now), sum(was[key] != now[key] for key in both)


def with_line_ends(library: Library, end: str) -> Library:
    """As another program would have stored the reviews."""
    films = tuple(
        replace(film, entries=tuple(replace(entry, text=entry.text.replace("\r\n", end)) for entry in film.entries))
        for film in library.films
    )
    return replace(library, films=films)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(pairs(), st.integers(0, 3), st.integers(0, 3))
def test_the_changes_are_exactly_the_edits(libraries: tuple[Library, Library], first: int, second: int) -> None:
    before, after = libraries
    sides = [
        make_side(read(write(with_line_ends(library, end), Style(shuffle=shuffle, newline=end))))
        for library, shuffle, end in ((before, first, "\r\n"), (after, second, "\n"))
    ]
    changes = compare(*sides)
    assert changes.not_compared.keys() <= {"lists"}
    check_films(before, after, changes)
    for part, reviews in ((changes.viewings, False), (changes.reviews, True)):
        assert count(part) == edits_of(entries_of(before, reviews=reviews), entries_of(after, reviews=reviews))
    check_lists(before, after, changes)


def check_films(before: Library, after: Library, changes: Changes) -> None:
    for part, has in (
        (changes.films, lambda film: film.watched),
        (changes.ratings, lambda film: film.watched and film.stars),
        (changes.likes, lambda film: film.liked),
        (changes.watchlist, lambda film: film.wanted),
    ):
        count(part)
        assert part
        assert (name_all(part.added), name_all(part.removed)) == find_edits(before, after, has)
    assert name_all(changes.orphaned_films) == Counter(
        (was.title, was.year)
        for was, now in zip(before.films, after.films, strict=False)
        if was.watched and now.dropped and now.entries  # of one that was never logged no export tells
    )
    both = [(was, now) for was, now in zip(before.films, after.films, strict=False) if was.watched and now.watched]
    assert changes.films and changes.ratings
    assert name_all(edit.now for edit in changes.films.changed) == Counter(
        (now.title, now.year) for was, now in both if was.title != now.title
    )
    assert Counter((edit.was.rating, edit.now.rating) for edit in changes.ratings.changed) == Counter(
        (was.stars, now.stars) for was, now in both if was.stars and now.stars and was.stars != now.stars
    )


def check_lists(before: Library, after: Library, changes: Changes) -> None:
    if changes.lists is None:
        return
    assert (len(changes.lists.added), len(changes.lists.removed)) == (
        max(0, len(after.lists) - len(before.lists)),
        max(0, len(before.lists) - len(after.lists)),
    )
    expected = Counter(
        (now.name, len(set(now.films) - set(was.films)), len(set(was.films) - set(now.films)))
        for was, now in zip(before.lists, after.lists, strict=False)
        if was.name != now.name or set(was.films) != set(now.films)
    )
    assert Counter((e.now.name, len(e.added), len(e.removed)) for e in changes.list_edits) == expected
