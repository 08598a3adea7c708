"""How long things last: curves that fall in steps from all to what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import svg

from wiki.web.charts.canvas import (
    Caption,
    Frame,
    Size,
    line,
    mark,
    path,
    place_axis,
    sheet,
    text,
    value_axis,
)
from wiki.web.charts.labels import End, Key, ends, legend_lines, room_for
from wiki.web.charts.scale import Scale, day_ticks, days_label, percent

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """What is left after so many days: (days, share) by days, beginning at (0, 1)."""

    label: str
    points: Sequence[tuple[float, float]]
    hue: int = 1


def survival_chart(caption: Caption, size: Size, curves: Sequence[Curve]) -> str:
    """Curves in steps, each with a dash of its own and its name at its end; half is marked."""
    is_narrow = size.name == "narrow"
    several = len(curves) > 1
    keys = [
        Key(each.label, ("line", f"dash-{order % 4}", f"hue-{each.hue}"), is_line=True)
        for order, each in enumerate(curves)
        if is_narrow and several
    ]  # fmt: skip
    head, tall = legend_lines(keys, 0, size.width, 12) if keys else ([], 0.0)
    margin = 16.0 if is_narrow or not several else room_for([e.label for e in curves], 220)
    frame = Frame(52, 22 + tall, size.width - margin, size.height - 28 + tall)
    longest = max((point[0] for each in curves for point in each.points), default=1) or 1
    across = Scale(0, longest, frame.left, frame.right)
    up = Scale(0, 1, frame.bottom, frame.top)
    drawn = [*head, *value_axis(frame, up, _SHARES, percent, "")]
    drawn.append(line(frame.left, up(0.5), frame.right, up(0.5), "even"))
    drawn.append(text(frame.right - 4, up(0.5) - 5, "half is left", "unit", "end"))
    found: list[End] = []
    for order, each in enumerate(curves):
        css = (f"dash-{order % 4}", f"hue-{each.hue}")
        drawn += _curve(each, across, up, css)
        if each.points:
            found.append(End(up(each.points[-1][1]), each.label, css))
    drawn += ends(frame, found, margin - 20) if several and not is_narrow else []
    places = [(across(day), days_label(day)) for day in day_ticks(longest, int(frame.width / 76))]
    drawn += place_axis(frame, places)
    return sheet(caption, replace(size, height=int(size.height + tall)), "survival", drawn)


def _curve(each: Curve, across: Scale, up: Scale, css: tuple[str, ...]) -> list[svg.Element]:
    if not each.points:
        return []
    (days, share), *later = each.points
    data = f"M{across(days):.2f} {up(share):.2f}"
    for days, share in later:
        data += f"H{across(days):.2f}V{up(share):.2f}"
    half = next((days for days, share in each.points if share <= 0.5), None)
    words = f"{each.label}: " + (
        f"half is left after {half:,.0f} days"
        if half is not None
        else f"{percent(each.points[-1][1])} is left after {each.points[-1][0]:,.0f} days"
    )
    return [mark(path(data, ("line", *css)), words)]
