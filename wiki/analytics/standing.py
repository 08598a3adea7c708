"""The pages that stand at a moment: by how many people, how old, how much edited."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.ledger import Ledger, count_in, people_of
from wiki.analytics.pages import PageLife, lives
from wiki.model import PageChange, Window

_DAY = 86400
_AGES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
_EDITS = ((0, 0), (1, 1), (2, 4), (5, 9), (10, 24), (25, None))


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page's life, the times of people's edits to it, and when each person first edited it."""

    life: PageLife
    edits: tuple[int, ...]
    firsts: tuple[int, ...]

    def writers(self, until: int) -> int:
        """How many different people had edited the page before a time."""
        return bisect_left(self.firsts, until)

    def age(self, at: int) -> float:
        """Days from the last edit by a person (else the page's birth) to a time."""
        position = bisect_left(self.edits, at)
        last = self.edits[position - 1] if position else self.life.born
        return max(0.0, (at - last) / _DAY)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything known of all pages that ever were."""

    ledger: Ledger
    records: Sequence[PageRecord]

    @classmethod
    def of(cls, ledger: Ledger, living: Mapping[str, int] | None = None) -> Standing:
        """Gather the edits of each page; ``living`` as for ``lives``."""
        edits: dict[str, list[PageChange]] = defaultdict(list)
        for change in ledger.edits:
            edits[change.page].append(change)
        return cls(
            ledger, [_record(life, edits[life.page]) for life in lives(ledger.changes, living)]
        )

    @property
    def lives(self) -> list[PageLife]:
        return [record.life for record in self.records]

    def at(self, at: int) -> list[PageRecord]:
        """The pages there just before a time."""
        return [record for record in self.records if record.life.size_before(at) >= 0]


class Gathered:
    """A history made ready once for many reports; what only some of them need is made on demand."""

    def __init__(self, ledger: Ledger, living: Mapping[str, int] | None = None) -> None:
        self.ledger = ledger
        self._living = living

    @cached_property
    def standing(self) -> Standing:
        """Everything known of all pages."""
        return Standing.of(self.ledger, self._living)


def _record(life: PageLife, edits: Sequence[PageChange]) -> PageRecord:
    firsts: dict[str, int] = {}
    for change in edits:
        for person in people_of(change):
            firsts.setdefault(person, change.at)
    return PageRecord(life, tuple(change.at for change in edits), tuple(sorted(firsts.values())))


def authors_table(standing: Sequence[PageRecord], until: int) -> Table:
    """Pages by how many people wrote them."""
    counts = [0, 0, 0, 0]
    for page in standing:
        counts[min(3, page.writers(until))] += 1
    return _distribution(
        "authors",
        "How many people wrote each page",
        "Pages there at the window’s end by how many different people had edited them by then, through renames.",
        "Written by",
        [
            ("One person", counts[1]),
            ("Two people", counts[2]),
            ("Three or more", counts[3]),
            ("Machines or bulk changes only", counts[0]),
        ],
    )


def ages_table(standing: Sequence[PageRecord], at: int) -> Table:
    """Pages by days since their last edit."""
    return _distribution(
        "ages",
        "How long ago pages were last edited",
        "Pages there at the window’s end by whole days since a person last edited them.",
        "Last edited",
        _classes([int(page.age(at)) for page in standing], _AGES, "days ago"),
    )


def edits_table(standing: Sequence[PageRecord], window: Window) -> Table:
    """Pages by how often they were edited in the window."""
    return _distribution(
        "page_edits",
        "How often pages were edited",
        "Pages there at the window’s end by the number of edits people made to them in the window.",
        "Edits in the window",
        _classes([count_in(page.edits, window) for page in standing], _EDITS, "edits"),
    )


def _classes(
    values: Sequence[int], ranges: Sequence[tuple[int, int | None]], unit: str
) -> list[tuple[str, int]]:
    return [
        (
            _range(low, high, unit),
            sum(low <= value and (high is None or value <= high) for value in values),
        )
        for low, high in ranges
    ]


def _range(low: int, high: int | None, unit: str) -> str:
    if high is None:
        return f"{low} {unit} or more" if unit == "edits" else f"more than {low - 1} {unit}"
    if low == high:
        return {0: "no edit", 1: "1 edit"}[low]
    return f"{low}–{high} {unit}"


def _distribution(
    key: str, title: str, definition: str, label: str, counts: Sequence[tuple[str, int]]
) -> Table:
    """Pages by class, with each class's share."""
    total = sum(count for _, count in counts)
    rows: list[tuple[Cell, ...]] = [
        (name, count, count / total if total else None) for name, count in counts
    ]
    columns = (
        Column("class", label, "text"),
        Column("pages", "Pages", "pages"),
        Column("share", "Share", "share"),
    )
    return Table(key, title, definition, columns, tuple(rows))
