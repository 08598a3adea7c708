"""Independence in sentences."""

from __future__ import annotations

from wiki.analytics.clocks import span_words
from wiki.analytics.independence import Independence
from wiki.services.report_sentences.wording import count_or_none
from wiki.services.report_words import value_words


def sentences(report: Independence) -> tuple[str, ...]:
    """What the report says."""
    if not report.ways.rows:
        return ("Nobody edited in this time.",)
    return tuple(filter(None, (_hours(report), _meetings(report), _doors(report))))


def _hours(report: Independence) -> str:
    outside = report.outside.value
    if report.usual is None or not isinstance(outside, int | float):
        return ""
    if not outside:
        return f"All edits were made from {span_words(report.usual)}, by the authors’ own clocks."
    return f"{value_words(outside, 'share')} of the edits were made outside the nine commonest hours, {span_words(report.usual)} by the authors’ own clocks."


def _meetings(report: Independence) -> str:
    pairs, share = report.pairs_day.value, report.met_day.value
    if not isinstance(pairs, int) or not isinstance(share, float):
        return ""
    if not pairs:
        return "No two people edited the same page within a day."
    soon = report.pairs_soon.value
    closer = (
        f", {count_or_none(soon)} of the meetings within half an hour"
        if isinstance(soon, int)
        else ""
    )
    return f"{value_words(share, 'share')} of the edits met another person’s on the same page within a day{closer}."


def _doors(report: Independence) -> str:
    ways, share = report.doors.value, report.other_doors.value
    if not isinstance(ways, int) or not isinstance(share, int | float) or ways < 2:
        return ""
    others = "another way" if ways == 2 else f"{ways - 1} other ways"
    return f"{value_words(1 - share, 'share')} came in through the browser, the others in {others}."
