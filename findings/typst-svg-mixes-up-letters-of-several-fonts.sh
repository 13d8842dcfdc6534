#!/usr/bin/env bash
# Date: 2026-11-28. typst 0.15.2 (PyPI), Pillow 13.0.0.
# Expected: in one <text> whose <tspan>s name different fonts, what follows a part in the second font does not depend on which
# letter of equal width that part holds, as in browsers.
# What happens: in typst's image() of an SVG, letters after such a part are drawn over each other, or left out, once a letter
# of it is several glyphs in one of the fonts: in "Ti[ế]ng", the bracket in DejaVu Sans Mono, n and g stand on one another.
# There is no warning.
# Why it matters: a name that needs a second font for some of its letters is misspelled in the picture. Set words with
# typst's own text(), which finds the font of each letter, and leave only shapes to the SVG.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check typst==0.15.2 pillow==13.0.0
timeout 150 "$work/env/bin/python" - "$work" <<'PY'
import io
import pathlib
import sys
import typst
from PIL import Image, ImageOps

work = pathlib.Path(sys.argv[1])
(work / "page.typ").write_text('#set page(width: 400pt, height: 100pt, margin: 0pt)\n#image("a.svg", width: 400pt)')
SERIF, MONO = "Libertinus Serif", "DejaVu Sans Mono"  # both are within typst


def draw(letter):
    """Ti, the letter in another font, ngH: the picture of the last three, and where the ink ends."""
    parts = ((SERIF, "Ti"), (MONO, letter), (SERIF, "ngH"))
    spans = "".join(f"<tspan font-family=\"'{font}'\">{text}</tspan>" for font, text in parts)
    box = 'viewBox="0 0 400 100" width="400" height="100"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><text x="10" y="70" font-size="60">{spans}</text></svg>'
    (work / "a.svg").write_text(svg)
    png, warnings = typst.compile_with_warnings(work / "page.typ", format="png", ppi=72, ignore_system_fonts=True)
    image = ImageOps.invert(Image.open(io.BytesIO(png)).convert("L"))
    right = image.getbbox()[2]
    return image.crop((right - 95, 0, right, 100)).tobytes(), right, len(warnings)


plain, end, _ = draw("e")
other, _, _ = draw("a")  # as wide, for its font is monospaced
accented, accented_end, warnings = draw("ế")
print(f"after [e] and [a] the same: {plain == other}; after [ế]: {plain == accented}; warnings {warnings}")
sys.exit(0 if plain == other and end == accented_end and plain != accented else 1)
PY
