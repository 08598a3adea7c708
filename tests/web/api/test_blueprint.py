"""What holds for every endpoint: who may ask, what is hidden, how often, by which method."""

from __future__ import annotations

import errno
import re

import pytest

from tests.conftest import add_pages, catch_up
from tests.web.api.conftest import Client, client_at, over
from wiki.git import create
from wiki.services import policy
from wiki.web.api.blueprint import ENDPOINTS

NOBODY_HAS = "0" * 40
BODIES = {
    "put_page": {"json": {"text": "x\n"}, "headers": over("*")},
    "delete_page": {"headers": over(NOBODY_HAS)},
    "put_file": {"data": b"x", "headers": over("*")},
    "delete_file": {"headers": over(NOBODY_HAS)},
    "create_proposal": {"json": {"pages": [{"name": "New", "text": "x\n"}]}},
    "take_in_proposal": {"json": {"tip": NOBODY_HAS}},
    "decline_proposal": {"headers": over(NOBODY_HAS)},
    "rename_page": {"json": {"name": "New"}, "headers": over(NOBODY_HAS)},
    "rename_folder": {"json": {"name": "New"}, "headers": over(NOBODY_HAS)},
}
NAMES = {"commit": NOBODY_HAS, "path": "x.png", "folder": "people", "get_report": "overview"}


def request_of(endpoint, space):
    """A request that would be right if all it names were there."""
    path = endpoint.path.replace("{space}", space)
    for name in endpoint.parameters:
        path = path.replace(
            f"{{{name}}}", NAMES.get(endpoint.name, NAMES.get(name, "people%2FHolidays"))
        )
    if endpoint.name == "search":
        path += f"?q=holidays&space={space}"
    return endpoint.method, path, BODIES.get(endpoint.name, {})


def told(answer, space):
    """What an answer says, but for the space's name and the request's number."""
    text = re.sub(r'"request_id": ?"\w+"', "", answer.text).replace(space, "SPACE")
    return answer.status_code, text


IN_A_SPACE = [each for each in ENDPOINTS if "{space}" in each.path or each.name == "search"]


@pytest.fixture
def with_vault(furnished, monkeypatch):
    """The furnished wiki with a space that only boss may read."""
    create(furnished.wiki.repository_path("vault"))
    add_pages(furnished.wiki, "vault", {"people/Holidays.md": "# Holidays\n\nSecret.\n"})
    catch_up(furnished.wiki, "vault")
    may = policy.may

    def narrower(viewer, action, space, settings):
        return may(viewer, action, space, settings) and (
            space != "vault" or viewer.account == "boss"
        )

    monkeypatch.setattr(policy, "may", narrower)
    return furnished


def test_a_space_one_may_not_read_is_not_there_in_any_endpoint(with_vault, client_of):
    ann, boss = client_of("ann"), client_of("boss")
    for endpoint in IN_A_SPACE:
        hidden, absent = (
            told(ann.ask(method, path, **given), space)
            for space in ("vault", "nothing")
            for method, path, given in [request_of(endpoint, space)]
        )
        assert hidden == absent, endpoint.name
        assert hidden[0] == 404
    for client, found in ((ann, ["handbook"]), (boss, ["handbook", "vault"])):
        spaces = [space["name"] for space in client.get("/spaces").json["spaces"]]
        hits = {hit["space"] for hit in client.get("/search?q=holidays").json["hits"]}
        assert (spaces, sorted(hits)) == (found, found)


def test_a_wiki_that_is_closed_to_strangers_says_nothing_in_any_endpoint(remade):
    closed = remade("people", anonymous_reading=False)
    stranger = client_at(closed, "")
    for endpoint in IN_A_SPACE:
        here, nowhere = (
            told(stranger.ask(method, path, **given), space)
            for space in ("handbook", "nothing")
            for method, path, given in [request_of(endpoint, space)]
        )
        assert here == nowhere, endpoint.name
        assert here[0] == 401
    assert stranger.get("/spaces").json["spaces"] == []
    assert stranger.get("/search?q=holidays").json["total"] == 0
    assert client_at(closed, "ray").get("/spaces").json["spaces"][0]["name"] == "handbook"


@pytest.mark.parametrize(("who", "may_write", "status"), [("boss", False, 403), ("", True, 401)])
def test_z020_a_token_for_reading_changes_nothing_in_any_endpoint(
    client_of, furnished, who, may_write, status
):
    repository = furnished.wiki.open("handbook").repository
    before = repository.head(), list(repository.branches.under(""))
    client = client_of(who, may_write=may_write)
    for endpoint in ENDPOINTS:
        method, path, given = request_of(endpoint, "handbook")
        if endpoint.name.startswith("put"):
            path += "-new" if endpoint.name == "put_page" else ""
        if endpoint.writes:
            assert client.ask(method, path, **given).status_code == status, endpoint.name
    assert (repository.head(), list(repository.branches.under(""))) == before


@pytest.mark.parametrize(("path", "status", "said"), [
    ("", 404, "/api/v1/openapi.json"), ("/", 404, "/api/v1/openapi.json"),
    ("/spaces/handbook/pages?foldr=x", 400, "foldr: There is no such field; there are folder, after, limit"),
    ("/spaces/handbook/pages?folder=nope", 404, "no folder “nope”"), ("/spaces/handbook/files?folder=nope", 404, "“nope”"),
    ("/spaces/handbook/pages?folder=.strata", 404, "“.strata”"),
    ("/spaces/handbook/history?after=5", 400, "after: It is not as an answer gave it"),
    ("/reports/overview?window=bla", 400, "it is one of "),
])  # fmt: skip
def test_a_slip_is_told_so_that_it_can_be_mended(client_of, path, status, said):
    answer = client_of().get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert said in answer.json["detail"]
    assert "\\u" not in answer.text


def test_whoever_asks_too_often_is_told_when_to_ask_again(remade):
    here = remade("limits", api_requests=20)
    ann, ben = client_at(here, "ann"), client_at(here, "boss")
    for _ in range(3):
        assert ann.put("/spaces/handbook/pages/x", "", text="x").status_code == 428
    for _ in range(5):
        assert client_at(here, "ann").get("/spaces").status_code == 200
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = ann.ask(method, "/spaces")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    refused = ann.get("/spaces")
    assert (refused.json["code"], refused.content_type) == ("SlowDown", "application/problem+json")
    assert ben.get("/spaces").status_code == 200
    assert client_at(here, "").get("/spaces").status_code == 200


def test_wrong_tokens_are_not_tried_without_end(remade):
    here = remade("limits", api_requests=5)
    guesses = [Client(here, f"strata_{number}").get("/spaces").status_code for number in range(7)]
    assert guesses == [401] * 5 + [429] * 2
    assert client_at(here, "ann").get("/spaces").status_code == 200


def test_methods_and_other_sites(client_of):
    anybody = client_of()
    page = "/spaces/handbook/pages/people%2FHolidays"
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"}
    read, head, options = (
        anybody.ask(method, page, headers=headers) for method in ("GET", "HEAD", "OPTIONS")
    )
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == read.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(read.data))
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {
        "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE",
    }  # fmt: skip
    for answer in (read, head, options):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert "Set-Cookie" not in answer.headers
        assert "Authorization" in answer.headers["Vary"]
    for method in ("POST", "TRACE"):
        answer = anybody.ask(method, page)
        assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
        assert method == "HEAD" or "DELETE" in answer.json["detail"]
        assert set(answer.headers["Allow"].split(", ")) == set(options.headers["Allow"].split(", "))
    page = anybody.here.browser().client.delete("/handbook/people/Holidays")
    assert (page.status_code, page.mimetype) == (405, "text/html")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(RuntimeError("hush"), 500, "Fault"), (OSError(errno.EMFILE, "hush"), 503, "Overloaded")],
)
def test_what_nobody_foresaw_is_a_problem_without_a_traceback(
    client_of, furnished, monkeypatch, error, status, code
):
    def broken(*_):
        raise error

    monkeypatch.setattr(furnished.wiki, "spaces", broken)
    monkeypatch.setitem(furnished.app.config, "TESTING", False)
    answer = client_of("ann").get("/spaces", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["code"] == code
    assert "Traceback" not in answer.text
    assert status == 503 or "hush" not in answer.text
