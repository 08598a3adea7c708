"""A heat map: weekdays and hours, months and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import svg

from wiki.web.charts.canvas import (
    Caption,
    Size,
    legend,
    mark,
    sheet,
    shortened,
    text,
    text_width,
)
from wiki.web.charts.scale import Label

_STRENGTHS = 4
_GAP = 2.0
_LINE = 17.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _edits(value: float) -> str:
    return f"{value:,.0f} edit{'' if value == 1 else 's'}"


def heat_map(
    caption: Caption,
    size: Size,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    *,
    label: Label = _edits,
    hidden: Sequence[Sequence[bool]] | None = None,
    across: str = "",
) -> str:
    """Cells in five strengths of one colour; None is a cell that is not told, or, where ``hidden``
    says which cells are not told, one in which there is nothing. ``across`` is said once of all columns."""
    left, top = max(44.0, min(130.0, max((text_width(row) for row in rows), default=0) + 14)), 30.0
    high = max((value for row in cells for value in row if value is not None), default=0)
    width = (size.width - left - 4) / max(1, len(columns))
    height = min(26.0, max(16.0, (size.height - top - 26) / max(1, len(rows))))
    drawn: list[svg.Element] = []
    for y, (name, row) in enumerate(zip(rows, cells, strict=True)):
        place = top + y * height
        shown = shortened(name, left - 14)
        drawn.append(text(left - 8, place + height / 2 + 4, shown, "tick", "end"))
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
            column = f"{across} {columns[x]}".strip()
            drawn.append(mark(spot, f"{name}, {column}: {words}"))
    below, bottom = _below(size, columns, across, left, top + len(rows) * height + 16)
    drawn += [*below, *_keys(size, cells, label, untold=_untold(cells, hidden))]
    fitted = replace(size, height=int(bottom + 8))
    return sheet(caption, fitted, "heat", drawn)


def _below(
    size: Size, columns: Sequence[str], across: str, left: float, y: float
) -> tuple[list[svg.Element], float]:
    """What the columns are called, and where it ends. Hours follow each other, so that some of them
    are enough; of names that do not fit, letters stand for all of them, with a key."""
    width = (size.width - left - 4) / max(1, len(columns))
    every, names = _every(columns, width), list(columns)
    lettered = every > 1 and not all(name[:1].isdigit() for name in columns)
    if lettered and len(columns) <= len(_LETTERS):
        every, names = 1, list(_LETTERS[: len(columns)])
    elif lettered:
        names = [str(n) for n in range(1, len(columns) + 1)]
        every = _every(names, width)
    drawn: list[svg.Element] = []
    for x in range(0, len(columns), every):
        most = size.width - text_width(names[x]) / 2
        drawn.append(text(min(left + (x + 0.5) * width, most), y, names[x], "tick", "middle"))
    if across:
        y += _LINE
        drawn.append(text((left + size.width - 4) / 2, y, across, "unit", "middle"))
    if lettered:
        key = [f"{short} {name}" for short, name in zip(names, columns, strict=True)]
        more, y = _lines_of(key, size.width - 4, y + _LINE + 3)
        drawn += more
    return drawn, y


def _lines_of(words: Sequence[str], room: float, y: float) -> tuple[list[svg.Element], float]:
    """Words side by side from the left, in as many lines as they take, and where the last one is."""
    drawn: list[svg.Element] = []
    x = 0.0
    for each in words:
        shown = shortened(each, room)
        if x and x + text_width(shown) > room:
            x, y = 0.0, y + _LINE
        drawn.append(text(x, y, shown, "key"))
        x += text_width(shown) + 14
    return drawn, y


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


def _keys(
    size: Size, cells: Sequence[Sequence[float | None]], label: Label, *, untold: bool
) -> list[svg.Element]:
    """Keys of nothing, of the least and the most there is, and of what is not told."""
    values = [value for row in cells for value in row if value is not None]
    some = [value for value in values if value]
    keys: list[tuple[str, Sequence[str]]] = []
    if len(some) < len(values):
        keys.append(("0", ("cell", "heat-0")))
    if some:
        low, high = min(some), max(some)
        most = label(high)
        least = label(low).partition(" ")[0]  # its unit is said once
        if low < high:
            keys.append((f"{least} …", ("cell", _strength(low, high, hidden=False))))
        keys.append((most, ("cell", f"heat-{_STRENGTHS}")))
    if untold:
        keys.append(("fewer than 5 people", ("cell", "hidden")))
    return legend(keys, size.width - 4, 14)
