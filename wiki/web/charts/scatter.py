"""Dots by two numbers: which pages lie where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import svg

from wiki.web.charts.canvas import (
    Caption,
    Frame,
    Size,
    mark,
    place_axis,
    sheet,
    text,
    text_width,
    value_axis,
)
from wiki.web.charts.scale import Label, Scale, nice_ticks, short_number

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing: its name and where it lies; ``words`` say it to those who point at it."""

    name: str
    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts and how its numbers are written."""

    title: str
    label: Label = short_number


def scatter_chart(caption: Caption, size: Size, dots: Sequence[Dot], x: Axis, y: Axis) -> str:
    """A dot a thing; those furthest out are named where there is room."""
    frame = Frame(52, 30, size.width - 16, size.height - 10)
    wide = nice_ticks(0, max((dot.x for dot in dots), default=1), 6, whole=False)
    high = nice_ticks(0, max((dot.y for dot in dots), default=1), 4, whole=False)
    across = Scale(wide[0], wide[-1], frame.left, frame.right)
    up = Scale(high[0], high[-1], frame.bottom, frame.top)
    drawn = value_axis(frame, up, high, y.label, y.title)
    drawn += place_axis(frame, [(across(tick), x.label(tick)) for tick in wide])
    drawn.append(text(frame.right, frame.bottom + 36, x.title, "unit", "end"))
    for dot in dots:
        spot = svg.Circle(
            cx=across(dot.x), cy=up(dot.y), r=4, class_=["dot", "spot", "hue-1"]
        )  # fmt: skip
        drawn.append(mark(spot, dot.words))
    if size.name == "wide":
        drawn += _names(dots, across, up, frame)
    fitted = Size(size.width, size.height + 34, size.name)
    return sheet(caption, fitted, "scatter", drawn)


def _names(dots: Sequence[Dot], across: Scale, up: Scale, frame: Frame) -> list[svg.Element]:
    """The names of the outermost dots, where none stands already."""
    order = sorted(dots, key=lambda dot: -(across(dot.x) - frame.left) / frame.width + up(dot.y) / frame.height)  # fmt: skip
    taken: list[tuple[float, float, float]] = []
    drawn: list[svg.Element] = []
    for dot in order:
        x, y, width = across(dot.x), up(dot.y), text_width(dot.name)
        to_left = x + 8 + width > frame.right
        left = x - 8 - width if to_left else x + 8
        if left < frame.left or any(_meet((left, y, width), other) for other in taken):
            continue
        taken.append((left, y, width))
        drawn.append(text(left, y + 4, dot.name, "name"))
        if len(taken) == _NAMED:
            break
    return drawn


def _meet(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return abs(one[1] - other[1]) < 14 and one[0] < other[0] + other[2] and other[0] < one[0] + one[2]  # fmt: skip
