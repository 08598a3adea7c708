"""``/llms.txt``: what programs that read text are told."""

from __future__ import annotations

from tests.web.people import Browser, wiki_with_people
from wiki.config import People
from wiki.git import create


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
