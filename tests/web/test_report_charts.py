"""Any table of any report is drawn by the kind of chart it names; nothing that is hidden shows."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from wiki.analytics.figures import (
    Cell,
    Chart,
    Column,
    Graph,
    Hidden,
    Node,
    PageRef,
    PersonRef,
    Quantity,
    Table,
    Unit,
)
from wiki.services.report_formats import safe_cell
from wiki.services.report_words import is_all_hidden, is_all_zero, value_words
from wiki.web.report_charts import chart_of, graph_of
from wiki.web.report_parts import part_of_graph, part_of_table

MONTHS = [date(2026, month, 1) for month in range(1, 8)]


def _table(chart: Chart, units: tuple[Unit, ...], rows: list[tuple[Cell, ...]]) -> Table:
    first = Column("name", "Month from" if isinstance(rows[0][0], date) else "Name", "text")
    columns = [Column(f"c{i}", f"Series {i} & <more>", unit) for i, unit in enumerate(units, 1)]
    return Table("any", "Any <table>", "What it says.", (first, *columns), tuple(rows), chart=chart)


DATED: list[tuple[Cell, ...]] = [(month, n, n * 2) for n, month in enumerate(MONTHS, 1)]
KINDS: list[tuple[Table, str, int]] = [
    (_table("bars", ("pages", "share"), [("a", 3, 0.75), ("b", 1, 0.25)]), "bars", 1),
    (_table("columns", ("words", "words"), DATED), "columns", 2),
    (_table("columns", ("pages",), [("a long name here", 3), ("b", 1)]), "bars", 1),
    (_table("stacked", ("edits", "edits"), DATED), "columns", 1),
    (_table("lines", ("words", "share"), [(m, 5, 0.5) for m in MONTHS]), "lines", 2),
    (_table("area", ("words", "words"), DATED), "area", 1),
    (_table("survival", ("share", "share", "words"), [(0, 1.0, 1.0, 9), (30, 0.5, 0.25, 3)]), "survival", 1),
    (_table("heat", ("share", "share"), [("Jan", 0.5, None), ("Feb", Hidden.FEW, 0.1)]), "heat", 1),
    (_table("lorenz", ("share",), [(0.0, 0.0), (0.5, 0.2), (1.0, 1.0)]), "lorenz", 1),
    (_table("scatter", ("people", "words"), [(PageRef("s", "a.md"), 3, 40), ("b", 1, 9)]), "scatter", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "css", "drawings"), KINDS, ids=lambda each: getattr(each, "chart", each)
)
def test_each_kind_of_chart_is_drawn_twice(table: Table, css: str, drawings: int) -> None:
    drawn = chart_of(table)
    roots = ET.fromstring(f"<all>{drawn}</all>")
    assert len(roots) == 2 * drawings
    for root, size in zip(roots, ["wide", "narrow"] * drawings, strict=True):
        assert root.get("class") == f"chart-{size} chart-{css}"
        assert root.get("role") == "img"
    names = re.findall(r' id="([^"]+)"', drawn)
    assert len(names) == len(set(names))


def test_a_table_of_no_kind_or_without_numbers_is_no_chart() -> None:
    assert chart_of(_table("", ("pages",), [("a", 1)])) == ""
    assert chart_of(_table("columns", ("pages",), [("a", None)])) == ""
    assert chart_of(_table("bars", ("text",), [("a", "b")])) == ""


def test_p001_a_hidden_cell_is_drawn_as_hidden() -> None:
    rows: list[tuple[Cell, ...]] = [(MONTHS[0], 7), (MONTHS[1], Hidden.FEW)]
    drawn = chart_of(_table("columns", ("people",), rows))
    assert "fewer than 5 people, not shown" in drawn
    assert "Feb 2026: 0" not in drawn
    part = part_of_table(_table("columns", ("people",), rows), lambda _: "")
    assert part.rows[1][1].is_hidden


def test_p001_a_chart_that_is_mostly_hidden_is_not_drawn() -> None:
    rows: list[tuple[Cell, ...]] = [
        (MONTHS[0], 7),
        (MONTHS[1], Hidden.FEW),
        (MONTHS[2], Hidden.FEW),
    ]
    table = _table("columns", ("people",), rows)
    assert chart_of(table) == ""
    assert "no chart" in part_of_table(table, lambda _: "").note
    assert "no chart" not in part_of_table(_table("columns", ("people",), rows[:2]), str).note


def test_dots_without_lines_are_no_drawing() -> None:
    assert graph_of(Graph("g", "Who", "What.", (Node("a", 1, 0), Node("b", 1, 0)), ())) == ""


def test_what_is_below_zero_goes_down() -> None:
    drawn = chart_of(_table("columns", ("words",), [(MONTHS[0], 10), (MONTHS[1], -10)]))
    assert "10 series 1 &amp; &lt;more&gt;, less" in drawn
    assert "−10" in drawn


def test_a_graph_has_its_table_and_no_more_dots_than_can_be_seen() -> None:
    nodes = tuple(Node(f"page <{n}>", 100 - n, n % 3) for n in range(90))
    edges = tuple((n, n + 1, 1.0) for n in range(89))
    graph = Graph("g", "Who with whom", "What it says.", nodes, edges)
    wide = graph_of(graph).split("</svg>")[0]
    assert wide.count('class="vertex') == 60
    assert "page &lt;0&gt;" in wide
    part = part_of_graph(graph)
    assert len(part.rows) == 90
    assert [cell.words for cell in part.rows[1]] == ["page <1>", "2", "page <0>, page <2>"]
    assert graph_of(Graph("g", "", "", (), ())) == ""


def test_cells_that_name_something_lead_to_it_and_are_plain_elsewhere() -> None:
    page, person = PageRef("s", "how/we work.md"), PersonRef("a@x", "Ann")
    table = _table("", ("text", "number"), [(page, person, Quantity(0.5, "share"))])
    part = part_of_table(table, lambda cell: f"/{type(cell).__name__}")
    assert [(cell.words, cell.href) for cell in part.rows[0]] == [
        ("how/we work", "/PageRef"), ("Ann", "/PersonRef"), ("50 %", ""),
    ]  # fmt: skip
    assert [safe_cell(cell) for cell in (page, person, PageRef("s", "=1+1.md"))] == [
        "how/we work.md", "Ann", "'=1+1.md",
    ]  # fmt: skip
    assert [value_words(value, "number") for value in (243, 3.14159, -1)] == ["243", "3.14", "−1"]


def test_a_heat_map_of_teams_says_once_what_its_columns_share() -> None:
    columns = (Column("t", "Team", "text"), Column("a", "with A", "number"), Column("b", "with B", "number"))  # fmt: skip
    rows = (("A", 1, 20), ("B", 20, 0))
    drawn = chart_of(Table("t", "T", "Says.", columns, rows, chart="heat"))
    assert drawn.count(">with</text>") == 2
    assert ">with A</text>" not in drawn
    assert "<title>A, with B: 20</title>" in drawn
    assert ">1 …</text>" in drawn
    assert ">20</text>" in drawn
    assert ">20.0" not in drawn


def test_lines_of_high_shares_do_not_begin_at_zero() -> None:
    high = [(month, 0.9 + n / 100, 1.0) for n, month in enumerate(MONTHS)]
    low = [(month, n / 10, 1.0) for n, month in enumerate(MONTHS)]
    assert ">axis from 90 %</text>" in chart_of(_table("lines", ("share", "share"), [*high]))
    assert "axis from" not in chart_of(_table("lines", ("share", "share"), [*low]))
    assert "axis from" not in chart_of(_table("lines", ("share",), [row[:2] for row in high]))


def test_words_of_machines_are_a_layer_apart() -> None:
    columns = (Column("day", "At", "text"), Column("y", "2026", "words"), Column("marked", "Machines", "words"))  # fmt: skip
    rows = tuple((month, 3, 4) for month in MONTHS)
    drawn = chart_of(Table("t", "T", "Says.", columns, rows, chart="area"))
    assert "strata-apart" in drawn


def test_days_in_tables_are_not_broken() -> None:
    part = part_of_table(_table("", ("text", "number"), [(MONTHS[0], MONTHS[1], 3)]), str)
    assert [cell.is_day for cell in part.rows[0]] == [True, True, False]


def test_what_is_not_shown_is_said_once_beside_a_bar() -> None:
    drawn = chart_of(_table("bars", ("pages", "share"), [("a", Hidden.WITHHELD, Hidden.WITHHELD), ("b", 0, 0.0), ("c", 3, 1.0)]))  # fmt: skip
    assert "not shown (" not in drawn
    assert ">not shown</text>" in drawn
    assert ">0 (0 %)</text>" in drawn


def test_a_long_table_of_what_is_not_shown_is_folded() -> None:
    few: list[tuple[Cell, ...]] = [(f"r{n}", Hidden.FEW, 1 if n else 0) for n in range(3)]
    rows: list[tuple[Cell, ...]] = [*few, *((f"s{n}", Hidden.FEW, Hidden.FEW) for n in range(12))]
    assert part_of_table(_table("lines", ("words", "words"), rows), str).is_folded
    assert not part_of_table(_table("lines", ("words", "words"), rows[:4]), str).is_folded


def test_a_table_of_zeros_is_told_from_one_of_gaps() -> None:
    assert is_all_zero(_table("bars", ("pages", "share"), [("a", 0, None)]))
    for cell in (1, Hidden.FEW):
        assert not is_all_zero(_table("bars", ("pages", "pages"), [("a", cell, 0), ("b", 0, 0)]))
    assert not is_all_zero(_table("bars", ("pages",), [("a", None)]))
    assert not is_all_zero(_table("bars", ("pages",), [(PageRef("s", "a.md"), 0)]))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (10 / 38_390, "under 0.1 %"), (0.0005, "0.1 %"), (0.9994, "99.9 %"), (0.9999, "over 99.9 %"), (1 - 1e-15, "100 %"), (1, "100 %")],
)  # fmt: skip
def test_some_is_not_none_and_nearly_all_is_not_all(share: float, words: str) -> None:
    assert value_words(share, "share") == words


def test_nothing_but_zeros_beside_what_is_hidden_is_not_shown() -> None:
    columns = (Column("w", "Week", "text"), Column("n", "N", "people"), Column("part", "", "text"))

    def hides(*people: Cell) -> bool:
        rows = tuple((f"w{n}", cell, "part") for n, cell in enumerate(people))
        return is_all_hidden(Table("t", "T", "Says.", columns, rows))

    assert hides(0, Hidden.FEW, None)
    assert not hides(0, Hidden.FEW, 5)
