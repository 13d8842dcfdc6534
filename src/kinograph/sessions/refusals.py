"""What is said of a file that cannot be used, by its key: one table of sentences for the reader and for the preview in
the browser, which gets them in the reader's language with the page and fills their places itself."""

from __future__ import annotations

from kinograph.errors import AppError
from kinograph.i18n import gettext
from kinograph.sessions import archive, encodings, export, origins, tables

SENTENCES: dict[str, type[AppError]] = {
    "nothing": archive.NothingSent,
    "empty": archive.EmptyFile,
    "nature": archive.NotAnExport,
    "inside": archive.NoExportInside,
    "misplaced": archive.Misplaced,
    "private": archive.OnlyPrivateFiles,
    "damaged": archive.BrokenFile,
    "locked": archive.Encrypted,
    "packed": archive.UnusualPacking,
    "large": archive.TooLarge,
    "text": encodings.NotText,
    "table": tables.NotATable,
    "column": tables.MissingColumn,
    "unnamed": tables.UnclearName,
    "positions": tables.NoPositions,
    "twice": export.SentTwice,
    "another export": archive.AnotherExport,
    "another ZIP": archive.AnotherZip,
    **archive.ELSEWHERE,
}


def sentences() -> dict[str, str]:
    """Each in the reader's language, its %(name)s places left open."""
    return {key: gettext(error.sentence) for key, error in SENTENCES.items()}


def natures() -> dict[str, str]:
    """What a file may be, in the reader's language."""
    return {key: gettext(what) for key, what in origins.NATURES.items()}
