"""The built-in lists as their files say them."""

from __future__ import annotations

from collections import Counter

import pytest

from kinograph.lists.built_in import NAMES, RANKED, built_in


def test_each_list_says_whence_it_is_and_until_when_it_holds() -> None:
    assert {name: (len(each.films), str(each.as_of)) for name, each in built_in().items()} == {
        "oscar-best-picture": (98, "2026-03-15"),
        "oscar-international-feature": (70, "2026-03-15"),
        "oscar-animated-feature": (25, "2026-03-15"),
        "cannes-palme-dor": (103, "2026-05-23"),
        "berlin-golden-bear": (88, "2026-02-21"),
        "venice-golden-lion": (69, "2025-09-06"),
        "afi-100-1998": (100, "1998-06-16"),
        "afi-100-2007": (100, "2007-06-20"),
    }
    assert all(each.source and each.note for each in built_in().values())


@pytest.mark.parametrize("name", NAMES)
def test_no_film_stands_on_a_list_twice_and_none_is_younger_than_its_award(name: str) -> None:
    films = built_in()[name].films
    assert [key for key, times in Counter((film.title, film.year) for film in films).items() if times > 1] == []
    assert [film.of for film in films] == sorted(film.of for film in films)
    if name not in RANKED:
        # The Soviet ban of The Theme and the Czechoslovak one of Larks on a String kept them for years.
        late = {film.title for film in films if not 0 <= film.of - film.year <= 2}
        assert late <= {"La Strada", "Dumbo", "The Theme"}  # shown abroad late, by the war or a ban


@pytest.mark.parametrize("name", RANKED)
def test_a_ranked_list_has_each_rank_once(name: str) -> None:
    assert [film.of for film in built_in()[name].films] == list(range(1, 101))


def test_ties_and_shared_prizes_are_all_there() -> None:
    shared = {
        name: {of: n for of, n in Counter(film.of for film in built_in()[name].films).items() if n > 1}
        for name in ("oscar-best-picture", "cannes-palme-dor", "berlin-golden-bear", "venice-golden-lion")
    }
    assert shared == {
        "oscar-best-picture": {1930: 2},
        "cannes-palme-dor": {
            1946: 11, 1947: 5, 1951: 2, 1952: 2, 1961: 2, 1966: 2, 1972: 2, 1973: 2, 1979: 2, 1980: 2, 1982: 2,
            1993: 2, 1997: 2,
        },
        "berlin-golden-bear": {
            1951: 5, 1963: 2, 1978: 3, 1980: 2, 1983: 2, 1985: 2, 1990: 2, 1993: 2, 2002: 2,
        },
        "venice-golden-lion": {1959: 2, 1962: 2, 1980: 2, 1993: 2, 1994: 2},
    }  # fmt: skip
