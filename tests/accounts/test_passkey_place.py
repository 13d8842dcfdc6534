"""Where passkeys belong: the host that a browser ties them to, and where it has none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.accounts.passkey_place import Place, find_place
from kinograph.settings import Settings
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_accounts import browsers, settings, sign_up
from tests.accounts.test_passkeys import add
from tests.changes.test_page import words

__all__ = ["browsers", "settings"]


LAPTOP = Place("http://localhost:8000", "localhost")


@pytest.mark.parametrize(
    ("host", "public_url", "place"),
    [
        ("127.0.0.1", None, LAPTOP),
        ("localhost", None, LAPTOP),
        ("::1", None, LAPTOP),
        ("0.0.0.0", None, None),
        ("192.168.1.7", None, None),
        ("0.0.0.0", "https://films.example", Place("https://films.example", "films.example")),
        ("0.0.0.0", "https://films.example:443", Place("https://films.example", "films.example")),
        ("0.0.0.0", "https://films.example:8443", Place("https://films.example:8443", "films.example")),
        ("0.0.0.0", "http://films.example", None),
        ("0.0.0.0", "https://192.168.1.7", None),
        ("0.0.0.0", "https://[::1]:8000", None),
        ("127.0.0.1", "http://127.0.0.1:8000", None),
        ("0.0.0.0", "http://localhost:8000", LAPTOP),
        ("0.0.0.0", "http://films.localhost", Place("http://films.localhost", "films.localhost")),
    ],
)
def test_the_settings_alone_say_where_passkeys_belong(
    settings: Settings, host: str, public_url: str | None, place: Place | None
) -> None:
    assert find_place(replace(settings, host=host, port=8000, public_url=public_url)) == place


async def test_where_no_browser_has_passkeys_nobody_is_offered_one(client: AsyncClient, web: FastAPI) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    web.state.settings = replace(web.state.settings, host="192.168.1.7", public_url="http://films.example")
    for path in ("/signin", "/account/prove"):
        assert 'data-behavior="passkey"' not in (await client.get(path)).text
    page = words((await client.get("/account")).text)
    assert "My phone" in page and "Add a passkey" not in page  # it can still be removed
    asked = await client.post("/api/login/passkey/options", json={})
    assert (asked.status_code, "they need https" in asked.text) == (404, True)
    forged = await client.post("/api/login/passkey/options", json={}, headers={"Host": "localhost:8000"})
    assert forged.status_code == 404


async def test_behind_https_the_challenges_cookie_is_this_hosts(client: AsyncClient, web: FastAPI) -> None:
    web.state.settings = replace(web.state.settings, public_url="https://films.example")
    asked = await client.post(
        "/api/login/passkey/options", json={}, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    )
    assert asked.json()["rpId"] == "films.example"
    (cookie,) = asked.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-challenge=") and "Secure" in cookie and "Path=/" in cookie
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Max-Age=300" in cookie
