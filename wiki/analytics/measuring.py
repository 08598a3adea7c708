"""The figures a charter's goal may name, and how one of them is measured.

Every report that has them gives its meanings and a function that measures one figure of one window,
without comparisons and tables: a goal asks for a dozen moments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from wiki.analytics import (
    collective,
    emergence,
    evolution,
    independence,
    participation,
    persistence,
)
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Meaning, Value
from wiki.analytics.question import Question

_OneFigure = Callable[[Facts, Question, str], Value]

_REPORTS: Mapping[str, tuple[Mapping[str, Meaning], _OneFigure]] = MappingProxyType(
    {
        "participation": (participation.MEANINGS, participation.measure),
        "collective": (collective.MEANINGS, collective.measure),
        "independence": (independence.MEANINGS, independence.measure),
        "persistence": (persistence.MEANINGS, persistence.measure),
        "emergence": (emergence.MEANINGS, emergence.measure),
        "evolution": (evolution.MEANINGS, evolution.measure),
    }
)

GOAL_FIGURES: Mapping[str, Meaning] = MappingProxyType(
    {
        f"{report}.{key}": meaning
        for report, (meanings, _) in _REPORTS.items()
        for key, meaning in meanings.items()
        if meaning.unit != "text"
    }
)
"""By "<report>.<key>"."""


def measure(facts: Facts, question: Question, figure: str) -> Value:
    """A figure of ``GOAL_FIGURES`` in the question's window."""
    report, _, key = figure.partition(".")
    return _REPORTS[report][1](facts, question, key)
