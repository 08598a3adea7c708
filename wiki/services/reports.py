"""Reports on contributions: on a space of the wiki, or on any clone without one.

From a space's history projection to a report: rows are resolved to people, gathered once per version
of the history, and kept in memory; a report is computed once per window and kept too.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from wiki.analytics.assembly import Misdated, assemble, authors_of
from wiki.analytics.calendar import local_day
from wiki.analytics.ledger import keep
from wiki.analytics.people import Decision, identify
from wiki.analytics.registry import REPORTS, VERSION, Question, Report, ReportKind
from wiki.analytics.standing import Gathered
from wiki.config import Settings
from wiki.errors import IndexNotReady, ReportNotFound
from wiki.git.clones import borrow
from wiki.model import Viewer
from wiki.projections.history import History
from wiki.projections.history.rows import RawHistory
from wiki.projections.projection import Progress, no_progress
from wiki.services.kept import Kept
from wiki.services.people import MAILMAP, mailmap_of
from wiki.services.report_windows import Calendar, Chosen, choose_window
from wiki.services.space import Space
from wiki.services.wiki import Wiki

SMALLEST_GROUP = 5
"""In the browser no figure about fewer people than this is shown (METRICS § 9)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked: its name, the window as words, and how many people could take part.

    ``minimum`` is the smallest group of people shown; 1 shows all.
    """

    name: str
    preset: str = ""
    since: str = ""
    until: str = ""
    population: int | None = None
    minimum: int = SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class Finished:
    """A report and what one must know to believe it.

    ``head`` is the version of the history it is about, ``commits`` how many were read, ``partial``
    why that is not all of it ("" if it is), ``behind`` whether newer changes are still being taken
    up. ``first`` and ``last`` are the times of the first and last edit by a person (None without any).
    """

    subject: str
    kind: ReportKind
    report: Report
    chosen: Chosen
    calendar: Calendar
    head: str
    commits: int
    partial: str
    misdated: tuple[Misdated, ...]
    decisions: tuple[Decision, ...]
    minimum: int
    behind: bool = False

    @property
    def first(self) -> int | None:
        return self.calendar.first

    @property
    def last(self) -> int | None:
        return self.calendar.last


@dataclass(frozen=True, slots=True)
class Material:
    """A whole history made ready for reports."""

    head: str
    known: Gathered
    commits: int
    partial: str
    misdated: tuple[Misdated, ...]
    decisions: tuple[Decision, ...]


_materials = Kept(2)
_reports = Kept(96)


def run(wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, *, now: int) -> Finished:
    """The report on a space. ``now`` in UTC seconds.

    Raises:
        ReportNotFound, WindowInvalid: what was asked cannot be.
        SpaceNotFound, SignInNeeded: the viewer may not read the space.
        IndexNotReady: its history is being built.
    """
    kind = kind_of(asked.name)
    space = wiki.space(viewer, space_name)
    settings = wiki.settings
    material = material_of(space, settings, now)
    calendar = _calendar(material, settings, now)
    chosen = choose_window(calendar, asked.preset, asked.since, asked.until)
    about = (kind.name, chosen.window, asked.population, asked.minimum)
    key = (
        str(space.index_folder),
        material.head,
        VERSION,
        settings.reports,
        _today(settings, now),
        about,
    )
    report = _reports.get(key, lambda: _compute(kind, material, asked, chosen, calendar))
    finished = _finished(space.title, kind, report, chosen, calendar, material, asked)
    return replace(finished, behind=material.head != (space.repository.head() or ""))


def report_on_clone(
    path: Path,
    asked: Asked,
    settings: Settings,
    *,
    now: int,
    progress: Progress = no_progress,
) -> Finished:
    """The report on any clone, checkout or bare repository; nothing in it is changed.

    Raises:
        NoRepository: there is none at ``path``.
        ReportNotFound, WindowInvalid: what was asked cannot be.
    """
    kind = kind_of(asked.name)
    with borrow(path) as clone, tempfile.TemporaryDirectory(prefix="strata-") as folder:
        repository = clone.repository
        head = repository.head() or ""
        history = History(Path(folder))
        try:
            history.rebuild(repository, head, progress)
            raw = history.raw()
            raw = replace(raw, partial=repository.partial or raw.partial)
        finally:
            history.close()
        if clone.shallow and not repository.partial:
            note = "This clone is shallow: what was changed before its first version is not in it."
            raw = replace(raw, partial=f"{note} {raw.partial}".strip())
        entry = repository.entry(head, MAILMAP) if head else None
        mailmap = repository.read_blob(entry.oid).decode("utf-8", "replace") if entry else ""
    with _without_collecting():
        material = _gather(raw, head, mailmap, settings, now)
    calendar = _calendar(material, settings, now)
    chosen = choose_window(calendar, asked.preset, asked.since, asked.until)
    report = _compute(kind, material, asked, chosen, calendar)
    return _finished(path.absolute().name, kind, report, chosen, calendar, material, asked)


def kind_of(name: str) -> ReportKind:
    """The report of this name.

    Raises:
        ReportNotFound: there is none.
    """
    if name not in REPORTS:
        raise ReportNotFound(name, tuple(REPORTS))
    return REPORTS[name]


def material_of(space: Space, settings: Settings, now: int) -> Material:
    """A space's whole history made ready, once per version of it (and once a day: clocks).

    Raises:
        IndexNotReady: the history is being built.
    """
    position = space.history.position()
    if position is None:
        raise IndexNotReady(space.name)
    key = (str(space.index_folder), position, settings.reports, _today(settings, now))

    def gather() -> Material:
        with _without_collecting():
            raw = space.history.raw()
            raw = replace(raw, partial=space.repository.partial or raw.partial)
            return _gather(raw, position, mailmap_of(space).text, settings, now)

    return _materials.get(key, gather)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hundreds of thousands of values that live on need not be searched for garbage as they come."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def state_of(space: Space, settings: Settings, now: int) -> str:
    """A mark that changes whenever any report on a space may: for answers kept by browsers."""
    return f"{space.history.position()}-{VERSION}-{_today(settings, now)}"


def _today(settings: Settings, now: int) -> str:
    return local_day(now, zone_of(settings)).isoformat()


def _gather(raw: RawHistory, head: str, mailmap: str, settings: Settings, now: int) -> Material:
    people = identify(authors_of(raw.commits), mailmap, settings.reports.bots)
    assembly = assemble(
        raw.commits,
        raw.changes,
        people.identities,
        now=now,
        bulk_pages=settings.reports.bulk_pages,
    )
    known = Gathered(keep(assembly.changes), raw.living)
    return Material(head, known, len(raw.commits), raw.partial, assembly.misdated, people.decisions)


def _calendar(material: Material, settings: Settings, now: int) -> Calendar:
    ledger = material.known.ledger
    return Calendar(now, zone_of(settings), settings.reports.window_days, ledger.first, ledger.last)


def zone_of(settings: Settings) -> tzinfo:
    """The time zone in which a report's days begin."""
    name = settings.reports.timezone
    return UTC if name == "UTC" else ZoneInfo(name)


def _compute(
    kind: ReportKind, material: Material, asked: Asked, chosen: Chosen, calendar: Calendar
) -> Report:
    question = Question(chosen.window, calendar.now, calendar.zone, asked.minimum, asked.population)
    with _without_collecting():
        return kind.compute(material.known, question)


def _finished(
    subject: str,
    kind: ReportKind,
    report: Report,
    chosen: Chosen,
    calendar: Calendar,
    material: Material,
    asked: Asked,
) -> Finished:
    return Finished(
        subject,
        kind,
        report,
        chosen,
        calendar,
        material.head,
        material.commits,
        material.partial,
        material.misdated,
        material.decisions,
        asked.minimum,
    )
