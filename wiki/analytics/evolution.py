"""Evolution: how the pages grow, change, age and are shared.

Definitions: METRICS § 0, 2 and 5. What stands at a moment (pages, size) counts everything, whoever
made it; what is done in a window (edits, lines) counts people's edits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from statistics import median

from wiki.analytics.bursts import bursts
from wiki.analytics.calendar import Bucket, Cutter, Step, buckets, step_for
from wiki.analytics.figures import Column, Figure, Meaning, Table, Value
from wiki.analytics.ledger import Ledger, keep
from wiki.analytics.pages import stock_of, stocks
from wiki.analytics.sorting import left_out
from wiki.analytics.standing import Standing, ages_table, authors_table, edits_table
from wiki.model import PageChange, Window

STALE_DAYS = 365

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("pages", "Pages", "pages", "Pages there at the end of the window, whoever made them. A renamed page stays the same page."),
        Meaning("new_pages", "New pages", "pages", "Pages that came into being in the window."),
        Meaning("deleted_pages", "Deleted pages", "pages", "Pages deleted in the window; one that is restored and deleted again counts twice."),
        Meaning("pages_edited", "Pages edited", "pages", "Different pages with at least one edit by a person in the window."),
        Meaning("edits", "Edits", "edits", "Changes to a page’s content made by people in the window: a change that touches three pages is three edits."),
        Meaning("edits_per_page", "Edits a page", "number", "Edits divided by the different pages they touched."),
        Meaning("lines_added", "Lines written", "lines", "Lines that people’s edits added; a changed line is one removed and one added."),
        Meaning("lines_removed", "Lines removed", "lines", "Lines that people’s edits removed; a changed line is one removed and one added."),
        Meaning("size", "Size of all pages", "bytes", "Bytes of Markdown in all pages at the end of the window, pictures and other files not counted."),
        Meaning("shared", "Pages by several people", "share", "Share of the pages there at the window’s end that two or more different people had edited by then."),
        Meaning("median_age", "Days since the last edit", "days", "Half of the pages there at the window’s end had been edited by a person within so many days (since they were made, if nobody ever edited them)."),
        Meaning("stale", "Not edited for a year", "share", "Share of the pages there at the window’s end whose last edit by a person was more than 365 days before."),
        Meaning("reverts", "Edits undone", "share", "Share of edits that put a page back to exactly one of its fifteen versions before, or whose message is git’s own “This reverts commit”."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evolution:
    """The report; all tables are about the window or the moment of its end."""

    window: Window
    pages: Figure
    new_pages: Figure
    deleted_pages: Figure
    pages_edited: Figure
    edits: Figure
    edits_per_page: Figure
    lines_added: Figure
    lines_removed: Figure
    size: Figure
    shared: Figure
    median_age: Figure
    stale: Figure
    reverts: Figure
    growth: Table
    churn: Table
    activity: Table
    authors: Table
    ages: Table
    page_edits: Table
    bursts: Table
    left_out: Table


def evolution(
    changes: Sequence[PageChange] | Standing,
    window: Window,
    *,
    now: int,
    living: Mapping[str, int] | None = None,
    zone: tzinfo = UTC,
) -> Evolution:
    """The report on a window. ``now`` in UTC seconds: no age is counted beyond it.

    ``living``: the pages (their lasting identities) there at the log's end with their bytes; not
    asked for where ``changes`` are gathered already.
    """
    known = changes if isinstance(changes, Standing) else Standing.of(keep(changes), living)
    ledger = known.ledger
    values = _measure(known, window, now)
    compared = [
        _measure(known, other, now) if ledger.covers(other) else {}
        for other in (window.previous(zone), window.year_ago(zone))
    ]
    figures = {
        key: Figure(meaning, values.get(key), compared[0].get(key), compared[1].get(key))
        for key, meaning in MEANINGS.items()
    }
    step = step_for(window)
    cut = buckets(window, step, zone)
    standing = known.at(window.until)
    return Evolution(
        window,
        **figures,
        growth=_growth(known, cut, step, window),
        churn=_churn(ledger, cut, step, window),
        activity=_activity(ledger, cut, step, window),
        authors=authors_table(standing, window.until),
        ages=ages_table(standing, min(window.until, now)),
        page_edits=edits_table(standing, window),
        bursts=bursts(ledger, window, zone),
        left_out=left_out(ledger, window),
    )


def _measure(known: Standing, window: Window, now: int) -> dict[str, Value]:
    """All figures of one window."""
    edits = known.ledger.slice(window)
    touched = len({change.page for change in edits})
    stock = stock_of(known.lives, window)
    standing = known.at(window.until)
    ages = [page.age(min(window.until, now)) for page in standing]
    shared = sum(page.writers(window.until) > 1 for page in standing)
    return {
        "pages": stock.pages,
        "new_pages": stock.born,
        "deleted_pages": stock.deleted,
        "pages_edited": touched,
        "edits": len(edits),
        "edits_per_page": len(edits) / touched if touched else None,
        "lines_added": sum(change.lines_added for change in edits),
        "lines_removed": sum(change.lines_removed for change in edits),
        "size": stock.size,
        "shared": shared / len(standing) if standing else None,
        "median_age": median(ages) if ages else None,
        "stale": sum(age > STALE_DAYS for age in ages) / len(ages) if ages else None,
        "reverts": sum(change.revert for change in edits) / len(edits) if edits else None,
    }


def _growth(known: Standing, cut: Sequence[Bucket], step: Step, window: Window) -> Table:
    found = stocks(known.lives, [bucket.until for bucket in cut], window.since)
    rows = (
        (
            bucket.start,
            stock.pages,
            stock.born,
            stock.restored,
            stock.deleted,
            stock.size,
            _part(bucket),
        )
        for bucket, stock in zip(cut, found, strict=True)
    )
    return Table(
        "growth",
        "Pages over time",
        f"Pages and their size at the end of each {step}, and how many came and went in it.",
        (
            Column("start", f"{step.capitalize()} from", "text"),
            Column("pages", "Pages", "pages"),
            Column("new", "New", "pages"),
            Column("restored", "Restored", "pages"),
            Column("deleted", "Deleted", "pages"),
            Column("size", "Size", "bytes"),
            Column("part", "", "text"),
        ),
        tuple(rows),
    )


def _churn(ledger: Ledger, cut: Sequence[Bucket], step: Step, window: Window) -> Table:
    cutter = Cutter(cut)
    added, removed = [0] * len(cut), [0] * len(cut)
    for change in ledger.slice(window):
        index = cutter.index(change.at)
        added[index] += change.lines_added
        removed[index] += change.lines_removed
    rows = (
        (bucket.start, plus, minus, plus - minus, _part(bucket))
        for bucket, plus, minus in zip(cut, added, removed, strict=True)
    )
    return Table(
        "churn",
        f"Lines written and removed by {step}",
        "Lines that people’s edits added and removed; a changed line is one of each.",
        (
            Column("start", f"{step.capitalize()} from", "text"),
            Column("added", "Written", "lines"),
            Column("removed", "Removed", "lines"),
            Column("net", "Net", "lines"),
            Column("part", "", "text"),
        ),
        tuple(rows),
    )


def _activity(ledger: Ledger, cut: Sequence[Bucket], step: Step, window: Window) -> Table:
    cutter = Cutter(cut)
    edits, reverts = [0] * len(cut), [0] * len(cut)
    pages: list[set[str]] = [set() for _ in cut]
    for change in ledger.slice(window):
        index = cutter.index(change.at)
        edits[index] += 1
        reverts[index] += change.revert
        pages[index].add(change.page)
    rows = (
        (bucket.start, edits[i], len(pages[i]), reverts[i], _part(bucket))
        for i, bucket in enumerate(cut)
    )
    return Table(
        "activity",
        f"Edits by {step}",
        f"People’s edits in each {step}, the different pages they touched, and those that put a page back.",
        (
            Column("start", f"{step.capitalize()} from", "text"),
            Column("edits", "Edits", "edits"),
            Column("pages", "Pages edited", "pages"),
            Column("reverts", "Undone", "edits"),
            Column("part", "", "text"),
        ),
        tuple(rows),
    )


def _part(bucket: Bucket) -> str:
    return "" if bucket.whole else "part"
