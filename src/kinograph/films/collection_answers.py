"""TMDB's answer about a collection. Its keys are known here, those of other answers in tmdb_answers."""

from __future__ import annotations

from datetime import date as Date

from kinograph.errors import SourceError
from kinograph.films.facts import PartFacts
from kinograph.films.json_values import (
    Json,
    read_date,
    read_number,
    read_objects,
    read_positive,
    read_text,
    read_whole,
)


def read_parts(answer: Json) -> tuple[PartFacts, ...]:
    """The films of the answer to /collection/{id}, each once, in order of release; those without a day come last."""
    if not isinstance(answer.get("parts"), list):
        raise SourceError("collection: an answer without parts")
    found = {part.tmdb_id: part for item in read_objects(answer["parts"]) if (part := _part(item))}
    return tuple(sorted(found.values(), key=lambda part: (part.release_date or Date.max, part.tmdb_id)))


def _part(item: Json) -> PartFacts | None:
    tmdb_id, title = read_positive(item.get("id")), read_text(item.get("title"))
    if tmdb_id is None or title is None or read_text(item.get("media_type")) not in (None, "movie"):
        return None
    return PartFacts(
        tmdb_id=tmdb_id,
        title=title,
        release_date=read_date(item.get("release_date")),
        poster_path=read_text(item.get("poster_path")),
        vote_average=read_number(item.get("vote_average")) if read_whole(item.get("vote_count")) else None,
    )
