"""Behind https the cookies that say who asks are `__Host-`, and the tokens of the days before still hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD
from tests.changes.test_api import BEFORE
from tests.sessions.test_api import upload

PUBLIC = "https://films.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True, registration="open", public_url=PUBLIC)


@pytest.fixture
async def browser(web: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(web), base_url=PUBLIC) as browser:
        yield browser


def lines(answer: Response) -> dict[str, str]:
    """Each cookie that an answer sets, and what else is said of it."""
    said = (line.partition("=") for line in answer.headers.get_list("set-cookie"))
    return {name: rest for name, _, rest in said}


async def sign_up(browser: AsyncClient) -> dict[str, str]:
    return lines(await browser.post("/signup", data={"name": "Ada", "password": PASSWORD}))


async def test_no_other_host_of_the_domain_can_set_them(browser: AsyncClient) -> None:
    sent = lines(await upload(browser, BEFORE))
    assert list(sent) == ["__Host-owner"]
    signed = await sign_up(browser)
    assert {"__Host-login", "__Host-known", "__Host-owner"} <= signed.keys()
    assert "Max-Age=0" in signed["__Host-owner"]  # adopted
    for name in ("__Host-login", "__Host-known"):
        assert "Secure" in signed[name] and "Path=/" in signed[name] and "Domain" not in signed[name]
    assert (await browser.get("/api/account")).json()["name"] == "Ada"
    out = lines(await browser.post("/signout"))
    assert "Max-Age=0" in out["__Host-login"]
    assert (await browser.get("/api/account")).status_code == 401


async def test_whoever_has_a_token_of_the_days_before_keeps_it(browser: AsyncClient) -> None:
    sent = (await upload(browser, BEFORE)).json()
    browser.cookies.clear()
    before = {"Cookie": f"theme=dark; owner={sent['owner_token']}"}
    answer = await browser.get("/account", headers=before)
    assert (answer.status_code, 'data-theme="dark"' in answer.text) == (200, True)
    moved = lines(answer)
    assert moved["__Host-owner"].startswith(f"{sent['owner_token']};") and "Max-Age=34560000" in moved["__Host-owner"]
    assert "Max-Age=0" in moved["owner"]
    assert (await browser.get("/account")).status_code == 200  # by the new name alone
    assert lines(await browser.get("/account")) == {}
    # What others keep for everybody bears no cookie.
    assert lines(await browser.get("/static/manifest.json", headers=before)) == {}


async def test_another_host_of_the_domain_signs_nobody_in(browser: AsyncClient) -> None:
    """Or what they upload would be its account's."""
    await sign_up(browser)
    secret, mark = browser.cookies["__Host-login"], browser.cookies["__Host-known"]
    browser.cookies.clear()
    answer = await browser.get("/api/account", headers={"Cookie": f"login={secret}; known={mark}; signin={secret}"})
    assert answer.status_code == 401
    assert {name: "Max-Age=0" in rest for name, rest in lines(answer).items()} == dict.fromkeys(
        ("login", "known", "signin"), True
    )


async def test_beside_a_new_one_a_plain_one_counts_for_nothing(browser: AsyncClient) -> None:
    await sign_up(browser)
    mark, secret = browser.cookies["__Host-known"], browser.cookies["__Host-login"]
    browser.cookies.clear()
    answer = await browser.get("/api/account", headers={"Cookie": f"__Host-known={mark}; login={secret}"})
    assert answer.status_code == 401
    assert "Max-Age=0" in lines(answer)["login"]


async def test_what_is_given_anew_is_not_moved(browser: AsyncClient) -> None:
    token = (await upload(browser, BEFORE)).json()["owner_token"]
    browser.cookies.clear()
    again = await browser.post("/owner", data={"token": token}, headers={"Cookie": "owner=old"})
    said = again.headers.get_list("set-cookie")
    assert [line.partition("=")[0] for line in said].count("__Host-owner") == 1
    assert lines(again)["__Host-owner"].startswith(f"{token};")
