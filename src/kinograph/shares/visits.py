"""Counting who opens a share, without knowing who."""

from __future__ import annotations

import re

from fastapi import Request
from sqlalchemy import text

from kinograph.layout.methods import is_head

BOTS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|slack|discord|embedly", re.IGNORECASE
)
COUNT = text(
    "INSERT INTO share_visits AS v (share_id, day, visits)"
    " SELECT id, (now() AT TIME ZONE 'UTC')::date, 1 FROM shares WHERE id = :share_id"
    " ON CONFLICT (share_id, day) DO UPDATE SET visits = v.visits + 1"
)


def is_visit(request: Request) -> bool:
    """Whether a person opens a page: not what a script fetches to redraw one, a browser on suspicion, or a program that
    makes a preview; nor files."""
    headers = request.headers
    purpose = f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')} {headers.get('x-moz', '')}"
    return not (
        is_head(request)
        or "prefetch" in purpose.lower()
        or headers.get("sec-fetch-dest", "document") not in ("document", "iframe")
        or headers.get("accept") == "text/html"  # as our own script asks
        or "." in request.url.path.rpartition("/")[2]
        or request.url.path.endswith("/status")
        or BOTS.search(headers.get("user-agent", ""))
    )


async def count_visit(request: Request, share_id: int) -> None:
    async with request.app.state.engine.begin() as db:
        await db.execute(COUNT, {"share_id": share_id})
