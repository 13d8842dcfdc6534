"""The proxies whose word on the sender of a request is taken, and how an address is read."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kinograph.i18n import gettext

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX = "unix"
NONE = "none"


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks whose word on the sender is taken; `unix` for peers behind a socket without an address."""

    networks: tuple[Network, ...]
    unix: bool = False

    @classmethod
    def parse(cls, text: str) -> TrustedProxies:
        """From networks, addresses and the word “unix”, parted by commas or spaces; “none” trusts nobody.

        Raises ValueError with a sentence.
        """
        words = re.split(r"[,\s]+", text.strip(", \t"))
        if words == [NONE]:
            return cls(())
        try:
            networks = tuple(ipaddress.ip_network(word, strict=False) for word in words if word != UNIX)
        except ValueError:
            raise ValueError(
                gettext(
                    "networks such as 10.0.0.0/8, separated by commas, or “none” are expected, not “%(given)s”.",
                    given=text,
                )
            ) from None
        return cls(networks, unix=UNIX in words)

    def trust(self, address: Address | None) -> bool:
        """Whether this proxy's word counts. A peer without an address is behind a Unix socket."""
        if address is None:
            return self.unix
        return any(address in network for network in self.networks if network.version == address.version)

    def trust_peer(self, client: Sequence[object] | None) -> bool:
        """Whether the peer of a TCP connection, as ASGI names it, is a proxy whose word counts."""
        host = str(client[0]) if client and client[0] else ""
        peer = read_address(host) if host else None
        return (peer is not None or not host) and self.trust(peer)


LOOPBACK = TrustedProxies((ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))


def read_address(text: str) -> Address | None:
    """None for what is no address. It may have a port; IPv4 that a socket for both kinds writes as IPv6 is IPv4."""
    if match := re.fullmatch(r"\[([^]]*)\](?::\d{1,5})?|([^:]*):\d{1,5}", text):
        text = match[1] or match[2] or ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if address.version == 6 else address
