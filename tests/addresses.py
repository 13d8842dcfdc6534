"""Every address a person may open, taken from the application, so that new pages are looked at once they are there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from kinograph.settings import Settings
from tests import applications
from tests.routes import addresses

OF_SESSION = "/session/{session_id}"
VALUES = {"n": "0", "year": "2021", "name": "oscar-best-picture"}
"""For what else stands in an address: the first film of a session, a year, a list."""


def everywhere() -> list[str]:
    """All that belongs to no session and stands without parameters, the sample's among it."""
    return [path for path in _paths() if "{" not in path]


def of_session(session_id: str) -> list[str]:
    """All of a session's own, but those of people, shares and pairs, which only its pages tell; one list."""
    paths = [path for path in _paths() if path.startswith(OF_SESSION) and not re.search("{(person|token|other)}", path)]
    return [path.format(session_id=session_id, **VALUES) for path in paths]


@cache
def _paths() -> tuple[str, ...]:
    """Of whatever answers GET with something for people; downloads bear an extension, but for that of a report, which
    a page waits for.

    Every page has one of its picture and one of its filters, which are all alike: the overview's stands for them.
    """
    made = applications.create(Settings(data_dir=Path(), database_url="postgresql://nowhere"))
    return tuple(
        address.path
        for address in addresses(made, "GET")
        if not address.route.include_in_schema
        and "." not in address.path.rpartition("/")[2]
        and not address.path.endswith("/report")
        and not re.fullmatch(r"(/sample|/s/[^/]+|/session/[^/]+)/.+/(picture|filter)", address.path)
    )
