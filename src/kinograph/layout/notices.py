"""What a person did, confirmed once on the page that follows: a form answers with a redirect, and a cookie says which
of the sentences here that page begins with. An address could not say it: anybody could write such an address."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinograph.i18n import gettext, gettext_noop, ngettext

COOKIE = "notice"
SECONDS = 60  # a page that has not come by then never will
MOST = 1_000_000

SENTENCES = {
    "deleted": gettext_noop("Deleted: the films, ratings, diary and lists of that upload are gone from this server."),
    "saved": gettext_noop("Saved. This applies to every page from now on."),
    "share-made": gettext_noop("The link is ready: copy it below."),
    "share-changed": gettext_noop("Saved. The link shows this from now on."),
    "share-revoked": gettext_noop("Revoked. Nobody can open that link anymore."),
    "share-opened": gettext_noop("The link is open again."),
    "session-closed": gettext_noop("Closed. Others can see your films only through your links."),
    "session-open": gettext_noop("Open: whoever has this address sees your films."),
    "list-brought": gettext_noop("Here is your list. Films that are new here are looked up now."),
    "list-deleted": gettext_noop("Deleted. The films of your export stay as they are."),
    "view-saved": gettext_noop("Saved. The view stands above your pages from now on."),
    "view-deleted": gettext_noop("Deleted. Your films and links stay as they are."),
    "export-named": gettext_noop("Saved."),
    "key-revoked": gettext_noop("Revoked. Programs that have that key are refused from now on."),
    "adopted": gettext_noop("Added: the exports of this browser now belong to your account."),
    "signed-out": gettext_noop("You are signed out."),
    "password-set": gettext_noop("Your password is changed. All other browsers are signed out."),
    "login-ended": gettext_noop("That browser is signed out."),
    "logins-ended": gettext_noop("All other browsers are signed out."),
    "account-deleted": gettext_noop("Your account and everything in it are deleted."),
    "saved-here": gettext_noop("Saved."),
    "invitation-revoked": gettext_noop("Revoked. Nobody can sign up with that link anymore."),
    "member-signed-out": gettext_noop("That account is signed out everywhere."),
    "member-deleted": gettext_noop("The account is deleted with everything in it."),
    "account-kept": gettext_noop("You are back: your account and everything in it stay."),
    "way-linked": gettext_noop("Linked: you can sign in that way from now on."),
    "way-unlinked": gettext_noop("Unlinked: nobody signs in that way anymore."),
    "passkey-added": gettext_noop("Added. From now on that passkey signs you in."),
    "passkey-removed": gettext_noop("Removed. That passkey signs nobody in anymore. Delete it from your device, too."),
    "linked": gettext_noop("You can now manage these films in this browser, too."),
}


def leave_notice(response: Response, notice: str, *, n: int | None = None, secure: bool = False) -> None:
    """Has the next page say a sentence of SENTENCES, or with `n` that so many films are asked for again."""
    value = notice if n is None else f"{notice}.{n}"
    response.set_cookie(COOKIE, value, max_age=SECONDS, httponly=True, samesite="lax", secure=secure)


def lead_on(address: str, notice: str = "", *, secure: bool = False) -> RedirectResponse:
    """To the page that follows a form, which says that sentence, if there is one. Nobody keeps the answer."""
    response = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    if notice:
        leave_notice(response, notice, secure=secure)
    return response


def read_notice(request: Request) -> str:
    """The sentence that was left for this page; empty where there is none, or one that is not ours."""
    name, _, number = request.cookies.get(COOKIE, "").partition(".")
    if name == "retried" and number.isascii() and number.isdecimal() and int(number[:9]) <= MOST:
        n = int(number[:9])
        said = ngettext("%(n)s film is being looked up again.", "%(n)s films are being looked up again.", n)
        return said if n else gettext("No film of this upload has failed, so there is nothing to look up again.")
    if name == "account-leaves" and number.isascii() and number.isdecimal():
        n = int(number[:9])
        return ngettext(
            "Your account is closed. Everything in it is deleted in %(n)s day; if you sign in before then, it stays.",
            "Your account is closed. Everything in it is deleted in %(n)s days; if you sign in before then, it stays.",
            n,
        )
    return gettext(SENTENCES[name]) if name in SENTENCES else ""


class NoticeMiddleware:
    """Forgets a notice once a page has said it. That page is kept nowhere, or it would say so again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or COOKIE not in Request(scope).cookies:
            await self._app(scope, receive, send)
            return

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Cache-Control"] = "private, no-store"
                    del headers["ETag"]
                    gone = Response()
                    gone.delete_cookie(COOKIE, httponly=True, samesite="lax")
                    headers.append("Set-Cookie", gone.headers["set-cookie"])
            await send(message)

        await self._app(scope, receive, said)
