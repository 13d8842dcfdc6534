"""The colors of pictures by the names that pages give them, in the dark and in the light."""

from __future__ import annotations

from typing import Literal

Light = Literal["dark", "light"]
LIGHTS: tuple[Light, ...] = ("dark", "light")

# As frontend/css/_variables.css has them, and posters.css the tones: a test compares.
COLORS = {
    "bg": ("#120f14", "#f4f1f6"),
    "surface": ("#1b171e", "#fffefe"),
    "raised": ("#252029", "#f1edf3"),
    "line": ("#38313d", "#ddd6e0"),
    "ink": ("#f6f1ea", "#211a26"),
    "ink-2": ("#b9b0bd", "#594f60"),
    "ink-3": ("#938a99", "#6f6577"),
    "you": ("#f4b04a", "#c96a04"),
    "you-ink": ("#f7c06d", "#944f00"),
    "figure": ("#f7c06d", "#c96a04"),
    "them": ("#78b4e6", "#2f78b7"),
    "heart": ("#ff6f7d", "#cf2f46"),
    "ramp-0": ("#262029", "#eee9f0"),
    "ramp-1": ("#4b2a1c", "#fbd08d"),
    "ramp-2": ("#8a4816", "#f2a945"),
    "ramp-3": ("#cc7a1c", "#d97c12"),
    "ramp-4": ("#f6b64f", "#a3510b"),
    "ramp-5": ("#ffeabf", "#5e2b09"),
    "film": ("#1d181f", "#ece7ef"),
    "ghost": ("#3a3140", "#d6cddb"),
}

TONES = (
    ("#16213d", "#f4ead2", "#46699c", "#e4573d"),
    ("#3d0f18", "#f9e3c0", "#a8303f", "#f0bb45"),
    ("#0c3a43", "#f5efdd", "#58b9b4", "#e98a45"),
    ("#2d143b", "#f6dcee", "#a5468f", "#f2a35c"),
    ("#17301f", "#f1e9bd", "#7fa065", "#e0694b"),
    ("#e6d9bd", "#211a22", "#c2402f", "#2f7280"),
    ("#262a40", "#f0f2f6", "#7c84ab", "#ff4350"),
    ("#c98f23", "#21140d", "#8f3218", "#f6e7c8"),
    ("#c6d8de", "#14303f", "#5f95aa", "#dd5237"),
    ("#1c1a20", "#ece5d6", "#6d6572", "#c83a3a"),
)
"""The four inks of each tone of drawn posters, paper first; the same in both lights."""


def resolve(color: str, light: Light) -> str:
    """As #rrggbb, which stays as it is; raises KeyError for a name that is none."""
    return color if color.startswith("#") else COLORS[color][LIGHTS.index(light)]


def variable(color: str) -> str:
    """As pages write it: the variable of their style follows the light by itself."""
    if color.startswith("#"):
        return color
    if color not in COLORS:
        raise KeyError(color)
    return f"var(--{color})"
