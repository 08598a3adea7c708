"""Clusters of pages in a table, and drawn."""

from __future__ import annotations

import numpy as np

from wiki.analytics.clusters import (
    Cluster,
    Clusters,
    clusters_at,
    new_clusters,
    teams_of,
)
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Graph, Node, Table
from wiki.analytics.links import Snapshot
from wiki.analytics.listing import ROWS, file_ref, more
from wiki.analytics.question import Question
from wiki.analytics.suppression import shown
from wiki.model import page_name
from wiki.model.names import FOLDER_PAGES

DRAWN = 60
DRAWN_CLUSTERS = 6
"""More dots, in more groups, cannot be told apart in a picture."""


def _told(found: Clusters, minimum: int) -> list[Cluster]:
    return [each for each in found.clusters if shown(len(each.people), minimum)]


def cluster_list(facts: Facts, question: Question) -> Table:
    """The largest clusters, each named by its most linked page."""
    window = question.window
    found = clusters_at(facts, window.until)
    new: set[int] = set()
    if facts.covers(window):
        new = {id(each) for each in new_clusters(found, clusters_at(facts, window.since))}
    told = _told(found, question.minimum)
    columns = [
        Column("page", "Around", "text"),
        Column("pages", "Pages", "pages"),
        Column("people", "People", "people"),
        *([Column("teams", "Teams", "teams")] if facts.teams else []),
        Column("tag", "Tag", "text"),
        *([Column("new", "New in this time", "text")] if new else []),
    ]

    def cells(each: Cluster) -> tuple[Cell, ...]:
        across = (len(teams_of(facts, each, question.minimum)),) if facts.teams else ()
        fresh = ("new" if id(each) in new else "",) if new else ()
        around = file_ref(facts, found.state, int(each.pages[0]))
        return (around, len(each), len(each.people), *across, each.tag, *fresh)

    rows = tuple(cells(each) for each in told[:ROWS])
    few = len(found.clusters) - len(told)
    notes = (
        more(len(told), len(rows), "clusters"),
        f"{few:,} edited by fewer than {question.minimum} people are left out." if few else "",
    )
    return Table(
        "cluster_list",
        "Clusters",
        "Groups of pages joined by links and by people who edited several of them in the year before the window’s end, each named by the page of it that most others link to; who edited it in that year, and the tag most of its pages have.",
        tuple(columns),
        rows,
        " ".join(filter(None, notes)),
    )


def cluster_graph(facts: Facts, question: Question) -> Graph:
    """The middle of the largest clusters, to draw."""
    found = clusters_at(facts, question.window.until)
    told = _told(found, question.minimum)[:DRAWN_CLUSTERS]
    each = DRAWN // max(len(told), 1)
    group = np.full(len(found.state.every), -1, np.int64)
    for number, cluster in enumerate(told):
        group[cluster.pages[:each]] = number
    drawn = np.flatnonzero(group >= 0)
    between = (group[found.one] >= 0) & (group[found.other] >= 0)
    one = np.searchsorted(drawn, found.one[between])
    other = np.searchsorted(drawn, found.other[between])
    weight = found.weight[between]
    strength = np.bincount(one, weight, len(drawn)) + np.bincount(other, weight, len(drawn))
    return Graph(
        "clusters_drawn",
        "The largest clusters",
        f"Pages of the {DRAWN_CLUSTERS} largest clusters, at most {DRAWN} in all: the most linked of each. A line joins pages that link to each other or that the same people edited in the year before the window’s end.",
        tuple(
            Node(_label(facts, found.state, int(place)), float(strength[n]), int(group[place]))
            for n, place in enumerate(drawn)
        ),
        tuple(
            (int(a), int(b), round(float(w), 6)) for a, b, w in zip(one, other, weight, strict=True)
        ),
        more(len(found.state.pages), len(drawn), "pages"),
    )


def _label(facts: Facts, state: Snapshot, place: int) -> str:
    """A page's name; that of the folder it stands for, if it does."""
    folder, _, name = page_name(facts.links.paths[state.every[place]]).rpartition("/")
    if folder and name.casefold() in FOLDER_PAGES:
        name = folder.rpartition("/")[2]
    return name.replace("-", " ").replace("_", " ")
