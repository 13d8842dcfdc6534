from dataclasses import replace
from datetime import date

import pytest

from kinograph.changes.compare import Changes, Edit, ListEdit, Part, compare
from kinograph.changes.joining import join_films
from kinograph.changes.reading import find_linkless
from kinograph.changes.sides import Entry, Film, FilmList, Orphan, Side

RAN = Film(0, "Ran", 1985, 1, "https://boxd.it/a", watched=True, rating=4.5)
IKIRU = Film(1, "Ikiru", 1952, 2, "https://boxd.it/k", watched=True, liked=True)
WISH = Film(2, "Playtime", 1967, 3, "https://boxd.it/u", wished=True)
FILMS = (RAN, IKIRU, WISH)
SEEN = Entry(0, 11, date(2024, 3, 1), 4.5, rewatch=False, tags=frozenset({"home", "35mm"}))
REVIEW = Entry(1, 12, None, None, rewatch=False, tags=frozenset(), text="Life is\r\nbrief.")
BEST = FilmList(7, "Best", frozenset({0, 1}))


def side(
    *films: Film,
    viewings: tuple[Entry, ...] = (SEEN,),
    reviews: tuple[Entry, ...] = (REVIEW,),
    lists: tuple[FilmList, ...] = (BEST,),
    unknown: dict[str, str] | None = None,
) -> Side:
    return Side({film.n: film for film in films or FILMS}, viewings, reviews, lists, unknown or {})


BEFORE = side()
SAME = Changes(
    films=Part(2, 2),
    viewings=Part(1, 1),
    ratings=Part(1, 1),
    likes=Part(1, 1),
    watchlist=Part(1, 1),
    watched_wishes=(),
    reviews=Part(1, 1),
    lists=Part(1, 1),
    list_edits=(),
    not_compared={},
)


def test_the_same_export_has_no_changes() -> None:
    assert compare(BEFORE, side()) == SAME
    assert SAME.is_same


def test_the_order_of_tags_and_line_ends_are_no_change() -> None:
    tags, text = replace(SEEN, tags=frozenset({"35mm", "home"})), replace(REVIEW, text="Life is\nbrief.")
    assert compare(BEFORE, side(viewings=(tags,), reviews=(text,))) == SAME


def test_films_numbered_otherwise_are_the_same() -> None:
    numbered = {0: 5, 1: 4, 2: 3}
    films = [replace(film, n=numbered[film.n]) for film in reversed(FILMS)]
    after = side(
        *films,
        viewings=(replace(SEEN, film=5),),
        reviews=(replace(REVIEW, film=4),),
        lists=(replace(BEST, films=frozenset({5, 4})),),
    )
    assert compare(BEFORE, after) == SAME


def test_a_wish_that_was_watched_is_told_everywhere() -> None:
    seen = replace(WISH, watched=True, wished=False, rating=5.0)
    entry = Entry(2, 13, date(2024, 5, 1), 5.0, rewatch=False, tags=frozenset())
    assert compare(BEFORE, side(RAN, IKIRU, seen, viewings=(SEEN, entry))) == replace(
        SAME,
        films=Part(2, 3, added=(seen,)),
        viewings=Part(1, 2, added=(entry,)),
        ratings=Part(1, 2, added=(seen,)),
        watchlist=Part(1, 0, removed=(WISH,)),
        watched_wishes=(WISH,),
        watched_numbers=(2,),
    )


def test_a_wish_taken_back_was_not_watched() -> None:
    changes = compare(BEFORE, side(RAN, IKIRU))
    assert (changes.watchlist, changes.watched_wishes) == (Part(1, 0, removed=(WISH,)), ())


def test_a_film_seen_before_is_a_wish_fulfilled_only_by_a_new_viewing() -> None:
    again = replace(RAN, wished=True)
    before = side(again, IKIRU, WISH)
    entry = Entry(0, 14, date(2024, 6, 1), None, rewatch=True, tags=frozenset())
    assert compare(before, side()).watched_wishes == ()
    assert compare(before, side(viewings=(SEEN, entry))).watched_wishes == (again,)


def test_marks_taken_back_and_changed() -> None:
    unrated, disliked = replace(RAN, rating=None), replace(IKIRU, liked=False, rating=3.0)
    rerated = replace(RAN, rating=2.0)
    changes = compare(BEFORE, side(unrated, disliked, WISH))
    assert changes.ratings == Part(1, 1, added=(disliked,), removed=(RAN,))
    assert changes.likes == Part(1, 0, removed=(IKIRU,))
    assert compare(BEFORE, side(rerated, IKIRU, WISH)).ratings == Part(1, 1, changed=(Edit(RAN, rerated),))


def test_an_entry_moved_by_years_is_edited() -> None:
    moved = replace(SEEN, watched_on=date(2019, 3, 1), rewatch=True)
    assert compare(BEFORE, side(viewings=(moved,))).viewings == Part(1, 1, changed=(Edit(SEEN, moved),))


def test_entries_without_ids_are_joined_by_film_day_and_order() -> None:
    first, second = replace(SEEN, entry_id=None), replace(SEEN, entry_id=None, rating=3.0)
    other_day = replace(first, watched_on=date(2024, 3, 2))
    assert compare(side(viewings=(first, second)), side(viewings=(first, second))).viewings == Part(2, 2)
    changes = compare(side(viewings=(first, second)), side(viewings=(replace(first, rating=1.0), other_day)))
    assert changes.viewings == Part(
        2, 2, added=(other_day,), removed=(second,), changed=(Edit(first, replace(first, rating=1.0)),)
    )


def test_an_entry_deleted_and_made_anew_is_gone_and_new() -> None:
    anew = replace(SEEN, entry_id=99)
    assert compare(BEFORE, side(viewings=(anew,))).viewings == Part(1, 1, added=(anew,), removed=(SEEN,))


def test_a_review_rewritten() -> None:
    written = replace(REVIEW, text="Life is long.")
    assert compare(BEFORE, side(reviews=(written,))).reviews == Part(1, 1, changed=(Edit(REVIEW, written),))


def test_lists_are_joined_by_id_and_tell_what_came_and_went() -> None:
    renamed = FilmList(7, "The best", frozenset({0, 2}))
    new = FilmList(8, "Best", frozenset({1}))
    changes = compare(BEFORE, side(lists=(renamed, new)))
    assert changes.lists == Part(1, 2, added=(new,))
    assert changes.list_edits == (ListEdit(BEST, renamed, added=(WISH,), removed=(IKIRU,)),)


def test_two_lists_of_one_name_are_told_apart_by_their_links_or_their_films() -> None:
    ours, others = frozenset({0, 1}), frozenset({2})
    for links in (("best", "best-1"), (None, None)):
        one, other = (FilmList(None, "Best", films, slug) for films, slug in zip((ours, others), links, strict=True))
        before = side(lists=(one, other))
        assert compare(before, side(lists=(other, one))).is_same
        grown = replace(other, films=frozenset({2, 0}))
        edits = compare(before, side(lists=(grown, one))).list_edits
        assert edits == (ListEdit(other, grown, added=(RAN,), removed=()),)


def test_two_files_of_one_list_are_one() -> None:
    halves = (FilmList(7, "Best", frozenset({0})), FilmList(7, "Best", frozenset({1})))
    assert compare(BEFORE, side(lists=halves)) == SAME


def test_what_an_export_does_not_tell_is_unknown() -> None:
    after = side(replace(RAN, rating=None), IKIRU, unknown={"ratings": "missing"})
    assert compare(BEFORE, after) == replace(
        SAME, ratings=None, watchlist=Part(1, 0, removed=(WISH,)), not_compared={"ratings": "missing"}
    )


@pytest.mark.parametrize(
    ("was", "now", "joined"),
    [
        (("A", 1999, 1, ""), ("B", 2000, 1, ""), True),  # renamed under one id
        (("A", 1999, 1, ""), ("A", 1999, 2, ""), False),  # namesakes
        (("A", 1999, None, ""), ("A", 1999, 2, ""), True),
        (("Amélie – X", 2001, None, ""), ("Ame\u0301lie -\u00a0x", 2001, 2, ""), True),
        (("A", None, None, ""), ("A", 1999, None, ""), True),
        (("A", 1998, None, ""), ("A", 1999, None, ""), False),
        (
            ("A", 1999, None, "https://letterboxd.com/film/a-1999/"),
            ("B", 1999, None, "https://letterboxd.com/film/a-1999/"),
            True,
        ),
        (
            ("A", 1999, None, "https://letterboxd.com/film/a-1999/"),
            ("A", 1999, None, "https://letterboxd.com/film/a-1999-1/"),
            False,
        ),
        (("A", 1999, None, "https://letterboxd.com/film/a-1999/"), ("A", 1999, 5, "https://boxd.it/4"), True),
    ],
)
def test_films_are_joined_by_what_names_them_best(
    was: tuple[str, int | None, int | None, str], now: tuple[str, int | None, int | None, str], *, joined: bool
) -> None:
    before, after = Film(3, was[0], was[1], was[2], was[3]), Film(4, now[0], now[1], now[2], now[3])
    assert join_films([before], [after]) == ({4: 3} if joined else {})


def test_a_title_without_a_year_that_may_be_two_films_is_joined_with_neither() -> None:
    before = [Film(0, "Maniac", None, None, "")]
    after = [Film(0, "Maniac", 1980, None, ""), Film(1, "Maniac", 2012, None, "")]
    assert join_films(before, after) == {}


DROPPED = Orphan("Ran", 1985, 1)


Told = tuple[tuple[Film, ...], tuple[Orphan, ...]]


def orphaned(before: Told, after: Told) -> set[int]:
    """The numbers of the films gone that Letterboxd has dropped, of exports of films and orphans."""
    were, are = (
        replace(side(*films, viewings=(), reviews=(), lists=()), orphans=orphans) for films, orphans in (before, after)
    )
    changes = compare(were, are)
    assert changes.films
    assert changes.films.before + len(changes.films.added) - len(changes.films.removed) == changes.films.after
    return {film.n for film in changes.orphaned_films}


def test_a_film_that_letterboxd_dropped_is_told_apart_from_one_that_was_deleted() -> None:
    changes = compare(BEFORE, replace(side(WISH, viewings=(), reviews=(), lists=()), orphans=(DROPPED,)))
    assert changes.films == Part(2, 0, removed=(RAN, IKIRU))
    assert changes.orphaned_films == (RAN,)
    assert changes.viewings == Part(1, 0, removed=(SEEN,))


@pytest.mark.parametrize(("title", "year"), [("Ran", 1985), ("RAN", 1985), ("Ran\u00a0", 1985), ("Ran", None)], ids=str)
def test_a_dropped_film_is_known_by_its_name(title: str, year: int | None) -> None:
    assert orphaned(((RAN, IKIRU), ()), ((IKIRU,), (Orphan(title, year, 1),))) == {0}
    assert orphaned(((replace(RAN, year=None), IKIRU), ()), ((IKIRU,), (Orphan(title, year, 1),))) == {0}


def test_a_namesake_that_was_dropped_before_is_not_the_one_deleted_since() -> None:
    assert orphaned(((RAN, IKIRU), (DROPPED,)), ((IKIRU,), (DROPPED,))) == set()
    assert orphaned(((RAN, IKIRU), (DROPPED,)), ((IKIRU,), (replace(DROPPED, rows=3),))) == {0}
    assert orphaned(((RAN, IKIRU), ()), ((IKIRU,), (Orphan("Ran", 1986, 1),))) == set()


def test_a_film_that_both_exports_have_is_not_dropped_whatever_its_namesake_is() -> None:
    namesake = replace(RAN, n=5, letterboxd_id=99, uri="https://boxd.it/99")
    assert orphaned(((RAN, namesake, IKIRU), ()), ((RAN, IKIRU), (DROPPED,))) == {5}
    # One that is still on the watchlist is one of Letterboxd's.
    wish = replace(RAN, watched=False, wished=True)
    assert orphaned(((RAN, IKIRU), ()), ((wish, IKIRU), (DROPPED,))) == set()


def test_the_diary_of_old_held_the_dropped_films_without_a_link() -> None:
    left = Film(0, "Ran", 1985, None, "")
    films = {0: left, 1: IKIRU}
    entries = (SEEN, replace(SEEN, entry_id=None))
    orphans = tuple(find_linkless(films, entries))
    assert orphans == (Orphan("Ran", 1985, 2),)
    changes = compare(BEFORE, Side(films, entries, orphans=orphans))
    assert changes.orphaned_films == (RAN,)
    # And later they stand beside it: gone from the diary, and not by their member.
    later = compare(Side(films, entries, orphans=orphans), Side({1: IKIRU}, orphans=(replace(DROPPED, rows=2),)))
    assert later.films == Part(1, 1)
    assert (later.viewings, later.orphaned) == (Part(2, 0, removed=entries), frozenset({0}))
