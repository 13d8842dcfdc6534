"""Where passkeys work. Browsers lend them to pages of https and of localhost, and tie each to the name of the host."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from kinograph.settings import Settings

USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """The address that passkeys belong to, as browsers name it, and its host, which is their relying party's id."""

    origin: str
    host: str


def find_place(settings: Settings) -> Place | None:
    """None where no browser would offer a passkey. Only the settings say where we are: what a request says of it,
    anybody may have written."""
    if settings.public_url is None:
        # 127.0.0.1 is the same machine, and no name.
        return Place(f"http://localhost:{settings.port}", "localhost") if settings.is_private else None
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    is_local = host == "localhost" or host.endswith(".localhost")
    if _is_address(host) or (parts.scheme != "https" and not is_local):
        return None
    port = "" if parts.port in (None, USUAL_PORTS[parts.scheme]) else f":{parts.port}"
    return Place(f"{parts.scheme}://{host}{port}", host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
