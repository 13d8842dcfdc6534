"""Text that was encoded twice is undone where that is proven, and no other text is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kinograph.sessions.double_encoding import undo
from kinograph.sessions.export import Upload, read
from tests.sessions.export_files import DIARY, FILM, table
from tests.sessions.export_model import encoded_twice

TITLES = (
    "8½",
    "Amélie",
    "À bout de souffle",
    "Œdipe",
    "Żywot",
    "Солярис",
    "千と千尋の神隠し",
    "기생충",
    "🎬",
    "“Été” – l’année",
)
WATCHED = table(FILM, "2024-01-05,Amélie,2001,https://boxd.it/1T4e", "2024-01-05,8½,1963,https://boxd.it/1T4o")
LOGGED = table(
    DIARY,
    "2024-05-01,8½,1963,https://boxd.it/65D75,4.5,,,2024-05-01",
    "2024-05-02,Amélie,2001,https://boxd.it/65D7f,4,,,2024-05-02",
)
# What people write: letters of one script, capitals too, and the signs of typesetters around them.
SCRIPTS = (
    "aeiouéèàçœÉÀÇÔÛ",
    "äöüßÄÖÜ",
    "ãõáçÃÕÁÇÂÊ",
    "åøæÅØÆðÐþÞ",
    "šžčŠŽČ",
    "ñóíÑÓÍ",
    "соляриСЯ",
    "映画千尋",
    "기생충",
)
SIGNS = " …’‘“”«»–—™®©°½²ªº·!?\u00a0´"
WORDS = st.sampled_from(SCRIPTS).flatmap(lambda script: st.text(script + "abcABC" + SIGNS, min_size=1, max_size=12))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_diary_encoded_twice_is_joined_to_the_watched_films_and_told(encoding: str, mark: bytes) -> None:
    for diary in (mark + encoded_twice(LOGGED, encoding), encoded_twice(mark + LOGGED, encoding)):
        found = read([Upload("watched.csv", WATCHED), Upload("diary.csv", diary)])
        assert [film.title for film in found.films] == ["Amélie", "8½"]
        assert [viewing.film for viewing in found.viewings] == [1, 0]
        assert found.problems == ()
        assert next(map(str, found.warnings)).startswith("The text of “diary.csv” had been encoded twice")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_titles_of_many_scripts_are_restored(encoding: str) -> None:
    content = "\n".join(TITLES).encode()
    assert undo(encoded_twice(content, encoding)) == content
    assert undo(content) is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(titles=st.lists(WORDS, min_size=1, max_size=5))
def test_text_as_people_write_it_is_never_changed(titles: list[str]) -> None:
    text = "\n".join(titles)
    assume(not re.search("[Â-ô][©°½²ªº·]", text))  # nobody writes these right behind an accented letter
    assert undo(text.encode()) is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_was_encoded_twice_would_be_the_same_text_encoded_twice(text: str) -> None:
    undone = undo(text.encode())
    if undone is not None:
        assert text.removeprefix("ï»¿") in (encoded_twice(undone, code).decode() for code in ("cp1252", "latin-1"))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    right=st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x100, exclude_characters="\0"), min_size=1),
)
def test_one_sign_that_no_second_encoding_makes_keeps_the_whole_file(text: str, right: str) -> None:
    assume(not set(right) <= set(encoded_twice(bytes(range(0x80, 0xA0)), "cp1252").decode()))
    assert undo(encoded_twice(text.encode(), "cp1252") + b"\n" + right.encode()) is None


@pytest.mark.parametrize(
    "title", ["AMANHÃ…", "CAFÉ’S", "PELÉ´S", "MAÇÃ”", "Ã", "Â", "VOILÀ\u00a0!", "São Paulo", "Ärger", "É²"]
)
def test_capitals_before_signs_are_no_proof(title: str) -> None:
    assert undo(title.encode()) is None


def test_files_of_which_some_cells_alone_were_encoded_twice_are_left_as_they_are() -> None:
    rows = table(FILM, "2024-01-05,AmÃ©lie,2001,", "2024-01-05,8½,1963,")
    found = read([Upload("watched.csv", rows)])
    assert [film.title for film in found.films] == ["AmÃ©lie", "8½"]
    assert not any("twice" in str(warning) for warning in found.warnings)
