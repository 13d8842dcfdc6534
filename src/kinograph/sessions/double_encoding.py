"""Text that was encoded twice: UTF-8, read as Windows-1252 or Latin-1, and written as UTF-8, so that é became Ã©.

It is undone only where that is proven: when all that is not ASCII in the file reads as UTF-8 once more, and somewhere
signs follow each other that nobody writes so. A right file all but never does the one, and never both.
"""

from __future__ import annotations

import re

_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
# What Windows-1252 has in place of the control characters of Latin-1, back to these.
_TO_LATIN_1 = {ord(sign): n for n in range(0x80, 0xA0) if (sign := bytes([n]).decode("cp1252", "replace")) != "\ufffd"}
_NO_TEXT = re.compile("[\u0080-\u009f\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PROOF = re.compile(
    # An accented letter before a sign that follows no letter: no quotation mark, dash, accent, space or small number.
    "[\u00c2-\u00f4][\u0080-\u009f\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u2039\u02dc"
    "\u00a1-\u00a7\u00a9\u00aa\u00ac\u00af-\u00b1\u00b5\u00b6\u00ba\u00bc-\u00bf]"
    # The same, a capital and more signs, within a word.
    "|[a-z][\u00c2-\u00df][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u20ac\u2122]"
    # How every emoji begins.
    "|\u00f0[\u0178\u009f]"
)


def undo(content: bytes) -> bytes | None:
    """The UTF-8 text with its second encoding taken off; None for one that is right, or may be."""
    is_proven = False
    for found in _NOT_ASCII.finditer(content):
        run = found[0].decode()
        if _decode(run) is None:
            return None
        before = content[found.start() - 1 : found.start()].decode()
        is_proven = is_proven or _PROOF.search(before + run) is not None
    if not is_proven:
        return None
    decoded = _NOT_ASCII.sub(lambda found: (_decode(found[0].decode()) or "").encode(), content)
    return decoded.removeprefix(b"\xef\xbb\xbf")


def _decode(run: str) -> str | None:
    """None where this is not UTF-8 read as something else, or would hold what no text does."""
    try:
        text = run.translate(_TO_LATIN_1).encode("latin-1").decode()
    except UnicodeError:
        return None
    return None if _NO_TEXT.search(text) else text
