#!/usr/bin/env bash
# Date: 2026-11-28. joserfc 1.8.0; PyJWT beside it, with the same tokens and the same key.
# Expected: a header parameter that is not understood, and is not listed in "crit", is passed over (RFC 7515, section 4: "MUST
# be ignored"), and "x5c" may hold the signer's certificate (section 4.1.6), as tokens of many providers do.
# What happens: jwt.decode refuses a token with one unknown parameter (UnsupportedHeaderError), however well it is signed;
# and any header over 512 bytes (ExceededSizeError), which a single certificate exceeds.
# Why it matters: sign-ins fail at some providers only. What helps: a registry of one's own for decode,
# JWSRegistry(algorithms=[...], strict_check_header=False), with a larger max_header_length.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check joserfc==1.8.0 pyjwt==2.15.1
timeout 150 "$work/env/bin/python" - <<'PY'
import sys
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
import jwt as pyjwt

key = RSAKey.generate_key(2048)
public = key.as_pem(private=False)
headers = {"plain": {}, "unknown parameter": {"tenant": "films"}, "a certificate": {"x5c": ["MII" + "A" * 1200]}}
mine = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
mine.max_header_length = 8192
outcomes = {}
for name, header in headers.items():
    token = pyjwt.encode({"sub": "anna"}, key.as_pem(private=True), algorithm="RS256", headers=header)
    try:
        jwt.decode(token, key, algorithms=["RS256"])
        taken = "taken"
    except JoseError as error:
        taken = type(error).__name__
    other = pyjwt.decode(token, public, algorithms=["RS256"])["sub"]
    own = jwt.decode(token, key, registry=mine).claims["sub"]
    outcomes[name] = taken
    print(f"{name}: joserfc {taken} | PyJWT {other} | joserfc with a registry of one's own {own}")
expected = {"plain": "taken", "unknown parameter": "UnsupportedHeaderError", "a certificate": "ExceededSizeError"}
sys.exit(0 if outcomes == expected else 1)
PY
