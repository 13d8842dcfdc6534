"""Whatever a member could have done, in every way Letterboxd and its users write it, is read back as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kinograph.sessions.double_encoding import undo
from kinograph.sessions.export import Export, read
from tests.sessions.export_model import (
    Collection,
    Entry,
    Library,
    Style,
    encoded_twice,
    entry_id,
    film_link,
    write,
)
from tests.sessions.export_strategies import CLEAR_FORMS, FILES, NEAR, RESAVED, libraries, styles


def examples(few: int, many: int) -> int:
    """So few in the suite, so many with `make fuzz`."""
    return many if settings.get_current_profile_name() == "thorough" else few


TAKEN = settings(
    max_examples=examples(50, 100),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@TAKEN
@given(library=libraries(namesakes=False), style=styles())
def test_an_export_is_read_back_as_it_was_written(library: Library, style: Style) -> None:
    wanted = _wanted(library, style)
    assume(wanted["films"])
    found = read(write(library, style))
    read_back = _found(found)
    if "ratings.csv" in style.missing:
        assert read_back.pop("ratings").items() <= _newest_stars(wanted)
        assert read_back.pop("rated").keys() == {film for film, _ in _newest_stars(wanted)}
        del wanted["ratings"], wanted["rated"]
    assert read_back == wanted
    assert not found.problems
    telling = ("watched.csv", "ratings.csv", "diary.csv")
    missing = [file for file in telling if file in style.missing]
    if style.missing >= {*telling, "reviews.csv"}:
        missing = ["file"]  # that says what was watched
    assert [str(warning).split(" ")[1] for warning in found.warnings] == missing
    assert list(found.viewings) == sorted(found.viewings, key=lambda seen: (seen.watched_on, seen.entry_id or 0))


@settings(TAKEN, max_examples=examples(20, 60))
@given(
    library=libraries(namesakes=True),
    style=st.sampled_from(["short", "full"]).flatmap(lambda links: styles(links=links, missing=frozenset())),
)
def test_two_films_of_one_name_and_year_are_read_back_as_two(library: Library, style: Style) -> None:
    found = read(write(library, style))
    assert not found.problems
    wanted, read_back = _wanted(library, style), _found(found)
    if style.links == "short":
        # Which of the two a viewing means is written nowhere, so viewings and reviews are compared by name alone.
        for both in (wanted, read_back):
            for kind in ("viewings", "reviews"):
                both[kind] = Counter((film[:2], *rest) for film, *rest in both[kind].elements())
    assert read_back == wanted


@settings(TAKEN, max_examples=examples(25, 60))
@given(library=libraries(namesakes=False, days=NEAR), style=RESAVED)
def test_a_day_that_a_spreadsheet_wrote_is_read_right_or_not_at_all(library: Library, style: Style) -> None:
    unchanged = replace(style, resaved=frozenset())
    assume(_wanted(library, unchanged)["films"])
    found, right = read(write(library, style)), read(write(library, unchanged))
    days = {viewing.entry_id: viewing.watched_on for viewing in right.viewings}
    assert all(days[viewing.entry_id] == viewing.watched_on for viewing in found.viewings)
    if style.form in CLEAR_FORMS:
        assert _found(found) == _found(right)
    if not any("either of two days" in str(problem.sentence) for problem in found.problems):
        assert len(found.viewings) == len(right.viewings)
    reviewed = {review.entry_id: (review.watched_on, review.logged_on) for review in right.reviews}
    assert len(found.reviews) == len(right.reviews)
    for review in found.reviews:
        assert review.watched_on in (None, reviewed[review.entry_id][0])
        assert review.logged_on in (None, reviewed[review.entry_id][1])
    ticked = {right.films[film].uri: day for film, day in right.watched.items()}
    assert all(day in (None, ticked[found.films[film].uri]) for film, day in found.watched.items())


@settings(TAKEN, max_examples=examples(10, 40))
@given(library=libraries(namesakes=False), style=styles(encoded_twice=True))
def test_an_export_that_was_encoded_twice_is_read_back_where_that_is_proven(library: Library, style: Style) -> None:
    once = replace(style, encoded_twice=False, zipped=False, wrapper="")
    assume(_wanted(library, style)["films"])
    for upload in write(library, once):
        assume(upload.content.isascii() or undo(encoded_twice(upload.content)) == upload.content)
    assert _found(read(write(library, style))) == _found(read(write(library, replace(style, encoded_twice=False))))


def _wanted(library: Library, style: Style) -> dict[str, Any]:
    """What the files that are there tell, each film by its title, year and link."""
    without: dict[str, Any] = {"rewatch": False} if "Rewatch" in style.lacking else {}
    without_tags: dict[str, Any] = {"tags": ()} if "Tags" in style.lacking else {}
    without |= without_tags
    keys = [(film.title, film.year, film_link(n, style)) for n, film in enumerate(library.films)]
    films = list(zip(keys, library.films, strict=True))
    there = {file.rpartition("/")[2].removesuffix(".csv") for file in FILES if file not in style.missing}
    logged = [
        (key, entry_id(n, k) if style.links == "short" else None, replace(entry, **without))
        for n, (key, film) in enumerate(films)
        for k, entry in enumerate(film.logged)
    ]
    dated = [row for row in logged if row[2].watched_on]
    reviewed = [row for row in logged if row[2].text or not row[2].watched_on]
    ratings = {key: film.stars for key, film in films if film.watched and film.stars} if "ratings" in there else {}
    likes = {key for key, film in films if film.liked} if "films" in there else set()
    watchlist = {key for key, film in films if film.wanted} if "watchlist" in there else set()
    listed = {keys[n] for made in library.lists for n in made.films}
    diary = dated if "diary" in there else []
    reviews = reviewed if "reviews" in there else []
    linked: set[tuple[Any, ...]] = set(ratings) | likes | watchlist | listed
    evidence = set(ratings) | {key for key, *_ in (*diary, *reviews)}
    watched: dict[tuple[Any, ...], date | None] = {key: film.ticked for key, film in films if film.watched}
    if "watched" not in there:
        watched = dict.fromkeys(evidence)
    linked |= set(watched) if "watched" in there else set()

    def named(key: tuple[Any, ...]) -> tuple[Any, ...]:
        """An entry's link is no film's, so a film that only entries name has none."""
        return key if key in linked else (*key[:2], "")

    viewings = diary if "diary" in there else [row for row in reviews if row[2].watched_on]
    return {
        "films": {named(key) for key in linked | evidence},
        "watched": {named(key): day for key, day in watched.items()},
        "ratings": ratings,
        "rated": {key: film.ticked for key, film in films if key in ratings},
        "likes": {key: film.ticked for key, film in films if key in likes},
        "watchlist": {key: film.ticked for key, film in films if key in watchlist},
        "viewings": Counter((named(key), number, *_said(entry)) for key, number, entry in viewings),
        "reviews": Counter((named(key), number, *_said(entry), entry.text) for key, number, entry in reviews),
        "lists": {f"list-{n}": _list(n, replace(made, **without_tags), keys) for n, made in enumerate(library.lists)},
    }


def _newest_stars(wanted: dict[str, Any]) -> Set[tuple[Any, float]]:
    """Each watched film with the stars of its newest rated viewing, or review where no viewing has any; with those of
    all that are as new, where no link tells which came last."""
    found: dict[Any, set[float]] = {}
    for rows in (wanted["viewings"], wanted["reviews"]):
        newest: dict[Any, tuple[Any, set[float]]] = {}
        for film, number, watched_on, logged_on, stars, *_ in rows:
            if stars and film in wanted["watched"]:
                moment = (watched_on or logged_on, logged_on, number or 0)
                best, _ = newest.get(film, (moment, set()))
                kept = newest[film][1] if film in newest and moment == best else set()
                if moment >= best:
                    newest[film] = (moment, kept | {stars})
        found = {film: stars for film, (_, stars) in newest.items()} | found
    return {(film, stars) for film, all_stars in found.items() for stars in all_stars}


def _said(entry: Any) -> tuple[object, ...]:
    stars = entry.stars if isinstance(entry, Entry) else entry.rating
    return entry.watched_on, entry.logged_on, stars, entry.rewatch, entry.tags


def _list(n: int, made: Collection, keys: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    places = [(place, keys[film], made.note) for place, film in enumerate(made.films, 1)]
    return made.name or f"list-{n}", made.created_on, made.tags, made.description, places


def _found(found: Export) -> dict[str, Any]:
    keys = [(film.title, film.year, film.uri) for film in found.films]
    assert len(set(keys)) == len(keys)
    return {
        "films": set(keys),
        "watched": {keys[film]: day for film, day in found.watched.items()},
        "ratings": {keys[film]: stars for film, stars in found.ratings.items()},
        "rated": {keys[film]: day for film, day in found.rated_on.items()},
        "likes": {keys[film]: day for film, day in found.likes.items()},
        "watchlist": {keys[film]: day for film, day in found.watchlist.items()},
        "viewings": Counter((keys[v.film], v.entry_id, *_said(v)) for v in found.viewings),
        "reviews": Counter((keys[r.film], r.entry_id, *_said(r), r.text) for r in found.reviews),
        "lists": {
            made.slug: (
                *(made.name, made.created_on, made.tags, made.description),
                [(place.position, keys[place.film], place.note) for place in made.films],
            )
            for made in found.lists
        },
    }
