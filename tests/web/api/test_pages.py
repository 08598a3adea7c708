"""Pages through the API: read, written over what was read, merged, refused."""

from __future__ import annotations

import subprocess

import pytest

from tests.web.api.conftest import over
from tests.web.conftest import HOLIDAYS
from wiki.web.api.problems import MEDIA

PAGE = "/spaces/handbook/pages/people%2FHolidays"


def test_a_page_is_read_changed_and_read_anew(client_of, furnished):
    ann = client_of("ann")
    read = ann.get(PAGE)
    assert (read.json["text"], read.json["path"]) == (HOLIDAYS, "people/Holidays.md")
    assert read.headers["ETag"] == f'"{read.json["version"]}"'
    assert ann.get(PAGE, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    new = HOLIDAYS.replace("Thirty", "Forty")
    written = ann.put(PAGE, read.json["version"], text=new, summary="More days")
    assert (written.status_code, written.json["merged"]) == (200, False)
    assert ann.get(PAGE).json["version"] == written.json["version"]
    path = furnished.wiki.repository_path("handbook")
    log = ["git", "-C", path, "log", "-1", "--format=%an|%s|%(trailers:key=Strata-Door,valueonly)"]
    assert subprocess.run(log, capture_output=True, text=True, check=True).stdout.strip() == (
        "ann|More days|api"
    )


def test_a_write_that_names_no_version_is_refused(client_of):
    ann = client_of("ann")
    for headers in ({}, {"If-Match": "*"}, {"If-Match": '"a", "b"'}, {"If-None-Match": '"a"'}):
        answer = ann.ask("PUT", PAGE, headers=headers, json={"text": "x\n"})
        assert (answer.status_code, answer.json["code"]) == (428, "VersionNeeded")
        assert answer.content_type == MEDIA
    assert ann.get(PAGE).json["text"] == HOLIDAYS


def test_what_others_changed_is_merged_or_comes_back_with_both_texts(client_of):
    ann, boss = client_of("ann"), client_of("boss")
    base = ann.get(PAGE).json["version"]
    boss.put(PAGE, base, text=HOLIDAYS.replace("Call.", "Call us."))
    merged = ann.put(PAGE, base, text=HOLIDAYS.replace("Thirty", "Forty"))
    assert merged.json["merged"] is True
    text = ann.get(PAGE).json["text"]
    assert "Forty" in text
    assert "Call us." in text
    refused = ann.put(PAGE, base, text=HOLIDAYS.replace("Call.", "Write."))
    assert (refused.status_code, refused.json["code"]) == (409, "EditConflict")
    collision = refused.json["collisions"][0]
    assert collision["version"] == merged.json["version"]
    assert collision["theirs"] == text
    hunk = next(hunk for hunk in collision["hunks"] if hunk["kind"] == "conflict")
    assert (hunk["base"], hunk["mine"], hunk["theirs"]) == ("Call.\n", "Write.\n", "Call us.\n")
    assert ann.get(PAGE).json["text"] == text


def test_a_collision_within_a_line_carries_a_text_with_both_changes(client_of):
    ann, boss = client_of("ann"), client_of("boss")
    base = ann.get(PAGE).json["version"]
    boss.put(PAGE, base, text=HOLIDAYS.replace("a year", "each and every year"))
    refused = ann.put(PAGE, base, text=HOLIDAYS.replace("Thirty", "Forty"))
    hunks = refused.json["collisions"][0]["hunks"]
    (hunk,) = [hunk for hunk in hunks if hunk["kind"] == "conflict"]
    assert hunk["proposal"] == "Forty days each and every year.\n"
    assert "Thirty" in ann.get(PAGE).json["text"]


def test_a_page_is_made_only_where_none_is(client_of):
    ann = client_of("ann")
    made = ann.put("/spaces/handbook/pages/new%2FPage", "*", text="# New\n")
    assert made.status_code == 201
    again = ann.put("/spaces/handbook/pages/new%2FPage", "*", text="# Other\n")
    assert (again.status_code, again.json["code"]) == (409, "NameTaken")


def test_a_page_is_deleted_over_the_version_that_was_read(client_of):
    ann = client_of("ann")
    version = ann.get(PAGE).json["version"]
    assert ann.ask("DELETE", PAGE).status_code == 428
    answer = ann.ask("DELETE", PAGE, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200
    assert ann.get(PAGE).status_code == 404


def test_who_asks_for_the_same_once_more_is_not_refused(client_of):
    ann = client_of("ann")
    before = ann.get(PAGE).json
    new = HOLIDAYS.replace("Thirty", "Forty")
    first = ann.put(PAGE, before["version"], text=new).json
    head = ann.get("/spaces/handbook").json["head"]
    for base in (before["version"], first["version"]):
        again = ann.put(PAGE, base, text=new)
        assert (again.status_code, again.json["version"]) == (200, first["version"])
        assert again.json["commit"] == head == ann.get("/spaces/handbook").json["head"]


@pytest.mark.parametrize(
    ("who", "may_write", "status"), [("ray", True, 403), ("boss", False, 403), ("", True, 401)]
)
def test_who_may_not_write_does_not(client_of, who, may_write, status):
    client = client_of(who, may_write=may_write)
    version = client.get(PAGE).json["version"]
    assert client.put(PAGE, version, text="x\n").status_code == status
    assert client.get(PAGE).json["text"] == HOLIDAYS


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"text": 1}, 422), ({"text": "x", "more": 1}, 422), ({"text": "\0"}, 422),
     ({"text": "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n"}, 422), ({"text": "x" * 2_000_001}, 413)],
)  # fmt: skip
def test_bodies_that_are_refused(client_of, body, status):
    ann = client_of("ann")
    version = ann.get(PAGE).json["version"]
    answer = ann.ask("PUT", PAGE, headers={"If-Match": f'"{version}"'}, json=body)
    assert answer.status_code == status
    assert answer.content_type == MEDIA
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    ("media", "data", "status"),
    [("text/plain", b"x", 415), ("application/json", b"{", 400), ("application/json", b"", 400),
     ("application/json", b'{"text": "\\ud800"}', 400), ("application/json", b"[" * 100_000, 400),
     ("application/json", b'{"text": "\xff"}', 400), ("application/json", b"[]", 422)],
)  # fmt: skip
def test_a_body_that_is_no_json(client_of, media, data, status):
    ann = client_of("ann")
    version = ann.get(PAGE).json["version"]
    answer = ann.ask("PUT", PAGE, data=data, content_type=media, headers=over(version))
    assert (answer.status_code, answer.content_type) == (status, MEDIA)
    assert ann.get(PAGE).json["version"] == version


def test_a_version_that_a_compressing_proxy_made_weak_is_the_same(client_of):
    ann = client_of("ann")
    weak = {"If-Match": f'W/"{ann.get(PAGE).json["version"]}"'}
    assert ann.ask("PUT", PAGE, json={"text": "x\n"}, headers=weak).status_code == 200


def test_the_browsers_cookie_opens_nothing_here(furnished):
    browser = furnished.browser("ann")
    version = browser.get("/api/v1" + PAGE).json["version"]
    answer = browser.client.put(
        "/api/v1" + PAGE, json={"text": "x\n"}, headers={"If-Match": f'"{version}"'}
    )
    assert answer.status_code == 401


def test_lists_go_on_where_they_ended(client_of):
    ann = client_of("ann")
    first = ann.get("/spaces/handbook/pages?limit=1").json
    second = ann.get(f"/spaces/handbook/pages?limit=1&after={first['next']}").json
    assert [page["name"] for page in (*first["pages"], *second["pages"])] == [
        "README",
        "people/Holidays",
    ]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "after=-1", "nonsense=1"])
def test_queries_that_mean_nothing(client_of, query):
    answer = client_of().get(f"/spaces/handbook/pages?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "Malformed")
