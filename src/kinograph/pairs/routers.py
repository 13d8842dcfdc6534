"""All addresses of pairs."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from kinograph.pairs import api, panel, picture, routes
from kinograph.shares.resolver import open_share
from kinograph.stats.session_page import open_session


def include_pairs(app: FastAPI) -> None:
    app.include_router(api.router)
    for router in (panel.router, picture.router, routes.router):
        app.include_router(router, prefix="/session/{session_id}", dependencies=[Depends(open_session)])
    app.include_router(routes.below_share, prefix="/s/{token}", dependencies=[Depends(open_share)])
