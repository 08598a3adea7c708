"""What a report is about: the whole space, a folder, a page, a team or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.facts import NOBODY, Facts, Mask, Positions, Team
from wiki.errors import ScopeNotFound
from wiki.model import Purpose
from wiki.services.people import who_of


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder ("guides/ops"), a page by its path now or last, a team by its name, a person by the
    mark in addresses (``Person.who``); "": all. A folder holds the pages that lie in it, or lay last."""

    folder: str = ""
    page: str = ""
    team: str = ""
    person: str = ""

    @property
    def is_whole(self) -> bool:
        return self == WHOLE


WHOLE = Scope()


def narrowed(facts: Facts, scope: Scope) -> Facts:
    """The facts in a scope; ``last`` is the last edit in it.

    Raises:
        ScopeNotFound: no such folder, page, team or person was ever there.
    """
    if scope.is_whole:
        return facts
    in_scope = focus = None
    if scope.folder or scope.page:
        in_scope = _pages(facts, scope)[facts.changes.page]
    if scope.team or scope.person:
        focus = _people(facts, scope)
    found = facts.narrowed(in_scope, focus)
    edits = found.edits()
    last = int(found.changes.at[edits[-1]]) if len(edits) else None
    return replace(found, last=last, kept={})


def population_of(teams: Sequence[Team], purpose: Purpose, scope: Scope) -> int | None:
    """How many people could have taken part: of a team, what it says; else what the charter says, or all
    teams together if each of them says. None where nobody says."""
    if scope.team:
        named = (team for team in teams if team.name.casefold() == scope.team.casefold())
        return next((team.head_count for team in named), None)
    if purpose.head_count:
        return purpose.head_count
    counts = [team.head_count for team in teams]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What lies right under a folder: ``names`` of folders (ending with "/") and pages, each with its
    number, and the number of each page of the facts (``NOBODY``: it lies elsewhere)."""

    names: dict[str, int]
    of_page: Positions


def neighbours(facts: Facts, above: str) -> Neighbours:
    """Where pages are now, or lay last, seen from a folder ("…/"; "": the top). Kept with the facts."""
    kept = facts.kept.get(f"under {above}")
    if isinstance(kept, Neighbours):
        return kept
    names: dict[str, int] = {}
    of_page = np.full(len(facts.pages.path), NOBODY, np.int32)
    start = len(above)
    for page in np.flatnonzero(under(facts, above)).tolist():
        name, slash, _ = facts.paths[facts.pages.path[page]][start:].partition("/")
        of_page[page] = names.setdefault(name + slash, len(names))
    found = facts.kept[f"under {above}"] = Neighbours(names, of_page)
    return found


def under(facts: Facts, path: str) -> Mask:
    """The pages under a folder ("…/"), or at a path."""
    if not path:
        return np.ones(len(facts.pages.path), np.bool_)
    above, slash, name = path.rstrip("/").rpartition("/")
    beside = neighbours(facts, above + slash)
    number = beside.names.get(name + path[len(path.rstrip("/")) :])
    if number is None:
        return np.zeros(len(facts.pages.path), np.bool_)
    found: Mask = beside.of_page == number
    return found


def _pages(facts: Facts, scope: Scope) -> Mask:
    mask = np.ones(len(facts.pages.path), np.bool_)
    if scope.folder:
        mask &= under(facts, scope.folder.strip("/") + "/")
        if not mask.any():
            raise ScopeNotFound("folder", scope.folder)
    if scope.page:
        here = under(facts, scope.page.rstrip("/"))
        if (here & facts.pages.alive).any():
            here &= facts.pages.alive
        mask &= here
        if not mask.any():
            raise ScopeNotFound("page", scope.page)
    return mask


def _people(facts: Facts, scope: Scope) -> Mask:
    mask = np.ones(len(facts.people), np.bool_)
    if scope.team:
        names = [team.name.casefold() for team in facts.teams]
        if scope.team.casefold() not in names:
            raise ScopeNotFound("team", scope.team)
        mask &= facts.team == names.index(scope.team.casefold())
    if scope.person:
        here = np.array([who_of(person) == scope.person for person in facts.people], np.bool_)
        if not here.any():
            raise ScopeNotFound("person", scope.person)
        mask &= here
    return mask
