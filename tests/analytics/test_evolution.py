from datetime import date

import pytest

from tests.analytics.histories import facts_from
from tests.analytics.rows import PageChange, at, change
from wiki.analytics.evolution import KIND, MEANINGS, Evolution, evolution
from wiki.analytics.figures import Hidden
from wiki.analytics.question import Question
from wiki.model import Identity, Window

APRIL = Window.of_days(date(2026, 4, 1), date(2026, 5, 1))
NOW = at("2026-06-01")


def _run(
    rows: list[PageChange], window: Window = APRIL, living: dict[str, int] | None = None
) -> Evolution:
    return evolution(facts_from(rows, living), Question(window, NOW))


def test_pages_come_go_and_come_back() -> None:
    rows = [
        change("ann", "2026-03-01", "a", kind="added", size=10, order=1),
        change("ann", "2026-04-02", "b", kind="added", size=20, order=2),
        change("bo", "2026-04-05", "a", kind="deleted", size=0, order=3),
        change("bo", "2026-04-09", "a", kind="modified", size=30, order=4),
        change("ann", "2026-04-20", "c", kind="added", size=5, order=5),
        change("ann", "2026-04-21", "c", kind="deleted", size=0, order=6),
    ]
    report = _run(rows)
    assert (report.pages.value, report.new_pages.value, report.deleted_pages.value) == (2, 2, 2)
    assert report.restored_pages.value == 1
    assert report.size.value == 50
    assert sum(report.growth.column("restored")) == 1  # type: ignore[arg-type]


def test_a_renamed_page_stays_the_same_page() -> None:
    rows = [
        change("ann", "2026-04-01", "a", kind="added", order=1),
        change("bo", "2026-04-02", "a", path="new.md", kind="renamed", content=False, order=2),
        change("cy", "2026-04-03", "a", path="new.md", order=3),
    ]
    report = _run(rows)
    assert (report.pages.value, report.new_pages.value) == (1, 1)
    assert report.shared.value == 1
    assert report.edits.value == 2


def test_what_is_there_now_decides_where_lines_of_history_ran_side_by_side() -> None:
    rows = [
        change("ann", "2026-04-01", "a", kind="added", order=1),
        change("bo", "2026-04-03", "a", order=3),
        change("ann", "2026-04-02", "a", kind="deleted", order=2),  # on another line, merged later
    ]
    assert _run(rows).pages.value == 1
    assert _run(rows, living={}).pages.value == 0


def test_clocks_do_not_bring_pages_back() -> None:
    rows = [
        change("ann", "2026-04-10", "a", kind="added", order=1),
        change("ann", "2026-04-12", "a", order=2),
        change("bo", "2026-04-05", "a", kind="deleted", order=3),  # a clock that was slow
    ]
    report = _run(rows)
    assert report.pages.value == 0
    assert report.deleted_pages.value == 1


def test_authors_ages_and_edits_of_pages() -> None:
    rows = [
        change("ann", "2025-01-01", "old", kind="added"),
        change("ann", "2026-04-01", "a", kind="added"),
        change("bo", "2026-04-10", "a"),
        change("cy", "2026-04-11", "a"),
        change("robot", "2026-04-12", "m", kind="added"),
        change("ann", "2026-03-31", "b", kind="added"),
        change("ann", "2026-04-20", "b", co_authors=(Identity("bo", "Bo"),)),
    ]
    report = _run(rows)
    assert report.authors.column("pages") == (1, 1, 1, 1)
    assert report.shared.value == pytest.approx(0.5)
    assert report.ages.column("pages") == (3, 0, 0, 0, 1)
    assert report.page_edits.column("pages") == (2, 1, 1, 0, 0, 0)
    assert report.stale.value == pytest.approx(0.25)
    assert report.median_age.value == pytest.approx(19.5)  # 11, 19, 20 and 485 days


def test_no_age_is_counted_beyond_now() -> None:
    rows = [change("ann", "2026-05-30", kind="added")]
    window = Window.of_days(date(2026, 5, 1), date(2027, 1, 1))
    assert _run(rows, window).median_age.value == 2


def test_churn_and_reverts_count_peoples_edits() -> None:
    rows = [
        change("ann", "2026-04-02", lines_added=10, lines_removed=0),
        change("bo", "2026-04-03", lines_added=0, lines_removed=10, revert=True),
        change("robot", "2026-04-03", lines_added=500),
        change("ann", "2026-04-09", bulk=True, lines_added=900),
    ]
    report = _run(rows)
    assert (report.lines_added.value, report.lines_removed.value) == (10, 10)
    assert report.reverts.value == pytest.approx(0.5)
    assert sum(report.churn.column("added")) == 10  # type: ignore[arg-type]
    assert sum(report.activity.column("reverts")) == 1  # type: ignore[arg-type]


def test_a_burst_is_told() -> None:
    weeks = [f"2025-{month:02}-{day:02}" for month in range(7, 13) for day in (1, 8, 15, 22)]
    weeks += [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in (1, 8, 15, 22)]
    rows = [change("ann", day) for day in weeks]
    rows += [change(f"p{n}", "2026-04-14", str(n)) for n in range(30)]
    (burst,) = _run(rows).bursts.rows
    assert burst[:2] == (date(2026, 4, 13), 30)


def test_the_share_of_stale_pages_is_the_charts() -> None:
    rows = [
        change("ann", "2025-04-30 12:00", "year", kind="added"),  # 365 days and a half
        change("ann", "2025-04-29 12:00", "more", kind="added"),
        change("ann", "2026-04-29 12:00", "new", kind="added"),
    ]
    report = _run(rows)
    assert report.stale.value == pytest.approx(1 / 3)
    assert report.ages.column("share")[-1] == report.stale.value


def test_p001_a_week_of_a_few_people_is_not_told() -> None:
    rows = [change(f"p{n}", f"2026-04-{day:02}", str(n)) for n in range(6) for day in (1, 8, 15)]
    rows.append(change("p0", "2026-04-22", "x", lines_added=77))
    report = evolution(facts_from(rows), Question(APRIL, NOW, minimum=5))
    for table in (report.churn, report.activity):
        cells = table.columns[1].key
        assert sum(isinstance(cell, Hidden) for cell in table.column(cells)) == 2
    assert report.edits.value == 19
    alone = Window.of_days(date(2026, 4, 22), date(2026, 4, 23))
    assert isinstance(
        evolution(facts_from(rows), Question(alone, NOW, minimum=5)).lines_added.value, Hidden
    )


@pytest.mark.parametrize("key", list(MEANINGS))
def test_what_stands_behind_a_figure_is_as_many_as_it_says(key: str) -> None:
    rows = [
        change("ann", "2025-01-01", "old", kind="added", order=0),
        change("ann", "2026-04-01", "a", kind="added", order=1),
        change("bo", "2026-04-10", "a", order=2, revert=True),
        change("bo", "2026-04-11", "b", kind="added", order=3),
        change("bo", "2026-04-12", "b", kind="deleted", order=4),
        change("bo", "2026-04-13", "b", order=5),
    ]
    facts, asked = facts_from(rows), Question(APRIL, NOW)
    figure = getattr(evolution(facts, asked), key)
    behind = KIND.behind(facts, asked, key)
    assert behind.kind == figure.meaning.behind
    counted = {"shared": 1, "stale": 1, "reverts": 1}.get(key, figure.value)
    if figure.meaning.unit in {"pages", "edits"} or key in {"shared", "stale", "reverts"}:
        assert len(behind.items) == counted


def test_an_empty_history_has_an_empty_report() -> None:
    report = _run([])
    assert report.pages.value == 0
    assert report.shared.value is None
    assert report.edits.previous is None
