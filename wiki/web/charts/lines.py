"""Lines over time, with a soft area under a single one and the name at each line's end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import svg

from wiki.web.charts.canvas import (
    Caption,
    Frame,
    Series,
    Size,
    mark,
    path,
    place_axis,
    sheet,
    text,
    text_width,
    value_axis,
)
from wiki.web.charts.scale import Label, Scale, date_ticks, nice_ticks, short_number

_Point = tuple[float, float]


def line_chart(
    caption: Caption,
    size: Size,
    starts: Sequence[date],
    series: Sequence[Series],
    *,
    unit: str = "",
    label: Label = short_number,
    names: Sequence[str] = (),
    from_zero: bool = True,
) -> str:
    """Lines through the values at the end of each span; a missing value breaks the line."""
    values = [value for each in series for value in each.values if value is not None]
    margin = (
        max((text_width(each.label) for each in series), default=0) + 10 if len(series) > 1 else 16
    )
    frame = Frame(52, 30, size.width - margin, size.height - 28)
    low = 0.0 if from_zero else min(values, default=0)
    ticks = nice_ticks(low, max(values, default=1), 4)
    scale = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    step = frame.width / max(1, len(starts) - 1)
    drawn = value_axis(frame, scale, ticks, label, unit)
    for each in series:
        points = [
            (frame.left + i * step, scale(value)) if value is not None else None
            for i, value in enumerate(each.values)
        ]
        drawn += _line(each, points, frame, filled=len(series) == 1)
        drawn += _dots(each, points, names or [day.isoformat() for day in starts], label)
    drawn += _names(series, scale, frame)
    places = date_ticks(starts, int(frame.width / 64))
    drawn += place_axis(frame, [(frame.left + i * step, words) for i, words in places])
    return sheet(caption, size, "lines", drawn)


def _line(
    each: Series, points: Sequence[_Point | None], frame: Frame, *, filled: bool
) -> list[svg.Element]:
    drawn: list[svg.Element] = []
    for run in _runs(points):
        data = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in run)
        if filled:
            area = f"{data}V{frame.bottom:.2f}H{run[0][0]:.2f}Z"
            drawn.append(path(area, ("area", f"hue-{each.hue}")))
        drawn.append(path(data, ("line", f"hue-{each.hue}")))
    return drawn


def _runs(points: Sequence[_Point | None]) -> list[list[_Point]]:
    """The stretches of points without a gap."""
    runs: list[list[_Point]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _dots(
    each: Series, points: Sequence[_Point | None], names: Sequence[str], label: Label
) -> list[svg.Element]:
    """A spot on each value, seen when pointed at; the last one always."""
    drawn: list[svg.Element] = []
    last = max((i for i, point in enumerate(points) if point is not None), default=-1)
    for index, (point, value) in enumerate(zip(points, each.values, strict=True)):
        if point is None or value is None:
            continue
        css = ["dot", f"hue-{each.hue}", *(["last"] if index == last else [])]
        spot = svg.Circle(cx=round(point[0], 2), cy=point[1], r=3.5, class_=css)
        drawn.append(mark(spot, f"{names[index]}: {label(value)} {each.label.lower()}"))
    return drawn


def _names(series: Sequence[Series], scale: Scale, frame: Frame) -> list[svg.Element]:
    """Each line's name at its end, pushed apart where lines end close together."""
    if len(series) < 2:
        return []
    ends = sorted(
        (scale(next((v for v in reversed(each.values) if v is not None), 0)), each.label, each.hue)
        for each in series
    )
    drawn: list[svg.Element] = []
    lowest = frame.top
    for y, name, hue in ends:
        place = max(y, lowest)
        lowest = place + 14
        drawn.append(text(frame.right + 8, place + 4, name, f"name-{hue}"))
    return drawn
