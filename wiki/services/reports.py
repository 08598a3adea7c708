"""Reports on contributions: on a space of the wiki or all of it, or (``report_clones``) on any clone.

From everything known of a space (``services.facts``) to a report: narrowed to its scope, computed once
per version, window and scope, and kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from wiki.analytics.calendar import local_day
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Figure, Hidden, Table, figures_of
from wiki.analytics.gathering import Misdated
from wiki.analytics.people import Decision
from wiki.analytics.question import Behind, Naming, Question, ReportKind
from wiki.analytics.registry import REPORTS, VERSION
from wiki.analytics.sorting import left_out
from wiki.config import Settings
from wiki.errors import ReportNotFound, ScopeNotFound, SignInNeeded, SpaceNotFound
from wiki.model import Viewer
from wiki.services import privacy, report_cells, report_guard, report_looks, selves
from wiki.services.charter_days import purpose_of
from wiki.services.facts import (
    Material,
    material_of,
    wiki_material,
    without_collecting,
)
from wiki.services.kept import Kept
from wiki.services.report_scope import WHOLE, Scope, narrowed, population_of
from wiki.services.report_windows import Calendar, Chosen, choose_window, zone_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki

SMALLEST_GROUP = privacy.SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked: its name, the window as words, what part of the space it is about, and how
    many people could take part.

    ``naming`` and ``minimum`` (the smallest group of people shown; 1: all) are those of the space
    where they are None; whoever holds the log anyway may be given others. ``exact``: the days are
    those of a report that was told, and stay as they are.
    """

    name: str
    preset: str = ""
    since: str = ""
    until: str = ""
    population: int | None = None
    scope: Scope = WHOLE
    minimum: int | None = None
    naming: Naming | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """A report and what one must know to believe it.

    ``head`` is the version of the history it is about, ``commits`` how many were read, ``partial``
    why that is not all of it ("" if it is), ``behind`` whether newer changes are still being taken
    up. ``first`` and ``last`` are the times of the first and last edit by a person (None without any).
    ``teams`` are the space's teams, by which a report can be narrowed; ``left_out`` says what was counted
    and what was not. ``key`` is equal only for the same report (None for one that is not kept).
    """

    subject: str
    kind: ReportKind
    report: object
    chosen: Chosen
    calendar: Calendar
    head: str
    commits: int
    partial: str
    misdated: tuple[Misdated, ...]
    decisions: tuple[Decision, ...]
    minimum: int
    behind: bool = False
    scope: Scope = WHOLE
    naming: Naming = "named"
    teams: tuple[str, ...] = ()
    left_out: Table | None = None
    key: object = None

    @property
    def first(self) -> int | None:
        return self.calendar.first

    @property
    def last(self) -> int | None:
        return self.calendar.last


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands behind a figure: ``behind`` are positions in ``facts``. None: it may not be told."""

    figure: Figure
    facts: Facts
    question: Question
    behind: Behind | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question put to the facts of a scope; ``whole`` are those of the space, where few are guarded."""

    kind: ReportKind
    facts: Facts
    question: Question
    chosen: Chosen
    calendar: Calendar
    key: tuple[object, ...]
    whole: Facts | None = None
    scope: Scope = WHOLE


_scoped = Kept(24)
_reports = Kept(160)


def run(wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, *, now: int) -> Finished:
    """The report on a space, or with "" on all that the viewer may read. ``now`` in UTC seconds.

    Raises:
        ReportNotFound, WindowInvalid, ScopeNotFound: what was asked cannot be.
        TooFewPeople: a part of the space that is the work of a few.
        SpaceNotFound, SignInNeeded: the viewer may not read the space.
        IndexNotReady: its history is being built.
    """
    if not space_name:
        material, ready = _everywhere(wiki, viewer, asked, now)
        report = _reports.get(ready.key, lambda: compute(ready))
        _note(wiki, viewer, "", ready, report)
        return finished_of(wiki.settings.wiki.name, ready, report, material, asked)
    space = wiki.space(viewer, space_name)
    material, ready = _asked_of(wiki, viewer, space_name, asked, now)
    report = _reports.get(ready.key, lambda: compute(ready))
    _note(wiki, viewer, space_name, ready, report)
    finished = finished_of(space.title, ready, report, material, asked)
    return replace(finished, behind=material.head != (space.repository.head() or ""))


def headline(wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, *, now: int) -> Figure:
    """Only a report's first figure. Raises as ``run``."""
    _, ready = _asked_of(wiki, viewer, space_name, asked, now)
    return _reports.get(("headline", *ready.key), lambda: _headline(ready))


def headlines(
    wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, names: Iterable[str], *, now: int
) -> dict[str, Figure]:
    """The first figures of several reports, by name, asked at once. Raises as ``run``."""
    _, ready = _asked_of(wiki, viewer, space_name, asked, now)
    found = {}
    for name in names:
        one = replace(ready, kind=kind_of(name), key=(name, *ready.key[1:]))
        found[name] = _reports.get(("headline", *one.key), partial(_headline, one))
    return found


def behind(
    wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, key: str, *, now: int
) -> Opened:
    """The changes, people, pages or teams that a figure of a report counts, or a number in a table of
    it: ``key`` is the figure's, or "<table>.<row>.<column>".

    Nobody is listed where the space shows no single people, and nothing behind a figure that is not
    told.

    Raises:
        ReportNotFound: there is no such report, or no such figure in it; and as ``run``.
    """
    _, ready = _asked_of(wiki, viewer, space_name, asked, now)
    report = _reports.get(ready.key, lambda: compute(ready))
    cell = report_cells.cell_of(asked.name, report, key)
    figure = cell.figure if cell else _figure(report, key)
    if figure is None or not figure.meaning.behind:
        raise ReportNotFound(f"{asked.name}.{key}", tuple(REPORTS))
    is_hidden = isinstance(figure.value, Hidden)
    # A row of a table is a short list: the named history would tell whose letters are in it.
    names_people = figure.meaning.behind == "people" and (
        ready.question.naming == "aggregate" or (cell and ready.question.naming != "named")
    )
    found = None
    if not is_hidden and not names_people:
        facts, question = ready.facts, ready.question
        found = cell.behind(facts, question) if cell else ready.kind.behind(facts, question, key)
        if found and found.kind in {"people", "changes"} and question.naming == "named":
            title = figure.meaning.title
            what = f"{ready.kind.title}: {title}"
            report_looks.note(wiki, viewer, space_name, what, asked.scope)
    return Opened(figure, ready.facts, ready.question, found)


def _note(wiki: Wiki, viewer: Viewer, space_name: str, ready: Prepared, report: object) -> None:
    """Write down who looks at a report that tells of one person, or names people."""
    named = ready.question.naming == "named" and report_looks.names_people(
        ready.key, ready.facts, report
    )
    if named or ready.scope.person:
        report_looks.note(wiki, viewer, space_name, ready.kind.title, ready.scope)


def _figure(report: object, key: str) -> Figure | None:
    return next((each for each in figures_of(report) if each.key == key), None)


def kind_of(name: str) -> ReportKind:
    """The report of this name.

    Raises:
        ReportNotFound: there is none.
    """
    if name not in REPORTS:
        raise ReportNotFound(name, tuple(REPORTS))
    return REPORTS[name]


def state_of(space: Space, settings: Settings, now: int) -> str:
    """A mark that changes whenever any report on a space may: for answers kept by browsers."""
    day = local_day(now, zone_of(settings)).isoformat()
    read = f"{space.history.position()}-{space.structure.position()}"
    return f"{read}-{VERSION}-{day}"


def _asked_of(
    wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, now: int
) -> tuple[Material, Prepared]:
    """The question put to a space, or with "" to all that the viewer may read."""
    if not space_name:
        return _everywhere(wiki, viewer, asked, now)
    space = wiki.space(viewer, space_name)
    material = material_of(space, wiki.settings, now)
    return material, _prepare(wiki, viewer, space, material, asked, now)


def _everywhere(wiki: Wiki, viewer: Viewer, asked: Asked, now: int) -> tuple[Material, Prepared]:
    """The question put to all spaces together. People are shown as the strictest of them shows them;
    there are no folders or pages, and no single person."""
    if asked.scope.folder or asked.scope.page or asked.scope.person:
        raise ScopeNotFound("part", asked.scope.folder or asked.scope.page or asked.scope.person)
    kind = kind_of(asked.name)
    spaces = wiki.spaces(viewer)
    if not spaces:
        raise SignInNeeded("see reports") if not viewer.signed_in else SpaceNotFound("")
    material = wiki_material(spaces, wiki.settings, now)
    facts = _scoped.get((material.key, asked.scope), lambda: narrowed(material.facts, asked.scope))
    calendar = calendar_of(facts, wiki.settings, now)
    shown = privacy.showing_together(wiki, spaces)
    chosen = _window(calendar, asked, facts, asked.minimum or shown.minimum)
    question = Question(
        chosen.window,
        calendar.now,
        calendar.zone,
        asked.minimum or shown.minimum,
        asked.population,
        asked.naming or shown.naming,
        shown.unnamed,
        shown.secret,
        least_by_hour=asked.minimum or SMALLEST_GROUP,
    )
    report_guard.allow(material.facts, asked.scope, question)
    key = (kind.name, material.key, VERSION, asked.scope, replace(question, now=0))
    whole, scope = material.facts, asked.scope
    return material, Prepared(kind, facts, question, chosen, calendar, key, whole, scope)


def _prepare(
    wiki: Wiki, viewer: Viewer, space: Space, material: Material, asked: Asked, now: int
) -> Prepared:
    kind = kind_of(asked.name)
    facts = scoped(wiki, viewer, space, material, asked.scope)
    calendar = calendar_of(facts, wiki.settings, now)
    shown = privacy.showing(wiki, space)
    minimum = asked.minimum or (1 if asked.scope.person else shown.minimum)
    chosen = _window(calendar, asked, facts, minimum)
    own = asked.scope.person and asked.scope.person in selves.own_marks(wiki, viewer, space)
    question = _question(space, material, asked, chosen, calendar, shown, minimum, is_own=bool(own))
    report_guard.allow(material.facts, asked.scope, question)
    key = (kind.name, material.key, VERSION, asked.scope, replace(question, now=0))
    whole, scope = material.facts, asked.scope
    return Prepared(kind, facts, question, chosen, calendar, key, whole, scope)


def _window(calendar: Calendar, asked: Asked, facts: Facts, minimum: int) -> Chosen:
    """The days asked for; those that somebody chose are widened where few are not told of."""
    chosen = choose_window(calendar, asked.preset, asked.since, asked.until)
    if asked.exact or chosen.preset:
        return chosen
    return report_guard.widened(chosen, facts, calendar, minimum)


def scoped(wiki: Wiki, viewer: Viewer, space: Space, material: Material, scope: Scope) -> Facts:
    """The facts of a scope, kept with what reports gather from them.

    Raises:
        ScopeNotFound: there is no such folder, page, team or person, or none the viewer may see.
    """
    if scope.person and not privacy.may_see_person(wiki, viewer, space, scope.person):
        raise ScopeNotFound("person", scope.person)
    if scope.is_whole:
        return material.facts
    return _scoped.get((material.key, scope), lambda: narrowed(material.facts, scope))


def _question(
    space: Space,
    material: Material,
    asked: Asked,
    chosen: Chosen,
    calendar: Calendar,
    shown: privacy.Showing,
    minimum: int,
    *,
    is_own: bool,
) -> Question:
    """How people are shown is the space's to say, but for the figures of one person: these are seen only
    by those who may see all of them. When in the day somebody worked is seen by themselves alone."""
    purpose = purpose_of(space)
    return Question(
        chosen.window,
        calendar.now,
        calendar.zone,
        minimum,
        asked.population or population_of(material.facts.teams, purpose, asked.scope),
        asked.naming or shown.naming,
        shown.unnamed,
        shown.secret,
        purpose,
        least_by_hour=1 if is_own else asked.minimum or SMALLEST_GROUP,
    )


def calendar_of(facts: Facts, settings: Settings, now: int) -> Calendar:
    """What windows on these facts are reckoned from."""
    return Calendar(now, zone_of(settings), settings.reports.window_days, facts.first, facts.last)


def compute(ready: Prepared) -> object:
    """The report itself."""
    with without_collecting():
        report = ready.kind.compute(ready.facts, ready.question)
    if ready.whole is None:
        return report
    return report_guard.without_few(report, ready.whole, ready.scope, ready.question)


def _headline(ready: Prepared) -> Figure:
    figure = ready.kind.headline(ready.facts, ready.question)
    if ready.whole is None:
        return figure
    return report_guard.without_few(figure, ready.whole, ready.scope, ready.question)


def finished_of(
    subject: str, ready: Prepared, report: object, material: Material, asked: Asked
) -> Finished:
    """The report with what one must know to believe it."""
    return Finished(
        subject,
        ready.kind,
        report,
        ready.chosen,
        ready.calendar,
        material.head,
        material.commits,
        material.facts.partial,
        material.misdated,
        material.decisions,
        ready.question.minimum,
        scope=asked.scope,
        naming=ready.question.naming,
        teams=tuple(team.name for team in material.facts.teams),
        left_out=_left_out(ready),
        key=ready.key or None,
    )


def _left_out(ready: Prepared) -> Table:
    """What was not counted; kept with the report, but for clones, which are asked once."""

    def count() -> Table:
        return left_out(ready.facts, ready.chosen.window, ready.question.minimum)

    return _reports.get(("left out", *ready.key), count) if ready.key else count()
