"""All addresses of accounts."""

from __future__ import annotations

from fastapi import FastAPI

from kinograph.accounts import api, routes, sign_in, staying


def include_accounts(app: FastAPI) -> None:
    for module in (api, sign_in, staying, routes):
        app.include_router(module.router)
    app.exception_handler(routes.SignInFirst)(routes.lead_to_sign_in)
