"""Names as report.typ sets them: in letters there are, as wide as there is room, and in their own direction.

No zero-width space and no mark of direction helps in that: typst writes what was shaped with one as the text of its
letter, wherever the letter stands in the PDF, and who copies or searches finds the marks between all letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kinograph.pictures.legible import spell
from kinograph.pictures.letters import break_lines, is_right_to_left, measure
from kinograph.stats.csv_tables import UNSEEN

FRACTION = re.compile(r"(\d+[¼½¾])")
TEXT = 9.0
"""Points: of names outside of tables."""

Directed = Any
"""A text; or {"rtl": parts} of one that runs right to left, every second of which runs left to right within it."""


def clean(text: str) -> str:
    """A name in one line and in letters that can be set, without controls and marks of direction of its own."""
    return spell(" ".join(re.sub(UNSEEN, "", text).split()))


def direct(text: str) -> Directed:
    """The text in its direction; 7½ stays together."""
    return {"rtl": FRACTION.split(text)} if is_right_to_left(text) else text


def direct_lines(lines: Iterable[str]) -> list[Directed]:
    """The lines below each other, as few texts as there can be."""
    said: list[Directed] = []
    for line in lines:
        directed = direct(line)
        if said and isinstance(said[-1], str) and isinstance(directed, str):
            said[-1] += f"\n{directed}"
        elif said:
            said += ["\n" + directed] if isinstance(directed, str) else ["\n", directed]
        else:
            said.append(directed)
    return said


def fit_words(text: str, width: float) -> str:
    """The text, with a line's end within each word that alone is wider than so many points."""
    words = (
        "\n".join("".join(span.text for span in line) for line in break_lines(word, TEXT, width, weight=600))
        if measure(word, TEXT, weight=600) > width
        else word
        for word in text.split(" ")
    )
    return " ".join(words)


def fit_name(text: str, width: float) -> Directed:
    """The same of a name, cleaned and in its direction."""
    return direct(fit_words(clean(text), width))
