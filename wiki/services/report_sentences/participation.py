"""Participation in sentences."""

from __future__ import annotations

from wiki.analytics.figures import Hidden
from wiki.analytics.participation import Participation
from wiki.services.report_sentences.wording import against_before, people_words, plural
from wiki.services.report_words import value_words


def sentences(report: Participation) -> tuple[str, ...]:
    """What the report says."""
    people, edits = report.contributors, report.edits
    if not people.value:
        return ("Nobody edited in this time.",)
    if isinstance(people.value, Hidden):
        return (
            f"Fewer than {report.minimum} people edited in this time, so little is told of it.",
        )
    first = f"{people_words(people.value)} made {value_words(edits.value, 'edits')} edit{plural(edits.value)}{against_before(people)}."
    return tuple(filter(None, (first, _movement(report), _shoulders(report), _rate(report))))


def _movement(report: Participation) -> str:
    new, lapsed = report.new.value, report.lapsed.value
    if report.contributors.previous is None and new == report.contributors.value:
        # From the beginning on everybody is new, and saying so tells nothing.
        return ""
    parts = [f"{people_words(new)} edited here for the first time"] if isinstance(new, int) else []
    if isinstance(lapsed, int) and report.contributors.previous:
        who = (
            f"{people_words(lapsed)} of the window before"
            if lapsed
            else "everybody of the window before"
        )
        parts.append(f"{who} {'did not come' if lapsed else 'came'} back")
    return "; ".join(parts) + "." if parts else ""


def _shoulders(report: Participation) -> str:
    few, all_ = report.absence_factor.value, report.contributors.value
    if few is Hidden.FEW:
        return f"Fewer than {report.minimum} people made half of the edits."
    if not isinstance(few, int) or not isinstance(all_, int) or all_ < report.minimum:
        return ""
    subject = "One person" if few == 1 else f"The {few} most active people"
    return (
        f"{subject} made half of the edits; the other half came from {people_words(all_ - few).lower()}."
        if all_ > few
        else ""
    )


def _rate(report: Participation) -> str:
    rate = report.rate.value
    if not report.population:
        return ""
    if isinstance(people := report.contributors.value, int) and people > report.population:
        return f"More people edited than the {report.population:,} who, as was given, could have taken part: that number is too small."
    if not isinstance(rate, float):
        return ""
    return f"That is {value_words(rate, 'share')} of the {report.population:,} who could have taken part."
