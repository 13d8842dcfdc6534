"""The pages on which people sign up, sign in, and find their way back in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import names, newcomers, passwords, registration, store
from kinograph.accounts.api import need_accounts, need_passwords
from kinograph.accounts.kept_preferences import keep_preferences
from kinograph.accounts.passkey_place import find_place
from kinograph.accounts.registration import MARK_COOKIE, InvitationOver
from kinograph.accounts.store import Known
from kinograph.database.requests import Db
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout import notices, templates
from kinograph.layout.headers import LEAVING, UNKEPT
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import hashing, owners, throttle
from kinograph.sessions.access import SettingsOf

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_accounts)])


class WrongCode(AppError):
    status = 401
    sentence = gettext_noop("No account has this name and recovery code.")


@router.get("/signin")
async def show_sign_in(request: Request, db: Db, settings: SettingsOf, back: str = "/account") -> Response:
    at_once = await newcomers.enter_at_once(request, db, back)
    return at_once or await _answer(request, db, settings, "signin", back=back)


@router.post("/signin", dependencies=[Depends(need_passwords)])
async def sign_in(
    request: Request,
    settings: SettingsOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/account",
) -> Response:
    """Signs in. Where the browser holds exports without an account, it is asked next whether to add them."""
    try:
        account = await passwords.check_login(
            request.app.state.engine,
            name,
            password,
            network=throttle.find_sender(request.scope),
            browser_mark=request.cookies.get(MARK_COOKIE, ""),
        )
    except AppError as error:
        async with request.app.state.engine.connect() as db:
            return await _answer(request, db, settings, "signin", name=name, back=back, error=error)
    async with request.app.state.engine.begin() as db:
        holds = await owners.has_films(db, request.cookies.get(owners.COOKIE))
        response = notices.lead_on("/account/adopt" if holds else need_local_path(back))
        await registration.sign_in(db, request, response, account)
    return response


@router.get("/signup")
async def show_sign_up(request: Request, db: Db, settings: SettingsOf, invite: str = "") -> HTMLResponse:
    await registration.check_registration(db, settings, invite)
    return await _answer(request, db, settings, "signup", invite=invite)


@router.post("/signup", dependencies=[Depends(need_passwords)])
async def sign_up(
    request: Request,
    settings: SettingsOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    invite: Annotated[str, Form()] = "",
) -> Response:
    """Makes the account with what this browser holds, and shows its recovery codes, once."""
    engine = request.app.state.engine
    try:
        account = await registration.sign_up(request, name=name, password=password, invite=invite)
    except (names.BadName, names.NameTaken, passwords.BadPassword, throttle.TooMany) as error:
        async with engine.connect() as db:
            return await _answer(request, db, settings, "signup", name=name, invite=invite, error=error)
    async with engine.begin() as db:
        return await _welcome(request, db, settings, account)


@router.get("/account/adopt")
async def ask_to_adopt(request: Request, db: Db) -> Response:
    """Whether the exports of this browser's token become the account's."""
    holder, count = await owners.find_holder(request, db), await _count_held(request, db)
    if holder is None or not holder.is_account or not count:
        return notices.lead_on("/account")
    html = templates.render("accounts/adopt.html", count=count, **templates.describe_visitor(request))
    return HTMLResponse(html, headers=UNKEPT)


@router.post("/account/adopt")
async def adopt(request: Request, db: Db, settings: SettingsOf) -> Response:
    holder = await owners.find_holder(request, db)
    held = await owners.find_owner(db, request.cookies.get(owners.COOKIE))
    response = notices.lead_on("/account")
    if holder and holder.is_account and held and held.id != holder.id:
        await store.adopt(db, owner_id=held.id, by=holder.id)
        registration.forget_token(response, settings)
        notices.leave_notice(response, "adopted", secure=settings.secure_cookies)
    return response


@router.post("/signout")
async def sign_out(request: Request, db: Db, settings: SettingsOf) -> Response:
    holder = await owners.find_holder(request, db)
    if holder and holder.is_account:
        await keep_preferences(db, request, holder.id)
    await store.end_login(db, request.cookies.get(owners.LOGIN_COOKIE))
    response = RedirectResponse("/", status_code=303, headers=LEAVING)
    owners.delete_login_cookie(response, settings)
    notices.leave_notice(response, "signed-out", secure=settings.secure_cookies)
    return response


@router.get("/recover", dependencies=[Depends(need_passwords)])
async def show_recovery(request: Request, db: Db, settings: SettingsOf) -> HTMLResponse:
    return await _answer(request, db, settings, "recover")


@router.post("/recover", dependencies=[Depends(need_passwords)])
async def recover(
    request: Request,
    settings: SettingsOf,
    name: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """A new password by a recovery code, which is used up. All other logins end."""
    try:
        async with request.app.state.engine.begin() as counting:
            await passwords.OF_NETWORK.pass_or_refuse(counting, throttle.find_sender(request.scope))
        hashed = await passwords.hash_new(password)
        async with request.app.state.engine.begin() as db:
            account = await store.find_by_name(db, name)
            if account is None or not await store.use_code(db, account.id, code):
                passwords.log.warning("a recovery code from %s was refused", throttle.find_sender(request.scope))
                raise WrongCode
            await store.set_password(db, account, hashed, keep_login=None)
            return await _enter(request, db, settings, account)
    except AppError as error:
        async with request.app.state.engine.connect() as db:
            return await _answer(request, db, settings, "recover", name=name, error=error)


@router.get("/reset/{token}", dependencies=[Depends(need_passwords)])
async def show_reset(request: Request, db: Db, settings: SettingsOf, token: str) -> HTMLResponse:
    await _need_reset(db, token)
    return await _answer(request, db, settings, "reset", token=token)


async def _need_reset(db: AsyncConnection, token: str) -> None:
    """Raises InvitationOver unless it is the link's that sets a new password."""
    invited = await store.find_invitation(db, token)
    if invited is None or invited.account_id is None:
        raise InvitationOver


@router.post("/reset/{token}", dependencies=[Depends(need_passwords)])
async def reset(request: Request, settings: SettingsOf, token: str, password: Annotated[str, Form()] = "") -> Response:
    """A new password by the link that an administrator made; no code is used up."""
    engine = request.app.state.engine
    async with engine.connect() as db:
        await _need_reset(db, token)
    try:
        hashed = await passwords.hash_new(password)
    except AppError as error:
        async with engine.connect() as db:
            return await _answer(request, db, settings, "reset", token=token, error=error)
    async with engine.begin() as db:
        invited = await store.use_invitation(db, token)
        account = await store.find_by_id(db, invited.account_id) if invited and invited.account_id else None
        if account is None:
            raise InvitationOver
        await store.set_password(db, account, hashed, keep_login=None)
        return await _enter(request, db, settings, account)


async def _enter(request: Request, db: Db, settings: SettingsOf, account: Known) -> Response:
    response = notices.lead_on("/account")
    changed = await store.find_by_id(db, account.id)
    await registration.sign_in(db, request, response, changed or account)
    notices.leave_notice(response, "password-set", secure=settings.secure_cookies)
    return response


async def _welcome(request: Request, db: Db, settings: SettingsOf, account: Known) -> Response:
    codes = await store.make_codes(db, account.id)
    html = templates.render(
        "accounts/codes.html", codes=codes, name=account.name, is_new=True, **templates.describe_visitor(request)
    )
    response = HTMLResponse(html, headers=UNKEPT)
    await registration.sign_in(db, request, response, account)
    registration.forget_token(response, settings)
    return response


async def _count_held(request: Request, db: Db) -> int:
    held = await owners.find_owner(db, request.cookies.get(owners.COOKIE))
    return await owners.count_sessions(db, held.id) if held else 0


async def _count_all_held(request: Request, db: AsyncConnection) -> int:
    """What comes along where somebody signs up."""
    return sum([await owners.count_sessions(db, each.id) for each in await registration.find_held(request, db)])


async def _answer(
    request: Request,
    db: Db,
    settings: SettingsOf,
    form: str,
    *,
    name: str = "",
    invite: str = "",
    token: str = "",
    back: str = "",
    error: AppError | None = None,
) -> HTMLResponse:
    html = templates.render(
        "accounts/sign_in.html",
        form=form,
        name=name,
        invite=invite,
        token=token,
        to=need_local_path(back) if back else "",
        error=str(error) if error else "",
        held=await _count_all_held(request, db) if form == "signup" else 0,
        may_sign_up=settings.registration == "open" or await registration.is_first(db, settings),
        ways=newcomers.list_ways(request),
        by_password=settings.password_login,
        least=passwords.SHORTEST,
        most=hashing.LONGEST,
        place=find_place(settings),
        **templates.describe_visitor(request),
    )
    headers = dict(UNKEPT)
    if error and error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    return HTMLResponse(html, error.status if error else 200, headers=headers)
