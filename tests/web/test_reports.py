"""Report pages: what they say, what they keep to themselves, and how they are fetched."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import MakeWiki, catch_up
from wiki.analytics.registry import REPORTS
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

NAMES = tuple(f"Person{n} Surname{n}" for n in range(12))
ADDRESSES = (
    "reports",
    *(f"reports/{name}" for name in REPORTS),
    *(f"reports/{name}.{form}" for name in ("overview", "participation", "collective") for form in ("json", "csv", "html")),
    "reports/participation/edits",
    "reports/participation/contributors",
)  # fmt: skip
NAMED = {".strata/reports.toml": b'people = "named"\n'}


ClientOf = Callable[..., FlaskClient]


def _history(people: int, days_ago: int = 20) -> list[NewVersion]:
    """Everybody edits a page of their own and the shared one, in working hours and once at night."""
    begin = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(
        days=days_ago
    )
    versions: list[NewVersion] = []
    for number in range(people * 3):
        who = Author(NAMES[number % people], f"p{number % people}@x")
        at = int((begin + timedelta(hours=number % 4, days=number % 7)).timestamp())
        path = "shared.md" if number % 3 else f"own-{number % people}.md"
        parents = (number,) if number else ()
        text = f"# T\n\n{number}\n".encode()
        versions.append(
            NewVersion(who, at, 60, who, at, f"change {number}\n", {path: text}, parents)
        )
    return versions


@pytest.fixture
def client_of(make_wiki: MakeWiki) -> ClientOf:
    def make(people: int, days_ago: int = 20, files: dict[str, bytes] | None = None) -> FlaskClient:
        wiki = make_wiki({})
        versions = _history(people, days_ago)
        first = versions[0]
        versions[0] = replace(first, files={**first.files, **(files or {})})
        import_versions(wiki.repository_path("handbook"), "main", versions)
        catch_up(wiki)
        return _client(wiki)

    return make


def _client(wiki: Wiki) -> FlaskClient:
    return create_app(wiki, testing=True).test_client()


def test_pages_say_what_was_counted_and_how(client_of: ClientOf) -> None:
    client = client_of(12)
    for address in ADDRESSES[:3]:
        page = client.get(f"/handbook/-/{address}")
        assert page.status_code == 200
        assert "How is this counted?" in page.text
        assert "12 people made 36 edits" in page.text or "pages" in page.text
    page = client.get("/handbook/-/reports/participation").text
    assert page.count("<svg") >= 6
    assert "The same as a table" in page
    assert "Days begin at midnight in UTC" in page


def test_p003_nobody_is_named_or_ranked(client_of: ClientOf) -> None:
    client = client_of(12)
    for address in ADDRESSES:
        text = client.get(f"/handbook/-/{address}?window=all").text
        for name in (*NAMES, "p1@x", "Surname"):
            assert name not in text, (address, name)


@pytest.mark.parametrize("people", [1, 3, 4])
def test_p001_a_small_team_is_not_taken_apart(client_of: ClientOf, people: int) -> None:
    client = client_of(people)
    told = json.loads(client.get("/handbook/-/reports/participation.json?window=all").text)
    figures = {figure["key"]: figure["value"] for figure in told["figures"]}
    assert figures["contributors"] == "<5"
    for key in ("new", "gini", "top_10", "one_time"):
        assert figures[key] in {"<5", "not shown", 0, None}, key
    for table in told["tables"]:
        _check_table(table)
    text = client.get("/handbook/-/reports/participation?window=all").text
    assert not re.search(r"<title>[^<]*: [1-4] (contributors|had edited|new)", text)


def _check_table(table: dict[str, list[object]]) -> None:
    for index, column in enumerate(table["columns"]):
        if column["unit"] == "people" and index:  # type: ignore[index]
            cells = [
                row[index]
                for row in table["rows"]
                if row[0] != "All" and row[0] not in (1, "1st edit")
            ]  # type: ignore[index]
            assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < 5], table[
                "key"
            ]


def test_p007_no_hours_of_a_small_team(client_of: ClientOf) -> None:
    told = json.loads(client_of(4).get("/handbook/-/reports/independence.json").text)
    hours = next(table for table in told["tables"] if table["key"] == "hours")
    assert hours["rows"] == []


def test_a_page_that_is_known_is_not_sent_again(client_of: ClientOf) -> None:
    client = client_of(6)
    for address in ADDRESSES:
        first = client.get(f"/handbook/-/{address}")
        again = client.get(
            f"/handbook/-/{address}", headers={"If-None-Match": first.headers["ETag"]}
        )
        assert again.status_code == 304, address
        assert again.data == b""


def test_a_quiet_window_says_where_to_look(client_of: ClientOf) -> None:
    client = client_of(6, days_ago=900)
    page = client.get("/handbook/-/reports/participation")
    assert "Nobody edited in this time" in page.text
    assert "The last edit was on" in page.text
    link = re.search(r'href="([^"]*window=active[^"]*)"', page.text)
    assert link
    assert "6 people made 18 edits" in client.get(link.group(1).replace("&amp;", "&")).text


def test_a_quiet_window_says_zero_once(client_of: ClientOf) -> None:
    client = client_of(6, days_ago=900)
    page = client.get("/handbook/-/reports/participation").text
    assert "0 throughout</strong> this time: “Contributors by week”" in page
    assert "No page was changed in this time" in page
    for name in REPORTS:
        page = client.get(f"/handbook/-/reports/{name}").text
        assert not re.search(r"</h2>\s*</section>", page), name
        assert not re.search(r'class="report-value[^"]*">–<', page), name


def test_figures_that_may_not_be_told_are_named_together(client_of: ClientOf) -> None:
    page = client_of(3).get("/handbook/-/reports/collective?window=all").text
    assert not re.search(r'class="report-value untold">not shown<', page)
    assert re.search(r"<strong>Not shown</strong>, because fewer than 5 [^.]*“Density”", page)


def test_an_empty_space_has_reports_too(make_wiki: MakeWiki) -> None:
    client = _client(make_wiki({}))
    for address in ADDRESSES:
        assert client.get(f"/handbook/-/{address}?window=all").status_code == 200
    assert "Reports begin to speak" in client.get("/handbook/-/reports").text


def test_windows_and_people_come_from_the_address(client_of: ClientOf) -> None:
    client = client_of(10)
    text = client.get("/handbook/-/reports/participation?window=year&people=40").text
    assert "25\u00a0% of the 40 who could have taken part" in text
    assert "window=all&amp;people=40" in text
    for wrong in (
        "since=yesterday",
        "until=2026-13-01",
        "window=x",
        "people=0",
        "people=-1",
        "people=1e9",
        "since=2026-02-02&until=2026-02-01",
    ):
        assert client.get(f"/handbook/-/reports/participation?{wrong}").status_code == 400, wrong


def test_the_last_day_that_is_chosen_belongs_to_the_window(client_of: ClientOf) -> None:
    client = client_of(10)
    for days in (
        "since=2026-01-01&last=2026-01-31",
        "since=2026-01-31&last=2026-01-01",  # the other way round
        "since=2026-01-01&until=2026-02-01",
    ):
        page = client.get(f"/handbook/-/reports/evolution?{days}").text
        assert "1 January – 31 January 2026" in page
        assert 'name="last" value="2026-01-31"' in page
        assert "since=2026-01-01&amp;until=2026-02-01" in page
    for wrong in ("9999-12-31", "today", "2026-02-30"):
        answer = client.get(f"/handbook/-/reports/evolution?since=2026-01-01&last={wrong}")
        assert answer.status_code == 400, wrong


def test_an_unknown_report_is_not_there(client_of: ClientOf) -> None:
    client = client_of(6)
    for address in ("reports/ranking", "reports/ranking.csv", "reports/ranking.json"):
        assert client.get(f"/handbook/-/{address}").status_code == 404


def test_w019_csv_opens_in_a_spreadsheet(client_of: ClientOf) -> None:
    response = client_of(6).get("/handbook/-/reports/evolution.csv")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert 'filename="handbook-evolution-20' in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert {"figure", "table"} == {row["kind"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_z012_reports_of_a_space_are_for_its_readers(make_wiki: MakeWiki) -> None:
    from dataclasses import replace

    wiki = make_wiki({"secret.md": "x\n"})
    closed = replace(wiki.settings, people=replace(wiki.settings.people, anonymous_reading=False))
    client = _client(Wiki(closed))
    for address in ADDRESSES:
        response = client.get(f"/handbook/-/{address}")
        assert response.status_code in {302, 303, 401, 404}
        assert "Contributors" not in response.text
