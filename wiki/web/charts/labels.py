"""Names at the ends of lines and layers, and legends that take as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import svg

from wiki.web.charts.canvas import Frame, path, shortened, text, text_width

_HIGH = 15.0
_KEY = 10
_STROKE = 24
"""A line's key is long enough for its dashes."""


@dataclass(frozen=True, slots=True)
class End:
    """A name that belongs at a height; ``css`` are the classes of the line that leads to it, and
    ``span`` the foot and the top of what it names if that is more than one thing."""

    y: float
    name: str
    css: tuple[str, ...]
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend; ``fill`` a filling over the colour ("": none), or a stretch of a line."""

    name: str
    css: tuple[str, ...]
    fill: str = ""
    is_line: bool = False


def room_for(names: Sequence[str], most: float) -> float:
    """How much room names at the right need."""
    return min(most, max((text_width(name) for name in names), default=0) + 26)


def ends(frame: Frame, found: Sequence[End], room: float) -> list[svg.Element]:
    """Names right of the frame, each led to from where its line ends, pushed apart where they
    meet; ``room`` is what a name may take."""
    ordered = sorted(found, key=lambda end: (end.y, end.name))
    drawn: list[svg.Element] = []
    for end, y in zip(ordered, spread([each.y for each in ordered], frame), strict=True):
        x = frame.right
        begin = f"M{x + 2:.2f} {end.y:.2f}"
        if end.span:
            foot, top = end.span
            begin = f"M{x + 3:.2f} {foot:.2f}V{top:.2f}M{x + 3:.2f} {end.y:.2f}"
        leader = f"{begin}L{x + 9:.2f} {y:.2f}H{x + 16:.2f}"
        drawn.append(path(leader, ("leader", *end.css)))
        drawn.append(text(x + 20, y + 4, shortened(end.name, room), "name"))
    return drawn


def spread(heights: Sequence[float], frame: Frame) -> list[float]:
    """Heights in order, moved so that none is nearer to the next than a line of text."""
    gap = min(_HIGH, frame.height / max(1, len(heights)))
    placed = list(heights)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    limit = frame.bottom
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - gap
    return placed


def legend_lines(
    keys: Sequence[Key], left: float, right: float, y: float
) -> tuple[list[svg.Element], float]:
    """A legend in reading order from the left, in as many lines as it takes, and its height."""
    drawn: list[svg.Element] = []
    x, top = left, y
    for key in keys:
        before = (_STROKE if key.is_line else _KEY) + 6
        name = shortened(key.name, right - left - before)
        width = before + text_width(name)
        if x > left and x + width > right:
            x, top = left, top + 18
        drawn += _swatch(key, x, top)
        drawn.append(text(x + before, top, name, "key"))
        x += width + 16
    return drawn, top - y + 18


def _swatch(key: Key, x: float, y: float) -> list[svg.Element]:
    if key.is_line:
        return [path(f"M{x:.2f} {y - 4:.2f}H{x + _STROKE:.2f}", key.css)]
    size = _KEY + 2 if key.fill else _KEY
    box = {"x": round(x, 2), "y": round(y - 9, 2), "width": size, "height": size, "rx": 2.5}
    drawn: list[svg.Element] = [svg.Rect(**box, class_=list(key.css))]  # type: ignore[arg-type] # numbers all
    if key.fill:
        drawn.append(svg.Rect(**box, fill=key.fill, class_=["filling"]))  # type: ignore[arg-type] # as above
    return drawn
