"""Who edited when: people's edits by person, from their first one on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import Facts, Ints, Mask, Positions

NEVER = np.iinfo(np.int64).max
"""The time of a first edit that there is not."""

_KEPT = "careers"


@dataclass(frozen=True, slots=True, eq=False)
class Careers:
    """The edits of each person in scope and focus: ``at`` holds their times, person by person, from
    ``start`` on, ``count`` of them; ``first`` is each person's first (``NEVER`` without any)."""

    at: Ints
    start: Ints
    count: Ints
    first: Ints

    def nth(self, number: int, until: int) -> tuple[Positions, Ints]:
        """The people who made so many edits (from 1) before a time, and when each made that one."""
        people = np.flatnonzero(self.count >= number)
        times = self.at[self.start[people] + number - 1]
        known = times < until
        return people[known].astype(np.int32), times[known]

    def began(self, since: int, until: int) -> Mask:
        """The people whose first edit lies in a span."""
        return (self.first >= since) & (self.first < until)


def careers_of(facts: Facts) -> Careers:
    """The edits of each person, gathered once."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, Careers):
        rows = facts.credited()
        person, at = facts.credits.person[rows], facts.credits.at[rows]
        count = np.bincount(person, minlength=len(facts.people))
        start = np.cumsum(count) - count
        ordered = at[np.argsort(person, kind="stable")]
        first = np.full(len(count), NEVER, np.int64)
        begun = count > 0
        first[begun] = ordered[start[begun]]
        found = facts.kept[_KEPT] = Careers(ordered, start, count, first)
    return found
