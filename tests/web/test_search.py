"""Searching in the browser."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.conftest import MakeWiki, catch_up
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

CANARY = "<img src=x onerror=alert(1)>"
PAGES = {
    "README.md": "# Handbook\n\nAll about tea.\n",
    "hr/leave/holidays.md": "---\ntags: [leave]\n---\n# Holidays\n\nThirty days, and tea.\n",
    f"{CANARY}.md": f'# {CANARY} coffee\n\n`{CANARY}` coffee <b>&amp;</b> "quotes"\n',
}


@pytest.fixture
def wiki(make_wiki: MakeWiki) -> Wiki:
    wiki = make_wiki(PAGES)
    catch_up(wiki)
    return wiki


@pytest.fixture
def client(wiki: Wiki) -> FlaskClient:
    return create_app(wiki, testing=True).test_client()


def ask(client: FlaskClient, text: str, space: str = "/handbook", **more: object) -> object:
    return client.get(f"{space}/-/search", query_string={"q": text, **more})


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.images: list[str] = []
        self.marks = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img" and dict(attrs).get("src") == "x":
            self.images.append(tag)
        self.marks += tag == "mark"


def test_a_hit_leads_to_the_page_and_says_why(client):
    answer = ask(client, "thirty")
    assert answer.status_code == 200
    assert 'href="/handbook/hr/leave/holidays"' in answer.text
    assert "<mark>Thirty</mark> days, and tea." in answer.text
    assert 'href="/handbook/hr/leave/"' in answer.text
    assert "Ada Lovelace" in answer.text
    assert 'href="/handbook/-/tags/leave"' in answer.text
    assert 'value="thirty"' in answer.text
    assert ">1 page<" in answer.text.replace("\n", "").replace("  ", "")


def test_without_a_query_the_syntax_is_explained(client):
    answer = client.get("/handbook/-/search")
    assert answer.status_code == 200
    assert "How to search" in answer.text
    assert client.get("/-/search").status_code == 200


def test_all_spaces(client):
    answer = ask(client, "tea", space="")
    assert answer.status_code == 200
    assert 'href="/handbook/"' in answer.text
    assert 'href="/handbook/hr/leave/holidays"' in answer.text


def test_a_refused_query_keeps_what_was_typed(client):
    answer = ask(client, "tea *")
    assert answer.status_code == 400
    assert "a * needs the beginning of a word before it" in answer.text
    assert 'value="tea *"' in answer.text


def test_d003_long_queries_are_refused_with_a_sentence(client):
    answer = ask(client, "tea " * 500)
    assert answer.status_code == 400
    assert "longer than 256" in answer.text


def test_w002_g012_titles_names_and_snippets_are_escaped(client):
    answer = ask(client, "coffee")
    found = Tags(answer.text)
    assert found.marks >= 2
    assert found.images == []
    assert CANARY not in answer.text
    hostile = ask(client, f'"{CANARY}')
    assert Tags(hostile.text).images == []


def test_a_typo_gets_a_suggestion(client):
    assert "Did you mean" in ask(client, "hollidays").text
    assert "q=holidays" in ask(client, "hollidays").text


def test_filters_are_chips_that_can_be_removed(client):
    answer = ask(client, "tea tag:leave")
    assert 'href="/handbook/-/search?q=tea"' in answer.text
    assert "Remove the filter tag: leave" in answer.text


def test_nothing_found_offers_to_write_the_page_to_those_who_may(client, wiki):
    answer = ask(client, "zeppelin")
    assert answer.status_code == 200
    assert "No page matches “zeppelin”" in answer.text
    assert "Write the page" not in answer.text


def test_a_browser_that_has_the_answer_gets_304(client):
    first = ask(client, "thirty")
    again = client.get(
        "/handbook/-/search?q=thirty", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_pages_of_results(make_wiki):
    wiki = make_wiki({f"p{n:02}.md": "tea" for n in range(23)})
    catch_up(wiki)
    client = create_app(wiki, testing=True).test_client()
    assert "Page 1 of 3" in ask(client, "tea").text
    assert 'start="21"' in ask(client, "tea", page=3).text
    assert ask(client, "tea", page="many").status_code == 200
    assert ask(client, "tea", page=10**30).status_code == 200


def test_r015_while_the_index_is_built_it_says_so(client, wiki):
    for path in (wiki.settings.wiki.search_index / "handbook" / "search").iterdir():
        if path.is_file():
            path.write_bytes(b"garbage")
    answer = ask(client, "tea")
    assert answer.status_code == 200
    assert "being built" in answer.text
    assert client.get("/handbook/README").status_code == 200
    catch_up(wiki)
    assert "being built" not in ask(client, "tea").text


def test_type_ahead_is_json(client):
    answer = client.get("/handbook/-/suggest?q=holi")
    assert answer.get_json() == [
        {"title": "Holidays", "path": "hr/leave/holidays", "url": "/handbook/hr/leave/holidays"}
    ]
    assert client.get("/handbook/-/suggest").get_json() == []
    assert client.get("/handbook/-/suggest?q=" + "x" * 5000).get_json() == []


def test_a_space_that_is_not_there_is_not_found(client):
    assert ask(client, "tea", space="/nowhere").status_code == 404
    assert client.get("/nowhere/-/suggest?q=a").status_code == 404
