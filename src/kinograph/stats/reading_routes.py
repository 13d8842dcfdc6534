"""The page on how the files of a session were read: its owner's alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kinograph.database.requests import Db
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.layout.headers import PRIVATE
from kinograph.sessions.access import NotYours
from kinograph.sessions.reading import AT_ONCE, report_reading
from kinograph.stats.session_page import SessionPageOf

router = APIRouter(include_in_schema=False)

KINDS = {
    "everything": gettext_noop("Kinograph's own file of an export"),
    "returned": gettext_noop("Kinograph's file for Letterboxd"),
    "unmarked": gettext_noop("Films not marked as watched, in Kinograph's files for Letterboxd"),
    "names": gettext_noop("Names of lists, in Kinograph's files for Letterboxd"),
    "watched": gettext_noop("Watched films"),
    "films": gettext_noop("Kinograph's table of films"),
    "ratings": gettext_noop("Ratings"),
    "likes": gettext_noop("Likes"),
    "watchlist": gettext_noop("Watchlist"),
    "list": gettext_noop("A list"),
    "diary": gettext_noop("Diary"),
    "reviews": gettext_noop("Reviews"),
    "orphaned_diary": gettext_noop("Names of films Letterboxd dropped; not counted"),
    "orphaned_reviews": gettext_noop("Names of films Letterboxd dropped; not counted"),
}


@router.get("/reading")
async def show(request: Request, session: SessionPageOf, db: Db) -> HTMLResponse:
    if not session.is_owner:
        raise NotYours
    html = templates.render(
        "stats/reading.html",
        report=await report_reading(db, session.id),
        at_once=AT_ONCE,
        session_id=session.id,
        kinds=KINDS,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=PRIVATE)
