"""How long words live: the survival curve of everything people wrote, and of each year's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.columns import how_many
from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.lives import moment, own_lives, standing_by_change, writers
from wiki.analytics.question import Question
from wiki.analytics.strata import years_of
from wiki.analytics.suppression import concealed
from wiki.analytics.survival import Curve, curves, kaplan_meier

MONTH, YEAR = 30, 365

_DAY = 86400
_KEPT = "ended words"
_FIRST = (0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365)
_LATER = 183
_YEARS_DRAWN = 6


@dataclass(frozen=True, slots=True, eq=False)
class Lifetimes:
    """The whole days that words lived or could be watched, as of a moment, in groups of ``count``.

    ``born``: the change that wrote them. ``rewritten``: they ended in an edit; ``deleted``: they went
    with their whole page.
    """

    born: Positions
    count: Ints
    days: Ints
    rewritten: Mask
    deleted: Mask

    def curve(self) -> Curve:
        """Words outliving rewriting; one that goes with its page was only watched until then."""
        return kaplan_meier(self.days, self.rewritten, self.count)

    def curve_with_pages(self) -> Curve:
        """Words outliving rewriting and the deletion of their pages."""
        return kaplan_meier(self.days, self.rewritten | self.deleted, self.count)


def lifetimes(facts: Facts, question: Question) -> Lifetimes:
    """The lifetimes of everything people wrote before the window's end, as known then."""
    end = moment(facts, question.window.until)
    until = min(question.window.until, question.now)
    gone = _ended(facts)
    known = np.flatnonzero(gone.died < end)
    standing = standing_by_change(facts, end)
    born = np.flatnonzero(standing).astype(np.int32)
    watched = np.maximum(until - facts.changes.at[born], 0) // _DAY
    stands, whole = np.zeros(len(born), np.bool_), gone.whole[known]
    return Lifetimes(
        np.concatenate((gone.born[known], born)),
        np.concatenate((gone.count[known], standing[born])),
        np.concatenate((gone.days[known], watched)),
        np.concatenate((~whole, stands)),
        np.concatenate((whole, stands)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ended:
    """Words that are gone by now, and the whole days they lived."""

    born: Positions
    died: Positions
    count: Ints
    days: Ints
    whole: Mask


def _ended(facts: Facts) -> _Ended:
    found = facts.kept.get(_KEPT)
    if not isinstance(found, _Ended):
        lives, at = own_lives(facts), facts.changes.at
        rows = np.flatnonzero(lives.died < len(at))
        born, died = lives.born[rows], lives.died[rows]
        days = (at[died] - at[born]) // _DAY
        found = _Ended(born, died, lives.count[rows], days, lives.whole[rows])
        facts.kept[_KEPT] = found
    return found


def survival_table(found: Lifetimes) -> Table:
    """The curve of all words, without and with those that went with whole pages."""
    curve, with_pages = found.curve(), found.curve_with_pages()
    rows = [(day, curve.at(day), with_pages.at(day)) for day in _days(len(curve.at_risk))]
    return Table(
        "survival",
        "How long words last",
        "The share of people’s words that outlive so many days (Kaplan–Meier): what still stands at the window’s "
        "end counts as watched until then. Words that went with a whole deleted page are counted as watched "
        "until then in the first curve, and as gone in the second.",
        (
            Column("day", "Days", "days"),
            Column("all", "Not rewritten", "share"),
            Column("with_pages", "Nor gone with their page", "share"),
        ),
        tuple(rows),
        chart="survival",
    )


def by_year_tables(facts: Facts, question: Question, found: Lifetimes) -> tuple[Table, Table]:
    """Words by the year in which they were written: how they last, and how many of them stand."""
    year, names = years_of(facts, found.born, question.zone, question.window.until)
    hidden = concealed(year.astype(np.int32), writers(facts)[found.born], question.minimum)
    each = curves(found.days, found.rewritten, found.count, year, len(names))
    drawn = [y for y in range(len(names)) if y not in hidden and each[y].at(0) is not None]
    return _curves_table(names, each, drawn[-_YEARS_DRAWN:]), _years_table(
        found, year, names, each, hidden
    )


def _curves_table(names: tuple[str, ...], each: tuple[Curve, ...], drawn: list[int]) -> Table:
    longest = max((_watched(each[y]) for y in drawn), default=0)
    return Table(
        "survival_by_year",
        "How long words last, by the year of writing",
        f"The first curve of “How long words last” for the words of each of the last {_YEARS_DRAWN} years that may "
        "be shown, as far as they could be watched.",
        (
            Column("day", "Days", "days"),
            *(Column(f"y{names[y].replace(' ', '_')}", names[y], "share") for y in drawn),
        ),
        tuple((day, *(each[y].at(day) for y in drawn)) for day in _days(longest)),
        chart="survival",
    )


def _years_table(
    found: Lifetimes,
    year: Ints,
    names: tuple[str, ...],
    each: tuple[Curve, ...],
    hidden: set[int],
) -> Table:
    size = len(names)
    standing = ~found.rewritten & ~found.deleted
    sums = [
        np.bincount(year[mask], found.count[mask], size).astype(np.int64)
        for mask in (np.ones(len(year), np.bool_), standing, found.rewritten, found.deleted)
    ]
    rows: list[tuple[Cell, ...]] = []
    for y, name in enumerate(names):
        written, stand, rewritten, deleted = (int(column[y]) for column in sums)
        share = stand / written if written else None
        values: tuple[Value, ...] = (
            (Hidden.FEW,) * 6
            if y in hidden
            else (written, stand, rewritten, deleted, share, each[y].half_life)
        )
        rows.append((name, *values))
    return Table(
        "years",
        "What each year left",
        "Words that people wrote in each year, how many of them stood at the window’s end, how many had been "
        "rewritten or removed, how many had gone with whole deleted pages, and the days after which half were "
        "rewritten (none if more than half outlive what could be watched).",
        (
            Column("year", "Written in", "text"),
            Column("written", "Written", "words"),
            Column("standing", "Standing", "words"),
            Column("rewritten", "Rewritten", "words"),
            Column("deleted", "Gone with pages", "words"),
            Column("share", "Share standing", "share"),
            Column("half_life", "Half-life", "days"),
        ),
        tuple(rows),
    )


def _watched(curve: Curve) -> int:
    """For how many days anything was at risk."""
    return int(np.count_nonzero(curve.at_risk))


def _days(length: int) -> list[int]:
    """The days at which a curve of so many days is told: often in the first year, then twice a year."""
    days = [day for day in _FIRST if day < length]
    days += range(_FIRST[-1] + _LATER, length, _LATER)
    return [*days, length - 1] if length and days[-1] != length - 1 else days


def survival_figures(facts: Facts, found: Lifetimes, minimum: int) -> dict[str, Value]:
    """Half-life, and the shares outliving a month and a year."""
    people = how_many(writers(facts)[found.born])
    if not people or (minimum > 1 and people < minimum):
        none = Hidden.FEW if people else None
        return {"half_life": none, "survive_month": none, "survive_year": none}
    curve = found.curve()
    return {
        "half_life": curve.half_life,
        "survive_month": curve.at(MONTH),
        "survive_year": curve.at(YEAR),
    }
