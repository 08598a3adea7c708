"""Persistence: does what is written endure, and is it looked after?

Definitions: METRICS § 5. Everything is as of the window's end: a word that went later stood then. People's
figures count people's words; what machines, bulk changes and imports wrote is told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.comparing import compared
from wiki.analytics.contested import contested_pages, contested_table, contested_value
from wiki.analytics.facts import NOBODY, Facts, Positions
from wiki.analytics.figures import Figure, Hidden, Meaning, Table, Value
from wiki.analytics.guarded import of_enough
from wiki.analytics.keeping import (
    TERMS,
    fates,
    kept_table,
    kept_value,
    newcomers_kept,
    written,
)
from wiki.analytics.lifetimes import by_year_tables, lifetimes, survival_figures, survival_table
from wiki.analytics.lives import (
    Lives,
    lives_of,
    moment,
    own_lives,
    standing_by_change,
    worded,
    writers,
)
from wiki.analytics.marked import marked_words
from wiki.analytics.opening import edits_with
from wiki.analytics.question import Behind, Counted, Group, Question, ReportKind
from wiki.analytics.staleness import idle_table, review_days, stale_pages, staleness
from wiki.analytics.strata import ages_table, median_age, strata_table
from wiki.analytics.turnover import turnover, turnover_table
from wiki.model import Window

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("kept_30", "Still there after 30 days", "share", "Of the words that people’s edits wrote in the window, and that are at least 30 days old at its end, the share that stood 30 days after they were written.", "changes"),
        Meaning("kept_7", "Still there after 7 days", "share", "The same after 7 days, of the words that are at least 7 days old at the window’s end.", "changes"),
        Meaning("kept_365", "Still there after a year", "share", "The same after 365 days; it can be told only of a window longer than a year.", "changes"),
        Meaning("kept_versions", "Still there after 5 versions", "share", "Of the words that people’s edits wrote in the window, on pages that were changed at least five times more by its end, the share that those five changes left standing.", "changes"),
        Meaning("newcomers_kept", "Newcomers’ words after 30 days", "share", "The share still there after 30 days of the words written by people whose first edit ever lies in the window.", ""),
        Meaning("others_kept", "Others’ words after 30 days", "share", "The share still there after 30 days of the words written by everybody else.", ""),
        Meaning("alive", "Words that stand", "words", "Words people wrote, at any time, that stood at the window’s end.", "pages"),
        Meaning("half_life", "Half-life of words", "days", "Days after which half of all words people ever wrote were rewritten or removed (Kaplan–Meier; what went with a whole deleted page is left out from then on). There is none while more than half outlive what could be watched.", ""),
        Meaning("survive_month", "Words that outlive a month", "share", "The share of all words people ever wrote that stood longer than 30 days (Kaplan–Meier).", ""),
        Meaning("survive_year", "Words that outlive a year", "share", "The share of all words people ever wrote that stood longer than 365 days (Kaplan–Meier).", ""),
        Meaning("median_age", "Age of the words", "days", "Half of the people’s words that stood at the window’s end had been written within so many days.", ""),
        Meaning("idle", "Days since a page was edited", "days", "Half of the pages there at the window’s end had been edited by a person within so many days (since they were made, if nobody ever edited them).", "pages"),
        Meaning("stale", "Pages due for review", "share", "Share of the pages there at the window’s end that nobody had edited for longer than the space’s review period; 365 days where it names none.", "pages"),
        Meaning("added", "Words written", "words", "New words in people’s edits of the window; words moved or brought back are not new.", "changes"),
        Meaning("removed", "Words removed", "words", "Words that people’s edits of the window took away, whoever had written them.", "changes"),
        Meaning("restored", "Words brought back or moved", "words", "Words that people’s edits of the window put back after they had gone, or moved to another page; they are not new.", "changes"),
        Meaning("net", "Net growth", "words", "Words written and words brought back or moved, less words removed, in people’s edits of the window.", "changes"),
        Meaning("contested", "Contested pages", "pages", "Pages on which somebody brought back words in the window that another person had removed at most fifteen versions of the page before.", "pages"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Persistence:
    """The report. ``minimum`` is the smallest group shown; ``review_days`` when a page is due."""

    window: Window
    minimum: int
    review_days: int
    kept_30: Figure
    kept_7: Figure
    kept_365: Figure
    kept_versions: Figure
    newcomers_kept: Figure
    others_kept: Figure
    alive: Figure
    half_life: Figure
    survive_month: Figure
    survive_year: Figure
    median_age: Figure
    idle: Figure
    stale: Figure
    added: Figure
    removed: Figure
    restored: Figure
    net: Figure
    contested: Figure
    kept: Table
    strata: Table
    survival: Table
    survival_by_year: Table
    years: Table
    word_ages: Table
    idle_pages: Table
    turnover: Table
    contested_pages: Table
    marked: Table


def persistence(facts: Facts, question: Question) -> Persistence:
    """The report on a window."""
    window, zone, minimum = question.window, question.zone, question.minimum
    end, until = moment(facts, window.until), min(window.until, question.now)
    known = lifetimes(facts, question)
    by_year, years = by_year_tables(facts, question, known)
    figures = compared(
        facts, question, MEANINGS, lambda other: _measure(facts, replace(question, window=other))
    )
    kept = kept_table(written(facts, question), minimum)
    return Persistence(
        window,
        minimum,
        review_days(question),
        **_with_bases(figures, kept),
        kept=kept,
        strata=strata_table(facts, own_lives(facts), _marked(facts), window, zone, minimum),
        survival=survival_table(known),
        survival_by_year=by_year,
        years=years,
        word_ages=ages_table(facts, standing_by_change(facts, end), until, minimum),
        idle_pages=idle_table(facts, question),
        turnover=turnover_table(facts, question),
        contested_pages=contested_table(facts, question),
        marked=marked_words(facts, end, minimum),
    )


def _with_bases(figures: dict[str, Figure], kept: Table) -> dict[str, Figure]:
    """The shares kept, each with how many words it rests on."""
    for key, (_, judged, young, *_) in zip(_KEPT_KEYS, kept.rows, strict=True):
        figure = figures.get(key)
        if figure is None or isinstance(figure.value, Hidden):
            continue
        if isinstance(judged, int) and isinstance(young, int) and judged and young:
            base = f"of {judged:,} words that can be judged, out of {judged + young:,}"
            figures[key] = replace(figure, base=base)
    return figures


def headline(facts: Facts, question: Question) -> Figure:
    """How much of what was written was still there a month later."""

    def measure(window: Window) -> dict[str, Value]:
        known = written(facts, replace(question, window=window))
        return {"kept_30": kept_value(known, known.after_days(30), question.minimum)}

    figures = compared(facts, question, {"kept_30": MEANINGS["kept_30"]}, measure)
    kept = kept_table(written(facts, question), question.minimum)
    return _with_bases(figures, kept)["kept_30"]


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure of the question's window, without its comparisons."""
    if key in {"idle", "stale"}:
        return staleness(facts, question).get(key)
    if key == "kept_30":
        known = written(facts, question)
        return kept_value(known, known.after_days(30), question.minimum)
    return _measure(facts, question).get(key)


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """What a figure counts, with the words of each change or page."""
    if key.startswith("kept"):
        return fates(facts, question, key)
    if key in _COLUMNS:
        return edits_with(facts, worded(facts, facts.edits(question.window)), _COLUMNS[key])
    if key == "alive":
        return _pages_with_words(facts, question)
    counted = _COUNTED.get(key)
    items = counted(facts, question) if counted else np.zeros(0, np.int32)
    return Behind(MEANINGS[key].behind, items)


def _marked(facts: Facts) -> Lives | None:
    """What machines, bulk changes and imports wrote; nothing to be told of where people are in focus."""
    if facts.focus is not None:
        return None
    lives = lives_of(facts)
    rows = np.flatnonzero(lives.writer == NOBODY)
    return lives.chosen(rows[np.argsort(lives.born[rows], kind="stable")])


def _measure(facts: Facts, question: Question) -> dict[str, Value]:
    """All figures of one window."""
    values = staleness(facts, question)
    if not len(facts.words.born):
        return values
    minimum, window = question.minimum, question.window
    known = written(facts, question)
    for days in TERMS:
        values[f"kept_{days}"] = kept_value(known, known.after_days(days), minimum)
    values["kept_versions"] = kept_value(known, known.after_revisions(), minimum)
    values["newcomers_kept"], values["others_kept"] = newcomers_kept(facts, question, known)
    values |= survival_figures(facts, lifetimes(facts, question), minimum)
    values |= _standing_words(facts, question)
    values |= turnover(facts, window, minimum)
    return values | {"contested": contested_value(facts, window, minimum)}


def _standing_words(facts: Facts, question: Question) -> dict[str, Value]:
    standing = standing_by_change(facts, moment(facts, question.window.until))
    age = median_age(facts, standing, min(question.window.until, question.now))
    people = writers(facts)[standing > 0]
    return {
        "alive": of_enough(int(standing.sum()), people, question.minimum),
        "median_age": of_enough(age, people, question.minimum),
    }


def _pages_with_words(facts: Facts, question: Question) -> Behind:
    lives = own_lives(facts)
    lives = lives.chosen(lives.alive(moment(facts, question.window.until)))
    words = np.bincount(lives.page, lives.count, len(facts.pages.path)).astype(np.int64)
    pages = np.flatnonzero(words)
    pages = pages[np.argsort(-words[pages], kind="stable")]
    counts = (Counted("Words that stand", words[pages]),)
    return Behind("pages", pages.astype(np.int32), counts)


def _contested(facts: Facts, question: Question) -> Positions:
    """Contested pages, where each may be shown."""
    pages, _ = contested_pages(facts, question.window)
    return pages[:0] if question.minimum > 1 else pages


_COLUMNS = {
    "added": (("Words written", "words_added"),),
    "restored": (("Brought back or moved", "words_restored"),),
    "removed": (("Words removed", "words_removed"),),
    "net": (
        ("Words written", "words_added"),
        ("Brought back or moved", "words_restored"),
        ("Words removed", "words_removed"),
    ),
}
_COUNTED: dict[str, Callable[[Facts, Question], Positions]] = {
    "idle": stale_pages(everything=True),
    "stale": stale_pages(everything=False),
    "contested": _contested,
}

_KEPT_KEYS = (*(f"kept_{days}" for days in TERMS), "kept_versions")
"""The shares kept, in the order of the rows of their table."""

KIND = ReportKind(
    "persistence",
    "Persistence",
    "Does what is written endure, and is it looked after?",
    persistence,
    headline,
    behind,
    (
        Group("What became of what was written", ("kept_30", "kept_7", "kept_365", "kept_versions", "newcomers_kept", "others_kept"), ("kept",)),
        Group("What stands", ("alive", "median_age"), ("strata", "word_ages")),
        Group("How long words last", ("half_life", "survive_month", "survive_year"), ("survival", "survival_by_year", "years")),
        Group("What is written and removed", ("added", "restored", "removed", "net"), ("turnover",)),
        Group("Whether it is looked after", ("idle", "stale"), ("idle_pages",)),
        Group("What is contested", ("contested",), ("contested_pages",)),
        Group("What is left out", (), ("marked",)),
    ),
)  # fmt: skip
"""The report as the registry lists it."""
