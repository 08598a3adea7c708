"""Bars side by side with their names and values: a distribution over a few classes."""

from __future__ import annotations

from collections.abc import Sequence

import svg

from wiki.web.charts.canvas import Caption, Size, mark, sheet, shortened, text, text_width
from wiki.web.charts.scale import Scale

_ROW = 34.0
_BAR = 16.0


def bar_chart(
    caption: Caption,
    size: Size,
    labels: Sequence[str],
    values: Sequence[float | None],
    words: Sequence[str],
    *,
    hue: int = 1,
    title: str = "",
) -> str:
    """A bar a class, its name before it (above it on a phone) and ``words`` after it.

    A value of None is one that is not told. ``title`` stands above all bars.
    """
    is_narrow = size.name == "narrow"
    row = _ROW + 12 if is_narrow else _ROW
    longest = max((text_width(label) for label in labels), default=0)
    room = size.width if is_narrow else min(longest, size.width * 0.45)
    left = 0.0 if is_narrow else room + 14
    after = max((text_width(each) for each in words), default=0) + 16
    high = max((value for value in values if value is not None), default=0)
    scale = Scale(0, high or 1, 0, size.width - left - after)
    drawn: list[svg.Element] = [text(0, 12, title, "unit")] if title else []
    below = 24 if title else 0
    for index, (label, value, each) in enumerate(zip(labels, values, words, strict=True)):
        top = below + index * row + (18 if is_narrow else 9)
        name_y = top - 6 if is_narrow else top + _BAR - 3.5
        drawn.append(
            text(
                left - (0 if is_narrow else 14),
                name_y,
                shortened(label, room),
                "name",
                "start" if is_narrow else "end",
            )
        )
        length = max(2.0, scale(value)) if value else (_BAR if value is None else 0.0)
        css = ["hidden"] if value is None else ["bar", f"hue-{hue}"]
        shape = svg.Rect(
            x=left, y=top, width=length, height=_BAR, rx=min(3.0, length / 2), class_=css
        )
        drawn.append(mark(shape, f"{label}: {each}"))
        drawn.append(text(left + length + 8, top + _BAR - 3.5, each, "value"))
    fitted = Size(size.width, int(below + len(labels) * row + 8), size.name)
    return sheet(caption, fitted, "bars", drawn)
