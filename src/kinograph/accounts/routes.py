"""The page of all exports of an owner, and what is done there."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from sqlalchemy import update

from kinograph import i18n
from kinograph.accounts import ledger, phone, store
from kinograph.accounts.kept_preferences import keep_preferences
from kinograph.accounts.ledger import Own
from kinograph.accounts.linking import list_own_ways
from kinograph.accounts.passkey_routes import list_own_passkeys
from kinograph.accounts.staying import RowNumber, is_proven, list_logins
from kinograph.changes.since import Pair, SinceCache
from kinograph.charts.history import Point, draw_history
from kinograph.database.requests import Db
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import notices, templates
from kinograph.layout.headers import UNKEPT
from kinograph.layout.previews import make_url
from kinograph.sessions import keys, owners, quotas
from kinograph.sessions.access import SessionNotFound
from kinograph.sessions.models import Session
from kinograph.sessions.owners import Holder
from kinograph.stats.since import Since

router = APIRouter(include_in_schema=False)

LONGEST_NAME = 60
MOST_TOGETHER = 24
"""Exports up to which they stand in one table; more are put under the years they were made in."""

FILMS_COMPARED_AT_ONCE = 60_000
"""Films of exports that one visit compares with those before them: of a year, one a month of 2,500 films each. What is
counted is stored, at a visit to the export or to this page; what is left here is counted at the next one."""


class NobodyAsks(AppError):
    status = 403
    heading = gettext_noop("No exports in this browser yet.")
    sentence = gettext_noop(
        "Nothing was uploaded from this browser. Upload an export on the home page, or open this page in the browser "
        "you uploaded with."
    )


class LinkUsed(NotFound):
    heading = gettext_noop("This link no longer works.")
    sentence = gettext_noop("It works once, within ten minutes. Make a new one on the page of your exports.")


class SignInFirst(AppError):
    """Whoever comes is led to the page on which one signs in."""

    status = 401
    sentence = gettext_noop("You are not signed in.")


async def lead_to_sign_in(request: Request, _: Exception) -> RedirectResponse:
    return RedirectResponse(f"/signin?{urlencode({'back': request.url.path})}", status_code=303, headers=UNKEPT)


async def _find_holder(request: Request, db: Db) -> Holder:
    holder = await owners.find_holder(request, db)
    if holder is None:
        raise SignInFirst if request.app.state.settings.accounts else NobodyAsks
    return holder


HolderOf = Annotated[Holder, Depends(_find_holder)]


class Entry(NamedTuple):
    """A row of the ledger: `changes` is what else changed since the export before, in words."""

    export: Own
    changes: str


@router.get("/me")
async def lead_to_newest(db: Db, holder: HolderOf) -> RedirectResponse:
    """To the owner's newest export."""
    newest = await ledger.find_newest(db, holder.id)
    return RedirectResponse(f"/session/{newest}" if newest else "/account", status_code=303, headers=UNKEPT)


@router.get("/account")
async def show(request: Request, db: Db, holder: HolderOf) -> HTMLResponse:
    if holder.is_account:
        await keep_preferences(db, request, holder.id)
    return await _answer(request, db, holder)


@router.post("/account/phone")
async def make_phone_link(request: Request, db: Db, holder: HolderOf) -> HTMLResponse:
    """The page with a code that opens it on a phone. It is shown once and kept nowhere."""
    secret, until = await phone.make_link(db, holder.id)
    return await _answer(request, db, holder, link=make_url(request, f"/phone/{secret}"), until=until)


@router.get("/account/phone")
async def lead_back() -> RedirectResponse:
    """Whoever reloads the page of a code is asked whether to make another."""
    return RedirectResponse("/account#phone", status_code=303)


@router.get("/phone/{token}")
async def show_phone_link(request: Request, db: Db, token: str) -> HTMLResponse:
    """Asks before the link is used up, since programs look at links that people send."""
    owner_id = await phone.find_owner_of(db, token)
    if owner_id is None:
        raise LinkUsed
    holder = await owners.find_holder(request, db)
    others = holder is not None and holder.id != owner_id and await owners.owns_films(db, holder.id)
    html = templates.render(
        "accounts/phone.html",
        token=token,
        is_here=holder is not None and holder.id == owner_id,
        others=others,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=UNKEPT)


@router.post("/phone/{token}")
async def use_phone_link(request: Request, db: Db, token: str) -> RedirectResponse:
    """Signs this browser in as the owner who made the link."""
    owner_id = await phone.use_link(db, token)
    if owner_id is None:
        raise LinkUsed
    settings = request.app.state.settings
    response = RedirectResponse("/me", status_code=303, headers=UNKEPT)
    await store.end_login(db, request.cookies.get(owners.LOGIN_COOKIE))
    login = await owners.start_login(db, owner_id, request)
    owners.set_login_cookie(response, login, settings)
    notices.leave_notice(response, "linked", secure=settings.secure_cookies)
    return response


@router.post("/account/keys")
async def make_key(
    request: Request,
    db: Db,
    holder: HolderOf,
    name: Annotated[str, Form()] = "",
    may: Annotated[str, Form()] = "read",
) -> Response:
    """A key for a program, shown once. Whoever has an account types the password first."""
    if holder.is_account and not is_proven(holder):
        return RedirectResponse("/account/prove?back=/account", status_code=303, headers=UNKEPT)
    key = await keys.make_key(db, holder.id, name, is_read_only=may != "all")
    return await _answer(request, db, holder, new_key=key)


@router.get("/account/keys")
async def lead_to_keys() -> RedirectResponse:
    """Whoever reloads the page of a new key does not see it again."""
    return RedirectResponse("/account#keys", status_code=303)


@router.post("/account/keys/{n}/revoke")
async def revoke_key(request: Request, db: Db, holder: HolderOf, n: RowNumber) -> RedirectResponse:
    """Programs that have it are refused from now on."""
    await keys.revoke_key(db, holder.id, n)
    response = RedirectResponse("/account#keys", status_code=303)
    notices.leave_notice(response, "key-revoked", secure=request.app.state.settings.secure_cookies)
    return response


@router.post("/account/exports/{session_id}/name")
async def rename(
    request: Request, db: Db, holder: HolderOf, session_id: UUID, name: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """What the owner calls an export; nothing for no name."""
    name = " ".join(name.split())[:LONGEST_NAME]
    changed = await db.execute(
        update(Session).where(Session.id == session_id, Session.owner_id == holder.id).values(name=name or None)
    )
    if not changed.rowcount:
        raise SessionNotFound
    response = RedirectResponse(f"/account#export-{session_id}", status_code=303)
    notices.leave_notice(response, "export-named", secure=request.app.state.settings.secure_cookies)
    return response


@router.get("/account/exports/{session_id}/delete")
async def ask_before_deleting(request: Request, db: Db, holder: HolderOf, session_id: UUID) -> HTMLResponse:
    """Names what would go. The answer goes where every session is deleted."""
    export = next((each for each in await ledger.list_exports(db, holder.id) if each.id == session_id), None)
    if export is None:
        raise SessionNotFound
    links = await ledger.count_links_to(db, session_id)
    html = templates.render("accounts/delete.html", export=export, links=links, **templates.describe_visitor(request))
    return HTMLResponse(html, headers=UNKEPT)


async def _answer(
    request: Request, db: Db, holder: Holder, *, link: str = "", until: datetime | None = None, new_key: str = ""
) -> HTMLResponse:
    exports = await ledger.list_exports(db, holder.id)
    entries = await _tell_changes(request, db, holder, exports)
    account = await store.find_by_owner(db, holder.id) if holder.is_account else None
    years = ledger.group_by_year(exports) if len(exports) > MOST_TOGETHER else [(0, exports)]
    html = templates.render(
        "accounts/account.html",
        exports=exports,
        years=[(year, [entries[each.id] for each in own]) for year, own in years],
        links=await ledger.count_links(db, holder.id),
        account=account,
        keys=await keys.list_keys(db, holder.id),
        new_key=new_key,
        most_keys=keys.MOST,
        logins=await list_logins(db, holder) if account else (),
        room=await quotas.find_room(db, holder.id, request.app.state.settings) if account else None,
        own_passkeys=await list_own_passkeys(request, db, account) if account else None,
        codes_left=await store.count_codes(db, account.id) if account else 0,
        ways=await list_own_ways(request, db, account) if account else None,
        by_password=request.app.state.settings.password_login,
        is_proven=is_proven(holder),
        may_sign_in=request.app.state.settings.accounts and account is None,
        chart=_draw(exports),
        link=link,
        code=phone.draw_code(link, gettext("The link as a QR code")) if link else "",
        until=until,
        is_local=is_loopback(make_url(request, "/")),
        kept_days=request.app.state.settings.session_days,
        longest_name=LONGEST_NAME,
        **templates.describe_visitor(request) | {"back": "/account"},
    )
    return HTMLResponse(html, headers=UNKEPT)


async def _tell_changes(request: Request, db: Db, holder: Holder, exports: list[Own]) -> dict[UUID, Entry]:
    """Each export with what else changed, as far as that was counted before, and of what more fits into a visit."""
    cache: SinceCache = request.app.state.since
    pairs = {
        each.id: Pair(each.id, each.read_at, each.before.id, each.before.read_at) for each in exports if each.before
    }
    await cache.load(db, pairs.values())
    left = FILMS_COMPARED_AT_ONCE
    entries = {}
    for export in exports:
        changes = ""
        if (pair := pairs.get(export.id)) and export.before:
            if left > 0 or cache.is_known(pair):
                left -= 0 if cache.is_known(pair) else export.films + export.before.films
                changes = _describe(await cache.compare(pair, owner_id=holder.id, db=db))
            changes = changes or gettext("See what changed")
        entries[export.id] = Entry(export, changes)
    return entries


def _describe(since: Since | None) -> str:
    """What changed beside films and viewings, which stand in columns of their own."""
    if since is None:
        return gettext("nothing")
    told = (
        (since.rated, ngettext("%(n)s re-rated", "%(n)s re-rated", since.rated)),
        (since.wishes, ngettext("%(n)s from the watchlist", "%(n)s from the watchlist", since.wishes)),
    )
    return ", ".join(text for n, text in told if n)


def _draw(exports: list[Own]) -> Markup | None:
    """The totals of all exports over the days they were made; None where there is one day only."""
    points = [
        Point(each.day, each.films, each.viewings, i18n.number(each.films), i18n.number(each.viewings))
        for each in reversed(exports)
    ]
    if len({point.day for point in points}) < 2:
        return None
    label = ngettext("Films and viewings of %(n)s export", "Films and viewings of %(n)s exports", len(points))
    return draw_history(points, label)


def is_loopback(url: str) -> bool:
    """Whether only this machine reaches an address."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
