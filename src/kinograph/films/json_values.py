"""Values of JSON that thousands of people edit: a missing key, a null or a wrong type is None, or empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from typing import Any

Json = dict[str, Any]


def read_objects(items: object) -> Iterator[Json]:
    """The objects of a list."""
    return (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())


def read_object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def read_texts(items: object) -> tuple[str, ...]:
    """The texts of a list, each once."""
    return tuple(dict.fromkeys(text for item in items if (text := read_text(item)))) if isinstance(items, list) else ()


def read_codes(items: object, key: str) -> tuple[str, ...]:
    """What the objects of a list have under a key, each once."""
    return tuple(dict.fromkeys(text for item in read_objects(items) if (text := read_text(item.get(key)))))


def read_names(items: object) -> tuple[str, ...]:
    """As read_codes, of names."""
    return read_codes(items, "name")


def read_text(value: object) -> str | None:
    """Stripped; None where nothing is left."""
    return (value.replace("\0", "").strip() or None) if isinstance(value, str) else None  # PostgreSQL refuses NUL


def read_number(value: object) -> float | None:
    """None for booleans, which Python takes for numbers."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def read_whole(value: object) -> int | None:
    """Cut off at the point; None beyond 64 bits."""
    number = read_number(value)
    return int(number) if number is not None and abs(number) < 2**63 else None


def read_positive(value: object) -> int | None:
    """TMDB writes 0 for an unknown runtime, budget or revenue."""
    number = read_whole(value)
    return number if number and number > 0 else None


def read_date(value: object) -> Date | None:
    """A day, or the day of a time stamp; TMDB writes "" for an unknown one."""
    try:
        return Date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None
