"""Everything that differs between two installations, read once from the environment and a `.env` beside it."""

from __future__ import annotations

import ipaddress
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from kinograph.i18n import gettext, noop
from kinograph.settings.trusted_proxies import LOOPBACK, TrustedProxies

SETTINGS: Mapping[str, str] = {
    "DATABASE_URL": noop("The PostgreSQL to use; unset, Kinograph brings its own."),
    "KINOGRAPH_DATA_DIR": noop("Where its own database and the TMDB key lie."),
    "KINOGRAPH_HOST": noop("The address the web server listens on."),
    "KINOGRAPH_PORT": noop("The port the web server listens on."),
    "KINOGRAPH_PUBLIC_URL": noop("The address people type when a proxy stands in front."),
    "KINOGRAPH_TRUSTED_PROXIES": noop("The networks of proxies whose word on who sends a request is taken."),
    "KINOGRAPH_MAX_UPLOAD_MB": noop("The largest export taken, in megabytes."),
    "KINOGRAPH_SESSION_DAYS": noop("Days after its last visit until a session is deleted; 0 keeps it for ever."),
    "KINOGRAPH_TMDB_IMAGES": noop("Whether pages show posters from TMDB, the only outside host: on or off."),
    "KINOGRAPH_TMDB_LANGUAGE": noop("The language of titles, posters and names, as TMDB writes it."),
    "KINOGRAPH_RATE_GROUP": noop("Installations with the same name and database share one limit of requests to TMDB."),
    "KINOGRAPH_POSTGRES_BIN": noop("The folder of the PostgreSQL programs to run, when Kinograph brings its own."),
    "KINOGRAPH_LOG_LEVEL": noop("How much is logged: debug, info, warning or error."),
    "KINOGRAPH_LOG_FORMAT": noop("How a line of the log is written: text for people or json for programs."),
    "KINOGRAPH_METRICS_TOKEN": noop("The bearer token that opens /metrics; unset, it is open to this machine alone."),
    "TMDB_ACCESS_TOKEN": noop("The API read access token of a TMDB account."),
    "TMDB_API_KEY": noop("The API key of a TMDB account, in place of the token."),
    "TMDB_BASE_URL": noop("Where TMDB answers."),
    "TMDB_REQUESTS_PER_SECOND": noop("How often TMDB is asked, at most, in requests per second."),
}


LARGEST_UPLOAD_MB = 64
"""No file can hold more: the reader of uploads unpacks as much (`sessions/archive.py`), within a bounded memory."""


class SettingsError(Exception):
    """A setting that cannot be used. The text names the variable and never holds the value of a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    """postgresql://..., as asyncpg and libpq read it."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    """Scheme, host and port, without a slash at the end."""
    trusted_proxies: TrustedProxies = LOOPBACK
    max_upload_mb: int = 64
    session_days: int = 0
    tmdb_access_token: str | None = field(default=None, repr=False)
    tmdb_api_key: str | None = field(default=None, repr=False)
    tmdb_base_url: str = "https://api.themoviedb.org/3"
    tmdb_requests_per_second: float = 40.0
    tmdb_images: bool = True
    tmdb_language: str = "en-US"
    rate_group: str = "default"
    postgres_bin: Path | None = None
    log_level: str = "info"
    log_format: str = "text"
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def embedded(self) -> bool:
        """Whether the database is the one Kinograph brings."""
        return self.database_url is None

    @property
    def local_url(self) -> str:
        """Where a browser on this machine finds the web server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def trusts_host(self, name: str) -> bool:
        """Whether a request may carry this Host header.

        An address in figures always may: only a name can be pointed at us by a stranger's DNS.
        """
        host = _hostname(name)
        if host is None:
            return False
        return _is_address(host) or host in {"localhost", self.host.lower(), _hostname(self.public_url or "")}

    @property
    def key_file(self) -> Path:
        return self.data_dir / "tmdb.key"


@dataclass(frozen=True, slots=True)
class TmdbKey:
    value: str = field(repr=False)

    @property
    def is_api_key(self) -> bool:
        """An API key (32 hexadecimal figures) travels in the address; anything else is a bearer token."""
        return re.fullmatch(r"[0-9a-f]{32}", self.value) is not None

    @property
    def looks_real(self) -> bool:
        return self.is_api_key or self.value.startswith("eyJ")


def read(environ: Mapping[str, str] = os.environ, dotenv: Path = Path(".env")) -> Settings:
    """The environment wins over the file; an empty value counts as unset. Raises SettingsError."""
    values = {**_read_dotenv(dotenv), **environ}
    given = {name: text for name in SETTINGS if (text := values.get(name, "").strip())}
    parsed = {_field(name): _parse(name, text) for name, text in given.items()}
    parsed.setdefault("data_dir", _default_data_dir())
    parsed.setdefault("session_days", 30 if "database_url" in parsed else 0)
    return Settings(**parsed)


def tmdb_key(settings: Settings) -> TmdbKey | None:
    """The key of the settings, else the one that `kinograph key` stored."""
    value = settings.tmdb_access_token or settings.tmdb_api_key
    if value is None:
        try:
            value = settings.key_file.read_text().strip()
        except FileNotFoundError:
            return None
    return TmdbKey(value) if value else None


class KeyWatch:
    """Tells a long-running worker which key holds, and reads the file again only when it was replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen = self._stamp()
        self.key = tmdb_key(settings)

    def changed(self) -> bool:
        """True once after each change; `key` is then the one that holds. Costs one stat."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        before, self.key = self.key, tmdb_key(self._settings)
        return self.key != before

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self._settings.key_file.stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


def store_key(settings: Settings, key: TmdbKey | None) -> None:
    """Replaces the key file in one step, so that a worker never reads half a key; None removes it."""
    if key is None:
        settings.key_file.unlink(missing_ok=True)
        return
    make_data_dir(settings.data_dir)
    handle, name = tempfile.mkstemp(dir=settings.data_dir, prefix="tmdb.key.")
    with os.fdopen(handle, "w") as file:
        file.write(key.value + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(settings.key_file)


def make_data_dir(path: Path) -> None:
    """Creates the folder, closed to others. As root it may be crossed: Postgres runs as `nobody` in a folder of it."""
    if path.is_dir():
        return
    try:
        path.mkdir(parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise SettingsError(
            gettext("KINOGRAPH_DATA_DIR: %(path)s cannot be created: %(why)s.", path=path, why=error.strerror)
        ) from error


def _read_dotenv(path: Path) -> dict[str, str]:
    try:
        return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(gettext("%(path)s cannot be read: %(why)s.", path=path, why=error)) from error


def _default_data_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/kinograph")
    from platformdirs import user_data_dir

    return Path(user_data_dir("kinograph", appauthor=False))


def _field(name: str) -> str:
    return name.lower().removeprefix("kinograph_")


def _parse(name: str, text: str) -> Any:
    try:
        return PARSERS[name](text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def _word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError(gettext("one word is expected, not “%(given)s”.", given=text))
    return text


def _secret(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(gettext("it holds a space or a sign that no key has."))
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _whole(least: int, most: int) -> Callable[[str], int]:
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


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise ValueError(gettext("a number above 0 and up to 1000 is expected, not “%(given)s”.", given=text))
    return rate


def _switch(text: str) -> bool:
    known = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    if text.lower() not in known:
        raise ValueError(gettext("“on” or “off” is expected, not “%(given)s”.", given=text))
    return known[text.lower()]


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", text):
        raise ValueError(gettext("a language such as en-US or fr is expected, not “%(given)s”.", given=text))
    return text


def _log_format(text: str) -> str:
    if text.lower() not in {"text", "json"}:
        raise ValueError(gettext("text or json is expected, not “%(given)s”.", given=text))
    return text.lower()


def _log_level(text: str) -> str:
    if text.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError(gettext("debug, info, warning or error is expected, not “%(given)s”.", given=text))
    return text.lower()


def _database_url(text: str) -> str:
    """The address may hold a password, so no message repeats it."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ValueError(gettext("an address that begins with postgresql:// is expected."))
    try:
        urlsplit(text).port  # noqa: B018
    except ValueError:
        raise ValueError(gettext("its host or port cannot be read.")) from None
    return f"postgresql://{rest}"


def _base_url(text: str) -> str:
    parts = _split(text)
    if parts is None:
        raise ValueError(gettext("an address such as https://host/3 is expected, not “%(given)s”.", given=text))
    return text.rstrip("/")


def _origin(text: str) -> str:
    parts = _split(text)
    if parts is None or parts[1] not in {"", "/"}:
        raise ValueError(
            gettext(
                "an address such as https://films.example, without a path, is expected, not “%(given)s”.", given=text
            )
        )
    return parts[0]


def _split(text: str) -> tuple[str, str] | None:
    """Origin and path of an http address without user, query or fragment; None for anything else."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not fine or "@" in parts.netloc or parts.query or parts.fragment or not text.isprintable() or " " in text:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}", parts.path


def _hostname(text: str) -> str | None:
    """The host of an address or of a Host header, in small letters and without a port."""
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


PARSERS: Mapping[str, Callable[[str], object]] = {
    "DATABASE_URL": _database_url,
    "KINOGRAPH_DATA_DIR": _folder,
    "KINOGRAPH_HOST": _word,
    "KINOGRAPH_PORT": _whole(1, 65535),
    "KINOGRAPH_PUBLIC_URL": _origin,
    "KINOGRAPH_TRUSTED_PROXIES": TrustedProxies.parse,
    "KINOGRAPH_MAX_UPLOAD_MB": _whole(1, LARGEST_UPLOAD_MB),
    "KINOGRAPH_SESSION_DAYS": _whole(0, 36500),
    "KINOGRAPH_TMDB_IMAGES": _switch,
    "KINOGRAPH_TMDB_LANGUAGE": _language,
    "KINOGRAPH_RATE_GROUP": _word,
    "KINOGRAPH_POSTGRES_BIN": _folder,
    "KINOGRAPH_LOG_LEVEL": _log_level,
    "KINOGRAPH_LOG_FORMAT": _log_format,
    "KINOGRAPH_METRICS_TOKEN": _secret,
    "TMDB_ACCESS_TOKEN": _secret,
    "TMDB_API_KEY": _secret,
    "TMDB_BASE_URL": _base_url,
    "TMDB_REQUESTS_PER_SECOND": _rate,
}
