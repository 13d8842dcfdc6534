"""Deleting one's account, and everything of it to take along."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from kinograph.accounts import leaving, ledger
from kinograph.accounts.api import need_accounts
from kinograph.accounts.staying import ProvingOf, SignedInOf, check_password, is_proven
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout import notices, templates
from kinograph.layout.headers import LEAVING, UNKEPT
from kinograph.sessions import owners
from kinograph.sessions.access import SettingsOf

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])
api = APIRouter(tags=["accounts"], dependencies=[Depends(need_accounts)])


class NotProven(AppError):
    status = 403
    sentence = gettext_noop("Send your password along, or sign in again: this needs a login of the last ten minutes.")


class Proof(BaseModel):
    password: str = Field(default="", description="Not needed within ten minutes of signing in.")


@router.get("/account/delete")
async def ask_before_deleting(request: Request, db: Db, settings: SettingsOf, signed: SignedInOf) -> Response:
    """Names what would go, and offers all of it first."""
    if not is_proven(signed.holder):
        return _prove()
    html = templates.render(
        "accounts/delete_account.html",
        name=signed.account.name,
        exports=await owners.count_sessions(db, signed.account.owner_id),
        links=await ledger.count_links(db, signed.account.owner_id),
        days=settings.deletion_days,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=UNKEPT)


@router.post("/account/delete")
async def delete_account(db: Db, settings: SettingsOf, signed: SignedInOf) -> Response:
    """Signs out everywhere; all of it goes after some days, or at once."""
    if not is_proven(signed.holder):
        return _prove()
    await leaving.leave(db, signed.account, days=settings.deletion_days)
    response = RedirectResponse("/", status_code=303, headers=LEAVING)
    owners.delete_login_cookie(response, settings)
    days = settings.deletion_days
    notice = "account-leaves" if days else "account-deleted"
    notices.leave_notice(response, notice, n=days or None, secure=settings.secure_cookies)
    return response


@api.delete("/api/account", status_code=204)
async def delete_by_api(
    request: Request, settings: SettingsOf, signed: ProvingOf, proof: Proof | None = None
) -> Response:
    """Deletes the account of whoever is signed in by the cookie, with all it has. It needs the password, or a login of
    the last ten minutes; never a key. Until KINOGRAPH_DELETION_DAYS are over, signing in keeps it."""
    if proof and proof.password and settings.password_login:
        await check_password(request, signed, proof.password)
    elif not is_proven(signed.holder):
        raise NotProven
    async with request.app.state.engine.begin() as db:
        await leaving.leave(db, signed.account, days=settings.deletion_days)
    response = Response(status_code=204, headers=LEAVING)
    owners.delete_login_cookie(response, settings)
    return response


def _prove() -> RedirectResponse:
    return RedirectResponse("/account/prove?back=/account/delete", status_code=303, headers=UNKEPT)
