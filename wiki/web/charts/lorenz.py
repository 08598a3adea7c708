"""The Lorenz curve: how far edits are from being spread evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import svg

from wiki.web.charts.canvas import Caption, Frame, Size, line, mark, path, sheet, text
from wiki.web.charts.scale import Scale, percent

_MOST_DOTS = 20
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def lorenz_chart(caption: Caption, size: Size, points: Sequence[tuple[float, float]]) -> str:
    """The curve under the diagonal of evenness; points are (share of people, share of edits)."""
    size = replace(size, height=size.height + 56)
    side = size.height - 62
    left = 52 + max(0.0, (size.width - 68 - side) / 2) * (size.name == "narrow")
    frame = Frame(left, 18, left + side, 18 + side)
    across = Scale(0, 1, frame.left, frame.right)
    up = Scale(0, 1, frame.bottom, frame.top)
    drawn: list[svg.Element] = []
    for tick in _TICKS:
        drawn.append(
            line(frame.left, up(tick), frame.right, up(tick), "zero" if tick == 0 else "grid")
        )
        drawn.append(text(frame.left - 8, up(tick) + 4, percent(tick), "tick", "end"))
        drawn.append(text(across(tick), frame.bottom + 18, percent(tick), "tick", "middle"))
    drawn.append(
        text(
            frame.left + side / 2,
            frame.bottom + 36,
            "of the people, least active first",
            "unit",
            "middle",
        )
    )
    places = [(across(people), up(edits)) for people, edits in points]
    data = "M" + "L".join(f"{x} {y}" for x, y in places)
    even = line(frame.left, frame.bottom, frame.right, frame.top, "even")
    if places:
        drawn.append(path(f"{data}Z", ("between", "hue-1")))
    drawn.append(even)
    if places:
        drawn.append(path(data, ("line", "hue-1")))
    every = max(1, len(places) // _MOST_DOTS)
    inner = list(zip(places[1:-1], points[1:-1], strict=True))
    for (x, y), (people, edits) in inner[::every]:
        spot = svg.Circle(cx=x, cy=y, r=3, class_=["dot", "hue-1"])
        drawn.append(
            mark(spot, f"{percent(people)} of the people made {percent(edits)} of the edits")
        )
    drawn += _reading(frame, size, points)
    return sheet(caption, size, "lorenz", drawn)


def _reading(frame: Frame, size: Size, points: Sequence[tuple[float, float]]) -> list[svg.Element]:
    """How to read the curve, in words beside it, where there is room."""
    if size.name == "narrow" or len(points) < 3:
        return []
    people, edits = min(points[1:-1], key=lambda point: abs(point[0] - 0.5))
    x = frame.right + 36
    return [
        text(x, frame.top + 24, "How to read it", "key"),
        line(x, frame.top + 44, x + 22, frame.top + 44, "even"),
        text(x + 30, frame.top + 48, "everybody edits equally much", "note"),
        path(f"M{x} {frame.top + 68}H{x + 22}", ("line", "hue-1")),
        text(x + 30, frame.top + 72, "what is; the further below, the less even", "note"),
        text(x, frame.top + 106, f"Here the least active {percent(people)} of the people", "note"),
        text(x, frame.top + 124, f"made {percent(edits)} of the edits.", "note"),
    ]
