"""Signing in at an OpenID provider: to whose word it comes, and what is not believed."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from joserfc.jwk import RSAKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import cli
from kinograph.accounts import commands, openid
from kinograph.accounts.openid import Provider
from kinograph.settings import Settings, SettingsError
from tests.accounts.test_accounts import PASSWORD, Browsers, sign_up
from tests.accounts.test_accounts import browsers as browsers
from tests.accounts.test_header import name_of
from tests.browser import free_port
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.fake_openid import CLIENT, SECRET, FakeOpenid
from tests.sessions.test_api import upload
from tests.test_settings import read

HERE = "http://127.0.0.1:8000"
ANOTHER = RSAKey.generate_key(2048)
ANOTHER_ONE = RSAKey.generate_key(2048, {"kid": "one"})
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def provider() -> Iterator[FakeOpenid]:
    with FakeOpenid(f"{HERE}/signin/openid/back") as provider:
        yield provider


@pytest.fixture
def settings(settings: Settings, provider: FakeOpenid) -> Settings:
    return replace(
        settings,
        accounts=True,
        registration="open",
        public_url=HERE,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_label="Films ID",
    )


async def go(
    browser: AsyncClient, provider: FakeOpenid, who: str = "anna", query: str = "", **headers: str
) -> Response:
    """To the provider, and back."""
    out = await browser.get(f"/signin/openid?{query}", headers=headers)
    assert out.status_code == 303, words(out.text)
    return await browser.get(provider.let_in(out.headers["location"], who))


async def come(browser: AsyncClient, provider: FakeOpenid, who: str = "anna") -> None:
    """For the first time."""
    asked = await go(browser, provider, who, "back=/me")
    assert asked.status_code == 303, words(asked.text)
    ticket = parse_qs(urlsplit(asked.headers["location"]).query)["ticket"][0]
    page = await browser.get(asked.headers["location"])
    assert f'value="{who}"' in page.text
    done = await browser.post("/signin/name", data={"name": who, "back": "/me", "ticket": ticket})
    assert (done.status_code, done.headers["location"]) == (303, "/me"), words(done.text)


async def test_whoever_the_provider_knows_chooses_a_name_once(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    sent = (await upload(client, BEFORE)).json()
    page = await client.get("/signin?back=/me")
    assert "Continue with Films ID" in words(page.text)
    assert 'href="/signin/openid?back=%2Fme' in page.text
    await come(client, provider)
    told = (await client.get("/api/account")).json()
    assert (told["name"], told["admin"], len(told["sessions"])) == ("anna", False, 1)
    assert told["sessions"][0]["id"] == sent["session_id"] and "owner" not in client.cookies
    other = browsers()
    assert (await go(other, provider, query="back=/me")).headers["location"] == "/me"
    assert await name_of(other) == "anna"
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT issuer, subject FROM identities"))).all() == [
            (provider.issuer, "sub-anna")
        ]
        assert (await db.execute(text("SELECT count(*) FROM sign_ins"))).scalar_one() == 0


async def test_it_is_bound_by_subject_and_never_by_name_or_address(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    settings: Settings,
    database_url: str,
) -> None:
    await commands.run(commands.create("anna", PASSWORD, is_admin=True), settings, database_url)
    asked = await go(client, provider)
    ticket = parse_qs(urlsplit(asked.headers["location"]).query)["ticket"][0]
    taken = await client.post("/signin/name", data={"name": "Anna", "ticket": ticket})
    assert taken.status_code == 409 and "That name is taken" in words(taken.text)
    assert (await client.post("/signin/name", data={"name": "anna two", "ticket": ticket})).status_code == 303
    provider.claims = {"sub": "sub-other"}  # the same name, the same e-mail, another person
    assert "/signin/name" in (await go(browsers(), provider)).headers["location"]
    provider.claims = {"preferred_username": "renamed", "email": "new@example.org"}
    renamed = browsers()
    await go(renamed, provider)
    assert await name_of(renamed) == "anna two"
    # A ticket works in the browser that has it, once.
    stranger = browsers()
    for browser in (stranger, client):
        again = await browser.post("/signin/name", data={"name": "third", "ticket": ticket})
        assert again.status_code == 400 and "Begin again" in words(again.text)


async def test_the_way_back_comes_from_the_settings_and_never_from_what_a_request_says(
    client: AsyncClient, provider: FakeOpenid
) -> None:
    out = await client.get(
        "/signin/openid?back=//evil.example", headers={"Host": "127.0.0.1:9", "X-Forwarded-Host": "e"}
    )
    asked = parse_qs(urlsplit(out.headers["location"]).query)
    assert asked["redirect_uri"] == [provider.redirect]
    assert SECRET not in out.headers["location"]
    back = await client.get(provider.let_in(out.headers["location"]))
    assert parse_qs(urlsplit(back.headers["location"]).query)["back"] == ["/"]
    cookie = out.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=600" in cookie


async def test_a_state_works_once_and_in_the_browser_that_began(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await come(client, provider)
    out = (await client.get("/signin/openid")).headers["location"]
    back = provider.let_in(out)
    stranger = browsers()
    await stranger.get("/signin/openid")
    for browser in (browsers(), stranger):  # without a sign-in of its own, and with one
        refused = await browser.get(back)
        assert refused.status_code == 400 and "another browser" in words(refused.text)
        assert "login" not in browser.cookies
    assert (await client.get(back)).status_code == 303
    again = await client.get(back)
    assert again.status_code == 400 and "Begin again" in words(again.text)
    # Nor is a code taken twice, with a state of its own.
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit((await client.get("/signin/openid")).headers["location"]).query)["state"][0]
    assert (await client.get(f"/signin/openid/back?code={code}&state={state}")).status_code == 400
    # Nor one whose time is over.
    late = provider.let_in((await client.get("/signin/openid")).headers["location"])
    async with engine.begin() as db:
        await db.execute(text("UPDATE sign_ins SET expires_at = now()"))
    assert (await client.get(late)).status_code == 400
    await client.get("/signin/openid")
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM sign_ins WHERE expires_at <= now()"))).scalar_one() == 0


async def test_two_windows_sign_in_at_once(client: AsyncClient, provider: FakeOpenid) -> None:
    await come(client, provider)
    outs = [(await client.get(f"/signin/openid?back=/{page}")).headers["location"] for page in ("one", "two")]
    backs = [await client.get(provider.let_in(out)) for out in outs]
    assert [back.headers["location"] for back in backs] == ["/one", "/two"]


async def test_a_code_is_of_no_use_with_the_state_of_another_sign_in(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    """Somebody else's code, put under a state of one's own: PKCE's verifier does not fit."""
    victim = provider.let_in((await browsers().get("/signin/openid")).headers["location"], "victim")
    code = parse_qs(urlsplit(victim).query)["code"][0]
    state = parse_qs(urlsplit((await client.get("/signin/openid")).headers["location"]).query)["state"][0]
    refused = await client.get(f"/signin/openid/back?code={code}&state={state}")
    assert refused.status_code == 400 and "login" not in client.cookies


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


def answering(status: int, body: bytes) -> Callable[[BaseHTTPRequestHandler], bool]:
    def answer(asked: BaseHTTPRequestHandler) -> bool:
        asked.send_response(status)
        asked.send_header("Content-Length", str(len(body)))
        asked.send_header("Location", "/elsewhere")
        asked.end_headers()
        asked.wfile.write(body)
        return True

    return answer


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


async def test_what_the_provider_sends_back_in_place_of_a_code(client: AsyncClient) -> None:
    for error, status, sentence in (
        ("access_denied", 403, "did not sign you in"),
        ("temporarily_unavailable", 502, "cannot be reached"),
        ("<script>", 502, "cannot be used"),
        ("", 502, "cannot be used"),
    ):
        out = (await client.get("/signin/openid?back=/me")).headers["location"]
        state = parse_qs(urlsplit(out).query)["state"][0]
        refused = await client.get("/signin/openid/back", params={"state": state, "error": error})
        assert refused.status_code == status and sentence in words(refused.text)
        assert "<script>" not in refused.text and "/signin?back=%2Fme" in refused.text


async def test_nothing_secret_is_logged(
    client: AsyncClient, provider: FakeOpenid, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    real = provider._sign
    provider.sign = lambda claims: said.append(real(claims)) or said[-1]  # type: ignore[func-returns-value]
    await come(client, provider)
    back = provider.let_in((await client.get("/signin/openid")).headers["location"])
    provider.claims = {"nonce": "wrong"}
    await client.get(back)
    hidden = [SECRET, *said, *(value for values in parse_qs(urlsplit(back).query).values() for value in values)]
    hidden += [value for asked in provider.asked for value in (asked["nonce"], asked["state"])]
    hidden += list(client.cookies.values())
    log = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("kinograph"))
    assert "belongs to another sign-in" in log and [each for each in hidden if each in log] == []


async def test_sign_ins_that_lead_nowhere_are_counted(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    await come(client, provider)
    for _ in range(31):  # those that succeed are not
        assert (await go(client, provider)).status_code == 303
    statuses = [(await client.get("/signin/openid")).status_code for _ in range(31)]
    assert statuses == [303] * 30 + [429]


async def test_newcomers_pass_the_door_that_all_pass(
    web: FastAPI,
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    settings: Settings,
    database_url: str,
) -> None:
    for registration, sentence in (("invite", "you need a link"), ("closed", "makes the accounts here")):
        web.state.settings = replace(settings, registration=registration, password_login=False)
        led = (await go(client, provider)).headers["location"]
        refused = await client.get(led)
        assert refused.status_code == 403 and sentence in words(refused.text)
        ticket = parse_qs(urlsplit(led).query)["ticket"][0]
        assert (await client.post("/signin/name", data={"name": "anna", "ticket": ticket})).status_code == 403
    link = await commands.run(commands.invite(is_admin=True), settings, database_url)
    invite = link.partition("invite=")[2]
    page = await client.get(f"/signup?invite={invite}")
    assert f"invite={invite}" in page.text and 'type="password"' not in page.text
    led = (await go(client, provider, query=f"invite={invite}")).headers["location"]
    assert f"invite={invite}" in led
    asked = {name: values[0] for name, values in parse_qs(urlsplit(led).query).items()}
    assert (await client.get(led)).status_code == 200
    assert (await client.post("/signin/name", data=asked | {"name": "anna"})).status_code == 303
    assert (await client.get("/api/account")).json()["admin"] is True
    web.state.settings = replace(settings, registration="closed", login_creates=True)
    other = browsers()
    await upload(other, AFTER)
    assert (await go(other, provider, "bob")).headers["location"] == "/account/adopt"
    assert await name_of(other) == "bob"


async def test_an_account_with_a_password_links_and_unlinks_the_provider(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await sign_up(client)
    page = await client.get("/account")
    assert "Link Films ID" in words(page.text)
    # A page of somebody else's must not link what somebody else signs in with.
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://evil.example/"}):
        assert (await client.get("/signin/openid?purpose=link", headers=headers)).status_code == 403
    linked = await go(client, provider, query="purpose=link", **OWN)
    assert linked.headers["location"] == "/account#ways-in"
    other = browsers()
    await go(other, provider, query="back=/me")
    assert await name_of(other) == "Ada"
    assert (await other.post("/account/password", data={"password": PASSWORD})).headers["location"] == "/account/prove"
    asked = await other.get("/signin/openid?purpose=link", headers=OWN)
    assert asked.headers["location"].startswith("/account/prove")  # not proven here
    unlink = (await client.get("/account")).text.partition("/account/identities/")[2].partition("/")[0]
    assert (await client.post(f"/account/identities/{unlink}/unlink")).status_code == 303
    assert "/signin/name" in (await go(browsers(), provider)).headers["location"]
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = now() - interval '11 minutes'"))
    out = await client.get("/signin/openid?purpose=link", headers=OWN)
    assert out.headers["location"].startswith("/account/prove")


async def test_a_link_that_another_browser_or_login_began_links_nothing(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await sign_up(client)
    out = (await client.get("/signin/openid?purpose=link", headers=OWN)).headers["location"]
    await client.post("/signin", data={"name": "Ada", "password": PASSWORD})  # another login of the same browser
    assert (await client.get(provider.let_in(out, "mallory"))).status_code == 400
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM identities"))).scalar_one() == 0


async def test_without_a_password_a_fresh_trip_through_the_provider_is_the_proof(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    await come(client, provider)
    assert (await client.post("/account/codes")).headers["location"] == "/account/prove"
    page = await client.get("/account/prove?back=/account%23safety")
    assert "Sign in again with Films ID" in words(page.text) and 'type="password"' not in page.text
    query = "purpose=prove&back=/account%23safety"
    provider.claims = {"auth_time": 1_700_000_000}  # it did not ask again
    refused = await go(client, provider, query=query, **OWN)
    assert refused.status_code == 403 and "did not ask you again" in words(refused.text)
    provider.claims = {}
    other = await go(client, provider, "bob", query, **OWN)
    assert other.status_code == 403 and "proves nothing" in words(other.text)
    assert (await client.post("/account/codes")).headers["location"] == "/account/prove"
    proven = await go(client, provider, query=query, **OWN)
    assert proven.headers["location"] == "/account#safety"
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert (await client.post("/account/codes")).status_code == 200


async def test_the_doctor_says_whether_the_provider_can_be_used(
    provider: FakeOpenid, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told = {name: str(value) for name, value in vars_of(settings).items()}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    await asyncio.to_thread(cli.main, ["doctor"])
    assert "· Films ID answers; people can sign in there." in capfd.readouterr().out
    monkeypatch.setenv("KINOGRAPH_OIDC_ISSUER", provider.issuer.rstrip("/"))
    assert await asyncio.to_thread(cli.main, ["doctor"]) == 1
    assert (
        f"! The OpenID provider {provider.issuer.rstrip('/')}: it calls itself '{provider.issuer}', so that is what"
        in (capfd.readouterr().out)
    )
    monkeypatch.setenv("KINOGRAPH_OIDC_ISSUER", provider.issuer)
    provider.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    assert (await openid.examine(settings))[1]
    provider.fail = answering(503, b"")
    sentence, needs_a_hand = await openid.examine(settings)
    assert needs_a_hand and "cannot be reached" in sentence


def vars_of(settings: Settings) -> dict[str, object]:
    """The settings as an environment has them."""
    names = ("accounts", "public_url", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_label")
    told = {f"KINOGRAPH_{name.upper()}": getattr(settings, name) for name in names} | {"KINOGRAPH_ACCOUNTS": "on"}
    return told | {"DATABASE_URL": settings.database_url, "KINOGRAPH_DATA_DIR": settings.data_dir}


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"KINOGRAPH_OIDC_ISSUER": "http://id.example"}, "https://id.example"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_ACCOUNTS": ""}, "KINOGRAPH_ACCOUNTS=on"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_CLIENT_ID": ""}, "KINOGRAPH_OIDC_CLIENT_ID"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_PUBLIC_URL": ""}, "KINOGRAPH_PUBLIC_URL"),
        ({"KINOGRAPH_OIDC_CLIENT_ID": "films"}, "KINOGRAPH_OIDC_ISSUER"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_SCOPES": "profile"}, "openid"),
        (
            {"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": "/nowhere"},
            "/nowhere cannot be read",
        ),
    ],
)
def test_settings_that_do_not_fit_stop_the_start_with_a_sentence(environ: dict[str, str], names: str) -> None:
    others = {"KINOGRAPH_ACCOUNTS": "on", "KINOGRAPH_PUBLIC_URL": HERE, "KINOGRAPH_OIDC_CLIENT_ID": "films"}
    with pytest.raises(SettingsError) as caught:
        read(**(others | environ))
    assert str(caught.value).startswith("KINOGRAPH_") and names in str(caught.value)


def test_the_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    environ = {
        "KINOGRAPH_ACCOUNTS": "on",
        "KINOGRAPH_PUBLIC_URL": HERE,
        "KINOGRAPH_OIDC_ISSUER": "https://id.example/o/films/",
        "KINOGRAPH_OIDC_CLIENT_ID": "films",
        "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": str(file),
    }
    found = read(**environ, KINOGRAPH_PASSWORD_LOGIN="off")
    assert (found.oidc_client_secret, found.oidc_name, found.oidc_issuer) == (
        SECRET,
        "id.example",
        "https://id.example/o/films/",
    )
    assert SECRET not in repr(found)
    with pytest.raises(SettingsError):
        read(**environ, KINOGRAPH_OIDC_CLIENT_SECRET="x")
