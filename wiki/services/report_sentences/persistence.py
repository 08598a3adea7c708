"""Persistence in sentences."""

from __future__ import annotations

from wiki.analytics.figures import Hidden
from wiki.analytics.persistence import Persistence
from wiki.services.report_words import value_words


def sentences(report: Persistence) -> tuple[str, ...]:
    """What the report says."""
    return tuple(filter(None, (_kept(report), _half_life(report), _stale(report))))


def _kept(report: Persistence) -> str:
    kept = report.kept_30.value
    if isinstance(kept, float):
        return f"Of the words written in this time, {value_words(kept, 'share')} were still there after 30 days."
    if isinstance(kept, Hidden):
        return "Too few people wrote in this time to tell how much of it endures."
    if report.added.value:
        return "What was written in this time is too young to tell whether it endures."
    return "Nobody wrote any words in this time."


def _half_life(report: Persistence) -> str:
    days, alive = report.half_life.value, report.alive.value
    if isinstance(days, int):
        return f"Half of all words are rewritten within {value_words(days, 'days')}."
    if days is None and isinstance(alive, int) and alive:
        return "More than half of all words outlast the time for which they could be watched."
    return ""


def _stale(report: Persistence) -> str:
    stale = report.stale.value
    if not isinstance(stale, float):
        return ""
    share = value_words(stale, "share") if stale else "None"
    return f"{share} of the pages {'have' if stale else 'has'} gone without an edit for more than {report.review_days} days."
