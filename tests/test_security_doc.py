"""docs/security.md says what the code does: each number in it, and the policy."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

from annotated_types import MaxLen

from kinograph.accounts import (
    newcomers,
    openid,
    openid_routes,
    passkey_routes,
    passwords,
    phone,
    registration,
    staying,
    store,
)
from kinograph.corrections import owner_context
from kinograph.layout import bounds
from kinograph.lists import bringing
from kinograph.lists import store as lists
from kinograph.pictures import painter, painters
from kinograph.reports import making, writer
from kinograph.sessions import archive, hashing, keys, sandbox, throttle, upload_routes
from kinograph.sessions.export_format import LIMITS
from kinograph.settings import LARGEST_UPLOAD_MB, Settings
from kinograph.shares import passwords as share_passwords
from kinograph.shares import store as shares
from kinograph.stats import filter_values, table_options
from kinograph.web import app, http_server, security_middleware

TEXT = (Path(__file__).parent.parent / "docs" / "security.md").read_text()
MINUTES = throttle.SECONDS // 60
UNPACKED = archive.Limits()
CPU = int(sandbox.DEADLINE) + 5


def most(*counted: throttle.Throttle) -> str:
    return "; ".join(str(each._most) for each in counted)


def kilobytes(n_bytes: int) -> str:
    return f"{n_bytes >> 10} kB"


def files_of_a_form() -> int:
    (field,) = get_args(upload_routes.Sent)[1:]
    return next(rule.max_length for rule in field.metadata if isinstance(rule, MaxLen))


LIMITED = {
    "an upload; unpacked": f"{LARGEST_UPLOAD_MB} MB; {UNPACKED.inflated_bytes >> 20} MB",
    "files of a form; entries of a ZIP; folders in folders": (
        f"{files_of_a_form():,}; {UNPACKED.entries:,}; {LIMITS['folder_depth']}"
    ),
    "compression of an entry": f"{archive.LARGEST_RATIO} to 1, from {archive.RATIO_COUNTS_FROM >> 20} MB on",
    "a cell; a line of a CSV": f"{LIMITS['field_length']:,} bytes; {LIMITS['line_length']:,} bytes",
    "rows; tags": f"{UNPACKED.rows:,}; {UNPACKED.tags:,}",
    "reading: time; CPU time; address space": f"{sandbox.DEADLINE:.0f} s; {CPU} s; {sandbox.MEMORY >> 20:,} MB",
    f"uploads in {MINUTES} minutes: of an owner; from an address; refused ones": (
        f"{app.UPLOADS_OF_OWNER}; {app.UPLOADS_OF_ADDRESS}; {app.REFUSED_OF_ADDRESS}"
    ),
    "bytes under way from one address": f"{security_middleware.UPLOADS_UNDER_WAY} uploads of the largest size",
    "any other body": kilobytes(security_middleware.SMALL_BODY),
    "address of a request; headers; their number; time until they are complete": (
        f"{kilobytes(http_server.LONGEST_URL)}; {kilobytes(http_server.LARGEST_HEADERS)}; {http_server.MOST_HEADERS};"
        f" {http_server.HEAD_SECONDS:.0f} s"
    ),
    "characters typed: a search for a film; a search in the table; a name in a filter": (
        f"{owner_context.LONGEST_QUERY}; {table_options.LONGEST_SEARCH}; {filter_values.LONGEST_NAME}"
    ),
    f"questions to TMDB in {MINUTES} minutes: of an owner; from an address": (
        f"{owner_context.QUESTIONS_OF_OWNER}; {owner_context.QUESTIONS_OF_ADDRESS}"
    ),
    "a list that is brought: films; lists of an owner": f"{bringing.MOST_ROWS:,}; {lists.MOST_LISTS}",
    "open shares of an owner": str(shares.MOST_OPEN),
    f"wrong logins in {MINUTES} minutes: of a name; from an address; from a browser that was signed in": most(
        passwords.OF_ACCOUNT, passwords.OF_NETWORK, passwords.OF_BROWSER
    ),
    f"wrong passkeys in {MINUTES} minutes: from an address; from a browser that was signed in; sign-ins begun": most(
        passkey_routes.OF_NETWORK, passkey_routes.OF_BROWSER, passkey_routes.ASKED
    ),
    f"sign-ups in {MINUTES} minutes from an address; sign-ins of a name that a proxy sends": most(
        registration.OF_NETWORK, newcomers.OF_IDENTITY
    ),
    f"sign-ins at a provider in {MINUTES} minutes that lead nowhere, from an address": most(openid_routes.OF_NETWORK),
    f"passwords of a share in {MINUTES} minutes: from an address; from everywhere": most(
        share_passwords.OF_NETWORK, share_passwords.OF_SHARE
    ),
    "a page: waiting for its turn": f"{bounds.WAIT_SECONDS:.0f} s",
    "a picture: time; address space; waiting ones": (
        f"{painters.DEADLINE:.0f} s; {painter.MEMORY >> 20:,} MB; {painters.WAITING}"
    ),
    "a report: time; CPU time; address space; waiting ones": (
        f"{making.DEADLINE:.0f} s; {writer.SECONDS} s; {writer.MEMORY >> 20:,} MB; {making.WAITING}"
    ),
    "an answer of an OpenID provider: bytes; time": f"{kilobytes(openid.LARGEST_ANSWER)}; {openid.TIMEOUT.total:.0f} s",
}
SAID = (
    f"Its link has {8 * shares.TOKEN_BYTES} random bits",
    f"({keys.MOST} of an owner at most)",
    f"({passwords.SHORTEST} to {hashing.LONGEST:,} characters)",
    f"({hashing.HASHER.memory_cost >> 10} MiB, {hashing.HASHER.time_cost} rounds),"
    f" {hashing.HASHING._max_workers} at a time",
    f"proof of the last {staying.PROVEN_FOR.seconds // 60} minutes",
    f"an invitation holds for {store.INVITED_FOR.days} days, a new password {store.RESET_FOR.seconds // 3600} hour, "
    f"a phone {phone.GOOD_FOR.seconds // 60} minutes",
    f"Recovery codes: {store.CODES},",
    f"a salted digest for {MINUTES} minutes",
    "pages for up to 30 days",  # the script's own, held by the tests of what browsers store
)
# Numbers that are names: of hashes, protocols, statuses, modes, and what 32 random bytes are.
NAMES = r"SHA-256|argon2id|IPv[46]|/64|\(40[034]\)|0600|256 random bits"


def test_each_limit_is_the_one_of_the_code_and_none_is_missing() -> None:
    told = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE))
    assert told.pop("what") == "limit"
    assert told == LIMITED


def test_each_other_number_is_said_of_the_code() -> None:
    prose = " ".join("\n".join(line for line in TEXT.splitlines() if not line.startswith("|")).split())
    for said in SAID:
        assert prose.count(said) == 1
        prose = prose.replace(said, "")
    assert re.findall(r".{0,30}\d.{0,30}", re.sub(NAMES, "", prose)) == []


def test_the_policy_is_the_one_that_is_sent(settings: Settings) -> None:
    assert f"    {security_middleware.make_policy(replace(settings, tmdb_images=True))}\n" in TEXT
