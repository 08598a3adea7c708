import itertools
from datetime import UTC, date
from zoneinfo import ZoneInfo

from wiki.analytics.calendar import buckets, midnight, step_for
from wiki.model import Window

BERLIN = ZoneInfo("Europe/Berlin")


def test_buckets_cover_the_window_without_gaps() -> None:
    window = Window.of_days(date(2026, 1, 15), date(2026, 4, 2), BERLIN)
    for step in ("week", "month", "quarter"):
        cut = buckets(window, step, BERLIN)  # type: ignore[arg-type]
        assert cut[0].since == window.since
        assert cut[-1].until == window.until
        assert all(one.until == two.since for one, two in itertools.pairwise(cut))


def test_cut_buckets_are_marked() -> None:
    window = Window.of_days(date(2026, 1, 15), date(2026, 3, 1))
    assert [bucket.whole for bucket in buckets(window, "month")] == [False, True]


def test_weeks_begin_on_mondays_and_quarters_in_january() -> None:
    window = Window.of_days(date(2025, 12, 31), date(2026, 5, 1))
    assert buckets(window, "week")[0].start == date(2025, 12, 29)
    assert buckets(window, "quarter")[0].start == date(2025, 10, 1)


def test_the_step_follows_the_length() -> None:
    assert step_for(Window(0, 90 * 86400)) == "week"
    assert step_for(Window(0, 730 * 86400)) == "month"
    assert step_for(Window(0, 9000 * 86400)) == "quarter"


def test_windows_before_and_a_year_ago_begin_at_midnight_through_the_change_of_clocks() -> None:
    window = Window.of_days(date(2026, 3, 25), date(2026, 4, 24), BERLIN)
    assert window.until - window.since == 30 * 86400 - 3600  # the clocks went forward
    previous = window.previous(BERLIN)
    assert previous.since == midnight(date(2026, 2, 23), BERLIN)
    assert previous.until == window.since
    assert window.year_ago(BERLIN).since == midnight(date(2025, 3, 25), BERLIN)


def test_a_window_in_utc_has_one_as_long_before_it() -> None:
    window = Window.of_days(date(2026, 3, 25), date(2026, 4, 24), UTC)
    assert window.previous() == Window.of_days(date(2026, 2, 23), date(2026, 3, 25))
