"""When two titles are the same: as they are spelled, abbreviated and numbered here and there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

QUOTES_AND_SPACES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# fmt: off
ARTICLES = frozenset({
    "the", "a", "an", "le", "la", "les", "l", "el", "los", "las", "il", "lo", "gli", "i", "der", "die", "das", "ein",
    "eine", "un", "une", "una", "os", "as", "o",
})
JOINING = frozenset({"and", "vs", "versus"})
COUNTED = frozenset({"part", "chapter", "volume", "episode", "book", "act"})
ABBREVIATIONS = {"pt": "part", "vol": "volume", "ch": "chapter", "ep": "episode", "vs": "versus", "dr": "doctor"}
NUMBERS = {word: str(n) for n, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)}
ROMAN = {word: str(n) for n, word in enumerate(
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii"), 1)}
# fmt: on
FIRST_PART = re.compile(r" (part|chapter|volume) 1$")  # often added or dropped when the second is announced
SUBTITLE = re.compile(r":\s|\s[-–—]\s|\s\(")


def is_distinctive(title: str) -> bool:
    """Whether two films would hardly bear this title by chance."""
    words = reworded(title).split()
    letters = len("".join(words))
    return letters >= 14 or (letters >= 11 and len(words) >= 3)


def searchable(title: str) -> str | None:
    """The title without what TMDB may write otherwise ("&" or "and", numbers, the subtitle), if anything of it can be
    left out.

    TMDB finds only titles that hold every word of a query.
    """
    head = SUBTITLE.split(plain(title), maxsplit=1)[0].strip()
    words = [word for word in head.split() if folded(word) not in JOINING]
    while len(words) > 1 and _is_number(folded(words[-1])):
        words.pop()
    if len(words) > 1 and folded(words[-1]) in COUNTED | ABBREVIATIONS.keys():
        words.pop()
    shorter = " ".join(words)
    return shorter if shorter and folded(shorter) != folded(title) else None


@lru_cache(4096)
def plain(title: str) -> str:
    """As written, but for the kinds of spaces, quotation marks and dashes."""
    return " ".join(unicodedata.normalize("NFKC", title).translate(QUOTES_AND_SPACES).split())


@lru_cache(4096)
def folded(title: str) -> str:
    """Without case, accents and punctuation: "WALL·E" and "Wall-E" are both "wall e", "Tom & Jo" is "tom and jo"."""
    text = unicodedata.normalize("NFKD", plain(title)).casefold().translate(LETTERS)
    # Marks of class 200 and up are accents; those of the Japanese and Indic scripts make another letter.
    text = "".join(sign for sign in text if unicodedata.combining(sign) < 200)
    text = re.sub(r"[&+]", " and ", text).replace("'", "")
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text))
    return " ".join(words) or plain(title)


@lru_cache(4096)
def reworded(title: str) -> str:
    """Folded, with digits and no article: "The Dark, Part II" and "Dark: Part Two" are both "dark part 2"."""
    words = [ABBREVIATIONS.get(word, word) for word in folded(title).split()]
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    elif len(words) > 1 and words[-1] in {"the", "a", "an"} and "," in title:
        words = words[:-1]
    return " ".join(_as_digits(word, words[:n]) for n, word in enumerate(words))


def _as_digits(word: str, before: Sequence[str]) -> str:
    """I, V and X are letters as well, and "one" a word: they count where something is numbered."""
    numbered = bool(before) and before[-1] in COUNTED
    if numbered:
        return ROMAN.get(word) or NUMBERS.get(word, word)
    return ROMAN.get(word, word) if before and len(word) > 1 else word


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in ROMAN or word in NUMBERS


def without_subtitle(title: str) -> str | None:
    """Folded, as far as the colon, dash or bracket; None for a title without any."""
    head, *rest = SUBTITLE.split(plain(title), maxsplit=1)
    return folded(head) if rest and head.strip() else None
