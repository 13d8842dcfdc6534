"""A security key in software: it makes passkeys and signs with them, also what no browser would let it sign."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, MAY_SYNC, IS_SYNCED, ATTESTED = 1, 4, 8, 16, 64


@dataclass
class Authenticator:
    """`counts` as security keys do; those of phones and password managers answer 0 for ever."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counts: bool = False
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Of what navigator.credentials.create() is asked."""
        self.handle = decode(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        stated = {"fmt": "none", "attStmt": {}, "authData": self._state(self.flags | ATTESTED) + attested}
        return self._tell(
            {
                "clientDataJSON": encode(self._say("webauthn.create", asked, changed)),
                "attestationObject": encode(cbor2.dumps(stated)),
            }
        )

    def use(self, asked: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Of what navigator.credentials.get() is asked; `changed` is said of the challenge or the origin instead."""
        self.count += self.counts
        said = self._say("webauthn.get", asked, changed)
        state = self._state(self.flags)
        signature = self.key.sign(state + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._tell(
            {
                "clientDataJSON": encode(said),
                "authenticatorData": encode(state),
                "signature": encode(signature),
                "userHandle": encode(self.handle),
            }
        )

    def _say(self, what: str, asked: dict[str, Any], changed: dict[str, Any]) -> bytes:
        told = {"type": what, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told | changed).encode()

    def _state(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _tell(self, response: dict[str, Any]) -> dict[str, Any]:
        name = encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def encode(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
