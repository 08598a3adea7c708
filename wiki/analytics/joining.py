"""Several spaces put together: people are joined by their key, everything else stays apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from wiki.analytics.facts import (
    NOBODY,
    SORTS,
    Changes,
    Commits,
    Copies,
    Credits,
    Facts,
    Pages,
    Positions,
    Restorations,
    Team,
    Words,
)
from wiki.analytics.later import Later
from wiki.analytics.linking import linked_together
from wiki.model import Identity

_T = TypeVar("_T")


def joined(parts: Sequence[Facts]) -> Facts:
    """The facts of several spaces as those of one; teams of one name are one team."""
    if len(parts) == 1:
        return parts[0]
    people, person_of = _people(parts)
    teams, team = _teams(parts, people, person_of)
    commits = _commits(parts, person_of)
    order, position = _by_time(parts)
    changes = _changes(parts, order)
    credits_ = _credits(parts, person_of, position)
    edits = changes.at[changes.sort == SORTS.index("people")]
    return Facts(
        commits,
        changes,
        credits_,
        _pages(parts),
        _words(parts, position),
        _restorations(parts, position),
        people,
        team,
        teams,
        tuple(path for part in parts for path in part.paths),
        tuple(space for part in parts for space in part.spaces),
        int(changes.at[0]) if len(changes.at) else None,
        int(edits[-1]) if len(edits) else None,
        " ".join(f"{part.spaces[0]}: {part.partial}" for part in parts if part.partial),
        Later(lambda: linked_together([part.links for part in parts], _parted(position, parts))),
        cut=any(part.cut for part in parts),
        copies=_copies(parts, position),
    )


def _parted(position: Positions, parts: Sequence[Facts]) -> list[Positions]:
    """Where the changes of each part went."""
    return np.split(position, np.cumsum([len(part.changes.at) for part in parts])[:-1])


def _people(parts: Sequence[Facts]) -> tuple[tuple[Identity, ...], list[Positions]]:
    """Everybody by key, and each part's people among them; the first space's name counts."""
    known: dict[tuple[str, bool], Identity] = {}
    for part in parts:
        for person in part.people:
            known.setdefault((person.key, person.is_bot), person)
    places = {key: place for place, key in enumerate(sorted(known))}
    person_of = [
        np.array([places[person.key, person.is_bot] for person in part.people], np.int32)
        for part in parts
    ]
    return tuple(known[key] for key in sorted(known)), person_of


def _teams(
    parts: Sequence[Facts], people: Sequence[Identity], person_of: Sequence[Positions]
) -> tuple[tuple[Team, ...], Positions]:
    teams: dict[str, Team] = {}
    for part in parts:
        for each in part.teams:
            teams.setdefault(each.name, each)
    places = {name: place for place, name in enumerate(teams)}
    team = np.full(len(people), NOBODY, np.int32)
    for part, persons in reversed(list(zip(parts, person_of, strict=True))):
        here = np.array([places[each.name] for each in part.teams], np.int32)
        in_team = part.team != NOBODY
        team[persons[in_team]] = here[part.team[in_team]]
    return tuple(teams.values()), team


def _commits(parts: Sequence[Facts], person_of: Sequence[Positions]) -> Commits:
    moved = {
        "space": _spaces(parts, lambda part: part.commits.space),
        "person": _joined([who[part.commits.person] for part, who in _both(parts, person_of)]),
    }
    return _put_together(Commits, [part.commits for part in parts], moved)


def _by_time(parts: Sequence[Facts]) -> tuple[Positions, Positions]:
    """The changes of all parts in the order of time, and where each one went."""
    at = np.concatenate([part.changes.at for part in parts])
    order = np.argsort(at, kind="stable").astype(np.int32)
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    return order, position


def _changes(parts: Sequence[Facts], order: Positions) -> Changes:
    moved = {
        "commit": _shifted(parts, lambda part: (part.changes.commit, len(part.commits.at))),
        "page": _shifted(parts, lambda part: (part.changes.page, len(part.pages.path))),
        "path": _shifted(parts, lambda part: (part.changes.path, len(part.paths))),
    }
    together = _put_together(Changes, [part.changes for part in parts], moved)
    return Changes(*(getattr(together, field.name)[order] for field in fields(Changes)))


def _credits(
    parts: Sequence[Facts], person_of: Sequence[Positions], position: Positions
) -> Credits:
    change = position[_shifted(parts, lambda part: (part.credits.change, len(part.changes.at)))]
    person = _joined([who[part.credits.person] for part, who in _both(parts, person_of)])
    order = np.lexsort((person, change))
    at = np.concatenate([part.credits.at for part in parts])
    return Credits(change[order], person[order], at[order])


def _pages(parts: Sequence[Facts]) -> Pages:
    moved = {
        "identity": tuple(each for part in parts for each in part.pages.identity),
        "space": _spaces(parts, lambda part: part.pages.space),
        "path": _shifted(parts, lambda part: (part.pages.path, len(part.paths))),
    }
    return _put_together(Pages, [part.pages for part in parts], moved)


def _words(parts: Sequence[Facts], position: Positions) -> Words:
    def changes(column: Callable[[Facts], Positions]) -> Positions:
        moved = _shifted(parts, lambda part: (column(part), len(part.changes.at)))
        return np.where(moved == NOBODY, moved, position[moved])

    moved = {
        "born": changes(lambda part: part.words.born),
        "died": changes(lambda part: part.words.died),
        "page": _shifted(parts, lambda part: (part.words.page, len(part.pages.path))),
    }
    return _put_together(Words, [part.words for part in parts], moved)


def _copies(parts: Sequence[Facts], position: Positions) -> Copies:
    moved = {
        "born": position[_shifted(parts, lambda part: (part.copies.born, len(part.changes.at)))],
        "page": _shifted(parts, lambda part: (part.copies.page, len(part.pages.path))),
        "home": _shifted(parts, lambda part: (part.copies.home, len(part.pages.path))),
        "group": _shifted(
            parts, lambda part: (part.copies.group, int(part.copies.group.max(initial=-1)) + 1)
        ),
    }
    return _put_together(Copies, [part.copies for part in parts], moved)


def _restorations(parts: Sequence[Facts], position: Positions) -> Restorations:
    names = ("change", "removed_by", "born")
    moved = {
        name: position[
            _shifted(
                parts,
                lambda part, name=name: (  # type: ignore[misc] # bound now
                    getattr(part.restorations, name),
                    len(part.changes.at),
                ),
            )
        ]
        for name in names
    }
    return _put_together(Restorations, [part.restorations for part in parts], moved)


def _put_together(kind: Callable[..., _T], parts: Sequence[_T], moved: dict[str, Any]) -> _T:
    """Columns one after the other; ``moved`` are those whose numbers had to change."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(
        **{
            name: moved[name]
            if name in moved
            else np.concatenate([getattr(part, name) for part in parts])
            for name in names
        }
    )


def _shifted(parts: Sequence[Facts], column: Callable[[Facts], tuple[Positions, int]]) -> Positions:
    """Positions moved behind those of the parts before; nothing stays nothing."""
    found, before = [], 0
    for part in parts:
        values, count = column(part)
        found.append(np.where(values == NOBODY, np.int32(NOBODY), values + np.int32(before)))
        before += count
    return _joined(found)


def _spaces(parts: Sequence[Facts], column: Callable[[Facts], Any]) -> Any:
    found, before = [], 0
    for part in parts:
        found.append(column(part) + np.int8(before))
        before += len(part.spaces)
    return np.concatenate(found)


def _joined(columns: Sequence[Positions]) -> Positions:
    return np.concatenate(columns).astype(np.int32)


def _both(parts: Sequence[Facts], person_of: Sequence[Positions]) -> list[tuple[Facts, Positions]]:
    return list(zip(parts, person_of, strict=True))
