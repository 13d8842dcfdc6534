"""What is left of a person: their released features as TMDB lists them, those seen and those not, in one role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films import filmographies
from kinograph.films.filmographies import Credit, Listed, Status
from kinograph.films.roles import ROLES
from kinograph.stats.page_context import PageContext

SHORTEST = 40  # minutes of a feature
FEWEST_VOTES = 50
"""Of fewer people the score leads nowhere: such films come last, those with the most votes first."""

OF_PERSON = re.compile(r"/person/(-?\d{1,12})(?:/|$)")
Why = Literal["short", "series", "unreleased", "video", "self", "small"]
LEFT_OUT: tuple[Why, ...] = ("short", "series", "unreleased", "video", "self", "small")


@dataclass(frozen=True, slots=True)
class Rest:
    """What is known of somebody's other films: part of what a page of theirs depends on."""

    person: int
    status: Status


@dataclass(frozen=True, slots=True)
class Feature:
    """A film of theirs; what the session tells of it where it has it."""

    credit: Credit
    is_seen: bool = False
    is_wanted: bool = False
    is_liked: bool = False
    rating: float | None = None
    uri: str = ""
    runtime_minutes: int | None = None

    @property
    def order(self) -> tuple[bool, float, int]:
        """Best rated first."""
        votes, score = self.credit.votes, self.credit.score or 0.0
        return votes < FEWEST_VOTES, -score if votes >= FEWEST_VOTES else -float(votes), self.credit.tmdb_id


@dataclass(frozen=True, slots=True)
class InRole:
    """Features in one role, in the order of release, and how many of theirs are none, by why."""

    role: str  # of ROLES, never "lead"
    features: tuple[Feature, ...]
    left_out: dict[Why, int]

    @property
    def seen(self) -> list[Feature]:
        return sorted((each for each in self.features if each.is_seen), key=lambda each: each.order)

    @property
    def left(self) -> list[Feature]:
        """Best rated first."""
        return sorted((each for each in self.features if not each.is_seen), key=lambda each: each.order)

    @property
    def unmeasured(self) -> int:
        """Features whose runtime nobody here knows: some may be none."""
        return sum(each.runtime_minutes is None for each in self.features)


async def find(engine: AsyncEngine, path: str) -> Rest | None:
    """How far it has come with whom an address, after the session's, is about; None on all pages but somebody's."""
    if not (named := OF_PERSON.match(path)):
        return None
    person = int(named[1])
    async with engine.connect() as db:
        return Rest(person, await filmographies.find_status(db, person))


async def read(engine: AsyncEngine, rest: Rest | None) -> Listed | None:
    """None until TMDB has told."""
    if rest is None or rest.status.fetched_at is None:
        return None
    async with engine.connect() as db:
        return await filmographies.read(db, rest.person)


def count_in_roles(view: PageContext, listed: Listed, as_of: date) -> list[InRole]:
    """In the order of ROLES, those with a feature; whatever is picked. A film is seen by what it is: the entry that its
    facts, and so its owner's corrections, name."""
    told = _read_session(view, [credit.tmdb_id for credit in listed.credits if credit.kind == "movie"])
    found = []
    for role in ROLES:
        credits = [credit for credit in listed.credits if role in credit.roles]
        features, left_out = [], Counter[Why]()
        for credit in credits:
            feature = told.get(credit.tmdb_id) if credit.kind == "movie" else None
            feature = replace(feature, credit=credit) if feature else Feature(credit)
            feature = replace(feature, runtime_minutes=feature.runtime_minutes or credit.runtime_minutes)
            if why := _why_not(feature, role, as_of):
                left_out[why] += 1
            else:
                features.append(feature)
        features.sort(key=lambda each: (each.credit.released or as_of, each.credit.tmdb_id))
        if features:
            found.append(InRole(role, tuple(features), {why: left_out[why] for why in LEFT_OUT if left_out[why]}))
    return found


def choose_role(found: Sequence[InRole], wanted: str | None) -> InRole | None:
    """What is asked for, else what most of the films are seen for."""
    wanted = "cast" if wanted in ("lead", "actor", "actress") else wanted
    chosen = next((each for each in found if each.role == wanted), None)
    return chosen or max(found, key=lambda each: (len(each.seen), len(each.features)), default=None)


def _why_not(feature: Feature, role: str, as_of: date) -> Why | None:
    credit = feature.credit
    if credit.kind == "tv":
        return "series"
    if credit.released is None or credit.released > as_of:
        return "unreleased"
    if feature.runtime_minutes is not None and feature.runtime_minutes < SHORTEST:
        return "short"
    if credit.is_video:
        return "video"
    return credit.part or None if role == "cast" else None


_NOTHING = Credit(kind="movie", tmdb_id=0, title="", released=None, score=None, votes=0, roles=())


def _read_session(view: PageContext, ids: Sequence[int]) -> dict[int, Feature]:
    """What the session tells of these films, by their numbers at TMDB; of two entries of one, of that watched first."""
    films = view.all.films.filter(kind="movie").filter(pl.col("tmdb_id").is_in(ids))
    films = films.sort(~pl.col("watched"), maintain_order=True)
    columns = films.select("tmdb_id", "watched", "watchlist", "liked", "rating", "uri", "runtime_minutes")
    found: dict[int, Feature] = {}
    for tmdb_id, watched, watchlist, liked, rating, uri, minutes in columns.iter_rows():
        first = found.get(tmdb_id, Feature(_NOTHING))
        found[tmdb_id] = Feature(
            _NOTHING,
            is_seen=first.is_seen or watched,
            is_wanted=first.is_wanted or watchlist,
            is_liked=first.is_liked or liked,
            rating=rating if first.rating is None else first.rating,
            uri=first.uri or uri,
            runtime_minutes=first.runtime_minutes or minutes,
        )
    return found
