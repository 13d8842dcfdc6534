"""Every page and card has its picture in three shapes, exactly as large as it is to be, and says what the page says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.pictures.canvas import SHAPES, Circle, Group, Item, Picture, Rect, Text, walk
from kinograph.pictures.contents import NothingToDraw, picture_of_card, picture_of_page
from kinograph.pictures.legible import drawing_with, make_legible
from kinograph.pictures.letters import is_drawn, measure_line
from kinograph.pictures.painters import AT_ONCE, WAITING, Painters, TooBusy
from kinograph.pictures.shapes import Place
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import EVERY_PAGE, Page
from tests.pictures.png import decode, size
from tests.sample_app import frame, made, visitor

__all__ = ["frame", "made", "visitor"]

CANARY = "zebracanary"
LONG = "The Assassination of Jesse James by the Coward Robert Ford, Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"
NAMES = (
    "千と千尋の神隠し",
    "기생충",
    "ลุงบุญมี",
    "طعم گیلاس",
    "ואלס עם באשיר",
    "Зеркало",
    "Ο Θίασος",
    "Mùi đu đủ xanh",
    LONG,
)


def views(frame: Frame, query: tuple[tuple[str, str], ...] = ()) -> Iterator[tuple[Page, PageContext]]:
    """Of every page, that of 2024 and of one person among them."""
    places = {"year": ("viewed", "2024"), "person": ("person", str(frame.people["id"][0]))}
    for page in EVERY_PAGE:
        fixed = (places[page.name],) if "{" in page.path else ()
        filters = Filters.parse(query, page=page.name, fixed=fixed, owner=True)
        yield page, PageContext(frame, filters, f"/sample{page.path}", images=False, page=page.name, owner=True)


def pictures(
    frame: Frame, query: tuple[tuple[str, str], ...] = (), shapes: Iterable[str] = SHAPES
) -> Iterator[tuple[str, Picture]]:
    """Of each page and each card that has something to tell."""
    seen = set()
    for page, view in views(frame, query):
        for shape in shapes:
            yield f"{page.path} {shape}", picture_of_page(view, page, page.title, shape)
            for card in page.cards:
                if (shape, card) in seen:
                    continue
                seen.add((shape, card))
                try:
                    yield f"{card.__name__} {shape}", picture_of_card(view, card, shape)
                except NothingToDraw:
                    continue


def boxes(items: tuple[Item, ...], place: Place = Place()) -> Iterator[tuple[Item, float, float, float, float]]:  # noqa: B008
    """Left, top, right and bottom of each item in pixels; paths stand within what is drawn beside them."""
    for item in items:
        if isinstance(item, Group) and item.clip:
            left, top = place.within(item).put(0, 0)
            right, bottom = place.within(item).put(*item.clip[:2])
            yield item, left, top, right, bottom
        elif isinstance(item, Group):
            yield from boxes(item.items, place.within(item))
        elif isinstance(item, Text):
            wide = measure_line(item)
            start = item.x - {"start": 0, "middle": wide / 2, "end": wide}[item.anchor]
            left, top = place.put(start, item.y - item.size * 0.8)
            right, bottom = place.put(start + wide, item.y + item.size * 0.2)
            yield item, left, top, right, bottom
        elif isinstance(item, Rect):
            yield item, *place.put(item.x, item.y), *place.put(item.x + item.width, item.y + item.height)
        elif isinstance(item, Circle):
            r = item.radius
            yield item, *place.put(item.x - r, item.y - r), *place.put(item.x + r, item.y + r)


def outside(picture: Picture) -> list[str]:
    """What no eye may find: words beyond the edge, and in a story anything but its film beyond what is shown of it."""
    is_story = picture.height == SHAPES["story"][1]
    x, y = (60, 250) if is_story else (40, 24)
    found = []
    for item, left, top, right, bottom in boxes(picture.items):
        is_film = isinstance(item, Rect) and (item.fill in ("film", "bg") or item.opacity < 1)
        if is_film or (isinstance(item, Group) and not is_story):
            continue  # a strip of film runs from edge to edge, and the posters of a wide picture beyond it
        if left < x - 1 or right > picture.width - x + 1 or top < y - 1 or bottom > picture.height - y + 1:
            words = item.plain if isinstance(item, Text) else item
            found.append(f"{words} {left:.0f} {top:.0f} {right:.0f} {bottom:.0f}")
    return found


async def test_everything_stands_where_it_is_seen_and_has_its_letters(frame: Frame) -> None:
    titles = [NAMES[n % len(NAMES)] if n % 2 else title for n, title in enumerate(frame.films["title"])]
    strange = replace(frame, films=frame.films.with_columns(title=pl.Series(titles)))
    with drawing_with(lambda letter: False):
        made = {name: make_legible(picture) for name, picture in pictures(strange)}
    assert len(made) > 150
    assert {name: outside(picture) for name, picture in made.items() if outside(picture)} == {}
    letters = {
        letter
        for picture in made.values()
        for item in walk(picture.items)
        if isinstance(item, Text)
        for letter in item.plain
    }
    assert {letter for letter in letters if not is_drawn(letter)} == set()
    assert {(picture.width, picture.height) for picture in made.values()} == set(SHAPES.values())


async def test_no_word_of_an_address_is_drawn_unless_a_film_has_it(frame: Frame) -> None:
    said = ""
    for query in (
        (("q", CANARY), ("sort", CANARY), ("strip", CANARY), ("title", CANARY)),
        (("genre", CANARY),),
        (("tag", CANARY), ("list", CANARY)),
        (("genre", "Drama"),),
    ):
        for name, picture in pictures(frame, query, shapes=("square",)):
            words = " ".join(item.plain for item in walk(picture.items) if isinstance(item, Text)) + picture.title
            assert CANARY not in words.casefold(), (query, name)
            said += words
    assert "in the genre Drama" in said


async def test_a_picture_is_exactly_as_large_as_its_shape(visitor: AsyncClient) -> None:
    for path in ("/sample", "/sample/year/2024", "/sample/films"):
        for shape, wanted in SHAPES.items():
            if path == "/sample/films" and shape != "wide":
                continue
            answer = await visitor.get(f"{path}/picture.png?shape={shape}&light=light")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
            assert size(answer.content) == wanted
    card = await visitor.get("/sample/picture.png?shape=story&card=ratings")
    seen = decode(card.content)
    blank = {seen.at(x, y) for y in (*range(0, 250, 10), *range(1670, 1920, 10)) for x in range(60, 1020, 10)}
    assert blank == {(0x12, 0x0F, 0x14)}
    assert len({seen.at(x, y) for y in range(250, 1670, 10) for x in range(60, 1020, 10)}) > 10


async def test_what_cannot_be_drawn_is_said(visitor: AsyncClient) -> None:
    wrong = {
        "shape=round": (400, "story, wide or square"),
        "light=dim": (400, "dark or light"),
        "card=ratings&slide=end": (400, "not both"),
        "card=months": (404, "no such card"),
        "slide=none": (404, "no such slide"),
        "slide=volume": (404, "no such slide"),  # of a story, which a share of other pages does not show
    }
    for query, (status, sentence) in wrong.items():
        answer = await visitor.get(f"/sample/picture.png?{query}")
        assert (query, answer.status_code) == (query, status) and sentence in answer.text
    paths = ("/sample/year/1700/picture.png", "/sample/person/1/picture", "/sample/settings/picture.png")
    assert [(await visitor.get(path)).status_code for path in paths] == [404, 404, 404]
    assert (await visitor.get("/sample/picture.png?card=ratings&released=1700")).status_code == 200


async def test_a_browser_that_has_it_gets_no_second_and_slides_are_drawn(visitor: AsyncClient, made: FastAPI) -> None:
    path = "/sample/picture.png?shape=square"
    first = await visitor.get(path)
    tag = first.headers["etag"]
    assert (await visitor.get(path, headers={"If-None-Match": tag})).status_code == 304
    assert (await visitor.get("/sample/picture.png?shape=wide")).headers["etag"] != tag
    head = await visitor.head(path)
    assert (head.status_code, head.headers["etag"], head.content) == (200, tag, b"")
    # The same address in other letters says the same, and is kept beside no other.
    spelled = await visitor.get(f"{path}&%67enre=Drama")
    assert spelled.content != first.content
    assert (await visitor.get(f"{path}&genre=Drama")).headers["etag"] == spelled.headers["etag"]
    painters, made.state.painters = made.state.painters, None
    assert (await visitor.get(path)).content == first.content  # nobody was asked again
    made.state.painters = painters
    painters._asking = AT_ONCE + WAITING
    busy = await visitor.get("/sample/genres/picture.png")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5") and "Too many pictures" in busy.text
    painters._asking = 0
    # A slide is drawn by whoever names it.
    for shape in SHAPES:
        answer = await visitor.get(f"/sample/year/2024/story/picture.png?slide=volume&shape={shape}")
        assert size(answer.content) == SHAPES[shape]
    # Without a slide it is the one the story opens with.
    opening = next(name for name in made.state.slides if name != "too_few")
    named, unnamed = [
        (await visitor.get(f"/sample/year/2024/story/picture.png?shape=square{slide}")).content
        for slide in (f"&slide={opening}", "")
    ]
    assert named == unnamed
    made.state.slides = {"none": lambda view, shape: None}
    assert (await visitor.get("/sample/story/picture.png?slide=none")).status_code == 404
    assert (await visitor.get("/sample/story/picture.png")).status_code == 404
    # The page of a picture works without a script.
    page = await visitor.get("/sample?genre=Drama")
    assert 'action="/sample/picture"' in page.text and '<input type="hidden" name="genre" value="Drama">' in page.text
    assert 'form="pictures" name="card" value="ratings"' in page.text
    shown = await visitor.get("/sample/picture?genre=Drama&card=ratings")
    assert 'src="/sample/picture.png?genre=Drama&amp;card=ratings&amp;shape=wide&amp;light=dark"' in shown.text
    assert 'download="kinograph-ratings-wide-dark.png"' in shown.text
    assert 'href="/sample?genre=Drama#card-ratings"' in shown.text


async def test_two_are_drawn_at_a_time_and_twenty_wait() -> None:
    painters, go = Painters(), threading.Event()
    drawn = []

    def compose() -> Picture:
        drawn.append(1)
        go.wait(10)
        return Picture(10, 10, (), "")

    asked = [asyncio.create_task(painters.paint(compose, "dark")) for _ in range(AT_ONCE + WAITING)]
    while len(drawn) < AT_ONCE:
        await asyncio.sleep(0.01)
    with pytest.raises(TooBusy) as refused:
        await painters.paint(compose, "dark")
    assert (refused.value.status, refused.value.retry_after, len(drawn)) == (503, 5, AT_ONCE)
    go.set()
    assert {size(png) for png in await asyncio.gather(*asked)} == {(10, 10)}
    await asyncio.to_thread(painters.close)


async def test_a_process_is_replaced_after_so_many_and_after_its_end() -> None:
    painters = Painters(made_by_one=2)
    seen = []
    for n in range(5):
        await painters.paint(lambda: Picture(10, 10, (), ""), "dark")
        process = painters._free[-1]._process
        seen.append(process.pid if process else None)
        if n == 2 and process:
            process.kill()
            process.wait()
    assert [pid is None for pid in seen] == [False, True, False, False, True]
    assert len({pid for pid in seen if pid}) == 3
    painters.close()
