"""What changed between two exports, as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from kinograph.changes.compare import PARTS, Changes, Part
from kinograph.changes.comparison import Comparison, compare_exports
from kinograph.changes.milestones import Milestone
from kinograph.changes.sides import Entry, Film, FilmList, Side
from kinograph.database.requests import Db
from kinograph.layout.methods import answer_head, is_head
from kinograph.sessions.access import OWNER_ONLY, ProgressOf, need_owner
from kinograph.sessions.summary import Summary

T = TypeVar("T")
router = APIRouter(tags=["sessions"])


class NamedFilm(BaseModel):
    title: str
    year: int | None
    letterboxd_uri: str
    was: dict[str, Any] | None = Field(default=None, description="What was changed, as it was before.")


class RatedFilm(NamedFilm):
    rating: float | None = Field(description="Stars.")


class ComparedEntry(NamedFilm):
    watched_on: date | None
    rating: float | None
    rewatch: bool
    tags: list[str]


class ComparedReview(ComparedEntry):
    text: str = Field(description="HTML as it was typed: make it safe before you show it.")


class ComparedList(BaseModel):
    name: str
    films: int
    was: dict[str, Any] | None = Field(default=None, description="The name it had.")
    added: list[NamedFilm] | None = Field(default=None, description="Of a list that both have: the films that came.")
    removed: list[NamedFilm] | None = None


class FilmChanges(BaseModel):
    added: list[NamedFilm]
    removed: list[NamedFilm]
    changed: list[NamedFilm]


class WatchedChanges(FilmChanges):
    orphaned: list[NamedFilm] = Field(
        description="Of those removed: the ones that Letterboxd dropped from its database, and nobody deleted."
    )


class WatchlistChanges(FilmChanges):
    watched: list[NamedFilm] = Field(description="Of those removed: the ones that were watched meanwhile.")


class RatingChanges(BaseModel):
    added: list[RatedFilm]
    removed: list[RatedFilm]
    changed: list[RatedFilm]


class EntryChanges(BaseModel):
    added: list[ComparedEntry]
    removed: list[ComparedEntry]
    changed: list[ComparedEntry]


class ReviewChanges(BaseModel):
    added: list[ComparedReview]
    removed: list[ComparedReview]
    changed: list[ComparedReview]


class ListChanges(BaseModel):
    added: list[ComparedList]
    removed: list[ComparedList]
    changed: list[ComparedList]


class PassedMilestone(BaseModel):
    """The roundest number that a total has passed; of viewings with the film that it was."""

    of: str
    number: int
    title: str | None = None
    year: int | None = None
    letterboxd_uri: str | None = None
    watched_on: date | None = None


class ComparedExports(BaseModel):
    """For every total that is compared, before + added - removed = after."""

    since: UUID
    before: Summary
    after: Summary
    films: WatchedChanges | None = Field(description="What is watched; those changed bear another title or year.")
    viewings: EntryChanges | None
    ratings: RatingChanges | None
    likes: FilmChanges | None
    watchlist: WatchlistChanges | None
    reviews: ReviewChanges | None
    lists: ListChanges | None = Field(description="Two files of one list count as one.")
    milestones: list[PassedMilestone]
    not_compared: list[str] = Field(description="The parts that one of the exports does not tell; they are null.")
    reasons: dict[str, str] = Field(description="Why, for each of those: missing, damaged or newer_diary.")


@router.get("/api/session/{session_id}/changes", response_model=ComparedExports, dependencies=OWNER_ONLY)
async def show_changes(
    request: Request,
    session_id: UUID,
    progress: ProgressOf,
    db: Db,
    since: Annotated[UUID | None, Query(description="Another session of the owner; else the export before.")] = None,
) -> Response:
    """What changed since another export of the same owner. The owner's alone."""
    await need_owner(request, progress, db)
    comparison = await compare_exports(db, session_id, owner_id=progress.owner_id, since=since)
    if is_head(request):
        return answer_head({}, media_type="application/json")
    body = await asyncio.to_thread(_describe, comparison)
    return Response(body, media_type="application/json")


def _describe(comparison: Comparison) -> str:
    changes = comparison.changes
    before, after = comparison.totals
    answer = ComparedExports.model_validate(
        {
            "since": comparison.since.id,
            "before": before,
            "after": after,
            "not_compared": [part for part in PARTS if part in changes.not_compared],
            "reasons": changes.not_compared,
            **_describe_films(changes),
            **_describe_entries(changes, *comparison.sides),
            "lists": _describe_lists(changes),
            "milestones": [_describe_milestone(each) for each in comparison.milestones],
        }
    )
    return answer.model_dump_json(exclude_unset=True)


def _describe_milestone(milestone: Milestone) -> dict[str, Any]:
    told: dict[str, Any] = {"of": milestone.of, "number": milestone.number}
    if milestone.film and milestone.entry:
        told |= _name(milestone.film) | {"watched_on": milestone.entry.watched_on}
    return told


def _describe_films(changes: Changes) -> dict[str, Any]:
    def rated(film: Film) -> dict[str, Any]:
        return _name(film) | {"rating": film.rating}

    films = _part(changes.films, _name, _name, ("title", "year"))
    if films is not None:
        films["orphaned"] = [_name(film) for film in changes.orphaned_films]
    wishes = _part(changes.watchlist, _name, _name)
    if wishes is not None:
        wishes["watched"] = [_name(film) for film in changes.watched_wishes]
    return {
        "films": films,
        "ratings": _part(changes.ratings, rated, rated, ("rating",)),
        "likes": _part(changes.likes, _name, _name),
        "watchlist": wishes,
    }


def _describe_entries(changes: Changes, before: Side, after: Side) -> dict[str, Any]:
    def of(films: Mapping[int, Film], *, written: bool) -> Callable[[Entry], dict[str, Any]]:
        def describe(entry: Entry) -> dict[str, Any]:
            row = _name(films[entry.film]) | asdict(entry) | {"tags": sorted(entry.tags)}
            left_out = {"film", "entry_id"} if written else {"film", "entry_id", "text"}
            return {name: value for name, value in row.items() if name not in left_out}

        return describe

    edited = ("watched_on", "rating", "rewatch", "tags")
    return {
        part: _part(
            getattr(changes, part),
            of(before.films, written=part == "reviews"),
            of(after.films, written=part == "reviews"),
            (*edited, "text") if part == "reviews" else edited,
        )
        for part in ("viewings", "reviews")
    }


def _part(
    part: Part[T] | None,
    was: Callable[[T], dict[str, Any]],
    now: Callable[[T], dict[str, Any]],
    edited: tuple[str, ...] = (),
) -> dict[str, list[dict[str, Any]]] | None:
    """Rows as JSON has them: what is gone as it was, the rest as it is, with those of the `edited` that differ."""
    if part is None:
        return None

    def describe_edit(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
        return after | {"was": {name: before[name] for name in edited if before[name] != after[name]}}

    return {
        "added": [now(each) for each in part.added],
        "removed": [was(each) for each in part.removed],
        "changed": [describe_edit(was(each.was), now(each.now)) for each in part.changed],
    }


def _name(film: Film) -> dict[str, Any]:
    return {"title": film.title, "year": film.year, "letterboxd_uri": film.uri}


def _describe_lists(changes: Changes) -> dict[str, Any] | None:
    if changes.lists is None:
        return None

    def describe(each: FilmList) -> dict[str, Any]:
        return {"name": each.name, "films": len(each.films)}

    return {
        "added": [describe(each) for each in changes.lists.added],
        "removed": [describe(each) for each in changes.lists.removed],
        "changed": [
            describe(edit.now)
            | {"was": {"name": edit.was.name} if edit.was.name != edit.now.name else {}}
            | {"added": [_name(film) for film in edit.added], "removed": [_name(film) for film in edit.removed]}
            for edit in changes.list_edits
        ],
    }
