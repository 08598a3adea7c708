"""Charts: well-formed, readable without seeing them, free of styles, true to their values."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from wiki.web.charts import (
    NARROW,
    WIDE,
    Caption,
    Series,
    Size,
    bar_chart,
    column_chart,
    heat_map,
    line_chart,
    lorenz_chart,
    sparkline,
)
from wiki.web.charts.scale import Scale, date_ticks, nice_ticks, short_bytes, short_number

SVG = "{http://www.w3.org/2000/svg}"
ODD = Caption("k", "A <b> & “c”", 'says "x" < y')
DAYS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(13)]
VALUES = [float(n) for n in range(13)]


def _drawings(size: Size) -> list[str]:
    return [
        line_chart(ODD, size, DAYS, [Series("<i>", VALUES)]),
        line_chart(ODD, size, DAYS, [Series("a", VALUES), Series("b", [None, *VALUES[1:]], 2)]),
        column_chart(ODD, size, DAYS, [Series("a", VALUES)], [Series("b", VALUES, 2)]),
        column_chart(ODD, size, DAYS, [Series("a", [None] * 13)], hidden=[True] * 13),
        lorenz_chart(ODD, size, ((0, 0), (0.5, 0.2), (1, 1))),
        heat_map(ODD, size, ["Monday"], ["00", "01"], [[3, None]]),
        bar_chart(ODD, size, ["<x>", "y"], [3, None], ["3 & more", "fewer than 5"]),
        sparkline(ODD, VALUES),
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_chart_is_an_image_with_title_and_description(size: Size) -> None:
    for drawn in _drawings(size):
        root = ET.fromstring(drawn)
        assert root.get("role") == "img"
        title, desc = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
        assert (root.get("aria-labelledby") or "").split() == [title.get("id"), desc.get("id")]
        assert title.text == ODD.title
        assert desc.text == ODD.description


def test_no_chart_carries_styles_or_scripts() -> None:
    for drawn in _drawings(WIDE):
        assert not re.search(r"style=|<style|<script|\bon\w+=|fill=|stroke=|href", drawn)


def test_charts_stay_inside_their_sheet() -> None:
    for size in (WIDE, NARROW):
        for drawn in _drawings(size):
            width = float((ET.fromstring(drawn).get("viewBox") or "").split()[2])
            for element in ET.fromstring(drawn).iter(f"{SVG}text"):
                assert -1 <= float(element.get("x") or 0) <= width + 1


def test_columns_are_as_high_as_their_values() -> None:
    drawn = column_chart(ODD, WIDE, DAYS[:2], [Series("a", [10, 20])])
    tops = [float(d) for d in re.findall(r'd="M[\d.]+ [\d.]+V[\d.]+Q[\d.]+ ([\d.]+)', drawn)]
    base = float(re.findall(r'd="M[\d.]+ ([\d.]+)V', drawn)[0])
    assert (base - tops[1]) == pytest.approx(2 * (base - tops[0]), abs=0.05)


def test_p001_a_hidden_column_does_not_tell_its_height() -> None:
    few = column_chart(ODD, WIDE, DAYS[:1], [Series("a", [None])], hidden=[True])
    assert "fewer than 5 people" in few
    assert 'class="column' not in few.replace('class="column hue', "")


def test_axes_have_round_numbers_around_the_values() -> None:
    assert nice_ticks(0, 97, 4) == (0, 50, 100)
    assert nice_ticks(0, 3, 4) == (0, 1, 2, 3)
    assert nice_ticks(-40, 130, 4) == (-50, 0, 50, 100, 150)
    assert nice_ticks(0, 0, 4) == (0, 1)
    assert Scale(0, 10, 100, 0)(5) == 50


def test_dates_are_labelled_at_month_and_year_beginnings() -> None:
    months = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(30)]
    labels = [label for _, label in date_ticks(months, 10)]
    assert labels[0] == "Jan 2024"
    assert "Jan 2025" in labels
    assert len(labels) <= 10
    years = [date(2000 + n // 4, n % 4 * 3 + 1, 1) for n in range(80)]
    assert all(label.isdigit() for _, label in date_ticks(years, 10))
    assert len(date_ticks(DAYS[:3], 8)) == 3


def test_labels_are_short() -> None:
    assert [short_number(n) for n in (0, 950, 1500, 20_000, 3_000_000, -1500)] == [
        "0", "950", "1.5k", "20k", "3M", "−1.5k",
    ]  # fmt: skip
    assert short_bytes(2_300_000) == "2.3 MB"


def test_nothing_to_draw_is_no_fault() -> None:
    assert sparkline(ODD, [None]) == ""
    ET.fromstring(lorenz_chart(ODD, WIDE, ()))
    ET.fromstring(column_chart(ODD, WIDE, [], []))
    ET.fromstring(line_chart(ODD, WIDE, [], []))
    ET.fromstring(bar_chart(ODD, WIDE, [], [], []))
    ET.fromstring(heat_map(ODD, WIDE, [], [], []))
