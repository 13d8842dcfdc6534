"""The lists that every installation has: one file each in `built_in/`, written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path

from kinograph.i18n import gettext_noop

FOLDER = Path(__file__).parent / "built_in"


@dataclass(frozen=True, slots=True)
class ListedFilm:
    """`of` is the year of the ceremony or festival, or the rank; title and year are as Letterboxd shows them."""

    of: int
    title: str
    year: int

    @property
    def letterboxd_id(self) -> None:
        """It is not known by which link an export names it."""
        return


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """`title`, `giver` and `note` are to be translated. `digest` changes with what the file says."""

    name: str
    title: str
    giver: str
    is_ranked: bool
    source: str
    as_of: date
    note: str
    films: tuple[ListedFilm, ...]
    digest: str


AWARDS = {
    "oscar-best-picture": (gettext_noop("Best Picture"), gettext_noop("Academy Award")),
    "oscar-international-feature": (gettext_noop("Best International Feature"), gettext_noop("Academy Award")),
    "oscar-animated-feature": (gettext_noop("Best Animated Feature"), gettext_noop("Academy Award")),
    "cannes-palme-dor": (gettext_noop("Palme d'Or"), gettext_noop("Cannes")),
    "berlin-golden-bear": (gettext_noop("Golden Bear"), gettext_noop("Berlin")),
    "venice-golden-lion": (gettext_noop("Golden Lion"), gettext_noop("Venice")),
}
RANKED = {
    "afi-100-1998": (gettext_noop("100 Years…100 Movies of 1998"), gettext_noop("American Film Institute")),
    "afi-100-2007": (gettext_noop("100 Years…100 Movies of 2007"), gettext_noop("American Film Institute")),
}
NOTES = {
    "oscar-best-picture": gettext_noop("Sunrise, which won another prize at the first ceremony, is not among them."),
    "oscar-international-feature": gettext_noop(
        "Called Best Foreign Language Film until 2019. The honorary awards before 1957 are not among them."
    ),
    "oscar-animated-feature": gettext_noop("The award has existed since the ceremony of 2002."),
    "cannes-palme-dor": gettext_noop(
        "The top prize of each year, also where it was called Grand Prix. That of 1939 was awarded in 2002; eleven "
        "films shared it in 1946, and five films of different kinds won it in 1947. There was none in 1940–45, 1948, "
        "1950, 1968 and 2020."
    ),
    "berlin-golden-bear": gettext_noop(
        "Five films of different kinds won it in 1951, and three from Spain in 1978, one of them a short. From 1952 to "
        "1955 the audience chose. There was none in 1970."
    ),
    "venice-golden-lion": gettext_noop(
        "The winner of 2026 is not here yet. There was none in 1953, 1956 and from 1969 to 1979; the prizes before "
        "1949 had other names."
    ),
    "afi-100-1998": gettext_noop("The list of 1998 never changes."),
    "afi-100-2007": gettext_noop("The list of 2007 never changes."),
}
"""What a list covers and what it leaves out, to be translated."""
ORDERS = (
    gettext_noop("by the year of the ceremony"),
    gettext_noop("by the year of the festival"),
    gettext_noop("by rank"),
)
"""What a source ends with, behind a comma, to be translated."""
NAMES = (*AWARDS, *RANKED)
"""Of the lists, as addresses and programs say them."""


@cache
def built_in() -> dict[str, BuiltIn]:
    """All of them, by their names."""
    return {name: _read(name, *said) for name, said in {**AWARDS, **RANKED}.items()}


def _read(name: str, title: str, giver: str) -> BuiltIn:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    told, rows = {}, []
    for line in text.splitlines():
        if line.startswith("# "):
            key, _, said = line.removeprefix("# ").partition(": ")
            told[key] = said
        else:
            rows.append(line.split("\t"))
    assert rows[0] == ["of", "title", "year"], name
    return BuiltIn(
        name=name,
        title=title,
        giver=giver,
        is_ranked=name in RANKED,
        source=told["source"],
        as_of=date.fromisoformat(told["as of"]),
        note=NOTES[name],
        films=tuple(ListedFilm(int(of), title, int(year)) for of, title, year in rows[1:]),
        digest=blake2b(text.encode(), digest_size=8).hexdigest(),
    )
