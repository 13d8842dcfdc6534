"""Links tell films, log entries and lists apart by their code alone."""

from __future__ import annotations

from itertools import product

import pytest

from kinograph.sessions.links import Link, LinkKind, decode_link, link_film, secure_link


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("https://boxd.it/2a9q", Link(LinkKind.film, 51568, None)),
        ("https://boxd.it/2aHM", Link(LinkKind.film, 51781, None)),
        ("https://boxd.it/6oDmPH", Link(LinkKind.entry, 586081162, None)),
        ("https://letterboxd.com/film/truman-2015/", Link(LinkKind.film, None, "truman-2015")),
        ("https://letterboxd.com/someone/film/creed/1/", Link(LinkKind.entry, None, "creed")),
        ("https://letterboxd.com/some_one/film/creed/", Link(LinkKind.entry, None, "creed")),
        ("https://letterboxd.com/someone/list/best-of/", Link(LinkKind.list, None, "best-of")),
        ("http://letterboxd.com/film/truman-2015-1/", Link(LinkKind.film, None, "truman-2015-1")),
        ("https://letterboxd.com/film/film:590400/", Link(LinkKind.film, None, "film:590400")),
        ("http://letterboxd.com/someone/film/film:590400/12/", Link(LinkKind.entry, None, "film:590400")),
        ("HTTP://WWW.Letterboxd.com/film/creed", Link(LinkKind.film, None, "creed")),
        ("https://www.letterboxd.com/someone/film/creed/1", Link(LinkKind.entry, None, "creed")),
        ("http://BOXD.IT/2a9q/", Link(LinkKind.film, 51568, None)),
    ],
)
def test_a_link_says_what_it_points_at(uri: str, link: Link) -> None:
    assert decode_link(uri) == link


def test_a_list_link_is_no_film() -> None:
    link = decode_link("https://boxd.it/j8KbM")
    assert link is not None
    assert link.kind is LinkKind.list


def test_length_does_not_tell_a_film_from_an_entry() -> None:
    entry = decode_link("https://boxd.it/bcryx")
    assert entry is not None
    assert entry.kind is LinkKind.entry


def test_case_tells_two_films_apart() -> None:
    assert decode_link("https://boxd.it/jqc") != decode_link("https://boxd.it/JqC")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://boxd.it/",
        "https://boxd.it/02a9q",
        "https://boxd.it/2a9q?x",
        "https://boxd.it/" + "Z" * 11,
        "https://boxd.it/٣",
        "https://boxd.it/2a9q//",
        "boxd.it/2a9q",
        "ftp://letterboxd.com/film/creed/",
        "https://letterboxd.com/film/creed/\u0661/",
        "javascript:alert(1)",
        "https://letterboxd.com.example/film/creed/",
        "https://letterboxd.com/film/creed/\n",
    ],
)
def test_anything_else_is_no_link(uri: str) -> None:
    assert decode_link(uri) is None


SCHEMES = ("http://", "https://", "HTTPS://")
HOSTS = ("letterboxd.com", "www.letterboxd.com", "LETTERBOXD.COM")
SLUGS = ("creed", "truman-2015-1", "film:590400", "1917")


@pytest.mark.parametrize("number", [1, 6, 51568, 62**9])
def test_a_films_number_makes_the_link_it_is_read_from(number: int) -> None:
    assert decode_link(link_film(number)) == (LinkKind.film, number, None)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(("of_entry", "number", "end"), list(product([False, True], ["", "/1", "/23"], ["", "/"])))
def test_a_full_link_means_the_same_however_it_is_written(slug: str, of_entry: bool, number: str, end: str) -> None:
    kind = LinkKind.entry if of_entry else LinkKind.film
    path = f"/{'some_one/' * of_entry}film/{slug}{number}{end}"
    assert {decode_link(scheme + host + path) for scheme in SCHEMES for host in HOSTS} == {Link(kind, None, slug)}


@pytest.mark.parametrize(
    ("uri", "secure"),
    [
        ("https://boxd.it/2a9q", "https://boxd.it/2a9q"),
        ("HTTP://www.letterboxd.com/film/creed/", "https://www.letterboxd.com/film/creed/"),
        ("javascript:alert(1)//http://boxd.it/2a9q", ""),
        ("http:javascript", ""),
        ("", ""),
    ],
)
def test_pages_lead_to_old_links_by_https_and_to_nothing_else(uri: str, secure: str) -> None:
    assert secure_link(uri) == secure
