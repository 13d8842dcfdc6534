"""How a value is spread over films, as small columns above the two fields of its range. The fields say it in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HEIGHT = 28


def draw_spread(counts: Sequence[int], inside: Sequence[bool], *, css: str) -> Markup:
    """A column for each count, `css` you or them; those outside of the range that is picked are ghosts."""
    most = max(counts, default=0) or 1
    paths = {css: "", "ghost": ""}
    for n, (count, is_inside) in enumerate(zip(counts, inside, strict=True)):
        if count:
            paths[css if is_inside else "ghost"] += (
                f"M{n} {HEIGHT}v-{max(1, round(HEIGHT * count / most))}h.85V{HEIGHT}z"
            )
    drawn = "".join(f'<path class="{name}" d="{path}"/>' for name, path in paths.items() if path)
    box = f'height="{HEIGHT}" viewBox="0 0 {len(counts)} {HEIGHT}" preserveAspectRatio="none"'
    return Markup(f'<svg class="row-bar" width="100%" {box} aria-hidden="true">{drawn}</svg>')  # noqa: S704 - numbers
