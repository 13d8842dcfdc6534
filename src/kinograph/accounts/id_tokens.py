"""What an OpenID provider says of somebody, and whether it says so: the token it signs, and the keys it signs with.

What checks signatures takes 10 MB, so it is loaded when somebody first signs in by a provider.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

# Signed with a key that only the provider has. Never "none"; nor HS256, for which a published key would be the secret.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
LEEWAY_SECONDS = 120
LONGEST_HEADER, LONGEST_TOKEN = 8 << 10, 64 << 10  # a header may hold certificates

Key: TypeAlias = "RSAKey | ECKey | OKPKey"


@cache
def broken() -> tuple[type[Exception], ...]:
    """What joserfc raises at what is no token or no key, its own kinds of error and others."""
    from joserfc.errors import JoseError

    return JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError


class TokenWrong(Exception):
    """The token is not what it should be; the text says what of it, in few words and without a part of it."""


class KeyUnknown(TokenWrong):
    """No key fits, or the one that should does not: the provider may have others by now."""


def read_keys(found: object) -> Sequence[Key]:
    """The keys that can sign, of a provider's JSON. Those of kinds that nobody knows here are left out, one by one:
    their mere presence must not stop sign-ins."""
    from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

    keys = []
    for each in found.get("keys", ()) if isinstance(found, dict) else ():
        try:
            key = JWKRegistry.import_key(each)
        except broken():
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey) and each.get("use") in (None, "sig"):
            keys.append(key)
    return keys


def read_token(
    token: object, keys: Sequence[Key], *, algorithms: Sequence[str], issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """The claims of a token that the provider signed for us, now, for this very sign-in. Raises TokenWrong."""
    from joserfc import jwt

    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST_TOKEN:
        raise TokenWrong("there is no token")
    header = _read_header(token)
    if header.get("alg") not in algorithms:
        raise TokenWrong("it is signed in a way that is not taken")
    claims = _verify(token, [key for key in keys if header.get("kid") in (None, key.kid)], algorithms)
    wanted = jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        wanted.validate(claims)
    except broken() as error:
        claim = getattr(error, "claim", None)
        raise TokenWrong(f"its claim {claim} is wrong" if isinstance(claim, str) else "a claim is wrong") from None
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_for_several or "azp" in claims) and claims.get("azp") != client_id:
        raise TokenWrong("it is for another")
    if claims.get("nonce") != nonce:
        raise TokenWrong("it belongs to another sign-in")
    return claims


def _read_header(token: str) -> Mapping[str, Any]:
    try:
        first = token.partition(".")[0]
        header = json.loads(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):
        raise TokenWrong("its header cannot be read") from None
    return header if isinstance(header, dict) else {}


def _verify(token: str, keys: Sequence[Key], algorithms: Sequence[str]) -> dict[str, Any]:
    """A token need not name its key, so all that it may mean are tried."""
    from joserfc import jwt
    from joserfc.errors import BadSignatureError
    from joserfc.jws import JWSRegistry

    # By default joserfc takes no header it does not know; the standard (RFC 7515) has such ones passed over.
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    registry.max_header_length, registry.max_payload_length = LONGEST_HEADER, LONGEST_TOKEN
    for key in keys:
        try:
            return jwt.decode(token, key, registry=registry).claims
        except BadSignatureError:
            continue
        except broken():
            continue
    raise KeyUnknown("no key of the provider has signed it")
