#!/usr/bin/env bash
# Date: 2026-11-28. Debian's Chromium 156, driven by Playwright 1.65.2, scripts off.
# Expected: <meta http-equiv="refresh" content="1">, and the header Refresh: 1, load the page anew after a second, as the
# page that waits for an answer without script needs; where on the page one was led (#part) makes no difference.
# What happens: at an address with a fragment neither asks for anything, ever. The refresh is a navigation to the
# document's own address, and one that differs by nothing but a fragment is a jump within the page. With an address
# written out that has no fragment it does load, and the place on the page is lost.
# Why it matters: "POST, redirect to /page#answer, which refreshes until the answer is there" waits for ever. A refresh by
# way of another address, which redirects to the page and its fragment, does load and keeps the place.
set -euo pipefail
command -v chromium >/dev/null || { echo "SKIPPED: no chromium on PATH"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check playwright==1.65.2
timeout 150 "$work/env/bin/python" - <<'PY'
import http.server
import shutil
import sys
import threading
from collections import Counter
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

asked = Counter()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = urlsplit(self.path).path
        asked[name] += 1
        head = {"/meta": '<meta http-equiv="refresh" content="1">',
                "/address": '<meta http-equiv="refresh" content="1; url=/address">'}.get(name, "")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "no-store")
        if name == "/header":
            self.send_header("Refresh", "1")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>x</title>{head}<p id=part>here".encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
home = f"http://127.0.0.1:{server.server_port}"
right = True
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    print("Chromium", browser.version)
    for name, again in (("/meta", False), ("/header", False), ("/address", True)):
        for fragment in ("", "#part"):
            asked.clear()
            page = browser.new_page(java_script_enabled=False)
            page.goto(home + name + fragment)
            page.wait_for_timeout(4500)
            print(f"{name + fragment}: asked for {asked[name]} times in 4.5 s")
            right = right and (asked[name] > 1) == (not fragment or again)
            page.close()
    browser.close()
sys.exit(0 if right else 1)
PY
