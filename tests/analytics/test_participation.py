from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.analytics.rows import at, change
from wiki.analytics.figures import Figure, Hidden, Table, figures_of, tables_of
from wiki.analytics.participation import MEANINGS, Participation, participation
from wiki.model import Identity, PageChange, Window

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
    return participation(rows, window, **asked)  # type: ignore[arg-type]


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


def test_hours_are_those_of_the_authors_clock() -> None:
    rows = [change("ann", "2026-04-05 23:30", offset=120)]  # Monday 01:30 where ann is
    table = _run(rows).hours
    assert table.rows[0][0] == "Monday"
    assert table.rows[0][2] == 1
    assert sum(cell for row in table.rows for cell in row[1:] if isinstance(cell, int)) == 1


def test_outside_the_usual_hours_wraps_around_midnight() -> None:
    rows = [change("ann", f"2026-04-02 {hour:02}:00", str(hour)) for hour in (20, 22, 23, 0, 2, 4)]
    rows.append(change("ann", "2026-04-02 12:00", "noon"))
    assert _run(rows).outside.value == pytest.approx(1 / 7)


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
    assert report.contributors.value == size  # the whole
    for figure in (
        report.gini,
        report.effective,
        report.top_1,
        report.top_10,
        report.zones,
        report.outside,
    ):
        assert isinstance(figure.value, Hidden)
    assert report.lorenz.rows == report.hours.rows == ()
    assert isinstance(report.new.value, Hidden)
    assert all(isinstance(cell, Hidden) for cell in report.over_time.column("people") if cell != 0)


def test_p007_hours_are_shown_only_for_five_people_and_more() -> None:
    rows = [
        change(f"p{n}", f"2026-04-{day:02} {10 + n % 2}:00") for n in range(6) for day in (6, 13)
    ]
    rows.append(change("p0", "2026-04-05 03:00"))  # one person, Sunday night
    table = _run(rows, minimum=5).hours
    told = [cell for row in table.rows for cell in row[1:]]
    assert Hidden.FEW in told
    sunday = table.rows[6]
    assert not any(isinstance(cell, int) and cell for cell in sunday[1:])


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
    if figure.meaning.unit == "people" and figure.key not in {"contributors", "absence_factor"}:
        assert not isinstance(figure.value, int) or figure.value == 0 or figure.value >= 5


def test_at_is_utc() -> None:
    assert at("1970-01-02") == 86400
