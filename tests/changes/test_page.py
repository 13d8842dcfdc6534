"""The page on what changed, and the slip on the overview."""

from __future__ import annotations

import re

from httpx import AsyncClient

from kinograph.changes import routes
from kinograph.sessions.export import Upload
from tests.changes.test_api import AFTER, BEFORE, GONE_AFTER, GONE_BEFORE
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_api import upload

TAG = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """What a reader sees, without tags and in one line."""
    return " ".join(TAG.sub(" ", html.split("<main")[1]).split())


async def send_both(client: AsyncClient) -> tuple[str, str]:
    return tuple([(await upload(client, each)).json()["session_id"] for each in (BEFORE, AFTER)])


async def test_the_page_tells_each_part_that_changed(client: AsyncClient) -> None:
    before, after = await send_both(client)
    page = await client.get(f"/session/{after}/changes")
    assert page.status_code == 200
    told = words(page.text)
    for said in (
        "1 film in 82 days.",
        "since October 3, 2024",
        "+1 films 1 → 2",
        "±0 ratings 1 → 1, 1 changed",
        "– likes not in both exports",
        "1 new film",
        "1 re-rated → Ran! (opens Letterboxd) 1985 · not seen again 4★ → 4½★",
        "1 watched from it → Ikiru (opens Letterboxd) 1952 · on it since Jan 1, 2024, seen on Dec 1, 2024",
        "1 edited → Ran! (opens Letterboxd) 1985 · Jan 1, 2024 → Jan 1, 2021",
        "1 changed → Rain no longer on it: Ikiru",
        "Not compared: Likes. The export of Oct 3, 2024 has no such file.",
        "Letterboxd renamed 1 film; that is not counted as a change.",
    ):
        assert said in told, said
    lit = re.findall(r'class="is-(lit|dark)"', page.text)
    assert (len(lit), lit.index("lit"), lit.count("lit")) == (82, 58, 1)  # December 1 is 59 days after October 3
    assert f'value="{before}" selected' in page.text


async def test_dropped_films_are_no_deleted_ones(client: AsyncClient) -> None:
    await upload(client, GONE_BEFORE)
    now = (await upload(client, GONE_AFTER)).json()["session_id"]
    told = words((await client.get(f"/session/{now}/changes")).text)
    for said in (
        "1 film gone \u2212 Heat (opens Letterboxd) 1995 1 film that Letterboxd dropped \u2212 Chernobyl",
        "2019 · Jan 1, 2020 · 5★ · Letterboxd dropped the film",
        "1995 · Feb 1, 2024 · 4★",
        "Letterboxd dropped 1 film from its database, so it is no longer in your export. You did not delete it.",
    ):
        assert said in told, told
    assert told.count("Letterboxd dropped the film") == 3  # two viewings and a review


async def test_it_is_the_owners_alone(client: AsyncClient) -> None:
    before, after = await send_both(client)
    mine = dict(client.cookies)
    client.cookies.clear()
    assert (await client.get(f"/session/{after}/changes")).status_code == 403
    theirs = (await upload(client, AFTER)).json()["session_id"]
    assert (await client.get(f"/session/{theirs}/changes?since={before}")).status_code == 404
    assert (await client.get(f"/session/{theirs}/changes")).status_code == 404
    assert "Since October" not in (await client.get(f"/session/{after}")).text
    client.cookies.update(mine)
    assert (await client.get(f"/session/{after}/changes?since=nonsense")).status_code == 200


async def test_the_same_films_are_said_to_be_the_same(client: AsyncClient) -> None:
    _, after = await send_both(client)
    again = zipped(watched=table(FILM, "2024-01-02,Ran!,1985,https://boxd.it/2a9q"), watchlist=table(FILM)).content
    later = (await upload(client, Upload("letterboxd-someone-2025-01-24-18-29-utc.zip", again))).json()["session_id"]
    told = words((await client.get(f"/session/{later}/changes?since={after}")).text)
    assert "No new films, but other changes." in told
    assert "1 film gone" in told and "\u2212 Ikiru" in told
    same = (await client.get(f"/session/{after}/changes?since={after}")).text
    assert "Nothing changed in what can be compared." in same or "The same 2 films." in same


async def test_the_overview_opens_with_what_is_new_and_each_number_leads_to_it(client: AsyncClient) -> None:
    before, after = await send_both(client)
    page = await client.get(f"/session/{after}")
    slip = page.text.split('id="since-before"')[1].split("</section>")[0]
    assert "Since October 3, 2024 1 film 1 re-rated 1 from the watchlist" in " ".join(
        TAG.sub(" ", slip).split(">", 1)[1].split()
    )
    whole = (await client.get(f"/session/{after}/changes?since={before}")).text
    targets = re.findall(rf'href="/session/{after}/changes\?since={before}#(\w+)"', slip)
    assert targets == ["films", "ratings", "watchlist"]
    assert all(f'id="{target}"' in whole for target in targets)
    assert 'id="since-before"' not in (await client.get(f"/session/{before}")).text
    assert 'id="since-before"' not in (await client.get(f"/session/{after}?rating=4.5")).text


async def test_the_slip_goes_with_the_export_it_tells_of(client: AsyncClient) -> None:
    before, after = await send_both(client)
    tag = (await client.get(f"/session/{after}")).headers["etag"]
    assert (await client.get(f"/session/{after}", headers={"if-none-match": tag})).status_code == 304
    assert (await client.delete(f"/api/session/{before}")).status_code == 204
    page = await client.get(f"/session/{after}", headers={"if-none-match": tag})
    assert (page.status_code, 'id="since-before"' in page.text) == (200, False)
    assert (await client.get(f"/session/{after}/changes")).status_code == 404


async def test_fifty_are_shown_and_the_rest_stand_behind_a_link(client: AsyncClient) -> None:
    first = [f"2024-01-01,Film {n},1990," for n in range(30)]
    more = [f"2024-02-01,New {n},2000," for n in range(routes.MANY + 3)]
    diary = [f"{row},4,,,2024-02-02" for row in more]
    old = zipped(watched=table(FILM, *first), diary=table(DIARY, "2024-01-01,Film 1,1990,,4,,,2024-01-01"))
    new = zipped(
        watched=table(FILM, *first, *more), diary=table(DIARY, "2024-01-01,Film 1,1990,,4,,,2024-01-01", *diary)
    )
    await upload(client, Upload("letterboxd-someone-2024-01-20-18-29-utc.zip", old.content))
    after = (await upload(client, Upload("letterboxd-someone-2024-12-24-18-29-utc.zip", new.content))).json()[
        "session_id"
    ]
    page = (await client.get(f"/session/{after}/changes")).text
    assert page.count('class="change"') == routes.FEW  # of the diary; the films are posters
    assert page.count('class="of-you"') == routes.FEW
    assert "All 203" in page
    assert "200 films" in words(page).split("Milestones passed")[1]
    link = re.search(r'href="(/session/[^"]+part=films-added)"', page)
    assert link
    whole = (await client.get(link[1].replace("&amp;", "&"))).text
    assert whole.count('class="change"') == routes.MANY
    last = (await client.get(link[1].replace("&amp;", "&") + "&page=2")).text
    assert last.count('class="change"') == 3
    assert len(re.findall(r'class="is-(?:lit|dark)"', page)) == 49  # 339 days are drawn as weeks
