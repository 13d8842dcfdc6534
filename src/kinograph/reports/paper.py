"""The paper a report is set for: A4, or Letter where that is what printers have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAME = "paper"
"""What an address calls it."""

MARGIN = 51.0
"""Points at each side of a page, 18 mm."""


@dataclass(frozen=True, slots=True)
class Paper:
    """`name` is what addresses say, `title` what people say, `typst` what typst says; sizes are in points."""

    name: str
    title: str
    typst: str
    width: float
    height: float

    @property
    def inner(self) -> float:
        """Points from margin to margin."""
        return self.width - 2 * MARGIN


A4 = Paper("a4", "A4", "a4", 595.28, 841.89)
LETTER = Paper("letter", "US Letter", "us-letter", 612.0, 792.0)
PAPERS = {paper.name: paper for paper in (A4, LETTER)}

# Where CLDR says that paper is Letter.
LETTERED = frozenset(["BZ", "CA", "CL", "CO", "CR", "DO", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


def choose_paper(query: Mapping[str, str], languages: str) -> Paper:
    """As the address says, else as the first language of the browser (Accept-Language) does where it names a country;
    A4 for all others."""
    if found := PAPERS.get(query.get(NAME, "")):
        return found
    first = re.match(r"\s*[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})\b", languages)
    return LETTER if first and first[1].upper() in LETTERED else A4
