"""Makes the fonts of pictures into the package: TTF files, and widths.json, which tells how wide each letter is.

Files of one family do not complete each other in typst, so each gets a family name of its own; widths.json lists them
in the order in which they are asked for a letter.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

MODULES = Path(__file__).resolve().parent / "node_modules"
PER_EM = 1000
WIDE = {"wght": 500, "wdth": 100}
NARROW = {"wght": 800, "wdth": 75}  # beside Big Shoulders
ARABIC = (*range(0x600, 0x700), 0x200C, 0x200D, 0x20)
SIGNS = tuple(map(ord, "★☆♥♡◆◇●○■□▲▼✓✕ "))


class Source(NamedTuple):
    """A file of a package. `fixed` are the axes that become one value; without it the weights stay to choose from."""

    face: str  # display or text
    package: str
    subset: str
    axes: str = "wght"
    fixed: dict[str, int] | None = None
    weights: tuple[int, ...] = (500,)
    letters: tuple[int, ...] = ()  # that are kept; none: all

    @property
    def path(self) -> Path:
        name = self.package.partition("/")[2]
        return MODULES / self.package / "files" / f"{name}-{self.subset}-{self.axes}-normal.woff2"


def _fallbacks(face: str, fixed: dict[str, int]) -> list[Source]:
    noto = "@fontsource-variable/noto-sans"
    return [
        *(Source(face, noto, subset, "wdth", fixed) for subset in ("vietnamese", "greek", "cyrillic", "cyrillic-ext")),
        Source(face, f"{noto}-hebrew", "hebrew", "wdth", fixed),
        Source(face, f"{noto}-arabic", "arabic", "wdth", fixed, letters=ARABIC),
        Source(face, "@fontsource/noto-sans-symbols-2", "symbols", "400", letters=SIGNS),
    ]


BIG_SHOULDERS, INSTRUMENT_SANS = "@fontsource-variable/big-shoulders", "@fontsource-variable/instrument-sans"
SOURCES = (
    *(
        Source("display", BIG_SHOULDERS, subset, weights=(600, 700, 800, 900))
        for subset in ("latin", "latin-ext", "vietnamese")
    ),
    *_fallbacks("display", NARROW),
    *(Source("text", INSTRUMENT_SANS, subset, weights=(400, 500, 600, 700)) for subset in ("latin", "latin-ext")),
    Source("text", BIG_SHOULDERS, "latin", weights=(600, 700), letters=(0xBC, 0xBD, 0xBE)),  # the other has no ½
    *_fallbacks("text", WIDE),
)


def build(target: Path) -> None:
    """Writes the fonts, the notices of their makers and widths.json into the folder."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    faces: dict[str, list[dict[str, Any]]] = {"display": [], "text": []}
    for source in SOURCES:
        shown = faces[source.face]
        family = f"Kinograph {source.face} {len(shown) + 1}"
        font = _make(source, family)
        font.save(target / f"{family.lower().replace(' ', '-')}.ttf")
        shown.append({"family": family, "weights": source.weights, "widths": _widths(font, source.weights)})
        notice = f"{source.package.partition('/')[2]}.LICENSE.txt"
        shutil.copy(MODULES / source.package / "LICENSE", target / notice)
    (target / "widths.json").write_text(json.dumps(faces, separators=(",", ":")))


def _make(source: Source, family: str) -> TTFont:
    font = TTFont(source.path, recalcTimestamp=False)
    font.flavor = None
    if source.letters:
        subsetter = Subsetter(Options(layout_features=["*"]))
        subsetter.populate(unicodes=source.letters)
        subsetter.subset(font)
    if source.fixed:
        font = instantiateVariableFont(font, source.fixed)
        font["OS/2"].usWeightClass, font["OS/2"].usWidthClass = 400, 5
    names = font["name"]
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, name in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
        names.setName(name, number, 3, 1, 0x409)
    return font


def _widths(font: TTFont, weights: tuple[int, ...]) -> dict[str, list[int]]:
    """Of each letter by its number, at these weights, in thousandths of an em."""
    unit = PER_EM / font["head"].unitsPerEm
    variable = "fvar" in font
    widths: dict[str, list[int]] = {str(letter): [] for letter in font.getBestCmap()}
    for weight in weights:
        glyphs = font.getGlyphSet(location={"wght": weight} if variable else None)
        for letter, glyph in font.getBestCmap().items():
            widths[str(letter)].append(round(glyphs[glyph].width * unit))
    return widths
