"""What a figure of a report counts, as people read it: the changes, the pages, the people or the teams, in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

import numpy as np

from wiki.analytics.calendar import local_day
from wiki.analytics.facts import NOBODY, Facts, Positions
from wiki.analytics.figures import BehindKind, Figure, Hidden, PageRef, PersonRef
from wiki.analytics.guarded import SMALLEST
from wiki.analytics.naming import person_ref
from wiki.analytics.question import Behind, Counted, Question
from wiki.errors import ParameterInvalid, SpaceNotFound
from wiki.model import Identity, Viewer
from wiki.services import reports
from wiki.services.history import described
from wiki.services.people import Person, who_of
from wiki.services.reports import Asked, Finished, Opened
from wiki.services.wiki import Wiki

SHOWN = 100
"""Entries on one page of the list."""

Which = Literal["", "previous", "year_ago"]
WHICH: tuple[Which, ...] = ("", "previous", "year_ago")

Refusal = Literal["", "few", "people"]
"""Why nothing is listed: fewer people are behind it than may be shown, or people are never listed here."""


@dataclass(frozen=True, slots=True)
class ChangeBehind:
    """A change that was counted: of one page by one version. ``who`` is "" where nobody is named."""

    space: str
    oid: str
    page: PageRef
    day: date
    summary: str
    who: str
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBehind:
    """A page that was counted; ``is_there`` whether it exists now."""

    page: PageRef
    is_there: bool
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BehindFigure:
    """One part of what a figure counts. ``finished`` is the report of the window it is of; ``total`` how many
    there are, ``offset`` how many were before these; ``titles`` name the ``counts`` of changes and pages."""

    finished: Finished
    figure: Figure
    kind: BehindKind
    refusal: Refusal
    total: int = 0
    offset: int = 0
    changes: tuple[ChangeBehind, ...] = ()
    pages: tuple[PageBehind, ...] = ()
    people: tuple[PersonRef, ...] = ()
    teams: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def behind_figure(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    asked: Asked,
    key: str,
    *,
    which: str = "",
    offset: int = 0,
    now: int,
) -> BehindFigure:
    """What the figure of this key counts, ``SHOWN`` entries from ``offset``.

    ``which``: in the window asked for, in the one before ("previous"), or "year_ago".

    Raises:
        ParameterInvalid: ``which`` is none of them.
        ReportNotFound: no such report, or figure, or nothing that could be listed; and as reports.run.
    """
    finished = reports.run(wiki, viewer, space_name, asked, now=now)
    if which not in WHICH:
        raise ParameterInvalid("which", f"it is one of {', '.join(WHICH[1:])}, or left away.")
    if which:
        asked = in_window(asked, finished, which)
        finished = reports.run(wiki, viewer, space_name, asked, now=now)
    opened = reports.behind(wiki, viewer, space_name, asked, key, now=now)
    return _part(wiki, viewer, finished, opened, offset)


def in_window(asked: Asked, finished: Finished, which: str) -> Asked:
    """The same question about the window before, or the one a year ago."""
    zone = finished.calendar.zone
    window = finished.chosen.window
    other = window.previous(zone) if which == "previous" else window.year_ago(zone)
    since, until = (datetime.fromtimestamp(at, zone).date() for at in (other.since, other.until))
    days = {"since": since.isoformat(), "until": until.isoformat()}
    return replace(asked, preset="", exact=True, **days)  # type: ignore[arg-type]


def _part(
    wiki: Wiki, viewer: Viewer, finished: Finished, opened: Opened, offset: int
) -> BehindFigure:
    figure, facts, question = opened.figure, opened.facts, opened.question
    kind = figure.meaning.behind
    if opened.behind is None:
        refusal: Refusal = "few" if isinstance(figure.value, Hidden) else "people"
        return BehindFigure(finished, figure, kind, refusal)
    items, kind, counts = _in_order(opened.behind, question)
    if kind == "changes" and _is_of_few(facts, items, question):
        return BehindFigure(finished, figure, kind, "few")
    if kind == "people":
        everybody = _people(facts, items, question)
        if question.naming == "pseudonymous" and 0 < len(everybody) < SMALLEST:
            return BehindFigure(finished, figure, kind, "few")
        people = everybody[offset : offset + SHOWN]
        return BehindFigure(
            finished, figure, kind, "", len(everybody), offset, people=tuple(people)
        )
    if kind == "teams":
        return _teams(BehindFigure(finished, figure, kind, ""), facts, items, question)
    shown = items[offset : offset + SHOWN]
    told = [tuple(each.values[offset : offset + SHOWN].tolist()) for each in counts]
    rows = list(zip(*told, strict=True)) or [()] * len(shown)
    titles = tuple(each.title for each in counts)
    part = BehindFigure(finished, figure, kind, "", len(items), offset, titles=titles)
    if kind == "pages":
        pages = zip(shown.tolist(), rows, strict=True)
        return replace(part, pages=tuple(_page(facts, item, row) for item, row in pages))
    changes = _changes(wiki, viewer, facts, question, shown)
    with_counts = (replace(one, counts=row) for one, row in zip(changes, rows, strict=True))
    return replace(part, changes=tuple(with_counts))


def _in_order(
    behind: Behind, question: Question
) -> tuple[Positions, BehindKind, tuple[Counted, ...]]:
    """Changes newest first; the words of single changes only where single people are told of."""
    items = behind.items
    counts = behind.counts if question.minimum <= 1 else ()
    if behind.kind != "changes":
        return items, behind.kind, counts
    order = np.argsort(items, kind="stable")[::-1]
    return (
        items[order],
        behind.kind,
        tuple(Counted(each.title, each.values[order]) for each in counts),
    )


def _teams(part: BehindFigure, facts: Facts, items: Positions, question: Question) -> BehindFigure:
    """Teams by name; none where people of one of them are few, and few may not be told of."""
    people = np.unique(facts.credits.person[facts.credited(question.window)])
    sizes = np.bincount(
        facts.team[people][facts.team[people] != NOBODY], minlength=len(facts.teams)
    )
    if (sizes[items] < question.minimum).any():
        return replace(part, refusal="few")
    return replace(part, total=len(items), teams=tuple(facts.teams[item].name for item in items))


def _is_of_few(facts: Facts, changes: Positions, question: Question) -> bool:
    """Whether fewer people made these changes than may be shown."""
    if question.minimum <= 1 or not len(changes):
        return False
    credited = np.isin(facts.credits.change, changes)
    return len(np.unique(facts.credits.person[credited])) < question.minimum


def _people(facts: Facts, items: Positions, question: Question) -> list[PersonRef]:
    """People by name (or letters), never by how much they did."""
    found = (person_ref(facts, int(person), question) for person in items)
    named = [each for each in found if isinstance(each, PersonRef)]
    return sorted(named, key=lambda each: (len(each.name), each.name) if not each.key else (0, each.name.casefold()))  # fmt: skip


def _page(facts: Facts, page: int, counts: tuple[int, ...]) -> PageBehind:
    place = int(facts.pages.path[page])
    path = facts.paths[place] if place != NOBODY else ""
    space = facts.spaces[int(facts.pages.space[page])]
    return PageBehind(PageRef(space, path), bool(facts.pages.alive[page]), counts)


def _changes(
    wiki: Wiki, viewer: Viewer, facts: Facts, question: Question, items: Positions
) -> list[ChangeBehind]:
    """Changes with what was said of them. Where people are not named, nobody is here either."""
    commits = facts.changes.commit[items]
    said = _said(wiki, viewer, facts, np.unique(commits).astype(np.int32))
    unnamed = {who_of(Identity(key, "")) for key in question.unnamed}
    found = []
    for item, commit in zip(items.tolist(), commits.tolist(), strict=True):
        space = facts.spaces[int(facts.commits.space[commit])]
        summary, who = said.get(commit, ("", None))
        found.append(
            ChangeBehind(
                space,
                _oid(facts, commit),
                PageRef(space, facts.paths[int(facts.changes.path[item])]),
                local_day(int(facts.changes.at[item]), question.zone),
                summary,
                who.name if who and question.naming == "named" and who.who not in unnamed else "",
            )
        )
    return found


def _said(
    wiki: Wiki, viewer: Viewer, facts: Facts, commits: Positions
) -> dict[int, tuple[str, Person | None]]:
    """The summary and author of versions, by their positions."""
    by_space: dict[str, list[int]] = {}
    for commit in commits.tolist():
        by_space.setdefault(facts.spaces[int(facts.commits.space[commit])], []).append(commit)
    found: dict[int, tuple[str, Person | None]] = {}
    for name, positions in by_space.items():
        found |= _said_in(wiki, viewer, name, {_oid(facts, each): each for each in positions})
    return found


def _said_in(
    wiki: Wiki, viewer: Viewer, name: str, oids: dict[str, int]
) -> dict[int, tuple[str, Person | None]]:
    try:
        space = wiki.space(viewer, name)
    except SpaceNotFound:
        return {}
    changes = described(wiki, space, space.history.changes_of(list(oids)))
    return {oids[each.oid]: (each.summary, each.person) for each in changes}


def _oid(facts: Facts, commit: int) -> str:
    return bytes(facts.commits.oid[commit]).decode("ascii")
