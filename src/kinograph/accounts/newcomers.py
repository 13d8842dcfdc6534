"""Signing in as whom the proxy names, and the name of whoever comes by others for the first time."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import header, identities, leaving, names, registration, sign_ins
from kinograph.accounts.api import need_accounts
from kinograph.accounts.identities import HEADER, Identity
from kinograph.accounts.sign_ins import SignInOver, UnderWay
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.layout import notices, templates
from kinograph.layout.headers import UNKEPT
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import owners
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.owners import read_proxied
from kinograph.sessions.throttle import Throttle, TooMany
from kinograph.settings import Settings

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])


class TooManySignIns(TooMany):
    sentence = gettext_noop("Too many sign-ins within ten minutes. Try again in %(minutes)s min.")


OF_IDENTITY = Throttle("sign-in of a proxy's name", most=30, refusal=TooManySignIns)


class NobodyNamed(NotFound):
    sentence = gettext_noop("The proxy in front of this Kinograph named nobody, so nobody was signed in.")


class Ways(NamedTuple):
    """What the page on which one signs in offers beside a password: as whom the proxy names, if it does; and at the
    provider of this name, if there is one."""

    proxied: str | None
    provider: str


def list_ways(request: Request) -> Ways:
    return Ways(read_proxied(request), request.app.state.settings.oidc_name)


async def enter_at_once(request: Request, db: AsyncConnection, back: str) -> Response | None:
    """Signs in whom the proxy names, where that is somebody we know and a person opens a page; None else."""
    identity = header.find_identity(request)
    opens_page = (
        request.headers.get("sec-fetch-dest", "document") == "document" and "sec-purpose" not in request.headers
    )
    if identity is None or not opens_page:
        return None
    account = await identities.find_account(db, identity)
    # Signing in keeps an account that its owner has deleted: that is for a person to do, not for a redirect.
    if account is None or await leaving.is_leaving(db, account.owner_id):
        return None
    return await enter(request, db, account, identity, back)


async def enter(request: Request, db: AsyncConnection, account: Known, identity: Identity, back: str) -> Response:
    """Signed in, and on to where they came from; whoever holds exports without an account is asked about them first."""
    holds = await owners.has_films(db, request.cookies.get(owners.COOKIE))
    response = notices.lead_on("/account/adopt" if holds else need_local_path(back))
    by_header = identity.issuer == HEADER
    if by_header:
        await OF_IDENTITY.pass_or_refuse(db, identity.subject)
        await identities.end_old_logins(db, account, identity)
    # Whoever is named has not been asked just now who they are.
    proxied = identity.subject if by_header else None
    await registration.sign_in(db, request, response, account, is_proven=False, proxied=proxied)
    return response


@router.post("/signin/header")
async def sign_in_by_header(
    request: Request,
    db: Db,
    settings: SettingsOf,
    back: Annotated[str, Form()] = "/account",
    invite: Annotated[str, Form()] = "",
) -> Response:
    """As whom the proxy names. Whoever comes for the first time is asked for a name, if need be."""
    identity = header.find_identity(request)
    if identity is None:
        raise NobodyNamed
    return await come_in(request, db, settings, identity, back=back, invite=invite)


async def come_in(
    request: Request,
    db: AsyncConnection,
    settings: Settings,
    identity: Identity,
    *,
    back: str,
    invite: str = "",
    of: UnderWay | None = None,
) -> Response:
    """Signs somebody in whom others vouch for. Whoever those may let in gets an account at once, if the name is free;
    others of whom there is none are asked for a name first. `of`: the sign-in by which a provider vouches."""
    account = await identities.find_account(db, identity)
    if account is None and settings.login_creates:
        account = await _let_in(db, settings, identity, invite)
    if account:
        return await enter(request, db, account, identity, back)
    ticket = await sign_ins.ask_for_name(db, of, identity) if of else ""
    asked = {"back": need_local_path(back), "invite": invite, "ticket": ticket}
    return notices.lead_on(f"/signin/name?{urlencode({name: value for name, value in asked.items() if value})}")


async def _let_in(db: AsyncConnection, settings: Settings, identity: Identity, invite: str) -> Known | None:
    """None where the name will not do."""
    try:
        async with db.begin_nested():
            return await identities.make_account(db, settings, identity, name=identity.name, invite=invite, held=())
    except (names.BadName, names.NameTaken):
        return None


async def _find_newcomer(request: Request, db: AsyncConnection, ticket: str) -> Identity:
    if ticket:
        if (known := await sign_ins.find_newcomer(db, request, ticket)) is None:
            raise SignInOver
        return known
    identity = header.find_identity(request)
    if identity is None:
        raise NobodyNamed
    return identity


@router.get("/signin/name")
async def ask_for_name(
    request: Request, db: Db, settings: SettingsOf, back: str = "/account", invite: str = "", ticket: str = ""
) -> Response:
    identity = await _find_newcomer(request, db, ticket)
    if account := await identities.find_account(db, identity):
        return await enter(request, db, account, identity, back)
    await identities.check_newcomer(db, settings, invite)
    return await _answer(request, db, identity, identity.name, back, invite, ticket)


@router.post("/signin/name")
async def choose_name(
    request: Request,
    db: Db,
    settings: SettingsOf,
    name: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/account",
    invite: Annotated[str, Form()] = "",
    ticket: Annotated[str, Form()] = "",
) -> Response:
    """Makes the account with what this browser holds, which the page has said, and signs in."""
    identity = await _find_newcomer(request, db, ticket)
    account = await identities.find_account(db, identity)
    if account is None:
        held = await registration.find_held(request, db)
        try:
            async with db.begin_nested():
                account = await identities.make_account(db, settings, identity, name=name, invite=invite, held=held)
        except (names.BadName, names.NameTaken) as error:
            return await _answer(request, db, identity, name, back, invite, ticket, error)
        await sign_ins.forget_newcomer(db, ticket)
    response = await enter(request, db, account, identity, back)
    if not await owners.has_films(db, request.cookies.get(owners.COOKIE)):
        registration.forget_token(response, settings)
    return response


async def _answer(
    request: Request,
    db: AsyncConnection,
    identity: Identity,
    name: str,
    back: str,
    invite: str,
    ticket: str,
    error: AppError | None = None,
) -> HTMLResponse:
    held = await registration.find_held(request, db)
    html = templates.render(
        "accounts/name.html",
        known_as=identity.name,
        name=name[: names.LONGEST],
        to=need_local_path(back),
        invite=invite,
        ticket=ticket,
        held=sum([await owners.count_sessions(db, each.id) for each in held]),
        longest=names.LONGEST,
        by_password=request.app.state.settings.password_login,
        error=str(error) if error else "",
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, error.status if error else 200, headers=UNKEPT)
