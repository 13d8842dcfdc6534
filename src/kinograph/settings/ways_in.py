"""How people may sign in beside, or in place of, a password: by a header of a proxy, or at an OpenID provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kinograph.i18n import gettext, gettext_noop
from kinograph.settings import parsers
from kinograph.settings.trusted_proxies import TrustedProxies

SETTINGS: Mapping[str, str] = {
    "KINOGRAPH_PASSWORD_LOGIN": gettext_noop("Whether people may sign up and in with a password: on or off."),
    "KINOGRAPH_LOGIN_HEADER": gettext_noop("The header in which a trusted proxy says who has signed in there."),
    "KINOGRAPH_LOGIN_CREATES": gettext_noop(
        "Whether whoever the proxy or the provider lets in gets an account without an invitation: on or off."
    ),
    "KINOGRAPH_OIDC_ISSUER": gettext_noop("The address of an OpenID provider at which people sign in."),
    "KINOGRAPH_OIDC_CLIENT_ID": gettext_noop("What Kinograph is called there."),
    "KINOGRAPH_OIDC_CLIENT_SECRET": gettext_noop("The secret with which it proves itself there."),
    "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": gettext_noop("A file that holds that secret, instead of the secret itself."),
    "KINOGRAPH_OIDC_LABEL": gettext_noop("What the provider is called on the button; unset, its host."),
    "KINOGRAPH_OIDC_SCOPES": gettext_noop("What Kinograph asks the provider about people."),
}

OURS = re.compile(r"(x-forwarded-.*|host|cookie|authorization|origin|referer|user-agent|content-.*|accept.*|sec-.*)")
"""Headers that mean something else."""

LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """A part of the settings."""

    password_login: bool = True
    login_header: str | None = None
    """In small letters."""
    login_creates: bool = False
    oidc_issuer: str | None = None
    """As the provider itself writes it, with or without a slash at the end."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    """Also where a file holds it."""
    oidc_client_secret_file: Path | None = field(default=None, repr=False)
    oidc_label: str | None = None
    oidc_scopes: str = "openid profile"

    @property
    def oidc_name(self) -> str:
        """What people call the provider; empty where there is none."""
        return self.oidc_label or (urlsplit(self.oidc_issuer).hostname or "" if self.oidc_issuer else "")


def parse_header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", text):
        raise ValueError(gettext("a header such as Remote-User is expected, not “%(given)s”.", given=text))
    if OURS.fullmatch(text.lower()):
        raise ValueError(gettext("“%(given)s” has another meaning; Remote-User is the usual one.", given=text))
    return text.lower()


def parse_issuer(text: str) -> str:
    """Over plain http anybody on the way could sign in as anybody: only this machine may be asked so."""
    parts = parsers.split_address(text)
    if parts is None or not is_safe(text):
        raise ValueError(gettext("an address such as https://id.example is expected, not “%(given)s”.", given=text))
    return text


def is_safe(address: str) -> bool:
    """Whether nobody between here and there can change what is said."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    is_here = host == "localhost" or host.startswith("127.") or host == "::1"
    return parts.scheme == "https" or (parts.scheme == "http" and is_here)


def parse_label(text: str) -> str:
    if not text.isprintable() or len(text) > LONGEST_LABEL:
        raise ValueError(gettext("up to %(most)s characters are expected.", most=LONGEST_LABEL))
    return text


def parse_scopes(text: str) -> str:
    scopes = text.split()
    if "openid" not in scopes or not all(re.fullmatch(r"[!#-\[\]-~]+", scope) for scope in scopes):
        raise ValueError(gettext("words with “openid” among them are expected, not “%(given)s”.", given=text))
    return " ".join(scopes)


PARSERS: Mapping[str, Callable[[str], object]] = {
    "KINOGRAPH_PASSWORD_LOGIN": parsers.parse_switch,
    "KINOGRAPH_LOGIN_HEADER": parse_header,
    "KINOGRAPH_LOGIN_CREATES": parsers.parse_switch,
    "KINOGRAPH_OIDC_ISSUER": parse_issuer,
    "KINOGRAPH_OIDC_CLIENT_ID": parsers.parse_secret,
    "KINOGRAPH_OIDC_CLIENT_SECRET": parsers.parse_secret,
    "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": parsers.parse_folder,
    "KINOGRAPH_OIDC_LABEL": parse_label,
    "KINOGRAPH_OIDC_SCOPES": parse_scopes,
}


def read_secret(parsed: Mapping[str, Any]) -> str | None:
    """The client's secret, from the file that holds it. Raises ValueError with a sentence."""
    path: Path | None = parsed.get("oidc_client_secret_file")
    if path is None:
        return parsed.get("oidc_client_secret")
    if "oidc_client_secret" in parsed:
        raise ValueError(gettext("the secret is given in KINOGRAPH_OIDC_CLIENT_SECRET already."))
    try:
        return parsers.parse_secret(path.read_text().strip())
    except OSError as error:
        raise ValueError(gettext("%(path)s cannot be read: %(why)s.", path=path, why=error.strerror)) from None


def check(parsed: Mapping[str, Any]) -> str | None:
    """What is wrong with the settings together, in a sentence; None where they fit."""
    proxies: TrustedProxies | None = parsed.get("trusted_proxies")
    by_header, by_provider = "login_header" in parsed, "oidc_issuer" in parsed
    if by_header and (proxies is None or not (proxies.networks or proxies.unix)):
        return gettext(
            "KINOGRAPH_LOGIN_HEADER: set KINOGRAPH_TRUSTED_PROXIES to the proxy that sends it; from anybody else it is "
            "not believed."
        )
    for name in ("login_header", "oidc_issuer"):
        if name in parsed and not parsed.get("accounts"):
            return gettext(
                "%(name)s: it signs in to accounts, so it needs KINOGRAPH_ACCOUNTS=on.",
                name=f"KINOGRAPH_{name.upper()}",
            )
    if by_provider and "oidc_client_id" not in parsed:
        return gettext("KINOGRAPH_OIDC_ISSUER: it needs KINOGRAPH_OIDC_CLIENT_ID as well.")
    if by_provider and "public_url" not in parsed:
        return gettext("KINOGRAPH_OIDC_ISSUER: set KINOGRAPH_PUBLIC_URL, to which the provider sends people back.")
    if not by_provider and (given := [name for name in parsed if name.startswith("oidc_")]):
        return gettext("%(name)s: it needs KINOGRAPH_OIDC_ISSUER as well.", name=f"KINOGRAPH_{given[0].upper()}")
    if parsed.get("password_login") is False and not (by_header or by_provider):
        return gettext(
            "KINOGRAPH_PASSWORD_LOGIN: off leaves no way to sign in. Set KINOGRAPH_LOGIN_HEADER or "
            "KINOGRAPH_OIDC_ISSUER first."
        )
    if parsed.get("login_creates") and not (by_header or by_provider):
        return gettext("KINOGRAPH_LOGIN_CREATES: it goes with KINOGRAPH_LOGIN_HEADER or KINOGRAPH_OIDC_ISSUER.")
    return None
