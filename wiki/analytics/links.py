"""The graph of pages and links at a moment: what is joined, left alone, linked to, and asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import distinct
from wiki.analytics.facts import NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.leading import NOWHERE, leads_of
from wiki.analytics.link_columns import Links

_REMEMBERED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The pages there just before a time, and their links.

    ``pages`` are the pages that are asked about (positions in ``Links.paths``), ``every`` all that are
    there; ``page_of`` gives each of ``every`` its page (a position in the facts' pages, ``NOBODY`` if
    it is not known) and ``version`` what stands there (a position in the links' versions). ``source``
    and ``target`` are each link between two pages once, as positions in ``every``, and ``about`` says
    which of ``every`` are asked about. ``asking`` and ``asked``: which of ``every`` asks for which name
    that leads nowhere (positions in the names of the leads), each once.
    """

    at: int
    every: Ints
    page_of: Positions
    version: Ints
    about: Mask
    source: Ints
    target: Ints
    asking: Ints
    asked: Ints

    @property
    def pages(self) -> Ints:
        return self.every[self.about]

    def outgoing(self) -> Ints:
        """How many other pages each page links to."""
        return np.bincount(self.source, minlength=len(self.every))

    def incoming(self) -> Ints:
        """How many other pages link to each page."""
        return np.bincount(self.target, minlength=len(self.every))

    def giant(self) -> Mask:
        """The pages of the largest part that links hold together; none where there are no links."""
        parts = components(len(self.every), self.source, self.target)
        sizes = np.bincount(parts, minlength=1)
        largest = int(np.argmax(sizes))
        if not len(parts) or sizes[largest] < 2:
            return np.zeros(len(parts), np.bool_)
        mask: Mask = parts == largest
        return mask


def is_read(facts: Facts) -> bool:
    """Whether the links of the history are known; they are read beside it."""
    return len(facts.links.paths) > 0 or not facts.pages.alive.any()


def snapshot(facts: Facts, at: int) -> Snapshot:
    """The graph just before a time; the same one is worked out once."""
    kept = facts.kept.setdefault("snapshots", {})
    assert isinstance(kept, dict)
    found = kept.get(at)
    if not isinstance(found, Snapshot):
        while len(kept) >= _REMEMBERED:
            kept.pop(next(iter(kept)))
        found = kept[at] = glance(facts, at)
    return found


def glance(facts: Facts, at: int) -> Snapshot:
    """The graph just before a time, to be looked at once and forgotten."""
    links = facts.links
    standing = links.standing(at)
    there = np.zeros(len(links.paths), np.bool_)
    there[links.path[standing]] = True
    leading = leads_of(links).at(there)
    standing = standing[links.is_page[links.path[standing]]]
    every = links.path[standing].astype(np.int64)
    place = np.full(len(links.paths), -1, np.int64)
    place[every] = np.arange(len(every))
    source, lead = _expanded(links, standing)
    reached = leading[lead]
    to_page = (reached >= 0) & (reached < len(links.paths))
    target = np.where(to_page, place[np.where(to_page, reached, 0)], -1)
    between = (target >= 0) & (target != source)
    pairs = _pairs(source[between], target[between], len(every))
    nowhere = reached == NOWHERE
    names = leads_of(links).name[lead[nowhere]].astype(np.int64)
    asking, asked = _pairs(source[nowhere], names, len(leads_of(links).names))
    page_of = _pages(facts, standing)
    return Snapshot(at, every, page_of, standing, _about(facts, page_of), *pairs, asking, asked)


def _expanded(links: Links, versions: Ints) -> tuple[Ints, Ints]:
    """Every link of these versions: the version's place among them, and the lead."""
    marks = links.marks[versions]
    first, end = links.lead_start[marks], links.lead_start[marks + 1]
    count = end - first
    source = np.repeat(np.arange(len(versions)), count)
    within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    return source, links.lead[np.repeat(first, count) + within].astype(np.int64)


def _pairs(one: Ints, other: Ints, others: int) -> tuple[Ints, Ints]:
    """Each pair once, in order."""
    return np.divmod(distinct(one * max(others, 1) + other), max(others, 1))


def _pages(facts: Facts, versions: Ints) -> Positions:
    """The page that each version is one of; where its change is not known, the last at its path."""
    links = facts.links
    change, last = links.change[versions], _page_of_path(facts)[links.path[versions]]
    if not len(facts.changes.page):
        return last
    return np.where(change >= 0, facts.changes.page[change], last).astype(np.int32)


def _page_of_path(facts: Facts) -> Positions:
    """The page that each file is or was last."""
    found = facts.links.kept.get("pages")
    if not isinstance(found, np.ndarray):
        links = facts.links
        found = np.full(len(links.paths), NOBODY, np.int32)
        known = links.change >= 0
        found[links.path[known]] = facts.changes.page[links.change[known]]
        facts.links.kept["pages"] = found
    return found


def _about(facts: Facts, page_of: Positions) -> Mask:
    if facts.in_scope is None and facts.focus is None:
        return np.ones(len(page_of), np.bool_)
    found: Mask = facts.page_mask()[page_of] & (page_of != NOBODY)
    return found


def components(count: int, one: Ints, other: Ints) -> Ints:
    """The connected part each of ``count`` dots is in, as the first dot of that part."""
    label = np.arange(count)
    while len(one):
        least = np.minimum(label[one], label[other])
        lower = label.copy()
        np.minimum.at(lower, label[one], least)
        np.minimum.at(lower, label[other], least)
        while not np.array_equal(lower[lower], lower):
            lower = lower[lower]
        if np.array_equal(lower, label):
            break
        label = lower
    return label


# -- who asks --------------------------------------------------------------------------------


def askers(facts: Facts, state: Snapshot, names: NDArray[np.int64]) -> dict[int, frozenset[int]]:
    """The people who put in the links to names that lead nowhere: of each page that asks for one,
    those whose change brought the link to it."""
    found: dict[int, set[int]] = {int(name): set() for name in names}
    wanted = np.isin(state.asked, names)
    owners = credited_people(facts)
    for page, name in zip(state.asking[wanted].tolist(), state.asked[wanted].tolist(), strict=True):
        version = _brought(facts.links, int(state.version[page]), name)
        change = int(facts.links.change[version])
        if change >= 0:
            found[name].update(owners(change))
    return {name: frozenset(people) for name, people in found.items()}


def _brought(links: Links, version: int, name: int) -> int:
    """The version of a file since which it has asked for a name without a break."""
    leads = leads_of(links)
    while version > 0 and links.path[version - 1] == links.path[version]:
        marks = int(links.marks[version - 1])
        if marks < 0:
            break
        before = links.lead[links.lead_start[marks] : links.lead_start[marks + 1]]
        if name not in leads.name[before]:
            break
        version -= 1
    return version


class _Credited:
    """The people credited with a change."""

    def __init__(self, facts: Facts) -> None:
        self._change, self._person = facts.credits.change, facts.credits.person

    def __call__(self, change: int) -> list[int]:
        first, end = np.searchsorted(self._change, (change, change + 1))
        found: list[int] = self._person[first:end].tolist()
        return found


def credited_people(facts: Facts) -> _Credited:
    """Whom a change (a position in the facts' changes) is credited to."""
    return _Credited(facts)
