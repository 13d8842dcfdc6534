"""Writes docs/statistics.md from the definitions that the page "How this is counted" shows: `make texts`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kinograph.sessions.summary import Summary
from kinograph.stats.counted_routes import define_cards
from kinograph.stats.definitions import WORDS, Definition

PATH = Path(__file__).parents[1] / "docs" / "statistics.md"


def written() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# How this is counted\n"
    yield "Every figure that a page or the API shows. Written by `make texts` from `stats/definitions.py` and"
    yield "`stats/card_definitions.py`; the page `/how-counted` says the same.\n"
    yield "## What the words mean\n"
    yield from map(_entry, WORDS)
    yield "\n## Card by card\n"
    yield from map(_entry, define_cards())
    yield "\n## The API\n"
    yield "The fields of `GET /api/session/{session_id}/summary`, over the whole session:\n"
    for name, field in Summary.model_fields.items():
        yield f"- **{name}**: {field.description}"
    yield ""


def _entry(each: Definition) -> str:
    return f"- **{each.title}.** {each.sentence}\n  `{each.formula}`"


if __name__ == "__main__":
    PATH.write_text(written())
