"""What is said where a page does not exist, is somebody else's, or cannot be posted to."""

from __future__ import annotations

import re
from uuid import uuid4

from httpx import AsyncClient, Response

from tests.sessions.export_files import FILM, table

HTML = {"Accept": "text/html"}


async def upload(client: AsyncClient) -> str:
    files = {"files": ("watched.csv", table(FILM, "2024-01-01,Alpha,2001,https://boxd.it/10"))}
    return str((await client.post("/api/upload", files=files)).json()["session_id"])


def said(answer: Response) -> tuple[str, str, str]:
    """The tab's title, the heading and the sentence."""
    found = [
        re.search(pattern, answer.text, re.S)
        for pattern in (r"<title>(.*?)<", r"<h1[^>]*>(.*?)<", r"</h1>\s*<p[^>]*>(.*?)<")
    ]
    title, heading, sentence = (each[1].strip() if each else "" for each in found)
    return title, heading, sentence


async def test_each_kind_of_refusal_has_its_own_title_heading_and_sentence(client: AsyncClient) -> None:
    session = await upload(client)
    client.cookies.clear()
    answers = {
        "no page": await client.get("/nowhere", headers=HTML),
        "no session": await client.get(f"/session/{uuid4()}", headers=HTML),
        "not yours": await client.get(f"/session/{session}/reading", headers=HTML),
        "cannot be posted to": await client.post("/sample", headers=HTML),
        "cannot be opened": await client.get(f"/session/{session}/delete", headers=HTML),
    }
    assert [answer.status_code for answer in answers.values()] == [404, 404, 403, 405, 405]
    told = {name: said(answer) for name, answer in answers.items()}
    assert told["cannot be posted to"] == told["cannot be opened"]
    for part in range(3):
        assert len({parts[part] for parts in told.values()}) == 4
    assert told["no page"][:2] == ("There is no such page · Kinograph", "There is no such page.")
    assert "home page" in told["no page"][2]
    assert "home page" in told["no session"][2]
    assert "the browser you uploaded with" in told["not yours"][2]
    assert "use its button" in told["cannot be posted to"][2]


async def test_every_refusal_names_itself_in_the_readers_language(client: AsyncClient) -> None:
    german = {"Accept": "text/html", "Accept-Language": "de"}
    _, heading, sentence = said(await client.get("/nowhere", headers=german))
    assert heading == "Diese Seite gibt es nicht."
    assert "ersten Seite" in sentence
