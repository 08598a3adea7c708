"""A heat map of weekday and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import svg

from wiki.web.charts.canvas import Caption, Size, legend, mark, sheet, text

_STRENGTHS = 4
_GAP = 2.0


def heat_map(
    caption: Caption,
    size: Size,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
) -> str:
    """Cells in five strengths of one colour; None is a cell that is not told."""
    left, top = 44.0, 30.0
    high = max((value for row in cells for value in row if value is not None), default=0)
    width = (size.width - left - 4) / max(1, len(columns))
    height = min(26.0, (size.height - top - 26) / max(1, len(rows)))
    drawn: list[svg.Element] = []
    for y, (name, row) in enumerate(zip(rows, cells, strict=True)):
        place = top + y * height
        drawn.append(text(left - 8, place + height / 2 + 4, name[:3], "tick", "end"))
        for x, value in enumerate(row):
            spot = svg.Rect(
                x=round(left + x * width + _GAP / 2, 2),
                y=round(place + _GAP / 2, 2),
                width=round(width - _GAP, 2),
                height=round(height - _GAP, 2),
                rx=3,
                class_=["cell", _strength(value, high)],
            )
            drawn.append(mark(spot, f"{name}, {columns[x]}: {_words(value)}"))
    bottom = top + len(rows) * height + 16
    every = _every(len(columns), size)
    for x in range(0, len(columns), every):
        middle = left + (x + 0.5) * width
        drawn.append(text(middle, bottom, columns[x], "tick", "middle"))
    drawn += _keys(size, high, cells)
    fitted = replace(size, height=int(bottom + 8))
    return sheet(caption, fitted, "heat", drawn)


def _every(columns: int, size: Size) -> int:
    """Label each hour, or every third where there is no room."""
    return 3 if columns > 12 and (size.name == "narrow" or columns > 24) else 1


def _strength(value: float | None, high: float) -> str:
    if value is None:
        return "hidden"
    if not value:
        return "heat-0"
    return f"heat-{min(_STRENGTHS, 1 + int(_STRENGTHS * (value - 1) / max(1, high)))}"


def _words(value: float | None) -> str:
    return "fewer than 5 people, not shown" if value is None else f"{value:,.0f} edits"


def _keys(size: Size, high: float, cells: Sequence[Sequence[float | None]]) -> list[svg.Element]:
    keys: list[tuple[str, Sequence[str]]] = []
    if high:
        keys = [("fewer", ("cell", "heat-1")), (f"up to {high:,.0f} edits", ("cell", "heat-4"))]
    if any(value is None for row in cells for value in row):
        keys.append(("fewer than 5 people", ("cell", "hidden")))
    return legend(keys, size.width - 4, 14)
