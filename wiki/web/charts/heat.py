"""A heat map: weekdays and hours, months and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import svg

from wiki.web.charts.canvas import Caption, Size, legend, mark, sheet, text, text_width
from wiki.web.charts.scale import Label

_STRENGTHS = 4
_GAP = 2.0


def _edits(value: float) -> str:
    return f"{value:,.0f} edits"


def heat_map(
    caption: Caption,
    size: Size,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    *,
    label: Label = _edits,
    hidden: Sequence[Sequence[bool]] | None = None,
) -> str:
    """Cells in five strengths of one colour; None is a cell that is not told, or, where ``hidden``
    says which cells are not told, one in which there is nothing."""
    left, top = max(44.0, min(130.0, max((text_width(row) for row in rows), default=0) + 14)), 30.0
    high = max((value for row in cells for value in row if value is not None), default=0)
    width = (size.width - left - 4) / max(1, len(columns))
    height = min(26.0, max(16.0, (size.height - top - 26) / max(1, len(rows))))
    drawn: list[svg.Element] = []
    for y, (name, row) in enumerate(zip(rows, cells, strict=True)):
        place = top + y * height
        drawn.append(text(left - 8, place + height / 2 + 4, name, "tick", "end"))
        for x, value in enumerate(row):
            is_hidden = value is None and (hidden is None or hidden[y][x])
            spot = svg.Rect(
                x=round(left + x * width + _GAP / 2, 2),
                y=round(place + _GAP / 2, 2),
                width=round(max(1.0, width - _GAP), 2),
                height=round(height - _GAP, 2),
                rx=3,
                class_=["cell", _strength(value, high, hidden=is_hidden)],
            )
            words = _words(value, label, hidden=is_hidden)
            drawn.append(mark(spot, f"{name}, {columns[x]}: {words}"))
    bottom = top + len(rows) * height + 16
    every = _every(columns, width)
    drawn += [
        text(left + (x + 0.5) * width, bottom, columns[x], "tick", "middle")
        for x in range(0, len(columns), every)
    ]
    drawn += _keys(size, high, label, untold=_untold(cells, hidden))
    fitted = replace(size, height=int(bottom + 8))
    return sheet(caption, fitted, "heat", drawn)


def _every(columns: Sequence[str], width: float) -> int:
    """Label each column, or every so many as fit."""
    widest = max((text_width(column) for column in columns), default=0) + 6
    needed = 1 if widest <= width else int(widest / max(1.0, width)) + 1
    return 3 if needed == 2 and len(columns) == 24 else needed


def _strength(value: float | None, high: float, *, hidden: bool) -> str:
    if value is None:
        return "hidden" if hidden else "none"
    if not value:
        return "heat-0"
    return f"heat-{min(_STRENGTHS, 1 + int(_STRENGTHS * value / high - 1e-9))}"


def _words(value: float | None, label: Label, *, hidden: bool) -> str:
    if value is None:
        return "fewer than 5 people, not shown" if hidden else "nothing yet"
    return label(value)


def _untold(
    cells: Sequence[Sequence[float | None]], hidden: Sequence[Sequence[bool]] | None
) -> bool:
    if hidden is None:
        return any(value is None for row in cells for value in row)
    return any(each for row in hidden for each in row)


def _keys(size: Size, high: float, label: Label, *, untold: bool) -> list[svg.Element]:
    keys: list[tuple[str, Sequence[str]]] = []
    if high:
        keys = [("fewer", ("cell", "heat-1")), (f"up to {label(high)}", ("cell", "heat-4"))]
    if untold:
        keys.append(("fewer than 5 people", ("cell", "hidden")))
    return legend(keys, size.width - 4, 14)
