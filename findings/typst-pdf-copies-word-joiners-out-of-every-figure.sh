#!/usr/bin/env bash
# Date: 2026-11-28. typst 0.15.2, pypdf 7.1.1 (both PyPI).
# Expected: what is copied, searched or read aloud from a PDF is the text of the document: a paragraph "12 films in 2018" is
# found by "2018", whatever else stands in the document.
# What happens: the text of a glyph in the PDF (ToUnicode) is that of its first use, together with a mark that draws nothing
# beside it. outline() whose entries have no dots (set outline.entry(fill: none)) puts a word joiner before each page number, so
# that every 1, 2, 3 ... of the whole document is preceded by U+2060: "2018" is no longer found. A zero-width space that breaks
# one long word, or a mark of direction beside one name, does the same to all their letters. There is no warning; the page looks
# right, and with dots the text is, too.
# Why it matters: PDFs with a table of contents cannot be searched for years or amounts, and what is pasted from them into a
# spreadsheet is no number. Make the contents yourself (query the headings; counter(page).at), end lines rather than adding
# U+200B, and put what runs the other way into a box() of its own direction.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check typst==0.15.2 pypdf==7.1.1
timeout 150 "$work/env/bin/python" - "$work" <<'PY'
import io
import pathlib
import sys

import typst
from pypdf import PdfReader

work = pathlib.Path(sys.argv[1])
BODY = "= One\n12 films in 2018.\n#pagebreak()\n= Two\n"


def read(before):
    (work / "a.typ").write_text(before + BODY)
    pdf, warnings = typst.compile_with_warnings(work / "a.typ", format="pdf", ignore_system_fonts=True)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages), len(warnings)


plain, _ = read("")
dotted, _ = read("#outline()\n")
listed, warnings = read("#set outline.entry(fill: none)\n#outline()\n")
split, _ = read("f\u200bilm\n\n")
print("without an outline 2018 is found:", "in 2018" in plain)
print("with one that has dots:", "in 2018" in dotted)
print("with one that has none:", "2018" in listed, "- marks:", listed.count("\u2060"), "- warnings:", warnings)
print("a zero-width space elsewhere is within “films in”:", "\u200b" in split.partition("12")[2])
sys.exit(0 if "in 2018" in plain and "in 2018" in dotted and "2018" not in listed and not warnings else 1)
PY
