"""A word-sized line: which way a figure went."""

from __future__ import annotations

from collections.abc import Sequence

import svg

from wiki.web.charts.canvas import Caption, Size, path, sheet
from wiki.web.charts.scale import Scale

_SIZE = Size(140, 36, "spark")


def sparkline(caption: Caption, values: Sequence[float | None], *, hue: int = 1) -> str:
    """A line without axes through the values; missing ones are skipped."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    across = Scale(0, len(values) - 1, 3, _SIZE.width - 5)
    up = Scale(0, max(value for _, value in known) or 1, _SIZE.height - 4, 4)
    places = [(across(index), up(value)) for index, value in known]
    data = "M" + "L".join(f"{x} {y}" for x, y in places)
    area = f"{data}V{_SIZE.height - 2}H{places[0][0]}Z"
    x, y = places[-1]
    drawn: list[svg.Element] = [
        path(area, ("area", f"hue-{hue}")),
        path(data, ("line", f"hue-{hue}")),
        svg.Circle(cx=x, cy=y, r=3, class_=["dot", "last", f"hue-{hue}"]),
    ]
    return sheet(caption, _SIZE, "sparkline", drawn)
