"""The form by which an owner asks what is left of a person, and the same for programs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kinograph.films import filmographies, questions
from kinograph.sessions import throttle
from kinograph.sessions.access import NotYours
from kinograph.stats.address import with_query
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PERSON
from kinograph.stats.routes import check_place, read_path_filters
from kinograph.stats.session_page import SessionPage, SessionPageOf, make_view

router = APIRouter(include_in_schema=False)

PATIENCE = 4.0  # seconds that the form waits for TMDB; then the page does


@router.post("/person/{person}/left")
async def ask(request: Request, session: SessionPageOf, person: str) -> Response:
    """Has TMDB asked, unless that is kept already, and leads back to the page."""
    need_owner(session)
    view = await make_view(request, session, PERSON.name, *read_path_filters({"person": person}))
    check_place(view)
    assert view.person is not None
    await ask_for(request, session, view.person)
    return _lead_back(session, view)


@router.get("/person/{person}/left")
async def look_again(request: Request, session: SessionPageOf, person: str) -> Response:
    """Where a page without script looks again by way of: an address with a fragment that leads to itself is no new
    look to a browser, but a jump within the page."""
    view = await make_view(request, session, PERSON.name, *read_path_filters({"person": person}))
    check_place(view)
    return _lead_back(session, view)


def _lead_back(session: SessionPage, view: PageContext) -> Response:
    address = with_query(f"{session.home}/person/{view.person}", view.filters.to_query())
    return RedirectResponse(f"{address}#left", status_code=303)


def need_owner(session: SessionPage) -> int:
    """The owner's id. Raises NotYours for everybody else."""
    if not session.is_owner or session.progress.owner_id is None:
        raise NotYours
    return session.progress.owner_id


async def ask_for(request: Request, session: SessionPage, person: int) -> None:
    """Waits a moment for the answer. Raises NotYours for all but the owner, and TooMany for one who asks too much."""
    owner_id = need_owner(session)
    if person <= 0 or session.progress.key_state in ("no_key", "bad_key"):
        return
    engine, throttles = request.app.state.engine, request.app.state.questions
    async with engine.begin() as db:
        if (await filmographies.find_status(db, person)).fetched_at:
            return
        asked = await questions.ask(db, [questions.person_question(person)])
        if asked.fresh:
            await throttles.of_owner.pass_or_refuse(db, str(owner_id))
            await throttles.of_address.pass_or_refuse(db, throttle.find_sender(request.scope))
    await questions.wait_for_answers(engine, asked.ids, within=PATIENCE)
