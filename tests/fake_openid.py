"""An OpenID provider of the tests' own on loopback. It checks what a provider must: the client, its secret, PKCE, and
that a code is used once; and signs what it says. Tests turn it into one that lies, or fails."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET = "kinograph", "s3cret/with:signs%"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
PAGE = """<!doctype html><html lang="en"><title>Provider</title><h1>Who are you?</h1>
<form method="post"><label>Name <input name="who"></label><button>Let me in</button></form></html>"""


class FakeOpenid:
    """Use as a context manager. `claims` are added to what it signs, `sign` replaces how; `fail` answers instead."""

    def __init__(self, redirect: str) -> None:
        self.redirect = redirect
        self.key = KEY
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.more_keys: list[dict[str, Any]] = []
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.fail: Callable[[BaseHTTPRequestHandler], bool] = lambda asked: False
        self.asked: list[dict[str, str]] = []  # what browsers came with
        self.paths: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                fake._answer(self)

            do_POST = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/o/films/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def let_in(self, address: str, who: str = "anna") -> str:
        """Where the provider sends the browser back to, that came to this address and said who it is."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        assert address.startswith(self.issuer) and asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.redirect and asked["response_type"] == "code"
        assert "openid" in asked["scope"].split() and asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) > 30 and len(asked["nonce"]) > 30 and asked["state"] != asked["nonce"]
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked | {"who": who}
        return f"{self.redirect}?{urlencode({'code': code, 'state': asked['state']})}"

    def _answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        path = urlsplit(asked.path).path.removeprefix("/o/films")
        self.paths.append(path)
        if self.fail(asked):
            return
        if path == "/.well-known/openid-configuration":
            self._say(asked, self._describe())
        elif path == "/keys":
            self._say(asked, {"keys": [*self.more_keys, self.key.as_dict(private=False)]})
        elif path == "/authorize" and asked.command == "GET":
            self._say(asked, PAGE)
        elif path == "/authorize":
            asked.send_response(303)
            asked.send_header("Location", self.let_in(self.issuer.partition("/o/")[0] + asked.path, form["who"]))
            asked.end_headers()
        elif path == "/token":
            self._exchange(asked, form)
        else:
            self._say(asked, {"error": "not_found"}, 404)

    def _describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}authorize",
            "token_endpoint": f"{self.issuer}token",
            "jwks_uri": f"{self.issuer}keys",
            "id_token_signing_alg_values_supported": ["HS256", "RS256", "none"],
        } | self.metadata

    def _exchange(self, asked: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        kind, _, both = asked.headers.get("Authorization", "").partition(" ")
        given = base64.b64decode(both).decode().split(":") if kind == "Basic" else []
        client = [unquote(each) for each in given] or [form.get("client_id", ""), form.get("client_secret", "")]
        if client != [CLIENT, SECRET]:
            self._say(asked, {"error": "invalid_client"}, 401)
            return
        known = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if (
            known is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != known["redirect_uri"]
            or challenge.rstrip("=") != known["code_challenge"]
        ):
            self._say(asked, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": known["nonce"]}
        claims |= {"sub": f"sub-{known['who']}", "preferred_username": known["who"], "email": "anna@example.org"}
        claims |= {"auth_time": now} if known.get("max_age") == "0" else {}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        self._say(asked, {"access_token": "of-no-use", "token_type": "Bearer", "id_token": self.sign(claims)})

    def _sign(self, claims: dict[str, Any]) -> str:
        return self.sign_with(self.key, claims, kid="one")

    @staticmethod
    def sign_with(key: RSAKey, claims: dict[str, Any], alg: str = "RS256", **header: Any) -> str:
        registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
        return jwt.encode({"alg": alg, **header}, claims, key, registry=registry)

    @staticmethod
    def _say(asked: BaseHTTPRequestHandler, said: object, status: int = 200) -> None:
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        asked.send_response(status)
        asked.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)
