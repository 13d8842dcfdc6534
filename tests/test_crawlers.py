"""What a polite crawler finds is a handful of pages, not the filters of the sample without end."""

from __future__ import annotations

import re
from urllib.robotparser import RobotFileParser

from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.layout import templates
from kinograph.pictures.choices import PictureChoices
from kinograph.reports import paper
from kinograph.stats.filters import FILTERS
from kinograph.stats.table_options import TableOptions
from tests.routes import addresses
from tests.test_requests import parameters

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"[^>]*>')


def followed(html: str) -> list[str]:
    """The links a crawler takes that heeds nofollow."""
    found = [(match[0], match[1].replace("&amp;", "&")) for match in LINK.finditer(html)]
    return [href for tag, href in found if href.startswith("/") and not re.search(r'rel="[^"]*nofollow', tag)]


async def test_no_filter_of_the_sample_is_followed(client: AsyncClient, sampled: str) -> None:
    for path in ("/", "/sample", "/sample/films", "/sample/people", "/sample/year", "/sample/genres"):
        answer = await client.get(path)
        assert len(LINK.findall(answer.text)) > len(followed(answer.text)) or path == "/"
        assert [href for href in followed(answer.text) if "?" in href] == []
        assert "nofollow" not in answer.headers.get("x-robots-tag", "")
        assert 'rel="nofollow" rel=' not in answer.text
    for path in ("/sample?country=JP", "/sample/films?country=JP", "/sample/people?page=2"):
        assert (await client.get(path)).headers["x-robots-tag"] == "noindex, nofollow"


async def test_the_file_for_crawlers_shuts_what_is_nobody_elses(client: AsyncClient) -> None:
    robots = RobotFileParser()
    # This reader knows no wildcards; those lines are for the crawlers that do.
    robots.parse([line for line in (await client.get("/robots.txt")).text.splitlines() if "*?" not in line])
    assert robots.can_fetch("any", "/sample") and robots.can_fetch("any", "/sample/people")
    assert not robots.can_fetch("any", "/session/1") and not robots.can_fetch("any", "/api/session/1")


async def test_what_nobody_knows_is_not_repeated_in_links_and_forms(client: AsyncClient, sampled: str) -> None:
    unknown = "&".join(f"unheard{n}=of" for n in range(300))
    for path in ("/", "/sample", "/sample/films", "/sample/people", "/nothing"):
        page = (await client.get(f"{path}?genre=Drama&{unknown}")).text
        assert "unheard" not in page
    assert 'value="/sample?genre=Drama"' in (await client.get(f"/sample?genre=Drama&{unknown}")).text


def test_all_that_an_address_may_say_is_known(web: FastAPI) -> None:
    table = TableOptions(search="a", sort="title", columns=("title",), posters=True, size=100, page=2)
    picture = PictureChoices("wide", "dark", card="genres", slide="hours")
    asked = {pair.partition("=")[0] for each in (table, picture) for pair in each.to_query().split("&")}
    of_sessions = [each for each in addresses(web, "GET") if each.path.startswith(("/session/", "/sample", "/signup"))]
    declared = {name for each in of_sessions for name in parameters(each)}
    spelled = {f"{name}.all" for name, entry in FILTERS.items() if entry.has_kinds and not entry.kind}
    assert set(FILTERS) | spelled | asked | declared | {paper.NAME} == templates.PARAMETERS
