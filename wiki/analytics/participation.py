"""Participation: do many take part, do they come back, and on how many shoulders does it rest?

Definitions: METRICS § 1. The figures of the window stand beside those of the window before and of
the same window a year ago. Newness, returning and reaching a number of edits are judged by what was
known at the window's end, so that a past window's figures never change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from wiki.analytics import concentration
from wiki.analytics.calendar import step_for
from wiki.analytics.figures import Column, Figure, Hidden, Meaning, Table, Value
from wiki.analytics.hours import offsets, outside_share, weekday_hours
from wiki.analytics.ledger import Ledger, keep
from wiki.analytics.newcomers import editors_over_time, funnel, retention
from wiki.analytics.sorting import left_out
from wiki.analytics.suppression import nested, share_of, shown, suppress
from wiki.model import PageChange, Window

BANDS = (1, 5, 25, 100)

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("contributors", "Contributors", "people", "Different people who made at least one edit in the window. An edit is one saved change to one page’s content; machines, bulk changes, merges and pure renames do not count."),
        Meaning("rate", "Participation rate", "share", "Contributors divided by the number of people who could have taken part."),
        Meaning("edits", "Edits", "edits", "Changes to a page’s content made by people in the window: a change that touches three pages is three edits. One written by several people counts once here, and for each of them elsewhere."),
        Meaning("new", "New", "people", "Contributors whose first edit ever lies in the window."),
        Meaning("returning", "Returning", "people", "Contributors who also edited in the window before."),
        Meaning("reactivated", "Back again", "people", "Contributors who edited earlier, but not in the window before."),
        Meaning("lapsed", "Lapsed", "people", "People who edited in the window before, but not in this one."),
        Meaning("one_time", "One edit only", "share", "Share of the window’s contributors who had made exactly one edit ever by its end."),
        Meaning("absence_factor", "Absence factor", "people", "The fewest people who together made at least half of the edits. The higher, the less depends on a few."),
        Meaning("effective", "Effective contributors", "number", "As broad as so many people who all edit equally much: e to the power of the Shannon entropy of the shares of edits (Hill number of order 1)."),
        Meaning("gini", "Gini coefficient", "number", "How unequally edits are spread over the contributors: 0 if all made the same number, near 1 if one person made nearly all."),
        Meaning("gini_population", "Gini over everybody", "number", "The same, with everybody who could have taken part and did not counted as zero edits."),
        Meaning("top_1", "Share of the top 1 %", "share", "Share of edits made by the most active 1 % of contributors (rounded up to whole people)."),
        Meaning("top_10", "Share of the top 10 %", "share", "Share of edits made by the most active 10 % of contributors (rounded up to whole people)."),
        Meaning("outside", "Outside the usual hours", "share", "Share of edits made outside the nine hours of the day in a row that hold most edits, by the authors’ own clocks."),
        Meaning("zones", "Time zones", "zones", "Different offsets from UTC on the authors’ clocks."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Participation:
    """The report. ``minimum`` is the smallest group shown; 1 shows everything."""

    window: Window
    population: int | None
    minimum: int
    contributors: Figure
    rate: Figure
    edits: Figure
    new: Figure
    returning: Figure
    reactivated: Figure
    lapsed: Figure
    one_time: Figure
    absence_factor: Figure
    effective: Figure
    gini: Figure
    gini_population: Figure
    top_1: Figure
    top_10: Figure
    outside: Figure
    zones: Figure
    over_time: Table
    bands: Table
    funnel: Table
    retention: Table
    lorenz: Table
    split: Table
    hours: Table
    left_out: Table


def participation(
    changes: Sequence[PageChange] | Ledger,
    window: Window,
    *,
    population: int | None = None,
    zone: tzinfo = UTC,
    minimum: int = 1,
) -> Participation:
    """The report on a window. ``population``: how many people could have taken part, if known.

    ``minimum``: values about fewer people than this are hidden, and those that would give them away
    (METRICS § 9).
    """
    ledger = changes if isinstance(changes, Ledger) else keep(changes)
    now = _measure(ledger, window, population, zone, minimum)
    compared = [
        _measure(ledger, other, population, zone, minimum) if ledger.covers(other) else {}
        for other in (window.previous(zone), window.year_ago(zone))
    ]
    figures = {
        key: Figure(meaning, now.get(key), compared[0].get(key), compared[1].get(key))
        for key, meaning in MEANINGS.items()
    }
    counts = sorted(ledger.within(window).values())
    edits = ledger.slice(window)
    return Participation(
        window,
        population,
        minimum,
        **figures,
        over_time=editors_over_time(ledger, window, step_for(window), zone, minimum),
        bands=_bands(counts, minimum),
        funnel=funnel(ledger, window, minimum),
        retention=retention(ledger, window, zone, minimum),
        lorenz=_lorenz(counts, minimum),
        split=_split(counts, population, minimum),
        hours=weekday_hours(edits, len(counts), minimum),
        left_out=left_out(ledger, window),
    )


def _measure(
    ledger: Ledger, window: Window, population: int | None, zone: tzinfo, minimum: int
) -> dict[str, Value]:
    """All figures of one window."""
    active = ledger.within(window)
    edits = ledger.slice(window)
    values: dict[str, Value] = {
        "contributors": len(active),
        "rate": len(active) / population if population else None,
        "edits": len(edits),
        "one_time": share_of(_with_one_edit(ledger, active, window), len(active), minimum),
        "outside": outside_share(edits, len(active), minimum),
        "zones": offsets(edits) if shown(len(active), minimum) else Hidden.FEW,
    }
    values |= _movement(ledger, active, window, zone, minimum)
    values |= _concentration(list(active.values()), population, minimum)
    return values


def _movement(
    ledger: Ledger, active: Counter[str], window: Window, zone: tzinfo, minimum: int
) -> dict[str, Value]:
    """Where the window's people come from, and who of the window before is gone."""
    before = ledger.within(window.previous(zone))
    counts = {
        "new": 0,
        "returning": 0,
        "reactivated": 0,
        "lapsed": len(before.keys() - active.keys()),
    }
    for person in active:
        if person in before:
            counts["returning"] += 1
        elif ledger.times[person][0] in window:
            counts["new"] += 1
        else:
            counts["reactivated"] += 1
    groups = (("new", "returning", "reactivated"), ("returning", "lapsed"))
    return dict(suppress(counts, groups, minimum))


def _with_one_edit(ledger: Ledger, active: Counter[str], window: Window) -> int:
    """How many of the window's people had made one edit ever by its end."""
    singles = (person for person, edits in active.items() if edits == 1)
    return sum(ledger.times[person][0] in window for person in singles)


def _concentration(counts: Sequence[int], population: int | None, minimum: int) -> dict[str, Value]:
    values: dict[str, Value] = {"absence_factor": concentration.absence_factor(counts)}
    if not shown(len(counts), minimum):
        return values | dict.fromkeys(("effective", "gini", "top_1", "top_10"), Hidden.FEW)
    values["effective"] = concentration.effective_number(counts)
    values["gini"] = concentration.gini(counts)
    values["top_1"] = _top(counts, 0.01, minimum)
    values["top_10"] = _top(counts, 0.1, minimum)
    if population and population >= len(counts):
        absent = [0] * (population - len(counts))
        values["gini_population"] = concentration.gini([*counts, *absent])
    return values


def _top(counts: Sequence[int], share: float, minimum: int) -> Value:
    people = concentration.top_people(len(counts), share) if counts else 0
    rest = len(counts) - people
    return (
        concentration.top_share(counts, share)
        if shown(people, minimum) and shown(rest, minimum)
        else Hidden.FEW
    )


def _bands(counts: Sequence[int], minimum: int) -> Table:
    people = [sum(count >= least for count in counts) for least in BANDS]
    values = nested(people[1:], minimum, people[0])
    rows = zip(BANDS, (people[0], *values), strict=True)
    return Table(
        "bands",
        "How active people are",
        "People with at least so many edits in the window; each line includes those below it.",
        (Column("edits", "Edits at least", "edits"), Column("people", "People", "people")),
        tuple(rows),
    )


def _lorenz(counts: Sequence[int], minimum: int) -> Table:
    points = concentration.lorenz(counts, minimum) if shown(len(counts), minimum) else ()
    return Table(
        "lorenz",
        "How edits are spread",
        "Lorenz curve: the least active so many per cent of contributors made so many per cent of the "
        "edits. On the diagonal all would do the same.",
        (Column("people", "Share of people", "share"), Column("edits", "Share of edits", "share")),
        points,
        f"One point for every {minimum} people or more." if minimum > 1 else "",
    )


def _split(counts: Sequence[int], population: int | None, minimum: int) -> Table:
    """The 90-9-1 rule of thumb held against the window (Nielsen 2006)."""
    everyone = max(population or 0, len(counts))
    ordered = [*sorted(counts, reverse=True), *[0] * (everyone - len(counts))]
    first = concentration.top_people(everyone, 0.01) if everyone else 0
    tenth = concentration.top_people(everyone, 0.1) if everyone else 0
    parts = (ordered[:first], ordered[first:tenth], ordered[tenth:])
    sizes = {name: len(part) for name, part in zip("abc", parts, strict=True)}
    visible = suppress(sizes, ["abc"], minimum)
    total = sum(ordered)
    rows = []
    for name, label, part in zip(
        "abc", ("Most active 1 %", "Next 9 %", "Other 90 %"), parts, strict=True
    ):
        people = visible[name]
        share: Value = (
            people if isinstance(people, Hidden) else (sum(part) / total if total else None)
        )
        rows.append((label, people, share))
    return Table(
        "split",
        "The 1 %, the 9 % and the 90 %",
        "Share of edits made by the most active 1 %, the next 9 % and the others of "
        + ("everybody who could take part." if population else "the contributors."),
        (
            Column("group", "People, most active first", "text"),
            Column("people", "People", "people"),
            Column("edits", "Share of edits", "share"),
        ),
        tuple(rows),
    )
