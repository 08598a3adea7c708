"""Proposals through the API: made by whoever may read, taken in by who may edit."""

from __future__ import annotations

import subprocess
from urllib.parse import quote

import pytest

from tests.web.api.conftest import client_at, over
from tests.web.conftest import HOLIDAYS

PAGE = "/spaces/handbook/pages/people%2FHolidays"
PROPOSALS = "/spaces/handbook/proposals"


def made(client, *texts, summary="More days"):
    """Propose a text of the page, and other pages by name."""
    version = client.get(PAGE).json["version"]
    pages = [{"name": "people/Holidays", "text": texts[0], "version": version}]
    pages += [{"name": name, "text": f"# {name}\n"} for name in texts[1:]]
    return client.ask("POST", PROPOSALS, json={"pages": pages, "summary": summary})


def test_a_reader_proposes_pages_and_an_editor_takes_them_in(client_of, furnished):
    ray, ann = client_of("ray"), client_of("ann")
    proposed = made(ray, HOLIDAYS.replace("Thirty", "Forty"), "New/Page")
    assert proposed.status_code == 201
    (listed,) = ann.get(PROPOSALS).json["proposals"]
    assert (listed["name"], listed["title"], listed["authors"], listed["commits"]) == (
        proposed.json["proposal"], "More days", ["ray"], 1,
    )  # fmt: skip
    assert listed["tip"] == proposed.json["commit"]
    assert ann.get(PAGE).json["text"] == HOLIDAYS
    assert furnished.browser("ann").get(listed["web"]).status_code == 200
    place = f"{PROPOSALS}/{quote(listed['name'], safe='')}"
    assert ray.ask("POST", place, json={"tip": listed["tip"]}).status_code == 403
    stale = ann.ask("POST", place, json={"tip": "0" * 40})
    assert (stale.status_code, stale.json["code"]) == (409, "ProposalMoved")
    assert ann.ask("POST", place, json={"tip": listed["tip"]}).status_code == 200
    assert "Forty" in ann.get(PAGE).json["text"]
    assert ann.get("/spaces/handbook/pages/New%2FPage").status_code == 200
    assert ann.get(PROPOSALS).json["proposals"] == []
    log = ["log", "--no-merges", "-1", "--format=%an|%(trailers:key=Strata-Door,valueonly)"]
    git = ["git", "-C", furnished.wiki.repository_path("handbook"), *log]
    assert subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip() == (
        "ray|api"
    )


def test_a_proposal_that_collides_is_not_taken_in_and_tells_both_texts(client_of):
    ray, ann = client_of("ray"), client_of("ann")
    proposed = made(ray, HOLIDAYS.replace("Thirty", "Forty")).json
    now = HOLIDAYS.replace("Thirty", "Fifty")
    ann.put(PAGE, ann.get(PAGE).json["version"], text=now)
    place = f"{PROPOSALS}/{quote(proposed['proposal'], safe='')}"
    answer = ann.ask("POST", place, json={"tip": proposed["commit"]})
    assert (answer.status_code, answer.json["code"]) == (409, "EditConflict")
    assert answer.json["collisions"][0]["path"] == "people/Holidays.md"
    assert ann.get(PAGE).json["text"] == now


def test_what_collides_is_settled_in_the_same_request(client_of):
    ray, ann = client_of("ray"), client_of("ann")
    proposed = made(ray, HOLIDAYS.replace("Thirty", "Forty"), "New/Page").json
    ann.put(PAGE, ann.get(PAGE).json["version"], text=HOLIDAYS.replace("Thirty", "Fifty"))
    place = f"{PROPOSALS}/{proposed['proposal']}"
    shown = ann.get(place)
    assert shown.headers["ETag"] == f'"{proposed["commit"]}"'
    view = shown.json
    assert (view["state"], view["mine"], view["total"]) == ("collides", False, 2)
    assert [(file["path"], file["effect"]) for file in view["files"]] == [
        ("New/Page.md", "created"), ("people/Holidays.md", "changed"),
    ]  # fmt: skip
    changed = [
        row for hunk in view["files"][1]["hunks"] for row in hunk if row["kind"] == "changed"
    ]
    assert "Forty" in changed[0]["new"]
    (collision,) = view["collisions"]
    settled = {"path": collision["path"], "version": collision["version"], "choice": "proposal"}
    wrong = [{**settled, "version": "0" * 40}], [{**settled, "choice": "mine"}]
    for given, status in zip(wrong, (409, 422), strict=True):
        body = {"tip": view["tip"], "settled": given}
        assert ann.ask("POST", place, json=body).status_code == status
    taken = ann.ask("POST", place, json={"tip": view["tip"], "settled": [settled]})
    assert taken.status_code == 200, taken.text
    assert "Forty" in ann.get(PAGE).json["text"]
    assert ann.get(place).status_code == 404


def test_a_proposal_is_declined_over_what_was_looked_at(client_of):
    ray, ann = client_of("ray"), client_of("ann")
    proposed = made(ray, HOLIDAYS.replace("Thirty", "Forty")).json
    place, tip = f"{PROPOSALS}/{proposed['proposal']}", proposed["commit"]
    assert ray.get(place).json["mine"]
    assert ann.ask("DELETE", place).status_code == 428
    assert ann.ask("DELETE", place, headers=over("1" * 40)).json["code"] == "ProposalMoved"
    reading = client_of("ray", may_write=False)
    assert reading.ask("DELETE", place, headers=over(tip)).status_code == 403
    assert ann.ask("DELETE", place, headers=over(tip)).json == {
        "proposal": proposed["proposal"], "tip": tip,
    }  # fmt: skip
    assert ann.ask("DELETE", place, headers=over(tip)).status_code == 404
    assert ann.get(PAGE).json["text"] == HOLIDAYS


def test_what_is_in_the_space_already_is_closed_without_a_word(client_of, furnished):
    ray, ann = client_of("ray"), client_of("ann")
    proposed = made(ray, HOLIDAYS.replace("Thirty", "Forty")).json
    repository = furnished.wiki.open("handbook").repository
    repository.branches.place("proposal/late", repository.head(), "")
    late = ann.get(f"{PROPOSALS}/late").json
    assert (late["state"], late["files"]) == ("nothing", [])
    listed = ann.get(f"{PROPOSALS}?limit=1").json
    assert (len(listed["proposals"]), listed["next"]) == (1, 1)
    rest = ann.get(f"{PROPOSALS}?limit=1&after=1").json
    names = {each["name"] for each in listed["proposals"] + rest["proposals"]}
    assert (names, rest["next"]) == ({"late", proposed["proposal"]}, None)
    closed = ann.ask("POST", f"{PROPOSALS}/late", json={"tip": late["tip"]})
    assert (closed.status_code, closed.json["commit"]) == (200, repository.head())
    assert len(ann.get(PROPOSALS).json["proposals"]) == 1


def test_nobody_has_more_proposals_than_may_wait(remade):
    here = remade("limits", proposals_each=1)
    ray, ann = client_at(here, "ray"), client_at(here, "ann")
    first = made(ray, HOLIDAYS.replace("Thirty", "Forty")).json
    refused = made(ray, HOLIDAYS.replace("Thirty", "Fifty"))
    assert (refused.status_code, refused.json["code"]) == (409, "TooManyProposals")
    assert "withdraw one" in refused.json["detail"]
    assert made(ann, HOLIDAYS.replace("Thirty", "Sixty")).status_code == 201
    place = f"{PROPOSALS}/{first['proposal']}"
    assert ray.ask("DELETE", place, headers=over(first["commit"])).status_code == 200
    assert made(ray, HOLIDAYS.replace("Thirty", "Fifty")).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [({"pages": []}, 422), ({"pages": [{"name": "x"}]}, 422), ({}, 422),
     ({"pages": [{"name": "x", "text": "a"}, {"name": "x", "text": "b"}]}, 400),
     ({"pages": [{"name": "README", "text": "a", "version": "nonsense"}]}, 400),
     ({"pages": [{"name": "README", "text": "a"}]}, 409),
     ({"pages": [{"name": "../x", "text": "a"}]}, 400),
     ({"pages": [{"name": ".strata/reports", "text": "a"}]}, 400),
     ({"pages": [{"name": "x", "text": "<<<<<<< a\n=======\n>>>>>>> b\n"}]}, 422)],
)  # fmt: skip
def test_proposals_that_are_refused_leave_nothing(client_of, body, status):
    ray = client_of("ray")
    assert ray.ask("POST", PROPOSALS, json=body).status_code == status
    assert ray.get(PROPOSALS).json["proposals"] == []
