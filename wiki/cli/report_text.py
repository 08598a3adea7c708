"""A report for the terminal: sentences, figures side by side with what they were, small bars."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

from wiki.analytics.figures import Cell, Graph, Table, figures_of, graphs_of, number, tables_of
from wiki.services.report_sentences import sentences_of
from wiki.services.report_words import has_numbers, row_words, span_words, value_words
from wiki.services.reports import Finished

_BAR = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BARRED = {"over_time", "funnel", "growth", "churn", "activity", "authors", "ages", "page_edits"}
"""Tables drawn by a shape of their own."""
_SHADES = " ░▒▓█"
_MOST_ROWS = 60
_MOST_LINES = 12
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str, form: str = "text") -> str:
    """What may go to a terminal: a name in a history must not clear the screen, turn letters around, or
    hold bytes that nothing can print. Lines of ``csv`` end in a carriage return."""
    text = text.encode("utf-8", "replace").decode()
    parts = text.split("\r\n") if form == "csv" else [text]
    return "\r\n".join(_OBEYED.sub("\ufffd", part) for part in parts)


def json_text(values: object) -> str:
    """Values as JSON for people and machines."""
    return json.dumps(values, ensure_ascii=False, indent=1)


def report_text(
    finished: Finished, *, width: int = 100, explain: bool = False, who: bool = False
) -> str:
    """The whole report, lines of at most ``width`` letters where words allow."""
    parts = [
        _head(finished, width),
        _figures(finished, width, explain=explain),
        *(
            _table(table, width, explain=explain)
            for table in tables_of(finished.report)
            if has_numbers(table)
        ),
        *(_graph(graph, width, explain=explain) for graph in graphs_of(finished.report)),
        _foot(finished, width),
    ]
    if who:
        parts.append(_people(finished))
    return "\n\n".join(part for part in parts if part)


def _head(finished: Finished, width: int) -> str:
    title = f"{finished.kind.title} · {finished.subject} · {span_words(finished.chosen)}"
    lines = [title, "─" * min(width, len(title))]
    if finished.partial:
        lines.append(f"PARTIAL: {finished.partial}")
    lines += [*sentences_of(finished.kind.name, finished.report)]
    edits = next((each for each in figures_of(finished.report) if each.key == "edits"), None)
    if edits is not None and not edits.value and finished.last is not None:
        day = finished.calendar.local_date(finished.last)
        lines.append(
            f"The last edit was on {value_words(day, 'text')}. Try --window active or --window all."
        )
    return "\n".join(lines)


def _figures(finished: Finished, width: int, *, explain: bool) -> str:
    rows = [("", "now", "before", "a year ago")]
    below = []
    for figure in figures_of(finished.report):
        unit = figure.meaning.unit
        values = (figure.value, figure.previous, figure.year_ago)
        if all(value is None for value in values):
            continue
        rows.append((figure.meaning.title, *(value_words(value, unit) for value in values)))  # type: ignore[arg-type]
        below.append([figure.base, figure.meaning.definition if explain else ""])
    lines = aligned(rows)
    told = [lines[0]]
    for line, words in zip(lines[1:], below, strict=True):
        parts = (part for each in words for part in textwrap.wrap(each, width - 4))
        told += [line, *(f"    {part}" for part in parts)]
    return "\n".join(told)


def _table(table: Table, width: int, *, explain: bool) -> str:
    lines = [table.title]
    if explain:
        lines += [
            f"    {part}" for part in textwrap.wrap(f"{table.definition} {table.note}", width - 4)
        ]
    if table.chart == "heat" and all(column.unit == "edits" for column in table.columns[1:]):
        return "\n".join([*lines, *_hours(table)])
    cut = table.rows[-_MOST_ROWS:]
    if len(cut) < len(table.rows):
        lines.append(
            f"  (the last {_MOST_ROWS} of {len(table.rows)} rows; all of them with --format csv)"
        )
    body = aligned(
        [tuple(column.title for column in table.columns), *(row_words(table, row) for row in cut)]
    )
    bars = _bars(table, cut)
    lines += [
        body[0],
        *(f"{line}  {bar}".rstrip() for line, bar in zip(body[1:], bars, strict=True)),
    ]
    return "\n".join(lines)


def _graph(graph: Graph, width: int, *, explain: bool) -> str:
    """A graph's strongest lines, as words: the picture is for the browser."""
    if not graph.nodes:
        return ""
    lines = [f"{graph.title}: {len(graph.nodes)} dots, {len(graph.edges)} lines between them"]
    if explain:
        lines += [f"    {part}" for part in textwrap.wrap(f"{graph.definition} {graph.note}", width - 4)]  # fmt: skip
    strongest = sorted(graph.edges, key=lambda edge: (-edge[2], edge[:2]))[:_MOST_LINES]
    for one, other, _ in strongest:
        lines.append(f"  {graph.nodes[one].label} – {graph.nodes[other].label}")
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns set flush: the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(size) for cell, size in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    longest = max(len(line) for line in lines)
    return [line.ljust(longest) for line in lines]


def _bars(table: Table, rows: Sequence[Sequence[Cell]]) -> list[str]:
    """A bar for the first column of numbers, where its numbers are drawn at all."""
    units = [column.unit for column in table.columns[1:]]
    place = next((i for i, unit in enumerate(units, 1) if unit != "text"), 0)
    if not place or not (table.chart or table.key in _BARRED):
        return [""] * len(rows)
    values = [number(row[place]) or 0.0 for row in rows]
    high = max(values, default=0) or 1
    return [_bar(value / high) for value in values]


def _bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _hours(table: Table) -> Iterator[str]:
    """A heat map of letters."""
    values = [number(cell) or 0.0 for row in table.rows for cell in row[1:]]
    high = max(values, default=0) or 1
    wide = 2 if len(table.columns) > 13 else 6
    labels = "".join(column.title[:2].ljust(wide) for column in table.columns[1:])
    yield f"  {'':9}  {labels}"
    for row in table.rows:
        shades = "".join(_shade(cell, high) * wide for cell in row[1:])
        yield f"  {row[0]!s:9}  {shades}"


def _shade(cell: Cell, high: float) -> str:
    value = number(cell)
    if value is None:
        return "·"
    return _SHADES[min(4, 1 + int(4 * (value - 1) / high))] if value else " "


def _foot(finished: Finished, width: int) -> str:
    joins = sum(not each.is_split for each in finished.decisions)
    splits = len(finished.decisions) - joins
    text = (
        f"Read from {finished.commits:,} commits up to {finished.head[:12] or 'nothing'}; days begin in "
        f"{finished.calendar.zone}. Addresses joined {joins} times, shared ones split {splits} times"
        " (--who lists them)."
    )
    if finished.misdated:
        listed = ", ".join(each.commit[:12] for each in finished.misdated[:5])
        text += f" Impossible dates: {len(finished.misdated)} commits ({listed}{'…' if len(finished.misdated) > 5 else ''})."
    return "\n".join(textwrap.wrap(text, width))


def _people(finished: Finished) -> str:
    """Every join and split with its reason, ready to be put right in ``.mailmap``."""
    lines = ["Who is who"]
    for each in finished.decisions:
        verb = "split" if each.is_split else "joined"
        lines.append(f"  {verb} ({each.reason}: {each.detail})")
        lines += [f"    {author.name} <{author.email}>" for author in each.authors]
    return "\n".join(lines) if len(lines) > 1 else "Who is who: no addresses were joined or split."
