"""The pages on which an owner corrects the matches of a session, and their forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kinograph.charts.posters import Poster
from kinograph.corrections import explanations, links, queries
from kinograph.corrections.links import NoLink
from kinograph.corrections.owner_context import LONGEST_QUERY, FilmNotFound, OwnerContext, OwnerContextOf
from kinograph.corrections.queries import Show, TmdbEntry
from kinograph.films import questions
from kinograph.films.candidates import MediaType
from kinograph.layout import templates
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head

router = APIRouter(include_in_schema=False)

PAGE = 50
OFFERED = 5  # of a film's candidates in the list; its own page has them all
DETAILED = 40  # candidates of a list whose directors and runtimes are asked for at one look


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the list a person is."""

    show: Show
    title: str
    page: int

    def query(self, **changed: object) -> str:
        told = {"show": self.show, "title": self.title, "page": self.page} | changed
        plain = {"show": "open", "title": "", "page": 1}
        return urlencode({name: value for name, value in told.items() if value != plain.get(name)})


@router.get("/session/{session_id}/repair")
async def show_films(
    request: Request,
    owner: OwnerContextOf,
    show: str = "open",
    title: str = "",
    page: str = "1",
    done: str = "",
) -> Response:
    """The films to look at, those that matter most first; `done` is the one just answered. What cannot be understood is
    as if it were not said."""
    if is_head(request):
        return answer_head(PRIVATE)
    title = title.replace("\0", " ").strip()[:LONGEST_QUERY]
    shown: Show = "all" if title else "mine" if show == "mine" else "all" if show == "all" else "open"
    async with owner.engine.connect() as db:
        counts = await queries.count_films(db, owner.session_id, owner.owner_id)
        titled = await queries.find_titled(db, owner.session_id, title) if title else None
        total = getattr(counts, shown) if titled is None else len(titled)
        last_page = max(1, -(-total // PAGE))
        # Whoever answers the last film of a page comes back to it.
        place = Place(shown, title, min(templates.read_page_number(page), last_page))
        films = await queries.list_films(
            db,
            owner.session_id,
            owner.owner_id,
            show=place.show,
            titled=titled,
            limit=PAGE,
            skip=PAGE * (place.page - 1),
        )
    missing = queries.list_unknown(entry for film in films if not film.is_sure for entry in film.candidates[:OFFERED])
    is_complete = await owner.ask_details(missing[:DETAILED], within=0) if missing else True
    return _answer(
        request,
        "corrections/list.html",
        owner,
        place=place,
        counts=counts,
        films=films,
        last_page=last_page,
        total=total,
        offered=OFFERED,
        done=await _done(owner, _number(done)),
        waiting=not is_complete or (any(film.is_waiting for film in films) and owner.has_key),
    )


@router.get("/session/{session_id}/repair/{n}")
async def show_film(request: Request, owner: OwnerContextOf, n: int, query: str = "", back: str = "") -> Response:
    if is_head(request):
        await owner.find_film(n)
        return answer_head(PRIVATE)
    return await _film(request, owner, n, query=query.replace("\0", "").strip()[:LONGEST_QUERY], back=_safe(back))


@router.post("/session/{session_id}/repair/{n}")
async def answer(
    request: Request,
    owner: OwnerContextOf,
    n: int,
    choice: Annotated[str, Form(pattern=r"^((movie|tv)/[1-9]\d{0,9}|nothing|undo|link)$")] = "link",
    link: Annotated[str, Form(max_length=2_000)] = "",
    back: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """What a film is: an entry, none at all, what the look-up found, or what is behind a link."""
    back = _safe(back)
    match choice:
        case "nothing":
            await owner.choose_nothing(n)
        case "undo":
            await owner.undo_correction(n)
        case "link":
            try:
                await owner.choose_entry(n, links.need_question(link))
            except NoLink as error:
                return await _film(request, owner, n, back=back, link=link, error=error)
        case _:
            kind, _, number = choice.partition("/")
            await owner.choose_entry(n, questions.entry_question(_kind(kind), int(number)))
    where = "&".join(filter(None, (back, f"done={n}")))
    return RedirectResponse(f"/session/{owner.session_id}/repair?{where}", status_code=303)


async def _film(
    request: Request,
    owner: OwnerContext,
    n: int,
    *,
    query: str = "",
    back: str = "",
    link: str = "",
    error: NoLink | None = None,
) -> HTMLResponse:
    offered = await owner.offer_candidates(n)
    found = await owner.search_tmdb(n, query) if query else None
    return _answer(
        request,
        "corrections/film.html",
        owner,
        status=error.status if error else 200,
        film=offered.film,
        offered=offered,
        found=found,
        query=query,
        back_query=back,
        link=link,
        error=str(error) if error else None,
        waiting=(offered.is_waiting or bool(found and found.is_waiting)) and owner.has_key,
    )


def _answer(request: Request, template: str, owner: OwnerContext, *, status: int = 200, **values: Any) -> HTMLResponse:
    images = request.app.state.settings.tmdb_images
    html = templates.render(
        template,
        session_id=owner.session_id,
        key_state=owner.key_state,
        why=explanations.explain_match,
        hours=explanations.format_minutes,
        poster=lambda entry: _poster(entry, images=images),
        **values,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, status, headers=PRIVATE)


def _poster(entry: TmdbEntry, *, images: bool) -> Poster:
    return Poster(entry.title, entry.year, path=entry.poster_path if images else None)


async def _done(owner: OwnerContext, n: int | None) -> queries.FilmWithMatch | None:
    try:
        return await owner.find_film(n) if n is not None else None
    except FilmNotFound:
        return None


def _number(said: str) -> int | None:
    """None for what is no number of ours."""
    return int(said) if re.fullmatch(r"\d{1,9}", said, re.ASCII) else None


def _safe(back: str) -> str:
    """Only what the list's own addresses hold."""
    return urlencode([(name, value) for name, value in parse_qsl(back) if name in ("show", "title", "page")])


def _kind(text: str) -> MediaType:
    return "tv" if text == "tv" else "movie"
