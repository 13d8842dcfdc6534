"""How the holder of an account wants the pages. Browsers keep it in cookies; whoever signs in finds it as they left it,
whatever was chosen in that browser before."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts.models import Account
from kinograph.i18n import LANGUAGES
from kinograph.layout import preferences
from kinograph.layout.locale_middleware import COOKIE as LANGUAGE
from kinograph.layout.preferences import COUNT, POSTERS, SECONDS, THEME
from kinograph.settings import Settings

NAMES = (THEME, POSTERS, COUNT, LANGUAGE)


async def keep_preferences(db: AsyncConnection, request: Request, owner_id: int) -> None:
    """Those of the browser that asks become the account's."""
    chosen = _read(request)
    changed = Account.preferences.is_distinct_from(chosen)
    await db.execute(update(Account).where(Account.owner_id == owner_id, changed).values(preferences=chosen))


async def bring_preferences(db: AsyncConnection, request: Request, response: Response, owner_id: int) -> None:
    """The account's become the browser's, where the account has any; else the other way round."""
    kept = await db.scalar(select(Account.preferences).where(Account.owner_id == owner_id))
    if kept is None:
        await keep_preferences(db, request, owner_id)
        return
    settings: Settings = request.app.state.settings
    for name in NAMES:
        if value := kept.get(name):
            response.set_cookie(name, value, max_age=SECONDS, samesite="lax", secure=settings.secure_cookies)
        elif request.cookies.get(name):
            response.delete_cookie(name, samesite="lax", secure=settings.secure_cookies)


def _read(request: Request) -> dict[str, str]:
    """What is chosen, without what is as it is anyway."""
    read = preferences.read_preferences(request)
    chosen = {
        THEME: read.theme,
        POSTERS: "" if read.posters else "off",
        COUNT: "" if read.count == preferences.COUNTS[0] else read.count,
        LANGUAGE: request.cookies.get(LANGUAGE, "") if request.cookies.get(LANGUAGE) in LANGUAGES else "",
    }
    return {name: value for name, value in chosen.items() if value}
