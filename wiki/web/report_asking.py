"""What a report's address asks: which report, of what, in which window; and addresses that ask it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from wiki.analytics.figures import Cell, Figure, PageRef, PersonRef
from wiki.analytics.registry import REPORTS
from wiki.errors import ParameterInvalid, ReportNotFound
from wiki.model import Identity
from wiki.services import reports
from wiki.services.choosing_people import people_to_choose, person_named
from wiki.services.history import known_path
from wiki.services.people import who_of
from wiki.services.report_scope import Scope
from wiki.services.report_windows import PRESETS, day_after
from wiki.services.reports import Asked, Finished
from wiki.services.selves import own_marks
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki, top_of_tree
from wiki.web.viewer import current_viewer

OVERVIEW = "overview"

MOST_PEOPLE = 10_000_000
MOST_CHOICES = 300
"""So many people a form lists; beyond that a name is written."""

_WINDOW = ("window", "since", "until")
_OF_GOALS = frozenset({"on_course", "goals", "reached", "moved"})
"""Figures that count goals, which stand in a table of their own."""
_SCOPE = ("folder", "page", "team", "person")


@dataclass(frozen=True, slots=True)
class Place:
    """Where reports stand: in a space, or above all of them (None); ``query`` is what was asked."""

    space: Space | None
    query: Mapping[str, str]

    def report(self, name: str = "", **more: str) -> str:
        """The address of a report ("": the overview) for what was asked, with other parameters."""
        query = {key: value for key, value in {**self.query, **more}.items() if value}
        if self.space is not None:
            return addresses.tool_address(self.space.name, "reports", name, **query)
        return addresses.site_address(f"reports/{name}" if name else "reports", **query)

    def figure_of(self, name: str) -> Callable[[Figure, str], str]:
        """The addresses of what this report's figures count."""

        def address(figure: Figure, which: str) -> str:
            if name == "purpose" and figure.key in _OF_GOALS:
                # Without goals there is no such table.
                return f"{self.report(name)}#progress" if figure.value else ""
            if not figure.meaning.behind:
                return ""
            return self.report(f"{name}/{figure.key}", which=which)

        return address

    def cell(self, cell: Cell) -> str:
        """Where a page or a person in a table leads; "" for others, and for who is shown by letters."""
        if isinstance(cell, PageRef):
            return addresses.page_address(cell.space, cell.path)
        if isinstance(cell, PersonRef) and cell.key and self.space is not None:
            who = who_of(Identity(cell.key, cell.name))
            return addresses.tool_address(self.space.name, "person", who=who)
        return ""


@dataclass(frozen=True, slots=True)
class Bar:
    """How to ask for another window or part. ``presets`` are (label, address, chosen); ``widened`` is the
    address of the same without a scope, and ``mine`` of the same about the viewer alone ("" for who is
    nobody here). ``people`` are whose figures may be asked for, each with a name of its own; None where
    they are too many to choose from, so that a name is written."""

    query: Mapping[str, str]
    presets: tuple[tuple[str, str, bool], ...]
    is_narrowed: bool
    widened: str
    folders: tuple[str, ...]
    teams: tuple[str, ...]
    mine: str
    people: tuple[tuple[str, str], ...] | None


def asked_of(name: str, space: Space | None) -> Asked:
    """The report that the address asks for.

    Raises:
        ReportNotFound: there is none of this name.
        PageNotFound: there never was such a page.
        ParameterInvalid: a number of people that is none.
    """
    if name not in REPORTS:
        raise ReportNotFound(name, (*REPORTS, OVERVIEW))
    given = given_query(space)
    page = given.get("page", "")
    if page and space is not None:
        page = known_path(space, page)
    return Asked(
        name,
        preset=given.get("window", ""),
        since=given.get("since", ""),
        until=given.get("until", ""),
        population=_population(given.get("people", "")),
        scope=Scope(
            given.get("folder", "").strip("/"), page, given.get("team", ""), given.get("person", "")
        ),
    )


def run(space: str, asked: Asked) -> Finished:
    """The report, computed or as it was kept."""
    return reports.run(current_wiki(), current_viewer(), space, asked, now=int(time.time()))


def given_query(space: Space | None) -> dict[str, str]:
    """The parameters that lead to this window and scope again. People name the last day (``last``),
    addresses the one after it; people may write somebody's name (``by``), addresses hold a mark.

    Raises:
        WindowInvalid: a last day that is none.
        ScopeNotFound, ParameterInvalid: nobody whose figures may be seen is called so, or several are.
    """
    keys = (*_WINDOW, "people", *_SCOPE)
    given = {key: request.args.get(key, "").strip() for key in keys}
    last = request.args.get("last", "").strip()
    if "" < last < given["since"]:  # a form's two days the other way round mean the same span
        given["since"], last = last, given["since"]
    given["until"] = day_after(last) or given["until"]
    name = request.args.get("by", "").strip()
    if name and space is not None:
        given["person"] = person_named(current_wiki(), current_viewer(), space, name).who
    return {key: value for key, value in given.items() if value}


def _population(given: str) -> int | None:
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:12]) <= MOST_PEOPLE:
        raise ParameterInvalid("people", "write a number of people, such as 120.")
    return int(given)


def bar_of(place: Place, finished: Finished) -> Bar:
    """What stands above this report to ask for another."""
    query = dict(place.query)
    narrowed = any(query.get(key) for key in _SCOPE)
    wide = {key: value for key, value in query.items() if key not in _SCOPE}
    return Bar(
        query,
        tuple(_presets(finished, query)),
        narrowed,
        _here(wide),
        tuple(_folders(place.space)),
        finished.teams,
        _mine(place),
        _people(place.space),
    )


def _people(space: Space | None) -> tuple[tuple[str, str], ...] | None:
    """The mark and name of everybody to choose from; namesakes are numbered."""
    if space is None:
        return ()
    found = people_to_choose(current_wiki(), current_viewer(), space)
    if len(found) > MOST_CHOICES:
        return None
    names: dict[str, int] = {}
    told = []
    for person in found:
        names[person.name] = names.get(person.name, 0) + 1
        number = f" ({names[person.name]})" if names[person.name] > 1 else ""
        told.append((person.who, f"{person.name}{number}"))
    return tuple(told)


def _mine(place: Place) -> str:
    """Everybody may always see their own figures."""
    if place.space is None or not current_viewer().signed_in:
        return ""
    marks = sorted(own_marks(current_wiki(), current_viewer(), place.space))
    if not marks or place.query.get("person") in marks:
        return ""
    return _here({**place.query, "person": marks[0]})


def _presets(finished: Finished, query: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """The windows to choose from: name, address, chosen or not."""
    days = finished.calendar.days
    labels = (f"Last {days} days", "Last year", "All time", f"Last {days} days of activity")
    rest = {key: value for key, value in query.items() if key not in _WINDOW}
    for preset, label in zip(PRESETS, labels, strict=True):
        yield label, _here({"window": preset} | rest), finished.chosen.preset == preset


def _here(query: Mapping[str, str]) -> str:
    """The address of this page with other parameters."""
    tail = f"?{urlencode(query, errors='surrogateescape')}" if query else ""
    return f"{request.script_root}{request.path}{tail}"


def _folders(space: Space | None) -> Iterator[str]:
    if space is not None:
        for node in top_of_tree(space):
            if node.path.endswith("/"):
                yield node.path.rstrip("/")
