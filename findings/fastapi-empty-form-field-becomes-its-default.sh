#!/usr/bin/env bash
# Date: 2026-11-28. FastAPI 0.165.0 (Starlette 1.10.0), python-multipart 0.0.34, httpx 0.28.1.
# Expected: a text field that is sent empty arrives as "": name= is not the same as no name, which is how a form says that
# somebody cleared a field, and how query parameters arrive.
# What happens: an empty form field counts as missing and its default takes its place: a str with default "Anna" is "Anna",
# an int | None with default 5 is 5, one without a default is a 422 "Field required". Lists keep their empty strings.
# So does a model read from a form. The same text as a query parameter is "".
# Why it matters: a form that shows the stored value as default can never clear it, and "not sent" (an old client, a
# PATCH) cannot be told from "emptied". Give text fields the default "" and look at await request.form() for the rest.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check fastapi==0.165.0 starlette==1.10.0 \
    python-multipart==0.0.34 httpx==0.28.1
timeout 150 "$work/env/bin/python" -W ignore - <<'PY'
import sys
from typing import Annotated
from fastapi import FastAPI, Form
from fastapi.testclient import TestClient
from pydantic import BaseModel

app = FastAPI()


class Person(BaseModel):
    name: str = "Anna"
    size: int | None = 5


@app.post("/fields")
def fields(name: Annotated[str, Form()] = "Anna", tags: Annotated[list[str], Form()] = ["none"]):
    return [name, tags]


@app.post("/model")
def model(person: Annotated[Person, Form()]):
    return [person.name, person.size]


@app.post("/needed")
def needed(name: Annotated[str, Form()]):
    return name


@app.get("/query")
def query(name: str = "Anna"):
    return name


client = TestClient(app)
seen = {
    "fields": client.post("/fields", data={"name": "", "tags": ["", ""]}).json(),
    "model": client.post("/model", data={"name": "", "size": ""}).json(),
    "multipart": client.post("/fields", files={"name": (None, "")}).json(),
    "needed": client.post("/needed", data={"name": ""}).status_code,
    "query": client.get("/query", params={"name": ""}).json(),
}
for what, answer in seen.items():
    print(f"{what:10}", answer)
expected = {"fields": ["Anna", ["", ""]], "model": ["Anna", 5], "multipart": ["Anna", ["none"]], "needed": 422, "query": ""}
sys.exit(0 if seen == expected else 1)
PY
