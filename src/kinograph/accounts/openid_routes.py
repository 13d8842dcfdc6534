"""Signing in at an OpenID provider: out to it, and back."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import identities, newcomers, openid, sign_ins, store
from kinograph.accounts.api import NotSignedIn, need_accounts
from kinograph.accounts.linking import NotLinked
from kinograph.accounts.newcomers import TooManySignIns
from kinograph.accounts.openid import Person, Provider, ProviderAway, ProviderError, ProviderRefuses
from kinograph.accounts.sign_ins import ENTER, LINK, PROVE, SignInOver, UnderWay
from kinograph.accounts.staying import SignedIn, is_proven
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import notices, templates
from kinograph.layout.headers import UNKEPT
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.models import Login
from kinograph.sessions.throttle import Throttle

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])

OF_NETWORK = Throttle("sign-in at a provider from network", most=30, refusal=TooManySignIns)
ASKED_BEFORE_SECONDS = 60
"""How far the clocks of the provider and of the database may be apart."""

REFUSALS = {"access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"}
AWAY = {"temporarily_unavailable", "server_error"}


class NoProvider(NotFound):
    sentence = gettext_noop("This Kinograph has no OpenID provider to sign in at.")


class NotFromHere(AppError):
    status = 403
    sentence = gettext_noop("This was not begun on a page of this Kinograph, so nothing was changed.")


class NotAskedAgain(AppError):
    status = 403
    sentence = gettext_noop("%(provider)s did not ask you again who you are, so this proves nothing.")


@router.get("/signin/openid")
async def begin(
    request: Request, settings: SettingsOf, back: str = "/account", invite: str = "", purpose: str = ENTER
) -> Response:
    """Sends the browser to the provider; from a page of the account, to link it or to prove who it is."""
    provider = _need_provider(request)
    network, login_id = throttle.find_sender(request.scope), None
    async with request.app.state.engine.begin() as db:
        if purpose in (LINK, PROVE):
            need_own_page(request)
            signed = await _find_signed_in(request, db)
            if purpose == LINK and not is_proven(signed.holder):
                return notices.lead_on("/account/prove?back=/account")
            login_id = signed.holder.login_id
        else:
            purpose = ENTER
        try:
            await OF_NETWORK.pass_or_refuse(db, network)
        except TooManySignIns:
            log.warning("a sign-in at the provider from %s was refused: too many were begun", network)
            raise
        made = await sign_ins.begin(db, request, purpose=purpose, back=need_local_path(back), login_id=login_id)
    try:
        response = notices.lead_on(await provider.lead_to(made, anew=purpose == PROVE))
    except AppError as error:
        return _fail(request, error, made.back)
    sign_ins.remember(response, made, invite if invite.isascii() else "", settings)
    return response


@router.get("/signin/openid/back")
async def come_back(
    request: Request, settings: SettingsOf, state: str = "", code: str = "", error: str = "", iss: str | None = None
) -> Response:
    """Where the provider sends the browser back to."""
    provider = _need_provider(request)
    engine, network = request.app.state.engine, throttle.find_sender(request.scope)
    made = None
    try:
        async with engine.begin() as db:
            made = await sign_ins.end(db, request, state)
        if error or not code:
            raise _explain(error, provider)
        person = await provider.find_person(made, code, iss)  # no connection is held meanwhile
        async with engine.begin() as db:
            await OF_NETWORK.give_back(db, network)
            ends = {ENTER: _enter, LINK: _link, PROVE: _prove}
            response = await ends[made.purpose](request, db, settings, made, person)
    except AppError as wrong:
        log.warning("a sign-in at the provider from %s was refused: %s", network, type(wrong).__name__)
        return _fail(request, wrong, made.back if made else "/account")
    sign_ins.forget_invite(response, settings)
    return response


async def _enter(
    request: Request, db: AsyncConnection, settings: SettingsOf, made: UnderWay, person: Person
) -> Response:
    invite = request.cookies.get(sign_ins.INVITE_COOKIE, "")
    return await newcomers.come_in(request, db, settings, person.identity, back=made.back, invite=invite, of=made)


async def _link(
    request: Request, db: AsyncConnection, settings: SettingsOf, made: UnderWay, person: Person
) -> Response:
    signed = await _find_signed_in(request, db)
    if signed.holder.login_id != made.login_id:
        raise SignInOver
    if not is_proven(signed.holder):
        return notices.lead_on("/account/prove?back=/account")
    await identities.link(db, signed.account, person.identity)
    response = notices.lead_on("/account#ways-in")
    notices.leave_notice(response, "way-linked", secure=settings.secure_cookies)
    return response


async def _prove(
    request: Request, db: AsyncConnection, settings: SettingsOf, made: UnderWay, person: Person
) -> Response:
    """A fresh trip through the provider stands for a password."""
    signed = await _find_signed_in(request, db)
    account = await identities.find_account(db, person.identity)
    if signed.holder.login_id != made.login_id:
        raise SignInOver
    if account is None or account.id != signed.account.id:
        raise NotLinked(name=person.identity.name or person.identity.subject)
    began_at = made.began_at.timestamp() if made.began_at else 0
    if person.asked_at is not None and person.asked_at < began_at - ASKED_BEFORE_SECONDS:
        raise NotAskedAgain(provider=settings.oidc_name)
    await db.execute(update(Login).where(Login.id == made.login_id).values(proven_at=func.now()))
    return notices.lead_on(made.back)


def _need_provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.openid
    if provider is None:
        raise NoProvider
    return provider


def need_own_page(request: Request) -> None:
    """Raises NotFromHere unless a page of ours leads here: a stranger's might link what the stranger signs in with.
    Over plain http browsers tell no more than the address of the page, and ours tell theirs to ourselves alone."""
    site, referrer = request.headers.get("sec-fetch-site"), urlsplit(request.headers.get("referer", ""))
    from_here = site == "same-origin" if site else referrer.netloc == request.headers.get("host")
    if not from_here:
        raise NotFromHere


async def _find_signed_in(request: Request, db: AsyncConnection) -> SignedIn:
    holder = await owners.find_holder(request, db)
    account = await store.find_by_owner(db, holder.id) if holder and holder.is_account and holder.login_id else None
    if holder is None or account is None:
        raise NotSignedIn
    return SignedIn(holder, account)


def _explain(error: str, provider: Provider) -> AppError:
    """What the provider says went wrong, which anybody could write into the address: no more than its kind is used."""
    if error in REFUSALS:
        return ProviderRefuses(provider=provider.name)
    if error in AWAY:
        return ProviderAway(provider=provider.name)
    if error:
        log.warning("the OpenID provider sent a browser back with %s", openid.name_error(error))
    return ProviderError(provider=provider.name)


def _fail(request: Request, error: AppError, back: str) -> HTMLResponse:
    html = templates.render(
        "accounts/openid_failed.html",
        title=gettext(error.heading),
        sentence=str(error),
        to=back,
        **templates.describe_visitor(request),
    )
    headers = UNKEPT | ({"Retry-After": str(error.retry_after)} if error.retry_after else {})
    return HTMLResponse(html, error.status, headers=headers)
