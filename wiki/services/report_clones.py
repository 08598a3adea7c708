"""Reports on any clone, checkout or bare repository: no wiki is needed, and nothing in it is changed."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from wiki.analytics.figures import Figure
from wiki.analytics.logged import Teams
from wiki.analytics.people import identify
from wiki.analytics.question import Question
from wiki.analytics.teams import assigned, read_teams
from wiki.config import Settings
from wiki.git import Repository
from wiki.git.clones import Borrowed, borrow
from wiki.model import Author, Identity, Purpose
from wiki.projections.history import History
from wiki.projections.projection import Progress, no_progress
from wiki.services.charter_days import first_written, with_day
from wiki.services.fact_words import read_words
from wiki.services.facts import Material, gather_columns, unread_words, without_collecting
from wiki.services.linking import joined_with, read_links
from wiki.services.people import MAILMAP, signed_in
from wiki.services.report_scope import narrowed, population_of
from wiki.services.report_windows import choose_window
from wiki.services.reports import (
    Asked,
    Finished,
    Prepared,
    calendar_of,
    compute,
    finished_of,
    kind_of,
)
from wiki.services.space import CHARTER
from wiki.services.space_files import file_at
from wiki.services.teams import TEAMS_FILE
from wiki.text.charter import read_charter

_SHALLOW = (
    "This clone is shallow: what was changed before its first version is not in it. That version brings all "
    "pages at once and counts as an import, and nobody can tell who is new."
)


@dataclass(frozen=True, slots=True, eq=False)
class Clone:
    """A clone that was read: any number of reports on it. ``subject`` is its folder's name."""

    subject: str
    material: Material
    settings: Settings
    now: int
    purpose: Purpose

    def report(self, asked: Asked) -> Finished:
        """A report on it.

        Raises:
            ReportNotFound, WindowInvalid, ScopeNotFound: what was asked cannot be.
        """
        ready = self._prepare(asked)
        return finished_of(self.subject, ready, compute(ready), self.material, asked)

    def headline(self, asked: Asked) -> Figure:
        """Only a report's first figure. Raises as ``report``."""
        ready = self._prepare(asked)
        return ready.kind.headline(ready.facts, ready.question)

    def _prepare(self, asked: Asked) -> Prepared:
        kind = kind_of(asked.name)
        facts = narrowed(self.material.facts, asked.scope)
        calendar = calendar_of(facts, self.settings, self.now)
        chosen = choose_window(calendar, asked.preset, asked.since, asked.until)
        question = Question(
            chosen.window,
            self.now,
            calendar.zone,
            asked.minimum or 1,
            asked.population or population_of(self.material.facts.teams, self.purpose, asked.scope),
            asked.naming or "named",
            purpose=self.purpose,
        )
        return Prepared(kind, facts, question, chosen, calendar, ())


def read_clone(
    path: Path, settings: Settings, *, now: int, progress: Progress = no_progress
) -> Clone:
    """Any clone, checkout or bare repository; nothing in it is changed.

    Raises:
        NoRepository: there is none at ``path``.
    """
    with borrow(path) as clone, tempfile.TemporaryDirectory(prefix="strata-") as folder:
        material, chartered = _clone_material(clone, Path(folder), settings, now, progress)
        purpose = read_charter(_text(clone.repository, material.head, CHARTER)).purpose
    return Clone(path.absolute().name, material, settings, now, with_day(purpose, chartered))


def report_on_clone(
    path: Path,
    asked: Asked,
    settings: Settings,
    *,
    now: int,
    progress: Progress = no_progress,
) -> Finished:
    """One report on a clone.

    Raises:
        NoRepository: there is none at ``path``.
        ReportNotFound, WindowInvalid, ScopeNotFound: what was asked cannot be.
    """
    kind_of(asked.name)
    return read_clone(path, settings, now=now, progress=progress).report(asked)


def _clone_material(
    clone: Borrowed, folder: Path, settings: Settings, now: int, progress: Progress
) -> tuple[Material, int | None]:
    """A clone's whole history, read in a folder that goes away again; and when its charter was written."""
    repository = clone.repository
    head = repository.head() or ""
    history = History(folder)
    try:
        history.rebuild(repository, head, progress)
        columns = history.columns()
        signed = signed_in(history)
        chartered = first_written(history)
        authors = history.authors()
    finally:
        history.close()
    links = read_links(repository, head, folder, progress)
    columns, words = read_words(repository, head, folder, columns, progress)
    partial = repository.partial or (_SHALLOW if clone.shallow else unread_words(columns.partial))
    mailmap = _text(repository, head, MAILMAP)
    people = identify(authors, mailmap, settings.reports.bots, signed)
    teams = _teams(_text(repository, head, TEAMS_FILE), people.identities)
    edges = repository.edges
    with without_collecting():
        gathered = gather_columns(
            repository.name, columns, people.identities, settings, now, teams, words, edges
        )
    facts = joined_with(replace(gathered.facts, partial=partial, cut=bool(partial), kept={}), links)
    count = len(facts.commits.at)
    return Material((), head, facts, count, gathered.misdated, people.decisions), chartered


def _teams(text: str, people: Mapping[Author, Identity]) -> Teams:
    """Everybody's team, as the repository's file says."""
    grouped: dict[Identity, list[Author]] = defaultdict(list)
    for author, identity in people.items():
        grouped[identity].append(author)
    return assigned(read_teams(text), grouped)


def _text(repository: Repository, head: str, path: str) -> str:
    """What a file at the head says; "" without it."""
    return file_at(repository, head, path).text
