"""A page's growth over time as layers, one for each person, with a mark for whatever befell it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape

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
from wiki.web.charts.scale import Scale, nice_ticks, short_number

PATTERNS = 8
"""Layers with a pattern of their own; any further one is plain."""

_DAY = 86_400
_LANE = 13.0
_NEAR = 9.0
_THICK_ENOUGH = 15.0
_WIDE_ENOUGH = 16.0
_TRIED = 24


@dataclass(frozen=True, slots=True)
class Layer:
    """A person's words at each time. ``rank`` picks colour and pattern; ``letter`` stands in it."""

    label: str
    letter: str
    rank: int
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Lane:
    """Things of one kind that happened: ``css`` names the sign (see ``sign``), ``events`` are times and
    words for each."""

    css: str
    title: str
    events: Sequence[tuple[int, str]]


def strata_chart(
    caption: Caption,
    size: Size,
    times: Sequence[int],
    layers: Sequence[Layer],
    lanes: Sequence[Lane],
    end: int,
    here: int,
) -> str:
    """Layers upon each other, the first at the bottom. Values hold from their time (UTC seconds, rising)
    until the next, the last until ``end``; ``here`` is marked with a line."""
    top = 16 + _LANE * len(lanes) + 12
    left, right = frame_edges(size)
    frame = Frame(left, top, right, size.height - 26)
    high = max((sum(column) for column in _columns(layers, len(times))), default=0)
    ticks = nice_ticks(0, max(high, 1), 4)
    up = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    across = Scale(times[0], max(end, times[0] + 1), frame.left, frame.right)
    drawn: list[svg.Element] = [_patterns(caption, size)]
    drawn += value_axis(frame, up, ticks, short_number, "")
    drawn.append(text(0, frame.top - 13, "words", "unit"))
    drawn += _layers(caption, size, layers, [across(at) for at in times], across(end), up)
    for number, lane in enumerate(lanes):
        drawn += _lane(lane, across, frame, 16 + _LANE * number)
    x = across(here)
    drawn.append(line(x, 8, x, frame.bottom, "here"))
    places = [(across(at), words) for at, words in time_ticks(times[0], end, int(frame.width / 70))]
    drawn += place_axis(frame, places)
    return sheet(caption, size, "strata", drawn)


def frame_edges(size: Size) -> tuple[int, int]:
    """Where the axis of time begins and ends."""
    return 46, size.width - 6


def swatch(rank: int) -> str:
    """A layer's colour and pattern as a small picture for a legend that names it in words."""
    ground = svg.Rect(width=24, height=16, class_=["stratum", f"stratum-{rank}"])
    tiles = [
        svg.G(
            transform=f"translate({x} {y})",  # type: ignore[arg-type]
            elements=weave(rank),
        )
        for x in (0, 8, 16)
        for y in (0, 8)
    ]
    return _icon("swatch", "0 0 24 16", [ground, *tiles])


def sign_icon(css: str) -> str:
    """The sign of a lane as a small picture."""
    return _icon("sign-icon", "0 0 12 12", [sign(css, 6, 6)])


def _icon(css: str, box: str, elements: Sequence[svg.Element]) -> str:
    root = svg.SVG(
        viewBox=box,  # type: ignore[arg-type] # a string is written as it is
        class_=[css],
        elements=list(elements),
        extra={"aria-hidden": "true", "focusable": "false"},
    )
    return root.as_str()


def _columns(layers: Sequence[Layer], count: int) -> list[list[int]]:
    return [[layer.values[index] for layer in layers] for index in range(count)]


# -- layers ----------------------------------------------------------------------------------


def _layers(
    caption: Caption,
    size: Size,
    layers: Sequence[Layer],
    xs: Sequence[float],
    end: float,
    up: Scale,
) -> list[svg.Element]:
    drawn: list[svg.Element] = []
    letters: list[svg.Element] = []
    base = [0] * len(xs)
    lower = [up(0)] * len(xs)
    for layer in layers:
        base = [below + value for below, value in zip(base, layer.values, strict=True)]
        upper = [up(value) for value in base]
        if any(layer.values):
            drawn.append(_layer(caption, size, layer, _steps(xs, end, lower, upper)))
            letters += _letter(layer.letter, xs, end, lower, upper)
        lower = upper
    return drawn + letters


def _layer(caption: Caption, size: Size, layer: Layer, outline: str) -> svg.Element:
    css = f"stratum-{layer.rank}"
    parts: list[svg.Element] = [path(outline, ("stratum", css))]
    if layer.rank < PATTERNS:
        fill = f"url(#{_pattern_id(caption, size, layer.rank)})"
        parts.append(svg.Path(d=outline, fill=fill, class_=["weave"]))  # type: ignore[arg-type]
    return svg.G(elements=[svg.Title(text=escape(layer.label)), *parts])


def _steps(xs: Sequence[float], end: float, lower: Sequence[float], upper: Sequence[float]) -> str:
    """The outline of a layer: along its top to the right, along its foot back."""
    ends = [*xs[1:], end]
    spans = [
        (begin, stop, low, high)
        for begin, stop, low, high in zip(xs, ends, lower, upper, strict=True)
        if stop > begin
    ]
    if not spans:
        return ""
    there = f"M{spans[0][0]:.1f} {spans[0][3]:.1f}" + "".join(
        f"V{high:.1f}H{stop:.1f}" for _, stop, _, high in spans
    )
    back = "".join(f"V{low:.1f}H{begin:.1f}" for begin, _, low, _ in reversed(spans))
    return there + back + "Z"


def _letter(
    letter: str, xs: Sequence[float], end: float, lower: Sequence[float], upper: Sequence[float]
) -> list[svg.Element]:
    """The layer's letter in one of the places where it is thick enough: the thickest."""
    best: tuple[float, float, float] | None = None
    for number in range(_TRIED if letter else 0):
        x = xs[0] + (end - xs[0]) * (number + 0.5) / _TRIED
        first = max(0, bisect_right(xs, x - _WIDE_ENOUGH / 2) - 1)
        last = bisect_right(xs, x + _WIDE_ENOUGH / 2)
        low, high = min(lower[first:last]), max(upper[first:last])
        if low - high >= _THICK_ENOUGH and (best is None or low - high > best[0]):
            best = (low - high, x, (low + high) / 2)
    if best is None:
        return []
    _, x, y = best
    return [
        svg.Circle(cx=round(x, 1), cy=round(y, 1), r=8, class_=["letter-ground"]),
        text(x, y + 4, letter, "letter", "middle"),
    ]


# -- patterns --------------------------------------------------------------------------------


def _pattern_id(caption: Caption, size: Size, rank: int) -> str:
    return f"{escape(caption.key)}-{size.name}-weave-{rank}"


def _patterns(caption: Caption, size: Size) -> svg.Element:
    found = [
        svg.Pattern(
            id=_pattern_id(caption, size, rank),
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
            elements=weave(rank),
        )
        for rank in range(PATTERNS)
    ]
    return svg.Defs(elements=found)  # type: ignore[arg-type]


def weave(rank: int) -> list[svg.Element]:
    """A tile of 8 by 8 that tells a layer from its neighbours without its colour."""
    if rank in _STROKES:
        return [path(_STROKES[rank], ("weave-line",))]
    if rank == 3:
        return [svg.Circle(cx=x, cy=x, r=1.3, class_=["weave-dot"]) for x in (2, 6)]
    if rank == 7:
        return [svg.Circle(cx=4, cy=4, r=2.2, class_=["weave-ring"])]
    return []


_STROKES = {
    1: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    2: "M0 4H8",
    4: "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    5: "M4 0V8",
    6: "M0 4H8M4 0V8",
}


# -- what happened ---------------------------------------------------------------------------


def _lane(lane: Lane, across: Scale, frame: Frame, y: float) -> list[svg.Element]:
    drawn: list[svg.Element] = []
    near: list[tuple[float, str]] = []
    for x, words in sorted((across(at), words) for at, words in lane.events):
        if near and x - near[0][0] > _NEAR:
            drawn.append(_signed(lane, near, frame, y))
            near = []
        near.append((x, words))
    if near:
        drawn.append(_signed(lane, near, frame, y))
    return drawn


def _signed(lane: Lane, near: Sequence[tuple[float, str]], frame: Frame, y: float) -> svg.Element:
    """One sign for things that happened too close to each other to be told apart."""
    x = min(max(sum(x for x, _ in near) / len(near), frame.left + 5), frame.right - 5)
    words = near[0][1] if len(near) == 1 else f"{lane.title}: {len(near)} times"
    return mark(svg.G(elements=[sign(lane.css, x, y)]), words)


def sign(css: str, x: float, y: float) -> svg.Element:
    """A sign of about 9 by 9 around a place, by the name of what happened."""
    return path(_SIGNS[css].format(x=round(x, 1), y=round(y, 1)), ("sign", f"sign-{css}"))


_SIGNS = {
    "reverted": "M{x} {y}m4 -4.5v9l-8.5 -4.5z",
    "renamed": "M{x} {y}m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z",
    "deleted": "M{x} {y}m-4 -4l8 8m0 -8l-8 8",
    "restored": "M{x} {y}m0 -4.5v9m-4.5 -4.5h9",
    "joined": "M{x} {y}m-4 -4.5l4 4.5l4 -4.5m-4 4.5v5",
}


# -- the axis of time ------------------------------------------------------------------------


def time_ticks(begin: int, end: int, most: int) -> list[tuple[int, str]]:
    """At most about ``most`` days between two times (UTC seconds), and their labels."""
    first = datetime.fromtimestamp(begin, UTC).date()
    days = max(0, (end - begin) // _DAY)
    months = bisect_right(_MONTH_STEPS, days / 30.44 / max(1, most))
    if days / max(1, most) <= 14:
        step = next((n for n in (1, 2, 7, 14) if days / n <= most), 14)
        found = [first + timedelta(days=n * step) for n in range(days // step + 1)]
        labels = [
            f"{day.day} {day:%b}" + (f" {day.year}" if not n else "") for n, day in enumerate(found)
        ]
    else:
        stride = _MONTH_STEPS[min(months, len(_MONTH_STEPS) - 1)]
        found = _month_starts(first, datetime.fromtimestamp(end, UTC).date(), stride)
        labels = [str(day.year) if stride >= 12 or day.month == 1 else f"{day:%b}" for day in found]
        if found and stride < 12 and found[0].month != 1:
            labels[0] = f"{found[0]:%b %Y}"
    at = [max(begin, int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp())) for d in found]
    return list(zip(at, labels, strict=True))


_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def _month_starts(first: date, last: date, stride: int) -> list[date]:
    """First days of every ``stride``-th month after ``first`` and not after ``last``."""
    number = -(-(first.year * 12 + first.month) // stride) * stride
    found = []
    while number <= last.year * 12 + last.month - 1:
        found.append(date(number // 12, number % 12 + 1, 1))
        number += stride
    return found
