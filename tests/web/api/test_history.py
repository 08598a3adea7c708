"""Histories and differences through the API."""

from __future__ import annotations

from tests.conftest import catch_up
from tests.web.conftest import HOLIDAYS
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author

PAGE = "/spaces/handbook/pages/people%2FHolidays"
HISTORY = "/spaces/handbook/history"


def changed(client, *words):
    """Change the page once for each word; the versions' ids, oldest first."""
    version = client.get(PAGE).json["version"]
    commits = []
    for word in words:
        text = HOLIDAYS.replace("Thirty", word)
        written = client.put(PAGE, version, text=text, summary=f"Say {word}").json
        version = written["version"]
        commits.append(written["commit"])
    return commits


def test_a_change_tells_who_did_what_through_which_door(client_of, furnished):
    ann = client_of("ann")
    version = ann.get(PAGE).json["version"]
    written = ann.ask(
        "PUT", PAGE, json={"text": HOLIDAYS + "\nMore.\n", "summary": "More"},
        headers={"If-Match": f'"{version}"', "Strata-Door": "mcp"},
    ).json  # fmt: skip
    change = ann.get(HISTORY).json["changes"][0]
    assert change == ann.get(f"/spaces/handbook/changes/{written['commit']}").json
    assert (change["author"], change["summary"], change["door"]) == ("ann", "More", "mcp")
    assert (change["pushed_by"], change["co_authors"], change["total"]) == ("", [], 1)
    assert change["files"] == [
        {"path": "people/Holidays.md", "effect": "changed", "renamed_from": ""}
    ]
    assert change["at"].endswith("Z")
    assert change["web"] == f"/handbook/-/change/{written['commit']}"
    for place in ("history", "history/people/Holidays", f"change/{written['commit']}"):
        assert "through an agent" in furnished.browser().get(f"/handbook/-/{place}").text
    other = {"If-Match": f'"{written["version"]}"', "Strata-Door": "web"}
    ann.ask("PUT", PAGE, json={"text": HOLIDAYS}, headers=other)
    assert ann.get(HISTORY).json["changes"][0]["door"] == "api"
    missing = ann.get(f"/spaces/handbook/changes/{'0' * 40}")
    assert (missing.status_code, missing.json["code"]) == (404, "RevisionNotFound")


def test_a_history_goes_on_where_it_ended_and_misses_nothing(client_of, furnished):
    ada = Author("Ada Lovelace", "ada@example.org")
    versions = [
        NewVersion(ada, 1_700_000_000 + number, 0, ada, 1_700_000_000 + number, f"{number}\n",
                   {"many/Page.md": f"{number}\n".encode()}, (number,) if number else ())
        for number in range(120)
    ]  # fmt: skip
    create(furnished.wiki.repository_path("many"))
    import_versions(furnished.wiki.repository_path("many"), "main", versions)
    catch_up(furnished.wiki, "many")
    client = client_of()
    for query in ({}, {"page": "many/Page"}, {"folder": "many"}):
        found, after, answers = [], "", 0
        while after is not None:
            told = client.get("/spaces/many/history", query_string={**query, "after": after}).json
            found += [change["summary"] for change in told["changes"]]
            after, answers = told["next"], answers + 1
        assert found == [str(number) for number in reversed(range(120))]
        assert answers > 1


def test_a_history_of_days_and_what_cannot_be_asked(client_of):
    ann = client_of("ann")
    changed(ann, "Forty")
    assert ann.get(f"{HISTORY}?since=2023-01-01&until=2024-01-01").json["changes"][0][
        "summary"
    ] == ("Begin")
    assert ann.get(f"{HISTORY}?until=2020-01-01").json["changes"] == []
    for query, code in (
        ("since=yesterday", "WindowInvalid"), ("page=a&folder=b", "ParameterInvalid"),
    ):  # fmt: skip
        answer = ann.get(f"{HISTORY}?{query}")
        assert (answer.status_code // 100, answer.json["code"]) == (4, code)
    assert ann.get(f"{HISTORY}?page=nothing").status_code == 404


def test_versions_are_compared_line_by_line(client_of):
    ann = client_of("ann")
    first, second = changed(ann, "Forty", "Fifty")
    diff = ann.get("/spaces/handbook/diff/people%2FHolidays").json
    assert (diff["old"], diff["new"], diff["added"], diff["removed"]) == (first, second, 1, 1)
    (row,) = [row for rows in diff["hunks"] for row in rows if row["kind"] == "changed"]
    assert row == {
        "kind": "changed", "old_line": 3, "old": "Forty days a year.",
        "new_line": 3, "new": "Fifty days a year.",
    }  # fmt: skip
    back = ann.get(f"/spaces/handbook/diff/people%2FHolidays?old={second}&new={first}").json
    assert (back["old"], back["new"]) == (second, first)
    birth = ann.get(f"{HISTORY}?page=people/Holidays").json["changes"][-1]["commit"]
    whole = ann.get(f"/spaces/handbook/diff/people%2FHolidays?new={birth}").json
    assert (whole["old"], whole["added"], whole["removed"]) == ("", HOLIDAYS.count("\n"), 0)
    for query in ("old=nonsense", f"new={'0' * 40}"):
        assert ann.get(f"/spaces/handbook/diff/people%2FHolidays?{query}").status_code == 404
