"""Passwords, hashed slowly and never more than two at a time."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hash_token(token: str) -> bytes:
    """Of a secret that we made: it is 256 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(
        token.encode(errors="surrogatepass")
    ).digest()  # JSON brings lone halves of pairs, which fit none


LONGEST = 1_000  # characters
WAITING = 20  # passwords that may wait for their turn

# Of RFC 9106 the second choice with less memory, as OWASP has it: 19 MiB and some 30 ms for each.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def compose(password: str) -> str:
    """The same text however a keyboard composes its accents."""
    return unicodedata.normalize("NFC", password)


def is_busy() -> bool:
    """Whether so many wait for their turn that no other should."""
    return HASHING._work_queue.qsize() >= WAITING


async def hash_password(password: str) -> str:
    """argon2id of a composed password, with a salt of its own."""
    return await asyncio.get_running_loop().run_in_executor(HASHING, HASHER.hash, password)


async def is_right(known: str, password: str) -> bool:
    """Whether this is the password of a hash; of one that is too long, not without looking."""
    return await asyncio.get_running_loop().run_in_executor(HASHING, _is_right, known, password)


def _is_right(known: str, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(known, compose(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
