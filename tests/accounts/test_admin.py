"""The pages of administrators: accounts, invitations and quotas, and nothing of anybody's films."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.accounts import administering, commands
from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD, Browsers, browsers
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.sessions.export_files import LIST, PLACES, table
from tests.sessions.test_api import upload

__all__ = ["browsers"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


@pytest.fixture
async def ada(browsers: Browsers, settings: Settings, database_url: str) -> AsyncClient:
    """Who administers; Bob does not."""
    for name, is_admin in (("Ada", True), ("Bob", False)):
        await commands.run(commands.create(name, PASSWORD, is_admin=is_admin), settings, database_url)
    return await signed_in(browsers, "Ada")


@pytest.fixture
async def bob(browsers: Browsers, ada: AsyncClient) -> AsyncClient:
    return await signed_in(browsers, "Bob")


async def signed_in(browsers: Browsers, name: str) -> AsyncClient:
    browser = browsers()
    assert (await browser.post("/api/login", json={"name": name, "password": PASSWORD})).status_code == 204
    return browser


async def find(ada: AsyncClient, name: str) -> str:
    page = (await ada.get("/admin", params={"q": name})).text
    found = re.search(rf'href="(/admin/accounts/\d+)"><b>{name}</b>', page)
    assert found, words(page)
    return found[1]


async def age(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = proven_at - interval '11 minutes'"))


async def test_accounts_are_listed_by_what_they_hold_and_nothing_of_their_films(
    ada: AsyncClient, bob: AsyncClient
) -> None:
    sent = [(await upload(bob, each)).json()["session_id"] for each in (BEFORE, AFTER)]
    page = (await ada.get("/admin")).text
    told = words(page)
    assert "2 accounts, 2 exports" in told
    assert re.search(r"Bob since [A-Z].+? 2 0\.\d MB 1 ", told), told
    for each in (page, (await ada.get(await find(ada, "Bob"))).text):
        assert not any(secret in each for secret in (*sent, BEFORE.name, "letterboxd", "127.0.0.1"))


async def test_nobody_else_sees_them(ada: AsyncClient, bob: AsyncClient, browsers: Browsers) -> None:
    where = await find(ada, "Bob")
    for visitor in (bob, browsers()):
        for path in ("/admin", "/admin/invitations", where):
            assert (await visitor.get(path)).status_code == 403
        assert (await visitor.post(f"{where}/admin", data={"may": "admin"})).status_code == 403
    assert (await bob.get("/account")).text.count("/admin") == 0
    assert 'href="/admin"' in (await ada.get("/account")).text


async def test_thousands_of_accounts_are_paged(ada: AsyncClient, web: FastAPI, engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(
            text(
                "WITH made AS (INSERT INTO owners (token_hash) SELECT NULL FROM generate_series(1, 3000) RETURNING id)"
                " INSERT INTO accounts (owner_id, name, folded, browser_key)"
                " SELECT id, 'Visitor ' || id, 'visitor ' || id, '' FROM made"
            )
        )
    asked: list[str] = []
    event.listen(web.state.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    first = (await ada.get("/admin")).text
    assert len(asked) < 12  # however many there are
    assert len(re.findall(r'href="/admin/accounts/\d+"', first)) == administering.AT_ONCE
    assert "Page 1 of 61" in words(first) and 'href="/admin?page=2"' in first
    assert "Page 61 of 61" in words((await ada.get("/admin?page=999")).text)
    found = (await ada.get("/admin", params={"q": "VISITOR"})).text
    assert "Page 1 of 60" in words(found) and 'href="/admin?q=VISITOR&amp;page=2"' in found
    assert "No account has a name that begins so." in words((await ada.get("/admin?q=%25")).text)


async def test_an_invitation_is_shown_once_works_once_and_can_be_revoked(
    ada: AsyncClient, browsers: Browsers, settings: Settings
) -> None:
    made = (await ada.post("/admin/invitations", data={"note": "For  Eve"})).text
    link = re.search(r'id="new-link"[^>]* value="([^"]+)"', made)
    assert link and "For Eve" in made
    assert link[1] not in (await ada.get("/admin")).text
    path = link[1].removeprefix(settings.local_url)
    eve = browsers()
    assert (await eve.get(path)).status_code == 200
    given = {"name": "Eve", "password": PASSWORD, "invite": path.partition("invite=")[2]}
    assert (await eve.post("/signup", data=given)).status_code == 200
    assert (await eve.get("/admin")).status_code == 403
    assert (await browsers().post("/signup", data=given | {"name": "Mallory"})).status_code == 403
    again = (await ada.post("/admin/invitations", data={"note": "Mallory", "may": "admin"})).text
    assert "For Eve" not in again and "as administrator · by Ada" in words(again)
    [invitation] = re.findall(r'name="invitation" value="(\w+)"', again)
    link = re.search(r"signup\?invite=([^\"]+)", again)
    assert link
    assert (await ada.post("/admin/invitations/revoke", data={"invitation": invitation})).status_code == 303
    assert (await browsers().get(f"/signup?invite={link[1]}")).status_code == 403
    assert (await browsers().get(f"/signup?invite={invitation}")).status_code == 403


async def test_an_invitation_that_is_over_is_gone(ada: AsyncClient, engine: AsyncEngine) -> None:
    await ada.post("/admin/invitations", data={"note": "For Eve"})
    async with engine.begin() as db:
        await db.execute(text("UPDATE invitations SET expires_at = now() - interval '1 second'"))
    assert "For Eve" not in (await ada.get("/admin")).text
    await ada.post("/admin/invitations", data={"note": "For Mallory"})
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT note FROM invitations"))).scalars().all() == ["For Mallory"]


async def test_beyond_a_quota_nothing_more_is_stored_and_nothing_lost(
    ada: AsyncClient, bob: AsyncClient, web: FastAPI, browsers: Browsers
) -> None:
    web.state.settings = replace(web.state.settings, quota_exports=1)
    kept = (await upload(bob, BEFORE)).json()["session_id"]
    full = await upload(bob, AFTER)
    assert (full.status_code, "as many exports as it may hold (1)" in full.text) == (413, True)
    assert (await upload(bob, BEFORE)).json()["session_id"] == kept  # the same once more is no more
    assert "1 of 1 exports." in words((await bob.get("/account")).text)
    where = await find(ada, "Bob")
    assert (await ada.post(f"{where}/quotas", data={"exports": "2", "mb": "x"})).status_code == 422
    assert (await ada.post(f"{where}/quotas", data={"exports": "", "mb": "99999999999999999999"})).status_code == 422
    assert (await ada.post(f"{where}/quotas", data={"exports": "5", "mb": ""})).status_code == 303
    assert (await upload(bob, AFTER)).status_code == 201
    web.state.settings = replace(web.state.settings, quota_exports=0, quota_mb=1)
    await ada.post(f"{where}/quotas", data={"exports": "", "mb": ""})
    assert [each["id"] for each in (await bob.get("/api/account")).json()["sessions"]][1] == kept
    # Whoever has no account is bound by the days alone.
    web.state.settings = replace(web.state.settings, quota_exports=1)
    anonymous = browsers()
    assert [(await upload(anonymous, each)).status_code for each in (BEFORE, AFTER)] == [201, 201]


async def test_megabytes_are_counted_as_they_were_sent(bob: AsyncClient, web: FastAPI, engine: AsyncEngine) -> None:
    web.state.settings = replace(web.state.settings, quota_mb=1)
    await upload(bob, BEFORE)
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET sent_bytes = 999999"))
    refused = await upload(bob, AFTER)
    assert (refused.status_code, "holds 1.0 MB and may hold 1 MB" in refused.json()["error"]) == (413, True)
    assert len((await bob.get("/api/account")).json()["sessions"]) == 1


async def test_lists_that_were_brought_count_as_they_were_sent(
    ada: AsyncClient, bob: AsyncClient, web: FastAPI, engine: AsyncEngine
) -> None:
    session = (await upload(bob, BEFORE)).json()["session_id"]
    content = table("Letterboxd list export v7", LIST, "2024-01-01,Two,,,", "", PLACES, "1,Heat,1995,,", "2,Ran,1985,,")
    file = [("files", ("two.csv", content, "text/csv"))]
    assert (await bob.post(f"/session/{session}/lists", files=file)).status_code == 303
    async with engine.connect() as db:
        assert (await db.scalars(text("SELECT sent_bytes FROM film_lists WHERE owner_id > 0"))).all() == [len(content)]
        exports = await db.scalar(text("SELECT sum(sent_bytes) FROM sessions"))
        (member,) = await administering.list_members(db, begins="bob", page=1)
        sums = await administering.sum_up(db, begins="")
    assert member.n_bytes == sums.n_bytes == exports + len(content)
    web.state.settings = replace(web.state.settings, quota_mb=1)
    async with engine.begin() as db:
        await db.execute(text("UPDATE film_lists SET sent_bytes = 999999 WHERE owner_id > 0"))
    assert (await bob.post(f"/session/{session}/lists", files=file)).status_code == 303  # the same once more is no more
    other = [("files", ("other.csv", content.replace(b"Two", b"Other"), "text/csv"))]
    refused = await bob.post(f"/session/{session}/lists", files=other)
    assert (refused.status_code, "may hold 1 MB, so no list was stored." in refused.text) == (413, True)
    assert (await upload(bob, AFTER)).status_code == 413


async def test_logins_are_ended_and_rights_given_and_taken(ada: AsyncClient, bob: AsyncClient) -> None:
    where, own = await find(ada, "Bob"), await find(ada, "Ada")
    last = await ada.post(f"{own}/admin")
    assert (last.status_code, "the only administrator" in last.text) == (409, True)
    assert (await ada.post(f"{where}/admin", data={"may": "admin"})).status_code == 303
    assert (await bob.get("/admin")).status_code == 200
    assert (await ada.post(f"{own}/admin")).status_code == 303
    assert (await ada.get("/admin")).status_code == 403
    assert (await bob.post(f"{own}/logins/end")).status_code == 303
    assert (await ada.get("/api/account")).status_code == 401
    assert (await bob.post(f"{where}/logins/end")).status_code == 303  # but this one
    assert (await bob.get("/api/account")).status_code == 200


async def test_an_account_that_is_deleted_here_does_not_come_back(
    ada: AsyncClient, bob: AsyncClient, engine: AsyncEngine
) -> None:
    session = (await upload(bob, BEFORE)).json()["session_id"]
    where, own = await find(ada, "Bob"), await find(ada, "Ada")
    assert (await ada.post(f"{where}/delete", data={"name": "Ada"})).status_code == 422
    assert (await ada.post(f"{own}/delete", data={"name": "Ada"})).status_code == 409
    assert (await ada.post(f"{where}/delete", data={"name": "bob"})).status_code == 303
    assert (await ada.get(where)).status_code == 404
    assert (await bob.get(f"/session/{session}")).status_code == 404
    assert (await bob.post("/api/login", json={"name": "Bob", "password": PASSWORD})).status_code == 401
    await jobs.delete_left_accounts(engine)
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM sessions"))).scalar_one() == 0


async def test_changes_need_a_proof_of_the_last_ten_minutes(
    ada: AsyncClient, bob: AsyncClient, engine: AsyncEngine
) -> None:
    where = await find(ada, "Bob")
    await age(engine)
    for path in ("/invitations", "/invitations/revoke", *(f"{where.removeprefix('/admin')}/{n}" for n in CHANGES)):
        asked = await ada.post(f"/admin{path}", data={"name": "Bob", "may": "admin"})
        back = where.replace("/", "%2F") if "accounts" in path else "%2Fadmin"
        assert (asked.status_code, asked.headers["location"]) == (303, f"/account/prove?back={back}")
    assert (await bob.get("/admin")).status_code == 403
    assert "Confirm that it is you" in (await ada.get(where)).text


CHANGES = ("quotas", "admin", "delete", "logins/end")
