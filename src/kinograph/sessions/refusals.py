"""What is said of a file that cannot be used, by its key: one table of sentences for the reader and for the preview in
the browser, which gets them in the reader's language with the page and fills their places itself."""

from __future__ import annotations

from kinograph.errors import AppError
from kinograph.i18n import gettext
from kinograph.sessions import encodings, everything_reader, export_errors, origins

SENTENCES: dict[str, type[AppError]] = {
    "nothing": export_errors.NothingSent,
    "empty": export_errors.EmptyFile,
    "nature": export_errors.NotAnExport,
    "inside": export_errors.NoExportInside,
    "misplaced": export_errors.Misplaced,
    "private": export_errors.OnlyPrivateFiles,
    "damaged": export_errors.BrokenFile,
    "locked": export_errors.Encrypted,
    "packed": export_errors.UnusualPacking,
    "large": export_errors.ExportTooLarge,
    "text": encodings.NotText,
    "table": export_errors.NotATable,
    "column": export_errors.MissingColumn,
    "unnamed": export_errors.UnclearName,
    "positions": export_errors.NoPositions,
    "twice": export_errors.SentTwice,
    "another export": export_errors.AnotherExport,
    "newer": everything_reader.NewerFormat,
    "unpacked": export_errors.SeveralInside,
    "another ZIP": export_errors.AnotherZip,
    **export_errors.ELSEWHERE,
}


def list_sentences() -> dict[str, str]:
    """Each in the reader's language, its %(name)s places left open."""
    return {key: gettext(error.sentence) for key, error in SENTENCES.items()}


def list_natures() -> dict[str, str]:
    """What a file may be, in the reader's language."""
    return {key: gettext(what) for key, what in origins.NATURES.items()}
