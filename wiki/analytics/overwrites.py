"""Who rewrites whose words: between teams, never between people."""

from __future__ import annotations

import numpy as np

from wiki.analytics.columns import distinct
from wiki.analytics.facts import NOBODY, SORTS, Facts, Ints
from wiki.analytics.figures import Column, Hidden, Table, Value
from wiki.analytics.lives import lives_of, moment, writers
from wiki.analytics.suppression import suppress
from wiki.model import Window

NO_TEAM = "No team"


def overwrites(facts: Facts, window: Window, minimum: int) -> Table:
    """Words of each team that people of each team removed in the window, page deletions left out."""
    names = (*(team.name for team in facts.teams), NO_TEAM) if facts.teams else ()
    words, people = _matrix(facts, window, len(names))
    cells = team_cells(words, people, minimum)
    rows = tuple((name, *cells[i]) for i, name in enumerate(names))
    columns = [Column("team", "Whose words", "text")]
    columns += [Column(f"by_{i}", f"removed by {name}", "words") for i, name in enumerate(names)]
    return Table(
        "overwrites",
        "Which team rewrites whose words",
        "Words of each team’s people (a row) that people of each team (a column) removed or replaced in the "
        "window; what people removed of their own, and words gone with a whole deleted page, are left out.",
        tuple(columns),
        rows,
        _note(facts, minimum),
        "heat",
    )


def _note(facts: Facts, minimum: int) -> str:
    if not facts.teams:
        return "No teams are named here."
    return (
        f"Only cells with {minimum} people or more on each side are shown." if minimum > 1 else ""
    )


def _matrix(facts: Facts, window: Window, size: int) -> tuple[Ints, Ints]:
    """Words by team of the writer and of who removed them, and the fewer of the people on either side."""
    lives, writer_of = lives_of(facts), writers(facts)
    begin, end = moment(facts, window.since), moment(facts, window.until)
    gone = np.flatnonzero((lives.died >= begin) & (lives.died < end) & ~lives.whole)
    edits = facts.changes.sort[lives.died[gone]] == SORTS.index("people")
    gone = gone[edits & (lives.writer[gone] != NOBODY)]
    writer, remover = lives.writer[gone], writer_of[lives.died[gone]]
    between = (remover != NOBODY) & (remover != writer)
    if facts.focus is not None:
        between &= facts.focus[writer] | facts.focus[remover]
    gone, writer, remover = gone[between], writer[between], remover[between]
    if not size:
        return np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64)
    team = np.where(facts.team == NOBODY, size - 1, facts.team)
    cell = team[writer].astype(np.int64) * size + team[remover]
    words = np.bincount(cell, lives.count[gone], size * size).astype(np.int64)
    people = np.minimum(
        different_people(cell, writer, size * size), different_people(cell, remover, size * size)
    )
    return words.reshape(size, size), people.reshape(size, size)


def different_people(cell: Ints, person: Ints, cells: int) -> Ints:
    """How many different people each cell has."""
    everybody = int(person.max()) + 1 if len(person) else 1
    pairs = distinct(cell * everybody + person)
    return np.bincount(pairs // everybody, minlength=cells)


def team_cells(
    values: Ints, people: Ints, minimum: int, *, mirrored: bool = False
) -> list[list[Value]]:
    """A square of values between teams, those about few people hidden, and one that would tell them.

    ``mirrored``: a value stands on both sides of the diagonal, so that hiding both hides one.
    """
    size = len(values)
    names = [
        [f"{min(a, b)} {max(a, b)}" if mirrored else f"{a} {b}" for b in range(size)]
        for a in range(size)
    ]
    counts = {names[a][b]: int(people[a, b]) for a in range(size) for b in range(size)}
    visible = suppress(counts, [tuple(counts)], minimum)
    return [
        [_cell(visible[names[a][b]], int(values[a, b])) for b in range(size)] for a in range(size)
    ]


def _cell(people: Value, value: int) -> Value:
    return people if isinstance(people, Hidden) else value
