"""Reports through the API: the web's own numbers."""

from __future__ import annotations

import json
from itertools import product

import pytest

from tests.web.conftest import HOLIDAYS
from wiki.analytics.registry import REPORTS

PAGE = "/spaces/handbook/pages/people%2FHolidays"


@pytest.fixture
def edited(client_of):
    """A space in which three people have edited."""
    for name in ("ann", "boss", "ann"):
        client = client_of(name)
        read = client.get(PAGE).json
        client.put(PAGE, read["version"], text=read["text"] + f"\nBy {name}.\n")
    assert client_of().get(PAGE).json["text"] != HOLIDAYS
    return client_of("boss")


def test_every_report_is_the_webs_to_the_digit(edited, furnished):
    browser = furnished.browser("boss")
    kinds = edited.get("/spaces/handbook/reports").json["reports"]
    assert [kind["name"] for kind in kinds] == ["overview", *REPORTS]
    for kind in kinds:
        for query in ("window=all", "since=2023-01-01&until=2026-06-01&people=40"):
            answer = edited.get(f"/spaces/handbook/reports/{kind['name']}?{query}")
            page = browser.get(f"/handbook/-/reports/{kind['name']}.json?{query}")
            assert (answer.status_code, page.status_code) == (200, 200)
            assert json.loads(answer.data) == json.loads(page.data), (kind, query)
        alone = edited.get(f"/spaces/handbook/reports/{kind['name']}?folder=people")
        assert (alone.status_code, alone.json["code"]) == (403, "TooFewPeople")


def test_a_report_on_everything_is_the_webs_to_the_digit(edited, furnished):
    browser = furnished.browser("boss")
    kinds = edited.get("/reports").json["reports"]
    assert [kind["name"] for kind in kinds] == ["overview", *REPORTS]
    for kind in kinds:
        answer = edited.get(f"/reports/{kind['name']}?window=all&people=40")
        page = browser.get(f"/-/reports/{kind['name']}.json?window=all&people=40")
        assert (answer.status_code, page.status_code) == (200, 200)
        assert json.loads(answer.data) == json.loads(page.data), kind
    assert edited.get("/reports/overview?folder=people").status_code == 400
    assert edited.get("/reports/nothing").status_code == 404


def test_a_report_names_nobody_here_either(edited):
    for name, place in product(("overview", *REPORTS), ("/spaces/handbook/reports", "/reports")):
        text = edited.get(f"{place}/{name}?window=all").text
        assert '"ann"' not in text
        assert "Ada Lovelace" not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("nothing", 404), ("overview?since=x", 400), ("overview?window=nothing", 400),
     ("overview?people=0", 400), ("overview?page=nothing", 404), ("overview?nonsense=1", 400),
     ("overview?person=ann", 400)],
)  # fmt: skip
def test_reports_that_cannot_be_made(client_of, path, status):
    assert client_of().get(f"/spaces/handbook/reports/{path}").status_code == status
