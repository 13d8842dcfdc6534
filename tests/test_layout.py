"""How pages look and how they are gone through: what stays in view, what fits, what one key leads to."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import addresses
from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.invented_films import InventedFilm, film
from tests.libraries import many
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped

LOOKS = Path(__file__).with_name("looks.js")
AXE = Path(__file__).parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
UNBROKEN = "W" * 300
"""A title of capital letters without a place to break it."""

TWINS = 5
"""So many entries of TMDB are called so and of one year, that none of them can be chosen."""


class Session(NamedTuple):
    running: Running
    id: str
    token: str

    @property
    def url(self) -> str:
        return f"{self.running.url}/session/{self.id}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.add(*map(_twin, range(TWINS)))
        settings = {"TMDB_BASE_URL": tmdb.url, "TMDB_ACCESS_TOKEN": tmdb.token, "TMDB_REQUESTS_PER_SECOND": "900"}
        with browsers.kinograph(tmp_path_factory.mktemp("layout"), **settings) as running:
            yield running


@pytest.fixture(scope="module")
def large(running: Running) -> Session:
    """Of 1,500 films, each rated and seen once."""
    return _send(running, many(1500, "Harbour Story").content)


@pytest.fixture(scope="module")
def doubtful(running: Running) -> Session:
    """Of one film, whose title is as long as titles get and fits several entries alike."""
    films = f"2024-01-02,{UNBROKEN},1990,https://boxd.it/abc0"
    return _send(
        running,
        zipped(
            watched=table(FILM, films),
            ratings=table(RATING, f"{films},4"),
            diary=table(DIARY, f"{films},4,,,2024-01-01"),
        ).content,
    )


def _twin(n: int) -> InventedFilm:
    entry = film(UNBROKEN, 1990, votes=100)
    entry.id += n
    entry.details["id"] = entry.id
    return entry


def _send(running: Running, content: bytes) -> Session:
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
    running.wait_for(f"/api/session/{sent['session_id']}/status", status="completed")
    return Session(running, sent["session_id"], sent["owner_token"])


@contextmanager
def owner(chromium: Browser, session: Session, **options: Any) -> Iterator[Page]:
    with browsers.page(chromium, **options) as page:
        page.add_init_script(path=LOOKS)
        page.context.add_cookies([{"name": "owner", "value": session.token, "url": session.running.url}])
        yield page


# What is picked


@pytest.mark.parametrize("script", [True, False])
def test_what_is_picked_stays_in_view(chromium: Browser, running: Running, script: bool) -> None:
    with browsers.page(chromium, java_script_enabled=script) as page:
        for width, height in ((1440, 900), (1024, 768), (390, 844), (320, 640)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto("about:blank")
            page.goto(f"{running.url}/sample?country=JP&rating=4-5&genre=Drama#card-countries")
            page.wait_for_function("scrollY > 500")
            bar = page.locator("#active-filters")
            expect(bar).to_be_in_viewport(ratio=1)
            expect(bar).to_contain_text(re.compile(r"\d+ films"))
            expect(bar.locator(".chip")).to_have_count(3)
            box = bar.bounding_box()
            assert box is not None and box["y"] == 0 and box["height"] < 64, "one line, at the top"
            expect(page.locator("#title-countries")).to_be_in_viewport()
            title = page.locator("#title-countries").bounding_box()
            assert title is not None and title["y"] >= box["height"], "what the address leads to is not covered"


def test_nothing_sticks_while_nothing_is_picked(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        expect(page.locator("#active-filters")).to_have_count(0)
        page.locator("#card-genres .row").first.click()
        expect(page.locator("#active-filters .chip")).to_have_count(1)
        expect(page.locator("#announcer")).to_contain_text("films")
        page.locator("#active-filters .chip").click()
        expect(page.locator("#active-filters")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_bar_of_what_is_picked_covers_nothing_that_has_the_focus(
    chromium: Browser, running: Running, width: int
) -> None:
    with browsers.page(chromium, width=width, height=700) as page:
        page.add_init_script(path=LOOKS)
        page.goto(f"{running.url}/sample?rating=4-5")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.locator(".site-footer a").last.focus()
        covered = []
        for _ in range(60):
            page.keyboard.press("Shift+Tab")
            covered += page.evaluate(
                """() => {
                  const bar = document.querySelector("#active-filters");
                  const [element, foot] = [document.activeElement, bar.getBoundingClientRect().bottom];
                  if (bar.contains(element) || element === document.body) return [];
                  const { top, bottom } = element.getBoundingClientRect();
                  const isCovered = top < foot && bottom - top < innerHeight / 2 && scrollY > 500;
                  return isCovered ? [element.outerHTML.slice(0, 200)] : [];
                }"""
            )
        assert covered == []


# Pictures that cannot be had


@pytest.mark.parametrize(("failure", "script"), [("not found", True), ("blocked", False)])
def test_a_picture_that_fails_leaves_the_drawing(
    chromium: Browser, large: Session, failure: Literal["blocked", "not found"], script: bool
) -> None:
    options: dict[str, Any] = {"java_script_enabled": script, "height": 1600}
    with browsers.page(chromium, refusals=1000, goes_offline=True, **options) as page:
        if failure == "not found":  # no page of the tests gets through to them, so blocked they are
            page.context.route("https://image.tmdb.org/**", lambda route: route.fulfill(status=404))
        for path in ("/people", "/films", "/films?look=posters", ""):
            page.goto(large.url + path)
            _has_no_mark_of_a_broken_picture(page)
        if script:
            page.locator("#card-genres .row").first.click()
            expect(page.locator("#active-filters")).to_be_visible()
            _has_no_mark_of_a_broken_picture(page)


def _has_no_mark_of_a_broken_picture(page: Page) -> None:
    """It looks as if no picture had been asked for."""
    page.wait_for_load_state("networkidle")
    pictures = page.locator(":is(.poster, .film-thumb, .face)").filter(visible=True)
    assert pictures.count() > 10
    page.mouse.move(0, 0)
    # What is laid out late moves what is seen by half a pixel.
    page.evaluate("document.documentElement.classList.add('shows-offscreen'); scrollTo(0, 0)")
    page.wait_for_function("document.getAnimations().length === 0")
    seen = _finished(page)
    page.evaluate("document.querySelectorAll('main img').forEach((image) => image.remove())")
    assert _finished(page) == seen


def _finished(page: Page) -> bytes:
    """A picture of the page once it no longer changes: what is laid out late is painted late."""
    before = b""
    while (now := page.screenshot()) != before:
        before = now
    return now


# What fits


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_correcting_fits_any_title(chromium: Browser, doubtful: Session, locale: str) -> None:
    with owner(chromium, doubtful, locale=locale) as page:
        for path in ("/repair", "/repair?show=all", "/repair/0", f"/repair/0?query={UNBROKEN[:100]}"):
            page.goto(doubtful.url + path)
            for width in (1440, 390, 320):
                page.set_viewport_size({"width": width, "height": 1000})
                assert page.evaluate("tooWide()") == [], (path, width)
        page.goto(f"{doubtful.url}/repair")
        expect(page.locator(".candidate")).to_have_count(TWINS)


def test_no_card_stands_half_empty_beside_a_full_one(chromium: Browser, running: Running, large: Session) -> None:
    """Of the sample, `everyone/` looks at it."""
    pages = addresses.of_session(large.id)
    wrong = []
    with owner(chromium, large, refusals=len(pages)) as page:
        for path in pages:
            page.goto(running.url + path)
            wrong += [f"{path}: {found}" for found in page.evaluate("halfEmpty()")]
    assert wrong == []


def test_a_card_that_is_half_empty_would_be_found(chromium: Browser, running: Running, large: Session) -> None:
    with owner(chromium, large) as page:
        page.goto(f"{running.url}/sample")
        page.evaluate("document.querySelector('#card-milestones .films').replaceChildren()")
        assert [found.split()[0] for found in page.evaluate("halfEmpty()")] == ["card-milestones"]


# Keys

CHARTS = "svg[role=group], .rows, .films, .compact-list, .facts, .decades, .best, .filmography, .posters > ul"
MOST_STOPS = 100  # two of them are a card's: past it, and to its picture


@pytest.mark.parametrize("path", ["", "/patterns", "/year", "/genres", "/world", "/ratings"])
def test_a_chart_is_one_stop_of_the_tab_key(chromium: Browser, large: Session, path: str) -> None:
    with owner(chromium, large) as page:
        for address in (f"{large.running.url}/sample{path}", large.url + path):
            page.goto(address)
            assert page.evaluate("reachable().length") < MOST_STOPS
            _has_one_stop_a_chart(page)
            page.locator("#cards :is(svg a[aria-label], .row)[data-filter]").last.click()
            expect(page.locator("#active-filters")).to_be_visible()
            _has_one_stop_a_chart(page)


def _has_one_stop_a_chart(page: Page) -> None:
    stops = page.evaluate(
        """(charts) => [...document.querySelectorAll(charts)]
          .map((chart) => [chart, [...chart.querySelectorAll("a[href]")].filter((mark) => mark.tabIndex >= 0).length])
          .filter(([chart, stops]) => chart.querySelector("a[href]") && stops !== 1)
          .map(([chart, stops]) => `${chart.outerHTML.slice(0, 99)}: ${stops}`)""",
        CHARTS,
    )
    assert stops == []


@pytest.mark.parametrize(
    ("path", "chart"),
    [
        ("", "#card-ratings svg[role=group]"),
        ("", "#card-release_years svg[role=group]"),
        ("", "#card-calendar svg[role=group]"),
        ("", "#card-directors .rows"),
        ("/patterns", "#card-weekday_month svg[role=group]"),
        ("/ratings", "#card-rating_comparison svg[role=group]"),
    ],
)
def test_arrows_lead_to_every_mark_of_a_chart(chromium: Browser, running: Running, path: str, chart: str) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample{path}")
        marks = page.locator(f"{chart} a[href]")
        page.locator(f"{chart} a[tabindex='0']").focus()
        page.keyboard.press("Home")
        expect(page.locator("#keys")).to_be_visible()
        expect(marks.first).to_be_focused()
        page.keyboard.press("End")
        expect(marks.last).to_be_focused()
        assert _not_reached(f"{chart} a[href]", page) == []


def _not_reached(marks: str, page: Page) -> list[str]:
    """Marks no arrow leads to, from the last one on: arrows are followed as long as they lead to another mark, and back
    from where they lead to none. Keys are pressed within the page, for there are hundreds; what else is on it goes
    first, as each key has all of it laid out."""
    found: list[str] = page.evaluate(
        """(selector) => {
          const marks = [...document.querySelectorAll(selector)];
          for (const card of document.querySelectorAll(".card")) card.contains(marks[0]) || card.remove();
          const [reached, way] = [new Set([document.activeElement]), [document.activeElement]];
          const leadsOn = (key) => {
            const mark = way.at(-1);
            if (document.activeElement !== mark) mark.focus();
            mark.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            return !reached.has(document.activeElement);
          };
          while (way.length && reached.size < marks.length) {
            if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].some(leadsOn)) {
              reached.add(document.activeElement);
              way.push(document.activeElement);
            } else way.pop();
          }
          return marks.filter((mark) => !reached.has(mark)).map((mark) => mark.ariaLabel ?? mark.textContent);
        }""",
        marks,
    )
    return found


def test_tab_leaves_a_chart_and_comes_back_to_where_one_was(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        marks = page.locator("#card-ratings svg[role=group] a[href]")
        marks.first.focus()
        for key in ("ArrowRight", "ArrowRight", "Tab"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.closest('#card-ratings svg')") is None
        expect(page.locator("#keys")).to_be_hidden()
        page.keyboard.press("Shift+Tab")
        expect(marks.nth(2)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#active-filters")).to_be_visible()
        expect(page.locator("#card-ratings a[aria-current]")).to_be_focused()


def test_without_script_each_card_can_be_skipped(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        for path in ("", "/patterns", "/year", "/world"):
            page.goto(f"{running.url}/sample{path}")
            cards = page.locator("#cards > .card")
            for n in range(cards.count()):
                skip = cards.nth(n).locator(".skip-card")
                skip.focus()
                expect(skip).to_be_in_viewport()
                page.keyboard.press("Enter")
                page.keyboard.press("Tab")
                assert page.evaluate(
                    "(card) => { const at = document.activeElement; return at !== document.body && !card.contains(at)"
                    " && !!(card.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING); }",
                    cards.nth(n).element_handle(),
                )


# What leads away


def test_the_first_ten_lead_to_all_of_them(chromium: Browser, large: Session) -> None:
    with owner(chromium, large) as page:
        for card, all_of_them, lands in (
            ("directors", r"All \d+ directors", "card-people"),
            ("top_cast", r"All \d+ faces", "card-people"),
        ):
            page.goto(f"{large.url}/year" if card == "top_cast" else large.url)
            link = page.locator(f"#card-{card} .card-all a")
            expect(link).to_have_text(re.compile(all_of_them))
            link.click()
            page.wait_for_url(re.compile(f"#{lands}$"))
            expect(page.locator(f"#{lands} .row").nth(10)).to_be_visible()


# The bar of pages


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
@pytest.mark.parametrize("script", [True, False])
def test_the_bar_of_pages_fits_and_says_the_page_that_is_open(
    chromium: Browser, running: Running, locale: str, script: bool
) -> None:
    with browsers.page(chromium, width=320, height=640, locale=locale, java_script_enabled=script) as page:
        for path, more in (("", False), ("/films", False), ("/ratings", True), ("/settings", True)):
            page.goto(f"{running.url}/sample{path}")
            bar = page.locator(".page-bar")
            current = bar.locator("[aria-current]").filter(visible=True)
            expect(current).to_have_count(1)
            assert current.evaluate("(current) => current.matches('summary')") == more
            ways = bar.locator(":is(a, summary)").filter(visible=True)
            expect(ways).to_have_count(5)
            assert page.evaluate("scrollY") == 0, "the page is open at its top"
            bar.locator("summary").click()
            expect(ways).to_have_count(13)
            for way in ways.all():
                expect(way).to_be_in_viewport(ratio=0.99)
                box = way.bounding_box()
                assert box and box["width"] >= 44 and box["height"] >= 44, way.inner_text()
                assert way.evaluate("(way) => way.scrollWidth <= way.clientWidth"), way.inner_text()
            bar.locator("summary").click()
            expect(ways).to_have_count(5)


def test_the_rest_of_the_pages_closes_when_one_turns_elsewhere(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.add_init_script(path=AXE)
        page.goto(f"{running.url}/sample/ratings")
        more, way = page.locator(".page-bar details"), page.locator(".page-bar summary")
        expect(way).to_have_accessible_name("More: Ratings")
        way.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(more.locator("a").first).to_be_focused()
        assert page.evaluate("async () => (await axe.run('.page-nav')).violations.map(({ id }) => id)") == []
        page.keyboard.press("Escape")
        expect(more).not_to_have_attribute("open")
        expect(way).to_be_focused()

        way.click()
        page.locator("h1").click()
        expect(more).not_to_have_attribute("open")
        expect(way).to_be_focused()

        way.click()
        page.keyboard.press("Shift+Tab")
        expect(more).not_to_have_attribute("open")
        expect(page.locator(".page-bar > li > a").last).to_be_focused()

        way.click()
        more.locator("a").first.click()
        page.wait_for_url(f"{running.url}/sample/patterns")
        expect(way).to_have_accessible_name("More: Patterns")


def test_pages_of_a_session_stand_beside_it_where_there_is_room(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        for width in (1024, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            ids = (".page-nav", "#card-ratings", "#card-release_years", "#card-viewings")
            bar, card, strip, last = (page.locator(each).bounding_box() for each in ids)
            assert bar and card and strip and last
            assert bar["height"] > 900, "a rail"
            expect(page.locator(".page-nav a").filter(visible=True)).to_have_count(12)
            expect(page.get_by_role("list", name="Who and where").get_by_role("link")).to_have_text(["People", "World"])
            assert 0 < card["x"] - (bar["x"] + bar["width"]) < 80, "beside the cards"
            assert strip["x"] + strip["width"] - (last["x"] + last["width"]) < 80, "wide as the cards and their margins"
            assert bar["x"] == pytest.approx(width - (strip["x"] + strip["width"]), abs=2), "as much left as right"


# Headlines


def test_what_stands_under_the_headline_does_not_run_over_posters(chromium: Browser, large: Session) -> None:
    ends_of = "(all) => all.map((each) => each.getBoundingClientRect().right)"
    with owner(chromium, large) as page:
        page.goto(large.url)
        for width in (768, 1024, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            posters = page.locator("#posters").bounding_box()
            assert posters and max(page.locator(".credits a").evaluate_all(ends_of)) <= posters["x"], width


def test_lines_of_the_headline_do_not_touch(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        for width in (320, 768, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            room = page.evaluate(
                """async () => {
                  await document.fonts.ready;
                  const { font, lineHeight } = getComputedStyle(document.querySelector("#headline"));
                  const drawn = new OffscreenCanvas(1, 1).getContext("2d");
                  drawn.font = font;
                  const [hanging, standing] = [drawn.measureText(",g"), drawn.measureText("idl")];
                  return parseFloat(lineHeight) - hanging.actualBoundingBoxDescent - standing.actualBoundingBoxAscent;
                }"""
            )
            assert room > 0, width


def test_a_page_is_headed_by_its_own_name(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        for path, name in (
            ("/patterns", "Patterns"), ("/world", "World"), ("/films", "Films"), ("/year/2024", "2024"),
            ("/person/-1?rating=5", None),
        ):  # fmt: skip
            page.goto(f"{running.url}/sample{path}")
            heading = page.locator("h1 .hero-title")
            if name:
                expect(heading).to_have_text(f"{name}:")
            else:
                expect(heading).not_to_have_text("Person:")
            size = "(each) => parseFloat(getComputedStyle(each).fontSize)"
            assert heading.evaluate(size) > 1.5 * page.locator("#headline").evaluate(size)


# The table of films


def test_the_page_of_films_says_what_is_found(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample/films?q=kurosawa")
        expect(page.locator("#headline")).to_have_text(re.compile(r"^\d+ of \d+ films match “kurosawa”\.$"))
        assert "match “kurosawa”" in page.title()
        page.goto(f"{running.url}/sample/films?q=kurosawa&country=JP")
        expect(page.locator("#headline")).to_have_text(
            re.compile(r"^\d+ of \d+ films match “kurosawa”\. Filters: from Japan\.$")
        )


def test_a_phone_shows_your_stars_and_that_there_is_more(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample/films?sort=-rating")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            expect(page.locator("td.is-rating").first).to_be_in_viewport(ratio=0.99)
            table = page.locator(".films-scroll")
            assert table.evaluate("(box) => box.scrollWidth > box.clientWidth")
            assert table.evaluate("(box) => getComputedStyle(box).backgroundAttachment").startswith("local, scroll")


# Charts on a phone


def test_the_nights_of_a_year_can_be_read_on_a_phone_and_start_at_the_newest(
    chromium: Browser, running: Running
) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample")
        page.locator("#card-calendar").scroll_into_view_if_needed()
        nights = page.locator("#card-calendar .calendar a")
        expect(nights.last).to_be_in_viewport(ratio=0.99)
        night, month = nights.last.bounding_box(), page.locator("#card-calendar text").first.bounding_box()
        assert night and month and night["width"] >= 15 and month["height"] >= 12


def test_fingers_hit_decades_and_columns(chromium: Browser, large: Session) -> None:
    with owner(chromium, large, width=390, height=844) as page:
        page.goto(large.url)
        decades = page.locator("#card-release_years svg a:has(text)")
        sizes = decades.evaluate_all(
            "(all) => all.map((each) => each.getBoundingClientRect()).map(({ width, height }) => [width, height])"
        )
        assert len(sizes) > 8 and min(height for _, height in sizes) >= 24
        assert sorted(width for width, _ in sizes)[1] >= 24, "but for the one that has only begun"
        year = page.locator("#card-release_years svg a[data-year]").first
        year.scroll_into_view_if_needed()
        box = year.bounding_box()
        assert box
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        hit = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a').dataset.key", middle)
        assert re.fullmatch(r"released=(?P<decade>\d{3})0-(?P=decade)9", hit)
        column = page.locator("#card-viewings svg a").first.bounding_box()
        assert column and column["width"] >= 14


@pytest.mark.parametrize("width", [390, 1440])
def test_words_under_a_chart_are_whole(chromium: Browser, running: Running, width: int) -> None:
    with browsers.page(chromium, width=width, locale="de-DE") as page:
        page.add_init_script(path=LOOKS)
        for path in ("", "/people"):
            page.goto(f"{running.url}/sample{path}")
            page.locator("html.shows-offscreen").wait_for(state="attached")
            assert page.evaluate("cutWords()") == []
        if width == 390:
            page.evaluate("document.querySelectorAll('.columns').forEach((each) => each.style.overflow = 'hidden')")
            assert "card-directed_by_women: 1900er" in page.evaluate("cutWords()")


# Long names


def test_a_title_that_is_cut_is_told_whole_to_those_who_point_at_it(chromium: Browser, doubtful: Session) -> None:
    with owner(chromium, doubtful) as page:
        page.goto(doubtful.url)
        row = page.locator("#card-milestones .film-row").first
        row.hover()
        expect(page.locator(".tooltip")).to_have_text(UNBROKEN)
        page.keyboard.press("Escape")
        expect(page.locator(".tooltip")).to_be_hidden()
        page.mouse.move(0, 0)
        page.keyboard.press("Tab")
        row.focus()
        expect(page.locator(".tooltip")).to_have_text(UNBROKEN)
    with owner(chromium, doubtful, java_script_enabled=False) as page:
        page.goto(doubtful.url)
        name = page.locator("#card-milestones .film-name").first
        name.hover()
        assert name.evaluate("(name) => name.scrollHeight <= name.clientHeight + 2")


def test_a_poster_tells_its_film_to_those_who_point_at_it_and_to_those_with_a_keyboard(
    chromium: Browser, running: Running
) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        poster = page.locator("#card-best_decades .poster").first
        name = poster.locator("svg.poster-art").get_attribute("aria-label")
        poster.hover()
        expect(page.locator(".tooltip")).to_have_text(str(name))
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
        page.keyboard.press("Tab")
        poster.focus()
        expect(page.locator(".tooltip")).to_have_text(str(name))
        expect(page.locator("#cards [title]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/sample", "/sample/genres"])
def test_a_page_that_was_clicked_to_reads_as_one_that_was_loaded(
    chromium: Browser, running: Running, path: str
) -> None:
    read = "() => [...document.querySelectorAll('main .card')].map(card => card.textContent.replace(/\\s+/g, ' '))"
    picks = "main .card a.row[data-filter]:not([aria-current])"
    with browsers.page(chromium) as page:
        page.goto(running.url + path)
        for n_picked in range(1, 4):
            page.locator(picks).nth(2).click()
            expect(page.locator(".chips .chip")).to_have_count(n_picked)
            with browsers.page(chromium) as other:
                other.goto(page.url)
                loaded = other.evaluate(read)
            for _ in range(100):  # cards out of sight follow one by one
                if (clicked := page.evaluate(read)) == loaded:
                    break
                page.wait_for_timeout(50)
            assert clicked == loaded
