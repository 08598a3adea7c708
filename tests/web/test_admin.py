"""Administration in a browser, and who is kept out of it."""

from __future__ import annotations

import re

import pytest

from tests.web.people import PASSWORD, Browser, wiki_with_people
from wiki.model import Role


@pytest.fixture
def here(tmp_path):
    with wiki_with_people(tmp_path) as made:
        yield made


@pytest.fixture
def wiki(here):
    return here[0]


@pytest.fixture
def app(here):
    return here[1]


@pytest.fixture
def boss(app):
    browser = Browser(app)
    browser.sign_in("boss")
    return browser


def one_time_password(page: str) -> str:
    found = re.search(r'<code class="one-time">([^<]+)<', page)
    assert found
    return found.group(1)


def test_every_page_opens(boss):
    assert boss.get("/-/admin/").location == "/-/admin/people"
    for page in ("people", "people/ann", "spaces", "health", "log"):
        answer = boss.get(f"/-/admin/{page}")
        assert answer.status_code == 200, page
        assert answer.headers["Cache-Control"] == "no-store"


def test_somebody_is_added_and_comes_in(app, boss):
    page = boss.submit("/-/admin/people", name="Zoë", role="editor", shown_name="Zoë Z", email="")
    password = one_time_password(page.text)
    assert password not in boss.get("/-/admin/people").text
    assert Browser(app).sign_in("zoë", password).location.startswith("/-/account/password")


def test_a_name_that_cannot_be_used_is_explained_and_the_form_kept(boss):
    answer = boss.submit("/-/admin/people", name="аnn", role="reader", shown_name="Twin", email="")
    assert answer.status_code == 422
    assert "scripts" in answer.text
    assert 'value="Twin"' in answer.text
    assert boss.submit("/-/admin/people", name="x", role="god").status_code == 400


def test_roles_resets_and_shutting_out(app, wiki, boss):
    form = "/-/admin/people/ann"
    assert boss.submit(form, f"{form}/role", role="reader").status_code == 303
    assert wiki.accounts.account("ann").role is Role.READER
    password = one_time_password(boss.submit(form, f"{form}/reset").text)
    assert Browser(app).sign_in("ann").status_code == 401
    assert Browser(app).sign_in("ann", password).status_code == 303
    boss.submit(form, f"{form}/disable")
    assert Browser(app).sign_in("ann", password).status_code == 401
    boss.submit(form, f"{form}/enable")
    assert Browser(app).sign_in("ann", password).status_code == 303


def test_z018_the_last_administrator_stays(boss, wiki):
    form = "/-/admin/people/boss"
    for act, fields in (("role", {"role": "reader"}), ("disable", {})):
        answer = boss.submit(form, f"{form}/{act}", **fields)
        assert answer.status_code == 422
        assert "last administrator" in answer.text
    assert wiki.accounts.account("boss").role is Role.ADMIN


def _routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            for method in rule.methods & {"GET", "POST"}:
                yield method, rule.rule.replace("<name>", "ann")


def test_z017_nobody_else_administers_and_trying_is_noted(app, wiki):
    for name in ("ann", "ray"):
        browser = Browser(app)
        browser.sign_in(name)
        token = browser.token("/-/account")
        for method, address in _routes(app):
            data = {"csrf_token": token, "role": "admin", "name": "eve"}
            answer = browser.client.open(
                address, method=method, data=data if method == "POST" else None
            )
            assert answer.status_code == 403, (name, method, address)
    assert wiki.accounts.account("ann").role is Role.EDITOR
    assert "eve" not in {account.name for account in wiki.accounts.all()}
    noted = [
        row
        for row in wiki.accounts.audit(wiki.accounts.account("boss").viewer)
        if row.event == "refused"
    ]
    assert {row.actor for row in noted} == {"ann", "ray"}


def test_z017_strangers_are_asked_to_sign_in(app):
    stranger = Browser(app)
    token = stranger.token("/-/sign-in")
    for method, address in _routes(app):
        answer = stranger.client.open(address, method=method, data={"csrf_token": token})
        assert answer.status_code in ({302} if method == "GET" else {401}), (method, address)


def test_w012_every_form_needs_its_token(app, boss, wiki):
    for method, address in _routes(app):
        if method == "POST":
            assert boss.client.post(address, data={"role": "reader"}).status_code == 403
    assert wiki.accounts.account("ann").role is Role.EDITOR


def test_z019_extra_fields_are_ignored(boss, wiki):
    boss.submit(
        "/-/admin/people", name="kim", role="reader", shown_name="", email="",
        id="1", epoch="x", disabled="1", one_time_until="0", created_at="0", password_hash="x",
    )  # fmt: skip
    kim = wiki.accounts.account("kim")
    assert (kim.role, kim.disabled, kim.one_time) == (Role.READER, False, True)
    assert kim.created_at > 0


def test_the_log_tells_who_came_in(boss, app):
    Browser(app).sign_in("ann", "wrong")
    page = boss.get("/-/admin/log").text
    assert "sign-in refused" in page
    assert PASSWORD not in page


def test_a_person_who_is_not_there(boss):
    assert boss.get("/-/admin/people/nobody").status_code == 422
