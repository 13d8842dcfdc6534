"""Other ways in, of whoever is signed in: linked and unlinked within ten minutes of a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import header, identities
from kinograph.accounts.api import need_accounts
from kinograph.accounts.identities import HEADER, Linked
from kinograph.accounts.newcomers import NobodyNamed
from kinograph.accounts.staying import RowNumber, SignedInOf, is_proven
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout import notices
from kinograph.layout.preferences import need_local_path
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.models import Login

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])


class NotLinked(AppError):
    status = 403
    sentence = gettext_noop("“%(name)s” does not sign in to this account, so this proves nothing.")


@dataclass(frozen=True, slots=True)
class OwnWays:
    """What else signs in to an account, and what may be linked: whom the proxy names, whom the provider knows."""

    linked: Sequence[Linked]
    proxied: str | None
    provider: str

    def __bool__(self) -> bool:
        return bool(self.linked or self.proxied or self.provider)


async def list_own_ways(request: Request, db: AsyncConnection, account: Known) -> OwnWays:
    linked = await identities.list_linked(db, account.id)
    issuers = {each.issuer for each in linked}
    named, settings = header.find_identity(request), request.app.state.settings
    return OwnWays(
        linked,
        named.name if named and HEADER not in issuers else None,
        settings.oidc_name if settings.oidc_issuer not in issuers else "",
    )


@router.post("/account/prove/header")
async def prove_by_header(
    request: Request, db: Db, settings: SettingsOf, signed: SignedInOf, back: Annotated[str, Form()] = "/account"
) -> RedirectResponse:
    """The proxy's word, of whoever has no password. A proxy may ask for more at this address than elsewhere."""
    proofs = await identities.list_proofs(db, settings, signed.account)
    identity = header.find_identity(request)
    if identity is None or not proofs.header:
        raise NobodyNamed
    account = await identities.find_account(db, identity)
    if account is None or account.id != signed.account.id:
        raise NotLinked(name=identity.name)
    await db.execute(update(Login).where(Login.id == signed.holder.login_id).values(proven_at=func.now()))
    return RedirectResponse(need_local_path(back), status_code=303, headers={"Cache-Control": "no-store"})


@router.post("/account/identities/header")
async def link_header(request: Request, db: Db, settings: SettingsOf, signed: SignedInOf) -> RedirectResponse:
    """From now on whom the proxy names signs in to this account."""
    if not is_proven(signed.holder):
        return notices.lead_on("/account/prove?back=/account")
    identity = header.find_identity(request)
    if identity is None:
        raise NobodyNamed
    await identities.link(db, signed.account, identity)
    return notices.lead_on("/account#ways-in", "way-linked", secure=settings.secure_cookies)


@router.post("/account/identities/{n}/unlink")
async def unlink(db: Db, settings: SettingsOf, signed: SignedInOf, n: RowNumber) -> RedirectResponse:
    if not is_proven(signed.holder):
        return notices.lead_on("/account/prove?back=/account")
    await identities.unlink(db, settings, signed.holder, signed.account, n)
    return notices.lead_on("/account#ways-in", "way-unlinked", secure=settings.secure_cookies)
