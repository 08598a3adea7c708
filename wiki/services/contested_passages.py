"""Contested passages of a page with their words, for people to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from wiki.projections.authorship.rows import VersionRuns
from wiki.services.contested import (
    PASSAGE,
    Names,
    Step,
    Struggle,
    find_struggles,
    numbered,
    side_by_side,
)
from wiki.services.page_moments import Moment
from wiki.services.space import Space
from wiki.services.version_text import readable
from wiki.text.tokens import spans

CONTESTED_SHOWN = 12
WORDS_QUOTED = 40

_Text = tuple[str, list[tuple[int, int]]]
"""A text and where its words stand in it."""


@dataclass(frozen=True, slots=True)
class Contested:
    """Words that were taken out and brought back: ``pieces`` of the text (not all if ``cut``), how many
    ``words``, and the pairs of changes that did it. ``standing``: the page has them now, or had them
    at its end."""

    pieces: tuple[str, ...]
    words: int
    cut: bool
    comebacks: tuple[tuple[Moment, Moment], ...]
    standing: bool


def contested_passages(
    space: Space,
    moments: Sequence[Moment],
    shown: Sequence[int],
    runs: Sequence[VersionRuns | None],
    last: int,
) -> tuple[tuple[Contested, ...], int]:
    """What was contested most, and how much was contested at all.

    ``shown`` are the positions of the moments that left a text and ``runs`` who wrote it (None: it
    cannot be told); ``last`` is the one of them that is, or last was, the page.
    """
    names = [numbered(version) for version in runs]
    struggles = find_struggles(_steps(moments, shown, runs, names))
    texts = [moments[position] for position in shown]

    @cache
    def read(number: int) -> _Text:
        text, _ = readable(space, texts[number].oid)
        return text, spans(text)

    first = struggles[:CONTESTED_SHOWN]
    return tuple(_told(each, texts, names, last, read) for each in first), len(struggles)


def _steps(
    moments: Sequence[Moment],
    shown: Sequence[int],
    runs: Sequence[VersionRuns | None],
    names: Sequence[Names],
) -> list[Step]:
    index = {position: number for number, position in enumerate(shown)}
    steps = []
    for number, position in enumerate(shown):
        moment = moments[position]
        made_from = None if moment.made_from is None else index.get(moment.made_from)
        if made_from is not None and runs[made_from] is None:
            made_from = None
        edit = runs[number] is not None and not moment.change.merge
        steps.append(Step(names[number], made_from, edit, moment.change.person.who))
    return steps


def _told(
    struggle: Struggle,
    texts: Sequence[Moment],
    names: Sequence[Names],
    last: int,
    read: Callable[[int], _Text],
) -> Contested:
    """A struggle with its words as they stand, or as they did when they came back last."""
    fought_over = names[struggle.version][list(struggle.places)]
    places = tuple(np.flatnonzero(np.isin(names[last], fought_over)).tolist())
    standing = bool(places)
    text, words = read(last if standing else struggle.version)
    pieces, quoted = _quoted(text, words, places or struggle.places)
    return Contested(
        pieces,
        len(struggle.places),
        quoted < len(struggle.places),
        tuple((texts[out], texts[back]) for out, back in struggle.comebacks),
        standing,
    )


def _quoted(
    text: str, words: Sequence[tuple[int, int]], places: Sequence[int]
) -> tuple[tuple[str, ...], int]:
    """The words at these places and how many are quoted: the passages among them if there are any, and
    not more than can be read at a glance."""
    runs = side_by_side([place for place in places if place < len(words)])
    least = min(PASSAGE, max((len(run) for run in runs), default=0))
    pieces: list[str] = []
    quoted = 0
    for run in runs:
        run = run[: WORDS_QUOTED - quoted]
        if run and len(run) >= least:
            pieces.append(" ".join(text[words[run[0]][0] : words[run[-1]][1]].split()))
            quoted += len(run)
    return tuple(pieces), quoted
