"""The overview: each principle's one headline figure, and whether a space takes part or was left to itself.

Only headlines are computed, not whole reports, so that the page is there at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from wiki.analytics.figures import Figure
from wiki.analytics.next_steps import Step
from wiki.analytics.purpose import PurposeReport, Sign
from wiki.analytics.registry import REPORTS
from wiki.errors import IndexNotReady
from wiki.model import Viewer
from wiki.services import reports
from wiki.services.report_sentences.headlines import headline_words
from wiki.services.report_sentences.purpose import goal_words, standing_words, step_words
from wiki.services.reports import Asked, Finished
from wiki.services.wiki import Wiki

PRINCIPLES = (
    "participation",
    "collective",
    "independence",
    "persistence",
    "emergence",
    "purpose",
)

_WITHOUT_PURPOSE = tuple(each for each in PRINCIPLES if each in REPORTS and each != "purpose")
"""The reports on the overview, in this order."""

State = Literal["taking part", "no charter", "asleep", "provided and prayed"]
"""How a space stands; "no charter": people take part, and nothing says what for."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One principle: the report's name, title and question, its first figure, and that in words."""

    report: str
    title: str
    question: str
    figure: Figure
    sentence: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What would help, in words; ``step`` says where it leads."""

    words: str
    step: Step


@dataclass(frozen=True, slots=True)
class Overview:
    """A space on one page. ``finished`` is the report on purpose, with the window and what must be
    known to believe the figures; ``signs`` are what the space lacks. Of a part
    of a space there is no ``state`` and no ``sentence``."""

    space: str
    title: str
    purpose: str
    state: State | None
    sentence: str
    signs: tuple[Sign, ...]
    headlines: tuple[Headline, ...]
    goals: tuple[str, ...]
    steps: tuple[NextStep, ...]
    finished: Finished


@dataclass(frozen=True, slots=True)
class SpaceLine:
    """A space in one line of the wiki's overview; without ``contributors`` it is still being read."""

    space: str
    title: str
    state: State | None
    contributors: Figure | None
    on_course: Figure | None
    sentence: str


def overview(wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, *, now: int) -> Overview:
    """The overview of a space; of ``asked`` the name does not count.

    Raises:
        As ``reports.run``.
    """
    asked = replace(asked, name="purpose")
    finished = reports.run(wiki, viewer, space_name, asked, now=now)
    found = reports.headlines(wiki, viewer, space_name, asked, _WITHOUT_PURPOSE, now=now)
    description = wiki.space(viewer, space_name).description
    return put_together(space_name, description, finished, found.__getitem__)


def wiki_headlines(
    wiki: Wiki, viewer: Viewer, asked: Asked, *, now: int
) -> tuple[Finished, tuple[Headline, ...]]:
    """The overview of all that the viewer may read: each principle's headline, without that on purpose, which
    every space has of its own. Raises as ``reports.run``."""
    asked = replace(asked, name="participation")
    finished = reports.run(wiki, viewer, "", asked, now=now)
    found = reports.headlines(wiki, viewer, "", asked, _WITHOUT_PURPOSE, now=now)
    return finished, tuple(map(headline_of, found, found.values()))


def put_together(
    space_name: str, description: str, finished: Finished, measure: Callable[[str], Figure]
) -> Overview:
    """The overview from the report on purpose; ``measure`` gives the headline of the report it is named."""
    purpose = finished.report
    assert isinstance(purpose, PurposeReport)
    headlines = tuple(
        headline_of(name, purpose.on_course if name == "purpose" else measure(name))
        for name in PRINCIPLES
        if name in REPORTS
    )
    return Overview(
        space_name,
        finished.subject,
        description,
        _state(purpose),
        standing_words(purpose) if purpose.is_whole else "",
        purpose.signs,
        headlines,
        tuple(goal_words(one) for one in purpose.goals_measured),
        tuple(NextStep(step_words(step), step) for step in purpose.steps),
        finished,
    )


def wiki_overview(wiki: Wiki, viewer: Viewer, asked: Asked, *, now: int) -> tuple[SpaceLine, ...]:
    """Every space the viewer may read, in one line each."""
    return tuple(_line(wiki, viewer, space.name, asked, now) for space in wiki.spaces(viewer))


def _line(wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked, now: int) -> SpaceLine:
    title = wiki.open(space_name).title
    try:
        finished = reports.run(wiki, viewer, space_name, replace(asked, name="purpose"), now=now)
        participation = replace(asked, name="participation")
        people = reports.headline(wiki, viewer, space_name, participation, now=now)
    except IndexNotReady as reason:
        return SpaceLine(space_name, title, None, None, None, str(reason))
    purpose = finished.report
    assert isinstance(purpose, PurposeReport)
    words = standing_words(purpose)
    return SpaceLine(space_name, title, _state(purpose), people, purpose.on_course, words)


def _state(purpose: PurposeReport) -> State | None:
    if not purpose.is_whole:
        return None
    if "asleep" in purpose.signs:
        return "asleep"
    if set(purpose.signs) == {"no charter"}:
        return "no charter"
    return "provided and prayed" if purpose.signs else "taking part"


def headline_of(name: str, figure: Figure) -> Headline:
    """A report's headline with its sentence."""
    kind = REPORTS[name]
    return Headline(name, kind.title, kind.question, figure, headline_words(name, figure))
