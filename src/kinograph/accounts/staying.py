"""What whoever is signed in does with the account: its logins, its password, its recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import identities, passwords, store
from kinograph.accounts.api import NotSignedIn, need_accounts, need_passwords
from kinograph.accounts.browsers import name_browser
from kinograph.accounts.passkey_place import find_place
from kinograph.accounts.registration import MARK_COOKIE
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.layout import notices, templates
from kinograph.layout.headers import UNKEPT
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.models import Login
from kinograph.sessions.owners import Holder

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])

PROVEN_FOR = timedelta(minutes=10)
"""How long after typing the password somebody may change how one signs in."""


RowNumber = Annotated[int, Path(ge=0, lt=1 << 63)]
"""Of a row; of larger ones the database knows none."""


class SignedIn(NamedTuple):
    holder: Holder
    account: Known


async def _find_signed_in(request: Request, db: Db) -> SignedIn:
    holder = await owners.find_holder(request, db)
    account = await store.find_by_owner(db, holder.id) if holder and holder.is_account else None
    if holder is None or account is None:
        raise NotSignedIn
    return SignedIn(holder, account)


async def _find_without_holding(request: Request) -> SignedIn:
    async with request.app.state.engine.connect() as db:
        return await _find_signed_in(request, db)


SignedInOf = Annotated[SignedIn, Depends(_find_signed_in)]
ProvingOf = Annotated[SignedIn, Depends(_find_without_holding)]
"""Whoever is signed in, where a password is looked at: no connection is held meanwhile."""


def is_proven(holder: Holder) -> bool:
    """Whether the password was typed within the last ten minutes."""
    return holder.proven_at is not None and datetime.now(UTC) - holder.proven_at < PROVEN_FOR


@dataclass(frozen=True, slots=True)
class OwnLogin:
    """A browser that is signed in."""

    id: int
    browser: str
    network: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


async def list_logins(db: AsyncConnection, holder: Holder) -> Sequence[OwnLogin]:
    """This browser's first, then those used last."""
    rows = await db.execute(
        select(Login.id, Login.browser, Login.network, Login.created_at, Login.seen_at)
        .where(Login.owner_id == holder.id)
        .order_by((Login.id == holder.login_id).desc(), Login.seen_at.desc())
    )
    return [
        OwnLogin(row.id, name_browser(row.browser), row.network, row.created_at, row.seen_at, row.id == holder.login_id)
        for row in rows
    ]


@router.get("/account/prove")
async def ask_for_proof(request: Request, signed: ProvingOf, back: str = "/account") -> HTMLResponse:
    return await _ask(request, signed, back)


@router.post("/account/prove", dependencies=[Depends(need_passwords)])
async def prove(
    request: Request,
    signed: ProvingOf,
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/account",
) -> Response:
    """The password once more, before what matters is changed."""
    try:
        await check_password(request, signed, password)
    except AppError as error:
        return await _ask(request, signed, back, error)
    return notices.lead_on(need_local_path(back))


@router.post("/account/password", dependencies=[Depends(need_passwords)])
async def change_password(
    request: Request, settings: SettingsOf, signed: ProvingOf, password: Annotated[str, Form()] = ""
) -> Response:
    """A new password; all other logins end."""
    if not is_proven(signed.holder):
        return notices.lead_on("/account/prove")
    hashed = await passwords.hash_new(password)
    async with request.app.state.engine.begin() as db:
        await store.set_password(db, signed.account, hashed, keep_login=signed.holder.login_id)
    return notices.lead_on("/account#signed-in", "password-set", secure=settings.secure_cookies)


@router.post("/account/codes", dependencies=[Depends(need_passwords)])
async def make_codes(request: Request, db: Db, signed: SignedInOf) -> Response:
    """Ten new recovery codes, shown once; the old ones work no more."""
    if not is_proven(signed.holder):
        return notices.lead_on("/account/prove")
    codes = await store.make_codes(db, signed.account.id)
    html = templates.render(
        "accounts/codes.html",
        codes=codes,
        name=signed.account.name,
        is_new=False,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=UNKEPT)


@router.post("/account/logins/{n}/end")
async def end_login(db: Db, settings: SettingsOf, signed: SignedInOf, n: RowNumber) -> Response:
    await db.execute(delete(Login).where(Login.id == n, Login.owner_id == signed.holder.id))
    return notices.lead_on("/account#signed-in", "login-ended", secure=settings.secure_cookies)


@router.post("/account/logins/end")
async def end_other_logins(db: Db, settings: SettingsOf, signed: SignedInOf) -> Response:
    """Signs out everywhere but here."""
    await store.end_logins(db, signed.holder.id, but=signed.holder.login_id)
    return notices.lead_on("/account#signed-in", "logins-ended", secure=settings.secure_cookies)


async def check_password(request: Request, signed: SignedIn, password: str) -> None:
    """Proves whoever is signed in. Raises WrongLogin or TooManyLogins."""
    engine = request.app.state.engine
    await passwords.check_login(
        engine,
        signed.account.name,
        password,
        network=throttle.find_sender(request.scope),
        browser_mark=request.cookies.get(MARK_COOKIE, ""),
    )
    async with engine.begin() as db:
        await db.execute(update(Login).where(Login.id == signed.holder.login_id).values(proven_at=func.now()))


async def _ask(request: Request, signed: SignedIn, back: str, error: AppError | None = None) -> HTMLResponse:
    async with request.app.state.engine.connect() as db:
        proofs = await identities.list_proofs(db, request.app.state.settings, signed.account)
        has_passkeys = await store.has_passkeys(db, signed.account.id)
    html = templates.render(
        "accounts/prove.html",
        name=signed.account.name,
        proofs=proofs,
        provider=request.app.state.settings.oidc_name,
        place=find_place(request.app.state.settings) if has_passkeys else None,
        to=need_local_path(back),
        error=str(error) if error else "",
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, error.status if error else 200, headers=UNKEPT)
