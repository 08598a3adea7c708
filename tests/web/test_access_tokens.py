"""The page on which people make, see and revoke personal access tokens."""

from __future__ import annotations

import re

import pytest

from tests.web.people import Browser, wiki_with_people


@pytest.fixture
def here(tmp_path):
    with wiki_with_people(tmp_path) as made:
        yield made


@pytest.fixture
def browser(here):
    return Browser(here[1])


def test_z020_a_token_is_made_shown_once_and_revoked(here, browser):
    wiki = here[0]
    browser.sign_in("ann")
    page = browser.submit("/-/account/tokens", name="laptop", scope="write", days="90")
    secret = re.search(r"strata_[A-Za-z0-9]{43}\b", page.text).group()
    assert page.headers["Cache-Control"] == "no-store"
    assert wiki.tokens.sign_in(secret, "ann") is not None
    listed = browser.get("/-/account/tokens").text
    assert secret not in listed
    identity = re.search(r'name="token" value="(\w+)"', listed).group(1)
    browser.submit("/-/account/tokens", "/-/account/tokens/revoke", token=identity)
    assert wiki.tokens.sign_in(secret, "ann") is None
    assert "You have none." in browser.get("/-/account/tokens").text


@pytest.mark.parametrize("days", ["", "0", "-3", "x", "²", "999999999999"])
def test_a_token_without_an_end_is_refused_with_the_reason(browser, days):
    browser.sign_in("ann")
    page = browser.submit("/-/account/tokens", name="laptop", scope="write", days=days)
    assert page.status_code == 422
    assert "lives from 1 to" in page.text


def test_strangers_are_asked_to_sign_in(browser):
    answer = browser.get("/-/account/tokens")
    assert (answer.status_code, answer.location) == (302, "/-/sign-in?next=%2F-%2Faccount%2Ftokens")


def test_another_persons_token_cannot_be_revoked(here, browser):
    wiki = here[0]
    token, secret = wiki.tokens.create(
        wiki.accounts.account("ann"), "laptop", may_write=True, days=9
    )
    browser.sign_in("ray")
    browser.submit("/-/account/tokens", "/-/account/tokens/revoke", token=token.id)
    assert wiki.tokens.sign_in(secret) is not None
