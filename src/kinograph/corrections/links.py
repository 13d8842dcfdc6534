"""The address of a film or series at TMDB or IMDb, as people paste it."""

from __future__ import annotations

import re

from kinograph.errors import AppError
from kinograph.films import questions
from kinograph.films.candidates import MediaType
from kinograph.i18n import gettext_noop

LONGEST = 500

FLAGS = re.IGNORECASE | re.ASCII
TMDB = re.compile(r"(?:www\.)?themoviedb\.org/(?:[a-z]{2}(?:-[a-z]{2})?/)?(movie|tv)/0*([1-9]\d{0,8})(?:\D.*)?", FLAGS)
IMDB = re.compile(r"(?:(?:www|m)\.)?imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/(tt\d{7,9})(?:\D.*)?", FLAGS)
NUMBER = re.compile(r"tt\d{7,9}", FLAGS)
PATTERN = rf"^(?:(?:https?://)?(?:{TMDB.pattern}|{IMDB.pattern})|{NUMBER.pattern})$"
"""What `find_question` understands, for the description of the API; beyond it, case and space around do not matter."""


class NoLink(AppError):
    status = 422
    sentence = gettext_noop(
        "That is not a link to a film or series at TMDB or IMDb. A link looks like "
        "https://www.themoviedb.org/movie/603-the-matrix or https://www.imdb.com/title/tt0133093/."
    )


def need_question(link: str) -> str:
    """What to ask TMDB for the entry behind the link. Raises NoLink."""
    if asked := find_question(link):
        return asked
    raise NoLink


def find_question(link: str) -> str | None:
    """As `need_question`, for what may be something else."""
    address = re.sub(r"^https?://", "", link.strip()[:LONGEST], flags=re.I)
    if found := TMDB.fullmatch(address):
        kind: MediaType = "tv" if found[1].lower() == "tv" else "movie"
        return questions.entry_question(kind, int(found[2]))
    if found := IMDB.fullmatch(address):
        return questions.imdb_question(found[1].lower())
    if found := NUMBER.fullmatch(address):
        return questions.imdb_question(found[0].lower())
    return None
