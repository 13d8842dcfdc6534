"""What every chart's marks share: the link around them and the numbers inside them."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from markupsafe import escape


class Link(Protocol):
    @property
    def href(self) -> str: ...

    @property
    def picked(self) -> bool: ...


class Mark(NamedTuple):
    """The link a mark is: where it leads, what a screen reader says of it, and whether it is picked."""

    href: str
    label: str
    picked: bool = False

    @classmethod
    def to(cls, link: Link, label: str) -> Mark:
        return cls(link.href, label, link.picked)


def anchor(mark: Mark, drawing: str, *, css: str = "") -> str:
    """The drawing as a link; `data-filter` is what the script listens for."""
    css = f' class="{css}"' if css else ""
    current = ' aria-current="true"' if mark.picked else ""
    return f'<a{css} href="{escape(mark.href)}" data-filter="" aria-label="{escape(mark.label)}"{current}>{drawing}</a>'


def group(label: str) -> str:
    """Attributes that make a drawing one named group of links for a screen reader."""
    return f'role="group" aria-label="{escape(label)}"'


def short(value: float) -> str:
    """A coordinate to two decimals without needless digits: 12.5, 7, .25."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text[1:] if text.startswith("0.") else text


def height_of(value: float, *, most: float, height: int, least: int = 2) -> int:
    """Pixels for a value on a scale from 0 to `most`; what is there at all can be seen."""
    return max(least, round(value / most * height)) if value and most else 0
