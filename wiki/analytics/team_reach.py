"""Which teams take part, and how much of the work is one team's."""

from __future__ import annotations

import numpy as np

from wiki.analytics.facts import NOBODY, Facts, Ints, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.suppression import suppress
from wiki.model import Window

_OTHERS = "In no team"
YEAR = 366 * 86400
"""The longest window of which one head-count can hold, in seconds."""


def reached(facts: Facts, window: Window, minimum: int) -> dict[str, Value]:
    """How many teams took part, and the share of edits of the one that did most."""
    if not facts.teams:
        return {}
    people, edits = _by_team(facts, window)
    teams = len(facts.teams)
    values: dict[str, Value] = {"teams_reached": int(np.count_nonzero(people[:teams]))}
    if edits.sum():
        largest = int(np.argmax(edits[:teams]))
        told = _visible(people, minimum)[largest]
        values["largest_team"] = (
            told if isinstance(told, Hidden) else float(edits[largest] / edits.sum())
        )
    return values


def teams_of_window(facts: Facts, window: Window) -> Positions:
    """The teams of which at least one person edited in a window."""
    people, _ = _by_team(facts, window)
    return np.flatnonzero(people[: len(facts.teams)]).astype(np.int32)


def teams_table(facts: Facts, window: Window, minimum: int) -> Table:
    """Contributors and edits of each team, in the order in which the space names its teams."""
    people, edits = _by_team(facts, window)
    visible = _visible(people, minimum)
    total = int(edits.sum())
    rows: list[tuple[Cell, ...]] = []
    for i, team in enumerate(facts.teams):
        told = visible[i]
        rate: Value = told
        if isinstance(told, int):
            size = team.head_count if window.until - window.since <= YEAR else None
            rate = told / size if size and told <= size else None
        rows.append((team.name, team.head_count, told, rate, _share(told, int(edits[i]), total)))
    if facts.teams:
        told = visible[len(facts.teams)]
        rows.append((_OTHERS, None, told, None, _share(told, int(edits[-1]), total)))
    return Table(
        "teams",
        "Teams reached",
        "How many people of each team edited in the window, of how many there are, and the share of "
        "edits each team made. A person’s edit counts for the person’s team; one written by several "
        "people counts for each of them. There is no share of a team where more edited than it is said to have, "
        "nor for a window longer than a year.",
        (
            Column("team", "Team", "text"),
            Column("size", "In the team", "people"),
            Column("people", "Contributors", "people"),
            Column("rate", "Share of the team", "share"),
            Column("edits", "Share of edits", "share"),
        ),
        tuple(rows),
    )


def _by_team(facts: Facts, window: Window) -> tuple[Ints, Ints]:
    """Contributors and their edits by team; people in no team come last."""
    teams = len(facts.teams)
    edits = facts.edits_by_person(window)
    team = np.where(facts.team == NOBODY, teams, facts.team)
    people = np.bincount(team[edits > 0], minlength=teams + 1)
    return people, np.bincount(team, weights=edits, minlength=teams + 1).astype(np.int64)


def _visible(people: Ints, minimum: int) -> list[Value]:
    cells = {str(i): int(count) for i, count in enumerate(people)}
    return list(suppress(cells, [list(cells)], minimum).values())


def _share(told: Value, edits: int, total: int) -> Value:
    if isinstance(told, Hidden):
        return told
    return edits / total if total else None
