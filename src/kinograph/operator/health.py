"""`/healthz`: whether this web process can do its work, for whoever starts it again or sends people elsewhere."""

from __future__ import annotations

import time

import asyncpg
from fastapi import APIRouter, Request
from starlette.datastructures import State

from kinograph import database
from kinograph.database import raw
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.operator import status

router = APIRouter(include_in_schema=False)

WRITTEN_SECONDS = 10.0  # for which it holds that the database could be written to


class DiskFull(AppError):
    status = 503
    sentence = gettext_noop("The disk of the database is full, so nothing can be stored at the moment.")


class OtherTables(AppError):
    status = 503
    sentence = gettext_noop("The tables of the database are not those of this version. “kinograph doctor” says more.")


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def health(request: Request, db: Db) -> dict[str, str]:
    """Raises what is wrong; that the database is away raises by itself."""
    driver = await raw(db)
    try:
        database.check_revision(await database.read_revision(driver))
    except (database.TablesMissing, database.TablesNewer):
        raise OtherTables from None
    try:
        await try_writing(request.app.state, driver)
    except asyncpg.DiskFullError:
        raise DiskFull from None
    return {"status": "ok"}


async def try_writing(state: State, driver: asyncpg.Connection) -> None:
    """Unless that went well a moment ago. Raises what PostgreSQL says."""
    if time.monotonic() - getattr(state, "written_at", -WRITTEN_SECONDS) >= WRITTEN_SECONDS:
        await status.try_writing(driver)
        state.written_at = time.monotonic()
