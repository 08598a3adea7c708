"""Independence: hours on the authors' clocks, ways in, and edits that met; small groups stay hidden."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from tests.analytics.histories import Story, person
from tests.analytics.rows import at
from wiki.analytics import independence
from wiki.analytics.figures import Hidden, figures_of, tables_of
from wiki.analytics.meetings import A_DAY, HALF_AN_HOUR, meetings, pages_of_meetings
from wiki.analytics.question import Question
from wiki.model import Identity, Window

MARCH = Window(at("2026-03-01"), at("2026-04-01"))


def asked(minimum: int = 1, window: Window = MARCH) -> Question:
    return Question(window, at("2026-04-02"), minimum=minimum)


def office(*, night: int = 2, day: int = 8) -> Story:
    """Eight daytime edits by eight people and two at night; the 2nd of March 2026 is a Monday."""
    story = Story()
    for i in range(day):
        story.edit(f"p{i}", f"2026-03-02 {9 + i:02}:10", f"d{i}")
    for i in range(night):
        story.edit(f"n{i}", f"2026-03-08 0{i}:30", f"n{i}")
    return story


def test_outside_is_what_the_nine_commonest_hours_in_a_row_do_not_hold() -> None:
    report = independence.compute(office().facts(), asked())
    assert report.outside.value == pytest.approx(0.2)
    assert report.usual == 8  # 08:00 to 17:00 is the first span that holds all eight

    monday = report.hours.rows[0]
    assert monday[0] == "Monday"
    assert [monday[1 + hour] for hour in (8, 9, 16, 17)] == [0, 1, 1, 0]
    sunday = report.hours.rows[6]
    assert sunday[1] == 1
    assert sunday[2] == 1


def test_the_usual_hours_may_go_over_midnight() -> None:
    story = Story()
    for hour in (22, 23, 0, 1, 2, 3, 4, 5, 6):
        story.edit("owl", f"2026-03-03 {hour:02}:00")
    story.edit("owl", "2026-03-03 12:00")
    report = independence.compute(story.facts(), asked())
    assert report.usual == 22
    assert report.outside.value == pytest.approx(0.1)


def test_hours_are_those_of_the_authors_clock() -> None:
    story = Story()
    story.edit("ravi", "2026-03-01 23:30", offset=330)  # Monday, 05:00 in India
    story.edit("mia", "2026-03-02 01:30", offset=-300)  # Sunday, 20:30 in New York
    report = independence.compute(story.facts(), asked())
    assert report.zones.value == 2
    assert report.hours.rows[0][1 + 5] == 1
    assert report.hours.rows[6][1 + 20] == 1


def test_a_window_without_edits_has_no_shares() -> None:
    report = independence.compute(Story().facts(), asked(minimum=5))
    assert report.outside.value is None
    assert report.met_day.value is None
    assert report.pairs_day.value == 0
    assert report.hours.rows == ()
    assert report.ways.rows == ()


def test_comparisons_only_where_the_history_reaches_back() -> None:
    story = office()
    story.edit("early", "2026-01-01 12:00")
    report = independence.compute(story.facts(), asked())
    assert report.outside.previous is None or report.outside.previous == 0
    assert report.outside.year_ago is None
    assert independence.headline(story.facts(), asked()) == report.outside


# -- privacy -------------------------------------------------------------------------------------


def test_few_people_on_either_side_hide_the_share_outside() -> None:
    few_at_night = independence.compute(office(night=4).facts(), asked(minimum=5))
    assert few_at_night.outside.value is Hidden.FEW
    assert few_at_night.usual is None
    enough = independence.compute(office(night=5).facts(), asked(minimum=5))
    assert enough.outside.value == pytest.approx(5 / 13)
    few_by_day = independence.compute(office(night=9, day=4).facts(), asked(minimum=5))
    assert few_by_day.outside.value is Hidden.FEW


def test_no_cell_of_hours_gives_away_fewer_than_five() -> None:
    chance = random.Random(3)
    for _ in range(40):
        story = Story()
        people_at: dict[tuple[int, int], set[str]] = {}
        for _ in range(chance.choice((6, 40, 300))):
            day, hour = chance.randrange(2, 9), chance.choice((8, 9, 9, 10, 10, 10, 14, 22))
            who = f"p{chance.randrange(12)}"
            story.edit(who, f"2026-03-{day:02} {hour:02}:00", f"{len(story.rows)}")
            people_at.setdefault((day - 2, hour), set()).add(who)
        table = independence.compute(story.facts(), asked(minimum=5)).hours
        step = 24 // (len(table.columns) - 1)
        hidden: list[set[str]] = []
        for row, cells in enumerate(table.rows):
            for part, cell in enumerate(cells[1:]):
                spots = [(row, part * step + i) for i in range(step)]
                behind = set[str]().union(*(people_at.get(spot, set()) for spot in spots))
                if cell is Hidden.FEW:
                    hidden.append(behind)
                else:
                    assert not behind or len(behind) >= 5
        everybody = set[str]().union(*people_at.values())
        if hidden and len(everybody) >= 5:
            assert len(hidden) > 1
            assert len(set[str]().union(*hidden)) >= 5


def test_nothing_of_a_group_of_four_is_told_but_that_there_is_one() -> None:
    story = Story()
    for i in range(4):
        story.edit(f"p{i}", f"2026-03-02 10:{i}0", "a", door="web")
    facts, question = story.facts(), asked(minimum=5)
    report = independence.compute(facts, question)
    assert {figure.value for figure in figures_of(report)} == {Hidden.FEW}
    cells = {cell for table in tables_of(report) for row in table.rows for cell in row[1:]}
    assert cells <= {Hidden.FEW}
    for key in independence.MEANINGS:
        assert len(independence.behind(facts, question, key).items) == 0


# -- doors ---------------------------------------------------------------------------------------


def test_doors_with_their_edits_and_people() -> None:
    story = Story()
    for i in range(6):
        story.edit(f"p{i}", f"2026-03-02 1{i}:00", door="web")
    story.edit("p0", "2026-03-05", door="push")
    story.edit("p9", "2026-03-06", door="api")
    report = independence.compute(story.facts(), asked())
    assert report.ways.rows == (
        ("In the browser", 6, 0.75, 6),
        ("Pushed with git", 1, 0.125, 1),
        ("By a program", 1, 0.125, 1),
    )
    assert report.other_doors.value == 0.25
    assert report.doors.value == 3


def test_a_door_few_used_takes_the_next_one_with_it() -> None:
    story = Story()
    for i in range(7):
        story.edit(f"p{i}", "2026-03-02", f"w{i}", door="web")
        story.edit(f"p{i}", "2026-03-03", f"p{i}", door="push")
    story.edit("p1", "2026-03-04", "x", door="api")
    report = independence.compute(story.facts(), asked(minimum=5))
    told = {row[0]: row[1] for row in report.ways.rows}
    assert told == {"In the browser": 7, "Pushed with git": Hidden.FEW, "By a program": Hidden.FEW}


# -- meetings ------------------------------------------------------------------------------------


def test_two_people_within_half_an_hour_meet_and_one_does_not_meet_herself() -> None:
    story = Story()
    story.edit("ann", "2026-03-02 10:00", "a")
    story.edit("ann", "2026-03-02 10:10", "a")
    story.edit("bo", "2026-03-02 10:30", "a")  # 30 and 20 minutes later: meets both
    story.edit("bo", "2026-03-02 10:31", "b")  # another page
    story.edit("cy", "2026-03-03 10:30", "a")  # a day after bo, more after ann
    report = independence.compute(story.facts(), asked())
    assert report.pairs_soon.value == 2
    assert report.met_soon.value == pytest.approx(3 / 5)
    assert report.pairs_day.value == 3
    assert report.met_day.value == pytest.approx(4 / 5)
    assert [(row[0].path, row[1], row[2]) for row in report.pages.rows] == [("a.md", 3, 3)]  # type: ignore[union-attr]


def test_meetings_equal_counting_every_pair() -> None:
    chance = random.Random(11)
    story = Story()
    for _ in range(250):
        when = f"2026-03-{chance.randrange(1, 6):02} {chance.randrange(24):02}:{chance.randrange(60):02}"
        story.edit(
            f"p{chance.randrange(5)}", when, f"{chance.randrange(4)}", commit=f"{len(story.rows)}"
        )
    facts = story.facts()
    mine = facts.narrowed(focus=np.arange(len(facts.people)) == person(facts, "p1"))
    for within in (HALF_AN_HOUR, A_DAY):
        pairs = [
            (one, two)
            for one, two in combinations(story.rows, 2)
            if one.page == two.page and one.person != two.person and abs(one.at - two.at) <= within
        ]
        (found,) = meetings(facts, MARCH, within)
        assert found.pairs == len(pairs)
        assert len(found.edits_met) == len({row.commit for pair in pairs for row in pair})
        _, counts, _ = pages_of_meetings(facts, found)
        assert int(counts.sum()) == len(pairs)
        of_one = [pair for pair in pairs if "p1" in {row.person.key for row in pair}]
        assert meetings(mine, MARCH, within)[0].pairs == len(of_one)


def test_pages_where_few_met_are_not_named_to_those_who_may_not_know() -> None:
    story = Story()
    for i in range(6):
        story.edit(f"p{i}", f"2026-03-02 10:0{i}", "many")
    story.edit("p0", "2026-03-02 10:00", "few")
    story.edit("p1", "2026-03-02 10:01", "few")
    report = independence.compute(story.facts(), asked(minimum=5))
    assert [row[0].path for row in report.pages.rows] == ["many.md"]  # type: ignore[union-attr]


# -- behind --------------------------------------------------------------------------------------


def test_what_is_behind_a_figure_is_as_many_as_it_says() -> None:
    story = office()
    story.edit("p1", "2026-03-02 09:20", "d0", door="web")
    story.edit("co", "2026-03-02 09:25", "d0", co_authors=(Identity("ann", "Ann"),))
    facts, question = story.facts(), asked()
    report = independence.compute(facts, question)
    edits = len(facts.edits(MARCH))
    for key in ("outside", "other_doors", "met_soon", "met_day"):
        share = independence.measure(facts, question, key)
        assert isinstance(share, float)
        assert len(independence.behind(facts, question, key).items) == round(share * edits)
    assert {figure.key for figure in figures_of(report)} == set(independence.MEANINGS)


def test_p007_hours_are_shown_only_for_five_people_and_more() -> None:
    story = Story()
    for who in range(6):
        for day in (9, 16):
            story.edit(f"p{who}", f"2026-03-{day:02} {10 + who % 2}:00")
    story.edit("p0", "2026-03-08 03:00")  # one person, Sunday night
    table = independence.compute(story.facts(), asked(minimum=5)).hours
    assert Hidden.FEW in [cell for row in table.rows for cell in row[1:]]
    assert not any(isinstance(cell, int) and cell for cell in table.rows[6][1:])


# -- what became of meetings ---------------------------------------------------------------------


def test_merged_by_themselves_is_of_the_saves_that_met() -> None:
    story = Story()
    for i, met in enumerate(["merged", "merged", "merged", "looked", "resolved", ""]):
        story.edit(f"p{i}", f"2026-03-02 1{i}:00", "a", door="web", met=met)
    facts = story.facts()
    assert independence.compute(facts, asked()).by_themselves.value == pytest.approx(0.6)
    assert len(independence.behind(facts, asked(), "by_themselves").items) == 5
    assert independence.compute(facts, asked(minimum=3)).by_themselves.value is Hidden.FEW


def test_where_no_save_met_another_there_is_no_share() -> None:
    story = Story()
    story.edit("ann", "2026-03-02 10:00", door="web")
    assert independence.compute(story.facts(), asked()).by_themselves.value is None
