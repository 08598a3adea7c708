"""A page's growth drawn as layers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from wiki.web.charts import NARROW, WIDE, Caption
from wiki.web.charts.strata import Lane, Layer, sign_icon, strata_chart, swatch, time_ticks

CAPTION = Caption("life", "A <b>", 'Words & "more"')
SVG = "{http://www.w3.org/2000/svg}"


def at(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def drawn(
    layers: list[Layer], lanes: Sequence[Lane] = (), times: list[int] | None = None
) -> ET.Element:
    times = times or [at(2020), at(2021), at(2022)]
    return ET.fromstring(strata_chart(CAPTION, WIDE, times, layers, lanes, at(2024), at(2021)))


def outline(root: ET.Element, rank: int) -> list[tuple[float, float]]:
    """The corners of a layer."""
    (shape,) = root.findall(f".//{SVG}path[@class='stratum stratum-{rank}']")
    x = y = 0.0
    corners = []
    for command, values in re.findall(r"([MVH])([-\d. ]+)", shape.get("d", "")):
        numbers = [float(value) for value in values.split()]
        x, y = numbers if command == "M" else (x, numbers[0]) if command == "V" else (numbers[0], y)
        corners.append((x, y))
    return corners


def test_layers_stand_on_each_other_and_hold_until_the_next_change() -> None:
    root = drawn([Layer("Ada", "A", 0, [100, 100, 50]), Layer("Bo", "B", 1, [0, 100, 150])])
    ada, bo = outline(root, 0), outline(root, 1)
    foot = max(y for _, y in ada)
    left, right = min(x for x, _ in ada), max(x for x, _ in ada)
    # Half of the time line, from the third change on, Ada's layer is half as high.
    middle = left + (right - left) / 2
    tops = {y for x, y in ada if x > middle + 1}
    assert {round((foot - y) * 2) for y in tops if y < foot} == {
        round(foot - min(y for _, y in ada))
    }
    assert any(abs(x - middle) < 0.5 for x, _ in ada)
    assert min(y for _, y in bo) == pytest.approx(
        foot - 2 * (foot - min(y for _, y in ada)), abs=0.2
    )


def test_thick_layers_bear_their_letter_and_empty_ones_are_not_drawn() -> None:
    root = drawn(
        [
            Layer("Ada", "A", 0, [100] * 3),
            Layer("Bo", "B", 1, [1] * 3),
            Layer("Cy", "C", 2, [0] * 3),
        ]
    )
    letters = [each.text for each in root.iter(f"{SVG}text") if each.get("class") == "letter"]
    assert letters == ["A"]
    assert root.findall(f".//{SVG}path[@class='stratum stratum-2']") == []


def test_every_layer_has_a_pattern_and_nothing_has_a_style() -> None:
    texts = [
        strata_chart(
            CAPTION,
            size,
            [at(2020)],
            [Layer("x", "A", r, [9]) for r in range(9)],
            [],
            at(2021),
            at(2020),
        )
        for size in (WIDE, NARROW)
    ]
    for text in texts:
        assert "style" not in text
        named = set(re.findall(r'id="([^"]+weave[^"]+)"', text))
        used = set(re.findall(r"url\(#([^)]+)\)", text))
        assert used == named
        assert len(used) == 8
    ids = re.findall(r'id="([^"]+)"', "".join(texts))
    assert len(ids) == len(set(ids))
    assert len({swatch(rank) for rank in range(8)}) == 8


def test_things_that_happened_close_together_share_a_sign_that_says_how_many() -> None:
    events = [(at(2020, 3, day), f"day {day}") for day in (1, 2, 3)] + [(at(2023), "alone")]
    root = drawn([Layer("Ada", "A", 0, [9, 9, 9])], [Lane("reverted", "Brought back", events)])
    said = [
        mark.find(f"{SVG}title").text
        for mark in root.iter(f"{SVG}g")
        if mark.get("class") == "mark"
    ]
    assert said == ["Brought back: 3 times", "alone"]
    assert "sign-reverted" in sign_icon("reverted")


def test_a_page_of_one_moment_can_be_drawn() -> None:
    now = at(2020)
    text = strata_chart(CAPTION, NARROW, [now], [Layer("Ada", "A", 0, [0])], [], now, now)
    assert ET.fromstring(text).find(f"{SVG}title").text == "A <b>"


@pytest.mark.parametrize(
    ("begin", "end", "labels"),
    [
        (at(2021, 5, 3), at(2021, 5, 6), ["3 May 2021", "4 May", "5 May", "6 May"]),
        (at(2021, 10, 20), at(2022, 3, 2), ["Nov 2021", "Dec", "2022", "Feb", "Mar"]),
        (at(2006, 3, 10), at(2026, 3, 1), ["2010", "2015", "2020", "2025"]),
        (at(2021), at(2021), ["1 Jan 2021"]),
    ],
)
def test_time_is_marked_in_round_steps(begin: int, end: int, labels: list[str]) -> None:
    ticks = time_ticks(begin, end, 5)
    assert [label for _, label in ticks] == labels
    assert all(begin <= place <= max(begin, end) for place, _ in ticks)
