"""On how many shoulders something rests: edits or words spread over people, as figures and tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wiki.analytics import concentration
from wiki.analytics.figures import Column, Hidden, Table, Value
from wiki.analytics.suppression import head_count, nested, shown, suppress

BANDS = (1, 5, 25, 100)


def concentrated(counts: Sequence[int], population: int | None, minimum: int) -> dict[str, Value]:
    """Absence factor, effective number, Gini and top shares; one count a person who has any."""
    few = concentration.absence_factor(counts)
    if not shown(len(counts), minimum):
        keys = ("absence_factor", "effective", "gini", "top_1", "top_10")
        return dict.fromkeys(keys, Hidden.FEW)
    values: dict[str, Value] = {
        "absence_factor": None if few is None else head_count(few, minimum),
        "effective": concentration.effective_number(counts),
        "gini": concentration.gini(counts),
        "top_1": _top(counts, 0.01, minimum),
        "top_10": _top(counts, 0.1, minimum),
    }
    if population and population >= len(counts):
        values["gini_population"] = concentration.gini(counts, population - len(counts))
    return values


def _top(counts: Sequence[int], share: float, minimum: int) -> Value:
    people = concentration.top_people(len(counts), share) if counts else 0
    rest = len(counts) - people
    return (
        concentration.top_share(counts, share)
        if shown(people, minimum) and shown(rest, minimum)
        else Hidden.FEW
    )


def bands_table(counts: Sequence[int], minimum: int) -> Table:
    """How many people made at least so many edits."""
    people = [int(np.count_nonzero(np.array(counts) >= least)) for least in BANDS]
    values = nested(people[1:], minimum, people[0])
    rows = zip(BANDS, (head_count(people[0], minimum), *values), strict=True)
    return Table(
        "bands",
        "How active people are",
        "People with at least so many edits in the window; each line includes those below it.",
        (Column("edits", "Edits at least", "edits"), Column("people", "People", "people")),
        tuple(rows),
        chart="bars",
    )


def lorenz_table(counts: Sequence[int], minimum: int) -> Table:
    """The Lorenz curve of the edits."""
    points = concentration.lorenz(counts, minimum) if shown(len(counts), minimum) else ()
    return Table(
        "lorenz",
        "How edits are spread",
        "Lorenz curve: the least active so many per cent of contributors made so many per cent of the "
        "edits. On the diagonal all would do the same.",
        (Column("people", "Share of people", "share"), Column("edits", "Share of edits", "share")),
        points,
        f"One point for every {minimum} people or more." if minimum > 1 else "",
        chart="lorenz",
    )


def split_table(counts: Sequence[int], population: int | None, minimum: int) -> Table:
    """The 90-9-1 rule of thumb held against the window (Nielsen 2006)."""
    population = population if population and population >= len(counts) else None
    everyone = population or len(counts)
    ordered = sorted(counts, reverse=True)
    first = concentration.top_people(everyone, 0.01) if everyone else 0
    tenth = concentration.top_people(everyone, 0.1) if everyone else 0
    parts = (ordered[:first], ordered[first:tenth], ordered[tenth:])
    sizes = {"a": first, "b": tenth - first, "c": everyone - tenth}
    visible = suppress(sizes, ["abc"], minimum)
    total = sum(ordered)
    rows = []
    for name, label, part in zip(
        "abc", ("Most active 1 %", "Next 9 %", "Other 90 %"), parts, strict=True
    ):
        people = visible[name]
        share: Value = (
            people if isinstance(people, Hidden) else (sum(part) / total if total else None)
        )
        rows.append((label, people, share))
    return Table(
        "split",
        "The 1 %, the 9 % and the 90 %",
        "Share of edits made by the most active 1 %, the next 9 % and the others of "
        + ("everybody who could take part." if population else "the contributors."),
        (
            Column("group", "People, most active first", "text"),
            Column("people", "People", "people"),
            Column("edits", "Share of edits", "share"),
        ),
        tuple(rows),
    )
