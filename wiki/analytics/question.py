"""What a report is asked, what it is, and what stands behind its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Literal

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.figures import BehindKind, Figure
from wiki.model import NO_PURPOSE, Purpose, Window

Naming = Literal["named", "pseudonymous", "aggregate"]
"""How people are shown in a space's reports (METRICS § 9)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A window and everything else a report may need.

    ``minimum`` is the smallest group of people shown (1: all are); ``now`` is UTC seconds;
    ``population`` how many people could have taken part, if anybody said. ``unnamed`` are the keys of
    people whom no report may name; ``secret`` what letters for people follow from, so that nobody
    who holds the log can work them out. Of hours of the day nothing is told about fewer than
    ``least_by_hour`` people, even where single people are shown.
    """

    window: Window
    now: int
    zone: tzinfo = UTC
    minimum: int = 1
    population: int | None = None
    naming: Naming = "named"
    unnamed: frozenset[str] = frozenset()
    secret: str = field(default="", repr=False)
    purpose: Purpose = NO_PURPOSE
    least_by_hour: int = 1

    @property
    def hours_minimum(self) -> int:
        """The smallest group of which hours of the day are shown."""
        return max(self.minimum, self.least_by_hour)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """How much each of some changes or pages has of what a number counts: its words or lines."""

    title: str
    values: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What a number counts: positions in the facts' changes, people, pages or teams. Changes are listed
    newest first, pages the most telling first; ``counts`` are one entry an item."""

    kind: BehindKind
    items: Positions
    counts: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Figures, tables and graphs shown together under a heading, by their keys."""

    title: str
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report. ``question`` is what it answers, in the reader's words; ``compute`` gives a frozen
    dataclass of figures, tables and graphs; ``headline`` only its first figure, fast, for the overview;
    ``behind`` what a figure of this key counts."""

    name: str
    title: str
    question: str
    compute: Callable[[Facts, Question], object]
    headline: Callable[[Facts, Question], Figure]
    behind: Callable[[Facts, Question, str], Behind]
    groups: tuple[Group, ...]
