"""Figures in words: values with their units, changes against other windows, and one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wiki.analytics.evolution import Evolution
from wiki.analytics.figures import Cell, Figure, Hidden, Unit, Value
from wiki.analytics.participation import Participation
from wiki.analytics.registry import Report
from wiki.services.report_windows import Chosen

HIDDEN_WORDS = {Hidden.FEW: "fewer than 5", Hidden.WITHHELD: "not shown"}
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
        return HIDDEN_WORDS[value]
    if value is None:
        return _NOTHING
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, str):
        return value
    return _number_words(value, unit)


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
    if isinstance(before, Hidden) or isinstance(figure.value, Hidden):
        return Change(label, words, "", "")
    difference = figure.value - before
    direction = "same" if not difference else "up" if difference > 0 else "down"
    sign = "+" if difference > 0 else "−"
    if not difference:
        said = "no change"
    elif unit == "share":
        said = f"{sign}{_short(abs(difference) * 100)} points"
    elif before and unit in _COUNTED | {"bytes"}:
        said = f"{sign}{abs(difference) / before * 100:.0f} %"
    else:
        said = f"{sign}{_number_words(abs(difference), unit)}"
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
        f"{_people(people.value)} made {value_words(edits.value, 'edits')} edits{_against(people)}.",
        _movement(report),
        _shoulders(report),
        _rate(report),
    )


def _movement(report: Participation) -> str:
    new, lapsed = report.new.value, report.lapsed.value
    if not isinstance(new, int) and not isinstance(lapsed, int):
        return "Too few people came or went to tell how many."
    came = f"{_people(new)} edited for the first time" if isinstance(new, int) else ""
    went = (
        f"{_people(lapsed)} who edited in the window before did not come back"
        if isinstance(lapsed, int)
        else ""
    )
    return "; ".join(filter(None, (came, went))).strip() + "."


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
    first = f"There are {pages} pages: {_none(new)} new, {_none(deleted)} deleted in this time."
    if not report.pages.value:
        return (first,)
    shared, age, stale = (
        value_words(figure.value, figure.meaning.unit)
        for figure in (report.shared, report.median_age, report.stale)
    )
    return (
        first,
        f"{value_words(report.edits.value, 'edits')} edits touched {value_words(report.pages_edited.value, 'pages')} of them.",
        f"{shared} of the pages were written by two or more people.",
        f"Half of the pages were edited within the last {age}; {stale} not for a year.",
    )


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
