"""What one must know of a report to read it: of when and what it is, how it was made, what it keeps to itself."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.analytics.figures import figures_of
from wiki.services.report_scope import Scope
from wiki.services.report_words import span_words, value_words
from wiki.services.reports import Finished


@dataclass(frozen=True, slots=True)
class About:
    """``span`` are its days and ``scope`` its part of the wiki ("" for all of it); ``quiet``: nobody edited
    in the window although somebody did at another time; ``made`` says of what version of the history it
    was made, and when."""

    span: str
    scope: str
    quiet: bool
    privacy: str
    made: str


def about(finished: Finished) -> About:
    """What stands beside every report, on its page and where it is taken along."""
    return About(
        span_words(finished.chosen),
        scope_words(finished.scope),
        _is_quiet(finished),
        privacy_words(finished),
        _made(finished),
    )


def scope_words(scope: Scope) -> str:
    """What part of the wiki a report is about: “folder how-to, team Sales”; "" for all of it."""
    parts = [
        f"{kind} {value}" for kind in ("folder", "page", "team") if (value := getattr(scope, kind))
    ]
    return ", ".join([*parts, *(["one person"] if scope.person else [])])


def _is_quiet(finished: Finished) -> bool:
    if finished.last is not None and finished.last < finished.chosen.window.since:
        return True
    edits = next((each for each in figures_of(finished.report) if each.key == "edits"), None)
    return edits is not None and not edits.value and finished.last is not None


def privacy_words(finished: Finished) -> str:
    """What a report keeps to itself, in words for its readers."""
    if finished.minimum > 1:
        wider = (
            f" The days asked for were widened to whole months in which at least {finished.minimum} people took part."
            if finished.chosen.widened
            else ""
        )
        return (
            "Reports are about the whole: no person is named or ranked, and nothing is shown about "
            f"fewer than {finished.minimum} people, nor what would give it away.{wider}"
        )
    if finished.scope.person and finished.naming != "named":
        return "These are your own figures. Nobody else is shown them, and what you did is ranked nowhere."
    if finished.naming == "pseudonymous":
        return "Reports are about the whole: people are shown by letters that stay the same, and nobody is ranked."
    return "Reports are about the whole: nobody is ranked. This space shows people by their names."


def _made(finished: Finished) -> str:
    """Of which version of the history a report was made, and when."""
    at = value_words(finished.calendar.local_date(finished.calendar.now), "text")
    version = f" from version {finished.head[:10]} of the history" if finished.head else ""
    return f"Made on {at}{version}, {finished.commits:,} saved changes read."
