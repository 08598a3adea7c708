"""Columns over time or over classes: side by side as stacks, upwards and downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
from wiki.web.charts.labels import Key, legend_lines
from wiki.web.charts.patterns import definitions, filling, overlay
from wiki.web.charts.scale import Label, Place, Scale, nice_ticks, place_ticks, short_number

_HIDDEN_HEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column stands and what it is called."""

    x: float
    band: float
    scale: Scale
    name: str
    pale: bool

    @property
    def width(self) -> float:
        return min(self.band * 0.72, 44.0)

    @property
    def left(self) -> float:
        return self.x + (self.band - self.width) / 2


def column_chart(
    caption: Caption,
    size: Size,
    starts: Sequence[Place],
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
    keys = _keys(caption, size, up, down, hidden)
    drawn, tall = legend_lines(keys, 46, size.width - 4, 12) if len(keys) > 1 else ([], 0.0)
    frame = Frame(46, 30 + tall, size.width - 4, size.height - 28 + tall)
    fills = [filling(caption, size, position) for position in range(len(up) + len(down))]
    drawn = [*definitions(caption, size, len(fills)), *drawn]
    scale, ticks = _heights(up, down, len(starts), frame)
    drawn += value_axis(frame, scale, ticks, label, unit)
    band = frame.width / max(1, len(starts))
    outlines: dict[str, str] = {}
    for index, start in enumerate(starts):
        name = names[index] if names else str(start)
        pale = index < len(partial) and partial[index]
        column = _Column(frame.left + index * band, band, scale, name, pale)
        if index < len(hidden) and hidden[index]:
            drawn.append(_hidden(column))
        for series, begun, sign in ((up, 0, 1), (down, len(up), -1)):
            for position, data, shape in _stack(column, series, index, label, sign):
                drawn.append(shape)
                fill = fills[begun + position]
                outlines[fill] = outlines.get(fill, "") + data
    # One shape a filling: printed to a file, each is a picture as large as the page.
    drawn += [each for fill, data in outlines.items() for each in overlay(data, fill)]
    places = place_ticks(starts, frame.width)
    drawn += place_axis(frame, [(frame.left + (i + 0.5) * band, words) for i, words in places])
    return sheet(caption, replace(size, height=int(size.height + tall)), "columns", drawn)


def _keys(
    caption: Caption,
    size: Size,
    up: Sequence[Series],
    down: Sequence[Series],
    hidden: Sequence[bool],
) -> list[Key]:
    keys = [
        Key(each.label, ("column", f"hue-{each.hue}"), filling(caption, size, position))
        for position, each in enumerate((*up, *down))
    ]
    return [*keys, Key("fewer than 5 people", ("hidden",))] if any(hidden) else keys


def _heights(
    up: Sequence[Series], down: Sequence[Series], count: int, frame: Frame
) -> tuple[Scale, Sequence[float]]:
    high = max((_sum(up, i) for i in range(count)), default=0)
    low = max((_sum(down, i) for i in range(count)), default=0)
    whole = high > 1 or low > 1
    ticks = nice_ticks(-low, max(high, 1) if whole else high or 1, 4, whole=whole)
    return Scale(ticks[0], ticks[-1], frame.bottom, frame.top), ticks


def _sum(series: Sequence[Series], index: int) -> float:
    return sum(each.values[index] or 0 for each in series)


def _stack(
    column: _Column, series: Sequence[Series], index: int, label: Label, sign: int
) -> Iterator[tuple[int, str, svg.Element]]:
    """One column's parts from zero outwards, with the place of each in ``series`` and its outline; the
    outermost is rounded."""
    parts = [place for place, each in enumerate(series) if each.values[index]]
    base = 0.0
    for place in parts:
        each, value = series[place], series[place].values[index] or 0
        begin, end = column.scale(sign * base), column.scale(sign * (base + value))
        base += value
        radius = min(3.0, column.width / 2, abs(end - begin)) if place == parts[-1] else 0.0
        data = _outline(column.left, column.width, begin, end, radius)
        words = f"{column.name}: {_count(value, label)} {each.label.lower()}"
        shape = path(data, ("column", f"hue-{each.hue}", *(["partial"] if column.pale else [])))
        yield place, data, mark(shape, words + (" (part of the span)" if column.pale else ""))


def _count(value: float, label: Label) -> str:
    return f"{value:,.0f}" if label is short_number and value >= 1 else label(value)


def _outline(left: float, width: float, begin: float, end: float, radius: float) -> str:
    """A bar from ``begin`` to ``end`` with its outer corners rounded."""
    inner = end + radius if end < begin else end - radius
    right = left + width
    return (
        f"M{left:.2f} {begin:.2f}V{inner:.2f}Q{left:.2f} {end:.2f} {left + radius:.2f} {end:.2f}"
        f"H{right - radius:.2f}Q{right:.2f} {end:.2f} {right:.2f} {inner:.2f}V{begin:.2f}Z"
    )


def _hidden(column: _Column) -> svg.Element:
    shape = svg.Rect(
        x=round(column.left, 2),
        y=round(column.scale(0) - _HIDDEN_HEIGHT, 2),
        width=round(column.width, 2),
        height=_HIDDEN_HEIGHT,
        rx=2,
        class_=["hidden"],
    )
    return mark(shape, f"{column.name}: fewer than 5 people, not shown")
