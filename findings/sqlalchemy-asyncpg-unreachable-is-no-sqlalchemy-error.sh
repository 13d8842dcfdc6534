#!/usr/bin/env bash
# Date: 2026-11-28. sqlalchemy 2.1.9, asyncpg 0.32.0, psycopg 3.3.9.
# Expected: SQLAlchemy raises OperationalError, a DBAPIError, where a server cannot be reached, whichever driver it has.
# What happens: with psycopg it does. With asyncpg the bare OSError comes through: FileNotFoundError where the socket is
# gone, ConnectionRefusedError where nobody listens, gaierror where the name is unknown. Neither `except SQLAlchemyError`
# nor `except ConnectionError` catches the first and the last.
# Why it matters: a page that answers 503 for DBAPIError and ConnectionError answers 500 while a server on a Unix socket
# starts anew, and catching FileNotFoundError instead hides a missing file. Turn it into one error where one connects:
# connect_args={"async_creator_fn": ...}.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check 'sqlalchemy[asyncio]==2.1.9' asyncpg==0.32.0 'psycopg[binary]==3.3.9'
timeout 100 "$work/env/bin/python" - <<'PY'
import asyncio

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine


async def reach(url: str) -> Exception:
    engine = create_async_engine(url)
    try:
        async with engine.connect():
            raise AssertionError("reached")
    except Exception as error:
        return error
    finally:
        await engine.dispose()


found = {}
for driver in ("psycopg", "asyncpg"):
    for address in ("me@/films?host=/nowhere", "me@127.0.0.1:1/films", "me@nowhere.invalid/films"):
        error = asyncio.run(reach(f"postgresql+{driver}://{address}"))
        found[driver, address] = isinstance(error, SQLAlchemyError), isinstance(error, ConnectionError)
        print(f"{driver:8} {address:26} {type(error).__module__}.{type(error).__name__}")
wrapped = [caught for (driver, _), caught in found.items() if driver == "psycopg"]
bare = [caught for (driver, _), caught in found.items() if driver == "asyncpg"]
if wrapped == [(True, False)] * 3 and bare == [(False, False), (False, True), (False, False)]:
    print("CONFIRMED: of asyncpg SQLAlchemy passes on bare OSErrors, some of them no ConnectionError")
else:
    raise SystemExit("NOT CONFIRMED")
PY
