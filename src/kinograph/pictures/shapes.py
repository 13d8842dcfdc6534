"""Shapes as SVG, with the colors that whoever draws them says."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import NamedTuple

from kinograph.charts.marks import short
from kinograph.pictures.canvas import Circle, Group, Path, Rect

Paint = Callable[[str], str]


class Place(NamedTuple):
    """Where a group has put something: x' = a x - b y + e, y' = b x + a y + f."""

    a: float = 1.0
    b: float = 0.0
    e: float = 0.0
    f: float = 0.0
    opacity: float = 1.0

    def within(self, group: Group) -> Place:
        """The place of what the group holds."""
        turn = radians(group.angle)
        a, b = group.scale * cos(turn), group.scale * sin(turn)
        px, py = group.pivot
        dx, dy = group.x - px, group.y - py
        e, f = px + dx * cos(turn) - dy * sin(turn), py + dx * sin(turn) + dy * cos(turn)
        return Place(
            self.a * a - self.b * b,
            self.b * a + self.a * b,
            self.a * e - self.b * f + self.e,
            self.b * e + self.a * f + self.f,
            self.opacity * group.opacity,
        )

    def put(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x - self.b * y + self.e, self.b * x + self.a * y + self.f

    @property
    def matrix(self) -> str:
        """As SVG writes it."""
        numbers = (self.a, self.b, -self.b, self.a, self.e, self.f)
        return f"matrix({' '.join(f'{number:.6g}' for number in numbers)})"


def draw_shape(shape: Rect | Circle | Path, paint: Paint) -> str:
    """The element of one shape."""
    look = _look(shape, paint)
    if isinstance(shape, Rect):
        radius = f' rx="{short(shape.radius)}"' if shape.radius else ""
        place = f'x="{short(shape.x)}" y="{short(shape.y)}"'
        return f'<rect {place} width="{short(shape.width)}" height="{short(shape.height)}"{radius}{look}/>'
    if isinstance(shape, Circle):
        return f'<circle cx="{short(shape.x)}" cy="{short(shape.y)}" r="{short(shape.radius)}"{look}/>'
    return f'<path d="{shape.d}"{look}/>'


def _look(shape: Rect | Circle | Path, paint: Paint) -> str:
    look = f' fill="{paint(shape.fill) if shape.fill else "none"}"'
    if shape.stroke:
        look += f' stroke="{paint(shape.stroke)}" stroke-width="{short(shape.stroke_width)}"'
    if dashes := getattr(shape, "dashes", ()):
        look += f' stroke-dasharray="{" ".join(map(short, dashes))}"'
    return look + (f' opacity="{short(shape.opacity)}"' if shape.opacity != 1 else "")


def draw_clip(group: Group, name: str) -> str:
    """The window of a group that has one, under an id."""
    assert group.clip
    width, height, radius = group.clip
    rect = f'<rect width="{short(width)}" height="{short(height)}" rx="{short(radius)}"/>'
    return f'<clipPath id="{name}">{rect}</clipPath>'
