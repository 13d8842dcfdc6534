"""Writes docs/statistics.md from the definitions that the page "How this is counted" shows: `make texts`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from kinograph.sessions.api import SessionStatus
from kinograph.sessions.movies import Movie
from kinograph.sessions.summary import Summary
from kinograph.stats.counted_routes import define_cards
from kinograph.stats.definitions import WORDS, Definition

FIELDS: dict[type[BaseModel], str] = {
    Summary: "`GET /api/session/{session_id}/summary`: the totals of the whole session",
    SessionStatus: "`GET /api/session/{session_id}/status`: how far the films are looked up",
    Movie: "`GET /api/session/{session_id}/movies`: each watched film",
}
"""What the API answers with figures."""

PATH = Path(__file__).parents[1] / "docs" / "statistics.md"


def written() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# How this is counted\n"
    yield "Every figure that a page or the API shows. Written by `make texts` from `stats/definitions.py` and"
    yield "the cards in `stats/cards/`; the page `/how-counted` says the same.\n"
    yield "## What the words mean\n"
    yield from map(_entry, WORDS)
    yield "\n## Card by card\n"
    yield from map(_entry, define_cards())
    yield "\n## The API\n"
    for model, path in FIELDS.items():
        yield f"### {path}\n"
        yield from (f"- **{name}**: {model.model_fields[name].description}" for name in figures_of(model))
        yield ""


def figures_of(model: type[BaseModel]) -> list[str]:
    """The fields that are numbers, and of a summary its days."""
    kinds = {int, float, date} if model is Summary else {int, float}
    return [
        name for name, field in model.model_fields.items() if kinds & {field.annotation, *get_args(field.annotation)}
    ]


def _entry(each: Definition) -> str:
    return f"- **{each.title}.** {each.sentence}\n  `{each.formula}`"


if __name__ == "__main__":
    PATH.write_text(written())
