"""The page of settings: what a browser is to remember, whose the films are, and what can be taken along or away."""

import re

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.sessions.export_files import DIARY, FILM, table, zipped

EXPORT = zipped(
    watched=table(FILM, "2024-01-01,=Ran,1985,", "2024-01-01,Ikiru,1952,"),
    diary=table(DIARY, "2024-01-01,=Ran,1985,,4,Yes,cellar,2024-01-05"),
)


async def upload(client: AsyncClient) -> tuple[str, str]:
    """The address of a new session's page, and its owner's token."""
    sent = (await client.post("/api/upload", files=[("files", (EXPORT.name, EXPORT.content))])).json()
    return f"/session/{sent['session_id']}", sent["owner_token"]


@pytest.fixture
def another(web: FastAPI) -> AsyncClient:
    """A browser of its own."""
    return AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000")


async def test_what_is_chosen_is_remembered_and_leads_back(client: AsyncClient) -> None:
    page, _ = await upload(client)
    form = {"theme": "dark", "count": "hours", "lang": "en", "back": f"{page}/settings"}  # no pictures: not ticked
    answer = await client.post("/preferences", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}/settings")
    assert dict(client.cookies) | {"owner": ""} == {
        "owner": "", "notice": "saved", "theme": "dark", "count": "hours", "posters": "off", "lang": "en",
    }  # fmt: skip
    shown = (await client.get(f"{page}/settings")).text
    assert 'data-theme="dark"' in shown
    assert re.findall(r'name="(\w+)" value="(\w*)" checked', shown) == [
        ("theme", "dark"), ("count", "hours"), ("lang", "en"),
    ]  # fmt: skip


async def test_what_goes_without_saying_is_forgotten(client: AsyncClient) -> None:
    await client.post("/preferences", data={"theme": "light", "count": "viewings"})
    await client.post("/preferences", data={"theme": "", "count": "films", "posters": "on"})
    assert dict(client.cookies) == {"notice": "saved"}


@pytest.mark.parametrize("form", [{"theme": "pink"}, {"count": "frames"}, {"lang": "tlh"}, {"posters": "maybe"}])
async def test_what_cannot_be_chosen_is_refused(client: AsyncClient, form: dict[str, str]) -> None:
    assert (await client.post("/preferences", data=form)).status_code == 422
    assert dict(client.cookies) == {}


async def test_choices_lead_back_to_no_other_site(client: AsyncClient) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        assert (await client.post("/preferences", data={"back": back})).headers["location"] == "/"


async def test_the_preferred_count_is_in_every_link_and_can_be_changed(client: AsyncClient) -> None:
    page, _ = await upload(client)
    client.cookies["count"] = "viewings"
    shown = (await client.get(page)).text
    assert f'href="{page}/genres?count=viewings"' in shown
    assert '<a href="?count=viewings" data-filter aria-current="true">Viewings</a>' in shown
    assert '<a href="?count=films" data-filter>Films</a>' in shown
    films = (await client.get(f"{page}?count=films")).text
    assert '<a href="?count=films" data-filter aria-current="true">Films</a>' in films


async def test_a_changed_preference_is_another_page(client: AsyncClient) -> None:
    page, _ = await upload(client)
    tag = (await client.get(page)).headers["etag"]
    assert (await client.get(page, headers={"If-None-Match": tag})).status_code == 304
    client.cookies["posters"] = "off"
    assert (await client.get(page, headers={"If-None-Match": tag})).status_code == 200


async def test_the_token_carries_the_films_to_another_browser(client: AsyncClient, another: AsyncClient) -> None:
    page, token = await upload(client)
    assert token not in (await client.get(f"{page}/settings")).text
    told = await client.post(f"{page}/token")
    assert f'readonly value="{token}"' in told.text
    assert told.headers["cache-control"] == "no-store"

    assert (await another.get(f"{page}/reading")).status_code == 403
    carried = await another.post("/owner", data={"token": f" {token} "})
    assert (carried.status_code, carried.headers["location"]) == (303, "/")
    assert "HttpOnly" in carried.headers["set-cookie"]
    assert (await another.get(f"{page}/reading")).status_code == 200
    assert page in (await another.get("/")).text


async def test_nobody_else_is_told_the_token(client: AsyncClient, another: AsyncClient) -> None:
    page, token = await upload(client)
    refused = await another.post(f"{page}/token")
    assert (refused.status_code, token in refused.text) == (403, False)
    led = await client.get(f"{page}/token")
    assert (led.status_code, led.headers["location"]) == (303, f"{page}/settings#token")


async def test_a_token_of_nobody_carries_nothing(client: AsyncClient) -> None:
    refused = await client.post("/owner", data={"token": "nonsense"})
    assert (refused.status_code, dict(client.cookies)) == (403, {})
    assert "No films belong to that token." in refused.text


async def test_a_browser_with_films_of_its_own_gives_them_up_only_when_told(
    client: AsyncClient, another: AsyncClient
) -> None:
    page, token = await upload(client)
    own, _ = await upload(another)
    refused = await another.post("/owner", data={"token": token})
    assert (refused.status_code, "already manages other films" in refused.text) == (409, True)
    assert (await another.get(f"{own}/reading")).status_code == 200
    assert (await client.post("/owner", data={"token": token})).status_code == 303  # its own already

    await another.post("/owner", data={"token": token, "replace": "yes"})
    assert (await another.get(f"{page}/reading")).status_code == 200
    assert (await another.get(f"{own}/reading")).status_code == 403


async def test_a_stranger_is_offered_neither_token_nor_deletion(client: AsyncClient, another: AsyncClient) -> None:
    page, _ = await upload(client)
    mine, theirs = (await client.get(f"{page}/settings")).text, (await another.get(f"{page}/settings")).text
    for offered in ("Show the token", "Delete for good"):
        assert (offered in mine, offered in theirs) == (True, False)
    assert "Are these your films?" in theirs


async def test_the_sample_has_settings_without_an_owner(client: AsyncClient, sampled: str) -> None:
    shown = (await client.get("/sample/settings")).text
    assert "Appearance" in shown and "Diary as CSV" in shown
    assert not re.search("Show the token|Are these your films|Delete for good", shown)


async def test_the_diary_is_taken_along_with_its_tags_by_its_owner_alone(
    client: AsyncClient, another: AsyncClient
) -> None:
    page, _ = await upload(client)
    assert (await client.get(f"{page}/diary.csv")).text == (
        "\ufeffName,Year,Rating,Rewatch,Tags,Watched Date,Runtime,Genres,Letterboxd URI,TMDB URI\r\n"
        "'=Ran,1985,4.0,Yes,cellar,2024-01-05,,,,\r\n"
    )
    assert "cellar" not in (await another.get(f"{page}/diary.csv")).text


async def test_over_plain_http_a_look_may_be_chosen_and_nothing_else(another: AsyncClient) -> None:
    without = {"Origin": "null"}  # as browsers send from a page without referrer, when they say nothing else
    assert (await another.post("/preferences", data={"theme": "dark"}, headers=without)).status_code == 303
    assert (await another.post("/owner", data={"token": "x"}, headers=without)).status_code == 403
    assert "another site" in (await another.post("/upload", headers=without)).text
