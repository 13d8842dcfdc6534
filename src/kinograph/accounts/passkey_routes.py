"""Where browsers get what a passkey signs, and bring it back; the page's script does both. JSON both ways."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import challenges, passkeys, registration, store
from kinograph.accounts.api import need_accounts
from kinograph.accounts.browsers import name_browser
from kinograph.accounts.challenges import Purpose, make_challenge, take_challenge
from kinograph.accounts.passkey_place import Place, find_place
from kinograph.accounts.passkeys import MOST, OwnPasskey, Shown, WrongPasskey
from kinograph.accounts.registration import MARK_COOKIE
from kinograph.accounts.staying import ProvingOf, RowNumber, SignedIn, SignedInOf, is_proven
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.layout import notices
from kinograph.layout.headers import UNKEPT
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.models import Login
from kinograph.sessions.throttle import Throttle, TooMany
from kinograph.settings import Settings

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions

log = logging.getLogger(__name__)


class NoPasskeys(NotFound):
    sentence = gettext_noop("Passkeys do not work at this address: they need https, or this very computer.")


class ChallengeOver(AppError):
    status = 401
    sentence = gettext_noop("That took too long, or was begun in another window. Try again.")


class NotProven(AppError):
    status = 403
    sentence = gettext_noop("It has been more than ten minutes since you proved who you are. Reload the page.")


class TooManyPasskeysShown(TooMany):
    sentence = gettext_noop("Too many passkeys were tried. Try again in %(minutes)s min.")


OF_NETWORK = Throttle("passkey from network", most=30, refusal=TooManyPasskeysShown)
OF_BROWSER = Throttle("passkey from a browser that was signed in", most=20, refusal=TooManyPasskeysShown)
ASKED = Throttle("challenge for network", most=300, refusal=TooManyPasskeysShown)
"""Each is a row for five minutes."""


def need_place(settings: SettingsOf) -> Place:
    """Raises NoPasskeys."""
    place = find_place(settings)
    if place is None:
        raise NoPasskeys
    return place


@dataclass(frozen=True, slots=True)
class OwnPasskeys:
    """What the page of an account shows of them; nothing where there are none and could be none."""

    passkeys: Sequence[OwnPasskey]
    place: Place | None
    proposed_name: str

    @property
    def has_room(self) -> bool:
        return len(self.passkeys) < MOST

    def __bool__(self) -> bool:
        return bool(self.passkeys or self.place)


async def list_own_passkeys(request: Request, db: AsyncConnection, account: Known) -> OwnPasskeys:
    own = await passkeys.list_passkeys(db, account.id)
    return OwnPasskeys(own, find_place(request.app.state.settings), name_browser(request.headers.get("user-agent", "")))


PlaceOf = Annotated[Place, Depends(need_place)]
router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts), Depends(need_place)])
removing = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])


class Brought(BaseModel):
    """What the browser made, as JSON; what it is called; and where to go next."""

    credential: dict[str, Any]
    name: str = ""
    back: str = "/account"


@router.post("/api/login/passkey/options")
async def ask_to_sign_in(request: Request, db: Db, settings: SettingsOf, place: PlaceOf) -> Response:
    await ASKED.pass_or_refuse(db, throttle.find_sender(request.scope))
    secret, challenge = await make_challenge(db, Purpose.sign_in)
    return _ask(settings, secret, passkeys.ask_for_any(place, challenge))


@router.post("/api/login/passkey")
async def sign_in(request: Request, place: PlaceOf, brought: Brought) -> Response:
    """Signs in whoever shows a passkey; it counts as a proof. The answer says where the browser goes."""
    account, shown = await _check(request, place, brought, Purpose.sign_in)
    async with request.app.state.engine.begin() as db:
        holds = await owners.has_films(db, request.cookies.get(owners.COOKIE))
        response = _answer({"to": "/account/adopt" if holds else need_local_path(brought.back)})
        await registration.sign_in(db, request, response, account, is_proven=not shown.is_doubtful)
    return response


@router.post("/api/account/proof/options")
async def ask_for_proof(db: Db, settings: SettingsOf, place: PlaceOf, signed: SignedInOf) -> Response:
    secret, challenge = await make_challenge(db, Purpose.prove, login_id=signed.holder.login_id)
    known = await passkeys.list_ids(db, signed.account.id)
    return _ask(settings, secret, passkeys.ask_for_any(place, challenge, of=known))


@router.post("/api/account/proof")
async def prove(request: Request, place: PlaceOf, signed: ProvingOf, brought: Brought) -> Response:
    """In place of a password, before what matters is changed."""
    _, shown = await _check(request, place, brought, Purpose.prove, signed)
    if shown.is_doubtful:
        raise WrongPasskey
    async with request.app.state.engine.begin() as db:
        await db.execute(update(Login).where(Login.id == signed.holder.login_id).values(proven_at=func.now()))
    return _answer({"to": need_local_path(brought.back)})


@router.post("/api/account/passkeys/options")
async def ask_for_new(db: Db, settings: SettingsOf, place: PlaceOf, signed: SignedInOf) -> Response:
    if not is_proven(signed.holder):
        raise NotProven
    secret, challenge = await make_challenge(db, Purpose.add, login_id=signed.holder.login_id)
    return _ask(settings, secret, await passkeys.ask_for_new(db, place, signed.account, challenge))


@router.post("/api/account/passkeys")
async def add(request: Request, settings: SettingsOf, place: PlaceOf, signed: ProvingOf, brought: Brought) -> Response:
    """One more passkey for whoever is signed in."""
    if not is_proven(signed.holder):
        raise NotProven
    challenge = await _take(request, Purpose.add, signed)
    async with request.app.state.engine.begin() as db:
        await passkeys.add(db, place, signed.account, brought.credential, challenge, brought.name)
    response = _answer({"to": "/account#passkeys"})
    notices.leave_notice(response, "passkey-added", secure=settings.secure_cookies)
    return response


@removing.post("/account/passkeys/{n}/remove")
async def remove(db: Db, settings: SettingsOf, signed: SignedInOf, n: RowNumber) -> RedirectResponse:
    """It signs in no more. Raises LastWayIn where nothing else would."""
    if not is_proven(signed.holder):
        return RedirectResponse("/account/prove", status_code=303, headers=UNKEPT)
    await passkeys.remove(db, settings, signed.account, n)
    response = RedirectResponse("/account#passkeys", status_code=303, headers=UNKEPT)
    notices.leave_notice(response, "passkey-removed", secure=settings.secure_cookies)
    return response


async def _check(
    request: Request, place: Place, brought: Brought, purpose: Purpose, signed: SignedIn | None = None
) -> tuple[Known, Shown]:
    """Whose passkey it is. Raises WrongPasskey, ChallengeOver, and TooManyPasskeysShown without looking. The challenge
    is used up by then, whatever comes of it."""
    engine = request.app.state.engine
    network = throttle.find_sender(request.scope)
    async with engine.begin() as db:
        found = await passkeys.find_shown(db, brought.credential)
        account = await store.find_by_id(db, found.account_id) if found else None
        counted, sender = _find_throttle(request, account)
        await counted.pass_or_refuse(db, sender)
    challenge = await _take(request, purpose, signed)
    try:
        if found is None or account is None or (signed and account.id != signed.account.id):
            raise WrongPasskey
        shown = passkeys.check(place, found, brought.credential, challenge)
        async with engine.begin() as db:
            await passkeys.note_use(db, found, shown)
            await counted.give_back(db, sender)
    except WrongPasskey:
        log.warning("a passkey from %s was refused", network)
        raise
    if shown.is_doubtful:
        log.warning("a passkey from %s counted backward, as a copy of it would", network)
    return account, shown


def _find_throttle(request: Request, account: Known | None) -> tuple[Throttle, str]:
    """A browser that was signed in before is counted by itself, so that others of its network do not lock it out."""
    mark = request.cookies.get(MARK_COOKIE, "")
    if account and hmac.compare_digest(mark.encode(), account.browser_mark.encode()):
        return OF_BROWSER, mark
    return OF_NETWORK, throttle.find_sender(request.scope)


async def _take(request: Request, purpose: Purpose, signed: SignedIn | None) -> bytes:
    """Raises ChallengeOver."""
    async with request.app.state.engine.begin() as db:
        challenge = await take_challenge(db, request, purpose, login_id=signed.holder.login_id if signed else None)
    if challenge is None:
        raise ChallengeOver
    return challenge


def _ask(
    settings: Settings, secret: str, options: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions
) -> Response:
    from webauthn.helpers import options_to_json_dict  # loaded late, as in passkeys.py

    response = _answer(options_to_json_dict(options))
    challenges.set_cookie(response, secret, settings)
    return response


def _answer(told: object) -> Response:
    return Response(orjson.dumps(told), media_type="application/json", headers=UNKEPT)
