"""What a slide says in words: its heading, the figure that shines, and a sentence or two."""

from __future__ import annotations

from dataclasses import dataclass

from kinograph.stories.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Said:
    """`lead` and `rest` are one sentence, the lead in the color of figures; either may be "".

    `sentences` are whole ones, each with whether it makes the point.
    """

    stretch: Stretch
    credit: str
    lead: str = ""
    rest: str = ""
    sentences: tuple[tuple[str, bool], ...] = ()

    @property
    def before_rest(self) -> str:
        """The lead as it stands before the rest in one line: a name has a colon, a number is part of the sentence."""
        if not self.lead or not self.rest:
            return self.lead
        is_number = self.lead[-1].isdigit() and not self.rest[0].isdigit()  # a year is a name
        return f"{self.lead} " if is_number else f"{self.lead}: "

    @property
    def headline(self) -> str:
        return f"{self.before_rest}{self.rest}"

    @property
    def text(self) -> str:
        """All of it, for those who hear it."""
        which = f"({self.stretch.which})" if self.stretch.which else ""
        parts = (self.headline, *(sentence for sentence, _ in self.sentences), which)
        return " ".join(part if part[-1] in ".?!…" else f"{part}." for part in parts if part)


def credit(stretch: Stretch, of_year: str, always: str) -> str:
    """The heading of a year, or of all time."""
    return of_year if stretch.year else always
