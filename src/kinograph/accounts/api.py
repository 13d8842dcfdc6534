"""Accounts for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from kinograph.accounts import ledger, passwords, registration, store
from kinograph.accounts.registration import MARK_COOKIE, NoAccounts
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.layout.headers import LEAVING
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import SettingsOf


def need_accounts(settings: SettingsOf) -> None:
    """Raises NoAccounts where there are none."""
    if not settings.accounts:
        raise NoAccounts


def need_passwords(settings: SettingsOf) -> None:
    """Raises NoPasswords where nobody signs in with one."""
    if not settings.password_login:
        raise NoPasswords


router = APIRouter(tags=["accounts"], dependencies=[Depends(need_accounts)])


class NotSignedIn(AppError):
    status = 401
    sentence = gettext_noop("You are not signed in.")


class NoPasswords(NotFound):
    sentence = gettext_noop("Nobody signs in with a password here.")


class Credentials(BaseModel):
    name: str
    password: str


class NewAccount(Credentials):
    invite: str = Field(default="", description="The last part of an invitation's link, where signing up needs one.")


class OwnSession(BaseModel):
    id: UUID
    made_at: datetime | None = Field(description="When Letterboxd made the export; null: nobody knows.")
    films: int
    viewings: int


class AccountTold(BaseModel):
    name: str
    admin: bool
    sessions: list[OwnSession]


async def _find_account(request: Request, db: Db) -> Known:
    holder = await owners.find_holder(request, db)
    account = await store.find_by_owner(db, holder.id) if holder and holder.is_account else None
    if account is None:
        raise NotSignedIn
    return account


AccountOf = Annotated[Known, Depends(_find_account)]
"""The account of whoever is signed in."""


@router.post("/api/account", status_code=201, dependencies=[Depends(need_passwords)])
async def create(request: Request, response: Response, settings: SettingsOf, new: NewAccount) -> AccountTold:
    """Signs up, and in. What the browser's token holds becomes the account's; the token opens nothing any more."""
    account = await registration.sign_up(request, name=new.name, password=new.password, invite=new.invite)
    registration.forget_token(response, settings)
    async with request.app.state.engine.begin() as db:
        await registration.sign_in(db, request, response, account)
        return await _tell(db, account)


@router.post("/api/login", status_code=204, dependencies=[Depends(need_passwords)])
async def log_in(request: Request, response: Response, given: Credentials) -> None:
    """The cookie of a new login. What the browser's token holds stays with the token."""
    # No connection is held meanwhile: counting needs one, and the hash has to wait for its turn.
    account = await passwords.check_login(
        request.app.state.engine,
        given.name,
        given.password,
        network=throttle.find_sender(request.scope),
        browser_mark=request.cookies.get(MARK_COOKIE, ""),
    )
    async with request.app.state.engine.begin() as db:
        await registration.sign_in(db, request, response, account)


@router.post("/api/logout", status_code=204)
async def log_out(request: Request, response: Response, db: Db, settings: SettingsOf) -> None:
    """Ends this login."""
    await store.end_login(db, request.cookies.get(owners.LOGIN_COOKIE))
    owners.delete_login_cookie(response, settings)
    response.headers.update(LEAVING)


@router.get("/api/account")
async def show(db: Db, account: AccountOf) -> AccountTold:
    return await _tell(db, account)


async def _tell(db: Db, account: Known) -> AccountTold:
    exports = await ledger.list_exports(db, account.owner_id)
    return AccountTold(
        name=account.name,
        admin=account.is_admin,
        sessions=[
            OwnSession(id=each.id, made_at=each.made_at, films=each.films, viewings=each.viewings) for each in exports
        ],
    )
