"""Every refusal is a page with a sentence, in the right status; for programs it is JSON."""

from __future__ import annotations

import inspect
from urllib.parse import parse_qsl, urlsplit

import pytest
import structlog
from flask import abort

from wiki import errors as refusals
from wiki.web.addresses import safe_next
from wiki.web.app import create_app
from wiki.web.errors import STATUSES, keeps_text, status_of
from wiki.web.security import csrf


def all_refusals():
    found = inspect.getmembers(refusals, inspect.isclass)
    return [kind for _, kind in found if issubclass(kind, refusals.StrataError)]


@pytest.mark.parametrize("kind", all_refusals())
def test_every_refusal_has_a_status(kind):
    if kind is not refusals.StrataError:
        assert any(base in STATUSES for base in kind.__mro__), kind


def test_the_nearest_base_decides():
    assert status_of(refusals.PageNotFound("a", "b")) == 404
    assert status_of(refusals.StorageFull()) == 507


def test_a_missing_page_is_a_page_of_ours(furnished):
    answer = furnished.browser().get("/nowhere/at-all")
    assert answer.status_code == 404
    assert "There is no space “nowhere”" in answer.text
    assert "<main" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/nowhere/x.json", {}),
        ("/nowhere/x", {"Accept": "application/json"}),
        ("/nowhere/x.csv", {}),
    ],
)
def test_programs_are_answered_in_json(furnished, address, headers):
    answer = furnished.browser().client.get(address, headers=headers)
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "SpaceNotFound"
    assert answer.json["error"]["message"].startswith("There is no space")
    assert len(answer.json["error"]["request_id"]) == 12


def test_who_must_sign_in_is_led_there_and_back(furnished):
    answer = furnished.browser().get("/handbook/-/edit/people/Holidays?section=a")
    assert answer.status_code == 302
    assert answer.location == (
        "/-/sign-in?next=%2Fhandbook%2F-%2Fedit%2Fpeople%2FHolidays%3Fsection%3Da"
    )


@pytest.mark.parametrize(
    "place", ["/handbook/-/edit/Reise%20nach%20K%C3%B6ln?section=a%20b", "/handbook/-/edit/a%23b"]
)
def test_the_way_back_from_signing_in_holds_blanks_umlauts_and_signs(furnished, place):
    answer = furnished.browser().get(place)
    back = dict(parse_qsl(urlsplit(answer.location).query))["next"]
    assert back == safe_next_of(furnished, back) == place


def test_the_way_back_from_signing_in_has_the_prefix_of_a_proxy(furnished):
    answer = furnished.browser().client.get(
        "/handbook/-/edit/people/Holidays", environ_overrides={"SCRIPT_NAME": "/docs"}
    )
    assert answer.location == (
        "/docs/-/sign-in?next=%2Fdocs%2Fhandbook%2F-%2Fedit%2Fpeople%2FHolidays"
    )


def safe_next_of(furnished, target):
    with furnished.app.test_request_context("/"):
        return safe_next(target)


def test_wrong_methods_say_which_are_right(furnished):
    browser = furnished.browser("ann")
    answer = browser.client.post(
        "/handbook/-/tags", data={"csrf_token": browser.token("/-/account")}
    )
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "error",
    [
        refusals.StorageFull(),
        refusals.StorageReadOnly("read-only file system"),
        refusals.SpaceBusy("handbook"),
        refusals.GitFailed("cat-file", 128, "fatal: /srv/secret"),
        refusals.TooManyAttempts(17),
        refusals.QueryRefused("it has too many words."),
    ],
)
def test_each_refusal_shows_its_sentence_and_no_more(furnished, error):
    app = create_app(furnished.wiki)

    def refuse():
        raise error

    app.add_url_rule("/-/refuse", view_func=refuse)
    answer = app.test_client().get("/-/refuse")
    assert answer.status_code == status_of(error)
    assert "/srv/secret" not in answer.text
    if answer.status_code in {429, 503}:
        assert int(answer.headers["Retry-After"]) >= 1
    if not isinstance(error, refusals.GitFailed):
        assert str(error).split(". ")[0] in answer.text.replace("&#39;", "'")


@pytest.mark.parametrize(
    "path", ["{{7*7}}", "${7*7}", "%s", "<img src=x onerror=alert(1)>", '"><script>']
)
def test_w024_w004_what_an_address_says_is_text(furnished, path):
    answer = furnished.browser().get(f"/{path}/x")
    assert "49" not in answer.text.split("Request")[0].split("<main")[1]
    assert "<img src=x" not in answer.text
    assert '"><script>' not in answer.text


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 409, 410, 413, 418, 429, 500, 502, 503]
)
def test_b006_every_status_has_a_page(furnished, status):
    app = create_app(furnished.wiki)
    app.add_url_rule("/-/stop", view_func=lambda: abort(status))
    answer = app.test_client().get("/-/stop")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_b006_even_a_broken_layout_leaves_a_page_with_a_sentence(furnished):
    app = create_app(furnished.wiki)
    app.jinja_env.globals["readable_spaces"] = lambda: 1 // 0
    answer = app.test_client().get("/handbook/-/version/x/y")
    assert answer.status_code == 404
    assert "is no version of this page" in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_form_that_is_gone_is_no_second_fault(furnished):
    @keeps_text(lambda _sentence, _status: abort(404))
    def refused():
        raise refusals.NothingToSave

    furnished.app.add_url_rule("/-/refused", view_func=csrf.exempt(refused), methods=["POST"])
    furnished.app.testing = False
    with structlog.testing.capture_logs() as logs:
        answer = furnished.browser().client.post("/-/refused")
    assert answer.status_code == status_of(refusals.NothingToSave())
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
