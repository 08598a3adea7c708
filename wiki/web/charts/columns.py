"""Columns over time: side by side as stacks, upwards and downwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import svg

from wiki.web.charts.canvas import (
    Caption,
    Frame,
    Series,
    Size,
    legend,
    mark,
    path,
    place_axis,
    sheet,
    value_axis,
)
from wiki.web.charts.scale import Label, Scale, date_ticks, nice_ticks, short_number

_HIDDEN_HEIGHT = 10.0


def column_chart(
    caption: Caption,
    size: Size,
    starts: Sequence[date],
    up: Sequence[Series],
    down: Sequence[Series] = (),
    *,
    unit: str = "",
    label: Label = short_number,
    names: Sequence[str] = (),
    partial: Sequence[bool] = (),
    hidden: Sequence[bool] = (),
) -> str:
    """Stacked columns, ``up`` from zero upwards and ``down`` (positive values) downwards.

    ``names`` says each column's span when pointed at; ``partial`` columns are paler, because the
    window cuts their span; ``hidden`` ones stand for a small number that is not told.
    """
    frame = Frame(46, 30, size.width - 4, size.height - 28)
    high = max((_sum(up, i) for i in range(len(starts))), default=0)
    low = max((_sum(down, i) for i in range(len(starts))), default=0)
    ticks = nice_ticks(-low, max(high, 1), 4)
    scale = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    band = frame.width / max(1, len(starts))
    drawn = value_axis(frame, scale, ticks, label, unit)
    for index in range(len(starts)):
        x = frame.left + index * band
        pale = index < len(partial) and partial[index]
        name = names[index] if names else starts[index].isoformat()
        if index < len(hidden) and hidden[index]:
            drawn.append(_hidden(x, band, scale(0), name))
        drawn += _stack(x, band, scale, up, index, name, pale=pale, sign=1)
        drawn += _stack(x, band, scale, down, index, name, pale=pale, sign=-1)
    places = date_ticks(starts, int(frame.width / 64))
    drawn += place_axis(frame, [(frame.left + (i + 0.5) * band, words) for i, words in places])
    keys: list[tuple[str, Sequence[str]]] = [
        (each.label, ("column", f"hue-{each.hue}")) for each in (*up, *down)
    ]
    if any(hidden):
        keys.append(("fewer than 5 people", ("hidden",)))
    if len(keys) > 1:
        drawn += legend(keys, frame.right, 12)
    return sheet(caption, size, "columns", drawn)


def _sum(series: Sequence[Series], index: int) -> float:
    return sum(each.values[index] or 0 for each in series)


def _stack(
    x: float,
    band: float,
    scale: Scale,
    series: Sequence[Series],
    index: int,
    name: str,
    *,
    pale: bool,
    sign: int,
) -> list[svg.Element]:
    """One column's parts from zero outwards; the outermost is rounded."""
    width = min(band * 0.72, 44.0)
    left = x + (band - width) / 2
    parts = [(each, value) for each in series if (value := each.values[index])]
    drawn: list[svg.Element] = []
    base = 0.0
    for position, (each, value) in enumerate(parts):
        begin, end = scale(sign * base), scale(sign * (base + value))
        base += value
        radius = min(3.0, width / 2, abs(end - begin)) if position == len(parts) - 1 else 0.0
        css = ["column", f"hue-{each.hue}", *(["partial"] if pale else [])]
        shape = path(_column(left, width, begin, end, radius), css)
        words = f"{name}: {value:,.0f} {each.label.lower()}" + (
            " (part of the span)" if pale else ""
        )
        drawn.append(mark(shape, words))
    return drawn


def _column(left: float, width: float, begin: float, end: float, radius: float) -> str:
    """A bar from ``begin`` to ``end`` with its outer corners rounded."""
    inner = end + radius if end < begin else end - radius
    right = left + width
    return (
        f"M{left:.2f} {begin:.2f}V{inner:.2f}Q{left:.2f} {end:.2f} {left + radius:.2f} {end:.2f}"
        f"H{right - radius:.2f}Q{right:.2f} {end:.2f} {right:.2f} {inner:.2f}V{begin:.2f}Z"
    )


def _hidden(x: float, band: float, zero: float, name: str) -> svg.Element:
    width = min(band * 0.72, 44.0)
    shape = svg.Rect(
        x=round(x + (band - width) / 2, 2),
        y=round(zero - _HIDDEN_HEIGHT, 2),
        width=round(width, 2),
        height=_HIDDEN_HEIGHT,
        rx=2,
        class_=["hidden"],
    )
    return mark(shape, f"{name}: fewer than 5 people, not shown")
