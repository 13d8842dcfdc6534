"""The routers of the pages of sessions."""

from __future__ import annotations

from kinograph.stats import (
    collection_routes,
    collections_api,
    counted_routes,
    films_routes,
    list_routes,
    lists_api,
    panel_routes,
    reading_routes,
    rest_api,
    rest_routes,
    routes,
    settings_routes,
    wish_api,
)

FIRST = (routes.router, films_routes.router)
"""Of the pages asked for most: routes are tried one after another. No address of theirs fits another route."""

EVERY = (
    panel_routes.router,
    routes.placed,
    list_routes.router,
    collection_routes.router,
    settings_routes.router,
)
"""Of the others that stand under each prefix."""

OWN = (settings_routes.owner_router, reading_routes.router, rest_routes.router)
"""Of the owner's, below the address of a session."""

OTHERS = (lists_api.router, collections_api.router, rest_api.router, wish_api.router, counted_routes.router)
"""Those that say their whole address."""
