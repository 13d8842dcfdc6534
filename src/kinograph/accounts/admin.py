"""The pages of those who administer: accounts, invitations, quotas. None of them says what is in an export."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kinograph.accounts import administering, leaving, names, registration, store
from kinograph.accounts.administering import Member
from kinograph.accounts.api import need_accounts
from kinograph.accounts.staying import RowNumber, SignedIn, is_proven
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout import notices, templates
from kinograph.layout.headers import UNKEPT
from kinograph.sessions import owners
from kinograph.sessions.access import SettingsOf

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])

LARGEST_QUOTA = 1_000_000


class NotAdmin(AppError):
    status = 403
    heading = gettext_noop("For administrators.")
    sentence = gettext_noop("Only administrators see this page, once signed in.")


class NeedsProof(AppError):
    """Whoever comes is led to the page on which one types the password again."""

    status = 403
    sentence = gettext_noop("Type your password once more first.")


class BadQuota(AppError):
    status = 422
    sentence = gettext_noop("A quota is a whole number from 0 to %(most)s, or empty.")


class NameDiffers(AppError):
    status = 422
    heading = gettext_noop("Not deleted.")
    sentence = gettext_noop("Type the name of the account exactly as it is shown.")


async def lead_to_proof(request: Request, _: Exception) -> RedirectResponse:
    path = request.url.path
    back = "/".join(path.split("/")[:4]) if path.startswith("/admin/accounts/") else "/admin"
    return RedirectResponse(f"/account/prove?{urlencode({'back': back})}", status_code=303, headers=UNKEPT)


async def _find_admin(request: Request, db: Db) -> SignedIn:
    holder = await owners.find_holder(request, db)
    account = await store.find_by_owner(db, holder.id) if holder and holder.is_account else None
    if holder is None or holder.login_id is None or account is None or not account.is_admin:
        raise NotAdmin
    return SignedIn(holder, account)


AdminOf = Annotated[SignedIn, Depends(_find_admin)]


async def _need_proof(admin: AdminOf) -> SignedIn:
    if not is_proven(admin.holder):
        raise NeedsProof
    return admin


ProvenOf = Annotated[SignedIn, Depends(_need_proof)]
"""An administrator who proved themselves within the last ten minutes."""


async def _find_member(n: RowNumber, db: Db, _: AdminOf) -> Member:
    return await administering.find_member(db, n)


MemberOf = Annotated[Member, Depends(_find_member)]


@router.get("/admin")
async def show(request: Request, db: Db, settings: SettingsOf, admin: AdminOf) -> HTMLResponse:
    return await _answer(request, db, settings, admin)


@router.post("/admin/invitations")
async def invite(
    request: Request,
    db: Db,
    settings: SettingsOf,
    admin: ProvenOf,
    note: Annotated[str, Form()] = "",
    may: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """A link with which somebody signs up, shown once."""
    secret = await administering.invite(db, made_by=admin.account.id, note=note, is_admin=may == "admin")
    return await _answer(request, db, settings, admin, link=registration.write_link(settings, secret))


@router.get("/admin/invitations")
async def lead_to_invitations(admin: AdminOf) -> RedirectResponse:
    """Whoever reloads the page of a new link does not see it again."""
    return RedirectResponse("/admin#invitations", status_code=303)


@router.post("/admin/invitations/revoke")
async def revoke_invitation(
    db: Db, settings: SettingsOf, admin: ProvenOf, invitation: Annotated[str, Form()] = ""
) -> Response:
    await administering.revoke_invitation(db, invitation)
    return notices.lead_on("/admin#invitations", "invitation-revoked", secure=settings.secure_cookies)


@router.get("/admin/accounts/{n}")
async def show_member(request: Request, db: Db, settings: SettingsOf, admin: AdminOf, member: MemberOf) -> HTMLResponse:
    html = templates.render(
        "accounts/member.html",
        member=member,
        is_self=member.id == admin.account.id,
        is_last=member.is_admin and not await store.has_other_admin(db, member.id),
        settings=settings,
        is_proven=is_proven(admin.holder),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=UNKEPT)


@router.post("/admin/accounts/{n}/quotas")
async def set_quotas(
    db: Db,
    settings: SettingsOf,
    admin: ProvenOf,
    member: MemberOf,
    exports: Annotated[str, Form()] = "",
    mb: Annotated[str, Form()] = "",
) -> Response:
    """Raises BadQuota. What an account holds stays, also beyond its quota; it can only store no more."""
    await administering.set_quotas(db, member, _read_quota(exports), _read_quota(mb))
    return notices.lead_on(f"/admin/accounts/{member.id}", "saved-here", secure=settings.secure_cookies)


@router.post("/admin/accounts/{n}/logins/end")
async def end_logins(db: Db, settings: SettingsOf, admin: ProvenOf, member: MemberOf) -> Response:
    """Signs the account out everywhere; an administrator's own stays in this browser."""
    is_self = member.id == admin.account.id
    await store.end_logins(db, member.owner_id, but=admin.holder.login_id if is_self else None)
    return notices.lead_on(f"/admin/accounts/{member.id}", "member-signed-out", secure=settings.secure_cookies)


@router.post("/admin/accounts/{n}/admin")
async def set_admin(
    db: Db, settings: SettingsOf, admin: ProvenOf, member: MemberOf, may: Annotated[str, Form()] = ""
) -> Response:
    """Raises LastAdmin."""
    account = await store.find_by_id(db, member.id)
    if may != "admin" and account:
        await leaving.need_other_admin(db, account)
    await administering.set_admin(db, member, is_admin=may == "admin")
    is_out = member.id == admin.account.id and may != "admin"
    back = "/account" if is_out else f"/admin/accounts/{member.id}"
    return notices.lead_on(back, "saved-here", secure=settings.secure_cookies)


@router.post("/admin/accounts/{n}/delete")
async def delete_member(
    db: Db, settings: SettingsOf, admin: ProvenOf, member: MemberOf, name: Annotated[str, Form()] = ""
) -> Response:
    """At once, so that signing in does not bring it back. Raises NameDiffers and LastAdmin."""
    if names.fold(name) != names.fold(member.name):
        raise NameDiffers
    account = await store.find_by_id(db, member.id)
    if account:
        await leaving.need_other_admin(db, account)
    await leaving.end_account(db, member.owner_id)
    return notices.lead_on("/admin", "member-deleted", secure=settings.secure_cookies)


def _read_quota(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    digits = text.lstrip("0")[:9] or "0"
    if not (text.isascii() and text.isdecimal()) or int(digits) > LARGEST_QUOTA:
        raise BadQuota(most=f"{LARGEST_QUOTA:,}")
    return int(digits)


async def _answer(request: Request, db: Db, settings: SettingsOf, admin: SignedIn, *, link: str = "") -> HTMLResponse:
    begins = request.query_params.get("q", "")[: names.LONGEST]
    sums = await administering.sum_up(db, begins=begins)
    pages = max(1, -(-sums.found // administering.AT_ONCE))
    page = min(templates.read_page_number(request.query_params.get("page", "")), pages)
    html = templates.render(
        "accounts/admin.html",
        members=await administering.list_members(db, begins=begins, page=page),
        sums=sums,
        q=begins,
        page=page,
        pages=pages,
        before=_link_page(begins, page - 1),
        after=_link_page(begins, page + 1),
        invitations=await administering.list_invitations(db),
        link=link,
        settings=settings,
        is_proven=is_proven(admin.holder),
        longest_note=administering.LONGEST_NOTE,
        **templates.describe_visitor(request) | ({"back": "/admin"} if link else {}),
    )
    return HTMLResponse(html, headers=UNKEPT)


def _link_page(begins: str, page: int) -> str:
    return f"/admin?{urlencode(({'q': begins} if begins else {}) | {'page': page})}"
