"""Lines over time, with a soft area under a single one and the name at each line's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
    value_axis,
)
from wiki.web.charts.labels import End, Key, ends, legend_lines, room_for
from wiki.web.charts.scale import Label, Place, Scale, nice_ticks, place_ticks, short_number

_Point = tuple[float, float]
_LEAST_SPAN = (
    0.9  # an axis not from zero begins here at the latest, or small changes would look large
)


def line_chart(
    caption: Caption,
    size: Size,
    starts: Sequence[Place],
    series: Sequence[Series],
    *,
    unit: str = "",
    label: Label = short_number,
    names: Sequence[str] = (),
    from_zero: bool = True,
) -> str:
    """Lines through the values at the end of each span; a missing value breaks the line.

    An axis that does not begin at zero says so.
    """
    values = [value for each in series for value in each.values if value is not None]
    several = len(series) > 1
    is_narrow = size.name == "narrow"
    keys = [
        Key(each.label, ("line", f"dash-{order % 4}", f"hue-{each.hue}"), is_line=True)
        for order, each in enumerate(series)
    ]
    head, tall = legend_lines(keys, 0, size.width, 12) if several and is_narrow else ([], 0.0)
    named = several and not is_narrow
    margin = room_for([each.label for each in series], size.width / 3) if named else 16.0
    size = replace(size, height=int(size.height + tall))
    frame = Frame(52, 30 + tall, size.width - margin, size.height - 28)
    high = max(values, default=1)
    low = 0.0 if from_zero else min(min(values, default=0), _LEAST_SPAN * high)
    ticks = nice_ticks(low, high, 4, whole=high > 1 and from_zero)
    if ticks[0] > 0:
        unit = f"{unit}, from {label(ticks[0])}" if unit else f"axis from {label(ticks[0])}"
    scale = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    step = frame.width / max(1, len(starts) - 1)
    drawn = [*head, *value_axis(frame, scale, ticks, label, unit)]
    for order, each in enumerate(series):
        points = [
            (frame.left + i * step, scale(value)) if value is not None else None
            for i, value in enumerate(each.values)
        ]
        drawn += _line(each, points, frame, order, filled=not several and not ticks[0])
        drawn += _dots(each, points, names or [str(start) for start in starts], label)
    drawn += ends(frame, _ends(series, scale), margin - 20) if named else []
    places = place_ticks(starts, frame.width)
    drawn += place_axis(frame, [(frame.left + i * step, words) for i, words in places])
    return sheet(caption, size, "lines", drawn)


def _line(
    each: Series, points: Sequence[_Point | None], frame: Frame, order: int, *, filled: bool
) -> list[svg.Element]:
    drawn: list[svg.Element] = []
    for run in _runs(points):
        data = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in run)
        if filled:
            area = f"{data}V{frame.bottom:.2f}H{run[0][0]:.2f}Z"
            drawn.append(path(area, ("area", f"hue-{each.hue}")))
        drawn.append(path(data, ("line", f"dash-{order % 4}", f"hue-{each.hue}")))
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


def _ends(series: Sequence[Series], scale: Scale) -> list[End]:
    """Where each line's name belongs."""
    found: list[End] = []
    for order, each in enumerate(series):
        last = next((value for value in reversed(each.values) if value is not None), None)
        if last is not None:
            found.append(End(scale(last), each.label, (f"dash-{order % 4}", f"hue-{each.hue}")))
    return found
