"""Which chart shows which table of a report: by the kind that the table names, or a shape of its own."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from wiki.analytics.figures import Graph, Hidden, Table, number
from wiki.services.report_words import has_numbers, value_words
from wiki.web.charts import NARROW, WIDE, Caption, Vertex, network_chart
from wiki.web.report_cells import drawn_columns
from wiki.web.report_drawings import Draw, own_drawings
from wiki.web.report_kinds import KINDS

_MOST_DOTS = 60


def chart_of(table: Table) -> Markup:
    """The table's drawings in both sizes; empty if it has none or there is nothing to draw."""
    if not has_numbers(table) or is_mostly_hidden(table):
        return Markup("")
    draws = own_drawings(table) or list(_of_its_kind(table))
    drawn = [
        draw(table, _caption(table, position), size)
        for position, draw in enumerate(draws)
        for size in (WIDE, NARROW)
    ]
    return Markup("".join(drawn))  # noqa: S704 - svg text of our own, every word escaped in canvas


def is_mostly_hidden(table: Table) -> bool:
    """Whether more than half of what a chart would show is not told: the sliver left would mislead."""
    keys = [column.key for column in drawn_columns(table)]
    cells = [cell for key in keys for cell in table.column(key) if cell is not None]
    return 2 * sum(isinstance(cell, Hidden) for cell in cells) > len(cells)


def _of_its_kind(table: Table) -> Iterator[Draw]:
    kind = KINDS.get(table.chart)
    return kind(table) if kind and drawn_columns(table) else iter(())


def graph_of(graph: Graph) -> Markup:
    """A graph's drawing in both sizes; empty if there is nothing to draw."""
    if not graph.nodes or not graph.edges:  # dots without lines say nothing
        return Markup("")
    order = sorted(range(len(graph.nodes)), key=lambda i: (-graph.nodes[i].weight, i))
    place = {i: position for position, i in enumerate(order[:_MOST_DOTS])}
    vertices = [
        Vertex(graph.nodes[i].label, graph.nodes[i].weight, graph.nodes[i].group) for i in place
    ]
    edges = [
        (place[one], place[other], weight)
        for one, other, weight in graph.edges
        if one in place and other in place
    ]
    words = (
        f"{graph.definition} {len(vertices)} dots, {len(edges)} lines between them. "
        "The table below says the same."
    )
    caption = Caption(f"graph-{graph.key}", graph.title, words)
    drawn = [network_chart(caption, size, vertices, edges) for size in (WIDE, NARROW)]
    return Markup("".join(drawn))  # noqa: S704 - as above


def _caption(table: Table, position: int) -> Caption:
    return Caption(f"{table.key}-{position}", table.title, f"{table.definition} {_reading(table)}")


def _reading(table: Table) -> str:
    """The chart's gist for those who do not see it; all values are in the table that follows it."""
    is_lorenz = table.key == "lorenz" or table.chart == "lorenz"
    columns = drawn_columns(table) or list(table.columns[1:])
    column = columns[-1] if is_lorenz else columns[0]
    cells = zip(table.rows, table.column(column.key), strict=True)
    known = [(row[0], value) for row, cell in cells if (value := number(cell)) is not None]
    if not known:
        return "No value is shown."
    high = max(known, key=lambda pair: pair[1])
    return (
        f"{len(table.rows)} values; the highest of “{column.title}” is "
        f"{value_words(high[1], column.unit)} ({value_words(high[0], table.columns[0].unit)}). "
        "All values are in the table below."
    )
