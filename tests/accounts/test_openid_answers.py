"""What an OpenID provider answers: what is believed of it, and what is not."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from joserfc.jwk import RSAKey

from kinograph.accounts.openid import Provider
from kinograph.settings import Settings
from tests.accounts.openid_flow import answering, come, go, provider, settings
from tests.accounts.test_accounts import browsers as browsers
from tests.accounts.test_header import name_of
from tests.browser import free_port
from tests.changes.test_page import words
from tests.fake_openid import CLIENT, SECRET, FakeOpenid

__all__ = ["browsers", "provider", "settings"]

ANOTHER = RSAKey.generate_key(2048)
ANOTHER_ONE = RSAKey.generate_key(2048, {"kid": "one"})


def encode(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def none_signed(claims: dict[str, Any]) -> str:
    return f"{encode({'alg': 'none'})}.{encode(claims)}."


def keyed(secret: bytes) -> Callable[[dict[str, Any]], str]:
    """Signed with a secret, by hand: joserfc makes no such tokens."""

    def sign(claims: dict[str, Any]) -> str:
        signed = f"{encode({'alg': 'HS256', 'kid': 'one'})}.{encode(claims)}"
        return f"{signed}.{encode(hmac.digest(secret, signed.encode(), 'sha256'))}"

    return sign


def signed_by_another(claims: dict[str, Any]) -> str:
    return FakeOpenid.sign_with(ANOTHER, claims, kid="one")


Lie = Callable[[FakeOpenid], object]


def lie(**claims: Any) -> Lie:
    return lambda provider: provider.claims.update(claims)


def sign(how: Callable[[FakeOpenid], Callable[[dict[str, Any]], str]]) -> Lie:
    return lambda provider: setattr(provider, "sign", how(provider))


LIES: dict[str, Lie] = {
    "another key": sign(lambda provider: signed_by_another),
    "no signature": sign(lambda provider: none_signed),
    "the public key as a secret": sign(lambda provider: keyed(provider.key.as_pem(private=False))),
    "the public key as it is published": sign(
        lambda provider: keyed(json.dumps(provider.key.as_dict(private=False)).encode())
    ),
    "the client's secret": sign(lambda provider: keyed(SECRET.encode())),
    "a key of its own in its header": sign(
        lambda provider: lambda claims: FakeOpenid.sign_with(ANOTHER, claims, jwk=ANOTHER.as_dict(private=False))
    ),
    "cut off": sign(lambda provider: lambda claims: provider._sign(claims).rpartition(".")[0]),
    "changed": sign(lambda provider: lambda claims: provider._sign(claims)[:-8] + "AAAAAAAA"),
    "no token": sign(lambda provider: lambda claims: ""),
    "another nonce": lie(nonce="another"),
    "no nonce": lie(nonce=None),
    "another issuer": lie(iss="https://id.example"),
    "no issuer": lie(iss=None),
    "another audience": lie(aud="another"),
    "several audiences without a party": lie(aud=[CLIENT, "another"]),
    "another party": lie(azp="another"),
    "no audience": lie(aud=None),
    "over": lie(exp=1_700_000_000, iat=1_600_000_000),
    "without an end": lie(exp=None),
    "an end that is no number": lie(exp="soon"),
    "of the future": lie(iat=4_000_000_000),
    "nobody": lie(sub=None),
    "an empty name": lie(sub=""),
    "a number": lie(sub=7),
    "too long a name": lie(sub="x" * 300),
}


@pytest.mark.parametrize("name", LIES)
async def test_what_the_provider_did_not_sign_for_this_sign_in_is_refused(
    name: str, client: AsyncClient, provider: FakeOpenid, caplog: pytest.LogCaptureFixture
) -> None:
    await come(client, provider)
    client.cookies.clear()
    LIES[name](provider)
    refused = await go(client, provider)
    assert refused.status_code == 502 and "Films ID gave an answer that cannot be used" in words(refused.text)
    assert "login" not in client.cookies
    assert sum("cannot be used" in each.getMessage() for each in caplog.records) == 1


async def test_the_provider_may_have_many_keys_and_change_them(client: AsyncClient, provider: FakeOpenid) -> None:
    # One of a kind nobody knows must not stop sign-ins; the token names no key, and bears a header nobody knows.
    strange = {"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA", "kid": "strange"}
    others = [strange, {"kty": "new"}, ANOTHER.as_dict(private=False), {"kty": "oct", "k": "A" * 43}]
    provider.more_keys = [each for each in others if isinstance(each, dict)]
    provider.sign = lambda claims: provider.sign_with(provider.key, claims, extra="told", x5c=["A" * 2_000])
    await come(client, provider)
    assert provider.paths.count("/keys") == 1 and provider.paths.count("/.well-known/openid-configuration") == 1
    provider.key = ANOTHER_ONE  # another under the same name
    assert (await go(client, provider)).status_code == 502  # asked for just now
    app_provider: Provider = client._transport.app.state.openid  # type: ignore[attr-defined]
    assert app_provider._keys
    app_provider._keys = app_provider._keys[0] - 60, app_provider._keys[1]
    assert (await go(client, provider)).status_code == 303
    assert provider.paths.count("/keys") == 2


async def test_a_provider_that_takes_its_secret_in_the_form(client: AsyncClient, provider: FakeOpenid) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await come(client, provider)
    assert await name_of(client) == "anna"


async def test_the_issuer_that_sends_back_is_the_one_that_is_set(client: AsyncClient, provider: FakeOpenid) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    for issuer, status in (("", 502), ("&iss=https://id.example", 502), (f"&iss={provider.issuer}", 303)):
        out = (await client.get("/signin/openid")).headers["location"]
        assert (await client.get(provider.let_in(out) + issuer)).status_code == status


@pytest.mark.parametrize(
    ("status", "body", "ours", "sentence"),
    [
        (200, b"<html>", 502, "cannot be used"),
        (200, b"[]", 502, "cannot be used"),
        (200, b'{"issuer": "https://id.example"}', 502, "cannot be used"),
        (200, b" " * 600_000, 502, "cannot be used"),
        (302, b"{}", 502, "cannot be used"),
        (404, b"{}", 502, "cannot be used"),
        (503, b"", 502, "cannot be reached"),
    ],
)
async def test_a_provider_that_fails_is_told_of_in_a_sentence(
    status: int, body: bytes, ours: int, sentence: str, client: AsyncClient, provider: FakeOpenid
) -> None:
    provider.fail = answering(status, body)
    refused = await client.get("/signin/openid")
    assert refused.status_code == ours and sentence in words(refused.text)
    provider.fail = lambda asked: False
    out = (await client.get("/signin/openid")).headers["location"]
    provider.fail = answering(status, body)
    assert (await client.get(provider.let_in(out))).status_code == ours


async def test_a_provider_that_is_away_or_slow(
    web: FastAPI, client: AsyncClient, provider: FakeOpenid, settings: Settings
) -> None:
    over = threading.Event()
    provider.fail = lambda asked: over.wait(20)
    web.state.openid = Provider(settings, timeout=aiohttp.ClientTimeout(total=0.1))
    slow = await client.get("/signin/openid")
    over.set()
    assert slow.status_code == 504 and "took too long" in words(slow.text)
    web.state.openid = Provider(replace(settings, oidc_issuer=f"http://127.0.0.1:{free_port()}"))
    away = await client.get("/signin/openid")
    assert away.status_code == 502 and "cannot be reached" in words(away.text)
    assert (await client.get("/signin")).status_code == 200  # a password works all the same
