"""Charts: well-formed, readable without seeing them, free of styles, true to their values."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from wiki.web.charts import (
    NARROW,
    WIDE,
    Axis,
    Caption,
    Curve,
    Dot,
    Series,
    Size,
    Vertex,
    area_chart,
    bar_chart,
    column_chart,
    heat_map,
    line_chart,
    lorenz_chart,
    network_chart,
    scatter_chart,
    survival_chart,
)
from wiki.web.charts.canvas import Frame, shortened, text_width
from wiki.web.charts.labels import spread
from wiki.web.charts.layout import lay_out
from wiki.web.charts.scale import (
    Scale,
    date_ticks,
    nice_ticks,
    percent,
    short_bytes,
    short_number,
)

SVG = "{http://www.w3.org/2000/svg}"
ODD = Caption("k", "A <b> & “c”", 'says "x" < y')
DAYS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(13)]
VALUES = [float(n) for n in range(13)]
CURVE = ((0, 1), (30, 0.75), (400, 0.375))
DOTS = [Vertex("a & b", 3), Vertex("c", 1, 1), Vertex("d", 0, 2), Vertex("alone", 1, 11)]


def _drawings(size: Size) -> list[str]:
    return [
        line_chart(ODD, size, DAYS, [Series("<i>", VALUES)]),
        line_chart(ODD, size, DAYS, [Series("a", VALUES), Series("b", [None, *VALUES[1:]], 2)]),
        column_chart(ODD, size, DAYS, [Series("a", VALUES)], [Series("b", VALUES, 2)]),
        column_chart(ODD, size, DAYS, [Series("a", [None] * 13)], hidden=[True] * 13),
        lorenz_chart(ODD, size, ((0, 0), (0.5, 0.2), (1, 1))),
        heat_map(ODD, size, ["Monday"], ["00", "01"], [[3, None]]),
        bar_chart(ODD, size, ["<x>", "y"], [3, None], ["3 & more", "fewer than 5"]),
        column_chart(ODD, size, ["a <b>", "c"], [Series("a", [1, 2]), Series("b", [0.5, None], 2)]),
        area_chart(ODD, size, DAYS, [Series(f"<{n}>", VALUES) for n in range(12)]),
        survival_chart(ODD, size, [Curve("a & b", CURVE), Curve("c", CURVE[:2], 2)]),
        scatter_chart(
            ODD, size, [Dot("<p>", 3, 4, "p: 3, 4"), Dot("q", 3, 4, "q")], Axis("x"), Axis("y")
        ),
        network_chart(ODD, size, DOTS, [(0, 1, 2.0), (1, 2, 0.5)]),
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
        # a filling is a pattern of the drawing's own; its colours come from classes too
        plain = re.sub(r'fill="url\(#[\w-]+\)"', "", drawn)
        assert not re.search(r"style=|<style|<script|\bon\w+=|fill=|stroke=|href", plain)


def test_every_filling_that_is_used_is_defined_in_its_own_drawing() -> None:
    for drawn in _drawings(WIDE):
        used = set(re.findall(r"url\(#([\w-]+)\)", drawn))
        assert used <= set(re.findall(r'id="([\w-]+)"', drawn))


def test_a_curve_falls_in_steps_to_what_is_left() -> None:
    drawn = survival_chart(ODD, WIDE, [Curve("a", CURVE)])
    found = re.findall(r'd="(M[^"]+)" class="line', drawn) or re.findall(
        r'class="line[^>]*d="(M[^"]+)"', drawn
    )
    heights = [float(each) for each in re.findall(r"V([\d.]+)", found[0])]
    top = float(re.findall(r"M[\d.]+ ([\d.]+)", found[0])[0])
    bottom = top + (heights[0] - top) / 0.25
    assert heights[1] == pytest.approx(top + 0.625 * (bottom - top), abs=0.05)
    assert "half is left after 400 days" in drawn


def test_layers_lie_on_each_other() -> None:
    drawn = area_chart(ODD, WIDE, DAYS[:2], [Series("old", [4, 2]), Series("new", [0, 2])])
    layers = re.findall(r'd="(M[^"]+)" class="layer|class="layer[^>]*d="(M[^"]+)"', drawn)
    old, new = (
        [float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", "".join(each))] for each in layers
    )
    assert old[1] == new[2]  # what is new at the end begins where what is old ends
    assert old.index(min(old)) == 0


def test_layers_too_thin_for_a_name_share_one() -> None:
    years = [Series("to 2015", [1, 1]), *(Series(str(year), [0, 2]) for year in (2016, 2017, 2018))]
    layers = [*years, Series("2019", [0, 90]), Series("2020", [0, 2]), Series("Machines", [0, 2])]
    names = _texts(area_chart(ODD, WIDE, DAYS[:2], layers, apart=1), "name")
    assert names == ["Machines", "2020", "2019", "to 2018"]
    names = _texts(area_chart(ODD, WIDE, DAYS[:2], layers[1:], apart=1), "name")
    assert names == ["Machines", "2020", "2019", "2016 – 2018"]


def test_names_at_the_ends_of_lines_do_not_meet() -> None:
    frame = Frame(0, 0, 100, 200)
    placed = spread([10.0, 10.0, 11.0, 199.0, 200.0], frame)
    assert all(later - earlier >= 14.9 for earlier, later in itertools.pairwise(placed))
    assert max(placed) <= 200


def test_a_graph_is_laid_out_alike_every_time_and_joins_what_belongs_together() -> None:
    edges = [
        (i, j, 1.0)
        for group in (0, 5)
        for i in range(group, group + 5)
        for j in range(i)
        if j >= group
    ]
    edges.append((0, 5, 0.1))
    places = lay_out(10, edges)
    assert places.tolist() == lay_out(10, edges).tolist()
    assert places.min() >= 0
    assert places.max() <= 1
    middles = places[:5].mean(axis=0), places[5:].mean(axis=0)
    for i, place in enumerate(places):
        own, other = middles if i < 5 else middles[::-1]
        assert ((place - own) ** 2).sum() < ((place - other) ** 2).sum()
    assert lay_out(0, []).shape == (0, 2)
    assert lay_out(1, []).shape == (1, 2)


def test_charts_stay_inside_their_sheet() -> None:
    for size in (WIDE, NARROW):
        for drawn in _drawings(size):
            width = float((ET.fromstring(drawn).get("viewBox") or "").split()[2])
            for element in ET.fromstring(drawn).iter(f"{SVG}text"):
                assert -1 <= float(element.get("x") or 0) <= width + 1


LONG = "guides/translation/templates/of-a-folder-far-down/日本語のページ/subcommand-mention"


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_long_names_are_cut_where_they_begin(size: Size) -> None:
    drawings = [
        bar_chart(ODD, size, [LONG, "b"], [3, 1], ["3", "1"]),
        line_chart(ODD, size, DAYS, [Series(LONG, VALUES), Series("b", VALUES, 2)]),
        area_chart(ODD, size, DAYS, [Series("b", VALUES), Series("c", VALUES)]),
    ]
    for drawn in drawings:
        for element in ET.fromstring(drawn).iter(f"{SVG}text"):
            words, x = element.text or "", float(element.get("x") or 0)
            width = text_width(words)
            anchor = element.get("text-anchor")
            left = x - width if anchor == "end" else x - width / 2 if anchor == "middle" else x
            assert left >= -4, words
            assert left + width <= size.width + 8, words
    assert "…" in drawings[0]
    assert "subcommand-mention</text>" in drawings[0]


def test_words_are_cut_at_their_end_and_paths_at_their_beginning() -> None:
    assert shortened("More than five years", 80) == "More than f…"
    assert shortened("a/long/way/to/here", 80).endswith("to/here")


def test_several_lines_have_a_legend_on_a_phone() -> None:
    names = ["Four of five pages are written by several of us", "b"]
    drawn = line_chart(ODD, NARROW, DAYS, [Series(name, VALUES) for name in names])
    assert f">{names[0]}</text>" in drawn
    assert "leader" not in drawn


def test_a_legend_on_a_phone_tells_lines_by_their_dashes() -> None:
    series = [Series(name, VALUES, n) for n, name in enumerate("abc", 1)]
    curves = [Curve(name, CURVE, n) for n, name in enumerate("abc", 1)]
    for drawn in (line_chart(ODD, NARROW, DAYS, series), survival_chart(ODD, NARROW, curves)):
        first = ET.fromstring(drawn).findall(f"{SVG}path")[:3]
        assert [key.get("class") for key in first] == [
            f"line dash-{n} hue-{n + 1}" for n in range(3)
        ]
        for dash in range(3):
            assert drawn.count(f"dash-{dash} hue-{dash + 1}") == 2  # the key and the line itself


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    values = [0.9 + n / 200 for n in range(13)]
    series = [Series("a", values), Series("b", [1.0] * 13, 2)]
    drawn = line_chart(ODD, WIDE, DAYS, series, label=percent, from_zero=False)
    assert ">axis from 90 %</text>" in drawn
    assert ">0 %</text>" not in drawn
    assert "axis from" not in line_chart(ODD, WIDE, DAYS, series, label=percent)
    even = line_chart(ODD, WIDE, DAYS, [Series("a", [1.0] * 13)], label=percent, from_zero=False)
    assert ">100 %</text>" in even
    assert 'class="area' not in even  # an area that begins anywhere tells nothing


def _texts(drawn: str, css: str) -> list[str]:
    return [
        each.text or ""
        for each in ET.fromstring(drawn).iter(f"{SVG}text")
        if each.get("class") == css
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_column_of_a_heat_map_is_named(size: Size) -> None:
    teams = [
        "Documentation",
        "Harbour & quay",
        "Ships",
        "Finance people",
        "Rotterdam",
        "Planning",
        "No team",
    ]
    drawn = heat_map(ODD, size, teams, teams, [[1.0] * 7] * 7, across="removed by")
    assert _texts(drawn, "unit") == ["removed by"]
    assert _texts(drawn, "tick")[7:] == list("ABCDEFG")
    keys = [f"{letter} {team}" for letter, team in zip("ABCDEFG", teams, strict=True)]
    assert _texts(drawn, "key")[:7] == keys
    assert "Ships, removed by Rotterdam: 1 edit<" in drawn
    few = heat_map(ODD, size, teams[:2], ["a", "b"], [[1.0, 2.0]] * 2)
    assert _texts(few, "tick")[2:] == ["a", "b"]
    many = heat_map(ODD, size, ["x"], [f"column {n}" for n in range(30)], [[1.0] * 30])
    assert "30 column 29" in _texts(many, "key")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_names_of_columns_stay_within_a_heat_map(size: Size) -> None:
    hours = [f"{hour:02}–{hour + 2:02}" for hour in range(0, 24, 2)]
    drawn = heat_map(ODD, size, ["Monday"], hours, [[1.0] * 12])
    for each in ET.fromstring(drawn).iter(f"{SVG}text"):
        if each.get("text-anchor") == "middle":
            half = text_width(each.text or "") / 2
            assert half <= float(each.get("x") or 0) <= size.width - half
    assert "00–02" in _texts(drawn, "tick")


def test_the_key_of_a_heat_map_tells_nothing_least_and_most() -> None:
    drawn = heat_map(ODD, WIDE, ["a"], ["x", "y", "z"], [[0.0, 1.0, 20.0]])
    assert _texts(drawn, "key") == ["20 edits", "1 …", "0"]
    assert drawn.count("heat-0") == 2
    assert _texts(heat_map(ODD, WIDE, ["a"], ["x"], [[3.0]]), "key") == ["3 edits"]


def test_the_longest_name_of_a_bar_is_whole_where_there_is_room() -> None:
    labels = ["up to 30 days", "more than five years"]
    assert _texts(bar_chart(ODD, WIDE, labels, [1, 2], ["1", "2"]), "name") == labels


def test_one_edit_is_not_edits() -> None:
    drawn = heat_map(ODD, WIDE, ["a"], ["x", "y"], [[1.0, 2.0]])
    assert "a, x: 1 edit<" in drawn
    assert "a, y: 2 edits<" in drawn
    assert _texts(heat_map(ODD, WIDE, ["a"], ["x"], [[1.0]]), "key") == ["1 edit"]


def test_layers_apart_from_the_order_are_hatched_and_of_no_shade() -> None:
    layers = [Series(name, VALUES) for name in ("2025", "2026", "Machines")]
    for size in (WIDE, NARROW):
        drawn = area_chart(ODD, size, DAYS, layers, apart=1)
        assert "strata-apart" in drawn
        assert "strata-8" in drawn
        assert "<pattern" in drawn
        assert f"url(#k-{size.name}-filling-1)" in drawn
    assert "strata-apart" not in area_chart(ODD, WIDE, DAYS, layers)


def test_an_axis_of_several_years_says_the_years() -> None:
    ends = [date(2015, 10, 31), date(2026, 8, 31)]
    assert [words for _, words in date_ticks(ends, 4)] == ["Oct 2015", "Aug 2026"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_name_lies_on_the_dot_of_another(size: Size) -> None:
    vertices = [Vertex(f"a name of some length {n}", 60 - n) for n in range(60)]
    root = ET.fromstring(network_chart(ODD, size, vertices, [(n, n + 1, 1.0) for n in range(59)]))
    dots = {
        mark[0].text: (float(mark[1].get("cx") or 0), float(mark[1].get("cy") or 0))
        for mark in root.iter(f"{SVG}g")
    }
    for name in root.iter(f"{SVG}text"):
        left = float(name.get("x") or 0) - text_width(name.text or "") / 2
        right, y = left + text_width(name.text or ""), float(name.get("y") or 0)
        for other, (cx, cy) in dots.items():
            assert other == name.text or not (left < cx < right and y - 11 < cy < y + 3)


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
    ET.fromstring(lorenz_chart(ODD, WIDE, ()))
    ET.fromstring(column_chart(ODD, WIDE, [], []))
    ET.fromstring(line_chart(ODD, WIDE, [], []))
    ET.fromstring(bar_chart(ODD, WIDE, [], [], []))
    ET.fromstring(heat_map(ODD, WIDE, [], [], []))
    ET.fromstring(area_chart(ODD, WIDE, [], []))
    ET.fromstring(survival_chart(ODD, WIDE, []))
    ET.fromstring(scatter_chart(ODD, WIDE, [], Axis("x"), Axis("y")))
    ET.fromstring(network_chart(ODD, WIDE, [], []))


def test_all_columns_of_a_series_share_one_filling_over_their_outlines() -> None:
    up, down = [Series("a", VALUES)], [Series("b", VALUES, 2)]
    drawn = column_chart(ODD, WIDE, DAYS, up, down)
    outlines = re.findall(
        r'class="column hue-2"[^>]*d="(M[^"]+)"|d="(M[^"]+)" class="column hue-2"', drawn
    )
    hatched = re.findall(r'<path[^>]*d="(M[^"]+)"[^>]*filling-1\)', drawn)
    hatched += re.findall(r'<path class="filling" d="(M[^"]+)"', drawn)
    assert len(outlines) > 1
    assert set(hatched) == {"".join(a or b for a, b in outlines)}
