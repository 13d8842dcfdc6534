"""The values of settings, from the text of an environment. Each raises ValueError with what is expected instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from kinograph.i18n import gettext


def parse_word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError(gettext("one word is expected, not “%(given)s”.", given=text))
    return text


def parse_secret(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(gettext("it contains a space or a character that no key has."))
    return text


def parse_folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def parse_whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(
                gettext(
                    "a whole number from %(least)s to %(most)s is expected, not “%(given)s”.",
                    least=least,
                    most=most,
                    given=text,
                )
            )
        return int(text)

    return parse


def parse_rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise ValueError(gettext("a number above 0 and up to 1000 is expected, not “%(given)s”.", given=text))
    return rate


def parse_switch(text: str) -> bool:
    known = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    if text.lower() not in known:
        raise ValueError(gettext("“on” or “off” is expected, not “%(given)s”.", given=text))
    return known[text.lower()]


def parse_language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", text):
        raise ValueError(gettext("a language such as en-US or fr is expected, not “%(given)s”.", given=text))
    return text


def parse_log_format(text: str) -> str:
    if text.lower() not in {"text", "json"}:
        raise ValueError(gettext("text or json is expected, not “%(given)s”.", given=text))
    return text.lower()


def parse_registration(text: str) -> str:
    if text.lower() not in {"invite", "open", "closed"}:
        raise ValueError(gettext("invite, open or closed is expected, not “%(given)s”.", given=text))
    return text.lower()


def parse_log_level(text: str) -> str:
    if text.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError(gettext("debug, info, warning or error is expected, not “%(given)s”.", given=text))
    return text.lower()


def parse_database_url(text: str) -> str:
    """The address may hold a password, so no message repeats it."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ValueError(gettext("an address that begins with postgresql:// is expected."))
    try:
        urlsplit(text).port  # noqa: B018
    except ValueError:
        raise ValueError(gettext("its host or port cannot be read.")) from None
    return f"postgresql://{rest}"


def parse_base_url(text: str) -> str:
    parts = split_address(text)
    if parts is None:
        raise ValueError(gettext("an address such as https://host/3 is expected, not “%(given)s”.", given=text))
    return text.rstrip("/")


def parse_origin(text: str) -> str:
    parts = split_address(text)
    if parts is None or parts[1] not in {"", "/"}:
        raise ValueError(
            gettext(
                "an address such as https://films.example, without a path, is expected, not “%(given)s”.", given=text
            )
        )
    return parts[0]


def split_address(text: str) -> tuple[str, str] | None:
    """Origin and path of an http address without user, query or fragment; None for anything else."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not fine or "@" in parts.netloc or parts.query or parts.fragment or not text.isprintable() or " " in text:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}", parts.path
