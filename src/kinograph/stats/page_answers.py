"""The answer to whoever asks for a page of a session: that theirs is current, the page as it is kept, or a new one."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Hashable, Mapping

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from zlib_ng import zlib_ng

from kinograph.layout import templates
from kinograph.layout.bounds import Bound
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.layout.previews import make_url
from kinograph.stats.page_cache import PageCache
from kinograph.stats.page_context import PageContext
from kinograph.stats.period_picker import find_settled
from kinograph.stats.session_page import SessionPage, finish_links, make_page_tag, make_robots_header

GZIP = 16 + zlib.MAX_WBITS
LEVEL = 5

Draw = Callable[[], tuple[str, bool]]
"""Makes the HTML, in a thread, and says whether it is whole: what lacks a card that failed is not to be kept."""


async def answer_page(
    request: Request,
    session: SessionPage,
    make_view: Callable[[], Awaitable[PageContext]],
    prepare: Callable[[PageContext], Awaitable[Draw]],
) -> Response:
    """`make_view` raises where there is no such page; `prepare` makes ready what draws it."""
    if settled := find_settled(request):
        return RedirectResponse(settled, status_code=303, headers=PRIVATE)
    tag = make_page_tag(request, session)
    headers = {**PRIVATE, "ETag": tag, **make_robots_header(request, session)}
    if unchanged := templates.answer_unchanged(request, tag, headers):
        return unchanged
    # The tag says all that a page depends on, but for the address of ours that the preview of a public one repeats.
    key = (tag, make_url(request, ""))
    if kept := _find_kept(request, session, key):
        return _send(request, kept, headers)
    # Whoever waits for a thread has no frame open meanwhile: two hundred of them would be two hundred megabytes.
    opening: Bound = request.app.state.opening
    async with opening.turn():
        if kept := _find_kept(request, session, key):  # somebody else's, drawn while we waited
            return _send(request, kept, headers)
        view = await make_view()
        if is_head(request):
            return answer_head(headers)
        page, is_whole = await _draw_page(request, session, view, key, prepare)
    return _send(request, page, headers if is_whole else PRIVATE)


async def _draw_page(
    request: Request,
    session: SessionPage,
    view: PageContext,
    key: Hashable,
    prepare: Callable[[PageContext], Awaitable[Draw]],
) -> tuple[bytes, bool]:

    async def draw() -> tuple[bytes, bool]:
        make_html = await prepare(view)

        def make_page() -> tuple[bytes, bool]:
            html, is_whole = make_html()
            return _compress(finish_links(html, session).encode()), is_whole

        drawing: Bound = request.app.state.drawing
        return await drawing.run(make_page)

    return await view.whole.pages.get_or_draw(key, draw)


def _find_kept(request: Request, session: SessionPage, key: Hashable) -> bytes | None:
    pages: PageCache | None
    if session.frame:
        pages = session.frame.pages
    else:
        pages = request.app.state.frames.pages(session.id, session.progress.version)
    return pages.get(key) if pages and not is_head(request) else None


def _compress(html: bytes) -> bytes:
    # In six tenths of the time of zlib, and no larger.
    packer = zlib_ng.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(html) + packer.flush()


def _send(request: Request, page: bytes, headers: Mapping[str, str]) -> Response:
    """Compressed, as it is kept, to whoever can read that."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(zlib.decompress(page, GZIP), headers=dict(headers))
    return HTMLResponse(page, headers={**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
