"""Everything that differs between two installations, read once from the environment and a `.env` beside it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from kinograph.i18n import gettext, gettext_noop
from kinograph.settings import parsers, ways_in
from kinograph.settings.trusted_proxies import LOOPBACK, TrustedProxies
from kinograph.settings.ways_in import WaysIn

SETTINGS: Mapping[str, str] = {
    "DATABASE_URL": gettext_noop("The PostgreSQL to use; unset, Kinograph brings its own."),
    "KINOGRAPH_DIRECT_URL": gettext_noop("The same PostgreSQL without the pooler of DATABASE_URL: see operations.md."),
    "KINOGRAPH_DATA_DIR": gettext_noop("The folder of its own database and the TMDB key."),
    "KINOGRAPH_HOST": gettext_noop("The address the web server listens on."),
    "KINOGRAPH_PORT": gettext_noop("The port the web server listens on."),
    "KINOGRAPH_PUBLIC_URL": gettext_noop("The address people type when a proxy stands in front."),
    "KINOGRAPH_TRUSTED_PROXIES": gettext_noop("The networks of proxies whose X-Forwarded-* headers are trusted."),
    "KINOGRAPH_MAX_UPLOAD_MB": gettext_noop("The largest export accepted, in megabytes."),
    "KINOGRAPH_SESSION_DAYS": gettext_noop("Days after its last visit until a session is deleted; 0 keeps it forever."),
    "KINOGRAPH_ACCOUNTS": gettext_noop("Whether people sign in with a name and a password: on or off."),
    "KINOGRAPH_REGISTRATION": gettext_noop("Who may sign up: invite, open or closed."),
    "KINOGRAPH_ANONYMOUS_UPLOADS": gettext_noop("Whether people who are not signed in may upload: on or off."),
    "KINOGRAPH_DELETION_DAYS": gettext_noop("Days until a deleted account is gone; until then signing in keeps it."),
    **ways_in.SETTINGS,
    "KINOGRAPH_QUOTA_EXPORTS": gettext_noop("Exports that an account may hold; 0: any number."),
    "KINOGRAPH_QUOTA_MB": gettext_noop("Megabytes that the exports of an account may have together; 0: any number."),
    "KINOGRAPH_TMDB_IMAGES": gettext_noop("Whether pages show posters from TMDB, the only outside host: on or off."),
    "KINOGRAPH_TMDB_LANGUAGE": gettext_noop("The language of titles, posters and names, as TMDB writes it."),
    "KINOGRAPH_RATE_GROUP": gettext_noop(
        "Installations with the same name and database share one limit of requests to TMDB."
    ),
    "KINOGRAPH_POSTGRES_BIN": gettext_noop(
        "The folder of the PostgreSQL programs to run, when Kinograph brings its own."
    ),
    "KINOGRAPH_BACKUP_DIR": gettext_noop("The folder into which a worker backs everything up once a day."),
    "KINOGRAPH_BACKUP_KEEP": gettext_noop("How many backups are kept there; older ones are deleted."),
    "KINOGRAPH_FRAME_CACHE_MB": gettext_noop("The memory of a web process for films and pages, in megabytes."),
    "KINOGRAPH_DATABASE_CONNECTIONS": gettext_noop("The most connections that a web process opens."),
    "KINOGRAPH_STATEMENT_SECONDS": gettext_noop("The longest that a page waits for one statement of the database."),
    "KINOGRAPH_LOCK_SECONDS": gettext_noop("The longest that a statement of a page waits for a lock."),
    "KINOGRAPH_LOG_LEVEL": gettext_noop("How much is logged: debug, info, warning or error."),
    "KINOGRAPH_LOG_FORMAT": gettext_noop("How a line of the log is written: text for people or json for programs."),
    "KINOGRAPH_METRICS_TOKEN": gettext_noop(
        "The bearer token that opens /metrics; unset, only this machine can open it."
    ),
    "TMDB_ACCESS_TOKEN": gettext_noop("The API read access token of a TMDB account."),
    "TMDB_API_KEY": gettext_noop("The API key of a TMDB account, in place of the token."),
    "TMDB_BASE_URL": gettext_noop("The address of TMDB's API."),
    "TMDB_REQUESTS_PER_SECOND": gettext_noop("The most requests per second sent to TMDB."),
}


LARGEST_UPLOAD_MB = 64
"""No file can hold more: the reader of uploads unpacks as much (`sessions/archive.py`), within a bounded memory."""


class SettingsError(Exception):
    """A setting that cannot be used. The text names the variable and never holds the value of a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WaysIn):
    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    """postgresql://..., as asyncpg and libpq read it."""
    direct_url: str | None = field(default=None, repr=False)
    """The same database without the pooler that `database_url` then is."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    """Scheme, host and port, without a slash at the end."""
    trusted_proxies: TrustedProxies = LOOPBACK
    max_upload_mb: int = 64
    session_days: int = 0
    accounts: bool = False
    registration: str = "invite"
    anonymous_uploads: bool = True
    deletion_days: int = 7
    quota_exports: int = 0
    quota_mb: int = 0
    tmdb_access_token: str | None = field(default=None, repr=False)
    tmdb_api_key: str | None = field(default=None, repr=False)
    tmdb_base_url: str = "https://api.themoviedb.org/3"
    tmdb_requests_per_second: float = 40.0
    tmdb_images: bool = True
    tmdb_language: str = "en-US"
    rate_group: str = "default"
    postgres_bin: Path | None = None
    backup_dir: Path | None = None
    backup_keep: int = 7
    frame_cache_mb: int = 40
    database_connections: int = 6
    statement_seconds: int = 30
    lock_seconds: int = 10
    log_level: str = "info"
    log_format: str = "text"
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def is_pooled(self) -> bool:
        """Whether `database_url` gives a connection for each transaction alone."""
        return self.direct_url is not None

    @property
    def session_url(self) -> str | None:
        """Where a connection is one's own, to listen at, to work the queue and to migrate."""
        return self.direct_url or self.database_url

    @property
    def local_url(self) -> str:
        """Where a browser on this machine finds the web server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_private(self) -> bool:
        """Whether nobody but this machine reaches the web server. A proxy that signs people in lets in others."""
        if self.login_header:
            return False
        host = "127.0.0.1" if self.host == "localhost" else self.host
        return self.public_url is None and _is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are for https alone."""
        return (self.public_url or "").startswith("https:")

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


def read(environ: Mapping[str, str] = os.environ, dotenv: Path = Path(".env")) -> Settings:
    """The environment wins over the file; an empty value counts as unset. Raises SettingsError."""
    values = {**_read_dotenv(dotenv), **environ}
    given = {name: text for name in SETTINGS if (text := values.get(name, "").strip())}
    parsed = {_field(name): _parse(name, text) for name, text in given.items()}
    if "direct_url" in parsed and "database_url" not in parsed:
        raise SettingsError(gettext("KINOGRAPH_DIRECT_URL: it goes with DATABASE_URL, the address of the pooler."))
    parsed.setdefault("accounts", "database_url" in parsed)
    if parsed.get("anonymous_uploads") is False and not parsed.get("accounts"):
        raise SettingsError(gettext("KINOGRAPH_ANONYMOUS_UPLOADS: without KINOGRAPH_ACCOUNTS=on nobody could upload."))
    if wrong := ways_in.check(parsed):
        raise SettingsError(wrong)
    try:
        parsed["oidc_client_secret"] = ways_in.read_secret(parsed)
    except ValueError as error:
        raise SettingsError(f"KINOGRAPH_OIDC_CLIENT_SECRET_FILE: {error}") from None
    parsed.setdefault("data_dir", _default_data_dir())
    parsed.setdefault("session_days", 30 if "database_url" in parsed else 0)
    return Settings(**parsed)


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


PARSERS: Mapping[str, Callable[[str], object]] = {
    "DATABASE_URL": parsers.parse_database_url,
    "KINOGRAPH_DIRECT_URL": parsers.parse_database_url,
    "KINOGRAPH_DATA_DIR": parsers.parse_folder,
    "KINOGRAPH_HOST": parsers.parse_word,
    "KINOGRAPH_PORT": parsers.parse_whole(1, 65535),
    "KINOGRAPH_PUBLIC_URL": parsers.parse_origin,
    "KINOGRAPH_TRUSTED_PROXIES": TrustedProxies.parse,
    "KINOGRAPH_MAX_UPLOAD_MB": parsers.parse_whole(1, LARGEST_UPLOAD_MB),
    "KINOGRAPH_SESSION_DAYS": parsers.parse_whole(0, 36500),
    "KINOGRAPH_TMDB_IMAGES": parsers.parse_switch,
    "KINOGRAPH_TMDB_LANGUAGE": parsers.parse_language,
    "KINOGRAPH_RATE_GROUP": parsers.parse_word,
    "KINOGRAPH_POSTGRES_BIN": parsers.parse_folder,
    "KINOGRAPH_BACKUP_DIR": parsers.parse_folder,
    "KINOGRAPH_BACKUP_KEEP": parsers.parse_whole(1, 10_000),
    "KINOGRAPH_FRAME_CACHE_MB": parsers.parse_whole(16, 65536),
    "KINOGRAPH_DATABASE_CONNECTIONS": parsers.parse_whole(4, 100),
    "KINOGRAPH_STATEMENT_SECONDS": parsers.parse_whole(1, 3600),
    "KINOGRAPH_LOCK_SECONDS": parsers.parse_whole(1, 3600),
    "KINOGRAPH_LOG_LEVEL": parsers.parse_log_level,
    "KINOGRAPH_LOG_FORMAT": parsers.parse_log_format,
    "KINOGRAPH_ACCOUNTS": parsers.parse_switch,
    "KINOGRAPH_REGISTRATION": parsers.parse_registration,
    "KINOGRAPH_ANONYMOUS_UPLOADS": parsers.parse_switch,
    "KINOGRAPH_DELETION_DAYS": parsers.parse_whole(0, 365),
    **ways_in.PARSERS,
    "KINOGRAPH_QUOTA_EXPORTS": parsers.parse_whole(0, 1_000_000),
    "KINOGRAPH_QUOTA_MB": parsers.parse_whole(0, 1_000_000),
    "KINOGRAPH_METRICS_TOKEN": parsers.parse_secret,
    "TMDB_ACCESS_TOKEN": parsers.parse_secret,
    "TMDB_API_KEY": parsers.parse_secret,
    "TMDB_BASE_URL": parsers.parse_base_url,
    "TMDB_REQUESTS_PER_SECOND": parsers.parse_rate,
}


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
