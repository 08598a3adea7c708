"""What must hold of any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.histories import facts_from
from tests.analytics.rows import PageChange
from wiki.analytics.clocks import clocks, weekday_hours
from wiki.analytics.evolution import Evolution
from wiki.analytics.evolution import evolution as evolution_of
from wiki.analytics.participation import Participation
from wiki.analytics.participation import participation as participation_of
from wiki.analytics.question import Question
from wiki.model import Identity, Window

DAY = 86400
T0 = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
NOW = T0 + 800 * DAY
ZONES = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])


def participation(rows: list[PageChange], window: Window, **asked: object) -> Participation:
    return participation_of(facts_from(rows), Question(window, NOW, **asked))  # type: ignore[arg-type]


def evolution(rows: list[PageChange], window: Window) -> Evolution:
    return evolution_of(facts_from(rows), Question(window, NOW))


def _change(
    who: int, day: float, page: int, kind: str, flags: tuple[bool, bool, bool], number: int
) -> PageChange:
    merge, bulk, content = flags
    return PageChange(
        commit=f"{number:040}",
        page=f"p{page}",
        path=f"p{page}.md",
        person=Identity(f"w{who}", f"W {who}", is_bot=who == 0),
        co_authors=(Identity("w9", "W 9"),) if number % 7 == 0 else (),
        at=T0 + int(day * DAY),
        offset=(number % 5 - 2) * 60,
        kind=kind,  # type: ignore[arg-type]
        content=content or kind != "renamed",
        merge=merge,
        revert=number % 11 == 0,
        bulk=bulk,
        door="push",
        size=number % 300,
        lines_added=number % 13,
        lines_removed=number % 5,
        order=number,
    )


FLAGS = st.tuples(*[st.integers(0, 9).map(lambda n: n == 0)] * 2, st.booleans())
KINDS = st.sampled_from(["added", "modified", "modified", "deleted", "renamed"])
PARTS = st.tuples(st.integers(0, 9), st.floats(0, 700), st.integers(0, 8), KINDS, FLAGS)
HISTORIES = st.lists(PARTS, max_size=60).map(
    lambda parts: [_change(*part, number) for number, part in enumerate(parts)]
)
WINDOWS = st.tuples(st.integers(0, 650), st.integers(1, 300))


def _window(parts: tuple[int, int], zone: ZoneInfo) -> Window:
    since = datetime.fromtimestamp(T0, UTC).date() + timedelta(days=parts[0])
    return Window.of_days(since, since + timedelta(days=parts[1]), zone)


@settings(deadline=None, max_examples=60)
@given(HISTORIES, WINDOWS, st.randoms(), st.sampled_from([1, 5]))
def test_the_order_of_rows_does_not_matter(
    rows: list[PageChange], parts: tuple[int, int], random: object, minimum: int
) -> None:
    window = _window(parts, UTC)  # type: ignore[arg-type]
    shuffled = rows[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = participation(rows, window, minimum=minimum)
    assert participation(shuffled, window, minimum=minimum) == first
    assert evolution(shuffled, window) == evolution(rows, window)


@settings(deadline=None, max_examples=60)
@given(HISTORIES, WINDOWS, ZONES)
def test_r022_sums_over_days_are_the_total(
    rows: list[PageChange], parts: tuple[int, int], zone: ZoneInfo
) -> None:
    window = _window(parts, zone)
    facts = facts_from(rows)
    days = [
        Window.of_days(day, day + timedelta(days=1), zone)
        for day in (
            datetime.fromtimestamp(window.since, zone).date() + timedelta(days=n)
            for n in range(parts[1])
        )
    ]
    assert sum(len(facts.edits(day)) for day in days) == len(facts.edits(window))
    report = participation(rows, window, zone=zone)
    assert sum(report.over_time.column("edits")) == report.edits.value  # type: ignore[arg-type]
    hours = weekday_hours(clocks(facts, window), minimum=1).rows
    assert sum(cell for row in hours for cell in row[1:]) == report.edits.value  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(HISTORIES, WINDOWS, st.integers(1, 299))
def test_windows_add_up(rows: list[PageChange], parts: tuple[int, int], cut: int) -> None:
    whole = _window(parts, UTC)  # type: ignore[arg-type]
    middle = whole.since + min(cut, parts[1] - 1) * DAY
    if middle <= whole.since:
        return
    halves = (Window(whole.since, middle), Window(middle, whole.until))
    all_ = evolution(rows, whole)
    first, second = (evolution(rows, half) for half in halves)
    for key in (
        "edits",
        "new_pages",
        "restored_pages",
        "deleted_pages",
        "lines_added",
        "lines_removed",
    ):
        parts_sum = getattr(first, key).value + getattr(second, key).value
        assert getattr(all_, key).value == parts_sum, key
    assert all_.pages == second.pages or all_.pages.value == second.pages.value
    before = evolution(rows, Window(0, whole.since)).pages.value
    came = all_.new_pages.value + all_.restored_pages.value - all_.deleted_pages.value  # type: ignore[operator]
    assert all_.pages.value == before + came  # type: ignore[operator]
    begun = [participation(rows, each).new.value for each in (whole, *halves)]
    if None not in begun:
        assert begun[0] == begun[1] + begun[2]  # type: ignore[operator]


@settings(deadline=None, max_examples=60)
@given(HISTORIES, WINDOWS)
def test_parts_make_up_the_whole(rows: list[PageChange], parts: tuple[int, int]) -> None:
    window = _window(parts, UTC)  # type: ignore[arg-type]
    report = participation(rows, window)
    came = (report.new, report.returning, report.reactivated)
    if report.returning.value is not None:
        assert sum(figure.value for figure in came) == report.contributors.value  # type: ignore[misc]
    grown = evolution(rows, window)
    pages = grown.pages.value
    for table in (grown.authors, grown.ages, grown.page_edits):
        assert sum(table.column("pages")) == pages, table.key  # type: ignore[arg-type]
    if grown.growth.rows:
        assert grown.growth.column("pages")[-1] == pages
        assert grown.growth.column("size")[-1] == grown.size.value
