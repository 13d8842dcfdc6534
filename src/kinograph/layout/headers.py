"""Headers that several routes put on their answers."""

import re

# Who has a session's address sees it, so no answer below it may be kept, listed or named to others; refusals neither.
SECRET = ("/session/", "/api/session/")
PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}

# A browser keeps nothing of who was here before, or of what is deleted: neither pages nor what its worker stored.
LEAVING = {"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"}

# A share may be revoked at any moment: nothing below it is kept. Its forms name where they come from, or over plain
# http a browser without a cookie of ours could send none.
SHARED = "/s/"
UNKEPT = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}

# Pages of a pair tell of a share, whose token stands in their address: nothing is kept, and nobody is told it.
PAIRS = re.compile(r"(/api)?/session/[^/]+/with(/.*)?")
PAIRED = PRIVATE | {"Cache-Control": "private, no-store"}
