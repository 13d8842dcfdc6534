"""How somebody wants the pages: lights, language, pictures, and what is counted. Their browser keeps it, in cookies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kinograph.errors import AppError
from kinograph.i18n import LANGUAGES, gettext_noop
from kinograph.layout import notices
from kinograph.layout.locale_middleware import COOKIE as LANGUAGE

router = APIRouter(include_in_schema=False)

THEME, POSTERS, COUNT = "theme", "posters", "count"
SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie
COUNTS = ("films", "viewings", "hours")


class NotSpoken(AppError):
    status = 422
    sentence = gettext_noop("Kinograph does not speak that language yet.")


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = ""  # dark or light; "": as the system has it
    posters: bool = True  # from TMDB, where the installation allows them
    count: str = "films"  # what rankings count where the address does not say


def read_preferences(request: Request) -> Preferences:
    """As the cookies say; what cannot be understood is as if it were not said."""
    theme, count = request.cookies.get(THEME, ""), request.cookies.get(COUNT, "")
    return Preferences(
        theme=theme if theme in ("dark", "light") else "",
        posters=request.cookies.get(POSTERS) != "off",
        count=count if count in COUNTS else COUNTS[0],
    )


@router.post("/theme")
async def choose_theme(
    request: Request, theme: Annotated[Literal["light", "dark"], Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Lights on or off, for a browser without script."""
    return _remembering(request, back, {THEME: theme})


@router.post("/language")
async def choose_language(
    request: Request, lang: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """The language to be spoken to in, whatever the browser asks for."""
    return _remembering(request, back, {LANGUAGE: _spoken(lang)})


@router.post("/preferences")
async def choose(
    request: Request,
    theme: Annotated[Literal["", "light", "dark"], Form()] = "",
    lang: Annotated[str, Form()] = "",
    posters: Annotated[Literal["on", "off"], Form()] = "off",
    count: Annotated[Literal["films", "viewings", "hours"], Form()] = "films",
    back: Annotated[str, Form()] = "/",
) -> RedirectResponse:
    """All at once, as the form of the settings sends them: a box that is not ticked is not sent."""
    chosen = {THEME: theme, POSTERS: "" if posters == "on" else posters, COUNT: "" if count == COUNTS[0] else count}
    response = _remembering(request, back, chosen | ({LANGUAGE: _spoken(lang)} if lang else {}))
    notices.leave_notice(response, "saved", secure=request.app.state.settings.secure_cookies)
    return response


def _spoken(lang: str) -> str:
    if lang not in LANGUAGES:
        raise NotSpoken
    return lang


def need_local_path(back: str) -> str:
    """Where something was chosen, when that is an address of ours; else the home page."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


def _remembering(request: Request, back: str, cookies: dict[str, str]) -> RedirectResponse:
    """Back to where it was chosen. An empty cookie is forgotten."""
    response = RedirectResponse(need_local_path(back), status_code=303)
    secure = request.app.state.settings.secure_cookies
    for cookie, value in cookies.items():
        if value:
            response.set_cookie(cookie, value, max_age=SECONDS, samesite="lax", secure=secure)
        else:
            response.delete_cookie(cookie, samesite="lax", secure=secure)
    return response
