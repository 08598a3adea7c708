"""Which looks at reports are written down: those at one person's figures, and at reports that name people."""

from __future__ import annotations

from wiki.analytics.facts import Facts
from wiki.analytics.figures import PersonRef, graphs_of, tables_of
from wiki.model import Viewer
from wiki.services import selves
from wiki.services.kept import Kept
from wiki.services.report_scope import Scope
from wiki.services.wiki import Wiki

_known = Kept(160)


def note(wiki: Wiki, viewer: Viewer, space_name: str, what: str, scope: Scope) -> None:
    """Write a look down, unless it is at one's own figures."""
    person = scope.person
    if person and person in selves.own_marks(wiki, viewer, wiki.open(space_name)):
        return
    wiki.looks.note(viewer, space_name, what, person)


def names_people(key: object, facts: Facts, report: object) -> bool:
    """Whether a report on these facts, in which people may be named, shows any of them, in a table or a
    drawing. ``key`` is equal only for the same report."""
    return _known.get(key, lambda: _names(facts, report))


def _names(facts: Facts, report: object) -> bool:
    cells = (cell for table in tables_of(report) for row in table.rows for cell in row)
    if any(isinstance(cell, PersonRef) and cell.key for cell in cells):
        return True
    labels = {node.label for graph in graphs_of(report) for node in graph.nodes}
    return any(person.name in labels for person in facts.people if person.name)
