"""An OpenID provider: where people are sent to sign in, and what it then says who they are.

Only its token is believed, for its signature; not what it says at other addresses, nor an e-mail address.
Errors and the log name what was wrong, never a code, a token or a secret.
"""

from __future__ import annotations

import logging
import re
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import aiohttp
import orjson

from kinograph.accounts import id_tokens, names
from kinograph.accounts.id_tokens import ALGORITHMS, Key, KeyUnknown, TokenWrong
from kinograph.accounts.identities import Identity
from kinograph.accounts.sign_ins import SignInOver, UnderWay
from kinograph.errors import AppError
from kinograph.i18n import gettext, gettext_noop
from kinograph.settings import Settings
from kinograph.settings.ways_in import is_safe

log = logging.getLogger(__name__)

CALLBACK = "/signin/openid/back"
TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
LARGEST_ANSWER = 512 << 10  # bytes
KNOWN_SECONDS = 3600.0
ASKED_AGAIN_SECONDS = 10.0
"""How soon after the last time a provider is asked for its keys, because a token is signed with none of them."""
LONGEST_SUBJECT = 255


class ProviderError(AppError):
    status = 502
    heading = gettext_noop("The provider did not answer as it should.")
    sentence = gettext_noop(
        "%(provider)s gave an answer that cannot be used, so nobody was signed in. Whoever runs this Kinograph finds "
        "more in the log."
    )


class ProviderAway(ProviderError):
    heading = gettext_noop("The provider cannot be reached.")
    sentence = gettext_noop("%(provider)s cannot be reached right now. Try again in a few minutes.")


class ProviderSlow(ProviderError):
    status = 504
    heading = gettext_noop("The provider takes too long.")
    sentence = gettext_noop("%(provider)s took too long to answer. Try again in a few minutes.")


class ProviderRefuses(AppError):
    status = 403
    heading = gettext_noop("Sign-in refused.")
    sentence = gettext_noop("%(provider)s did not sign you in.")


class Metadata(NamedTuple):
    """What a provider says of itself."""

    authorization: str
    token: str
    keys: str
    algorithms: Sequence[str]
    takes_basic: bool  # the client's secret in a header; else in the form
    names_itself: bool  # in what it sends back (RFC 9207)


class Person(NamedTuple):
    """Whom the provider has signed in; `asked_at` is when it last asked them to prove it, in seconds, if it says so."""

    identity: Identity
    asked_at: float | None


class Provider:
    """The one that is set. One for each process, which keeps for an hour what the provider says of itself."""

    def __init__(self, settings: Settings, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        assert settings.oidc_issuer and settings.oidc_client_id and settings.public_url
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._scopes = settings.oidc_scopes
        self._redirect = settings.public_url + CALLBACK
        self._timeout = timeout
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, Sequence[Key]] | None = None
        self.name = settings.oidc_name

    async def lead_to(self, made: UnderWay, *, anew: bool) -> str:
        """The address at which the provider asks who it is; `anew`: also whoever has told it before."""
        metadata = await self.discover()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect,
            "scope": self._scopes,
            "state": made.state,
            "nonce": made.nonce,
            "code_challenge": made.challenge,
            "code_challenge_method": "S256",
        } | ({"prompt": "login", "max_age": "0"} if anew else {})
        return f"{metadata.authorization}{'&' if '?' in metadata.authorization else '?'}{urlencode(asked)}"

    async def find_person(self, made: UnderWay, code: str, issuer: str | None) -> Person:
        """Who has signed in, for the code that the provider sent along. Raises ProviderError and SignInOver."""
        metadata = await self.discover()
        if issuer != self._issuer and (issuer is not None or metadata.names_itself):
            raise self._wrong("another issuer sent the browser back")
        token = await self._exchange(metadata, made, code)
        try:
            claims = await self._read(metadata, token, made.nonce)
        except TokenWrong as error:
            raise self._wrong(f"of its token, {error}") from None
        subject = claims["sub"]
        if not subject or len(subject) > LONGEST_SUBJECT or "\0" in subject:
            raise self._wrong("of its token, the subject cannot be stored")
        asked_at = claims.get("auth_time")
        if asked_at is not None and (isinstance(asked_at, bool) or not isinstance(asked_at, int | float)):
            raise self._wrong("of its token, auth_time is no number")
        return Person(Identity(self._issuer, subject, _propose_name(claims)), asked_at)

    async def discover(self) -> Metadata:
        """What the provider says of itself. Raises ProviderError."""
        if self._metadata and time.monotonic() - self._metadata[0] < KNOWN_SECONDS:
            return self._metadata[1]
        found = await self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            said = found.get("issuer") if isinstance(found, dict) else None
            raise self._wrong(f"it calls itself {said!r:.200}, so that is what KINOGRAPH_OIDC_ISSUER must be")
        told = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        addresses = [each for each in told if isinstance(each, str) and is_safe(each)]
        if len(addresses) < len(told):
            raise self._wrong("its addresses are missing, or not https")
        signed = _listed(found, "id_token_signing_alg_values_supported", ["RS256"])
        methods = _listed(found, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
        metadata = Metadata(
            authorization=addresses[0],
            token=addresses[1],
            keys=addresses[2],
            algorithms=[each for each in ALGORITHMS if each in signed],
            takes_basic="client_secret_basic" in methods or "client_secret_post" not in methods,
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        )
        self._metadata = time.monotonic(), metadata
        return metadata

    async def _exchange(self, metadata: Metadata, made: UnderWay, code: str) -> object:
        """The token for a code, which works once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": made.verifier,
        }
        headers = {}
        if self._secret and metadata.takes_basic:
            # Each is written as in a form before they are put together (RFC 6749, 2.3.1).
            both = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
        else:
            form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        answer = await self._ask("POST", metadata.token, data=form, headers=headers)
        if not isinstance(answer, dict):
            raise self._wrong("its answer to a code is none")
        if (error := answer.get("error")) is not None:
            if error == "invalid_grant":
                raise SignInOver
            raise self._wrong(f"it refused a code: {name_error(error)}")
        return answer.get("id_token")

    async def _read(self, metadata: Metadata, token: object, nonce: str) -> Mapping[str, Any]:
        """The claims of a token. Where no key has signed it, the provider may have new ones."""
        wanted: dict[str, Any] = {"issuer": self._issuer, "client_id": self._client_id, "nonce": nonce}
        wanted["algorithms"] = metadata.algorithms
        asked_at, keys = self._keys or (0.0, ())
        age = time.monotonic() - asked_at if self._keys else KNOWN_SECONDS
        if age < KNOWN_SECONDS:
            try:
                return id_tokens.read_token(token, keys, **wanted)
            except KeyUnknown:
                if age < ASKED_AGAIN_SECONDS:
                    raise
        keys = await self.fetch_keys(metadata)
        self._keys = time.monotonic(), keys
        return id_tokens.read_token(token, keys, **wanted)

    async def fetch_keys(self, metadata: Metadata) -> Sequence[Key]:
        """Those that it signs with now. Raises ProviderError."""
        return id_tokens.read_keys(await self._ask("GET", metadata.keys))

    async def _ask(self, method: str, url: str, **sent: Any) -> object:
        """The JSON that answers; of a refusal too. Raises ProviderError."""
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.request(method, url, allow_redirects=False, **sent) as answer,
            ):
                body = await _read_body(answer)
        except TimeoutError:
            log.warning("the OpenID provider took too long to answer")
            raise ProviderSlow(provider=self.name) from None
        except (aiohttp.ClientError, OSError) as error:
            log.warning("the OpenID provider cannot be reached: %s", type(error).__name__)
            raise ProviderAway(provider=self.name) from None
        if answer.status >= 500:
            log.warning("the OpenID provider answered %d", answer.status)
            raise ProviderAway(provider=self.name)
        if body is None or answer.status in range(300, 400) or (method == "GET" and answer.status != 200):
            raise self._wrong(f"it answered {answer.status}" if body is not None else "an answer is too large")
        try:
            return orjson.loads(body)
        except ValueError:
            raise self._wrong(f"it answered {answer.status} with what is no JSON") from None

    def _wrong(self, what: str) -> ProviderError:
        log.warning("the OpenID provider's answer cannot be used: %s", what)
        return ProviderError(provider=self.name, what=what)


async def examine(settings: Settings) -> tuple[str, bool]:
    """For `kinograph doctor`: how it stands with the provider, and whether that needs a hand."""
    provider = Provider(settings)
    try:
        metadata = await provider.discover()
        keys = await provider.fetch_keys(metadata)
    except AppError as error:
        what = error.details.get("what", error)
        return gettext("The OpenID provider %(issuer)s: %(what)s", issuer=settings.oidc_issuer, what=what), True
    if not keys or not metadata.algorithms:
        return gettext("%(provider)s signs its answers in no way that Kinograph accepts.", provider=provider.name), True
    return gettext("%(provider)s answers; people can sign in there.", provider=provider.name), False


async def _read_body(answer: aiohttp.ClientResponse) -> bytes | None:
    """None where it is too large."""
    body = b""
    async for part in answer.content.iter_chunked(64 << 10):
        body += part
        if len(body) > LARGEST_ANSWER:
            return None
    return body


def name_error(error: object) -> str:
    """A provider's word for what went wrong, as far as it is one."""
    return error if isinstance(error, str) and re.fullmatch(r"[a-z_]{1,40}", error) else "an unknown error"


def _listed(found: Mapping[str, Any], name: str, default: list[str]) -> list[object]:
    given = found.get(name)
    return given if isinstance(given, list) else list(default)


def _propose_name(claims: Mapping[str, Any]) -> str:
    """What the provider calls somebody, without the host of an address; empty where that is no name here."""
    for claim in ("preferred_username", "nickname", "name"):
        given = claims.get(claim)
        if isinstance(given, str):
            try:
                return names.clean(given.partition("@")[0])
            except names.BadName:
                continue
    return ""
