"""What a phone or a desk is told of Kinograph, what its share sheet may send, and the worker that it is given."""

from __future__ import annotations

import re
import struct
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.sessions.test_intake import EXPORT

# As a browser sends what a person shared with the installed app.
FROM_THE_SHEET = {"Origin": "null", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}


async def manifest(client: AsyncClient) -> dict[str, Any]:
    answer = await client.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    described: dict[str, Any] = answer.json()
    return described


async def share(
    client: AsyncClient, content: bytes = EXPORT.content, *, headers: dict[str, str] = FROM_THE_SHEET
) -> Response:
    return await client.post("/share", files=[("files", (EXPORT.name, content))], headers=headers)


async def test_every_page_names_the_manifest(client: AsyncClient) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in (await client.get("/")).text


async def test_it_opens_in_a_window_of_its_own(client: AsyncClient) -> None:
    told = await manifest(client)
    assert {name: told[name] for name in ("id", "short_name", "start_url", "scope", "display")} == {
        "id": "/",
        "short_name": "Kinograph",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
    }


async def test_the_icons_are_as_large_as_said(client: AsyncClient) -> None:
    icons = (await manifest(client))["icons"]
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("any", "any"),
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in icons:
        answer = await client.get(icon["src"])
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert "{}x{}".format(*struct.unpack(">II", answer.content[16:24])) == icon["sizes"]


async def test_shortcuts_lead_somewhere(client: AsyncClient) -> None:
    for shortcut in (await manifest(client))["shortcuts"]:
        assert shortcut["url"] in (await client.get("/")).text


async def test_a_shared_export_is_an_upload(client: AsyncClient) -> None:
    target = (await manifest(client))["share_target"]
    assert (target["action"], target["method"], target["enctype"]) == ("/share", "POST", "multipart/form-data")
    assert target["params"]["files"][0]["name"] == "files"

    answer = await share(client)
    assert answer.status_code == 303
    assert (await client.get(answer.headers["location"])).status_code == 200
    assert answer.headers["location"] in (await client.get("/")).text


async def test_a_shared_file_may_be_as_large_as_an_upload(client: AsyncClient) -> None:
    assert (await share(client, bytes(1 << 20))).status_code == 400
    assert (await share(client, bytes(66 << 20))).status_code == 413


async def test_what_is_no_export_is_said_beside_the_form(client: AsyncClient) -> None:
    answer = await share(client, b"\x89PNG")
    assert answer.status_code == 400
    assert EXPORT.name in answer.text and 'action="/upload"' in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_sites_page_shares_nothing(client: AsyncClient, site: str) -> None:
    for origin in ("null", "https://evil.example"):
        answer = await share(client, headers={"Origin": origin, "Sec-Fetch-Site": site})
        assert answer.status_code == 403


async def test_the_share_sheet_reaches_nothing_else(client: AsyncClient) -> None:
    page = (await share(client)).headers["location"]
    for address in ("/upload", "/theme", f"{page}/delete", f"{page}/retry"):
        assert (await client.post(address, headers=FROM_THE_SHEET)).status_code == 403
    assert (await client.get(page)).status_code == 200


async def test_the_worker_is_asked_for_anew_and_reaches_every_page(client: AsyncClient) -> None:
    answer = await client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]


async def test_a_worker_is_a_new_one_where_its_offline_page_is(client: AsyncClient) -> None:
    before = (await client.get("/sw.js")).text
    assert (await client.get("/sw.js")).text == before

    client.cookies.set("theme", "dark")
    assert (await client.get("/sw.js")).text != before
    assert 'data-theme="dark"' in (await client.get("/offline")).text


async def test_all_that_the_offline_page_is_made_of_is_there(client: AsyncClient) -> None:
    named = set(re.findall(r"/static/[^\"]+", (await client.get("/offline")).text))
    assert len(named) >= 6
    for address in named:
        assert (await client.get(address)).status_code == 200


async def test_a_file_for_crawlers_opens_the_first_page_and_the_sample_alone(client: AsyncClient) -> None:
    answer = await client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Allow: /sample\n" in answer.text
    assert {"Disallow: /session/", "Disallow: /*?"} <= set(answer.text.splitlines())


async def test_an_icon_is_where_browsers_look_without_reading_a_page(client: AsyncClient) -> None:
    icon = (await client.get("/favicon.ico")).content
    kind, count, width, height, size, offset = struct.unpack("<2xHHBB6x2I", icon[:22])
    assert (kind, count, width, height) == (1, 1, 192, 192)
    assert len(icon) == offset + size
    assert icon[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
