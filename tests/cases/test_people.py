"""One-time passwords, what reports say when history is partial, and what we build upon."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.clocks import Clock
from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.people import PASSWORD, settings_in, wiki_with_people
from wiki.cli import main
from wiki.errors import SignInRefused
from wiki.git.creating import PARTIAL_NOTE
from wiki.model import Role
from wiki.services import passwords
from wiki.services.accounts import OPERATOR, Accounts
from wiki.services.checks import check

SPACE = "handbook"
HOURS = 3600


def test_a008_a_one_time_password_lives_72_hours_and_dies_with_the_next(tmp_path: Path) -> None:
    clock = Clock()
    with wiki_with_people(tmp_path / "wiki") as (wiki, _):
        accounts = Accounts(wiki.settings, clock=clock)
        _, first = accounts.add(OPERATOR, "eve", Role.EDITOR)
        clock.now += 71 * HOURS
        begun = accounts.sign_in("eve", first, "192.0.2.1")
        assert accounts.of_session(begun.session)
        clock.now += 2 * HOURS
        with pytest.raises(SignInRefused):  # its time is over
            accounts.sign_in("eve", first, "192.0.2.2")
        assert accounts.of_session(begun.session) is None
        second = accounts.reset_password(OPERATOR, "eve")
        third = accounts.reset_password(OPERATOR, "eve")
        for old in (first, second):  # only the newest counts
            with pytest.raises(SignInRefused):
                accounts.sign_in("eve", old, "192.0.2.3")
        begun = accounts.sign_in("eve", third, "192.0.2.4")
        accounts.change_password(begun, third, PASSWORD, "192.0.2.4")
        assert accounts.of_session(begun.session) is None
        with pytest.raises(SignInRefused):  # used up
            accounts.sign_in("eve", third, "192.0.2.5")
        with pytest.raises(SignInRefused):  # and nobody else's
            accounts.sign_in("ann", third, "192.0.2.6")
        clock.now += 10_000 * HOURS
        assert accounts.sign_in("eve", PASSWORD, "192.0.2.7")  # one's own does not expire
        accounts.close()


def test_a008_a_one_time_password_cannot_be_guessed_or_found() -> None:
    made = {passwords.one_time_password() for _ in range(500)}
    assert len(made) == 500
    letters = len(next(iter(made)).replace("-", ""))
    assert letters * math.log2(len(passwords._ALPHABET)) > 60


def test_a008_no_address_holds_a_one_time_password(furnished: Furnished) -> None:
    answer = furnished.browser("boss").submit("/-/admin/people", name="eve", role="reader")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    again = furnished.browser("boss").get("/-/admin/people/eve")
    assert "one-time password is" not in again.text.lower()


def test_r017_a_partial_history_is_told_by_every_report_and_by_check(furnished: Furnished) -> None:
    note = "The imported repository is damaged: 3 versions could not be read. All else is here."
    path = furnished.wiki.repository_path(SPACE)
    (path / PARTIAL_NOTE).write_text(note + "\n")
    catch_up(furnished.wiki)
    browser = furnished.browser()
    for name in ("", "/participation", "/evolution"):
        assert note in browser.get(f"/{SPACE}/-/reports{name}").text, name
    for name in ("participation", "evolution"):
        table = json.loads(browser.get(f"/{SPACE}/-/reports/{name}.json").text)
        assert table["history"]["partial"] == note
        text = browser.get(f"/{SPACE}/-/reports/{name}.csv").text
        assert any(note in row for row in csv.reader(text.splitlines()))
        for form in ("text", "json", "csv"):
            done = CliRunner().invoke(main, ["report", name, "--repo", str(path), "--format", form])
            assert done.exit_code == 0, done.output
            assert "3 versions could not be read" in " ".join(done.output.split()), form
    found = [f for f in check(furnished.wiki) if note in f.sentence]
    assert [f.state for f in found] == ["warning"]
    assert found[0].remedy


FLOORS = {
    "GitPython": (3, 2, 1), "Werkzeug": (3, 1, 9), "Markdown": (3, 10, 3), "Flask": (3, 1, 3), "nh3": (0, 3),
    "waitress": (3, 0, 2), "whoosh-reloaded": (2, 7, 5), "Flask-Login": (0, 6, 3), "Jinja2": (3, 1, 6),
}  # fmt: skip


def test_b001_nothing_older_than_its_last_known_hole_is_used() -> None:
    for name, floor in FLOORS.items():
        numbers = tuple(int(part) for part in version(name).split(".")[: len(floor)])
        assert numbers >= floor, name
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    required = {line.split(">=")[0].lower(): line for line in project["dependencies"]}
    for name, floor in FLOORS.items():
        if name != "Jinja2":  # comes with Flask
            pinned = required[name.lower()].split(">=")[1].split(",")[0]
            numbers = tuple(int(part) for part in pinned.split("."))
            assert numbers[: len(floor)] >= floor[: len(numbers)], name
            assert ",<" in required[name.lower()], name
    assert not {"bleach", "mistune", "gunicorn"} & set(required)
    installed = {(each.name or "").lower() for each in distributions()}
    assert not {"bleach", "gunicorn"} & installed


def test_a011_no_account_but_the_first_comes_by_itself(furnished: Furnished) -> None:
    """No registration, no default password, no second set-up."""
    assert furnished.wiki.accounts.make_first_admin() == ""
    for name in ("admin", "root", "strata", "boss"):
        for password in ("", "admin", "password", "strata", name):
            answer = furnished.browser().submit("/-/sign-in", name=name, password=password)
            assert answer.status_code in {401, 429}
    addresses = [str(rule) for rule in furnished.app.url_map.iter_rules()]
    assert not [a for a in addresses if "regist" in a or "sign-up" in a or "setup" in a]
    assert settings_in(Path("x")).people.anonymous_editing is False
