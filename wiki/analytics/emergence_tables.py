"""The tables and the picture of the report on emergence."""

from __future__ import annotations

import numpy as np

from wiki.analytics.calendar import Bucket, Step, buckets, step_for
from wiki.analytics.clusters import (
    Cluster,
    Clusters,
    clusters_at,
    new_clusters,
    teams_of,
)
from wiki.analytics.facts import NOBODY, Facts
from wiki.analytics.figures import Cell, Column, Graph, Node, PageRef, Table
from wiki.analytics.leading import leads_of
from wiki.analytics.links import Snapshot, askers, glance, snapshot
from wiki.analytics.naming import person_ref
from wiki.analytics.question import Question
from wiki.analytics.suppression import head_count, shown
from wiki.analytics.tagging import counts_at, starters, tags_of
from wiki.analytics.trends import Trend, churning, rising, settling
from wiki.model import page_name

ROWS = 20
"""So many pages, names, clusters and tags a table shows."""

DRAWN = 60
DRAWN_CLUSTERS = 6
"""More dots, in more groups, cannot be told apart in a picture."""

_MOMENTS = 40
"""More points in time than this are put into longer steps."""

_PAGE = Column("page", "Page", "text")


def page_ref(facts: Facts, page: int) -> PageRef:
    """A page (a position in the facts) as a cell."""
    return PageRef(facts.spaces[facts.pages.space[page]], facts.paths[facts.pages.path[page]])


def _file_ref(facts: Facts, state: Snapshot, place: int) -> PageRef:
    """A page of the graph as a cell."""
    page = int(state.page_of[place])
    if page != NOBODY:
        return page_ref(facts, page)
    file = int(state.every[place])
    return PageRef(facts.spaces[facts.links.space[file]], facts.links.paths[file])


# -- the graph -------------------------------------------------------------------------------


def _moments(question: Question) -> tuple[Step, tuple[Bucket, ...]]:
    step = step_for(question.window)
    found = buckets(question.window, step, question.zone)
    if len(found) > _MOMENTS:
        step = "quarter"
        found = buckets(question.window, step, question.zone)
    return step, found


def course(facts: Facts, question: Question) -> tuple[Table, Table]:
    """Pages and links through the window, and how closely they are woven together."""
    step, cut = _moments(question)
    counts: list[tuple[Cell, ...]] = []
    shares: list[tuple[Cell, ...]] = []
    for bucket in cut:
        state = glance(facts, bucket.until)
        pages = int(np.count_nonzero(state.about))
        counts.append((bucket.start, pages, int(np.count_nonzero(state.about[state.source]))))
        masks = (state.giant(), state.incoming() == 0, state.outgoing() == 0)
        parts = [int(np.count_nonzero(mask & state.about)) for mask in masks]
        shares.append((bucket.start, *(part / pages if pages else None for part in parts)))
    title = {"week": "Week of", "month": "Month", "quarter": "Quarter"}[step]
    start = Column("start", title, "text")
    return _growth(start, counts), _weave(start, shares)


def _growth(start: Column, rows: list[tuple[Cell, ...]]) -> Table:
    return Table(
        "growth",
        "Pages and links",
        "Pages, and links from one page to another, at the end of each part of the window.",
        (start, Column("pages", "Pages", "pages"), Column("links", "Links", "number")),
        tuple(rows),
        chart="lines",
    )


def _weave(start: Column, rows: list[tuple[Cell, ...]]) -> Table:
    return Table(
        "weave",
        "How closely pages are linked",
        "Shares of the pages there at the end of each part of the window: held together by links, linked to by no other page (orphans), and linking to no other page (dead ends).",
        (
            start,
            Column("connected", "Held together", "share"),
            Column("orphans", "Orphans", "share"),
            Column("dead_ends", "Dead ends", "share"),
        ),
        tuple(rows),
        chart="lines",
    )


def most_linked(facts: Facts, question: Question) -> Table:
    """The pages that most others link to."""
    state = snapshot(facts, question.window.until)
    incoming = np.where(state.about, state.incoming(), 0)
    order = np.lexsort((np.arange(len(incoming)), -incoming))[:ROWS]
    rows = tuple(
        (_file_ref(facts, state, int(place)), int(incoming[place]))
        for place in order
        if incoming[place]
    )
    return Table(
        "most_linked",
        "Most linked pages",
        "Pages by how many other pages link to them at the window’s end.",
        (_PAGE, Column("links", "Pages that link to it", "pages")),
        rows,
        chart="bars",
    )


def wanted_pages(facts: Facts, question: Question) -> Table:
    """What is linked to and not there, by how many ask for it."""
    state = snapshot(facts, question.window.until)
    names = leads_of(facts.links).names
    asked = state.asked[state.about[state.asking]]
    counts = np.bincount(asked, minlength=len(names))
    some = np.flatnonzero(counts).tolist()
    order = np.array(sorted(some, key=lambda n: (-counts[n], names[n]))[:ROWS], np.int64)
    people = askers(facts, state, order)
    rows = tuple(
        (
            names[name][1],
            int(counts[name]),
            head_count(len(people[name]), question.minimum),
        )
        for name in order.tolist()
    )
    return Table(
        "wanted_pages",
        "Wanted pages",
        "Names that pages link to and that are not there at the window’s end, by how many pages ask for each; and how many people put those links in. Links that came with imports, bulk changes or machines are nobody’s.",
        (
            Column("name", "Name", "text"),
            Column("pages", "Pages that ask for it", "pages"),
            Column("people", "People", "people"),
        ),
        rows,
        _more(int(np.count_nonzero(counts)), len(rows), "names"),
        chart="bars",
    )


def _more(total: int, told: int, what: str) -> str:
    return f"{total - told:,} more {what} are not listed." if total > told else ""


# -- clusters --------------------------------------------------------------------------------


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
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _file_ref(facts, found.state, int(each.pages[0])),
            len(each),
            len(each.people),
            len(teams_of(facts, each, question.minimum)) if facts.teams else None,
            each.tag,
            "new" if id(each) in new else "",
        )
        for each in told[:ROWS]
    )
    few = len(found.clusters) - len(told)
    notes = (
        _more(len(told), len(rows), "clusters"),
        f"{few:,} edited by fewer than {question.minimum} people are left out." if few else "",
    )
    return Table(
        "cluster_list",
        "Clusters",
        "Groups of pages joined by links and by people who edited several of them in the year before the window’s end, each named by the page of it that most others link to; who edited it in that year, and the tag most of its pages have.",
        (
            Column("page", "Around", "text"),
            Column("pages", "Pages", "pages"),
            Column("people", "People", "people"),
            Column("teams", "Teams", "teams"),
            Column("tag", "Tag", "text"),
            Column("new", "New in this time", "text"),
        ),
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
        _more(len(found.state.pages), len(drawn), "pages"),
    )


def _label(facts: Facts, state: Snapshot, place: int) -> str:
    name = page_name(facts.links.paths[state.every[place]])
    return name.rpartition("/")[2].replace("-", " ").replace("_", " ")


# -- pages that move -------------------------------------------------------------------------


def rising_pages(facts: Facts, question: Question) -> Table:
    """The pages that more and more people edit."""
    found = rising(facts, question.window.until, question.minimum)
    minimum = question.minimum
    rows = tuple(
        (
            page_ref(facts, int(page)),
            head_count(int(found.before[n]), minimum),
            head_count(int(found.after[n]), minimum),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        _PAGE,
        Column("before", "People in the first four weeks", "people"),
        Column("after", "People in the last four", "people"),
    )
    definition = "Pages that more different people edited from week to week in the eight weeks up to the window’s end, the steepest first."
    return _trend_table("rising_pages", "Rising pages", definition, columns, rows, found, minimum)


def settling_pages(facts: Facts, question: Question) -> Table:
    """The pages whose edits became small."""
    found = settling(facts, question.window.until, question.minimum)
    rows = tuple(
        (
            page_ref(facts, int(page)),
            float(found.before[n]),
            float(found.after[n]),
            int(found.edits[n]),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        _PAGE,
        Column("before", "Words an edit, first four weeks", "words"),
        Column("after", "Words an edit, last four", "words"),
        Column("edits", "Edits", "edits"),
    )
    definition = "Pages whose edits added and removed less than half as many words in the last four of the eight weeks up to the window’s end as in the first four, on average."
    return _trend_table(
        "settling_pages", "Settling pages", definition, columns, rows, found, question.minimum
    )


def churning_pages(facts: Facts, question: Question) -> Table:
    """The pages written over."""
    found = churning(facts, question.window.until, question.minimum)
    rows = tuple(
        (
            page_ref(facts, int(page)),
            int(found.after[n]),
            int(found.before[n]),
            int(found.edits[n]),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        _PAGE,
        Column("replaced", "Words replaced", "words"),
        Column("standing", "Words on the page", "words"),
        Column("edits", "Edits", "edits"),
    )
    definition = "Pages on which edits of the eight weeks up to the window’s end replaced at least half as many words as stand there."
    return _trend_table(
        "churning_pages", "Churning pages", definition, columns, rows, found, question.minimum
    )


def _trend_table(
    key: str,
    title: str,
    definition: str,
    columns: tuple[Column, ...],
    rows: tuple[tuple[Cell, ...], ...],
    found: Trend,
    minimum: int,
) -> Table:
    few = f"Pages edited by fewer than {minimum} people are left out." if minimum > 1 else ""
    notes = (_more(len(found), len(rows), "pages"), few)
    return Table(key, title, definition, columns, rows, " ".join(filter(None, notes)))


# -- tags ------------------------------------------------------------------------------------


def tags(facts: Facts, question: Question) -> Table:
    """Tags that came, spread, shrank or went, and the commonest that did not change."""
    window, known = question.window, tags_of(facts)
    before, after = counts_at(facts, window.since), counts_at(facts, window.until)
    some = np.flatnonzero((before > 0) | (after > 0))
    order = some[np.lexsort((some, -after[some], -np.abs(after[some] - before[some])))]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            known.names[tag],
            int(after[tag]),
            int(after[tag] - before[tag]),
            _state(int(before[tag]), int(after[tag]), int(known.first[tag]) >= window.since),
            _starter(facts, question, tag),
        )
        for tag in order[:ROWS].tolist()
    )
    return Table(
        "tags",
        "Tags",
        "Tags by how the number of pages that have them changed in the window, and who first used each. A tag first used by an import, a bulk change or a machine was started by nobody.",
        (
            Column("tag", "Tag", "text"),
            Column("pages", "Pages", "pages"),
            Column("change", "More or fewer", "number"),
            Column("state", "In this time", "text"),
            Column("starter", "Started by", "text"),
        ),
        rows,
        _more(len(some), len(rows), "tags"),
    )


def _state(before: int, after: int, new: bool) -> str:
    if not after:
        return "gone"
    if after == before:
        return "unchanged"
    if after < before:
        return "shrinking"
    return "new" if new else "growing"


def _starter(facts: Facts, question: Question, tag: int) -> Cell:
    people = starters(facts, tag)
    return person_ref(facts, people[0], question) if people else None
