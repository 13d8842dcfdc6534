"""Whole sentences for the person who sent the files, about what other programs made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kinograph.i18n import Sentence, gettext_lazy, ngettext_lazy
from kinograph.sessions.encodings import WesternText
from kinograph.sessions.export_errors import display_name
from kinograph.sessions.film_index import FilmIndex
from kinograph.sessions.tables import Table

TITLES_TOLD = 3


def warn_of_changed_text(tables: Sequence[Table]) -> Iterator[Sentence]:
    for table in tables:
        if table.was_encoded_twice:
            yield gettext_lazy(
                "The text of “%(file)s” had been encoded twice, turning é into Ã©; Kinograph corrected it.",
                file=table.log.file,
            )
        elif table.is_western:
            yield WesternText(file=table.log.file).said


def warn_of_changed_dates(tables: Sequence[Table]) -> Iterator[Sentence]:
    changed = [table.log for table in tables if table.log.changed_dates]
    if changed:
        yield ngettext_lazy(
            "A spreadsheet has changed the dates of %(files)s, and %(n)s of them could not be read."
            " Export your data from Letterboxd again and send that ZIP unopened.",
            "A spreadsheet has changed the dates of %(files)s, and %(n)s of them could not be read."
            " Export your data from Letterboxd again and send that ZIP unopened.",
            sum(log.changed_dates for log in changed),
            files=", ".join(log.file for log in changed),
        )


def warn_of_changed_ratings(tables: Sequence[Table]) -> Iterator[Sentence]:
    changed = [table.log for table in tables if table.log.unread_ratings]
    if changed:
        yield ngettext_lazy(
            "%(n)s rating of %(files)s could not be read, and its film counts without it. If a spreadsheet has changed"
            " the file, send it as Letterboxd wrote it.",
            "%(n)s ratings of %(files)s could not be read, and their films count without them. If a spreadsheet has"
            " changed the file, send it as Letterboxd wrote it.",
            sum(log.unread_ratings for log in changed),
            files=", ".join(log.file for log in changed),
        )


def warn_of_unwatched(films: FilmIndex, viewings: Mapping[int, int], *, file: str) -> Iterator[Sentence]:
    """About films of the diary that the `file` of watched films does not have; `viewings` is their number by film."""
    if not viewings:
        return
    titles = [display_name(films.name(film)[0]) for film in viewings]
    yield ngettext_lazy(
        "%(n)s viewing matches no film in %(file)s: %(titles)s. It counts, but its film does not count as watched.",
        "%(n)s viewings match no film in %(file)s: %(titles)s. They count, but their films do not count as watched.",
        sum(viewings.values()),
        file=file,
        titles=_quote(titles),
    )


def _quote(titles: Sequence[str]) -> Sentence:
    """The first titles, in the quotation marks of whoever reads them."""
    *others, last = titles[:TITLES_TOLD]
    quoted = gettext_lazy("“%(title)s”", title=last)
    if (more := len(titles) - TITLES_TOLD) > 0:
        quoted = ngettext_lazy("“%(title)s” and %(n)s more", "“%(title)s” and %(n)s more", more, title=last)
    for title in reversed(others):
        quoted = gettext_lazy("“%(title)s”, %(others)s", title=title, others=quoted)
    return quoted


def warn_of_skipped_rows(tables: Sequence[Table]) -> Iterator[Sentence]:
    repeated = sum(table.log.repeated for table in tables)
    if skipped := sum(table.log.skipped for table in tables) - repeated:
        yield ngettext_lazy(
            "%(n)s row was skipped, because it could not be understood.",
            "%(n)s rows were skipped, because they could not be understood.",
            skipped,
        )
    if repeated:
        yield ngettext_lazy(
            "%(n)s row was skipped, because an earlier row has the same film or entry.",
            "%(n)s rows were skipped, because earlier rows have the same films or entries.",
            repeated,
        )


def warn_of_namesakes(films: FilmIndex, ambiguous: Iterable[int]) -> Iterator[Sentence]:
    """About films that have all the viewings of another of their name and year, too."""
    for film in sorted(ambiguous):
        title, year = films.name(film)
        yield gettext_lazy(
            "You watched two films called “%(title)s” from %(year)s. The diary does not tell them apart, so the "
            "first has all the viewings.",
            title=title,
            year=year or gettext_lazy("no year"),
        )
