"""Passkeys of accounts: what a browser shows is checked here, and what is kept of them.

What checks signatures takes 14 MB, so it is loaded when a passkey is first asked for: most who run this have none.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import store
from kinograph.accounts.identities import LastWayIn, is_open, list_linked
from kinograph.accounts.models import Account, Passkey
from kinograph.accounts.passkey_place import Place
from kinograph.accounts.store import Known
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.settings import Settings

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions

MOST = 20
LONGEST_NAME = 60
LONGEST_ID = 1023  # bytes, as the standard has it
HANDLE_BYTES = 32
PATIENCE = 120_000  # milliseconds, for a person to find the key


@cache
def broken() -> tuple[type[Exception], ...]:
    """All that the library, and what it is built on, raises for what is none of a passkey's."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError


class WrongPasskey(AppError):
    """The same for a passkey that is unknown and for one that signs wrongly."""

    status = 401
    sentence = gettext_noop("This passkey opens no account here.")


class NotTaken(AppError):
    status = 422
    sentence = gettext_noop("This passkey could not be added. Try again.")


class TooManyPasskeys(AppError):
    status = 409
    sentence = gettext_noop("You have %(most)s passkeys, which is as many as there can be. Remove one first.")


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """`used_at` is None until it has worked once; `is_synced` where its owner has it on other devices, too. `warned_at`
    is when it last counted backward, as a copy of it would."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None
    is_synced: bool
    warned_at: datetime | None


class Found(NamedTuple):
    """A passkey as somebody shows it."""

    id: int
    account_id: int
    handle: bytes | None
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What was proven: by which passkey, and whether it may be a copy."""

    id: int
    account_id: int
    is_doubtful: bool
    sign_count: int = field(repr=False)
    is_synced: bool


async def list_passkeys(db: AsyncConnection, account_id: int) -> Sequence[OwnPasskey]:
    """The newest first."""
    columns = (Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at, Passkey.is_synced, Passkey.warned_at)
    rows = await db.execute(select(*columns).where(Passkey.account_id == account_id).order_by(Passkey.id.desc()))
    return [OwnPasskey(*row) for row in rows]


async def ask_for_new(
    db: AsyncConnection, place: Place, account: Known, challenge: bytes
) -> PublicKeyCredentialCreationOptions:
    """What a browser is asked to make: found again without a name, and locked by its owner's finger, face or code.
    Raises TooManyPasskeys."""
    from webauthn import generate_registration_options
    from webauthn.helpers import structs

    known = await list_ids(db, account.id)
    if len(known) >= MOST:
        raise TooManyPasskeys(most=MOST)
    return generate_registration_options(
        rp_id=place.host,
        rp_name="Kinograph",
        user_id=await _find_handle(db, account.id),
        user_name=account.name,
        challenge=challenge,
        timeout=PATIENCE,
        # A second one in the same place would replace the first, without a word to us.
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in known],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )


async def list_ids(db: AsyncConnection, account_id: int) -> Sequence[bytes]:
    """By which browsers know the account's passkeys."""
    return (await db.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id))).all()


async def _find_handle(db: AsyncConnection, account_id: int) -> bytes:
    """What authenticators know the account by: random, and the same for all its passkeys."""
    made = func.coalesce(Account.passkey_handle, secrets.token_bytes(HANDLE_BYTES))
    handle: bytes | None = await db.scalar(
        update(Account).where(Account.id == account_id).values(passkey_handle=made).returning(Account.passkey_handle)
    )
    assert handle is not None
    return handle


async def add(
    db: AsyncConnection, place: Place, account: Known, credential: dict[str, Any], challenge: bytes, name: str
) -> None:
    """Keeps what a browser made. Raises NotTaken, and TooManyPasskeys."""
    from webauthn import verify_registration_response

    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except broken() as error:
        raise NotTaken from error
    if not 0 < len(made.credential_id) <= LONGEST_ID:
        raise NotTaken
    await db.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    if len(await list_ids(db, account.id)) >= MOST:
        raise TooManyPasskeys(most=MOST)
    done = await db.execute(
        upsert(Passkey)
        .values(
            account_id=account.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=clean_name(name),
            is_synced=made.credential_backed_up,
        )
        .on_conflict_do_nothing()
    )
    if not done.rowcount:  # somebody's already
        raise NotTaken


def clean_name(name: str) -> str:
    """As it is shown: in one line, without signs that nobody sees."""
    seen = "".join(sign if sign.isspace() or unicodedata.category(sign)[0] != "C" else "" for sign in name)
    return " ".join(seen.split())[:LONGEST_NAME]


def ask_for_any(place: Place, challenge: bytes, *, of: Sequence[bytes] = ()) -> PublicKeyCredentialRequestOptions:
    """The browser offers those that it has for this host, of whichever account; or one `of` these."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import structs

    return generate_authentication_options(
        rp_id=place.host,
        challenge=challenge,
        timeout=PATIENCE,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in of] or None,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )


async def find_shown(db: AsyncConnection, credential: dict[str, Any]) -> Found | None:
    """The passkey that a browser says it shows."""
    from webauthn.helpers import base64url_to_bytes

    try:
        credential_id = base64url_to_bytes(credential["id"])
    except broken():
        return None
    if len(credential_id) > LONGEST_ID:
        return None
    row = (
        await db.execute(
            select(Passkey.id, Passkey.account_id, Account.passkey_handle, Passkey.public_key, Passkey.sign_count)
            .join(Account, Account.id == Passkey.account_id)
            .where(Passkey.credential_id == credential_id)
        )
    ).one_or_none()
    return Found(*row) if row else None


def check(place: Place, found: Found, credential: dict[str, Any], challenge: bytes) -> Shown:
    """Raises WrongPasskey. One that has counted backward, as a copy would, is doubtful and no more: some authenticators
    begin anew, and whoever has such a one is not to be locked out."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=0,  # compared below
            require_user_verification=True,
        )
        handle = credential["response"].get("userHandle")
        if base64url_to_bytes(handle or "") != (found.handle if handle else b""):
            raise WrongPasskey
    except broken() as error:
        raise WrongPasskey from error
    is_doubtful = found.sign_count > 0 and shown.new_sign_count <= found.sign_count
    return Shown(found.id, found.account_id, is_doubtful, shown.new_sign_count, shown.credential_backed_up)


async def note_use(db: AsyncConnection, found: Found, shown: Shown) -> None:
    """Raises WrongPasskey where another use of it came between, so that this count is no newer any more."""
    noted = await db.execute(
        update(Passkey)
        .where(Passkey.id == shown.id, Passkey.sign_count == found.sign_count)
        .values(
            used_at=func.now(),
            sign_count=shown.sign_count,
            is_synced=shown.is_synced,
            **({"warned_at": func.now()} if shown.is_doubtful else {}),
        )
    )
    if not noted.rowcount:
        raise WrongPasskey


async def remove(db: AsyncConnection, settings: Settings, account: Known, passkey_id: int) -> None:
    """It signs in no more. Raises LastWayIn where nothing else would."""
    await db.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    linked = await list_linked(db, account.id)
    by_others = any(is_open(settings, each.issuer) for each in linked)
    by_password = settings.password_login and account.password_hash is not None
    if not (by_password or by_others or await store.has_passkeys(db, account.id, working=True, but=passkey_id)):
        raise LastWayIn
    await db.execute(delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account.id))
