"""A list as a reel of film: one frame a film, in the list's order, lit where it is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from markupsafe import Markup

from kinograph.charts.marks import escape

MOST_FRAMES = 250
STEPS = (1, 5, 10, 50)
"""Films a frame stands for, where one each would be too many."""

WIDE, GAP = 10, 1.6
"""Units of a frame with the gap after it, and of the gap."""


class ReelFrame(NamedTuple):
    """`step` is 0 where a film is not seen, else 1 to 5, as the ramp has it; `is_known` whether it was looked up."""

    step: int
    is_wanted: bool = False
    is_known: bool = True


def count_films_a_frame(total: int) -> int:
    return next((step for step in STEPS if total <= step * MOST_FRAMES), ceil(total / MOST_FRAMES))


def draw_reel(frames: Sequence[ReelFrame], *, height: int, label: str, width: int | None = None) -> Markup:
    """As wide as there is room; `width` is how many frames the room is for, where these are fewer."""
    each = count_films_a_frame(len(frames))
    shown = [_merge(group) for group in _groups(frames, each)] if each > 1 else list(frames)
    paths: dict[str, str] = {}
    for n, frame in enumerate(shown):
        paths[_css(frame)] = paths.get(_css(frame), "") + f"M{n * WIDE} 0h{WIDE - GAP:g}v{height}h-{WIDE - GAP:g}z"
    drawn = "".join(f'<path class="{css}" d="{path}"/>' for css, path in sorted(paths.items()))
    box = max(len(shown), width if width and each == 1 else 0) * WIDE - GAP
    return Markup(  # noqa: S704 - the label is escaped, the rest are numbers
        f'<svg class="reel-frames" viewBox="0 0 {box:g} {height}" height="{height}" preserveAspectRatio="none"'
        f' role="img" aria-label="{escape(label)}">{drawn}</svg>'
    )


def _groups(frames: Sequence[ReelFrame], each: int) -> Iterator[Sequence[ReelFrame]]:
    return (frames[start : start + each] for start in range(0, len(frames), each))


def _merge(group: Sequence[ReelFrame]) -> ReelFrame:
    """Lit by the share that is seen."""
    share = sum(frame.step > 0 for frame in group) / len(group)
    return ReelFrame(ceil(5 * share), is_known=any(frame.is_known for frame in group))


def _css(frame: ReelFrame) -> str:
    if frame.step:
        return f"r{frame.step}"
    return "wanted" if frame.is_wanted else "unlit" if frame.is_known else "unknown"
