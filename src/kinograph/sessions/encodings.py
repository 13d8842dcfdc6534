"""The text of a file, in whichever encoding a spreadsheet left it. Letterboxd writes UTF-8 without byte order mark."""

from __future__ import annotations

import codecs
import re

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.export_errors import BrokenFile

CHUNK = 1 << 16
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
# Bytes that no Western text in Windows-1252 has: control signs, four accented letters in a row (another alphabet),
# a sign or a capital in the middle of a word (another code page of Windows, or that of old Macs).
_NOT_WESTERN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]|[\x80-\xff]{4}"
    rb"|[A-Za-z][\x80\x82\x84\x86-\x89\x8b\x98\x99\x9b\xa1-\xac\xae-\xb3\xb5\xb6\xb8-\xbf\xd7\xf7][A-Za-z]"
    rb"|[a-z][\x8a\x8c\x8e\x9f][a-z]"
)


class NotText(BrokenFile):
    sentence = gettext_noop("“%(file)s” is not text in UTF-8. Send the file as Letterboxd wrote it, or the whole ZIP.")


class WesternText(AppError):
    """A warning, and never raised."""

    sentence = gettext_noop(
        "“%(file)s” was saved in an old encoding and read as Western European text (Windows-1252). If a title looks"
        " wrong, send the file as Letterboxd wrote it."
    )


def convert_to_utf8(file: str, content: bytes) -> tuple[bytes, bool]:
    """The text as UTF-8 without byte order mark and NUL, which PostgreSQL cannot keep; whether it was Windows-1252."""
    if not content.strip(b"\0"):
        raise BrokenFile(file=file)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        # Piece by piece, for as a string a large file takes up to four times its bytes.
        pieces = codecs.iterdecode((content[n : n + CHUNK] for n in range(0, len(content), CHUNK)), encoding)
        if encoding == "utf-8":
            for _ in pieces:
                pass
            return content.replace(b"\0", b""), False
        return b"".join(piece.replace("\0", "").encode() for piece in pieces), False
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and _is_western(content):
            return content.decode("cp1252").encode(), True
        raise NotText(file=file) from error


def _is_western(content: bytes) -> bool:
    """Whether this is text in Windows-1252, and not UTF-8 that was damaged nor anything else."""
    if _NOT_WESTERN.search(content):
        return False
    broken = accented = 0
    for n in range(0, len(content), CHUNK):
        text = content[n : n + CHUNK].decode(errors="replace")
        broken += text.count("\ufffd")
        accented += len(text) - len(text.encode("ascii", errors="ignore"))
    return 10 * (accented - broken) <= broken
