"""What is said when something is wrong: the sentence of an error, as JSON for programs and on a page for people."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import previews, templates
from kinograph.layout.methods import Taken, allowed_methods, read_methods
from kinograph.sessions.upload_routes import NoFiles
from kinograph.web import database_errors, landing, validation
from kinograph.web.security_middleware import UPLOADS


class NotAllowed(AppError):
    status = 405
    heading = gettext_noop("Nothing to open here.")
    sentence = gettext_noop(
        "This address only takes forms from our own pages. Go back to the page you came from and use its button."
    )


class Refusal(BaseModel):
    error: str = Field(description="What is wrong and what to do about it, in a sentence or two.")


# One answer for all: FastAPI would describe its own, which nobody gets here.
DESCRIBED: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "Refused: the sentence says why."},
    "5XX": {"model": Refusal, "description": "Not now: the sentence says whether to try again."},
}


def handle_errors(app: FastAPI) -> None:
    @cache
    def taken() -> Taken:
        """Once all routes are there."""
        return read_methods(app.routes)

    @app.exception_handler(AppError)
    async def said(request: Request, error: AppError) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def misunderstood(request: Request, error: RequestValidationError) -> Response:
        if request.url.path in UPLOADS:
            return answer(request, NoFiles())
        first = error.errors()[0]
        if first["loc"][0] == "path":
            return answer(request, NotFound())
        return answer(request, validation.explain(first))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if isinstance(error_before := getattr(request.state, "refused", None), AppError):
            return answer(request, error_before)
        if error.status_code == 404:
            return answer(request, NotFound())
        if error.status_code == 405:
            return _answer_method(request, allowed_methods(taken(), request.scope["path"]))
        if request.url.path in UPLOADS:
            return answer(request, NoFiles())
        return answer(request, validation.Misunderstood(validation.DAMAGED))

    async def away(request: Request, error: Exception) -> Response:
        return answer(request, database_errors.explain(error))

    for kind in database_errors.RAISED:
        app.exception_handler(kind)(away)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        return answer(request, database_errors.Broken())


def answer(request: Request, error: AppError) -> Response:
    """The sentence as JSON for programs, on a page for people."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    if request.url.path.startswith(("/api/", "/healthz")):
        return JSONResponse({"error": str(error)}, error.status, headers)
    if request.url.path in UPLOADS:
        return HTMLResponse(landing.render_landing(request, error=str(error)), error.status, headers)
    html = templates.render(
        "layout/error.html",
        title=gettext(error.heading),
        sentence=str(error),
        preview=previews.make_neutral(request),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, error.status, headers)


def _answer_method(request: Request, allowed: list[str]) -> Response:
    """To a method that nothing here takes: an answer to OPTIONS, a refusal of others."""
    response = Response(status_code=204) if request.method == "OPTIONS" else answer(request, NotAllowed())
    response.headers["Allow"] = ", ".join(allowed)
    return response
