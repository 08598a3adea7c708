"""``/llms.txt``: what programs that read text are told."""

from __future__ import annotations

import re
from html import unescape

from tests.web.people import Browser, wiki_with_people
from wiki.config import People
from wiki.git import create
from wiki.web.api.blueprint import ENDPOINTS


def test_it_names_the_spaces_and_the_ways_in(furnished):
    answer = furnished.browser().get("/llms.txt")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text.startswith("# Strata\n")
    assert "[Handbook](http" in answer.text
    assert "/api/v1/openapi.json" in answer.text


def test_strangers_learn_nothing_of_a_closed_wiki(tmp_path):
    with wiki_with_people(tmp_path, people=People(anonymous_reading=False)) as (wiki, app):
        create(wiki.repository_path("secret-plans"))
        text = Browser(app).get("/llms.txt").text
    assert "secret" not in text
    assert "sign in" in text


def test_people_are_shown_every_endpoint_and_how_to_begin(furnished):
    page = furnished.browser().get("/-/api")
    assert page.status_code == 200
    for endpoint in ENDPOINTS:
        row = (
            f"<td>{endpoint.method}</td><td><code>{endpoint.path}</code><br>{endpoint.summary}</td>"
        )
        assert row in unescape(page.text)
    assert "http://localhost/api/v1/spaces/handbook/pages/" in page.text
    assert '"--url", "http://localhost"' in re.sub(r"\s+", " ", unescape(page.text))
    assert 'href="/-/account/tokens"' in furnished.browser("ann").get("/-/api").text
    for place in ("/handbook/", "/-/account/tokens"):
        assert 'href="/-/api"' in furnished.browser("ann").get(place).text


def test_all_addresses_lead_back_through_a_proxys_folder(furnished):
    def get(place):
        client = furnished.app.test_client()
        return client.get(place, environ_overrides={"SCRIPT_NAME": "/docs"})

    page = unescape(get("/-/api").text)
    assert 'href="/docs/api/v1/openapi.json"' in page
    assert "curl -i" in page
    assert "http://localhost/docs/api/v1/spaces/handbook" in page
    assert '"http://localhost/docs"' in page
    text = get("/llms.txt").text
    assert "(http://localhost/docs/api/v1/openapi.json)" in text
    assert "(http://localhost/docs/-/api)" in text
    space = get("/api/v1/spaces/handbook").json
    assert (space["web"], space["git"]) == ("/docs/handbook/", "/docs/handbook.git")
