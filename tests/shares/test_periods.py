"""A share whose filters fix the days tells of no others, whatever they are set against."""

from __future__ import annotations

import re

import pytest

from tests.shares.conftest import Shared

NOTHING = "The diary begins in 2024: nothing to compare."
TOLD = {
    "Pick a period first: all time cannot be compared.",
    "Pick something first: this page shows everything.",
    "100% of all 2 films. What is picked, compared with everything.",
    "0% of all 2 films. What is picked, compared with everything.",
    NOTHING,
}


@pytest.mark.parametrize("against", ["before", "year-earlier", "2023", "2022-01-01..2023-12-31", "all"])
async def test_nothing_outside_a_share_stands_against_what_it_shows(shared: Shared, against: str) -> None:
    share = await shared.make(pages=["", "year", "films"], filters="viewed=2024", shows=["stars"])
    for page in ("", "/year/2024", "/films"):
        for viewed in ("", "viewed=2024&", "viewed=this-year&", "viewed=2023&"):
            answer = await shared.visitor.get(f"{share}{page}?{viewed}against={against}")
            told = re.findall(r'id="against">(.*?)</p>', answer.text)
            assert answer.status_code == 200 and "Secret" not in answer.text
            assert set(told) <= TOLD, (page, viewed)
    told = re.findall(r'id="against">(.*?)</p>', (await shared.visitor.get(f"{share}?viewed=2024&against=2023")).text)
    assert told == [NOTHING]
