"""How each kind of chart draws a table of any report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from wiki.analytics.figures import Chart, Column, Table, number
from wiki.services.report_words import share_words, value_words
from wiki.web.charts import (
    Axis,
    Caption,
    Curve,
    Dot,
    Series,
    Size,
    area_chart,
    bar_chart,
    column_chart,
    heat_map,
    line_chart,
    lorenz_chart,
    scatter_chart,
    survival_chart,
)
from wiki.web.charts.scale import Label
from wiki.web.report_cells import (
    drawn_columns,
    hidden_of,
    label_of,
    names_of,
    numbers,
    partial_of,
    places_of,
    same_units,
)
from wiki.web.report_drawings import Draw

_HUES = 8
_ONE: Mapping[str, str] = {"edits": "edit", "people": "person", "pages": "page", "words": "word"}
_LONGEST = 9


def _bars(table: Table) -> Iterator[Draw]:
    """One bar a row of the first column that can be drawn; a share after it is told beside it."""
    yield _drawn_as_bars(drawn_columns(table)[0], 0)


def _drawn_as_bars(counted: Column, hue: int) -> Draw:
    def draw(table: Table, caption: Caption, size: Size) -> str:
        place = table.columns.index(counted)
        after = table.columns[place + 1 : place + 2]
        cells = [row[place] for row in table.rows]
        words = [value_words(cell, counted.unit) for cell in cells]
        if after and after[0].unit == "share":
            words = [share_words(row[place], row[place + 1], counted.unit) for row in table.rows]
        labels = [value_words(row[0], table.columns[0].unit) for row in table.rows]
        title = counted.title if len(drawn_columns(table)) > 2 else ""
        return bar_chart(caption, size, labels, numbers(cells), words, hue=hue + 1, title=title)

    return draw


def _columns(table: Table) -> Iterator[Draw]:
    """A chart a column: heights are compared within one series. Shares beside counts say the same again.

    Long names would not fit under columns; they stand before bars.
    """
    columns = drawn_columns(table)
    counts = [column for column in columns if column.unit != "share"]
    names = [place for place in places_of(table) if isinstance(place, str)]
    are_long = max((len(name) for name in names), default=0) > _LONGEST
    for position, column in enumerate(counts or columns):
        yield (
            _drawn_as_bars(column, position) if are_long else _drawn_as_columns([column], position)
        )


def _stacked(table: Table) -> Iterator[Draw]:
    for columns in same_units(drawn_columns(table)):
        yield _drawn_as_columns(columns, 0)


def _drawn_as_columns(columns: Sequence[Column], hue: int) -> Draw:
    def draw(table: Table, caption: Caption, size: Size) -> str:
        alone = table.column(columns[0].key) if len(columns) == 1 else ()
        up, down = _above_and_below(_series(table, columns, hue))
        return column_chart(
            caption,
            size,
            places_of(table),
            up,
            down,
            unit=_axis_title(columns),
            label=label_of(columns[0].unit),
            names=names_of(table),
            partial=partial_of(table),
            hidden=hidden_of(alone),
        )

    return draw


def _lines(table: Table) -> Iterator[Draw]:
    for columns in same_units(drawn_columns(table)):
        yield _drawn_as_lines(columns)


def _drawn_as_lines(columns: Sequence[Column]) -> Draw:
    def draw(table: Table, caption: Caption, size: Size) -> str:
        series = _series(table, columns, 0)
        if not any(value for each in series for value in each.values):
            return ""  # a flat line at 0 says no more than its figure
        return line_chart(
            caption,
            size,
            places_of(table),
            series,
            unit=_axis_title(columns),
            label=label_of(columns[0].unit),
            names=names_of(table),
            from_zero=not _are_all_high(columns, series),
        )

    return draw


def _are_all_high(columns: Sequence[Column], series: Sequence[Series]) -> bool:
    """Whether lines of shares all keep to the upper half, where an axis from zero would lay them on
    each other."""
    values = [value for each in series for value in each.values if value is not None]
    several = len(columns) > 1 and columns[0].unit == "share"
    return several and bool(values) and min(values) > max(values) / 2


def _area(table: Table) -> Iterator[Draw]:
    for columns in same_units(drawn_columns(table)):
        yield _drawn_as_layers(columns)


def _drawn_as_layers(columns: Sequence[Column]) -> Draw:
    def draw(table: Table, caption: Caption, size: Size) -> str:
        unit = columns[0].unit
        layers = _series(table, columns, 0)
        words = str(unit) if unit != "number" else ""
        apart = sum(column.key == "marked" for column in columns[-1:])
        return area_chart(
            caption,
            size,
            places_of(table),
            layers,
            unit=words,
            label=label_of(unit),
            apart=apart,
        )

    return draw


def _survival(_table: Table) -> Iterator[Draw]:
    yield _survival_curves


def _survival_curves(table: Table, caption: Caption, size: Size) -> str:
    curves = []
    for position, column in enumerate(_shares(table)):
        pairs = zip(table.rows, table.column(column.key), strict=True)
        points = [
            (days, share)
            for row, cell in pairs
            if (days := number(row[0])) is not None and (share := number(cell)) is not None
        ]
        curves.append(Curve(column.title, points, position % _HUES + 1))
    return survival_chart(caption, size, curves)


def _shares(table: Table) -> list[Column]:
    return [column for column in drawn_columns(table) if column.unit == "share"]


def _heat(_table: Table) -> Iterator[Draw]:
    yield _heat_of_rows


def _heat_of_rows(table: Table, caption: Caption, size: Size) -> str:
    columns = table.columns[1:]
    units = {column.unit for column in drawn_columns(table)}
    if len(units) > 1:  # a column of sizes before a table of shares is no heat
        columns = tuple(_shares(table)) or columns
    keys = [column.key for column in columns]
    across, names = _short_titles(table, columns)
    places = [i for i, column in enumerate(table.columns) if column.key in keys]
    return heat_map(
        caption,
        size,
        _short_places(table),
        names,
        [numbers([row[i] for i in places]) for row in table.rows],
        label=_words_of(columns[0]),
        hidden=[hidden_of([row[i] for i in places]) for row in table.rows],
        across=across,
    )


def _short_titles(table: Table, columns: Sequence[Column]) -> tuple[str, list[str]]:
    """What all columns say before a name, once, and the names: of tables whose columns are the rows."""
    titles = [column.title for column in columns]
    rows = [value_words(row[0], table.columns[0].unit) for row in table.rows]
    if len(rows) != len(titles) or not rows:
        return "", titles
    said = titles[0].removesuffix(rows[0])
    if not said.endswith(" ") or titles != [f"{said}{row}" for row in rows]:
        return "", titles
    return said.strip(), rows


def _short_places(table: Table) -> list[str]:
    """Rows' names as they fit beside a heat map: days of the week by three letters."""
    names = [value_words(row[0], table.columns[0].unit) for row in table.rows]
    return [name[:3] if name.endswith("day") else name for name in names]


def _words_of(column: Column) -> Label:
    def words(value: float) -> str:
        said = value_words(int(value) if value == int(value) else value, column.unit)
        noun = _ONE.get(column.unit, "") if value == 1 else column.unit
        return f"{said} {noun}" if column.unit in _ONE else said

    return words


def _lorenz(_table: Table) -> Iterator[Draw]:
    yield _lorenz_curve


def _lorenz_curve(table: Table, caption: Caption, size: Size) -> str:
    points = [(number(row[0]) or 0.0, number(row[1]) or 0.0) for row in table.rows]
    return lorenz_chart(caption, size, points)


def _scatter(_table: Table) -> Iterator[Draw]:
    yield _scattered


def _scattered(table: Table, caption: Caption, size: Size) -> str:
    across, up = drawn_columns(table)[:2]
    cells = zip(table.rows, table.column(across.key), table.column(up.key), strict=True)
    dots = []
    for row, one, other in cells:
        x, y = number(one), number(other)
        if x is None or y is None:
            continue
        name = value_words(row[0], table.columns[0].unit)
        said = f"{value_words(one, across.unit)}, {value_words(other, up.unit)}"
        dots.append(Dot(name, x, y, f"{name}: {said}"))
    return scatter_chart(caption, size, dots, _axis(across), _axis(up))


def _axis(column: Column) -> Axis:
    return Axis(column.title, label_of(column.unit))


def _series(table: Table, columns: Sequence[Column], hue: int) -> list[Series]:
    return [
        Series(column.title, numbers(table.column(column.key)), (hue + position) % _HUES + 1)
        for position, column in enumerate(columns)
    ]


def _above_and_below(series: Sequence[Series]) -> tuple[list[Series], list[Series]]:
    """Values above zero, and those below as positive ones of series of their own."""
    below = [each for each in series if any(value and value < 0 for value in each.values)]
    up = [Series(e.label, [v if v is None else max(v, 0) for v in e.values], e.hue) for e in series]
    down = [
        Series(f"{e.label}, less", [v if v is None else max(-v, 0) for v in e.values], e.hue)
        for e in below
    ]
    return up, down


def _axis_title(columns: Sequence[Column]) -> str:
    """One series is named on its axis; several by what is counted."""
    if len(columns) == 1:
        return columns[0].title
    unit = columns[0].unit
    return "" if unit in {"number", "share", "text"} else str(unit)


KINDS: Mapping[Chart, Callable[[Table], Iterator[Draw]]] = {
    "bars": _bars,
    "columns": _columns,
    "stacked": _stacked,
    "lines": _lines,
    "area": _area,
    "survival": _survival,
    "heat": _heat,
    "lorenz": _lorenz,
    "scatter": _scatter,
}
