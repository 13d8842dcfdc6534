"""Files of everything that are wrong, hostile or large."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from kinograph.errors import AppError
from kinograph.sessions.export import Limits, Upload, read
from tests.sessions.test_api import upload
from tests.sessions.test_everything import HEAD, told

DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (told().content[:-20], 400, "is damaged"),
        (HEAD + b"}", 422, "at films"),
        (HEAD + b',"films":' + DEEP + b"}", 400, "is damaged"),
        (HEAD + b',"films":[], "more":' + DEEP + b"}", 400, "is damaged"),
        (HEAD + b',"films":[]}', 422, "no film in it"),
        (b'{"kinograph":"everything","version":2,"films":7}', 422, "newer Kinograph"),
        (b'{"kinograph":"everything","version":0,"films":7}', 422, "newer Kinograph"),
        (b'{"kinograph":"something","version":1}', 400, "a JSON file"),
        (told(films=[{"title": " "}]).content, 422, "films › 1 › title"),
        (told(films=[{"title": "x" * 501}]).content, 422, "films › 1 › title"),
        (told(films=[{"title": "x", "rating": 4.7}]).content, 422, "films › 1 › rating"),
        (told(films=[{"title": "x", "year": "1985"}]).content, 422, "films › 1 › year"),
        (told(viewings=[{"film": 1, "watched_on": "2024-01-01"}]).content, 422, "viewings › 1 › film"),
        (told(viewings=[{"film": -1, "watched_on": "2024-01-01"}]).content, 422, "viewings › 1 › film"),
        (told(viewings=[{"film": 0, "watched_on": 20240101}]).content, 422, "viewings › 1 › watched_on"),
        (told(viewings=[{"film": 0, "entry_id": 2**63, "watched_on": "2024-01-01"}]).content, 422, "entry_id"),
        (told(reviews=[{"film": 0, "text": "x" * 131_073}]).content, 422, "reviews › 1 › text"),
        (told(corrections=[{"film": 0, "entry": "movie/1; DROP"}]).content, 422, "corrections › 1 › entry"),
        (told().content.replace(b"Ran", b"\\ud800"), 400, "is damaged"),
        (told().content.replace(b"Ran", b"\xff"), 400, "is damaged"),
        (told().content.replace(b"1985", b"NaN"), 422, "films › 1 › year"),
        (told().content.replace(b"1985", b"1" * 5_000), 400, "is damaged"),
    ],
)
async def test_what_is_wrong_is_said(client: AsyncClient, content: bytes, status: int, said: str) -> None:
    answer = await upload(client, Upload("mine.json", content))
    assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text


def test_it_is_no_larger_than_an_export() -> None:
    rows = [{"film": 0, "position": n} for n in range(20)]
    with pytest.raises(AppError) as refused:
        read([told(lists=[{"name": "x", "films": rows}])], limits=Limits(rows=20))
    assert refused.value.status == 413
    with pytest.raises(AppError) as refused:
        read([told(warnings=["x" * 3_000] * 10)], limits=Limits(inflated_bytes=20_000))
    assert refused.value.status == 413
    with pytest.raises(AppError):
        read([told(lists=[{"name": "x", "tags": ["a", "b", "c"]}])], limits=Limits(tags=2))


def test_what_a_stranger_wrote_is_made_harmless() -> None:
    found = read(
        [
            told(
                films=[{"title": "a\0b", "letterboxd_uri": "javascript:alert(1)", "letterboxd_id": 5, "watched": True}],
                viewings=[{"film": 0, "entry_id": 7, "watched_on": "2024-01-01", "tags": [" x ", "", "\0"]}] * 2,
                lists=[
                    {
                        "name": "\0",
                        "slug": "../a",
                        "letterboxd_uri": "https://evil.example/",
                        "films": [{"film": 0, "position": 0}, {"film": 0, "position": 0}],
                    }
                ],
                warnings=["100 % %(file)s"],
                problems=[{"file": "x", "line": None, "sentence": "%d"}],
                made_on="1970-01-01T00:00:00Z",
                unknown=[1, 2],
            )
        ]
    )
    assert (found.films[0].title, found.films[0].uri, found.films[0].letterboxd_id) == ("ab", "", None)
    assert [(each.entry_id, each.tags) for each in found.viewings] == [(None, ("x",)), (7, ("x",))]
    (made,) = found.lists
    assert (made.name, made.uri, [film.position for film in made.films]) == ("../a", "", [1, 2])
    assert str(found.warnings[-1]) == "100 % %(file)s"
    assert str(found.problems[-1].sentence) == "%d"
    assert found.made_at is None
