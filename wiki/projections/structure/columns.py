"""The structure in columns: how it is kept, put together and handed out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from wiki.projections.structure.reading import Lead

Numbers: TypeAlias = NDArray[np.int32]

T = TypeVar("T")

GONE = -1
"""The marks of a file that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What every change of a file made of it.

    ``version_commit``, ``version_path`` and ``version_marks`` are one entry a version: which commit
    (a position in ``commits``) left which file (in ``paths``) with which marks (``GONE``: it is not
    there). Marks ``i`` are the ``lead_count[i]`` next entries of ``lead`` (positions in ``leads``)
    and the ``tag_count[i]`` next of ``tag`` (in ``tags``). Files that are no pages have marks
    without any.
    """

    commits: tuple[str, ...]
    paths: tuple[str, ...]
    leads: tuple[Lead, ...]
    tags: tuple[str, ...]
    lead_count: Numbers
    lead: Numbers
    tag_count: Numbers
    tag: Numbers
    version_commit: Numbers
    version_path: Numbers
    version_marks: Numbers

    def __len__(self) -> int:
        return len(self.version_commit)


TEXTS = ("commits", "paths", "leads", "tags")
NUMBERS = tuple(field.name for field in fields(Columns) if field.name not in TEXTS)


class Builder:
    """Columns as they grow; everything in them is there once."""

    def __init__(self) -> None:
        self._commits: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._leads: dict[Lead, int] = {}
        self._tags: dict[str, int] = {}
        self._marks: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        self._versions: list[tuple[int, int, int]] = []

    def marks(self, leads: Iterable[Lead], tags: Iterable[str]) -> int:
        """The number of a set of marks."""
        found = (
            tuple(self._leads.setdefault(lead, len(self._leads)) for lead in leads),
            tuple(self._tags.setdefault(tag, len(self._tags)) for tag in tags),
        )
        return self._marks.setdefault(found, len(self._marks))

    def add(self, commit: str, path: str, marks: int) -> None:
        """A commit left a file with these marks."""
        n = self._commits.setdefault(commit, len(self._commits))
        self._versions.append((n, self._paths.setdefault(path, len(self._paths)), marks))

    def columns(self) -> Columns:
        """All that was added."""
        versions = np.array(self._versions, np.int32).reshape(-1, 3)
        every = tuple(self._marks)
        return Columns(
            tuple(self._commits),
            tuple(self._paths),
            tuple(self._leads),
            tuple(self._tags),
            _numbers([len(leads) for leads, _ in every]),
            _numbers([lead for leads, _ in every for lead in leads]),
            _numbers([len(tags) for _, tags in every]),
            _numbers([tag for _, tags in every for tag in tags]),
            *(np.ascontiguousarray(versions[:, i]) for i in range(3)),
        )


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, np.int32)


# -- putting together ------------------------------------------------------------------------


def joined(parts: Sequence[Columns]) -> Columns:
    """Several columns as one, in their order; what several know is there once."""
    if len(parts) == 1:
        return parts[0]
    whole = Builder().columns()
    for part in parts:
        whole = _followed(whole, part) if len(whole) else part
    return whole


def _followed(one: Columns, other: Columns) -> Columns:
    commits, commit_at = _united(one.commits, other.commits)
    paths, path_at = _united(one.paths, other.paths)
    leads, lead_at = _united(one.leads, other.leads)
    tags, tag_at = _united(one.tags, other.tags)
    marks = other.version_marks
    return Columns(
        commits,
        paths,
        leads,
        tags,
        np.concatenate((one.lead_count, other.lead_count)),
        np.concatenate((one.lead, lead_at[other.lead])),
        np.concatenate((one.tag_count, other.tag_count)),
        np.concatenate((one.tag, tag_at[other.tag])),
        np.concatenate((one.version_commit, commit_at[other.version_commit])),
        np.concatenate((one.version_path, path_at[other.version_path])),
        np.concatenate(
            (one.version_marks, np.where(marks == GONE, GONE, marks + len(one.lead_count)))
        ).astype(np.int32),
    )


def _united(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[tuple[T, ...], Numbers]:
    """All values, those of ``one`` first, and where those of ``other`` are among them."""
    if len(other) * 20 < len(one):
        wanted = set(other)
        known = {value: place for place, value in enumerate(one) if value in wanted}
    else:
        known = {value: place for place, value in enumerate(one)}
    new = [value for value in other if value not in known]
    known.update((value, len(one) + place) for place, value in enumerate(new))
    return (*one, *new), _numbers([known[value] for value in other])


# -- bytes -----------------------------------------------------------------------------------


def packed(columns: Columns) -> tuple[bytes, ...]:
    """One value a field, to be kept."""
    texts = (json.dumps(getattr(columns, name), separators=(",", ":")).encode() for name in TEXTS)
    return (*texts, *(getattr(columns, name).astype("<i4").tobytes() for name in NUMBERS))


def unpacked(values: Sequence[bytes]) -> Columns:
    """What was ``packed``."""
    commits, paths, leads, tags = (json.loads(value) for value in values[: len(TEXTS)])
    numbers = (np.frombuffer(value, "<i4").astype(np.int32) for value in values[len(TEXTS) :])
    return Columns(tuple(commits), tuple(paths), tuple(map(tuple, leads)), tuple(tags), *numbers)


def rows(columns: Columns) -> list[tuple[object, ...]]:
    """Every version as (commit, path, leads, tags) in a canonical order; None for what is gone."""
    lead_end, tag_end = np.cumsum(columns.lead_count), np.cumsum(columns.tag_count)

    def told(number: int) -> tuple[object, object]:
        leads = columns.lead[lead_end[number] - columns.lead_count[number] : lead_end[number]]
        tags = columns.tag[tag_end[number] - columns.tag_count[number] : tag_end[number]]
        return tuple(columns.leads[i] for i in leads), tuple(columns.tags[i] for i in tags)

    versions = zip(columns.version_commit, columns.version_path, columns.version_marks, strict=True)
    found = [
        (
            columns.commits[commit],
            columns.paths[path],
            *((None, None) if marks == GONE else told(marks)),
        )
        for commit, path, marks in versions
    ]
    return sorted(found, key=repr)
