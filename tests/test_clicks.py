"""A click on a filter: asked for before it is made, and painted where a person looks before all else follows."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, Request, expect

from tests import browser as browsers
from tests.browser import Running

MARK = "#card-genres a[data-filter]"
# The pages that were sent for, not the small answers beside them.
IS_PAGE = "text/html"


def listen(page: Page) -> list[tuple[str, str]]:
    """Of each page the script asks for: the query, and what for."""
    asked: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if request.headers.get("accept") == IS_PAGE:
            asked.append((request.url.partition("?")[2], request.headers.get("purpose", "")))

    page.on("request", note)
    return asked


def point_at(page: Page, selector: str) -> str:
    """Moves the mouse there; the query that a click would lead to."""
    mark = page.locator(selector).first
    mark.scroll_into_view_if_needed()
    mark.hover()
    return (mark.get_attribute("href") or "").partition("?")[2]


def test_a_mouse_that_rests_asks_and_the_click_uses_the_answer(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        asked = listen(page)
        with page.expect_response(lambda answer: "genre=" in answer.url):
            query = point_at(page, MARK)
        assert asked == [(query, "prefetch")]
        assert page.url == f"{running.url}/sample"
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url(f"{running.url}/sample?{query}")
        assert asked == [(query, "prefetch")]


def test_what_was_asked_a_while_ago_is_asked_again_when_the_button_goes_down(
    running: Running, chromium: Browser
) -> None:
    with browsers.page(chromium) as page:
        page.clock.install()
        page.goto(f"{running.url}/sample")
        asked = listen(page)
        with page.expect_response(lambda answer: "genre=" in answer.url):
            query = point_at(page, MARK)
            page.clock.fast_forward(100)
        page.clock.fast_forward(1_100)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url(f"{running.url}/sample?{query}")
        assert asked == [(query, "prefetch"), (query, "prefetch")]


def test_whoever_goes_back_is_shown_what_there_is_now(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.clock.install()
        page.goto(f"{running.url}/sample")
        page.locator(MARK).first.click()
        page.wait_for_url("**/sample?genre=*")
        page.mouse.move(0, 0)
        page.clock.fast_forward(1_100)  # what was asked for since, as the mouse was still there, is too old
        asked = listen(page)
        with page.expect_response(f"{running.url}/sample"):
            assert point_at(page, MARK) == ""  # which lifts the filter again
            page.clock.fast_forward(100)
        page.go_back()
        expect(page.locator("#chips")).to_have_count(0)
        assert asked == [("", "prefetch"), ("", "")]


def test_a_mouse_that_passes_asks_for_nothing(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        asked = listen(page)
        mark = page.locator(MARK).first
        mark.evaluate(PASS)
        page.wait_for_timeout(200)
        mark.press("Enter")
        page.wait_for_url("**/sample?genre=*")
        assert [purpose for _, purpose in asked] == [""]


def test_cards_out_of_sight_follow_what_is_seen(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        before = page.locator("#card-directors").get_attribute("data-hash")
        page.evaluate(FRAMES)
        page.locator("#card-ratings a[data-filter]").last.click()
        page.wait_for_url("**/sample?rating=*")
        expect(page.locator("#card-directors")).not_to_have_attribute("data-hash", before or "")
        while page.evaluate("window.morphs.length") < 2:
            page.wait_for_timeout(20)
        # At the first morph what is seen was new, and what is not was old; at the last all was new.
        first, *_, last = page.evaluate("window.morphs")
        assert first["seen"] and not first["unseen"]
        assert last["seen"] and last["unseen"]
        become = page.evaluate(CARDS)
        page.goto(page.url)
        assert page.evaluate(CARDS) == become


def test_what_is_open_out_of_sight_stays_open(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        name = page.locator(".card details").last.evaluate(
            "(details) => { details.open = true; return details.closest('.card').id; }"
        )
        card = page.locator(f"#{name}")
        before = card.get_attribute("data-hash")
        page.locator("#card-ratings a[data-filter]").last.click()
        page.wait_for_url("**/sample?rating=*")
        expect(card).not_to_have_attribute("data-hash", before or "")
        expect(card.locator("details[open]")).to_have_count(1)


def test_a_mark_stays_the_element_it_is_and_moves(running: Running, chromium: Browser) -> None:
    """Where others come and go as well, and one behind it comes in front of its bar."""
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        page.evaluate(KEEP)
        page.locator("#card-ratings a[data-filter]").last.click()
        page.wait_for_url("**/sample?rating=*")
        page.wait_for_function(f"{KEPT}.every((mark) => mark.same)")
        kept = page.evaluate(KEPT)
        assert len(kept) > 10
        assert all(mark["bar"] for mark in kept)


def test_pages_that_were_clicked_are_those_that_are_loaded(running: Running, chromium: Browser) -> None:
    """Every element of them, however they came about."""
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        page.evaluate("document.addEventListener('morphed', () => window.ends++)")
        for card, said in (("ratings", "rating="), ("viewings", "viewed="), ("ratings", "viewed=")):
            page.evaluate("window.ends = 0")
            page.locator(f"#card-{card} svg a[data-filter]").last.click()
            page.wait_for_url(f"**/sample?*{said}*")
            page.locator("#chips .chip").first.wait_for()
            while page.evaluate("window.ends") < 2:
                page.wait_for_timeout(20)
            assert page.evaluate(UNLIKE) == []


def test_what_was_found_for_a_click_is_not_done_to_another_page(running: Running, chromium: Browser) -> None:
    """As when the page is drawn anew meanwhile: what was found for a card is no longer so."""
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        with page.expect_response(lambda answer: "genre=" in answer.url):
            point_at(page, MARK)
        page.wait_for_timeout(100)  # until it was read
        page.evaluate("document.querySelector('#card-genres .card-summary').replaceChildren('Now ', 'another')")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url("**/sample?genre=*")
        expect(page.locator("#chips .chip")).to_have_count(1)
        become = page.locator("#card-genres").text_content()
        page.goto(page.url)
        assert page.locator("#card-genres").text_content() == become


# Over a mark and on to its heading.
PASS = """(mark) => {
    for (const element of [mark, mark.closest(".card").querySelector("h2")])
        element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
}"""
# Whether the ratings, which are clicked on, and the directors far below are those of the page before.
FRAMES = """() => {
    const hash = (card) => document.querySelector(`#card-${card}`).dataset.hash;
    const [seen, unseen] = [hash("ratings"), hash("directors")];
    window.morphs = [];
    document.addEventListener("morphed", () =>
        window.morphs.push({ seen: hash("ratings") !== seen, unseen: hash("directors") !== unseen }));
}"""
# Of each part of the page that is not as the server sends it, its id or class. The script sets stops, and takes away
# pictures that cannot be had.
UNLIKE = """async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document, fresh].map((page) => {
        const main = page.importNode(page.querySelector("main"), true);
        for (const image of main.querySelectorAll("img")) image.remove();
        for (const each of main.querySelectorAll("*"))
            for (const name of ["tabindex", "aria-describedby", "style"]) each.removeAttribute(name);
        for (const each of main.querySelectorAll("[class='']")) each.removeAttribute("class");
        return main.querySelectorAll("#session > *, #cards > *, main > p");
    });
    const unlike = [...here].filter((part, i) => !there[i]?.isEqualNode(part));
    return [...unlike.map((part) => part.id || part.className), ...(here.length === there.length ? [] : ["length"])];
}"""
# Each mark of the release years with its bar, under its key; and whether both are still there.
KEEP = """() => {
    const marks = document.querySelectorAll("#card-release_years svg a[data-key]");
    window.kept = new Map([...marks].map((mark) => [mark.dataset.key, [mark, mark.querySelector(".bar")]]));
}"""
KEPT = """[...document.querySelectorAll("#card-release_years svg a[data-key]")].map((mark) => {
    const [same, bar] = window.kept.get(mark.dataset.key) ?? [];
    return { same: same === mark, bar: bar === mark.querySelector(".bar") };
})"""
# What a reader sees of each card; the script takes marks out of the order of Tab.
CARDS = """() => [...document.querySelectorAll("[data-hash]")].map((card) => {
    const copy = card.cloneNode(true);
    for (const each of copy.querySelectorAll("[tabindex], [aria-describedby], img")) {
        each.removeAttribute("tabindex");
        each.removeAttribute("aria-describedby");
    }
    return [card.dataset.hash, copy.textContent.replace(/\\s+/g, " "), copy.querySelectorAll("a[href]").length];
})"""


def test_what_comes_into_a_page_computes_no_styles_of_all_its_cards(running: Running, chromium: Browser) -> None:
    """One rule for any last, second or next child would have each change among children do so."""
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        marks = page.locator("#session *").count()
        added = count_styled(page, "document.querySelector('#session > .notices').before(document.createElement('p'))")
        assert 0 < added < 200 < 1_000 < marks


def count_styled(page: Page, change: str) -> int:
    """Elements whose styles are computed after this."""
    devtools = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ends: list[object] = []
    devtools.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    devtools.on("Tracing.tracingComplete", lambda told: ends.append(told))
    page.evaluate("document.body.offsetTop")
    devtools.send(
        "Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": ["devtools.timeline"]}}
    )
    page.evaluate(f"{change}; document.body.offsetTop")
    devtools.send("Tracing.end")
    while not ends:
        page.wait_for_timeout(10)
    return sum(event["args"].get("elementCount", 0) for event in events if event["name"] == "UpdateLayoutTree")


def test_a_mark_that_has_the_focus_is_not_written_to(running: Running, chromium: Browser) -> None:
    """Its tabindex, written while it has the focus, has Chromium lay out the whole page there and then."""
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        mark = page.locator(MARK).last
        mark.focus()
        expect(mark).to_have_attribute("tabindex", "0")
        written = mark.evaluate(
            """(mark) => {
                const written = new MutationObserver(() => {});
                written.observe(mark, { attributes: true });
                mark.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
                return written.takeRecords().length;
            }"""
        )
        assert written == 0
