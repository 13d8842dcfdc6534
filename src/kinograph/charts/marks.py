"""What every chart's marks share: the link around them and the numbers inside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, Protocol

import markupsafe

_escape_inner: Callable[[str], str] = getattr(markupsafe, "_escape_inner", lambda text: str(markupsafe.escape(text)))


def escape(text: str) -> str:
    """As that of MarkupSafe, but plain: an object of each of the thousand texts of a page is joined at once."""
    return _escape_inner(text) if type(text) is str else str(markupsafe.escape(text))


class MarkLink(Protocol):
    @property
    def href(self) -> str: ...

    @property
    def picked(self) -> bool: ...

    @property
    def key(self) -> str: ...


class Mark(NamedTuple):
    """The link a mark is: where it leads, "" for nowhere, what a screen reader says of it, and whether it is picked.

    The script knows it by its key, and by its year where it stands for one.
    """

    href: str
    label: str
    picked: bool = False
    key: str = ""
    year: int | None = None

    @classmethod
    def to(cls, link: MarkLink, label: str) -> Mark:
        return cls(link.href, label, link.picked, link.key)


def wrap_in_link(mark: Mark, drawing: str, *, css: str = "") -> str:
    """The drawing as a link; `data-filter` is what the script listens for. A mark that leads nowhere is a picture."""
    css = f' class="{css}"' if css else ""
    data = f' data-key="{escape(mark.key)}"' if mark.key else ""
    data += f' data-year="{mark.year}"' if mark.year is not None else ""
    current = ' aria-current="true"' if mark.picked else ""
    label = escape(mark.label)
    if not mark.href:
        return f'<g{css} role="img" aria-label="{label}"><title>{label}</title>{drawing}</g>'
    return f'<a{css} href="{escape(mark.href)}" data-filter=""{data} aria-label="{label}"{current}>{drawing}</a>'


def group_attributes(label: str) -> str:
    """Attributes that make a drawing one named group of links for a screen reader."""
    return f'role="group" aria-label="{escape(label)}"'


# Of the same few thousand places again and again.
@lru_cache(10_000)
def short(value: float) -> str:
    """A coordinate to two decimals without needless digits: 12.5, 7, .25."""
    text = f"{value + 0:.2f}".rstrip("0").rstrip(".")
    return text[1:] if text.startswith("0.") else text


def scale_height(value: float, *, most: float, height: int, least: int = 2) -> int:
    """Pixels for a value on a scale from 0 to `most`; what is there at all can be seen."""
    return max(least, round(value / most * height)) if value and most else 0
