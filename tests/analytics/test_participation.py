from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.analytics.histories import FAR, Story, facts_from
from tests.analytics.rows import PageChange, at, change
from wiki.analytics.figures import Figure, Hidden, Table, figures_of, tables_of
from wiki.analytics.participation import KIND, MEANINGS, Participation, participation
from wiki.analytics.question import Question
from wiki.model import Identity, Window
from wiki.services.report_sentences.participation import sentences

SPRING = Window.of_days(date(2026, 4, 1), date(2026, 5, 1))

ROWS = [
    change("ann", "2026-01-10"),
    change("ann", "2026-03-20", "b"),
    change("ann", "2026-04-02"),
    change("ann", "2026-04-03", "b"),
    change("bo", "2026-03-05"),
    change("bo", "2026-03-06"),
    change("cy", "2025-06-01"),
    change("cy", "2026-04-10"),
    change("di", "2026-04-20"),
    change("ed", "2026-05-01"),
]


def _run(rows: list[PageChange], window: Window = SPRING, **asked: object) -> Participation:
    return participation(facts_from(rows), Question(window, FAR, **asked))  # type: ignore[arg-type]


def test_movement_by_hand() -> None:
    report = _run(ROWS)
    assert report.contributors.value == 3  # ann, cy, di; ed is after the window
    assert report.new.value == 1  # di
    assert report.returning.value == 1  # ann, who also edited in March
    assert report.reactivated.value == 1  # cy
    assert report.lapsed.value == 1  # bo
    assert report.edits.value == 4
    assert report.one_time.value == pytest.approx(1 / 3)


def test_comparison_with_the_window_before_and_a_year_ago() -> None:
    rows = [change("old", "2024-01-01"), change("ann", "2025-04-05"), *ROWS]
    report = _run(rows)
    assert report.contributors.previous == 2  # ann and bo in March
    assert report.contributors.year_ago == 1


def test_no_comparison_where_the_history_does_not_reach() -> None:
    report = _run(ROWS)
    assert report.edits.previous == 3
    assert report.edits.year_ago is None


def test_of_a_window_with_nothing_before_it_nobody_is_new_or_gone() -> None:
    report = _run(ROWS, Window(at("2025-06-01"), at("2026-06-01")))
    keys = ("new", "returning", "reactivated", "lapsed")
    assert [getattr(report, key).value for key in keys] == [None] * 4
    young = _run(ROWS, Window(at("2025-04-01"), at("2025-07-01")))
    assert (young.new.value, young.returning.value) == (1, None)


def test_of_a_history_whose_beginning_is_missing_nobody_is_new() -> None:
    facts = replace(facts_from(ROWS), partial="cut off", cut=True)
    report = participation(facts, Question(SPRING, FAR))
    assert (report.new.value, report.reactivated.value, report.one_time.value) == (None,) * 3
    assert (report.returning.value, report.lapsed.value) == (1, 1)
    assert (report.funnel.rows, report.retention.rows) == ((), ())
    assert "first edit" in report.funnel.note
    assert set(report.over_time.column("new")) == {None}


def test_a_head_count_that_cannot_be_true_makes_no_rate() -> None:
    report = _run(ROWS, population=2)
    assert (report.rate.value, report.gini_population.value) == (None, None)
    assert "More people edited than the 2" in sentences(report)[-1]
    assert sum(report.split.column("people")) == 3  # type: ignore[arg-type]
    assert report.contributors.base == ""
    fits = _run(ROWS, population=3)
    assert fits.rate.value == 1
    assert fits.contributors.base == "of 3 who could have taken part"
    question = Question(SPRING, FAR, population=3)
    assert KIND.headline(facts_from(ROWS), question) == fits.contributors
    hidden = participation(facts_from(ROWS), replace(question, minimum=5))
    assert hidden.contributors.base == ""


def test_a_head_count_of_today_makes_no_rate_of_many_years() -> None:
    years = Window(at("2025-01-01"), at("2026-06-01"))
    report = _run(ROWS, years, population=10)
    assert (report.population, report.rate.value, report.gini_population.value) == (None,) * 3
    story = Story()
    for who in ("ann", "bo", "cy"):
        story.edit(who, "2026-04-02")
    story.team("north", "ann", "bo", head_count=1)
    story.team("south", "cy", head_count=4)
    for window, rates in ((SPRING, (None, 0.25, None)), (years, (None,) * 3)):
        found = participation(story.facts(), Question(window, FAR)).teams
        assert found.column("rate") == rates


def test_the_window_is_half_open() -> None:
    rows = [change("ann", "2026-04-01"), change("bo", "2026-05-01")]
    assert _run(rows).contributors.value == 1


def test_machines_bulk_merges_and_renames_do_not_count_but_are_listed() -> None:
    rows = [
        change("ann", "2026-04-02"),
        change("robot", "2026-04-03"),
        change("bo", "2026-04-04", bulk=True),
        change("cy", "2026-04-05", merge=True),
        change("di", "2026-04-06", content=False, kind="renamed"),
        change("ed", "2026-04-07", door="import"),
    ]
    report = _run(rows)
    assert report.contributors.value == 1
    assert report.left_out.column("rows") == (1, 1, 2, 1, 1)


def test_an_edit_of_several_authors_counts_for_each_of_them_and_once() -> None:
    both = (Identity("bo", "Bo"), Identity("robot", "Robot", is_bot=True))
    report = _run([change("ann", "2026-04-02", co_authors=both)])
    assert report.contributors.value == 2
    assert report.edits.value == 1
    assert _run([change("robot", "2026-04-02", co_authors=both)]).contributors.value == 1


def test_rate_and_gini_over_the_population_only_where_it_is_known() -> None:
    assert _run(ROWS).rate.value is None
    report = _run(ROWS, population=12)
    assert report.rate.value == pytest.approx(0.25)
    assert isinstance(report.gini_population.value, float)
    assert report.gini_population.value > report.gini.value  # type: ignore[operator]


def test_bands_are_inclusive_thresholds() -> None:
    rows = [change("ann", f"2026-04-{day:02}") for day in range(1, 31)]
    rows += [change("bo", f"2026-04-{day:02}") for day in range(1, 6)]
    rows += [change("cy", "2026-04-01")]
    assert _run(rows).bands.rows == ((1, 3), (5, 2), (25, 1), (100, 0))


def test_funnel_by_hand() -> None:
    rows = [
        change("ann", day)
        for day in ("2026-01-01", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-11")
    ]
    rows += [change("bo", "2026-02-01"), change("bo", "2026-02-05"), change("cy", "2026-03-01")]
    rows += [change("cy", "2026-06-01")]  # after the window
    table = _run(rows).funnel
    assert table.column("people") == (3, 2, 1, 0)
    assert table.column("days") == (0, 3.0, 10.0, None)  # median of 2 and 4; 10


def test_retention_by_hand() -> None:
    rows = [
        change("ann", "2025-11-01"),
        change("ann", "2025-12-06"),  # after 35 days
        change("bo", "2025-11-10"),
        change("bo", "2026-01-15"),  # after 66 days
        change("cy", "2026-04-01"),
    ]
    table = _run(rows).retention
    november = next(row for row in table.rows if row[0] == date(2025, 11, 1))
    assert november[1:4] == (2, 0.5, 0.5)
    april = next(row for row in table.rows if row[0] == date(2026, 4, 1))
    assert april[1:3] == (1, None)  # not yet passed
    assert table.rows[-1][:3] == ("All", 3, 0.5)


def test_weeks_and_months_add_up_to_the_window() -> None:
    report = _run(ROWS)
    assert sum(report.over_time.column("edits")) == report.edits.value  # type: ignore[arg-type]
    assert sum(report.over_time.column("new")) == report.new.value  # type: ignore[arg-type]
    assert report.over_time.column("start")[0] == date(2026, 3, 30)
    assert report.over_time.column("part")[0] == "part"


def test_days_begin_in_the_zone_of_the_report() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    window = Window.of_days(date(2026, 4, 1), date(2026, 5, 1), zone)
    rows = [change("ann", "2026-03-31 12:00")]  # already the first of April there
    assert _run(rows, window, zone=zone).contributors.value == 1


def test_an_empty_history_has_an_empty_report() -> None:
    report = _run([])
    assert report.contributors.value == 0
    assert report.gini.value is None
    assert report.lorenz.rows == ()


def test_every_figure_has_its_definition() -> None:
    report = _run(ROWS)
    assert [figure.key for figure in figures_of(report)] == list(MEANINGS)
    assert all(len(figure.meaning.definition) > 30 for figure in figures_of(report))
    assert all(table.definition for table in tables_of(report))


@pytest.mark.parametrize("size", [1, 3, 4])
def test_p001_a_small_team_is_not_taken_apart(size: int) -> None:
    rows = [
        change(f"p{n}", f"2026-04-{day:02} {10 + n}:00")
        for n in range(size)
        for day in range(1, 4 + n)
    ]
    report = _run(rows, minimum=5)
    for figure in (
        report.contributors,
        report.edits,
        report.absence_factor,
        report.gini,
        report.effective,
        report.top_1,
        report.top_10,
    ):
        assert isinstance(figure.value, Hidden)
    assert report.lorenz.rows == ()
    assert not isinstance(report.new.value, int)
    assert all(isinstance(cell, Hidden) for cell in report.over_time.column("people") if cell != 0)


def test_p001_no_value_of_any_table_is_about_a_few_people() -> None:
    rows = [change(f"p{n}", f"2026-04-{1 + n % 25:02}", str(n)) for n in range(23)]
    rows += [change("p0", f"2026-04-{day:02}", "x") for day in range(1, 30)]
    report = _run(rows, minimum=5)
    for table in tables_of(report):
        _check_people(table)
    for figure in figures_of(report):
        _check_figure(figure)


def _check_people(table: Table) -> None:
    for column in table.columns[1:]:
        if column.unit == "people":
            values = [cell for cell in table.column(column.key) if isinstance(cell, int)]
            assert not [value for value in values if 0 < value < 5], table.key


def _check_figure(figure: Figure) -> None:
    if figure.meaning.unit == "people":
        assert not isinstance(figure.value, int) or figure.value == 0 or figure.value >= 5


def test_p001_a_window_of_one_day_tells_nothing_about_a_few_people() -> None:
    rows = [change(f"p{n}", "2026-04-01", str(n)) for n in range(9)]
    rows += [change("p0", "2026-04-02", str(n)) for n in range(3)]
    day = Window.of_days(date(2026, 4, 2), date(2026, 4, 3))
    report = _run(rows, day, minimum=5)
    assert isinstance(report.edits.value, Hidden)
    assert report.contributors.value is Hidden.FEW
    assert report.contributors.previous == 9
    assert report.bands.rows[0] == (1, Hidden.FEW)
    assert isinstance(report.over_time.column("edits")[0], Hidden)
    assert isinstance(report.left_out.column("rows")[0], Hidden)


def test_p001_edits_of_a_week_with_a_few_people_cannot_be_worked_out() -> None:
    rows = [change(f"p{n}", f"2026-04-{day:02}", str(n)) for n in range(9) for day in (1, 8, 15)]
    rows += [change("p0", "2026-04-22", str(n)) for n in range(30)]
    report = _run(rows, minimum=5)
    told = [cell for cell in report.over_time.column("edits") if isinstance(cell, int) and cell]
    assert len(told) == 2  # the total is known, so that one more week is not told
    assert report.edits.value == 57


def test_p001_newcomers_of_a_few_are_not_hidden_in_weeks_of_nobody() -> None:
    rows = [change(f"p{n}", "2026-03-02", str(n)) for n in range(9)]
    rows += [change(f"p{n}", "2026-04-01", str(n)) for n in range(8)]
    rows += [change(f"new{n}", "2026-04-02", str(n)) for n in range(2)]
    rows += [change(f"p{n}", "2026-04-15", str(n)) for n in range(7)]
    table = _run(rows, minimum=5).over_time
    weeks = list(zip(table.column("people"), table.column("new"), strict=True))
    assert (10, Hidden.FEW) in weeks
    assert weeks.count((0, 0)) == len(weeks) - 2  # that 0 are new of 0 is no secret, nor hides one
    assert all(isinstance(new, Hidden) for people, new in weeks if people)


def test_words_are_spread_over_those_who_wrote_them() -> None:
    story = Story()
    first = story.edit("ann", "2026-01-01", words=400)
    second = story.edit("bo", "2026-04-02", words=100, removed=300)
    late = story.edit("cy", "2026-05-02", words=900)
    story.lived(first, 100)
    story.lived(first, 300, died=second)
    story.lived(second, 100)
    story.lived(late, 900)  # after the window
    machine = story.edit("robot", "2026-04-01", words=5000)
    story.lived(machine, 5000)
    report = participation(story.facts(), Question(SPRING, FAR))
    assert report.words_absence_factor.value == 1
    assert report.words_gini.value == 0  # 100 and 100
    assert report.words_gini.previous is None or report.words_gini.previous == 0
    assert report.words_top_10.value == 0.5


def test_without_words_nothing_is_said_of_them() -> None:
    assert _run(ROWS).words_gini.value is None


def test_teams_by_hand() -> None:
    story = Story()
    for who, edits in (("ann", 5), ("bo", 3), ("cy", 2)):
        for n in range(edits):
            story.edit(who, "2026-04-02", f"{who}{n}")
    story.team("north", "ann", "bo", head_count=4)
    story.team("south", "di", head_count=7)
    report = participation(story.facts(), Question(SPRING, FAR))
    assert report.teams_reached.value == 1
    assert report.largest_team.value == pytest.approx(0.8)
    assert report.teams.rows == (
        ("north", 4, 2, 0.5, 0.8),
        ("south", 7, 0, 0.0, 0.0),
        ("In no team", None, 1, None, 0.2),
    )


def test_p001_a_team_of_a_few_is_hidden_and_so_is_its_share() -> None:
    story = Story()
    for n in range(12):
        story.edit(f"p{n}", "2026-04-02", f"{n}")
    story.team("north", *(f"p{n}" for n in range(9)))
    story.team("south", "p9", "p10")
    report = participation(story.facts(), Question(SPRING, FAR, minimum=5))
    assert all(isinstance(cell, Hidden) for cell in report.teams.column("edits")[1:])
    # Three people together are still too few: a third group is not told either.
    assert isinstance(report.teams.rows[0][2], Hidden)


@pytest.mark.parametrize("key", list(MEANINGS))
def test_what_stands_behind_a_figure_is_as_many_as_it_says(key: str) -> None:
    facts = facts_from(ROWS)
    asked = Question(SPRING, FAR, population=12)
    figure = getattr(participation(facts, asked), key)
    behind = KIND.behind(facts, asked, key)
    assert behind.kind == figure.meaning.behind
    if figure.meaning.unit in {"people", "edits"} and "absence" not in key:
        assert len(behind.items) == figure.value


def test_the_headline_is_the_reports_first_figure() -> None:
    facts, asked = facts_from(ROWS), Question(SPRING, FAR)
    assert KIND.headline(facts, asked) == participation(facts, asked).contributors


def test_a_folder_and_a_team_are_reported_on_for_themselves() -> None:
    facts = facts_from(ROWS)
    on_b = np.array([facts.pages.identity[page] == "b" for page in facts.changes.page])
    report = participation(facts.narrowed(on_b), Question(SPRING, FAR))
    assert (report.contributors.value, report.edits.value) == (1, 1)
    assert report.new.value == 0  # ann first edited this page in March
    only_ann = np.array([person.key == "ann" for person in facts.people])
    assert participation(facts.narrowed(None, only_ann), Question(SPRING, FAR)).edits.value == 2


def test_at_is_utc() -> None:
    assert at("1970-01-02") == 86400
