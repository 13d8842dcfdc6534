"""All addresses of accounts."""

from __future__ import annotations

from fastapi import FastAPI

from kinograph.accounts import api, everything_zip, leaving_routes, routes, sign_in, staying


def include_accounts(app: FastAPI) -> None:
    for module in (api, sign_in, staying, routes, leaving_routes, everything_zip):
        app.include_router(module.router)
    app.include_router(leaving_routes.api)
    app.exception_handler(routes.SignInFirst)(routes.lead_to_sign_in)
