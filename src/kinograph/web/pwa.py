"""Kinograph as an app of a phone or a desk: what it is called there, what it takes, and what is left of it offline."""

from __future__ import annotations

import struct
from functools import cache
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from kinograph.i18n import gettext, locale
from kinograph.layout import templates

router = APIRouter(include_in_schema=False)

KEPT_A_DAY = {"Cache-Control": "public, max-age=86400"}
ROBOTS = """\
User-agent: *
Allow: /$
Allow: /sample
Allow: /s/
Allow: /sample*/picture.png?
Allow: /sample/picture.png?
Disallow: /sample*?
Disallow: /session/
Disallow: /api/
Disallow: /*?
"""
FRESH = {"Cache-Control": "no-cache"}
BACKGROUND = "#120f14"  # the screening room's; a manifest knows one light only
# Some platforms know a file by its ending, some by its type, and a ZIP has two.
SHARED = [
    ".zip",
    "application/zip",
    "application/x-zip-compressed",
    ".csv",
    "text/csv",
    "text/comma-separated-values",
    ".json",
    "application/json",
]


@router.get("/manifest.webmanifest")
async def manifest() -> JSONResponse:
    described = {
        "id": "/",
        "name": gettext("Kinograph: your life in film"),
        "short_name": "Kinograph",
        "description": gettext(
            "Upload your Letterboxd export and see the nights, the years, the directors, the countries."
        ),
        "lang": locale().language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": BACKGROUND,
        "categories": ["entertainment"],
        "icons": [
            _icon("favicon.svg", "any"),
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            _icon("icon-maskable-512.png", "512x512", purpose="maskable"),
        ],
        "shortcuts": [
            {"name": gettext("Sample"), "url": "/sample", "icons": [_icon("icon-192.png", "192x192")]},
        ],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": SHARED}]},
        },
    }
    return JSONResponse(described, headers=FRESH, media_type="application/manifest+json")


@router.get("/robots.txt")
async def robots() -> PlainTextResponse:
    """The home page and the sample may be read; not its filters, which lead to more of them without
    end. Pictures, and the pages that somebody shares, are for the programs that make previews of links."""
    return PlainTextResponse(ROBOTS, headers=KEPT_A_DAY)


@router.get("/favicon.ico")
async def favicon() -> Response:
    """For what asks for it without reading a page. An ICO file may hold a PNG as it is."""
    return Response(_favicon(), headers=KEPT_A_DAY, media_type="image/x-icon")


@router.get("/offline")
async def offline(request: Request) -> HTMLResponse:
    """What the service worker shows where there is no network and nothing is kept."""
    return HTMLResponse(_offline(request), headers=FRESH)


@router.get("/sw.js")
async def worker(request: Request) -> Response:
    """The service worker, from the root, so that it serves every page.

    Browsers take it for a new one when a byte differs. Its first line does with each build, language and light, for it
    is the hash of the page that the worker fetches when it is installed.
    """
    script = (templates.STATIC / templates.link_static("sw.js").removeprefix("/static/")).read_text()
    made_for = sha256(_offline(request).encode()).hexdigest()
    return Response(f"// {made_for}\n{script}", headers=FRESH, media_type="text/javascript")


def _offline(request: Request) -> str:
    return templates.render("layout/offline.html", **templates.describe_visitor(request) | {"back": "/"})


@cache
def _favicon() -> bytes:
    size = 192
    image = (templates.STATIC / templates.link_static(f"icon-{size}.png").removeprefix("/static/")).read_bytes()
    header = struct.pack("<3H", 0, 1, 1)
    return header + struct.pack("<4B2H2I", size, size, 0, 0, 1, 32, len(image), len(header) + 16) + image


def _icon(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": templates.link_static(name), "sizes": sizes, "type": kind, "purpose": purpose}
