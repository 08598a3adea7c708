"""Tags that come, spread and go: which pages bore which, and who began them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.columns import distinct
from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.link_columns import FOREVER, GONE
from wiki.analytics.links import credited_people, snapshot
from wiki.model import Window

_KEPT = "tags"


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Every tag there ever was, one whatever its capitals: ``names`` in order, for each when it was
    first borne and by which version; ``version`` and ``tag`` say which version bears which."""

    names: tuple[str, ...]
    first: Ints
    begun_by: Ints
    version: Ints
    tag: Ints


def tags_of(facts: Facts) -> Tags:
    """The tags of a history, gathered once."""
    found = facts.links.kept.get(_KEPT)
    if not isinstance(found, Tags):
        found = facts.links.kept[_KEPT] = _tags(facts)
    return found


def _tags(facts: Facts) -> Tags:
    links = facts.links
    folded: dict[str, str] = {}
    for tag in sorted(links.tags):
        folded.setdefault(tag.casefold(), tag)
    numbers = {key: number for number, key in enumerate(folded)}
    number = np.array([numbers[tag.casefold()] for tag in links.tags], np.int64)
    bearing = np.flatnonzero(links.marks != GONE)
    bearing = bearing[links.is_page[links.path[bearing]]]
    marks = links.marks[bearing]
    count = links.tag_start[marks + 1] - links.tag_start[marks]
    version = np.repeat(bearing, count)
    within = np.arange(len(version)) - np.repeat(np.cumsum(count) - count, count)
    tag = number[links.tag[np.repeat(links.tag_start[marks], count) + within]]
    first = np.full(len(folded), FOREVER, np.int64)
    begun_by = np.full(len(folded), -1, np.int64)
    # Of several values for one place numpy keeps the last: the earliest comes last.
    order = np.lexsort((version, links.since[version]))[::-1]
    first[tag[order]] = links.since[version[order]]
    begun_by[tag[order]] = version[order]
    return Tags(tuple(folded.values()), first, begun_by, version, tag)


def pages_with_tags(facts: Facts, at: int) -> tuple[Ints, Ints]:
    """Pages there just before a time (positions in the snapshot's ``every``) and their tags."""
    state, tags = snapshot(facts, at), tags_of(facts)
    place = np.full(len(facts.links.path), -1, np.int64)
    place[state.version] = np.where(state.about, np.arange(len(state.every)), -1)
    page = place[tags.version]
    there = page >= 0
    size = max(len(tags.names), 1)
    keys = distinct(page[there] * size + tags.tag[there])
    return keys // size, keys % size


def counts_at(facts: Facts, at: int) -> Ints:
    """How many pages bear each tag just before a time."""
    return np.bincount(pages_with_tags(facts, at)[1], minlength=len(tags_of(facts).names))


def new_tags(facts: Facts, window: Window) -> Ints:
    """Tags first borne in the window and still borne at its end."""
    first = tags_of(facts).first
    fresh = (first >= window.since) & (first < window.until)
    return np.flatnonzero(fresh & (counts_at(facts, window.until) > 0))


def starters(facts: Facts, tag: int) -> list[int]:
    """The people whose change first bore a tag; nobody where a machine or an import did."""
    version = int(tags_of(facts).begun_by[tag])
    change = int(facts.links.change[version]) if version >= 0 else -1
    return credited_people(facts)(change) if change >= 0 else []


def pages_bearing(facts: Facts, at: int, tags: Ints) -> Positions:
    """Pages (positions in the facts) that bear one of these tags just before a time."""
    page, tag = pages_with_tags(facts, at)
    found = distinct(page[np.isin(tag, tags)])
    return snapshot(facts, at).page_of[found]
