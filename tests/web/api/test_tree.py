"""Folders, and files beside pages, through the API."""

from __future__ import annotations

import io

import pytest

from tests.conftest import add_pages, catch_up
from tests.web.api.conftest import over

FILE = "/spaces/handbook/files/people%2Fplan.png"
BYTES = b"\x89PNG\r\n\x1a\n\0\xff\xfe<script>alert(1)</script>\r\n"


def test_the_tree_is_walked_level_by_level(client_of, furnished):
    add_pages(furnished.wiki, "handbook", {"people/deep/Way.md": "# Way\n", "people/a.png": BYTES})
    catch_up(furnished.wiki)
    ray = client_of("ray")
    top = ray.get("/spaces/handbook/tree").json
    assert (top["path"], top["page"], top["pages"]) == ("", "README.md", ["README"])
    assert top["folders"] == [{"path": "people", "name": "people", "pages": 2}]
    people = ray.get("/spaces/handbook/tree?folder=people/").json
    assert people["pages"] == ["people/Holidays"]
    assert people["files"] == ["people/a.png"]
    assert [folder["path"] for folder in people["folders"]] == ["people/deep"]
    assert people["next"] is None
    for folder in ("nowhere", ".git", ".strata", "people/Holidays.md", ".."):
        assert ray.get("/spaces/handbook/tree", query_string={"folder": folder}).status_code == 404


def test_a_files_bytes_come_back_as_they_went(client_of):
    ann = client_of("ann")
    made = ann.put_bytes(FILE, "*", BYTES)
    assert made.status_code == 201
    read = ann.get(FILE)
    assert read.data == BYTES
    assert read.headers["ETag"] == f'"{made.json["version"]}"'
    assert read.content_type == "application/octet-stream"
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in read.headers["Content-Security-Policy"]
    assert ann.get(FILE, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    listed = ann.get("/spaces/handbook/files?folder=people").json["files"]
    assert listed == [{"path": "people/plan.png", "version": made.json["version"]}]


@pytest.mark.parametrize(
    ("header", "status"),
    [({"Content-Encoding": "gzip"}, 415), ({"Content-Range": "bytes 2-4/9"}, 400)],
)
def test_d009_parts_and_packed_bytes_are_not_kept_as_the_whole(client_of, header, status):
    ann = client_of("ann")
    first = ann.put_bytes(FILE, "*", BYTES).json["version"]
    over = {"If-Match": f'"{first}"', **header}
    sent = ann.ask("PUT", FILE, headers=over, data=b"gzip", content_type="application/octet-stream")
    assert sent.status_code == status
    assert ann.get(FILE).data == BYTES


def test_a_file_is_replaced_and_deleted_only_over_what_was_read(client_of):
    ann, boss = client_of("ann"), client_of("boss")
    first = ann.put_bytes(FILE, "*", BYTES).json["version"]
    again = ann.put_bytes(FILE, "*", b"other")
    assert (again.status_code, again.json["code"]) == (409, "NameTaken")
    assert ann.put_bytes(FILE, "", b"other").status_code == 428
    second = boss.put_bytes(FILE, first, b"second")
    assert second.status_code == 200
    for answer in (
        ann.put_bytes(FILE, first, b"third"),
        ann.ask("DELETE", FILE, headers={"If-Match": f'"{first}"'}),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "EditConflict")
        assert answer.json["collisions"][0]["version"] == second.json["version"]
    assert ann.get(FILE).data == b"second"
    assert ann.ask("DELETE", FILE).status_code == 428
    now = {"If-Match": second.headers.get("ETag") or f'"{second.json["version"]}"'}
    assert ann.ask("DELETE", FILE, headers=now).json["version"] is None
    assert ann.get(FILE).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("people%2FHolidays.md", 415), ("run.exe", 415), (".strata%2Fx.png", 400), ("a%2F..%2Fb.png", 400),
     ("people%5Cplan.png", 400), ("a%00.png", 400), (".git%2Fx.png", 400)],
)  # fmt: skip
def test_files_that_are_refused(client_of, furnished, path, status):
    head = furnished.wiki.open("handbook").repository.head()
    answer = client_of("boss").put_bytes(f"/spaces/handbook/files/{path}", "*", BYTES)
    assert answer.status_code == status
    assert furnished.wiki.open("handbook").repository.head() == head


def test_a_form_is_not_kept_as_if_it_were_the_file(client_of):
    sent = {"data": {"file": (io.BytesIO(b"x"), "x.txt")}, "headers": over("*")}
    answer = client_of("ann").ask("PUT", "/spaces/handbook/files/x.txt", **sent)
    assert (answer.status_code, "curl -T" in answer.json["detail"]) == (415, True)


def test_a_file_too_large_is_refused_before_it_is_kept(remade):
    from tests.web.api.conftest import client_at

    ann = client_at(remade("limits", attachment_bytes=1000), "ann")
    answer = ann.put_bytes(FILE, "*", b"x" * 1001)
    assert (answer.status_code, answer.json["code"]) == (413, "TooLarge")
    assert ann.get(FILE).status_code == 404


def test_what_is_hidden_or_a_page_is_no_file(client_of, furnished):
    add_pages(furnished.wiki, "handbook", {".strata/charter.toml": 'title = "Hand"\n'})
    catch_up(furnished.wiki)
    boss = client_of("boss")
    for path in (".strata%2Fcharter.toml", "people", "nothing.png"):
        assert boss.get(f"/spaces/handbook/files/{path}").status_code == 404
        answer = boss.ask(
            "DELETE", f"/spaces/handbook/files/{path}", headers={"If-Match": f'"{"0" * 40}"'}
        )
        assert answer.status_code == 404
