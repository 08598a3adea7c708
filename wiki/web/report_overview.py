"""All principles at a glance: a card each, with one figure, its change and a sentence; and what would help."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from wiki.analytics.next_steps import Step
from wiki.analytics.registry import REPORTS
from wiki.services.overview import (
    Headline,
    Overview,
    SpaceLine,
    overview,
    wiki_headlines,
    wiki_overview,
)
from wiki.services.report_words import value_words
from wiki.services.reports import Finished
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.report_asking import Place, asked_of
from wiki.web.report_export import one_file
from wiki.web.report_views import FigureView, Linker, figure_view, unlinked
from wiki.web.viewer import current_viewer


@dataclass(frozen=True, slots=True)
class Card:
    """One report on the overview; ``href`` opens it ("" where nothing is linked)."""

    headline: Headline
    view: FigureView
    href: str


@dataclass(frozen=True, slots=True)
class StepView:
    """What would help, and where it leads ("" where nothing is linked)."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class SpaceView:
    """A space on the wiki's overview."""

    line: SpaceLine
    contributors: str
    href: str


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Of a space (``told`` says how it stands) or of all that the viewer may read (``spaces``)."""

    finished: Finished
    cards: tuple[Card, ...]
    headlines: tuple[Headline, ...]
    told: Overview | None = None
    steps: tuple[StepView, ...] = ()
    spaces: tuple[SpaceView, ...] = ()


def overview_view(place: Place) -> OverviewView:
    """The overview that the address asks for."""
    wiki, viewer, now = current_wiki(), current_viewer(), int(time.time())
    asked = asked_of("participation", place.space)
    if place.space is not None:
        told = overview(wiki, viewer, place.space.name, asked, now=now)
        return of_space(told, place)
    finished, found = wiki_headlines(wiki, viewer, asked, now=now)
    lines = wiki_overview(wiki, viewer, asked, now=now)
    spaces = tuple(_space(place, line) for line in lines)
    return OverviewView(finished, _cards(finished, found, place), found, spaces=spaces)


def of_space(told: Overview, place: Place | None) -> OverviewView:
    """A space's overview; without a place nothing is linked."""
    steps = tuple(
        StepView(step.words, _leads(step.step, place) if place else "") for step in told.steps
    )
    cards = _cards(told.finished, told.headlines, place)
    return OverviewView(told.finished, cards, told.headlines, told, steps)


def overview_file(view: OverviewView) -> str:
    """The overview as a page of HTML that needs nothing else."""
    bare = replace(
        view,
        cards=_cards(view.finished, view.headlines, None),
        steps=tuple(replace(step, href="") for step in view.steps),
        spaces=tuple(replace(space, href="") for space in view.spaces),
    )
    return one_file(view.finished, "Reports", "reports/_overview.html", overview=bare)


def _cards(
    finished: Finished, found: tuple[Headline, ...], place: Place | None
) -> tuple[Card, ...]:
    cards = []
    for one in found:
        link: Linker = place.figure_of(one.report) if place else unlinked
        href = place.report(one.report) if place else ""
        cards.append(Card(one, figure_view(finished, one.figure, link), href))
    return tuple(cards)


def _leads(step: Step, place: Place) -> str:
    """Where a step is taken: a page, a report's figure, or the charter."""
    if step.page is not None:
        return place.cell(step.page)
    report, _, figure = step.figure.partition(".")
    if report in REPORTS:
        return f"{place.report(report)}#figure-{figure}"
    assert place.space is not None
    return addresses.tool_address(place.space.name, "charter")


def _space(place: Place, line: SpaceLine) -> SpaceView:
    people = value_words(line.contributors.value, "people") if line.contributors else "–"
    query = {key: value for key, value in place.query.items() if key != "team"}
    return SpaceView(line, people, addresses.tool_address(line.space, "reports", **query))
