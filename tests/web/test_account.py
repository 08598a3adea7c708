"""Signing in and out in a browser, and one's own account."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.web.people import PASSWORD, Browser, wiki_with_people
from wiki.config import People, Server
from wiki.model import Role
from wiki.services.accounts import OPERATOR
from wiki.services.starter import STARTER_SPACE, make_starter_space


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
def browser(app):
    return Browser(app)


def test_a_person_signs_in_sees_the_account_and_signs_out(browser):
    assert not browser.is_signed_in
    answer = browser.sign_in("Ann", next="/-/account")
    assert (answer.status_code, answer.location) == (303, "/-/account")
    assert browser.is_signed_in
    assert browser.submit("/-/sign-out").status_code == 303
    assert not browser.is_signed_in


def test_a_wrong_password_keeps_the_name_and_not_the_password(browser):
    answer = browser.sign_in("ann", "wrong-secret")
    assert answer.status_code == 401
    assert 'value="ann"' in answer.text
    assert "wrong-secret" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a007_the_answer_is_the_same_for_unknown_people(browser):
    def text(name):
        answer = browser.sign_in(name, "wrong")
        plain = answer.text.replace(name, "NAME")
        return answer.status_code, re.sub(r'value="[^"]{30,}"|\b[0-9a-f]{12}\b', "", plain)

    assert text("ann") == text("zoe")


@pytest.mark.parametrize("end", ["sign-out", "password", "role", "disable", "remove"])
def test_a001_a002_a003_a_stolen_cookie_dies_with_the_session(app, wiki, browser, end):
    browser.sign_in("ann")
    thief = Browser(app)
    thief.plant(browser.cookies())
    assert thief.is_signed_in
    if end == "sign-out":
        browser.submit("/-/sign-out")
    elif end == "password":
        new = "another fine phrase"
        answer = browser.submit(
            "/-/account/password", password=PASSWORD, new_password=new, new_password_again=new
        )
        assert answer.location == "/-/account"
        assert browser.is_signed_in
    elif end == "role":
        wiki.accounts.set_role(OPERATOR, "ann", Role.READER)
    elif end == "disable":
        wiki.accounts.set_disabled(OPERATOR, "ann", True)
    else:
        wiki.accounts.remove(OPERATOR, "ann")
        wiki.accounts.add(OPERATOR, "ann", Role.ADMIN)
    assert not thief.is_signed_in


def test_a004_nothing_planted_before_signing_in_survives(app, browser):
    browser.get("/-/sign-in")
    with browser.client.session_transaction() as session:
        session["planted"] = "by a stranger"
    before = browser.cookies()["strata"]
    token = browser.token("/-/sign-in")
    browser.client.post(
        "/-/sign-in", data={"csrf_token": token, "name": "ann", "password": PASSWORD}
    )
    assert browser.is_signed_in
    assert browser.cookies()["strata"] != before
    with browser.client.session_transaction() as session:
        assert "planted" not in session
    other = Browser(app)
    other.plant({"strata": before})
    assert not other.is_signed_in


def test_a005_cookies_are_as_safe_as_the_address_allows(tmp_path, browser):
    plain = browser.sign_in("ann").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain.split("; "))
    assert "Secure" not in plain
    server = Server(base_url="https://wiki.example.org", https=True)
    with wiki_with_people(tmp_path / "https", server=server) as (_, app):
        answer = app.test_client().get("/-/sign-in", base_url="https://wiki.example.org")
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-strata=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a006_the_browser_is_told_how_long_to_wait(browser):
    for _ in range(8):
        browser.sign_in("ann", "wrong")
    answer = browser.sign_in("ann")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text


@pytest.mark.parametrize(
    "address", ["/-/sign-in", "/-/sign-out", "/-/account", "/-/account/password"]
)
def test_w012_w013_forms_need_their_token(app, browser, address):
    browser.sign_in("ann")
    data = {"name": "ray", "password": PASSWORD, "shown_name": "Forged"}
    assert browser.client.post(address, data=data).status_code == 403
    stranger = Browser(app)
    token = stranger.token("/-/sign-in")
    assert browser.client.post(address, data={**data, "csrf_token": token}).status_code == 403
    assert browser.is_signed_in
    assert "Forged" not in browser.get("/-/account").text


def test_w013_no_link_signs_anybody_out(browser):
    browser.sign_in("ann")
    assert "Sign out?" in browser.get("/-/sign-out").text
    assert browser.is_signed_in


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
        "////evil.example", "https:///evil.example", "https://evil.example", "http:evil.example",
        "javascript:alert(1)", "data:text/html,x", "@evil.example", "evil.example", " //evil.example",
        "/ /evil.example", "\x00//evil.example", "/%09/evil.example", "/.//evil.example",
        "/..//evil.example", "///", "https:/evil.example", "//localhost@evil.example", "/\r\nX: y",
    ],
)  # fmt: skip
def test_w014_signing_in_leads_to_this_wiki_only(app, target):
    browser = Browser(app)
    answer = browser.sign_in("ann", next=target)
    location = answer.location
    assert not re.search(r"[\x00-\x20\\]", location)
    reached = urlsplit(urljoin("https://wiki.example.org/-/sign-in", location))
    assert (reached.scheme, reached.netloc) == ("https", "wiki.example.org")


def test_w014_good_addresses_are_kept(browser):
    target = "/handbook/über uns?q=a b".replace(" ", "%20")
    answer = browser.sign_in("ann", next=target)
    assert answer.location.endswith("?q=a%20b")


def test_a_one_time_password_opens_nothing_but_the_way_to_another(app, wiki):
    _, one_time = wiki.accounts.add(OPERATOR, "new", Role.ADMIN)
    browser = Browser(app)
    answer = browser.sign_in("new", one_time, next="/-/admin/people")
    assert answer.location == "/-/account/password?next=%2F-%2Fadmin%2Fpeople"
    for address in ("/", "/-/admin/people"):
        assert browser.get(address).location.startswith("/-/account/password")
    new = "quite another phrase"
    answer = browser.submit(
        "/-/account/password?next=/-/admin/people",
        "/-/account/password",
        password=one_time, new_password=new, new_password_again=new, next="/-/admin/people",
    )  # fmt: skip
    assert answer.location == "/-/admin/people"
    assert browser.get("/-/admin/people").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        (PASSWORD, "one good phrase", "another good phrase", "differ"),
        ("wrong", "one good phrase", "one good phrase", "not right"),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "password123", "password123", "easily guessed"),
    ],
)
def test_a_password_that_cannot_be_set_is_explained(browser, old, new, again, words):
    browser.sign_in("ann")
    answer = browser.submit(
        "/-/account/password", password=old, new_password=new, new_password_again=again
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_name_and_address_are_changed_and_nothing_else(browser, wiki):
    browser.sign_in("ray")
    answer = browser.submit(
        "/-/account", shown_name="Ray Rae", email="ray@example.org",
        role="admin", name="boss", is_admin="1", one_time_until="0", id="1",
    )  # fmt: skip
    assert answer.status_code == 303
    account = wiki.accounts.account("ray")
    assert account.author.name == "Ray Rae"
    assert account.role is Role.READER
    answer = browser.submit("/-/account", shown_name="<b>Ray", email="")
    assert answer.status_code == 422
    assert "&lt;b&gt;Ray" in answer.text


def test_a016_w030_nobody_chooses_to_be_shown_as_somebody_else(browser, wiki):
    boss = wiki.accounts.account("boss")
    wiki.accounts.change_profile(boss, "Maria Schmidt", "")
    browser.sign_in("ray")
    for name in ("Maria Schmidt", "maria  SCHMIDT", "Mаria Schmidt", "Boss", "ann"):
        answer = browser.submit("/-/account", shown_name=name, email="")
        assert (answer.status_code, "somebody else" in answer.text) == (422, True), name
    assert wiki.accounts.account("ray").author.name == "ray"
    for name in ("Ray", "Maria Schmidt (Harbour)", ""):
        assert browser.submit("/-/account", shown_name=name, email="").status_code == 303
    wiki.accounts.change_profile(boss, "Maria Schmidt", "maria@example.org")


def test_r016_without_a_database_pages_are_read_and_sign_in_explains(browser, wiki):
    browser.sign_in("ann")
    wiki.accounts.close()
    for file in wiki.settings.wiki.instance.glob("accounts*"):
        file.unlink()
    assert browser.get("/").status_code == 200
    answer = browser.submit("/-/sign-in", name="ann", password=PASSWORD)
    assert answer.status_code == 503
    assert "All pages are safe" in answer.text


def test_nobody_gets_a_cookie_for_reading(app, wiki):
    make_starter_space(wiki)
    wiki.open(STARTER_SPACE).follower.follow()
    wiki.accounts.close()
    client = app.test_client()
    for address in ("/", "/handbook/", "/handbook/First%20steps", "/-/nothing"):
        answer = client.get(address, follow_redirects=True)
        assert "Set-Cookie" not in answer.headers, address
    assert wiki.accounts._database._engine is None


def test_a017_a_session_ends_after_its_days(tmp_path, monkeypatch):
    import time

    with wiki_with_people(tmp_path / "short", people=People(session_days=1)) as (_, app):
        browser = Browser(app)
        browser.sign_in("ann")
        assert browser.is_signed_in
        later = time.time() + 2 * 86400
        monkeypatch.setattr("wiki.web.viewer.time.time", lambda: later)
        assert not browser.is_signed_in
