"""What the address of a picture asks for: its shape, its light, and which card or slide of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.pictures.canvas import SHAPES
from kinograph.pictures.colors import LIGHTS, Light

NAMES = ("shape", "light", "card", "slide")
DEFAULT = "wide"


class NoSuchShape(AppError):
    sentence = gettext_noop("A picture's shape is story, wide or square. Change “shape” in the address.")


class NoSuchLight(AppError):
    sentence = gettext_noop("A picture's light is dark or light. Change “light” in the address.")


class OneOfBoth(AppError):
    sentence = gettext_noop("A picture shows a card or a slide, not both. Leave one of them out of the address.")


@dataclass(frozen=True, slots=True)
class PictureChoices:
    shape: str
    light: Light
    card: str = ""
    slide: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str], *, theme: str = "") -> PictureChoices:
        """`theme` is the light the reader prefers, taken where the address names none.

        Raises NoSuchShape, NoSuchLight and OneOfBoth.
        """
        shape, light = query.get("shape") or DEFAULT, query.get("light") or theme or LIGHTS[0]
        if shape not in SHAPES:
            raise NoSuchShape
        if light not in LIGHTS:
            raise NoSuchLight
        choices = cls(shape, light, query.get("card", ""), query.get("slide", ""))
        if choices.card and choices.slide:
            raise OneOfBoth
        return choices

    def to_query(self, **changed: str) -> str:
        """As an address says it, with what is changed."""
        values = {"card": self.card, "slide": self.slide, "shape": self.shape, "light": self.light} | changed
        return urlencode({name: value for name, value in values.items() if value})
