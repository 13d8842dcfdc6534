"""The headers of Letterboxd's files, and what packs a few rows into an upload."""

from __future__ import annotations

import io
import zipfile

from kinograph.sessions.export import Upload

FILM = "Date,Name,Year,Letterboxd URI"
RATING = f"{FILM},Rating"
DIARY = f"{FILM},Rating,Rewatch,Tags,Watched Date"
REVIEW = f"{FILM},Rating,Rewatch,Review,Tags,Watched Date"
LIST = "Date,Name,Tags,URL,Description"
PLACES = "Position,Name,Year,URL,Description"


def table(*lines: str, newline: str = "\r\n") -> bytes:
    return "".join(line + newline for line in lines).encode()


def zipped(**files: bytes) -> Upload:
    """A ZIP of the files, whose names have __ for / and no .csv."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/") + ".csv"), content, archive.compression)
    return Upload("letterboxd-someone-2026-05-03-18-29-utc.zip", buffer.getvalue())
