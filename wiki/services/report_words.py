"""Figures in words: values with their units, changes against other windows, and one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wiki.analytics.evolution import Evolution
from wiki.analytics.figures import (
    Cell,
    Figure,
    Hidden,
    PageRef,
    PersonRef,
    Table,
    Unit,
    Value,
    number,
)
from wiki.analytics.participation import Participation
from wiki.analytics.registry import Report
from wiki.model import page_name
from wiki.services.report_windows import Chosen

_FEW = "fewer than 5"
_WITHHELD = "not shown"
_COUNTED = {"people", "edits", "pages", "changes", "lines", "zones"}
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


def is_all_hidden(table: Table) -> bool:
    """Whether nothing but rows' names, totals and gaps could be shown."""
    told = (cell for row in table.rows for cell in row[2:])
    return not any(isinstance(cell, int | float) for cell in told)


def _number_words(value: float, unit: Unit) -> str:
    if unit == "share":
        return f"{_short(value * 100)} %"
    if unit == "bytes":
        return _bytes(value)
    if unit == "days":
        return f"{_short(value)} days" if round(value, 1) != 1 else "1 day"
    if unit in _COUNTED:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


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
    first, last = chosen.since, date.fromordinal(chosen.until.toordinal() - 1)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    begin = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{begin} – {last.day} {last:%B %Y}"


def sentences(report: Report) -> tuple[str, ...]:
    """What a report says, in a few plain sentences."""
    if isinstance(report, Participation):
        return tuple(filter(None, _participation_sentences(report)))
    return tuple(filter(None, _evolution_sentences(report)))


def _participation_sentences(report: Participation) -> tuple[str, ...]:
    people, edits = report.contributors, report.edits
    if not people.value:
        return ("Nobody edited in this time.",)
    return (
        f"{_people(people.value)} made {value_words(edits.value, 'edits')} edit{_s(edits.value)}{_against(people)}.",
        _movement(report),
        _shoulders(report),
        _rate(report),
    )


def _movement(report: Participation) -> str:
    new, lapsed = report.new.value, report.lapsed.value
    parts = [f"{_people(new)} edited for the first time"] if isinstance(new, int) else []
    if isinstance(lapsed, int) and report.contributors.previous:
        who = (
            f"{_people(lapsed)} of the window before"
            if lapsed
            else "everybody of the window before"
        )
        parts.append(f"{who} {'did not come' if lapsed else 'came'} back")
    return "; ".join(parts) + "." if parts else ""


def _shoulders(report: Participation) -> str:
    few, all_ = report.absence_factor.value, report.contributors.value
    if not isinstance(few, int) or not isinstance(all_, int) or all_ < report.minimum:
        return ""
    subject = "One person" if few == 1 else f"The {few} most active people"
    return (
        f"{subject} made half of the edits; the other half came from {_people(all_ - few).lower()}."
        if all_ > few
        else ""
    )


def _rate(report: Participation) -> str:
    rate = report.rate.value
    if not isinstance(rate, float) or not report.population:
        return ""
    return f"That is {value_words(rate, 'share')} of the {report.population:,} who could have taken part."


def _evolution_sentences(report: Evolution) -> tuple[str, ...]:
    new, deleted = report.new_pages.value or 0, report.deleted_pages.value or 0
    pages = value_words(report.pages.value, "pages")
    first = f"There {'is' if pages == '1' else 'are'} {pages} page{'' if pages == '1' else 's'}: {_none(new)} new, {_none(deleted)} deleted in this time."
    if not report.pages.value:
        return (first,)
    shared = value_words(report.shared.value, "share")
    stale = value_words(report.stale.value, "share")
    return (
        first,
        _touched(report),
        f"{shared} of the pages were written by two or more people.",
        f"Half of the pages were edited within the last {_whole_days(report.median_age.value)}; {stale} were not for a year.",
    )


def _touched(report: Evolution) -> str:
    if not report.edits.value:
        return "Nobody edited any of them."
    edits, pages = report.edits.value, report.pages_edited.value
    return f"{value_words(edits, 'edits')} edit{_s(edits)} touched {value_words(pages, 'pages')} page{_s(pages)}."


def _whole_days(value: Value) -> str:
    days = round(value) if isinstance(value, int | float) else 0
    return "day" if days <= 1 else f"{days:,} days"


def _s(value: Value) -> str:
    return "" if value == 1 else "s"


def _none(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and value else "none"


def _people(value: Value) -> str:
    if value == 1:
        return "One person"
    return "Nobody" if value == 0 else f"{value_words(value, 'people')} people"


def _against(figure: Figure) -> str:
    if not isinstance(figure.value, int) or not isinstance(figure.previous, int):
        return ""
    more = figure.value - figure.previous
    if not more:
        return ", as many people as in the window before"
    return f", {abs(more):,} {'more' if more > 0 else 'fewer'} {'people' if abs(more) > 1 else 'person'} than in the window before"


def _short(value: float) -> str:
    text = f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return text.removesuffix(".0").replace("-", "−")


def _bytes(value: float) -> str:
    for size, ending in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= size:
            return f"{_short(value / size)} {ending}"
    return f"{value:.0f} bytes"
