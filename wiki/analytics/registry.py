"""The reports there are: name, title, what each answers, and the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import TypeAlias

from wiki.analytics.evolution import Evolution, evolution
from wiki.analytics.participation import Participation, participation
from wiki.analytics.standing import Gathered
from wiki.model import Window

VERSION = 1
"""Rises when a definition changes, so that no cached report outlives its definition."""

Report: TypeAlias = Participation | Evolution


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked: the window and everything its function may need.

    ``minimum`` is the smallest group of people shown; ``now`` is UTC seconds.
    """

    window: Window
    now: int
    zone: tzinfo = UTC
    minimum: int = 1
    population: int | None = None


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report: ``question`` is what it answers, in the reader's words."""

    name: str
    title: str
    question: str
    compute: Callable[[Gathered, Question], Report]


def _participation(known: Gathered, asked: Question) -> Report:
    return participation(
        known.ledger,
        asked.window,
        population=asked.population,
        zone=asked.zone,
        minimum=asked.minimum,
    )


def _evolution(known: Gathered, asked: Question) -> Report:
    return evolution(known.standing, asked.window, now=asked.now, zone=asked.zone)


REPORTS: Mapping[str, ReportKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ReportKind(
                "participation",
                "Participation",
                "Do many people take part, do they come back, and on how many shoulders does it rest?",
                _participation,
            ),
            ReportKind(
                "evolution",
                "Evolution",
                "How do the pages grow, change and age, and how many people write each of them?",
                _evolution,
            ),
        )
    }
)
