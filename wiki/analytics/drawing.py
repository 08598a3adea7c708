"""The co-authoring network as a graph to draw, and its links between teams as a table."""

from __future__ import annotations

import numpy as np

from wiki.analytics.columns import distinct, how_many
from wiki.analytics.facts import NOBODY, Facts, Ints
from wiki.analytics.figures import Column, Graph, Node, PersonRef, Table
from wiki.analytics.guarded import SMALLEST
from wiki.analytics.naming import person_ref
from wiki.analytics.network import Network, between_teams
from wiki.analytics.overwrites import different_people, team_cells
from wiki.analytics.question import Question
from wiki.analytics.suppression import suppress

DRAWN = 120
"""More dots than this cannot be told apart in a picture."""

_DEFINITION = (
    "People who edited the same pages in the window are joined; a page adds 1 ÷ (its people − 1) to each pair, "
    "so that a page of many joins each two of them less. Colours are communities found in these links (Louvain)."
)


def graph(facts: Facts, found: Network, question: Question) -> Graph:
    """People as dots where they are named; else communities of enough people, without names.

    Letters would be nobody's secret here: the history tells who edited what, and so whose links
    have which weight.
    """
    if question.naming != "named":
        return _communities(found, max(question.minimum, SMALLEST))
    strength = np.bincount(found.one, found.weight, len(found.people))
    strength += np.bincount(found.other, found.weight, len(found.people))
    shown = [person_ref(facts, int(person), question) for person in found.people]
    names = [each.name if isinstance(each, PersonRef) else "" for each in shown]
    linked = np.flatnonzero((strength > 0) & np.array([bool(name) for name in names], np.bool_))
    drawn = np.sort(linked[np.lexsort((linked, -strength[linked]))][:DRAWN])
    place = np.full(len(found.people), NOBODY, np.int64)
    place[drawn] = np.arange(len(drawn))
    nodes = tuple(Node(names[i], float(strength[i]), int(found.community[i])) for i in drawn)
    one, other = place[found.one], place[found.other]
    kept = (one != NOBODY) & (other != NOBODY)
    rows = zip(one[kept].tolist(), other[kept].tolist(), found.weight[kept].tolist(), strict=True)
    left = len(found.people) - len(drawn)
    note = (
        f"{left:,} more people, of fewer links or none or not to be named, are not drawn."
        if left
        else ""
    )
    return Graph("network", "Who writes with whom", _DEFINITION, nodes, tuple(rows), note)


def _communities(found: Network, minimum: int) -> Graph:
    """Communities as dots: each of enough people, joined where enough people on each side are."""
    size = int(found.community.max()) + 1 if len(found.people) else 0
    counts = np.bincount(found.community, minlength=size)
    named = {str(i): int(count) for i, count in enumerate(counts)}
    visible = suppress(named, [tuple(named)], minimum)
    drawn = [i for i in range(size) if isinstance(visible[str(i)], int)]
    place = np.full(size, NOBODY, np.int64)
    place[drawn] = np.arange(len(drawn))
    nodes = tuple(Node(f"{counts[i]} people", float(counts[i]), i) for i in drawn)
    left = int(counts.sum()) - int(counts[drawn].sum())
    note = "Each dot is a community of people; names are not shown."
    if left:
        note += f" {left:,} people in smaller ones are not drawn."
    edges = _between_communities(found, place, minimum)
    return Graph("network", "Who writes with whom", _DEFINITION, nodes, edges, note)


def _between_communities(
    found: Network, place: Ints, minimum: int
) -> tuple[tuple[int, int, float], ...]:
    one, other = place[found.community[found.one]], place[found.community[found.other]]
    edges: list[tuple[int, int, float]] = []
    across = (one != other) & (one != NOBODY) & (other != NOBODY)
    low, high = np.minimum(one, other), np.maximum(one, other)
    size = int(place.max()) + 1 if len(place) else 1
    for cell in distinct((low * size + high)[across]).tolist():
        a, b = divmod(cell, size)
        here = across & (low == a) & (high == b)
        ends = np.concatenate((found.one[here], found.other[here]))
        groups = place[found.community[ends]]
        sides = [how_many(ends[groups == side]) for side in (a, b)]
        if min(sides) >= minimum:
            edges.append((a, b, float(found.weight[here].sum())))
    return tuple(edges)


def bridges_table(facts: Facts, found: Network, minimum: int) -> Table:
    """Linked pairs of people by their two teams."""
    names = [team.name for team in facts.teams]
    known, _ = between_teams(facts, found)
    size = len(names)
    team = facts.team[found.people].astype(np.int64)
    one = np.concatenate((found.one[known], found.other[known]))
    other = np.concatenate((found.other[known], found.one[known]))
    cell = team[one] * size + team[other]
    pairs = np.bincount(cell, minlength=size * size).reshape(size, size)
    pairs[np.diag_indices(size)] //= 2
    people = different_people(cell, one, size * size).reshape(size, size)
    cells = team_cells(pairs, np.minimum(people, people.T), minimum, mirrored=True)
    columns = [Column("team", "Team", "text")]
    columns += [Column(f"with_{i}", f"with {name}", "number") for i, name in enumerate(names)]
    return Table(
        "bridges_table",
        "Which teams write together",
        "Pairs of people who edited the same page in the window, by the team of one (a row) and of the other "
        "(a column); people without a team are left out.",
        tuple(columns),
        tuple((name, *cells[i]) for i, name in enumerate(names)),
        "" if names else "No teams are named here.",
        "heat",
    )
