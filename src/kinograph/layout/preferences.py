"""How somebody wants the pages: lights, language, pictures, and what is counted. Their browser keeps it, in cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kinograph.errors import AppError
from kinograph.i18n import LANGUAGES, gettext_noop
from kinograph.layout import notices
from kinograph.layout.locale_middleware import COOKIE as LANGUAGE

router = APIRouter(include_in_schema=False)

THEME, POSTERS, COUNT, HIDDEN = "theme", "posters", "count", "hidden-lists"
MOST_HIDDEN = 200
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
    hidden: tuple[str, ...] = ()  # lists that are not to be seen, as digest_list calls them


def read_preferences(request: Request) -> Preferences:
    """As the cookies say; what cannot be understood is as if it were not said."""
    theme, count = request.cookies.get(THEME, ""), request.cookies.get(COUNT, "")
    return Preferences(
        theme=theme if theme in ("dark", "light") else "",
        posters=request.cookies.get(POSTERS) != "off",
        count=count if count in COUNTS else COUNTS[0],
        hidden=tuple(re.findall(r"(?<![^.])[0-9a-f]{8}(?![^.])", request.cookies.get(HIDDEN, "")))[:MOST_HIDDEN],
    )


def digest_list(name: str) -> str:
    """What a cookie calls a list: short, and without its name."""
    return blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()


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


@router.post("/hidden-lists")
async def hide_list(
    request: Request,
    name: Annotated[str, Form()] = "",
    hide: Annotated[Literal["on", "off"], Form()] = "on",
    back: Annotated[str, Form()] = "/",
) -> RedirectResponse:
    """Leaves a list out of the lists, or takes it in again."""
    others = [each for each in read_preferences(request).hidden if each != digest_list(name)]
    hidden = [*others, digest_list(name)] if hide == "on" else others
    return _remembering(request, back, {HIDDEN: ".".join(hidden[-MOST_HIDDEN:])})


def _spoken(lang: str) -> str:
    if lang not in LANGUAGES:
        raise NotSpoken
    return lang


def need_local_path(back: str) -> str:
    """Where something was chosen, when that is an address of ours; else the home page. Browsers take a backslash for a
    slash, and pass over tabs and line breaks, behind which another host may stand."""
    is_ours = back.startswith("/") and not back.startswith("//") and back.isprintable() and "\\" not in back
    return back if is_ours else "/"


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
