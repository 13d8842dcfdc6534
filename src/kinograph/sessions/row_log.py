"""What happened to the rows of a file: how many were read, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kinograph.i18n import Sentence, ngettext_lazy

PROBLEMS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What was skipped, where, and what was expected. `line` is the record's first, None for the whole file."""

    file: str
    line: int | None
    sentence: Sentence

    def stored(self) -> dict[str, object]:
        """As JSON can hold it."""
        return {"file": self.file, "line": self.line, "sentence": self.sentence.stored()}


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of the export: `rows` were taken, `skipped` were not. `lost` is what it said and could not be read: rows
    other than those that repeat one, and ratings."""

    path: str
    kind: str
    rows: int
    skipped: int
    lost: int = 0


@dataclass(slots=True)
class RowLog:
    """What happened to the rows of one file; the first hundred problems in words, the rest as a number."""

    file: str
    taken: int = 0
    skipped: int = 0
    repeated: int = 0  # of those skipped: what they are about stands in a row before them
    unread_dates: int = 0
    changed_dates: int = 0  # those and what else is no day where one was expected
    unread_ratings: int = 0
    problems: list[Problem] = field(default_factory=list)
    n_problems: int = 0

    def skip(self, line: int, sentence: Sentence) -> None:
        """A row that was not taken."""
        self.skipped += 1
        self.note(line, sentence)

    def drop(self, line: int, sentence: Sentence) -> None:
        """A row that had the right shape and is given up after all."""
        self.taken -= 1
        self.skip(line, sentence)

    def repeat(self, line: int, sentence: Sentence) -> None:
        """A row that is given up because one before it is about the same."""
        self.repeated += 1
        self.drop(line, sentence)

    def note(self, line: int, sentence: Sentence) -> None:
        """A row that was taken without one of its cells."""
        self.n_problems += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(self.file, line, sentence))

    def sum_up(self, kind: str) -> FileRead:
        return FileRead(
            self.file, kind, self.taken, self.skipped, lost=self.skipped - self.repeated + self.unread_ratings
        )

    def all_problems(self) -> Iterator[Problem]:
        yield from self.problems
        if more := self.n_problems - len(self.problems):
            yield Problem(
                self.file, None, ngettext_lazy("%(n)s more line like these.", "%(n)s more lines like these.", more)
            )
        if self.unread_dates:
            yield Problem(
                self.file,
                None,
                ngettext_lazy(
                    "%(n)s date is not written as 2024-12-31 and was left out.",
                    "%(n)s dates are not written as 2024-12-31 and were left out.",
                    self.unread_dates,
                ),
            )
