from dataclasses import replace

import pytest

from kinograph.films import candidates, matching, titles
from kinograph.films.candidates import Candidate, FilmRef, MediaType

_ids = iter(range(1, 10**6))


def entry(
    title: str,
    year: int | None,
    votes: int = 300,
    *,
    kind: MediaType = "movie",
    original: str | None = None,
    popularity: float = 1.0,
    listed: int | None = None,
    minutes: int | None = None,
    also: tuple[str, ...] = (),
) -> Candidate:
    return Candidate(
        kind=kind,
        tmdb_id=next(_ids),
        title=title,
        original_title=original or title,
        year=year,
        vote_count=votes,
        popularity=popularity,
        listed_year=listed,
        runtime_minutes=minutes,
        alternative_titles=also,
    )


def chosen(title: str, year: int | None, *candidates: Candidate) -> Candidate | None:
    return matching.choose(FilmRef(title, year), candidates).candidate


@pytest.mark.parametrize(
    ("claimed", "title"),
    [
        ("Harbour", "Harbour"),
        ("HARBOUR", "Harbour"),
        ("Café Lumen", "Cafe Lumen"),
        ("Cafe\u0301 Lumen", "Café Lumen"),
        ("ROB·OT", "ROB-OT"),
        ("Tide – Part\u00a0Two", "Tide - Part Two"),
        ("Tide: Part II", "Tide, Part Two"),
        ("Tide 2", "Tide II"),
        ("Tide Vol. 3", "Tide: Volume III"),
        ("Tom & Jo", "Tom and Jo"),
        ("Flint + Steel", "Flint & Steel"),
        ("The Pilot’s Wife", "The Pilot's Wife"),
        ("Don't", "Dont"),
        ("Web-Walker", "Webwalker"),
        ("The Glass Orchard", "Glass Orchard"),
        ("Øst for Åsen", "Ost for Asen"),
        ("Straße", "Strasse"),
        ("…", "..."),
        ("雪の窓", "雪の窓"),
        ("¡Vamos!", "Vamos"),
    ],
)
def test_a_title_fits_however_it_is_spelt(claimed: str, title: str) -> None:
    candidate = entry(title, 1999)
    assert chosen(claimed, 1999, candidate) == candidate


@pytest.mark.parametrize(
    ("claimed", "title"),
    [
        ("In This Harbour", "Hooker's Harbour"),
        ("Kestrel", "Kestrel II"),
        ("Tide: Part One", "Tide: Part Two"),
        ("Harbour", "Harbours"),
        ("Black Quay: San Juan", "Black Quay"),
        ("Malcolm X", "Malcolm 10"),
        ("バレ", "ハレ"),
        ("The", "A"),
    ],
)
def test_another_title_does_not_fit(claimed: str, title: str) -> None:
    assert chosen(claimed, 1999, entry(title, 1999, 150)) is None


def test_the_original_title_fits_too() -> None:
    candidate = entry("The Long Quay", 1994, original="Den långa kajen")
    assert chosen("Den langa kajen", 1994, candidate) == candidate


def test_an_alternative_title_fits_but_less() -> None:
    candidate = entry("The Glass Orchard", 1988, also=("Orchard of Glass",))
    choice = matching.choose(FilmRef("Orchard of Glass", 1988), [candidate])
    assert choice.candidate == candidate
    assert choice.confidence < matching.SURE


def test_the_first_result_is_not_preferred() -> None:
    wanted = entry("Harbour", 1977, 800)
    others = [entry("Harbour of Storms", 1977, 9000), entry("Harbour", 1951, 40), entry("Harbours", 1977, 70)]
    assert chosen("Harbour", 1977, *others, wanted) == wanted


def test_the_well_known_of_two_films_of_one_title_and_year_is_meant() -> None:
    short, feature = entry("Flow", 2024, 2, popularity=0.1), entry("Flow", 2024, 2400)
    assert chosen("Flow", 2024, short, feature) == feature


def test_two_equally_obscure_namesakes_of_one_year_are_left_to_a_person() -> None:
    choice = matching.choose(FilmRef("Flow", 2024), [entry("Flow", 2024, 3), entry("Flow", 2024, 4)])
    assert choice.candidate is None
    assert len(choice.runners_up) == 2


def test_of_two_much_alike_the_feature_is_meant_when_the_runtimes_are_known() -> None:
    short, feature = entry("Flow", 2024, 5, minutes=11), entry("Flow", 2024, 6, minutes=84)
    assert chosen("Flow", 2024, short, feature) == feature


def test_of_two_namesakes_the_one_spelt_alike_is_meant() -> None:
    loud, quiet = entry("Mother!", 2017, 500), entry("Mother", 2017, 500)
    assert chosen("Mother!", 2017, quiet, loud) == loud
    assert chosen("Mother", 2017, quiet, loud) == quiet


@pytest.mark.parametrize("year", [1999, 2000, 1998])
def test_the_year_may_be_off_by_one(year: int) -> None:
    candidate = entry("Nomads", year)
    assert chosen("Nomads", 1999, candidate) == candidate


def test_letterboxd_is_rather_a_year_early_than_late() -> None:
    before, after = entry("Nomads", 1998, 500), entry("Nomads", 2000, 500)
    assert chosen("Nomads", 1999, before, after) == after


def test_the_very_year_beats_a_better_known_film_of_the_next() -> None:
    exact, next_year = entry("Monster", 2003, 400), entry("Monster", 2004, 1500)
    assert chosen("Monster", 2003, next_year, exact) == exact


def test_a_famous_film_of_the_next_year_beats_a_short_nobody_has_seen() -> None:
    short, famous = entry("Nomads", 2020, 0, popularity=0.05), entry("Nomads", 2021, 3000, popularity=12)
    assert chosen("Nomads", 2020, short, famous) == famous


def test_between_a_short_and_a_middling_film_of_the_next_year_nothing_is_chosen() -> None:
    assert chosen("Nomads", 2020, entry("Nomads", 2020, 2, popularity=0.1), entry("Nomads", 2021, 60)) is None


def test_a_premiere_in_the_claimed_year_counts_however_late_the_release() -> None:
    candidate = entry("The Recording", 2025, listed=2020)
    assert chosen("The Recording", 2020, candidate) == candidate


def test_a_later_showing_in_the_claimed_year_does_not_make_an_old_film_the_one_meant() -> None:
    assert chosen("Alien Shore", 2019, entry("Alien Shore", 1979, 14000, listed=2019)) is None


def test_a_film_of_another_decade_is_not_meant_however_famous() -> None:
    assert chosen("Watchers", 2019, entry("Watchers", 2009, 12000)) is None


def test_years_further_off_need_a_title_and_an_audience_that_leave_no_doubt() -> None:
    assert (
        chosen("The Keeper of Lost Lanterns", 2010, found := entry("The Keeper of Lost Lanterns", 2014, 900)) == found
    )
    assert chosen("Lanterns", 2010, entry("Lanterns", 2014, 900)) is None
    assert chosen("The Keeper of Lost Lanterns", 2010, entry("The Keeper of Lost Lanterns", 2014, 8)) is None


def test_an_unreleased_namesake_without_a_date_is_not_meant() -> None:
    assert chosen("Kestrel", 2012, entry("Kestrel", None, 0, popularity=30)) is None
    released = entry("Kestrel", 2012, 40)
    assert chosen("Kestrel", 2012, entry("Kestrel", None, 0, popularity=30), released) == released


def test_a_claim_without_a_year_takes_the_undated_or_the_only_one() -> None:
    undated, dated = entry("Kestrel", None, 0, popularity=3.0), entry("Kestrel", 1969, 1)
    assert chosen("Kestrel", None, undated, dated) == undated
    assert chosen("Kestrel", None, dated) == dated
    assert chosen("Kestrel", None, entry("Kestrel", 1969, 50), entry("Kestrel", 2012, 60)) is None


def test_a_series_of_that_title_and_year_is_taken_when_no_film_fits() -> None:
    mini = entry("Reactor", 2019, 6000, kind="tv")
    assert chosen("Reactor", 2019, entry("Reactor", 2009, 12000), mini) == mini


def test_a_famous_series_beats_a_short_of_the_same_title_and_year() -> None:
    mini, short = entry("Reactor", 2019, 6000, kind="tv"), entry("Reactor", 2019, 1, popularity=0.1)
    assert chosen("Reactor", 2019, short, mini) == mini


def test_a_film_beats_a_series_of_the_same_title_and_year() -> None:
    movie, show = entry("Kestrel", 2012, 900), entry("Kestrel", 2012, 900, kind="tv")
    assert chosen("Kestrel", 2012, show, movie) == movie


def test_a_hugely_known_film_of_the_year_before_does_not_displace_a_series_of_the_year() -> None:
    show, movie = entry("Monster", 2004, 0, kind="tv"), entry("Monster", 2003, 4000, popularity=12)
    assert chosen("Monster", 2004, show, movie) != movie


def test_an_episode_is_not_its_series() -> None:
    assert chosen("Dark Glass: San Juan", 2016, entry("Dark Glass", 2016, 9000, kind="tv")) is None


def test_a_film_whose_subtitle_tmdb_adds_or_leaves_out_fits_if_it_is_well_known() -> None:
    famous = entry("Borax: A Long and Learned Name", 2006, 5000)
    assert chosen("Borax", 2006, famous) == famous
    assert chosen("Borax", 2006, replace(famous, vote_count=20, popularity=0.5)) is None
    assert chosen("Borax", 2007, famous) is None


def test_a_first_part_may_be_called_so_or_not() -> None:
    famous = entry("Caravan – Sandstorm Part One", 2023, 5000)
    assert chosen("Caravan: Sandstorm", 2023, famous) == famous
    assert chosen("Caravan: Sandstorm", 2023, entry("Caravan – Sandstorm Part Two", 2023, 5000)) is None


def test_no_candidate_no_choice() -> None:
    assert matching.choose(FilmRef("Harbour", 1999), []) == matching.Choice(None, 0.0, ())


def test_runners_up_begin_with_the_likeliest() -> None:
    wanted, remake, other = entry("Harbour", 1999), entry("Harbour", 2000, 50), entry("Storm Harbour", 1999, 90000)
    choice = matching.choose(FilmRef("Harbour", 1999), [other, remake, wanted])
    assert (choice.candidate, choice.runners_up) == (wanted, (remake, other))


def test_an_entry_found_twice_is_one_and_keeps_what_each_search_told() -> None:
    found = entry("Nomads", 2021, listed=2020)
    assert candidates.merge([found, replace(found, listed_year=None)]) == [found]


@pytest.mark.parametrize(
    ("title", "shorter"),
    [
        ("Tide: Part One", "Tide"),
        ("Tide Part 2", "Tide"),
        ("Kestrel – Rising", "Kestrel"),
        ("Kestrel", None),
        ("1917", None),
        ("Night Train (Slow)", "Night Train"),
        ("Flint and Steel", "Flint Steel"),
        ("Flint vs. Steel 2", "Flint Steel"),
        ("And", None),
    ],
)
def test_a_query_can_leave_out_what_tmdb_may_write_otherwise(title: str, shorter: str | None) -> None:
    assert titles.searchable(title) == shorter
