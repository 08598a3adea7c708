"""How reports list pages: as cells that open them, the first of many."""

from __future__ import annotations

from wiki.analytics.facts import NOBODY, Facts
from wiki.analytics.figures import Column, PageRef
from wiki.analytics.links import Snapshot
from wiki.analytics.naming import page_ref

ROWS = 20
"""So many pages, names, clusters and tags a table shows."""

PAGE = Column("page", "Page", "text")


def file_ref(facts: Facts, state: Snapshot, place: int) -> PageRef:
    """A page of the graph as a cell."""
    page = int(state.page_of[place])
    if page != NOBODY:
        return page_ref(facts, page)
    file = int(state.every[place])
    return PageRef(facts.spaces[facts.links.space[file]], facts.links.paths[file])


def more(total: int, told: int, what: str) -> str:
    """What a table does not list, as a note; "" if that is nothing."""
    left = total - told
    if left == 1:
        return f"1 more {what.removesuffix('s')} is not listed."
    return f"{left:,} more {what} are not listed." if left > 0 else ""
