"""Weeks in which far more was edited than usual."""

from __future__ import annotations

from datetime import UTC, date, timedelta, tzinfo

import numpy as np

from wiki.analytics.calendar import buckets, floor, indices, local_day, midnight
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.suppression import shown
from wiki.model import Window

WEEKS_BEFORE = 26
TIMES_USUAL = 3
AT_LEAST = 20


def bursts(facts: Facts, window: Window, zone: tzinfo = UTC, minimum: int = 1) -> Table:
    """The weeks that begin in the window with three times the usual number of edits or more."""
    rows: list[tuple[Cell, ...]] = []
    edits = facts.edits()
    if len(edits):
        rows.extend(_weeks(facts, window, zone, minimum))
    return Table(
        "bursts",
        "Weeks out of the ordinary",
        f"Weeks with at least {AT_LEAST} edits and at least {TIMES_USUAL} times the median of the "
        f"{WEEKS_BEFORE} weeks before.",
        (
            Column("week", "Week from", "text"),
            Column("edits", "Edits", "edits"),
            Column("usual", "Usual before", "number"),
        ),
        tuple(rows),
        f"Weeks in which {minimum} people or more edited." if minimum > 1 else "",
    )


def _weeks(
    facts: Facts, window: Window, zone: tzinfo, minimum: int
) -> list[tuple[date, int, float]]:
    """Only the weeks of the window and those they are compared with are counted."""
    first = floor(local_day(int(facts.changes.at[facts.edits()[0]]), zone), "week")
    begin = floor(local_day(window.since, zone), "week") - timedelta(weeks=WEEKS_BEFORE)
    begin = max(begin, first)
    end = floor(local_day(window.until - 1, zone), "week") + timedelta(weeks=1)
    span = Window(midnight(begin, zone), midnight(end, zone))
    if span.since >= span.until:
        return []
    cut = buckets(span, "week", zone)
    edits = np.bincount(indices(cut, facts.changes.at[facts.edits(span)]), minlength=len(cut))
    if len(cut) <= WEEKS_BEFORE:
        return []
    usual = np.median(np.lib.stride_tricks.sliding_window_view(edits[:-1], WEEKS_BEFORE), axis=1)
    many = edits[WEEKS_BEFORE:] >= np.maximum(AT_LEAST, TIMES_USUAL * usual)
    since, until = local_day(window.since, zone), local_day(window.until, zone)
    found = []
    for place in np.flatnonzero(many).tolist():
        week = cut[place + WEEKS_BEFORE]
        is_shown = _is_shown(facts, Window(week.since, week.until), minimum)
        if since <= week.start < until and is_shown:
            found.append((week.start, int(edits[place + WEEKS_BEFORE]), float(usual[place])))
    return found


def _is_shown(facts: Facts, week: Window, minimum: int) -> bool:
    return shown(int(np.count_nonzero(facts.edits_by_person(week))), minimum)
