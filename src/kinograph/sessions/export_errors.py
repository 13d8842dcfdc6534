"""Why a file of an upload, or the whole of it, cannot be read: a sentence each for whoever sent it."""

from __future__ import annotations

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions import origins
from kinograph.sessions.export_format import LIMITS


def display_name(name: str) -> str:
    """A file's name as it may stand in a sentence: printable and not endless."""
    printable = "".join(sign for sign in name if sign.isprintable())
    return printable if len(printable) <= LIMITS["name_length"] else printable[: LIMITS["name_length"] - 1] + "…"


class NotAnExport(AppError):
    sentence = gettext_noop(
        "“%(file)s” is %(what)s, not a Letterboxd export."
        " Send the ZIP as Letterboxd gave it to you, or the CSV files from it."
    )


class NothingSent(NotAnExport):
    sentence = gettext_noop("No file was sent. Choose the ZIP that Letterboxd gave you, or the CSV files from it.")


class EmptyFile(NotAnExport):
    sentence = gettext_noop("“%(file)s” is empty. Download the export from Letterboxd once more and send that file.")


class NoExportInside(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” is a ZIP without any file of a Letterboxd export; it holds %(names)s."
        " Send the ZIP as Letterboxd gave it to you."
    )


class SeveralInside(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” is a ZIP of Kinograph's own files, one for each export. Unpack it and send one of them."
    )


class Misplaced(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” is in a folder that a Letterboxd export does not have. Send the file by itself."
    )


class AnotherExport(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” and the files beside it were not read, because “%(other)s” belongs to another export. Send one "
        "export at a time."
    )


class AnotherZip(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” was not read, because “%(other)s” is also an export. Send one export at a time."
    )


class OnlyPrivateFiles(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” holds nothing Kinograph reads, only %(names)s. Send watched.csv, diary.csv or ratings.csv, or "
        "the whole ZIP."
    )


class FromElsewhere(NotAnExport):
    """Of a service that Letterboxd takes no file from as it is."""

    sentence = gettext_noop(
        "“%(file)s” comes from %(service)s, but Kinograph only reads Letterboxd exports. Bring your films to Letterboxd"
        " first: letterboxd.com/import takes a CSV file with titles, years and dates. Then export your data there and"
        " send that ZIP."
    )


class FromImdb(FromElsewhere):
    sentence = gettext_noop(
        "“%(file)s” comes from IMDb, but Kinograph only reads Letterboxd exports. Import it at letterboxd.com/import,"
        " then export your data there and send that ZIP."
    )


class FromBooks(FromElsewhere):
    sentence = gettext_noop(
        "“%(file)s” comes from Goodreads and lists books, but Kinograph only reads Letterboxd exports."
        " Send the ZIP that Letterboxd gave you."
    )


class ForImport(FromElsewhere):
    sentence = gettext_noop(
        "“%(file)s” is a file for importing into Letterboxd, not an export from it. Import it at"
        " letterboxd.com/import, then export your data there and send that ZIP."
    )


ELSEWHERE: dict[str, type[FromElsewhere]] = {
    "elsewhere": FromElsewhere,
    "imdb": FromImdb,
    "books": FromBooks,
    "import": ForImport,
}


def from_elsewhere(file: str, origin: origins.Origin) -> FromElsewhere:
    return ELSEWHERE[origin.says](file=file, service=origin.service)


class BrokenFile(AppError):
    sentence = gettext_noop(
        "“%(file)s” is damaged and could not be read. Download the export once more and send that file."
    )


class Encrypted(BrokenFile):
    sentence = gettext_noop(
        "“%(file)s” is protected by a password. Send the ZIP as Letterboxd gave it to you, without one."
    )


class UnusualPacking(BrokenFile):
    status = 415
    sentence = gettext_noop(
        "The compression of “%(file)s” is not supported. Send the ZIP as Letterboxd gave it to you, or pack the "
        "files as an ordinary ZIP."
    )


class ExportTooLarge(AppError):
    status = 413
    sentence = gettext_noop("This is far larger than any Letterboxd export. Send the ZIP as Letterboxd gave it to you.")


class NotATable(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” is not one of Letterboxd's tables; it begins with “%(start)s”."
        " Send the ZIP as Letterboxd gave it to you, or the CSV files from it."
    )


class MissingColumn(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” has no column “%(column)s”. Send the file as Letterboxd wrote it, or the whole ZIP."
    )


class UnclearName(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” may be watched films, a watchlist or likes: these look alike inside."
        " Keep the name Letterboxd gave the file (watched.csv, watchlist.csv, likes.csv), or send the whole ZIP."
    )


class NoPositions(BrokenFile):
    sentence = gettext_noop(
        "“%(file)s” begins like a list but has no line starting with “Position”, so its films are unknown."
    )


class EmptyExport(AppError):
    status = 422
    sentence = gettext_noop("This is a Letterboxd export, but there is no film in it.")


class NoRowRead(BrokenFile):
    sentence = gettext_noop("No row of “%(file)s” could be read. Line %(line)s: %(expected)s")


class SentTwice(AppError):
    sentence = gettext_noop(
        "“%(file)s” was not read, because “%(other)s” holds the same kind of data. Send one of them."
    )
