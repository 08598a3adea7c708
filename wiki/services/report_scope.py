"""What a report is about: the whole space, a folder, a page, a team or a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.facts import Facts, Mask
from wiki.errors import ScopeNotFound
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


def _pages(facts: Facts, scope: Scope) -> Mask:
    paths = [facts.paths[place] for place in facts.pages.path.tolist()]
    mask = np.ones(len(paths), np.bool_)
    if scope.folder:
        folder = scope.folder.strip("/") + "/"
        mask &= np.array([path.startswith(folder) for path in paths], np.bool_)
        if not mask.any():
            raise ScopeNotFound("folder", scope.folder)
    if scope.page:
        here = np.array([path == scope.page for path in paths], np.bool_)
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
