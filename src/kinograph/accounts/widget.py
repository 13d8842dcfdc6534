"""A few figures of the newest export, for a dashboard."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import text

from kinograph.accounts import ledger
from kinograph.accounts.routes import HolderOf
from kinograph.database.requests import Db
from kinograph.errors import NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions import summary
from kinograph.sessions.access import OWNER_ONLY

router = APIRouter(tags=["accounts"])

# Runs of days are told apart by how far they are from their place in the order; so are weeks.
FIGURES = text(
    """
    WITH days AS (SELECT DISTINCT watched_on AS day FROM viewings WHERE session_id = :id),
    weeks AS (SELECT DISTINCT date_trunc('week', day)::date AS week FROM days),
    last AS (
        SELECT films.title, films.year, watched_on FROM viewings
        JOIN session_films own ON own.session_id = viewings.session_id AND own.n = film_n
        JOIN films ON films.id = own.film_id
        WHERE viewings.session_id = :id ORDER BY watched_on DESC, viewings.n DESC LIMIT 1
    )
    SELECT made_at, extract(year FROM coalesce(made_at::date, (SELECT watched_on FROM last), created_at::date))::int
               AS year,
           (SELECT max(times) FROM (SELECT count(*) AS times FROM (
               SELECT day - row_number() OVER (ORDER BY day)::int AS run FROM days) d GROUP BY run) d) AS streak_days,
           (SELECT max(times) FROM (SELECT count(*) AS times FROM (
               SELECT week - 7 * row_number() OVER (ORDER BY week)::int AS run FROM weeks) w GROUP BY run) w)
               AS streak_weeks,
           (SELECT title FROM last) AS last_film, (SELECT year FROM last) AS last_film_year,
           (SELECT watched_on FROM last) AS last_watched_on
    FROM sessions WHERE id = :id
    """
)
OF_YEAR = text(
    "SELECT count(*) AS viewings_this_year, count(DISTINCT film_n) AS films_this_year FROM viewings"
    " WHERE session_id = :id AND watched_on >= make_date(:year, 1, 1) AND watched_on < make_date(:year + 1, 1, 1)"
)
STATES = text(
    "SELECT count(*) FILTER (WHERE state = 'unmatched') AS unmatched, count(*) FILTER (WHERE state = 'pending')"
    " AS pending FROM session_matches WHERE session_id = :id AND watched"
)


class NoExport(NotFound):
    sentence = gettext_noop("You have no export here yet.")


class Widget(BaseModel):
    session_id: UUID
    made_on: date | None = Field(description="The day Letterboxd made the export; null: nobody knows.")
    films: int
    hours: int | None = Field(description="As in the summary, without minutes. Null before the first runtime is known.")
    year: int = Field(description="The year in which the export was made, else that of its last viewing.")
    films_this_year: int = Field(description="Different films with a viewing in that year.")
    viewings_this_year: int
    streak_days: int = Field(description="The longest run of days with a viewing.")
    streak_weeks: int = Field(description="The longest run of weeks with a viewing, from Mondays.")
    last_film: str | None = Field(description="That of the last viewing.")
    last_film_year: int | None
    last_watched_on: date | None
    unmatched: int = Field(description="Watched films that TMDB is not known to have.")
    pending: int = Field(description="Watched films that are not looked up yet.")


@router.get("/api/me/widget", dependencies=OWNER_ONLY)
async def tell_figures(db: Db, holder: HolderOf) -> Widget:
    """Figures of the newest export of whoever asks, by a key that may only read, by a token, or signed in."""
    newest = await ledger.find_newest(db, holder.id)
    if newest is None:
        raise NoExport
    told = dict((await db.execute(FIGURES, {"id": newest})).one()._mapping)
    told |= (await db.execute(OF_YEAR, {"id": newest, "year": told["year"]})).one()._mapping
    told |= (await db.execute(STATES, {"id": newest})).one()._mapping
    totals = await summary.summarize(db, newest)
    made_at = told.pop("made_at")
    told |= {name: told[name] or 0 for name in ("streak_days", "streak_weeks")}
    return Widget(
        session_id=newest,
        made_on=made_at.date() if made_at else None,
        films=totals.films,
        hours=None if totals.hours is None else int(totals.hours),
        **told,
    )
