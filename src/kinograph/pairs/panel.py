"""The panel of the filters that narrow both sides of a pair: the owner's alone, as the page is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from kinograph.pairs.routes import find_other_of
from kinograph.shares.owned import OwnedOf
from kinograph.stats import panel_routes
from kinograph.stats.panel_routes import OF_PAIR

router = APIRouter(include_in_schema=False)


@router.get(f"{OF_PAIR.path}/filter")
async def show(request: Request, session: OwnedOf, other: str) -> Response:
    """The panel over one's own films."""
    await find_other_of(request, session, other)
    return await panel_routes.show(request, session, OF_PAIR)


@router.get(f"{OF_PAIR.path}/filter.json")
async def count(request: Request, session: OwnedOf, other: str) -> Response:
    """How many of one's own films fit what its form says."""
    await find_other_of(request, session, other)
    return await panel_routes.count(request, session, OF_PAIR)
