"""Kinograph as an app of a phone or a desk: what it is called there, and which files may be shared with it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from kinograph import pages
from kinograph.i18n import gettext, locale

router = APIRouter(include_in_schema=False)

BACKGROUND = "#120f14"  # the screening room's; a manifest knows one light only
# Some platforms know a file by its ending, some by its type, and a ZIP has two.
SHARED = [".zip", "application/zip", "application/x-zip-compressed", ".csv", "text/csv", "text/comma-separated-values"]


@router.get("/manifest.webmanifest")
async def manifest() -> JSONResponse:
    described = {
        "id": "/",
        "name": gettext("Kinograph: your life in film"),
        "short_name": "Kinograph",
        "description": gettext(
            "Drop your Letterboxd export and see the nights, the years, the directors, the countries."
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
    return JSONResponse(described, headers={"Cache-Control": "no-cache"}, media_type="application/manifest+json")


def _icon(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": pages.static(name), "sizes": sizes, "type": kind, "purpose": purpose}
