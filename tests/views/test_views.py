"""Saved views: made, shown, changed and deleted by their owner, and by nobody else."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.stats.saved_views import MOST
from tests.sessions.test_api import upload
from tests.shares.conftest import EXPORT
from tests.test_methods import EXPORT as OTHER


@pytest.fixture
async def session(client: AsyncClient) -> str:
    return str((await upload(client, EXPORT)).json()["session_id"])


async def make(client: AsyncClient, session: str, name: str = "Mine", **asked: Any) -> Response:
    body = {"name": name, "filters": "rating=3-", **asked}
    return await client.post(f"/api/session/{session}/views", json=body)


def bar(page: str) -> list[tuple[str, str, bool]]:
    """The address of each link on the bar, its words, and whether it is what the page shows."""
    nav = page.partition('<nav class="counts card-choices" id="views"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="([^"]*)"( aria-current="true")?>(.*?)</a>', nav)
    return [(unescape(href), re.sub("<[^>]*>", "", words), bool(here)) for href, here, words in links]


async def test_a_view_is_saved_from_a_page_and_opens_where_it_was_asked_to(client: AsyncClient, session: str) -> None:
    home = f"/session/{session}"
    page = (await client.get(f"{home}/genres?tag.not=none&rating=3-&count=hours")).text
    assert bar(page) == [(f"{home}/views?of=genres&tag.not=none&rating=3-", "Save this view", False)]
    form = (await client.get(bar(page)[0][0])).text
    assert '<option value="genres" selected>' in form and 'name="filters" value="tag.not=none&amp;rating=3-"' in form
    sent = {"name": " Good <b>ones</b> ", "page": "films", "filters": "tag.not=none&rating=3-"}
    made = await client.post(f"{home}/views", data=sent)
    assert (made.status_code, made.headers["location"]) == (303, f"{home}/films?tag.not=none&rating=3-")

    films = (await client.get(made.headers["location"])).text
    assert (made.headers["location"], "Good &lt;b&gt;ones&lt;/b&gt;", True) in bar(films)
    assert "not tagged “none”" in films.partition('id="chips"')[2]  # never applied without being shown
    others = [(words, here) for _, words, here in bar((await client.get(home)).text)]
    assert others == [("Good &lt;b&gt;ones&lt;/b&gt;", False), ("Edit views", False)]


async def test_views_are_those_of_an_owner_whichever_export_they_look_at(
    client: AsyncClient, web: FastAPI, session: str
) -> None:
    await make(client, session)
    other = str((await upload(client, OTHER)).json()["session_id"])
    assert [words for _, words, _ in bar((await client.get(f"/session/{other}")).text)] == ["Mine", "Edit views"]
    async with AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000") as stranger:
        assert 'id="views"' not in (await stranger.get(f"/session/{session}?rating=3-")).text
        assert (await stranger.get(f"/session/{session}/views")).status_code == 403
        assert (await stranger.get(f"/api/session/{session}/views")).status_code in {401, 403}


async def test_a_page_that_is_kept_is_drawn_anew_once_views_change(client: AsyncClient, session: str) -> None:
    tags = [(await client.get(f"/session/{session}")).headers["etag"]]
    made = (await make(client, session)).json()
    for change in ({"name": "Other"}, {"page": "films"}, {"filters": "liked=yes"}):
        tags.append((await client.get(f"/session/{session}")).headers["etag"])
        assert (await client.patch(f"/api/session/{session}/views/{made['id']}", json=change)).status_code == 200
    tags.append((await client.get(f"/session/{session}")).headers["etag"])
    assert len(set(tags)) == len(tags)


async def test_programs_make_rename_move_and_delete(client: AsyncClient, session: str) -> None:
    path = f"/api/session/{session}/views"
    first = (await make(client, session, "One")).json()
    assert first == {
        "id": first["id"], "name": "One", "page": "", "filters": "rating=3-", "position": 1,
        "path": f"/session/{session}?rating=3-",
    }  # fmt: skip
    second, third = [(await make(client, session, name, page="films")).json() for name in ("Two", "Three")]

    async def names() -> list[str]:
        return [view["name"] for view in (await client.get(path)).json()]

    assert (await client.patch(f"{path}/{third['id']}", json={"position": 1})).json()["position"] == 1
    assert await names() == ["Three", "One", "Two"]
    await client.patch(f"{path}/{third['id']}", json={"position": 50, "name": "Last"})
    assert await names() == ["One", "Two", "Last"]
    assert (await client.delete(f"{path}/{second['id']}")).status_code == 204
    assert (await client.delete(f"{path}/{second['id']}")).status_code == 404
    assert await names() == ["One", "Last"]


async def test_forms_do_the_same(client: AsyncClient, session: str) -> None:
    one, two = [(await make(client, session, name)).json()["id"] for name in ("One", "Two")]
    home = f"/session/{session}/views"
    for view, sent in (
        (two, {"do": "up"}), (one, {"do": "down"}), (one, {"name": "New", "page": "people"}), (two, {"do": "delete"}),
    ):  # fmt: skip
        assert (await client.post(f"{home}/{view}", data=sent)).headers["location"] == home
    shown = (await client.get(home)).text
    assert re.findall(r'<h2><a href="([^"]*)">(.*?)</a>', shown) == [(f"/session/{session}/people?rating=3-", "New")]
    share = re.findall(r'href="([^"]*/shares[^"]*)">Share this view', shown)
    assert share == [f"/session/{session}/shares?of=people&amp;rating=3-"]
    link = (await client.get(unescape(share[0]))).text
    assert 'value="people" checked' in link and 'value="rating=3-"' in link
    assert (await client.post(f"{home}/{two}", data={"do": "delete"})).status_code == 404
    assert (await client.post(f"{home}/x")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"name": ""}, "A view needs a name of 1 to 60 characters."),
        ({"name": "\u202e \t"}, "A view needs a name of 1 to 60 characters."),
        ({"name": "x" * 61}, "A view needs a name of 1 to 60 characters."),
        ({"filters": ""}, "A view needs at least one filter."),
        ({"filters": "count=hours"}, "A view needs at least one filter."),
        ({"filters": "mood=good"}, "“mood=good” is no filter."),
        ({"page": "settings"}, "A view cannot open on “settings”."),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    client: AsyncClient, session: str, asked: dict[str, str], sentence: str
) -> None:
    answer = await make(client, session, **asked)
    assert (answer.status_code, sentence in answer.json()["error"]) == (422, True), answer.text
    form = await client.post(f"/session/{session}/views", data={"name": "a", "filters": "rating=3-", **asked})
    assert form.status_code == 422 and sentence in form.text


async def test_there_are_so_many_and_all_go_with_their_owner(
    client: AsyncClient, session: str, engine: AsyncEngine
) -> None:
    for n in range(MOST):
        assert (await make(client, session, f"View {n}")).status_code == 201
    assert (await make(client, session)).status_code == 409
    async with engine.begin() as db:
        await db.execute(text("DELETE FROM sessions"))
        assert (await db.execute(text("SELECT count(*) FROM views"))).scalar_one() == MOST
        await db.execute(text("DELETE FROM owners"))
        assert (await db.execute(text("SELECT count(*) FROM views"))).scalar_one() == 0
