"""The films of the sample are written by hand, so that what a hand gets wrong is asked here."""

from __future__ import annotations

from collections import Counter
from datetime import date

from babel import Locale

from kinograph.sample import library
from kinograph.sample.library import SampleFilm

ENGLISH = Locale("en")
GENRES = {
    "Action",
    "Adventure",
    "Animation",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Family",
    "Fantasy",
    "History",
    "Horror",
    "Music",
    "Mystery",
    "Romance",
    "Science Fiction",
    "TV Movie",
    "Thriller",
    "War",
    "Western",
}


def offenders(is_right: dict[SampleFilm, bool]) -> list[str]:
    return [film.title for film, right in is_right.items() if not right]


def test_every_film_has_what_the_cards_need() -> None:
    complete = {
        film: all(
            (film.directors, film.genres, film.countries, film.languages, film.keywords, film.runtime_minutes > 0)
        )
        for film in library.films()
    }
    assert offenders(complete) == []


def test_no_film_is_there_twice() -> None:
    assert [film for film, n in Counter((film.title, film.year) for film in library.films()).items() if n > 1] == []


def test_titles_alone_tell_the_films_apart() -> None:
    """As the viewer's reviews and lists name films by their title."""
    assert len({film.title for film in library.films()}) == len(library.films())


def test_no_one_and_nothing_is_named_twice_in_one_place() -> None:
    lists = {
        film: all(
            len(names) == len(set(names))
            for names in (film.directors, film.writers, film.cast, film.countries, film.languages, film.genres)
        )
        for film in library.films()
    }
    assert offenders(lists) == []


def test_genres_are_those_of_tmdb() -> None:
    assert {genre for film in library.films() for genre in film.genres} - GENRES == set()


def test_countries_and_languages_have_a_name() -> None:
    films = library.films()
    assert {code for film in films for code in film.countries} - set(ENGLISH.territories) == set()
    assert {code for film in films for code in film.languages} - set(ENGLISH.languages) == set()


def test_a_known_day_of_release_is_in_the_films_year() -> None:
    assert offenders({film: film.released is None or film.released.year == film.year for film in library.films()}) == []


def test_people_are_those_of_the_films_and_no_others() -> None:
    credited = {
        name
        for film in library.films()
        for role in (film.directors, film.writers, film.cast, film.composers, film.photography, film.editors)
        for name in role
    }
    assert set(library.people()) == credited


def test_every_company_has_one_country() -> None:
    known: dict[str, set[str | None]] = {}
    for fact in library.facts():
        for company in fact.companies:
            known.setdefault(company.name, set()).add(company.country)
    assert {name: countries for name, countries in known.items() if len(countries) > 1 or None in countries} == {}


def test_the_span_is_wide() -> None:
    films = library.films()
    assert 300 <= len(films) - len(library.wishes()) <= 330
    assert (min(film.year for film in films), max(film.year for film in films)) == (1902, 2024)
    assert len({film.countries[0] for film in films}) >= 60
    assert sum(film.kind == "tv" for film in films) >= 3


def test_ids_never_meet_those_of_tmdb() -> None:
    facts = library.facts()
    assert [fact.tmdb_id for fact in facts] == [-n for n in range(1, len(facts) + 1)]
    assert max(person.id for person in library.people().values()) < 0
    assert max(company.id for fact in facts for company in fact.companies) < 0


def test_facts_of_a_film_are_as_written() -> None:
    fact = next(fact for fact in library.facts() if fact.title == "Tokyo Story")
    assert (fact.kind, fact.original_title, fact.original_language) == ("movie", "東京物語", "ja")
    assert (fact.release_date, fact.runtime_minutes, library.year_of(fact)) == (date(1953, 11, 3), 137, 1953)
    assert fact.genres == ("Drama",)
    assert [director.name for director in fact.crew["directors"]] == ["Yasujirō Ozu"]
    assert [(member.person.name, member.person.gender) for member in fact.cast][:3] == [
        ("Chishū Ryū", 2),
        ("Chieko Higashiyama", 1),
        ("Setsuko Hara", 1),
    ]
    assert [(company.name, company.country) for company in fact.companies] == [("Shochiku", "JP")]
    assert (fact.poster_path, fact.budget, fact.revenue) == (None, None, None)


def test_awkward_titles_are_read_whole() -> None:
    titles = {film.title for film in library.films()}
    assert titles >= {"8½", "WALL·E", "1917", "2046", "M", "I Was Born, But...", "Y Tu Mamá También"}


def test_the_invented_scores_are_plausible() -> None:
    scores = [fact.vote_average for fact in library.facts() if fact.vote_average is not None]
    assert len(scores) == len(library.facts())
    assert min(scores) >= 5 and max(scores) <= 9 and 7 < sum(scores) / len(scores) < 7.8


def test_collections_are_in_order_of_release_and_hold_films_of_the_sample() -> None:
    known = {each.tmdb_id: each for each in library.facts()}
    for collection, parts in library.collections():
        days = [part.release_date for part in parts if part.release_date]
        assert days == sorted(days) and len(days) == len(parts) > 1, collection
        assert len({part.tmdb_id for part in parts}) == len(parts)
        seen = [known[part.tmdb_id].collection for part in parts if part.tmdb_id in known]
        assert len(seen) > 1 and set(seen) == {collection}
