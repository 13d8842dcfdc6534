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
    openid_routes,
    passkey_routes,
    routes,
    sign_in,
    staying,
    widget,
)
from kinograph.accounts.openid import Provider

MODULES = (
    *(api, sign_in, newcomers, openid_routes, staying, linking, widget),
    *(routes, leaving_routes, everything_zip, admin, passkey_routes),
)


def include_accounts(app: FastAPI) -> None:
    app.state.openid = Provider(app.state.settings) if app.state.settings.oidc_issuer else None
    for module in MODULES:
        app.include_router(module.router)
    app.include_router(leaving_routes.api)
    app.include_router(passkey_routes.removing)
    app.exception_handler(routes.SignInFirst)(routes.lead_to_sign_in)
    app.exception_handler(admin.NeedsProof)(admin.lead_to_proof)
