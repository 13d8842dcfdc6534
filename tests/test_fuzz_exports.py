"""`make fuzz` tells a failure from an answer, and begins in every run of the tests."""

from __future__ import annotations

import json
import random
from itertools import islice

import pytest

from kinograph.sessions.export import Upload, read
from tests.fuzz_exports import Reader, mutations, outcome_of
from tests.sessions import export_mutations
from tests.sessions.export_files import FILM, RATING, table, zipped
from tests.sessions.given_mutations import tell_everything, write_letterboxd

WATCHED = Upload("watched.csv", table(FILM, "2018-03-23,Creed,2015,https://boxd.it/9P3M"))


def test_the_first_damaged_exports_are_read_or_refused() -> None:
    assert [failure for uploads in islice(mutations(1), 150) if (failure := outcome_of(uploads)[1])] == []


def test_a_seed_makes_the_same_uploads_again() -> None:
    assert list(islice(mutations(3), 20)) == list(islice(mutations(3), 20))
    assert list(islice(mutations(3), 20)) != list(islice(mutations(4), 20))


def test_what_is_damaged_was_valid_before() -> None:
    for n in range(20):
        library = export_mutations.make_library(random.Random(n))
        everything = json.dumps(tell_everything(library), ensure_ascii=False).encode()
        found = read([Upload("kinograph-everything.json", everything)])
        logged = [entry for film in library.films for entry in film.entries if entry.watched_on]
        assert (len(found.films), len(found.viewings)) == (len(library.films), len(logged))
        assert (len(found.lists), len(found.corrections)) == (len(library.lists), 1)
        # Of names with control characters tables tell less.
        found = read([Upload(name, content) for name, content in write_letterboxd(library).items()])
        kinds = {"returned", "unmarked", "watchlist", "names"} | ({"list"} if library.lists else set())
        assert {file.kind for file in found.files} == kinds and found.films


def test_more_memory_than_allowed_is_a_failure() -> None:
    reader = Reader(memory_mb=40)
    large = Upload("ratings.csv", table(RATING) + b"2018-03-23,Creed,2015,,4\n" * 2_000_000)
    try:
        assert reader.read((WATCHED,)) == ("read", "")
        assert reader.read((large,))[1]
        assert reader.read((WATCHED,)) == ("read", "")
    finally:
        reader.stop()


def test_no_answer_in_time_is_a_failure() -> None:
    reader = Reader(seconds=0)
    try:
        assert reader.read((WATCHED,))[0] == "hang"
    finally:
        reader.stop()


def test_an_error_that_nobody_expects_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinograph.sessions.archive.DAMAGE", ())
    outcome, failure = outcome_of((Upload("e.zip", zipped(watched=WATCHED.content).content[:50]),))
    assert outcome == "BadZipFile"
    assert "Traceback" in failure
