"""Collective in sentences."""

from __future__ import annotations

from wiki.analytics.collective import Collective
from wiki.analytics.figures import Hidden
from wiki.services.report_words import value_words


def sentences(report: Collective) -> tuple[str, ...]:
    """What the report says."""
    return tuple(filter(None, (_shared(report), _building(report), _risk(report))))


def _shared(report: Collective) -> str:
    shared = report.shared.value
    if shared is None:
        return "There are no words yet of which one could say who wrote them."
    if isinstance(shared, Hidden):
        return "How many pages are shared is not told: too few people are behind it."
    return f"{value_words(shared, 'share')} of the pages carry words of two or more people."


def _building(report: Collective) -> str:
    share = report.building.value
    if not isinstance(share, float):
        return ""
    return f"{value_words(share, 'share')} of the edits were made to a page where somebody else’s words stood."


def _risk(report: Collective) -> str:
    risk, lapsed = report.at_risk.value, report.at_risk_lapsed.value
    if not isinstance(risk, float):
        return ""
    first = f"On {value_words(risk, 'share')} of the pages nearly all words are one person’s"
    if not risk:
        return "On no page are nearly all words one person’s."
    if not isinstance(lapsed, float):
        return f"{first}."
    if lapsed in {0, risk}:
        return f"{first}, who {'has edited nothing for half a year' if lapsed else 'edited within the last half year'}."
    return f"{first}; on {value_words(lapsed, 'share')} that person has edited nothing for half a year."
