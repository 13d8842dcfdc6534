"""Links tell films, log entries and lists apart by their code alone."""

from __future__ import annotations

import pytest

from kinograph.sessions.links import Kind, Link, decode


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("https://boxd.it/2a9q", Link(Kind.film, 51568, None)),
        ("https://boxd.it/2aHM", Link(Kind.film, 51781, None)),
        ("https://boxd.it/6oDmPH", Link(Kind.entry, 586081162, None)),
        ("https://letterboxd.com/film/truman-2015/", Link(Kind.film, None, "truman-2015")),
        ("https://letterboxd.com/someone/film/creed/1/", Link(Kind.entry, None, "creed")),
        ("https://letterboxd.com/some_one/film/creed/", Link(Kind.entry, None, "creed")),
        ("https://letterboxd.com/someone/list/best-of/", Link(Kind.list, None, "best-of")),
    ],
)
def test_a_link_says_what_it_points_at(uri: str, link: Link) -> None:
    assert decode(uri) == link


def test_a_list_link_is_no_film() -> None:
    link = decode("https://boxd.it/j8KbM")
    assert link is not None
    assert link.kind is Kind.list


def test_length_does_not_tell_a_film_from_an_entry() -> None:
    entry = decode("https://boxd.it/bcryx")
    assert entry is not None
    assert entry.kind is Kind.entry


def test_case_tells_two_films_apart() -> None:
    assert decode("https://boxd.it/jqc") != decode("https://boxd.it/JqC")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://boxd.it/",
        "https://boxd.it/02a9q",
        "https://boxd.it/2a9q?x",
        "https://boxd.it/" + "Z" * 11,
        "https://boxd.it/٣",
        "javascript:alert(1)",
        "https://letterboxd.com.example/film/creed/",
        "https://letterboxd.com/film/creed/\n",
    ],
)
def test_anything_else_is_no_link(uri: str) -> None:
    assert decode(uri) is None
