"""How people may sign in beside, or in place of, a password: by a header of a proxy, or at an OpenID provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kinograph.i18n import gettext, gettext_noop
from kinograph.settings import parsers
from kinograph.settings.trusted_proxies import TrustedProxies

SETTINGS: Mapping[str, str] = {
    "KINOGRAPH_PASSWORD_LOGIN": gettext_noop("Whether people may sign up and in with a password: on or off."),
    "KINOGRAPH_LOGIN_HEADER": gettext_noop("The header in which a trusted proxy says who has signed in there."),
    "KINOGRAPH_LOGIN_CREATES": gettext_noop(
        "Whether whoever the proxy lets in gets an account without an invitation: on or off."
    ),
}

OURS = re.compile(r"(x-forwarded-.*|host|cookie|authorization|origin|referer|user-agent|content-.*|accept.*|sec-.*)")
"""Headers that mean something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """A part of the settings."""

    password_login: bool = True
    login_header: str | None = None
    """In small letters."""
    login_creates: bool = False


def parse_header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", text):
        raise ValueError(gettext("a header such as Remote-User is expected, not “%(given)s”.", given=text))
    if OURS.fullmatch(text.lower()):
        raise ValueError(gettext("“%(given)s” has another meaning; Remote-User is the usual one.", given=text))
    return text.lower()


PARSERS: Mapping[str, Callable[[str], object]] = {
    "KINOGRAPH_PASSWORD_LOGIN": parsers.parse_switch,
    "KINOGRAPH_LOGIN_HEADER": parse_header,
    "KINOGRAPH_LOGIN_CREATES": parsers.parse_switch,
}


def check(parsed: Mapping[str, Any]) -> str | None:
    """What is wrong with the settings together, in a sentence; None where they fit."""
    proxies: TrustedProxies | None = parsed.get("trusted_proxies")
    by_header = "login_header" in parsed
    if by_header and (proxies is None or not (proxies.networks or proxies.unix)):
        return gettext(
            "KINOGRAPH_LOGIN_HEADER: set KINOGRAPH_TRUSTED_PROXIES to the proxy that sends it; from anybody else it is "
            "not believed."
        )
    if by_header and not parsed.get("accounts"):
        return gettext("KINOGRAPH_LOGIN_HEADER: it signs in to accounts, so it needs KINOGRAPH_ACCOUNTS=on.")
    if parsed.get("password_login") is False and not by_header:
        return gettext("KINOGRAPH_PASSWORD_LOGIN: off leaves no way to sign in. Set KINOGRAPH_LOGIN_HEADER first.")
    if parsed.get("login_creates") and not by_header:
        return gettext("KINOGRAPH_LOGIN_CREATES: it goes with KINOGRAPH_LOGIN_HEADER.")
    return None
