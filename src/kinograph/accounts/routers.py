"""All addresses of accounts."""

from __future__ import annotations

from fastapi import FastAPI

from kinograph.accounts import (
    admin,
    api,
    everything_zip,
    leaving_routes,
    linking,
    newcomers,
    routes,
    sign_in,
    staying,
)

MODULES = (api, sign_in, newcomers, staying, linking, routes, leaving_routes, everything_zip, admin)


def include_accounts(app: FastAPI) -> None:
    for module in MODULES:
        app.include_router(module.router)
    app.include_router(leaving_routes.api)
    app.exception_handler(routes.SignInFirst)(routes.lead_to_sign_in)
    app.exception_handler(admin.NeedsProof)(admin.lead_to_proof)
