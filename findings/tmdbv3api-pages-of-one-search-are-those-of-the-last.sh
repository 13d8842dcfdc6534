#!/usr/bin/env bash
# Date: 2026-11-28. tmdbv3api 1.10.0, requests 2.34.2.
# Expected: search.total_pages and search.total_results belong to the object that asked.
# What happens: they are kept in the environment of the process (os.environ["total_pages"]): every object, in every thread,
# has those of whichever answer came last, as text, and programs that are started inherit them.
# Why it matters: two searches side by side end after the wrong page: here the long one of 12 pages reads "1" once the
# short one has answered, and 11 pages of films are never asked for. Take them from the answer, not from the object.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check tmdbv3api==1.10.0 requests==2.34.2
timeout 150 "$work/env/bin/python" - <<'PY'
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from tmdbv3api import Discover, Search


class Pages(BaseHTTPRequestHandler):
    """Twelve pages for discover, one for a search."""

    def do_GET(self):
        n = 12 if "/discover/" in self.path else 1
        body = json.dumps({"page": 1, "results": [], "total_pages": n, "total_results": n * 20}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=server.serve_forever, daemon=True).start()
long, short = Discover(), Search()
for each in (long, short):
    each.api_key, each._base = "key", f"http://127.0.0.1:{server.server_port}/3"
long.discover_movies({"with_genres": "18"})
before = long.total_pages
short.movies("ikiru")
after = long.total_pages
child = subprocess.run(
    [sys.executable, "-c", "import os; print(os.environ['total_pages'])"], capture_output=True, text=True, timeout=60
).stdout.strip()
print("pages of the long one, before and after the short one asked:", repr(before), repr(after))
print("in the environment of a program started now:", child)
sys.exit(0 if (before, after, child) == ("12", "1", "1") else 1)
PY
