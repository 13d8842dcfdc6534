"""A Kinograph that people sign in to at the tests' own OpenID provider, and the way there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import AsyncClient, Response

from kinograph.settings import Settings
from tests.accounts.test_accounts import browsers as browsers
from tests.changes.test_page import words
from tests.fake_openid import CLIENT, SECRET, FakeOpenid

HERE = "http://127.0.0.1:8000"
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


def answering(status: int, body: bytes) -> Callable[[BaseHTTPRequestHandler], bool]:
    def answer(asked: BaseHTTPRequestHandler) -> bool:
        asked.send_response(status)
        asked.send_header("Content-Length", str(len(body)))
        asked.send_header("Location", "/elsewhere")
        asked.end_headers()
        asked.wfile.write(body)
        return True

    return answer
