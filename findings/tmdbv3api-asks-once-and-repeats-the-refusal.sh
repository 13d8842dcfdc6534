#!/usr/bin/env bash
# Date: 2026-11-28. tmdbv3api 1.10.0, requests 2.34.2.
# Expected: after a refusal that passes (429 too many requests, 503), the same call asks TMDB again and gets the film.
# What happens: whole answers are kept by their address for the life of the process, refusals as well as films. Every
# retry raises the first error from memory; TMDB is asked once. TMDb.cache_clear() or TMDb.cache = False helps.
# Why it matters: a library looked up with the usual "try again in a second" marks films as missing that were refused
# once, and the more so the faster it asks. It looks like a fault of TMDB and ends with a restart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check tmdbv3api==1.10.0 requests==2.34.2
timeout 150 "$work/env/bin/python" - <<'PY'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from tmdbv3api import Movie, TMDb
from tmdbv3api.exceptions import TMDbException

asked = []


class Once(BaseHTTPRequestHandler):
    """Refuses the first request and answers all others."""

    def do_GET(self):
        asked.append(self.path)
        refused = {"success": False, "status_code": 25, "status_message": "Your request count is over the allowed limit."}
        body = json.dumps(refused if len(asked) == 1 else {"id": 238, "title": "The Godfather"}).encode()
        self.send_response(429 if len(asked) == 1 else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Once)
threading.Thread(target=server.serve_forever, daemon=True).start()
movie = Movie()
movie.api_key, movie._base = "key", f"http://127.0.0.1:{server.server_port}/3"


def ask():
    try:
        return movie.details(238).title
    except TMDbException as error:
        return str(error)


answers = [ask() for _ in range(3)]
count = len(asked)
TMDb().cache_clear()
after = ask()
print("three tries:", answers, "| requests:", count)
print("after cache_clear:", after, "| requests:", len(asked))
sys.exit(0 if count == 1 and len(set(answers)) == 1 and "limit" in answers[0] and after == "The Godfather" else 1)
PY
