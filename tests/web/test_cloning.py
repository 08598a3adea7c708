"""The page that tells how to work on a space with git."""

from __future__ import annotations

from dataclasses import replace

from tests.web.conftest import Furnished
from tests.web.people import Browser
from wiki.services.wiki import Wiki
from wiki.web.app import create_app


def test_it_tells_the_address_people_use_and_the_way_to_a_token(furnished: Furnished) -> None:
    page = furnished.browser("ann").get("/handbook/-/clone").text
    assert "git clone http://localhost/handbook.git" in page
    assert 'href="/-/account/tokens"' in page
    assert "Copying needs no account." in page
    assert "git config user.email" in page
    assert 'href="/handbook/-/clone"' in furnished.browser().get("/handbook/README").text


def test_the_settings_name_the_address_where_they_do(furnished: Furnished) -> None:
    server = replace(furnished.wiki.settings.server, base_url="http://localhost/docs")
    wiki = Wiki(replace(furnished.wiki.settings, server=server))
    try:
        page = Browser(create_app(wiki, testing=True)).get("/handbook/-/clone").text
        assert "git clone http://localhost/docs/handbook.git" in page
    finally:
        wiki.close()


def test_gits_address_in_a_browser_leads_to_it(furnished: Furnished) -> None:
    browser = furnished.browser()
    for address in ("/handbook.git", "/handbook.git/"):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/handbook/-/clone")
    assert browser.get("/missing.git").status_code == 404
    assert browser.get("/missing/-/clone").status_code == 404
