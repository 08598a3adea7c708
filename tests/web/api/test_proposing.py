"""Proposals through the API: made by whoever may read, taken in by who may edit."""

from __future__ import annotations

import subprocess
from urllib.parse import quote

import pytest

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
    assert (stale.status_code, stale.json["code"]) == (404, "ProposalNotFound")
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
