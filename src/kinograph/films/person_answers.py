"""TMDB's answer to what somebody has worked on, as credits. Its JSON keys are known here and in tmdb_answers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kinograph.errors import SourceError
from kinograph.films.candidates import MediaType
from kinograph.films.filmographies import Credit, Listed, Part
from kinograph.films.json_values import (
    Json,
    read_date,
    read_number,
    read_objects,
    read_positive,
    read_text,
    read_whole,
)
from kinograph.films.roles import CAST_BILLED, ROLES

# "Self", "Himself / Narrator", "Self - Host (archive footage)"; nobody's name begins so, "Self-Made Man" does.
AS_ONESELF = re.compile(r"(?:him|her|them)?sel(?:f|ves)(?:\s*$|\s*[(/,:]|\s+[-–—])|.*\(archiv", re.IGNORECASE)
JOBS = {job: role.name for role in ROLES.values() for job in role.jobs}
PARTS: tuple[Part, ...] = ("", "small", "self")


def read_credits(answer: Json) -> Listed:
    """The answer to /person/{id}/combined_credits: a film or series once, with all that they did on it. Jobs that are
    none of ROLES, such as thanks, and what TMDB keeps from children are no credits."""
    if not isinstance(answer.get("cast"), list) or not isinstance(answer.get("crew"), list):
        raise SourceError("person: an answer without credits")
    items: dict[tuple[MediaType, int], Json] = {}
    roles: dict[tuple[MediaType, int], set[str]] = {}
    parts: dict[tuple[MediaType, int], Part] = {}
    for item, role in _worked(answer):
        subject = _subject(item)
        if subject is None or item.get("adult") is True:
            continue
        items.setdefault(subject, item)
        roles.setdefault(subject, set()).add(role)
        if role == "cast":
            parts[subject] = min(parts.get(subject, "self"), _part(item), key=PARTS.index)
    read = (_credit(subject, item, roles[subject], parts.get(subject, "")) for subject, item in items.items())
    return Listed.of(credit for credit in read if credit)


def _worked(answer: Json) -> Iterator[tuple[Json, str]]:
    for item in read_objects(answer["cast"]):
        yield item, "cast"
    for item in read_objects(answer["crew"]):
        if role := JOBS.get(read_text(item.get("job")) or ""):
            yield item, role


def _subject(item: Json) -> tuple[MediaType, int] | None:
    number = read_positive(item.get("id"))
    kind = item.get("media_type")
    if number is None or kind not in ("movie", "tv"):
        return None
    return ("tv" if kind == "tv" else "movie"), number


def _part(item: Json) -> Part:
    if AS_ONESELF.match(read_text(item.get("character")) or ""):
        return "self"
    order = read_whole(item.get("order"))
    return "small" if order is not None and order >= CAST_BILLED else ""


def _credit(subject: tuple[MediaType, int], item: Json, roles: set[str], part: Part) -> Credit | None:
    kind, tmdb_id = subject
    is_film = kind == "movie"
    title = read_text(item.get("title" if is_film else "name"))
    if title is None:
        return None
    votes = read_whole(item.get("vote_count")) or 0
    return Credit(
        kind=kind,
        tmdb_id=tmdb_id,
        title=title,
        released=read_date(item.get("release_date" if is_film else "first_air_date")),
        score=read_number(item.get("vote_average")) if votes else None,
        votes=max(votes, 0),
        roles=tuple(role for role in ROLES if role in roles),
        part=part,
        poster_path=read_text(item.get("poster_path")),
        is_video=item.get("video") is True,
    )
