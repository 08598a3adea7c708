"""Pages and folders given other names through the API: as in the browser, and over what was read."""

from __future__ import annotations

import subprocess

import pytest

from tests.web.api.conftest import over
from tests.web.conftest import HOLIDAYS

PAGES = "/spaces/handbook/pages"
PAGE = f"{PAGES}/people%2FHolidays"
FOLDER = "/spaces/handbook/folders/people"


def renamed(client, place, version, name, **more):
    return client.ask("PATCH", place, headers=over(version), json={"name": name, **more})


def version_of(client, folder="people"):
    return client.get(f"/spaces/handbook/tree?folder={folder}").json["version"]


def test_a_page_moves_and_the_links_to_it_follow(client_of, furnished):
    ann = client_of("ann")
    read = ann.get(PAGE).json
    answer = renamed(ann, PAGE, read["version"], "/rules/Leave/", summary="It is a rule")
    assert (answer.status_code, answer.json["name"]) == (200, "rules/Leave"), answer.text
    assert answer.json["mended"] == ["README"]
    assert "rules/Leave" in ann.get(f"{PAGES}/README").json["text"]
    now = ann.get(f"{PAGES}/rules%2FLeave").json
    assert (now["text"], now["version"], now["web"]) == (
        HOLIDAYS, answer.json["version"], answer.json["web"],
    )  # fmt: skip
    assert answer.headers["ETag"] == f'"{now["version"]}"'
    assert ann.get(PAGE).status_code == 404
    changes = ann.get("/spaces/handbook/history?page=rules/Leave").json["changes"]
    assert changes[0]["commit"] == answer.json["commit"]
    assert changes[0]["files"][0]["renamed_from"] == "people/Holidays"
    git = ["git", "-C", furnished.wiki.repository_path("handbook"), "log", "-1", "--format=%an %B"]
    said = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    assert said.startswith("ann It is a rule\n\nStrata-Door: api\n")


def test_a_folder_moves_with_all_that_lies_in_it(client_of):
    ann = client_of("ann")
    before = ann.get("/spaces/handbook/pages?folder=people").json["pages"]
    version = version_of(ann)
    page = ann.get(PAGE).json
    ann.put(PAGE, page["version"], text=page["text"] + "\nMore.\n")
    stale = renamed(ann, FOLDER, version, "staff")
    assert (stale.status_code, stale.json["code"]) == (409, "FolderChanged")
    answer = renamed(ann, FOLDER, version_of(ann), "office/staff")
    assert (answer.status_code, answer.json["mended"]) == (200, ["README"]), answer.text
    after = ann.get("/spaces/handbook/pages?folder=office/staff").json["pages"]
    assert [page["name"] for page in after] == [
        f"office/staff{page['name'][6:]}" for page in before
    ]
    assert answer.json["version"] == version_of(ann, "office/staff")
    assert ann.get(f"{PAGES}/office%2Fstaff%2FHolidays").json["text"].endswith("More.\n")
    assert ann.get("/spaces/handbook/tree?folder=people").status_code == 404


def test_what_somebody_changed_meanwhile_is_not_moved_unread(client_of):
    ann = client_of("ann")
    page = ann.get(PAGE).json
    ann.put(PAGE, page["version"], text=page["text"] + "\nMore.\n")
    answer = renamed(ann, PAGE, page["version"], "Leave")
    assert (answer.status_code, answer.json["code"]) == (409, "EditConflict")
    now = answer.json["collisions"][0]["version"]
    assert now == ann.get(PAGE).json["version"]
    assert renamed(ann, PAGE, now, "Leave").status_code == 200


@pytest.mark.parametrize(
    ("place", "name", "status"),
    [(PAGE, "README", 409), (PAGE, "people/Holidays", 422), (PAGE, "../x", 400), (PAGE, "/", 400),
     (PAGE, "", 422), (f"{PAGES}/nothing", "x", 404), (FOLDER, "people", 422), (FOLDER, ".git", 400),
     ("/spaces/handbook/folders/nothing", "x", 404)],
)  # fmt: skip
def test_names_that_nothing_can_have(client_of, place, name, status):
    ann = client_of("ann")
    head = ann.get("/spaces/handbook").json["head"]
    version = version_of(ann) if place == FOLDER else ann.get(PAGE).json["version"]
    answer = renamed(ann, place, version, name)
    assert answer.status_code == status, answer.text
    assert renamed(ann, place, "", name or "x").status_code == 428
    assert renamed(client_of("ray"), place, version, name or "x").status_code == 403
    assert ann.get("/spaces/handbook").json["head"] == head
