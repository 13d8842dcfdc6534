"""What countries, languages and genres are called, alone and within a sentence."""

from __future__ import annotations

from contextvars import copy_context

import pytest

from kinograph import i18n
from kinograph.stats import labels


def told(language: str) -> tuple[list[str], list[str]]:
    i18n.speak(language)
    sentence = [*map(labels.from_country, ("US", "CH", "JP", "PH")), *map(labels.in_language, ("fr", "yue"))]
    countries, cantonese = [labels.country(code) for code in ("US", "SU", "ZZZ")], labels.language("yue")
    alone = [*countries[:2], cantonese, labels.genre("Crime"), countries[2]]
    return sentence, [*alone, labels.of_genre("Crime")]


@pytest.mark.parametrize(
    ("language", "sentence", "alone"),
    [
        (
            "en",
            [
                "from the United States",
                "from Switzerland",
                "from Japan",
                "from the Philippines",
                "in French",
                "in Cantonese",
            ],
            ["United States", "Soviet Union", "Cantonese", "Crime", "ZZZ", "in the genre Crime"],
        ),
        (
            "de",
            [
                "aus den USA",
                "aus der Schweiz",
                "aus Japan",
                "von den Philippinen",
                "auf Französisch",
                "auf Kantonesisch",
            ],
            ["USA", "Sowjetunion", "Kantonesisch", "Krimi", "ZZZ", "aus dem Genre Krimi"],
        ),
    ],
)
def test_each_language_bends_them_in_its_own_way(language: str, sentence: list[str], alone: list[str]) -> None:
    assert copy_context().run(told, language) == (sentence, alone)


def test_names_with_accents_stand_where_people_look_for_them() -> None:
    countries = ["Zypern", "Österreich", "Portugal", "Åland", "Angola"]
    assert sorted(countries, key=labels.sort_key) == ["Åland", "Angola", "Österreich", "Portugal", "Zypern"]
