"""Whose word on the sender of a request is taken: that of the proxies we trust, and nobody else's."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from kinograph import settings
from kinograph.sessions import throttle
from kinograph.settings import Settings, SettingsError
from kinograph.settings.trusted_proxies import LOOPBACK, TrustedProxies, read_address
from kinograph.web.proxies import ForwardedRequests, find_sender
from tests import applications
from tests.test_settings import ABSENT, read

TRUSTED = TrustedProxies.parse("127.0.0.1, 10.0.0.0/8 fd00::/8")


async def told(
    peer: str | None, *headers: tuple[str, str], trusted: TrustedProxies = TRUSTED, public_url: str | None = None
) -> dict[str, Any]:
    """The request as the application behind gets it."""
    seen: dict[str, Any] = {}

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {
        "type": "http",
        "scheme": "http",
        "client": None if peer is None else (peer, 4000),
        "headers": [(b"host", b"web:8000"), *((name.encode(), value.encode()) for name, value in headers)],
    }
    made = ForwardedRequests(behind, trusted=trusted, public_url=public_url)
    await made(scope, None, None)  # type: ignore[arg-type]
    return seen


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("127.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("203.0.113.9", ["203.0.113.5"], "203.0.113.9"),  # no proxy of ours
        ("127.0.0.1", ["1.2.3.4, 203.0.113.5, 10.1.2.3"], "203.0.113.5"),  # the last that is none of ours
        ("127.0.0.1", ["1.2.3.4", "203.0.113.5"], "203.0.113.5"),  # two headers are one list
        ("10.9.9.9", ["[2001:db8::7]:443, fd00::1"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.5"], "203.0.113.5"),  # a socket for both kinds of address
        ("127.0.0.1", ["203.0.113.5:1234"], "203.0.113.5"),
        ("127.0.0.1", ["10.0.0.7, 10.0.0.8"], "10.0.0.7"),  # all ours: the one farthest away
        ("127.0.0.1", ["203.0.113.5, unknown"], "127.0.0.1"),  # nobody knows what stands left of junk
        ("127.0.0.1", ["203.0.113.5, <script>, 10.0.0.8"], "10.0.0.8"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("fe80::1%eth0", ["203.0.113.5"], "fe80::1%eth0"),
        ("junk", ["203.0.113.5"], "junk"),
    ],
)
async def test_the_sender_is_the_last_address_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], sender: str
) -> None:
    seen = await told(peer, *(("x-forwarded-for", each) for each in forwarded))
    assert seen["client"][0] == sender


async def test_a_peer_without_an_address_is_trusted_when_the_setting_says_so() -> None:
    header = ("x-forwarded-for", "203.0.113.5")
    assert (await told(None, header))["client"] is None
    assert (await told(None, header, trusted=TrustedProxies.parse("unix")))["client"] == ("203.0.113.5", 0)


async def test_scheme_and_host_come_from_the_nearest_proxy_that_is_trusted() -> None:
    public = "https://films.example"
    headers = [("x-forwarded-proto", "http, https"), ("x-forwarded-host", "evil.example, films.example")]
    seen = await told("127.0.0.1", *headers, public_url=public)
    assert (seen["scheme"], dict(seen["headers"])[b"host"]) == ("https", b"films.example")
    seen = await told("203.0.113.9", *headers, public_url=public)
    assert (seen["scheme"], dict(seen["headers"])[b"host"]) == ("http", b"web:8000")


async def test_a_forwarded_host_opens_no_door_that_the_check_of_host_shuts() -> None:
    for host in ("localhost", "127.0.0.1", "evil.example"):
        seen = await told("127.0.0.1", ("x-forwarded-host", host), public_url="https://films.example")
        assert dict(seen["headers"])[b"host"] == b"web:8000"
    seen = await told("127.0.0.1", ("x-forwarded-host", "localhost"))
    assert dict(seen["headers"])[b"host"] == b"web:8000"


async def test_what_a_proxy_says_of_the_scheme_is_one_of_two_words() -> None:
    assert (await told("127.0.0.1", ("x-forwarded-proto", "javascript")))["scheme"] == "http"


@given(
    st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=8), st.sampled_from(["10.0.0.1", "", "unknown"])))
)
def test_whatever_stands_to_the_left_of_the_sender_changes_nothing(spoofed: list[str]) -> None:
    assert str(find_sender([*spoofed, "203.0.113.5", "10.0.0.1"], TRUSTED)) == "203.0.113.5"


@given(st.text(max_size=40))
def test_an_address_is_read_or_refused_and_never_raises(text: str) -> None:
    assert read_address(text) is None or read_address(str(read_address(text))) == read_address(text)


def test_this_machine_is_trusted_unless_the_setting_says_otherwise(tmp_path: Any) -> None:
    assert read().trusted_proxies == LOOPBACK
    assert read(KINOGRAPH_TRUSTED_PROXIES="none").trusted_proxies == TrustedProxies(())
    dotenv = tmp_path / ".env"
    dotenv.write_text("KINOGRAPH_TRUSTED_PROXIES=172.16.0.0/12,fd00::/8,unix\n")
    found = settings.read({}, dotenv).trusted_proxies
    assert found.unix and found.trust(ipaddress.ip_address("172.20.0.3"))
    assert not found.trust(ipaddress.ip_address("127.0.0.1"))


@pytest.mark.parametrize("value", ["10.0.0.0/33", "proxy.example", "10.0.0.0/8;::1", "*", "none, 10.0.0.0/8"])
def test_what_is_no_network_stops_the_start_with_a_sentence(value: str) -> None:
    with pytest.raises(SettingsError, match=r"KINOGRAPH_TRUSTED_PROXIES: networks such as") as caught:
        settings.read({"KINOGRAPH_TRUSTED_PROXIES": value}, ABSENT)
    assert value in str(caught.value)


@pytest.mark.parametrize("trusted", ["192.0.2.0/24", "none"])
async def test_senders_behind_a_proxy_of_another_host_are_told_apart_when_it_is_trusted(
    settings: Settings, trusted: str
) -> None:
    made: FastAPI = applications.create(replace(settings, trusted_proxies=TrustedProxies.parse(trusted)))
    made.state.uploads_of_address = throttle.Throttle("uploads of address", most=1)
    transport = ASGITransport(made, client=("192.0.2.1", 4000))
    statuses = []
    async with made.router.lifespan_context(made), AsyncClient(transport=transport, base_url="http://127.0.0.1") as web:
        for sender in ("203.0.113.5", "203.0.113.6"):
            web.cookies.clear()
            sent = [("files", ("watched.csv", b"Date,Name,Year,Letterboxd URI\n2024-01-01,Heat,1995,\n"))]
            answer = await web.post("/api/upload", files=sent, headers={"X-Forwarded-For": f"spoofed, {sender}"})
            statuses.append(answer.status_code)
    assert statuses == ([201, 201] if trusted != "none" else [201, 429])
