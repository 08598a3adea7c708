"""What would help a space most now, chosen from its figures; each step leads somewhere.

Every candidate carries a weight between 0 and 100, mostly a share of what is amiss: of people who did
not come back, of pages nobody looked after. The three heaviest are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wiki.analytics.contributors import careers_of
from wiki.analytics.facts import NOBODY, Facts, Ints
from wiki.analytics.figures import PageRef, Value
from wiki.analytics.goals import Progress
from wiki.analytics.question import Question
from wiki.analytics.suppression import head_count

STEPS_TOLD = 3
PAGES_TOLD = 10
"""Nobody looks after more pages than so many because a report says so."""
REVIEW_DAYS = 180
"""A page not edited for so long wants a look, unless the charter says otherwise."""

StepKey = Literal[
    "write_charter", "set_goals", "begin", "ask_others", "mind_goal", "welcome_back", "second_edit",
    "reach_teams", "share_page", "look_after",
]  # fmt: skip

_DAY = 86400


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``number`` says how many people, pages or teams it is about (None: it counts
    nothing). It leads to ``page`` if there is one, else to ``figure`` ("<report>.<key>"), else to the
    charter. ``goal`` is the title of the goal it is about."""

    key: StepKey
    weight: float
    number: Value = None
    page: PageRef | None = None
    figure: str = ""
    goal: str = ""


def next_steps(
    facts: Facts, question: Question, progresses: Sequence[Progress]
) -> tuple[Step, ...]:
    """The most useful steps, the most useful first."""
    found = [*_about_the_charter(question, progresses), *_about_people(facts, question)]
    found += _about_pages(facts, question)
    return tuple(sorted(found, key=lambda step: -step.weight)[:STEPS_TOLD])


def founder_of(facts: Facts) -> int:
    """The author of the first edit of all in scope; ``NOBODY`` without one."""
    rows = facts.everybody().edits()
    return int(facts.commits.person[facts.changes.commit[rows[0]]]) if len(rows) else NOBODY


def contributors(facts: Facts, question: Question) -> Ints:
    """The people who edited in the window."""
    people: Ints = np.unique(facts.credits.person[facts.credited(question.window)])
    return people


def _about_the_charter(question: Question, progresses: Sequence[Progress]) -> Iterator[Step]:
    purpose = question.purpose
    if not purpose.text and not purpose.goals:
        yield Step("write_charter", 100.0)
    elif not purpose.goals:
        yield Step("set_goals", 75.0)
    behind = [one for one in progresses if one.verdict in {"off course", "missed"}]
    if not behind:
        behind = [one for one in progresses if one.moved is False]
    if behind:
        worst = min(behind, key=lambda one: one.attained(one.now) or 0.0)
        yield Step("mind_goal", 60.0, figure=worst.goal.figure, goal=worst.title)


def _about_people(facts: Facts, question: Question) -> Iterator[Step]:
    minimum, window = question.minimum, question.window
    people = contributors(facts, question)
    if not len(people):
        yield Step("begin", 95.0, page=_busiest_page(facts))
        return
    if set(people.tolist()) <= {founder_of(facts)}:
        yield Step("ask_others", 90.0, page=_busiest_page(facts))
    before = facts.credits.person[facts.credited(window.previous(question.zone))]
    lapsed = np.setdiff1d(before, people)
    if len(lapsed):
        weight = 70.0 * len(lapsed) / (len(lapsed) + len(people))
        number = head_count(len(lapsed), minimum)
        yield Step("welcome_back", weight, number, figure="participation.lapsed")
    careers = careers_of(facts)
    is_new = careers.began(window.since, window.until) & (careers.count == 1)
    once = int(np.count_nonzero(is_new))
    if once:
        number = head_count(once, minimum)
        yield Step("second_edit", 50.0 * once / len(people), number, figure="participation.new")
    yield from _about_teams(facts, people)


def _about_teams(facts: Facts, people: Ints) -> Iterator[Step]:
    if len(facts.teams) < 2:
        return
    reached = set(facts.team[people].tolist())
    silent = sum(place not in reached for place in range(len(facts.teams)))
    if silent:
        weight = 95.0 * silent / len(facts.teams)
        yield Step("reach_teams", weight, silent, figure="participation.teams_reached")


def _about_pages(facts: Facts, question: Question) -> Iterator[Step]:
    alive = np.flatnonzero(facts.pages.alive & facts.page_mask())
    if not len(alive):
        return
    rows = facts.everybody().credited()
    page = facts.changes.page[facts.credits.change[rows]].astype(np.int64)
    if question.minimum <= 1:
        pairs = np.unique(page * len(facts.people) + facts.credits.person[rows])
        authors = np.bincount(pairs // max(len(facts.people), 1), minlength=len(facts.pages.alive))
        alone = alive[authors[alive] == 1]
        if len(alone):
            largest = int(alone[np.argmax(facts.pages.size[alone])])
            weight = 45.0 * len(alone) / len(alive)
            yield Step("share_page", weight, len(alone), page=_ref(facts, largest))
    last = np.full(len(facts.pages.alive), -1, np.int64)
    np.maximum.at(last, page, facts.credits.at[rows])
    days = question.purpose.review_days or REVIEW_DAYS
    stale = alive[last[alive] < question.window.until - days * _DAY]
    if len(stale):
        edits = np.bincount(page, minlength=len(facts.pages.alive))[stale]
        first = int(stale[np.lexsort((-facts.pages.size[stale], -edits))[0]])
        weight = 55.0 * len(stale) / len(alive)
        number = min(len(stale), PAGES_TOLD)
        yield Step("look_after", weight, number, page=_ref(facts, first))


def _busiest_page(facts: Facts) -> PageRef | None:
    """The page that is there and was edited most: where others have most to say."""
    edits = np.bincount(facts.changes.page[facts.edits()], minlength=len(facts.pages.alive))
    edits = np.where(facts.pages.alive, edits, 0)
    return _ref(facts, int(np.argmax(edits))) if len(edits) and edits.any() else None


def _ref(facts: Facts, page: int) -> PageRef:
    return PageRef(facts.spaces[facts.pages.space[page]], facts.paths[facts.pages.path[page]])
