"""Which parts of an export may be compared. What an export does not tell is unknown, and not gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from kinograph.sessions.file_kinds import FileKind

FILES = {
    "films": FileKind.watched,
    "viewings": FileKind.diary,
    "ratings": FileKind.ratings,
    "likes": FileKind.likes,
    "watchlist": FileKind.watchlist,
    "reviews": FileKind.reviews,
    "lists": FileKind.list,
}
"""The kind of file that tells each part of an export."""

# Letterboxd writes these into every export, and a folder of lists only where there are lists.
ALWAYS_THERE = frozenset({FileKind.watched, FileKind.ratings, FileKind.diary, FileKind.reviews, FileKind.watchlist})


class Reason(StrEnum):
    """Why a part is not compared."""

    missing = "missing"  # its file was not sent, or could not be read
    damaged = "damaged"  # rows or ratings of it could not be read
    newer_diary = "newer_diary"  # the diary beside watched.csv is of a later day


def find_unknown(files: Iterable[Mapping[str, Any]], *, is_diary_newer: bool) -> dict[str, Reason]:
    """The parts that the files of a session (`Session.files`) do not wholly tell."""
    lost: dict[str, int] = {}
    for file in files:
        # Of what was read before there was `lost`, rows that repeat another count as well.
        lost[file["kind"]] = lost.get(file["kind"], 0) + file.get("lost", file["skipped"])
    unknown = {}
    for part, kind in FILES.items():
        if kind not in lost:
            if part != "lists" or not lost.keys() >= ALWAYS_THERE:
                unknown[part] = Reason.missing
        elif lost[kind]:
            unknown[part] = Reason.damaged
    if is_diary_newer and "films" not in unknown:
        unknown["films"] = Reason.newer_diary
    return unknown
