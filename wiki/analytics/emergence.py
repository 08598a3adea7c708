"""Emergence: does structure arise that nobody designed?

Definitions: METRICS § 6. The headline is the share of pages that links hold together: no plan makes
it grow, only people who see, while they write, what belongs together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics import cluster_tables
from wiki.analytics import emergence_tables as tables
from wiki.analytics.clusters import Cluster, clusters_at, new_clusters, teams_of
from wiki.analytics.comparing import compared
from wiki.analytics.emergence_meanings import MEANINGS
from wiki.analytics.facts import NOBODY, Facts, Ints, Positions
from wiki.analytics.figures import Figure, Graph, Hidden, Table, Value
from wiki.analytics.links import Snapshot, is_read, snapshot
from wiki.analytics.question import Behind, Group, Question, ReportKind
from wiki.analytics.succession import median_days, nth_author
from wiki.analytics.suppression import shown
from wiki.analytics.tagging import new_tags, pages_bearing
from wiki.analytics.trend_tables import trend_table
from wiki.analytics.trends import Trend, churning, rising, settling
from wiki.model import Window

__all__ = ["KIND", "MEANINGS", "Emergence", "behind", "compute", "headline", "measure"]


@dataclass(frozen=True, slots=True)
class Emergence:
    """The report; ``minimum`` is the smallest group of people shown."""

    window: Window
    minimum: int
    connected: Figure
    pages: Figure
    links: Figure
    orphans: Figure
    dead_ends: Figure
    wanted: Figure
    clusters: Figure
    spanning: Figure
    new_clusters: Figure
    rising: Figure
    settling: Figure
    churning: Figure
    second_author: Figure
    third_author: Figure
    new_tags: Figure
    moved_words: Figure
    growth: Table
    weave: Table
    most_linked: Table
    wanted_pages: Table
    cluster_graph: Graph
    cluster_list: Table
    rising_pages: Table
    settling_pages: Table
    churning_pages: Table
    tags: Table


def compute(facts: Facts, question: Question) -> Emergence:
    """The report in the question's window."""

    def of(window: Window) -> Mapping[str, Value]:
        asked = replace(question, window=window)
        return {key: measure(facts, asked, key) for key in MEANINGS if key != "moved_words"}

    figures = compared(facts, question, MEANINGS, of)
    growth, weave = tables.course(facts, question)
    moved = Figure(MEANINGS["moved_words"], measure(facts, question, "moved_words"))
    return Emergence(
        question.window,
        question.minimum,
        **{**figures, "moved_words": moved},
        growth=growth,
        weave=weave,
        most_linked=tables.most_linked(facts, question),
        wanted_pages=tables.wanted_pages(facts, question),
        cluster_graph=cluster_tables.cluster_graph(facts, question),
        cluster_list=cluster_tables.cluster_list(facts, question),
        rising_pages=trend_table(facts, question, "rising_pages"),
        settling_pages=trend_table(facts, question, "settling_pages"),
        churning_pages=trend_table(facts, question, "churning_pages"),
        tags=tables.tags(facts, question),
    )


def headline(facts: Facts, question: Question) -> Figure:
    """The share of pages that links hold together."""

    def of(window: Window) -> Mapping[str, Value]:
        return {"connected": measure(facts, replace(question, window=window), "connected")}

    return compared(facts, question, {"connected": MEANINGS["connected"]}, of)["connected"]


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure in the question's window; None while the links it needs are not read."""
    if key in _OF_LINKS and not is_read(facts):
        return None
    return _MEASURES[key](facts, question)


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """The pages that a figure counts."""
    return Behind("pages", _BEHIND[key](facts, question))


# -- the graph -------------------------------------------------------------------------------


def _end(facts: Facts, question: Question) -> Snapshot:
    return snapshot(facts, question.window.until)


def _connected(facts: Facts, question: Question) -> Value:
    state = _end(facts, question)
    about = np.count_nonzero(state.about)
    return float(np.count_nonzero(state.giant() & state.about) / about) if about else None


def _links(facts: Facts, question: Question) -> Value:
    state = _end(facts, question)
    return int(np.count_nonzero(state.about[state.source]))


def _orphans(facts: Facts, question: Question) -> Ints:
    state = _end(facts, question)
    return np.flatnonzero(state.about & (state.incoming() == 0))


def _dead_ends(facts: Facts, question: Question) -> Ints:
    state = _end(facts, question)
    return np.flatnonzero(state.about & (state.outgoing() == 0))


def _wanted(facts: Facts, question: Question) -> Value:
    state = _end(facts, question)
    return len(np.unique(state.asked[state.about[state.asking]]))


def _pages_of(state: Snapshot, places: Ints) -> Positions:
    found = state.page_of[places]
    known: Positions = found[found != NOBODY]
    return known


def _linking(facts: Facts, question: Question) -> Positions:
    state = _end(facts, question)
    outgoing = np.where(state.about, state.outgoing(), 0)
    order = np.lexsort((np.arange(len(outgoing)), -outgoing))
    return _pages_of(state, order[outgoing[order] > 0])


def _asking(facts: Facts, question: Question) -> Positions:
    state = _end(facts, question)
    asks = np.bincount(state.asking[state.about[state.asking]], minlength=len(state.every))
    order = np.lexsort((np.arange(len(asks)), -asks))
    return _pages_of(state, order[asks[order] > 0])


# -- clusters --------------------------------------------------------------------------------


def _spanning(facts: Facts, question: Question) -> tuple[Cluster, ...]:
    found = clusters_at(facts, question.window.until).clusters
    return tuple(each for each in found if len(teams_of(facts, each, question.minimum)) > 1)


def _new(facts: Facts, question: Question) -> tuple[Cluster, ...]:
    window = question.window
    return new_clusters(clusters_at(facts, window.until), clusters_at(facts, window.since))


def _new_count(facts: Facts, question: Question) -> Value:
    began = facts.first
    known = began is not None and began < question.window.since
    return len(_new(facts, question)) if known else None


def _inside(
    clusters: Callable[[Facts, Question], tuple[Cluster, ...]],
) -> Callable[[Facts, Question], Positions]:
    """The pages of clusters, cluster by cluster; those of few people are not told."""

    def found(facts: Facts, question: Question) -> Positions:
        state = _end(facts, question)
        told = [
            each.pages
            for each in clusters(facts, question)
            if shown(len(each.people), question.minimum)
        ]
        return _pages_of(state, np.concatenate(told)) if told else np.zeros(0, np.int32)

    return found


# -- pages -----------------------------------------------------------------------------------


def _trend(
    trend: Callable[[Facts, int, int], Trend],
) -> Callable[[Facts, Question], Trend]:
    return lambda facts, asked: trend(facts, asked.window.until, asked.minimum)


def _found_author(number: int) -> Callable[[Facts, Question], Positions]:
    def found(facts: Facts, question: Question) -> Positions:
        # A median that is not told is not listed either.
        if not isinstance(median_days(facts, number, question.window, question.minimum), float):
            return np.zeros(0, np.int32)
        return nth_author(facts, number, question.window)[0]

    return found


def _moved(facts: Facts) -> tuple[Positions, Ints]:
    """Groups of words that stand on another page than the one they were written on."""
    words, asked = facts.words, facts.page_mask()
    away = (words.died == NOBODY) & (words.page != facts.changes.page[words.born])
    rows = np.flatnonzero(away & asked[words.page])
    return words.page[rows], words.count[rows].astype(np.int64)


def _moved_to(facts: Facts, _: Question) -> Positions:
    page, count = _moved(facts)
    total = np.bincount(page, count, len(facts.pages.identity))
    order = np.lexsort((np.arange(len(total)), -total))
    return order[total[order] > 0].astype(np.int32)


def _told(found: Callable[[Facts, Question], Sized], facts: Facts, question: Question) -> Value:
    """How many are found of enough people; hidden where none is, but some of fewer people are: nothing
    would be as false as too much."""
    count = len(found(facts, question))
    if count or question.minimum <= 1:
        return count
    return Hidden.WITHHELD if len(found(facts, replace(question, minimum=1))) else 0


_RISING, _SETTLING, _CHURNING = _trend(rising), _trend(settling), _trend(churning)

_MEASURES: Mapping[str, Callable[[Facts, Question], Value]] = {
    "connected": _connected,
    "pages": lambda facts, asked: int(np.count_nonzero(_end(facts, asked).about)),
    "links": _links,
    "orphans": lambda facts, asked: len(_orphans(facts, asked)),
    "dead_ends": lambda facts, asked: len(_dead_ends(facts, asked)),
    "wanted": _wanted,
    "clusters": lambda facts, asked: len(clusters_at(facts, asked.window.until).clusters),
    "spanning": lambda facts, asked: _told(_spanning, facts, asked) if facts.teams else None,
    "new_clusters": _new_count,
    "rising": lambda facts, asked: _told(_RISING, facts, asked),
    "settling": lambda facts, asked: _told(_SETTLING, facts, asked),
    "churning": lambda facts, asked: _told(_CHURNING, facts, asked),
    "second_author": lambda facts, asked: median_days(facts, 2, asked.window, asked.minimum),
    "third_author": lambda facts, asked: median_days(facts, 3, asked.window, asked.minimum),
    "new_tags": lambda facts, asked: len(new_tags(facts, asked.window)),
    "moved_words": lambda facts, _: int(_moved(facts)[1].sum()),
}

_OF_LINKS = frozenset(
    {"connected", "pages", "links", "orphans", "dead_ends", "wanted"}
    | {"clusters", "spanning", "new_clusters", "new_tags"}
)

_BEHIND: Mapping[str, Callable[[Facts, Question], Positions]] = {
    "connected": lambda facts, asked: _pages_of(
        _end(facts, asked), np.flatnonzero(_end(facts, asked).giant() & _end(facts, asked).about)
    ),
    "pages": lambda facts, asked: _pages_of(
        _end(facts, asked), np.flatnonzero(_end(facts, asked).about)
    ),
    "links": _linking,
    "orphans": lambda facts, asked: _pages_of(_end(facts, asked), _orphans(facts, asked)),
    "dead_ends": lambda facts, asked: _pages_of(_end(facts, asked), _dead_ends(facts, asked)),
    "wanted": _asking,
    "clusters": _inside(lambda facts, asked: clusters_at(facts, asked.window.until).clusters),
    "spanning": _inside(_spanning),
    "new_clusters": _inside(_new),
    "rising": lambda facts, asked: _RISING(facts, asked).pages,
    "settling": lambda facts, asked: _SETTLING(facts, asked).pages,
    "churning": lambda facts, asked: _CHURNING(facts, asked).pages,
    "second_author": _found_author(2),
    "third_author": _found_author(3),
    "new_tags": lambda facts, asked: pages_bearing(
        facts, asked.window.until, new_tags(facts, asked.window)
    ),
    "moved_words": _moved_to,
}

KIND = ReportKind(
    "emergence",
    "Emergence",
    "Does structure arise that nobody designed?",
    compute,
    headline,
    behind,
    (
        Group(
            "Links",
            ("connected", "pages", "links", "orphans", "dead_ends", "wanted"),
            ("growth", "weave", "most_linked", "wanted_pages"),
        ),
        Group(
            "Clusters",
            ("clusters", "spanning", "new_clusters"),
            ("clusters_drawn", "cluster_list"),
        ),
        Group(
            "Pages that move",
            ("rising", "settling", "churning", "second_author", "third_author", "moved_words"),
            ("rising_pages", "settling_pages", "churning_pages"),
        ),
        Group("Tags", ("new_tags",), ("tags",)),
    ),
)
