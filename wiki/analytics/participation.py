"""Participation: do many take part, do they come back, and on how many shoulders does it rest?

Definitions: METRICS § 1. The figures of the window stand beside those of the window before and of
the same window a year ago. Newness, returning and reaching a number of edits are judged by what was
known at the window's end, so that a past window's figures never change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.calendar import step_for
from wiki.analytics.comparing import compared
from wiki.analytics.contributors import careers_of
from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Figure, Hidden, Meaning, Table, Value
from wiki.analytics.lives import moment, own_lives
from wiki.analytics.newcomers import editors_over_time, funnel, retention
from wiki.analytics.question import Behind, Counted, Group, Question, ReportKind
from wiki.analytics.sorting import left_out
from wiki.analytics.spread import bands_table, concentrated, lorenz_table, split_table
from wiki.analytics.suppression import head_count, share_of, shown, suppress
from wiki.analytics.team_reach import YEAR, reached, teams_of_window, teams_table
from wiki.model import Window

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("contributors", "Contributors", "people", "Different people who made at least one edit in the window. An edit is one saved change to one page’s content; machines, bulk changes, merges and pure renames do not count.", "people"),
        Meaning("rate", "Participation rate", "share", "Contributors divided by the number of people who could have taken part. There is none for a window longer than a year, in which people come and go, nor where more people edited than the number says.", "people"),
        Meaning("edits", "Edits", "edits", "Changes to a page’s content made by people in the window: a change that touches three pages is three edits. One written by several people counts once here, and for each of them elsewhere.", "changes"),
        Meaning("new", "New", "people", "Contributors whose first edit ever, in all that the report is about, lies in the window; of a window with nothing before it, none is told.", "people"),
        Meaning("returning", "Returning", "people", "Contributors who also edited in the window before.", "people"),
        Meaning("reactivated", "Back again", "people", "Contributors who edited earlier, but not in the window before.", "people"),
        Meaning("lapsed", "Lapsed", "people", "People who edited in the window before, but not in this one.", "people"),
        Meaning("one_time", "One edit only", "share", "Share of the window’s contributors who had made exactly one edit ever by its end.", "people"),
        Meaning("teams_reached", "Teams reached", "teams", "Teams of which at least one person edited in the window.", "teams"),
        Meaning("largest_team", "Share of the largest team", "share", "Share of edits made by the people of the team that made most of them; an edit by several people counts for each of them.", "changes"),
        Meaning("absence_factor", "Absence factor", "people", "The fewest people who together made at least half of the edits. The higher, the less depends on a few.", "changes"),
        Meaning("effective", "Effective contributors", "number", "As broad as so many people who all edit equally much: e to the power of the Shannon entropy of the shares of edits (Hill number of order 1).", "changes"),
        Meaning("gini", "Gini coefficient", "number", "How unequally edits are spread over the contributors: 0 if all made the same number, near 1 if one person made nearly all.", "changes"),
        Meaning("gini_population", "Gini over everybody", "number", "The same, with everybody who could have taken part and did not counted as zero edits.", "changes"),
        Meaning("top_1", "Share of the top 1 %", "share", "Share of edits made by the most active 1 % of contributors (rounded up to whole people).", "changes"),
        Meaning("top_10", "Share of the top 10 %", "share", "Share of edits made by the most active 10 % of contributors (rounded up to whole people).", "changes"),
        Meaning("words_absence_factor", "Absence factor by words", "people", "The fewest people who together wrote at least half of the words that stand at the window’s end, whenever they wrote them; words of machines and bulk changes left out.", "changes"),
        Meaning("words_gini", "Gini coefficient by words", "number", "How unequally the words that stand at the window’s end are spread over the people who wrote them.", "changes"),
        Meaning("words_top_10", "Words of the top 10 %", "share", "Share of the words that stand at the window’s end written by the 10 % of writers with most of them (rounded up to whole people).", "changes"),
    )
}  # fmt: skip

_GROUPS = (
    Group("Who takes part", ("contributors", "rate", "edits", "one_time"), ("over_time", "bands")),
    Group(
        "Who comes and goes",
        ("new", "returning", "reactivated", "lapsed"),
        ("funnel", "retention"),
    ),
    Group("Which teams take part", ("teams_reached", "largest_team"), ("teams",)),
    Group(
        "On how many shoulders",
        ("absence_factor", "effective", "gini", "gini_population", "top_1", "top_10"),
        ("lorenz", "split"),
    ),
    Group(
        "Whose words stand",
        ("words_absence_factor", "words_gini", "words_top_10"),
    ),
    Group("What is counted", (), ("left_out",)),
)


@dataclass(frozen=True, slots=True)
class Participation:
    """The report. ``minimum`` is the smallest group shown; 1 shows everything."""

    window: Window
    population: int | None
    minimum: int
    contributors: Figure
    rate: Figure
    edits: Figure
    new: Figure
    returning: Figure
    reactivated: Figure
    lapsed: Figure
    one_time: Figure
    teams_reached: Figure
    largest_team: Figure
    absence_factor: Figure
    effective: Figure
    gini: Figure
    gini_population: Figure
    top_1: Figure
    top_10: Figure
    words_absence_factor: Figure
    words_gini: Figure
    words_top_10: Figure
    over_time: Table
    bands: Table
    funnel: Table
    retention: Table
    teams: Table
    lorenz: Table
    split: Table
    left_out: Table


def participation(facts: Facts, question: Question) -> Participation:
    """The report on a window.

    Values about fewer people than ``question.minimum`` are hidden, and those that would give them
    away (METRICS § 9).
    """
    window, zone, minimum = question.window, question.zone, question.minimum
    figures = compared(facts, question, MEANINGS, lambda span: _measure(facts, span, question))
    figures["contributors"] = _with_base(figures["contributors"], question)
    counts = _counts(facts, window)
    return Participation(
        window,
        population_in(window, question),
        minimum,
        **figures,
        over_time=editors_over_time(facts, window, step_for(window), zone, minimum),
        bands=bands_table(counts, minimum),
        funnel=_if_whole(funnel(facts, window, minimum), facts),
        retention=_if_whole(retention(facts, window, zone, minimum), facts),
        teams=teams_table(facts, window, minimum),
        lorenz=lorenz_table(counts, minimum),
        split=split_table(counts, population_in(window, question), minimum),
        left_out=left_out(facts, window, minimum),
    )


def _if_whole(table: Table, facts: Facts) -> Table:
    """A table that needs to know everybody's first edit; empty where the beginning is missing."""
    if not facts.cut:
        return table
    note = "The beginning of the history is missing, so nobody’s first edit is known."
    return replace(table, rows=(), note=note)


def headline(facts: Facts, question: Question) -> Figure:
    """The contributors."""

    def measure(window: Window) -> dict[str, Value]:
        people = int(np.count_nonzero(facts.edits_by_person(window)))
        return {"contributors": head_count(people, question.minimum)}

    figures = compared(facts, question, {"contributors": MEANINGS["contributors"]}, measure)
    return _with_base(figures["contributors"], question)


def _with_base(contributors: Figure, question: Question) -> Figure:
    """The contributors, with how many could have taken part."""
    population = population_in(question.window, question)
    if not population or not isinstance(contributors.value, int) or contributors.value > population:
        return contributors
    return replace(contributors, base=f"of {population:,} who could have taken part")


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure of the question's window, without its comparisons; ``contributors`` fast."""
    if key == "contributors":
        return head_count(len(_counts(facts, question.window)), question.minimum)
    return _measure(facts, question.window, question).get(key)


def _counts(facts: Facts, window: Window) -> list[int]:
    """The edits of each contributor, fewest first."""
    edits = facts.edits_by_person(window)
    found: list[int] = np.sort(edits[edits > 0]).tolist()
    return found


def _measure(facts: Facts, window: Window, question: Question) -> dict[str, Value]:
    """All figures of one window."""
    minimum, population = question.minimum, population_in(window, question)
    groups = _people(facts, window, question)
    counts = _counts(facts, window)
    people = len(counts)
    told = head_count(people, minimum)
    fits = population is not None and people <= population
    rate: Value = people / population if population and fits else None
    edits: Value = len(facts.edits(window))
    values: dict[str, Value] = {
        "contributors": told,
        "rate": rate if rate is None or shown(people, minimum) else Hidden.WITHHELD,
        "edits": edits if shown(people, minimum) else Hidden.WITHHELD,
        "one_time": None
        if facts.cut
        else share_of(int(np.count_nonzero(groups["one_time"])), people, minimum),
    }
    values |= _movement(groups, minimum) | dict.fromkeys(_untold(facts, window))
    values |= concentrated(counts, population, minimum)
    values |= _standing(facts, min(window.until, question.now), minimum)
    values |= reached(facts, window, minimum)
    return values


def population_in(window: Window, question: Question) -> int | None:
    """How many people could have taken part in a window; None of a window longer than a year, in which
    more people came and went than there are at any time."""
    return question.population if window.until - window.since <= YEAR else None


def _untold(facts: Facts, window: Window) -> tuple[str, ...]:
    """Figures that need days before the window which the history does not have."""
    if facts.first is None or facts.first < window.since:
        return ("new", "reactivated") if facts.cut else ()
    # In a window that begins with the history everybody is new; in one that began before it, the
    # first people of a young space are.
    everything = facts.cut or facts.covers(window)
    return (*(("new",) if everything else ()), "returning", "reactivated", "lapsed")


def _people(facts: Facts, window: Window, question: Question) -> dict[str, Mask]:
    """The people whom each figure counts."""
    edits = facts.edits_by_person(window)
    active = edits > 0
    before = facts.edits_by_person(window.previous(question.zone)) > 0
    begun = careers_of(facts).began(window.since, window.until)
    return {
        "contributors": active,
        "rate": active,
        "new": active & ~before & begun,
        "returning": active & before,
        "reactivated": active & ~before & ~begun,
        "lapsed": before & ~active,
        "one_time": (edits == 1) & begun,
    }


def _movement(groups: dict[str, Mask], minimum: int) -> dict[str, Value]:
    """Where the window's people come from, and who of the window before is gone."""
    names = ("new", "returning", "reactivated", "lapsed")
    counts = {name: int(np.count_nonzero(groups[name])) for name in names}
    sums = (("new", "returning", "reactivated"), ("returning", "lapsed"))
    return dict(suppress(counts, sums, minimum))


def _standing(facts: Facts, at: int, minimum: int) -> dict[str, Value]:
    """On how many shoulders the words rest that stand at a moment."""
    lives = own_lives(facts)
    living = lives.alive(moment(facts, at))
    words: Ints = np.bincount(lives.writer[living], lives.count[living]).astype(np.int64)
    if not words.any():
        return {}
    found = concentrated(np.sort(words[words > 0]).tolist(), None, minimum)
    return {f"words_{key}": found[key] for key in ("absence_factor", "gini", "top_10")}


# -- what stands behind the numbers ----------------------------------------------------------


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """What a figure counts; people in no order of merit."""
    window = question.window
    people = _people(facts, window, question).get(key)
    if people is not None:
        return Behind("people", np.flatnonzero(people).astype(np.int32))
    if key == "teams_reached":
        return Behind("teams", teams_of_window(facts, window))
    if key.startswith("words_"):
        return _writing(facts, question)
    rows = _of_largest_team(facts, question) if key == "largest_team" else facts.edits(window)
    return Behind("changes", rows)


def _writing(facts: Facts, question: Question) -> Behind:
    """The changes whose words stand at the window's end, and how many words do."""
    lives = own_lives(facts)
    living = lives.alive(moment(facts, min(question.window.until, question.now)))
    words = np.bincount(lives.born[living], lives.count[living]).astype(np.int64)
    rows = np.flatnonzero(words)
    counts = (Counted("Words that stand", words[rows]),)
    return Behind("changes", rows.astype(np.int32), counts)


def _of_largest_team(facts: Facts, question: Question) -> Positions:
    rows = facts.credited(question.window)
    team = facts.team[facts.credits.person[rows]]
    edits = np.bincount(team[team >= 0], minlength=max(1, len(facts.teams)))
    return np.unique(facts.credits.change[rows[team == int(np.argmax(edits))]])


KIND = ReportKind(
    "participation",
    "Participation",
    "Do many people take part, do they come back, and on how many shoulders does it rest?",
    participation,
    headline,
    behind,
    _GROUPS,
)
