"""Lines of who looked at whose figures: one an hour, for a while, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.clocks import Clock
from wiki.config import People, Settings, WikiSettings
from wiki.errors import NotAllowed, SignInNeeded
from wiki.model import ANONYMOUS, Role, Viewer
from wiki.services import looks as module
from wiki.services.accounts import OPERATOR
from wiki.services.accounts_store import Database
from wiki.services.looks import Looks

BOSS = Viewer("boss", Role.ADMIN)
COUNCIL = Viewer("council", Role.READER)
Make = Callable[[], Looks]


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Make]:
    """Makes another process's view of the same lines."""
    settings = replace(
        Settings(),
        wiki=WikiSettings(instance=tmp_path),
        people=People(auditors=("Council",), looks_days=2),
    )
    database = Database("", tmp_path)
    database.create()
    yield lambda: Looks(database, settings, clock=clock)
    database.close()


def told(looks: Looks) -> list[tuple[str, str, str, str]]:
    return [(each.viewer, each.subject, each.what, each.door) for each in looks.all(COUNCIL)]


def test_whoever_looks_again_within_an_hour_has_looked_once(make: Make, clock: Clock) -> None:
    looks, other = make(), make()
    for each in (looks, other, looks):
        each.note(BOSS, "field", "their page", "mark")
        clock.now += 1000
    other.note(BOSS, "field", "Participation", "mark")
    assert told(looks) == [("boss", "mark", "their page", "web")]
    clock.now += 3600
    looks.note(BOSS, "field", "their page", "mark")
    assert len(told(looks)) == 2


def test_others_doors_and_reports_are_other_looks(make: Make) -> None:
    looks = make()
    looks.note(BOSS, "field", "their page", "mark")
    looks.note(replace(BOSS, door="api"), "field", "their page", "mark")
    looks.note(ANONYMOUS, "field", "their page", "mark")
    looks.note(OPERATOR, "field", "Participation")
    looks.note(BOSS, "field", "Participation")
    looks.note(BOSS, "field", "Collective")
    assert len(told(looks)) == 6
    assert told(looks)[2] == (OPERATOR.account, "", "Participation", "terminal")


def test_somebody_is_told_what_concerns_them_and_no_more(make: Make) -> None:
    looks = make()
    looks.note(BOSS, "field", "their page", "mine")
    looks.note(BOSS, "field", "their page", "another's")
    looks.note(BOSS, "elsewhere", "their page", "mine")
    looks.note(BOSS, "field", "Participation")
    looks.note(BOSS, "elsewhere", "Participation")
    looks.note(COUNCIL, "field", "their page", "mine")
    found = looks.about({("field", "mine")}, {"field"}, "council")
    assert [(each.space, each.subject) for each in found] == [("field", ""), ("field", "mine")]
    assert looks.about(set(), set(), "council") == []


def test_only_whom_the_settings_name_reads_all(make: Make) -> None:
    looks = make()
    assert looks.all(COUNCIL) == []
    with pytest.raises(NotAllowed):
        looks.all(BOSS)
    with pytest.raises(SignInNeeded):
        looks.all(ANONYMOUS)


def test_lines_go_after_their_time_and_when_there_are_too_many(
    make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = make()
    looks.note(BOSS, "field", "Participation")
    clock.now += 2 * 86400 + 1
    for number in range(5):
        looks.note(BOSS, "field", f"Report {number}")
    looks.tidy()
    assert len(told(looks)) == 5
    monkeypatch.setattr(module, "MOST", 3)
    looks.tidy()
    assert [each.what for each in looks.all(COUNCIL)] == ["Report 4", "Report 3", "Report 2"]
    numbers = [each.number for each in looks.all(COUNCIL)]
    assert [each.what for each in looks.all(COUNCIL, numbers[1])] == ["Report 2"]


def test_a_database_that_takes_nothing_keeps_nobody_from_looking(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = make()
    (tmp_path / "accounts.sqlite3").rename(tmp_path / "away")
    looks.note(BOSS, "field", "their page", "mark")
    assert "look not written" in capsys.readouterr().out
