"""From somebody's link to the page of two, in a browser: with a script and without, in any width and either light."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import Running
from tests.everyone.visits import learn, look_at, owner, send
from tests.pairs.test_page import MINE, THEIRS


def test_two_people_come_together_by_a_link_until_it_is_revoked(running: Running, chromium: Browser) -> None:
    me, them = send(running, MINE.content), send(running, THEIRS.content)
    with owner(chromium, them) as other:
        other.goto(f"{running.url}/session/{them.id}/shares?of=films")
        for box in ("Likes", "Watchlist", "others can compare their films with mine"):
            other.get_by_label(box, exact=True).last.check()  # the pages come first
        expect(other.locator("#share-seen")).to_contain_text("Others can compare their films with yours.")
        other.get_by_role("button", name="Make the link").click()
        link = other.locator(".ticket-address a").get_attribute("href") or ""
        with owner(chromium, me, java_script_enabled=False, refusals=2) as page:
            page.goto(running.url + link)
            page.get_by_role("link", name="Compare with yours").click()
            page.locator("main .button").click()
            expect(page.locator("#headline")).to_have_text("12 films you have both seen.")
            pair = page.url.removeprefix(running.url)
            page.goto(f"{running.url}/session/{me.id}/settings")
            page.get_by_label("The link they gave you").fill("nothing")
            page.get_by_role("button", name="Compare").click()
            expect(page.get_by_role("alert")).to_contain_text("There is no such link here.")
            page.get_by_label("The link they gave you").fill(running.url + link)
            page.get_by_role("button", name="Compare").click()
            expect(page).to_have_url(running.url + pair)
            with owner(chromium, me) as looked:
                learn(looked)
                ways = [pair, f"{pair}?part=both", f"/session/{me.id}/with", f"{link.removesuffix('/films')}/with"]
                assert look_at(looked, me, ways, known=ways[1:]) == []
            other.get_by_role("button", name="Revoke").click()
            expect(other.locator("#notice")).to_be_visible()
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("Nobody to compare with.")
