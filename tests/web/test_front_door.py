"""Pages handed out before the application is asked: the same answer, to the same people only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from tests.conftest import add_pages, catch_up
from tests.web.conftest import Furnished

ADDRESS = "/handbook/people/Holidays"


@pytest.fixture
def asleep(furnished: Furnished, monkeypatch: pytest.MonkeyPatch) -> Furnished:
    """A wiki whose page was just shown to nobody in particular, and whose application sleeps."""
    assert ask(furnished).status_code == 200

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the application was asked")

    monkeypatch.setattr(furnished.app, "full_dispatch_request", asked)
    return furnished


def ask(furnished: Furnished, address: str = ADDRESS, **headers: str) -> TestResponse:
    return furnished.app.test_client().get(
        address, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_the_answer_is_the_same(furnished: Furnished) -> None:
    first, second = ask(furnished), ask(furnished)
    assert first.data == second.data
    numbers = {first.headers.pop("X-Request-Id"), second.headers.pop("X-Request-Id")}
    assert len(numbers) == 2
    assert sorted(first.headers) == sorted(second.headers)
    assert "Content-Security-Policy" in second.headers


def test_the_application_is_not_asked(asleep: Furnished) -> None:
    answer = ask(asleep)
    assert answer.status_code == 200
    unchanged = ask(asleep, If_None_Match=answer.headers["ETag"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert "Content-Length" not in unchanged.headers


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (ADDRESS + "?x=1", {}),
        (ADDRESS, {"Authorization": "Basic eDp5"}),
        (ADDRESS, {"Host": "evil.example"}),
        (ADDRESS + "/", {}),
    ],
)
def test_everything_out_of_the_ordinary_goes_to_the_application(
    asleep: Furnished, address: str, headers: dict[str, str]
) -> None:
    with pytest.raises(AssertionError, match="was asked"):
        ask(asleep, address, **headers)


def test_whoever_has_a_session_is_asked_for_by_the_application(asleep: Furnished) -> None:
    with pytest.raises(AssertionError, match="was asked"):
        asleep.browser("ann").get(ADDRESS)


def test_a_change_is_seen_at_once(furnished: Furnished) -> None:
    ask(furnished)
    add_pages(furnished.wiki, "handbook", {"other.md": "[[people/Holidays]]"})
    catch_up(furnished.wiki)
    assert "2 pages link here" in ask(furnished).text


def test_nothing_is_handed_out_once_reading_needs_an_account(furnished: Furnished) -> None:
    ask(furnished)
    settings = furnished.wiki.settings
    furnished.wiki.settings = replace(
        settings, people=replace(settings.people, anonymous_reading=False)
    )
    assert ask(furnished).status_code == 302


def test_a_page_shown_to_somebody_is_not_handed_to_nobody(furnished: Furnished) -> None:
    assert "Your account" in furnished.browser("ann").get("/handbook/").text
    assert "Your account" not in ask(furnished, "/handbook/").text
