"""Figures in words: values with their units, and changes against other windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wiki.analytics.figures import (
    Cell,
    Figure,
    Hidden,
    PageRef,
    PersonRef,
    Quantity,
    Table,
    Unit,
    Value,
    number,
)
from wiki.model import page_name
from wiki.services.report_windows import Chosen

_FEW = "fewer than 5"
_WITHHELD = "not shown"
_COUNTED = {"people", "edits", "pages", "changes", "lines", "words", "zones", "teams"}
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A comparison: what it was, how it changed in words, and where to ("up", "down", "same", "")."""

    label: str
    before: str
    words: str
    direction: str


def value_words(value: Cell, unit: Unit) -> str:
    """A value as people read it: ``1,204``, ``37.5 %``, ``12 days``, ``2.3 MB``."""
    if isinstance(value, Quantity):
        return value_words(value.value, value.unit)
    if isinstance(value, Hidden):
        return _FEW if value is Hidden.FEW and unit == "people" else _WITHHELD
    if value is None:
        return _NOTHING
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, PageRef):
        return page_name(value.path)
    if isinstance(value, PersonRef):
        return value.name
    if isinstance(value, str):
        return value
    return _number_words(value, unit)


def _difference_words(difference: float, before: float, unit: Unit) -> str:
    sign = "+" if difference > 0 else "−"
    if unit == "share":
        points = _short(abs(difference) * 100)
        return "no change" if points == "0" else f"{sign}{points} points"
    if before and unit in _COUNTED | {"bytes"}:
        return f"{sign}{abs(difference) / before * 100:.0f} %" if difference else "no change"
    words = _number_words(abs(difference), unit)
    return "no change" if words in {"0", "0.00", "0 days"} else f"{sign}{words}"


def share_words(count: Cell, share: Cell, unit: Unit) -> str:
    """A number and what share it is: ``31 (19.5 %)``; what is not shown is said once."""
    words = value_words(count, unit)
    return f"{words} ({value_words(share, 'share')})" if number(count) is not None else words


def row_words(table: Table, row: Sequence[Cell]) -> tuple[str, ...]:
    """A table's row as words; months by their names."""
    first, *rest = row
    is_month = table.columns[0].key == "month" or table.columns[0].title.startswith("Month")
    if is_month and isinstance(first, date):
        name = f"{first:%b %Y}"
    else:
        name = value_words(first, table.columns[0].unit)
    others = zip(rest, table.columns[1:], strict=True)
    return name, *(value_words(cell, column.unit) for cell, column in others)


def has_numbers(table: Table) -> bool:
    """Whether any cell beside the rows' names is a number above zero."""
    return any(number(cell) for row in table.rows for cell in row[1:])


def is_all_zero(table: Table) -> bool:
    """Whether a table says nothing but 0 in every row; of pages and people that are listed even that
    is something."""
    cells = [cell for row in table.rows for cell in row[1:]]
    listed = any(isinstance(row[0], PageRef | PersonRef) for row in table.rows)
    hidden = any(isinstance(cell, Hidden) for cell in cells)
    zeros = any(number(cell) == 0 for cell in cells)
    return zeros and not listed and not hidden and not has_numbers(table)


def is_all_hidden(table: Table) -> bool:
    """Whether nothing but rows' names, totals and gaps could be shown, or nothing but 0 beside what is
    hidden."""
    cells = [cell for row in table.rows for cell in row[1:]]
    said = [cell for cell in cells if isinstance(cell, str | date)]
    if any(isinstance(cell, Hidden) for cell in cells) and not has_numbers(table):
        return set(said) <= {"", "part"}
    return not said and all(number(cell) is None for row in table.rows for cell in row[2:])


def _number_words(value: float, unit: Unit) -> str:
    if unit == "share":
        return f"{_short_of_all(value)} %"
    if unit == "bytes":
        return _bytes(value)
    if unit == "days":
        whole = f"{value:,.0f}".replace("-", "−") if abs(value) >= 10 else _short(value)
        return f"{whole} days" if whole != "1" else "1 day"
    if unit in _COUNTED or isinstance(value, int):
        return f"{value:,.0f}".replace("-", "−")
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def change_of(figure: Figure, before: Value, label: str) -> Change | None:
    """How a figure changed against another window; None without one."""
    if before is None or figure.value is None:
        return None
    unit = figure.meaning.unit
    words = value_words(before, unit)
    if isinstance(before, Hidden) and isinstance(figure.value, Hidden):
        return None
    if isinstance(before, Hidden) or isinstance(figure.value, Hidden):
        return Change(label, words, "", "")
    difference = figure.value - before
    said = _difference_words(difference, before, unit)
    direction = "same" if said == "no change" else "up" if difference > 0 else "down"
    return Change(label, words, said, direction)


def span_words(chosen: Chosen) -> str:
    """The window as days: ``1 March – 30 May 2026``."""
    first, last = chosen.since, chosen.last
    if first == last:
        return f"{first.day} {first:%B %Y}"
    begin = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{begin} – {last.day} {last:%B %Y}"


def _short(value: float) -> str:
    text = f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return text.removesuffix(".0").replace("-", "−")


def _short_of_all(share: float) -> str:
    """A share in hundredths. What is not nothing is not told as 0, and what is not all not as 100."""
    if 0 < share < 0.0005:
        return "under 0.1"
    if 0.9995 <= share < 1 - 1e-9:
        return "over 99.9"
    return _short(share * 100)


def _bytes(value: float) -> str:
    for size, ending in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= size:
            return f"{_short(value / size)} {ending}"
    return f"{value:.0f} bytes"
