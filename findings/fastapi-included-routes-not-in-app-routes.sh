#!/usr/bin/env bash
# Date: 2026-11-27. FastAPI 0.165.0 (Starlette 1.10.0), httpx 0.28.1.
# Expected: after include_router, app.routes lists each included path, as it did for years, so a test can walk it and
# hold every page to a rule (signed in, CSRF, cache headers).
# What happens: an included router is one opaque object in app.routes with neither path nor methods. The paths answer
# and stand in the OpenAPI schema, but a walk over "routes with a path" sees only those declared on the app itself.
# Why it matters: such a test passes over an almost empty list, silently. Assert that the walk finds a known path, or
# walk app.openapi()["paths"] (which leaves out include_in_schema=False).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check fastapi==0.165.0 starlette==1.10.0 httpx==0.28.1
timeout 150 "$work/env/bin/python" - <<'PY'
import sys
from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/films")
def films():
    return []


@router.get("/films/{number}")
def film(number: int):
    return number


app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)


@app.get("/health")
def health():
    return "well"


app.include_router(router, prefix="/api")
walked = [r.path for r in app.routes if hasattr(r, "path")]
opaque = [type(r).__name__ for r in app.routes if not hasattr(r, "path") and not hasattr(r, "methods")]
documented = sorted(app.openapi()["paths"])
print("app.routes with a path:", walked)
print("without path and methods:", opaque)
print("OpenAPI:", documented)
sys.exit(0 if walked == ["/health"] and len(opaque) == 1
         and documented == ["/api/films", "/api/films/{number}", "/health"] else 1)
PY
