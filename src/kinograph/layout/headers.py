"""Headers that answers of more than one room bear."""

# Who has a session's address sees it, so no answer below it may be kept, listed or named to others; refusals neither.
SECRET = ("/session/", "/api/session/")
PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
