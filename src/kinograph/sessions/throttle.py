"""How often somebody may do what costs us. Kept in memory by each web process: nothing is written down for it."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

STORED_AT_ONCE = 4  # uploads written at the same time by one web process; its other connections are for the pages
KEPT = 10_000  # senders remembered; the one silent longest is forgotten first


class TooMany(AppError):
    status = 429
    sentence = gettext_noop("Too many requests within ten minutes. Try again in %(minutes)s min.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(minutes=math.ceil(seconds / 60))
        self.retry_after = seconds


class TooManyUploads(TooMany):
    sentence = gettext_noop("Too many uploads within ten minutes. Try again in %(minutes)s min.")


class TooManyFromNetwork(TooMany):
    sentence = gettext_noop("Too many uploads came from your network within ten minutes. Try again in %(minutes)s min.")


def find_sender(scope: Scope) -> str:
    """Of whoever sends. With IPv6 everybody has a network of addresses, which is the one that counts."""
    host: str = (scope.get("client") or ("",))[0]
    try:
        sender = ip_address(host)
    except ValueError:
        return host
    if isinstance(sender, IPv6Address) and not sender.ipv4_mapped:
        return str(ip_network((sender.packed[:8] + bytes(8), 64)))
    return host


class Throttle:
    """At most `most` times within any `seconds`, for each sender; else the refusal."""

    def __init__(self, *, most: int, seconds: float = 600, refusal: type[TooMany] = TooManyUploads) -> None:
        self._refusal = refusal
        self._most = most
        self._seconds = seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def pass_or_refuse(self, sender: str, *, now: float | None = None) -> None:
        """Counts this time, or raises the refusal."""
        now = time.monotonic() if now is None else now
        times = self._seen.setdefault(sender, deque())
        self._seen.move_to_end(sender)
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            raise self._refusal(seconds=math.ceil(times[0] + self._seconds - now))
        times.append(now)

    def give_back(self, sender: str) -> None:
        """Takes the last time of a sender back: it came to nothing."""
        if times := self._seen.get(sender):
            times.pop()
