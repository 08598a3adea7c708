"""The report on emergence: its tables of links, wanted pages and tags."""

from __future__ import annotations

import numpy as np

from wiki.analytics.calendar import Bucket, Step, buckets, step_for
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.leading import leads_of
from wiki.analytics.links import askers, glance, is_read, snapshot
from wiki.analytics.listing import PAGE, ROWS, file_ref, more
from wiki.analytics.naming import person_ref
from wiki.analytics.question import Question
from wiki.analytics.suppression import head_count
from wiki.analytics.tagging import counts_at, starters, tags_of

_MOMENTS = 40
"""More points in time than this are put into longer steps."""


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
    for bucket in cut if is_read(facts) else ():
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
        (file_ref(facts, state, int(place)), int(incoming[place]))
        for place in order
        if incoming[place]
    )
    return Table(
        "most_linked",
        "Most linked pages",
        "Pages by how many other pages link to them at the window’s end.",
        (PAGE, Column("links", "Pages that link to it", "pages")),
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
        "Names that pages link to and that are not there at the window’s end, by how many pages ask for each; and how many people put those links in. Links that came with moves, imports, bulk changes or machines are nobody’s.",
        (
            Column("name", "Name", "text"),
            Column("pages", "Pages that ask for it", "pages"),
            Column("people", "People", "people"),
        ),
        rows,
        more(int(np.count_nonzero(counts)), len(rows), "names"),
        chart="bars",
    )


# -- tags ------------------------------------------------------------------------------------


def tags(facts: Facts, question: Question) -> Table:
    """Tags that came, spread, shrank or went, and the commonest that did not change."""
    window, known = question.window, tags_of(facts)
    before, after = counts_at(facts, window.since), counts_at(facts, window.until)
    some = np.flatnonzero((before > 0) | (after > 0))
    order = some[np.lexsort((some, -after[some], -np.abs(after[some] - before[some])))]
    # Where letters stand for people, the history of the tag would tell whose they are.
    named = question.naming == "named"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            known.names[tag],
            int(after[tag]),
            int(after[tag] - before[tag]),
            _state(int(before[tag]), int(after[tag]), int(known.first[tag]) >= window.since),
            *([_starter(facts, question, tag)] if named else []),
        )
        for tag in order[:ROWS].tolist()
    )
    columns = (
        Column("tag", "Tag", "text"),
        Column("pages", "Pages", "pages"),
        Column("change", "More or fewer", "number"),
        Column("state", "In this time", "text"),
        *([Column("starter", "Started by", "text")] if named else []),
    )
    definition = "Tags by how the number of pages that have them changed in the window."
    if named:
        definition += (
            " A tag that an import, a bulk change or a machine used first was started by nobody."
        )
    return Table(
        "tags",
        "Tags",
        definition,
        columns,
        rows,
        more(len(some), len(rows), "tags"),
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
