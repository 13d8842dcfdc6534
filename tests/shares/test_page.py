"""The owner's page of links, with forms alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.shares import description
from kinograph.shares.store import OwnShare
from tests.shares.conftest import Shared

FORM: dict[str, Any] = {
    "name": "For Mira",
    "pages": ["", "films"],
    "shows": ["stars"],
    "days": "30",
    "filters": "viewed=2024",
}


def said(page: Response) -> str:
    """What the page says the link would show."""
    found = re.search(r'id="share-seen"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    assert found
    return " ".join(found[1].split())


async def post(shared: Shared, end: str = "", **form: Any) -> Response:
    return await shared.owner.post(f"/session/{shared.id}/shares{end}", data=form)


async def listed(shared: Shared) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await shared.owner.get(f"/api/session/{shared.id}/shares")).json()
    return found


async def test_the_page_is_the_owners_alone(shared: Shared) -> None:
    share = await shared.make()
    for end in ("", f"/{share.removeprefix('/s/')}"):
        assert (await shared.visitor.get(f"/session/{shared.id}/shares{end}")).status_code == 403
    for end in ("", f"/{share.removeprefix('/s/')}", f"/{share.removeprefix('/s/')}/revoke"):
        assert (await shared.visitor.post(f"/session/{shared.id}/shares{end}", data=FORM)).status_code == 403
    assert "/shares" not in (await shared.visitor.get(f"/session/{shared.id}")).text
    closing = await shared.visitor.post(f"/session/{shared.id}/access", data={"closed": "yes"})
    assert closing.status_code == 403


async def test_the_form_is_filled_in_with_the_page_one_comes_from(shared: Shared) -> None:
    page = (await shared.owner.get(f"/session/{shared.id}/person/7?genre=Drama&count=hours")).text
    link = re.search(r'href="([^"]*/shares[^"]*)"', page)
    assert link and link[1] == f"/session/{shared.id}/shares?of=person&amp;person=7&amp;genre=Drama"
    form = await shared.owner.get(link[1].replace("&amp;", "&"))
    assert 'value="people" checked' in form.text and 'value="person=7&amp;genre=Drama"' in form.text
    assert said(form).startswith("Whoever has this link opens People: 1 film made with Inside Director")


async def test_a_story_is_shared_as_what_it_is_of(shared: Shared) -> None:
    page = (await shared.owner.get(f"/session/{shared.id}/year/2024/story")).text
    assert f'href="/session/{shared.id}/shares?of=story&amp;viewed=2024"' in page


async def test_see_it_makes_nothing_and_repeats_no_password(shared: Shared) -> None:
    page = await post(shared, **FORM, password="popcorn", do="see")
    assert page.status_code == 200
    assert said(page).startswith(
        "Whoever has this link and its password opens Overview and Films: 2 films watched in 2024. It shows your stars."
        " It does not show your likes, watchlist, tags or lists. It ends on "
    )
    assert "popcorn" not in page.text and "Enter the password again" in page.text
    assert 'value="For Mira"' in page.text and page.headers["cache-control"] == "private, no-store"
    assert await listed(shared) == []


async def test_a_link_is_made_changed_revoked_and_opened_again(shared: Shared) -> None:
    made = await post(shared, **FORM, password="popcorn")
    assert (made.status_code, made.headers["location"]) == (303, f"/session/{shared.id}/shares")
    (share,) = await listed(shared)
    kept = ("name", "pages", "filters", "has_password", "open")
    assert [share[name] for name in kept] == ["For Mira", ["", "films"], "viewed=2024", True, True]
    one = f"/{share['token']}"
    assert "popcorn" not in (await shared.owner.get(f"/session/{shared.id}/shares{one}")).text
    await post(shared, one, **FORM | {"days": "same", "name": "For Dad"})
    assert await listed(shared) == [share | {"name": "For Dad"}]
    await post(shared, one, **FORM | {"days": "same", "unlock": "yes", "follow": "yes"})
    (changed,) = await listed(shared)
    assert [changed[name] for name in ("has_password", "follow", "expires_at")] == [False, True, share["expires_at"]]
    await post(shared, f"{one}/revoke")
    assert (await shared.visitor.get(f"/s/{share['token']}")).status_code == 404
    assert "Open again" in (await shared.owner.get(f"/session/{shared.id}/shares")).text
    await post(shared, f"{one}/open")
    assert (await shared.visitor.get(f"/s/{share['token']}")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pages": []}, "Choose at least one page."),
        ({"days": "soon"}, "Days are a whole number from 1 to 3,650"),
        ({"filters": "mood=<b>"}, "“mood=&lt;b&gt;” is no filter."),
        ({"name": "x" * 101}, "The name has more than 100 characters."),
        ({"password": "x" * 1001}, "A password has 1 to 1,000 characters."),
    ],
)
async def test_what_is_wrong_stands_above_the_form_as_it_was(
    shared: Shared, wrong: dict[str, Any], sentence: str
) -> None:
    page = await post(shared, **FORM | wrong)
    assert (page.status_code, sentence in page.text, 'role="alert"' in page.text) == (422, True, True)
    assert f'value="{wrong.get("name", "For Mira")}"' in page.text
    assert await listed(shared) == []


async def test_one_that_ended_by_itself_is_opened_for_ninety_days(shared: Shared, engine: AsyncEngine) -> None:
    share = await shared.make()
    async with engine.begin() as db:
        await db.execute(text("UPDATE shares SET expires_at = now() - interval '2 days'"))
    await post(shared, f"/{share.removeprefix('/s/')}/open")
    (opened,) = await listed(shared)
    left = datetime.fromisoformat(opened["expires_at"]) - datetime.now(UTC)
    assert (opened["open"], round(left.total_seconds() / 86_400)) == (True, 90)


async def test_over_twenty_those_that_ended_are_folded_away(shared: Shared, engine: AsyncEngine) -> None:
    await shared.make()
    copied = (
        "INSERT INTO shares (token, owner_id, session_id, name, pages, filters, shows, revoked_at)"
        " SELECT n, owner_id, session_id, name, pages, filters, shows, now() FROM shares, generate_series(1, 20) n"
    )
    async with engine.begin() as db:
        await db.execute(text(copied))
    page = (await shared.owner.get(f"/session/{shared.id}/shares")).text
    assert "20 links that have ended" in page and page.count('<li class="ticket') == 21
    assert page.index("20 links that have ended") < page.index('<li class="ticket is-over')


async def test_the_address_is_closed_and_opened_by_a_button(shared: Shared) -> None:
    for closed, status, heading in (
        ("yes", 404, "Your own address is closed"),
        ("no", 200, "Your own address is open"),
    ):
        await shared.owner.post(f"/session/{shared.id}/access", data={"closed": closed})
        assert (await shared.visitor.get(f"/session/{shared.id}")).status_code == status
        assert heading in (await shared.owner.get(f"/session/{shared.id}/shares")).text


def test_a_ticket_says_whom_it_admits_until_when_and_who_came() -> None:
    today, noon = date(2026, 11, 28), datetime(2026, 12, 31, 12, tzinfo=UTC)
    share = OwnShare(
        1, "q7JwAAAAAAAAAAAAAAfX2c", "Club", ("", "films"), "", ("stars", "likes"), True, True, noon, noon, None, True,
        {today: 3, date(2026, 10, 30): 2, date(2026, 10, 29): 9},
    )  # fmt: skip
    ticket = description.print_ticket(share, today)
    assert (ticket.admits, ticket.summary, ticket.until, ticket.opened, ticket.visits, ticket.bars, ticket.most) == (
        "For anyone with the link and its password",
        "Overview, Films · stars, likes · follows your newest export",
        "Ends in 33 days, on December 31, 2026.",
        "Last opened today.",
        5,
        (2, *[0] * 28, 3),
        3,
    )
    assert ticket.short_token == "q7Jw…fX2c"


async def test_the_picture_of_a_link_is_drawn_of_what_it_would_show(shared: Shared) -> None:
    page = await shared.owner.get(f"/session/{shared.id}/shares?of=year&viewed=2024")
    found = re.search(r'src="(/session/[^"]*/share\.png\?[^"]*)"', page.text)
    assert found
    address = found[1].replace("&amp;", "&")
    assert address.endswith("/share.png?pages=year&filters=viewed%3D2024&shows=stars")
    assert (await shared.visitor.get(address)).status_code == 403
    picture = await shared.owner.get(address)
    assert (picture.status_code, picture.headers["content-type"], picture.content[:4]) == (200, "image/png", b"\x89PNG")
    starless = await shared.owner.get(address.replace("=stars", "="))
    assert starless.status_code == 200 and starless.content != picture.content
