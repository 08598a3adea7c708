"""Figures of a window beside those of the window before and of a year ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Figure, Meaning, Value
from wiki.analytics.question import Question
from wiki.model import Window


def compared(
    facts: Facts,
    question: Question,
    meanings: Mapping[str, Meaning],
    measure: Callable[[Window], Mapping[str, Value]],
) -> dict[str, Figure]:
    """Every meaning's figure; ``measure`` gives the values of one window by key.

    There is no comparison with a window before the history began, and only one where both windows
    are the same days.
    """
    window, zone = question.window, question.zone
    now, before = measure(window), window.previous(zone)
    earlier = window.year_ago(zone)
    previous = measure(before) if facts.covers(before) else {}
    year_ago = measure(earlier) if earlier != before and facts.covers(earlier) else {}
    return {
        key: Figure(meaning, now.get(key), previous.get(key), year_ago.get(key))
        for key, meaning in meanings.items()
    }
