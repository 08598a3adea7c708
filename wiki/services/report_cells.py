"""A number in a table of a report as something that can be opened, like a figure."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Column, Figure, Hidden, Meaning, Table, tables_of
from wiki.analytics.question import Behind, Question
from wiki.analytics.table_cells import CELLS, cell_behind
from wiki.services.report_words import row_words

_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A number in a table; ``figure`` has its words and value, ``place`` is its row."""

    report: str
    table: Table
    column: Column
    place: int
    figure: Figure

    def behind(self, facts: Facts, question: Question) -> Behind:
        """What it counts."""
        key = (self.report, self.table.key, self.column.key)
        return cell_behind(facts, question, key, self.place, self.table.rows[self.place])


def cell_of(name: str, report: object, key: str) -> OpenCell | None:
    """The number that "<table>.<row>.<column>" names, None if there is none that can be opened."""
    table_key, _, rest = key.partition(".")
    row, _, column_key = rest.partition(".")
    if (name, table_key, column_key) not in CELLS or not _is_place(row):
        return None
    table = next((each for each in tables_of(report) if each.key == table_key), None)
    if table is None or int(row) >= len(table.rows):
        return None
    cells = zip(table.columns, table.rows[int(row)], strict=True)
    column, value = next(pair for pair in cells if pair[0].key == column_key)
    if not isinstance(value, int | float | Hidden):
        return None
    kind = CELLS[name, table_key, column_key][0]
    words = row_words(table, table.rows[int(row)])[0]
    title = f"{table.title}: {words}"
    meaning = Meaning(key, title, column.unit, f"{column.title}. {table.definition}", kind)
    return OpenCell(name, table, column, int(row), Figure(meaning, value))


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
