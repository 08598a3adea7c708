"""Independence: can anyone contribute, at any time, from any place and by any way?

Definitions: METRICS § 4. The headline is the share of edits outside the commonest hours: every
history tells it, whatever the tools, while doors are only known of edits made since a wiki notes
them; and nobody can raise it but by really working when it suits them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wiki.analytics.clocks import Clocks, clocks, outside_share, weekday_hours
from wiki.analytics.comparing import compared
from wiki.analytics.facts import DOORS, MEETS, Facts, Ints, Mask, Positions
from wiki.analytics.figures import (
    Cell,
    Column,
    Figure,
    Hidden,
    Meaning,
    PageRef,
    Table,
    Value,
)
from wiki.analytics.meetings import (
    A_DAY,
    HALF_AN_HOUR,
    Meetings,
    meetings,
    pages_of_meetings,
    people_who_met,
)
from wiki.analytics.question import Behind, Group, Question, ReportKind
from wiki.analytics.suppression import conceal, people_by, shown
from wiki.model import Window

PAGES_SHOWN = 20

MEANINGS: Mapping[str, Meaning] = {
    meaning.key: meaning
    for meaning in (
        Meaning("outside", "Outside the usual hours", "share", "Share of edits made outside the nine hours of the day in a row that hold most edits, by the authors’ own clocks. If everybody had to be there at the same time, it would be near 0.", "changes"),
        Meaning("zones", "Time zones", "zones", "Different offsets from UTC on the authors’ clocks. A clock that is changed in summer has two.", "changes"),
        Meaning("other_doors", "Not in the browser", "share", "Share of edits that came in another way than through the wiki’s pages: by a push with git, by a program, or from a proposal that was taken up. The wiki notes the way with each change; one that carries no note came by a push.", "changes"),
        Meaning("doors", "Ways used", "number", "How many different ways in were used: the browser, pushes with git, programs, proposals, imports."),
        Meaning("met_soon", "Edits that met within half an hour", "share", "Share of edits made at most 30 minutes before or after an edit of the same page by another author. Without merging, one of the two would have had to wait.", "changes"),
        Meaning("pairs_soon", "Meetings within half an hour", "number", "Pairs of edits of one page by two authors, at most 30 minutes apart. One edit may meet several.", "changes"),
        Meaning("met_day", "Edits that met within a day", "share", "Share of edits made at most 24 hours before or after an edit of the same page by another author.", "changes"),
        Meaning("by_themselves", "Merged by themselves", "share", "Of the saves that met another’s change of the same page, the share that the wiki merged without asking anybody. The others were looked at once, or settled by hand. Only saves through the wiki note it.", "changes"),
        Meaning("pairs_day", "Meetings within a day", "number", "Pairs of edits of one page by two authors, at most 24 hours apart. One edit may meet several.", "changes"),
    )
}  # fmt: skip

_DOOR_WORDS: Mapping[str, str] = {
    "web": "In the browser",
    "push": "Pushed with git",
    "api": "By a program",
    "proposal": "From a proposal",
    "import": "By an import",
    "mcp": "By an assistant",
}
_WEB = DOORS.index("web")
_MERGED = MEETS.index("merged")


@dataclass(frozen=True, slots=True)
class Independence:
    """The report. ``usual`` is the hour with which the commonest nine hours begin, None where that is
    not told; ``minimum`` the smallest group shown."""

    window: Window
    minimum: int
    usual: int | None
    outside: Figure
    zones: Figure
    other_doors: Figure
    doors: Figure
    met_soon: Figure
    pairs_soon: Figure
    met_day: Figure
    pairs_day: Figure
    by_themselves: Figure
    hours: Table
    ways: Table
    pages: Table


def compute(facts: Facts, question: Question) -> Independence:
    """The whole report."""
    seen = _seen(facts, question.window)

    def values(window: Window) -> dict[str, Value]:
        here = seen if window == question.window else _seen(facts, window)
        return _values(facts, here, question)

    figures = compared(facts, question, MEANINGS, values)
    told = isinstance(figures["outside"].value, float)
    return Independence(
        window=question.window,
        minimum=question.minimum,
        usual=seen.clocks.usual if told else None,
        **figures,
        hours=weekday_hours(seen.clocks, question.hours_minimum),
        ways=_ways(facts, seen, question.minimum),
        pages=_pages(facts, question, seen.day),
    )


def headline(facts: Facts, question: Question) -> Figure:
    """The share outside the usual hours, alone."""

    def share(window: Window) -> dict[str, Value]:
        return {"outside": outside_share(clocks(facts, window), question.hours_minimum)}

    return compared(facts, question, {"outside": MEANINGS["outside"]}, share)["outside"]


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure of the question's window, without its comparisons."""
    if key == "outside":
        return outside_share(clocks(facts, question.window), question.hours_minimum)
    return _values(facts, _seen(facts, question.window), question)[key]


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """The edits a figure counts; none where the figure itself is not told."""
    if isinstance(measure(facts, question, key), Hidden):
        return Behind("changes", np.zeros(0, np.int32))
    edits = facts.edits(question.window)
    if key == "outside":
        rows = edits[clocks(facts, question.window).outside]
    elif key == "other_doors":
        rows = edits[_door(facts, edits) != _WEB]
    elif key in {"met_soon", "pairs_soon", "met_day", "pairs_day"}:
        within = HALF_AN_HOUR if key.endswith("soon") else A_DAY
        rows = meetings(facts, question.window, within)[0].edits_met
    elif key == "by_themselves":
        rows = edits[_met_how(facts, edits) > 0]
    else:
        rows = edits
    return Behind("changes", rows[::-1])


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a window's figures are taken from; ``people`` are those who came in by each door."""

    clocks: Clocks
    soon: Meetings
    day: Meetings
    people: Mapping[int, frozenset[int]]


def _seen(facts: Facts, window: Window) -> _Seen:
    rows = facts.credited(window)
    doors, people = _door(facts, facts.credits.change[rows]), facts.credits.person[rows]
    soon, day = meetings(facts, window, HALF_AN_HOUR, A_DAY)
    return _Seen(clocks(facts, window), soon, day, people_by(doors, people))


def _values(facts: Facts, seen: _Seen, question: Question) -> dict[str, Value]:
    """Every figure of one window."""
    minimum = question.minimum
    few = not shown(seen.clocks.contributors, minimum)
    soon_share, soon_pairs = _met(facts, seen.soon, minimum)
    day_share, day_pairs = _met(facts, seen.day, minimum)
    return {
        "outside": outside_share(seen.clocks, question.hours_minimum),
        "zones": Hidden.FEW if few else seen.clocks.offsets,
        "other_doors": _other_doors(facts, seen, minimum),
        "doors": Hidden.FEW if few else len(seen.people),
        "met_soon": soon_share,
        "pairs_soon": soon_pairs,
        "met_day": day_share,
        "pairs_day": day_pairs,
        "by_themselves": Hidden.FEW if few else _by_themselves(facts, seen.clocks.edits, minimum),
    }


def _met(facts: Facts, found: Meetings, minimum: int) -> tuple[Value, Value]:
    """The share of edits that met, and the pairs; hidden where few people are behind them."""
    if not len(found.edits):
        return None, 0
    if not shown(len(people_who_met(facts, found)), minimum):
        return Hidden.FEW, Hidden.FEW
    return len(found.edits_met) / len(found.edits), found.pairs


def _met_how(facts: Facts, changes: Positions) -> Ints:
    met: Ints = facts.commits.met[facts.changes.commit[changes]].astype(np.int64)
    return met


def _by_themselves(facts: Facts, edits: Positions, minimum: int) -> Value:
    """The share merged silently; hidden where few people are behind it, or behind the rest."""
    met = _met_how(facts, edits)
    silently, asked = edits[met == _MERGED], edits[met > _MERGED]
    if not len(silently) + len(asked):
        return None
    for some in (silently, asked):
        people = np.unique(facts.commits.person[facts.changes.commit[some]])
        if not shown(len(people), minimum):
            return Hidden.FEW
    return len(silently) / (len(silently) + len(asked))


def _door(facts: Facts, changes: Positions) -> Ints:
    doors: Ints = facts.commits.door[facts.changes.commit[changes]].astype(np.int64)
    return doors


def door_of(facts: Facts, changes: Positions, words: str) -> Mask:
    """Which of some changes came in by the way of this name, as the table of ways has it."""
    names = np.array([_DOOR_WORDS[door] == words for door in DOORS], np.bool_)
    return names[_door(facts, changes)]


def _other_doors(facts: Facts, seen: _Seen, minimum: int) -> Value:
    edits, people = seen.clocks.edits, seen.people
    if not len(edits):
        return None
    apart = frozenset[int]().union(*(who for door, who in people.items() if door != _WEB))
    if not shown(len(apart), minimum) or not shown(len(people.get(_WEB, ())), minimum):
        return Hidden.FEW
    return float(np.count_nonzero(_door(facts, edits) != _WEB) / len(edits))


def _ways(facts: Facts, seen: _Seen, minimum: int) -> Table:
    """Edits and people by door."""
    edits, people = seen.clocks.edits, seen.people
    counts = np.bincount(_door(facts, edits), minlength=len(DOORS))
    groups = [set(people), set(people) - {_WEB}]
    hidden = conceal(people, groups, minimum)
    rows: list[tuple[Cell, ...]] = []
    for door in sorted(people, key=lambda one: (-counts[one], one)):
        name = _DOOR_WORDS[DOORS[door]]
        if door in hidden:
            rows.append((name, Hidden.FEW, Hidden.FEW, Hidden.FEW))
        else:
            share = float(counts[door] / len(edits))
            rows.append((name, int(counts[door]), share, len(people[door])))
    return Table(
        "ways",
        "Ways in",
        "Edits by the way they came in, and how many people used it; one person may use several.",
        (
            Column("way", "Way in", "text"),
            Column("edits", "Edits", "edits"),
            Column("share", "Share", "share"),
            Column("people", "People", "people"),
        ),
        tuple(rows),
        "A change that carries no note of its way came by a push.",
        chart="bars",
    )


def _pages(facts: Facts, question: Question, found: Meetings) -> Table:
    """The pages at which edits met most."""
    pages, pairs, people = pages_of_meetings(facts, found)
    told = np.flatnonzero(people >= question.minimum)[:PAGES_SHOWN]
    rows: list[tuple[Cell, ...]] = []
    for page, count, who in zip(pages[told], pairs[told], people[told], strict=True):
        space, place = facts.spaces[facts.pages.space[page]], facts.pages.path[page]
        rows.append((PageRef(space, facts.paths[place]), int(count), int(who)))
    few = question.minimum > 1
    return Table(
        "pages",
        "Where people meet",
        "Pages by the pairs of edits of two authors at most 24 hours apart.",
        (
            Column("page", "Page", "text"),
            Column("pairs", "Meetings", "number"),
            Column("people", "People who met", "people"),
        ),
        tuple(rows),
        f"Pages at which fewer than {question.minimum} people met are left out." if few else "",
    )


KIND = ReportKind(
    "independence",
    "Independence",
    "Can anyone contribute, at any time, from any place and by any way?",
    compute,
    headline,
    behind,
    (
        Group("At any time", ("outside", "zones"), ("hours",)),
        Group("By any way", ("other_doors", "doors"), ("ways",)),
        Group(
            "Without waiting",
            ("met_soon", "pairs_soon", "met_day", "pairs_day", "by_themselves"),
            ("pages",),
        ),
    ),
)
