"""What a manager can do with a report: open its figures, narrow it, take it along, trust the terminal."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.reported import FACES, FORMULA, told_wiki
from wiki.analytics.registry import REPORTS
from wiki.cli import main
from wiki.cli.reporting import NAMES as TOLD_IN_HELP
from wiki.model import Author, Edit, FileWrite
from wiki.services import report_behind
from wiki.services.wiki import Wiki
from wiki.web import report_opening


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wiki, FlaskClient]]:
    yield from told_wiki(tmp_path_factory.mktemp("named"), FACES)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wiki, FlaskClient]]:
    yield from told_wiki(tmp_path_factory.mktemp("quiet"), {})


def _figures(client: FlaskClient, name: str, query: str = "") -> dict[str, object]:
    told = json.loads(client.get(f"/told/-/reports/{name}.json?{query}").text)
    return {figure["key"]: figure["value"] for figure in told["figures"]}


class Outline(HTMLParser):
    """The headings of a page, its identities, and the tables without a scope on a header."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.unscoped = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.unscoped += tag == "th" and not given.get("scope")


@pytest.mark.parametrize(
    "name", ["", *REPORTS, "participation/edits", "participation/contributors"]
)
def test_pages_are_in_order_for_those_who_hear_them(
    named: tuple[Wiki, FlaskClient], name: str
) -> None:
    page = named[1].get(f"/told/-/reports/{name}?window=year").text
    main_part = page[page.index("<main") : page.index("</main>")]
    outline = Outline(main_part)
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    for before, after in zip(outline.levels, outline.levels[1:], strict=False):
        assert after <= before + 1, outline.levels
    assert len(set(outline.ids)) == len(outline.ids)
    assert outline.unscoped == 0
    assert not re.search(r"style=|<style|<script(?! (type|src))", main_part)


def test_every_number_that_counts_something_opens(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    opened = 0
    for name in REPORTS:
        page = client.get(f"/told/-/reports/{name}?window=year").text
        for href in re.findall(r'class="report-value"><a href="([^"]+)"', page):
            answer = client.get(href.replace("&amp;", "&"))
            assert answer.status_code == 200, href
            assert "How is this counted?" not in answer.text
            opened += 1
    assert opened > 25


def test_the_list_behind_a_figure_is_as_long_as_the_figure(
    named: tuple[Wiki, FlaskClient],
) -> None:
    _, client = named
    figures = _figures(client, "participation", "window=recent")
    page = client.get("/told/-/reports/participation/edits?window=recent").text
    changes = re.findall(r'href="/told/-/change/([0-9a-f]{40})"', page)
    assert len(set(changes)) == len(changes) == figures["edits"]
    assert client.get(f"/told/-/change/{changes[0]}").status_code == 200
    history = re.search(r'href="(/told/-/history\?since=[^"]+)"', page)
    assert history
    days = client.get(history.group(1).replace("&amp;", "&")).text
    assert set(re.findall(r'href="/told/-/change/([0-9a-f]{40})"', days)) == set(changes)
    people = client.get("/told/-/reports/participation/contributors?window=recent").text
    listed = re.findall(r"<li><a [^>]*>(Person\d Surname\d)</a>", people)
    assert len(listed) == figures["contributors"] == 7
    assert listed == sorted(listed)


def _table_links(page: str) -> set[tuple[str, str]]:
    """Where the numbers in a page's tables of figures lead: (address, number)."""
    found = re.findall(r'<td class="number"><a href="([^"]+)">([^<]*)</a>', page)
    return {(html.unescape(href), words) for href, words in found}


def _entries(client: FlaskClient, href: str) -> int:
    """How many changes, pages, people or teams a page behind a number says there are."""
    answer = client.get(href)
    assert answer.status_code == 200, href
    told = re.search(r'<p class="muted">([\d,]+) (change|page|person|people|team)', answer.text)
    assert told, href
    return int(told[1].replace(",", ""))


SUMS = re.compile(
    r"/(added|restored|removed|net|lines_added|lines_removed|links|kept\.|[a-z_]+\.\d+\.words)"
)
"""Numbers of words, lines and links: of them each change has some."""


@pytest.mark.parametrize("name", REPORTS)
def test_a_number_in_a_table_opens_as_many_as_it_says(
    named: tuple[Wiki, FlaskClient], name: str
) -> None:
    _, client = named
    links = _table_links(client.get(f"/told/-/reports/{name}?window=recent").text)
    counted = {(href, words) for href, words in links if not SUMS.search(href)}
    shares = {(href, words) for href, words in counted if "%" in words}
    for href, words in counted - shares:
        assert _entries(client, href) == int(words.replace(",", "")), href
    for href, _ in links - (counted - shares):
        assert _entries(client, href), href
    assert len(links) >= {"participation": 35, "evolution": 30, "purpose": 0}.get(name, 2)


def test_a_week_leads_to_its_days_and_a_team_to_its_report(
    named: tuple[Wiki, FlaskClient],
) -> None:
    _, client = named
    page = client.get("/told/-/reports/participation?window=recent").text
    weeks = re.findall(r'/participation/edits\?since=([\d-]+)&amp;until=([\d-]+)"', page)
    assert len(weeks) > 8
    assert all(ends == begins for (_, ends), (begins, _) in itertools.pairwise(weeks))
    left = client.get("/told/-/reports/participation?window=recent&team=Left").text
    assert (
        '<th scope="row"><a href="/told/-/reports/participation?window=recent&amp;team=Left">Left</a>'
        in page
    )
    assert _figures(client, "participation", "window=recent&team=Left")["contributors"] == 3
    assert "team=Right" not in left.split("report-group")[1]


def test_changes_come_newest_first_with_the_words_counted(
    named: tuple[Wiki, FlaskClient],
) -> None:
    _, client = named
    for key, value in (("added", "Words written"), ("removed", "Words removed")):
        page = client.get(f"/told/-/reports/persistence/{key}?window=all").text
        assert f'<th scope="col" class="number">{value}</th>' in page
        words = re.findall(r'<td class="number">([\d,]+)</td></tr>', page)
        total = sum(int(each.replace(",", "")) for each in words)
        assert total == _figures(client, "persistence", "window=all")[key]
        days = re.findall(r'<td class="report-day">([^<]+)</td>', page)
        read = [datetime.strptime(day, "%d %b %Y") for day in days]  # noqa: DTZ007
        assert read == sorted(read, reverse=True)
        assert len(set(read)) > 5


def test_teams_reached_opens_the_teams(named: tuple[Wiki, FlaskClient]) -> None:
    page = named[1].get("/told/-/reports/participation/teams_reached?window=recent").text
    listed = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', page)
    inside = [name for href, name in listed if "team=" in href]
    assert inside == ["Left", "Right"]
    assert "2 teams, all of them counted." in page


def test_p001_words_of_single_changes_are_told_of_nobody(quiet: tuple[Wiki, FlaskClient]) -> None:
    page = quiet[1].get("/told/-/reports/persistence/added?window=all").text
    assert "/-/change/" in page
    assert "Words written</th>" not in page


def test_p001_a_number_that_names_people_leads_to_no_list(quiet: tuple[Wiki, FlaskClient]) -> None:
    """Weeks lead to the history, which is open to all; classes of pages by their people to nothing."""
    _, client = quiet
    for name in REPORTS:
        page = client.get(f"/told/-/reports/{name}?window=year&people=50").text
        for href, _ in _table_links(page):
            assert "/contributors" not in href
            assert "authors." not in href
    page = client.get("/told/-/reports/participation?window=year&people=50").text
    assert re.search(r'href="/told/-/history\?since=[\d-]+&amp;until=[\d-]+">\d+</a>', page)
    for key in ("authors.0.pages", "authors.1.pages", "authors.2.pages"):
        answer = client.get(f"/told/-/reports/evolution/{key}?window=year&people=50")
        assert answer.status_code == 200
        assert 'report-behind-list">\n</ul>' in answer.text or "Not opened" in answer.text
        assert "guides/own" not in answer.text


def test_where_people_are_counted_and_not_listed_the_changes_of_the_days_are_offered(
    quiet: tuple[Wiki, FlaskClient],
) -> None:
    _, client = quiet
    page = client.get("/told/-/reports/participation/contributors?window=year").text
    days = r'href="(/told/-/history\?since=[\d-]+&amp;until=[\d-]+)">All changes of these days'
    assert "not listed" in page
    found = re.search(days, page)
    assert found
    assert client.get(html.unescape(found[1])).status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        "bands", "bands.", "bands.0", "bands.0.", "bands.9.people", "bands.-1.people", "bands.0.edits",
        "bands.\u0663.people", "bands.99999999999.people", "over_time.0.people", "nothing.0.people", "..",
    ],
)  # fmt: skip
def test_a_number_that_is_not_there_cannot_be_opened(
    named: tuple[Wiki, FlaskClient], key: str
) -> None:
    assert named[1].get(f"/told/-/reports/participation/{key}").status_code == 404


def test_another_window_s_number_opens_that_window(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    told = json.loads(client.get("/told/-/reports/participation.json?window=recent").text)
    before = next(each["previous"] for each in told["figures"] if each["key"] == "edits")
    assert before
    page = client.get("/told/-/reports/participation/edits?window=recent&which=previous").text
    assert len(re.findall(r'href="/told/-/change/', page)) == before
    assert "in the window before" in page
    assert client.get("/told/-/reports/participation/edits?which=tomorrow").status_code == 400
    assert client.get("/told/-/reports/participation/nothing").status_code == 404


def test_long_lists_come_in_parts(
    named: tuple[Wiki, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (report_behind, report_opening):
        monkeypatch.setattr(module, "SHOWN", 30)
    seen: list[str] = []
    address = "/told/-/reports/participation/edits?window=all"
    for _ in range(5):
        page = named[1].get(address).text
        seen += re.findall(r'href="/told/-/change/([0-9a-f]{40})"', page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        if not after:
            break
        address = after.group(1).replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == _figures(named[1], "participation", "window=all")["edits"]


def test_p001_nobody_is_listed_where_people_are_only_counted(
    quiet: tuple[Wiki, FlaskClient],
) -> None:
    _, client = quiet
    for key in ("contributors", "new", "returning", "lapsed", "rate"):
        for which in ("", "previous", "year_ago"):
            answer = client.get(f"/told/-/reports/participation/{key}?window=year&which={which}")
            assert "Surname" not in answer.text
            assert "who=" not in answer.text
    page = client.get("/told/-/reports/participation/edits?window=year").text
    assert "Surname" not in page
    assert ">By<" not in page
    assert not re.search(r"\d\d:\d\d", page)


def test_p001_nothing_of_a_few_people_is_opened(quiet: tuple[Wiki, FlaskClient]) -> None:
    _, client = quiet
    # a page that one person wrote, and one with a single change
    for query in ("page=guides/own-3&window=all", "page=%3DHYPERLINK(evil)&window=all"):
        for name in (
            "participation/edits",
            "participation",
            "participation.json",
            "participation.html",
        ):
            answer = client.get(f"/told/-/reports/{name}?{query}")
            assert answer.status_code == 403, (name, query)
            assert "/-/change/" not in answer.text


def test_a_report_can_be_narrowed_and_widened_again(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    everything = _figures(client, "participation", "window=all")
    folder = _figures(client, "participation", "window=all&folder=guides")
    page = _figures(client, "participation", "window=all&page=shared")
    left = _figures(client, "participation", "window=all&team=Left")
    assert isinstance(everything["edits"], int)
    assert folder["edits"] + page["edits"] + 1 == everything["edits"]  # type: ignore[operator]
    assert left["contributors"] == 3
    text = client.get("/told/-/reports/participation?window=all&folder=guides").text
    assert "folder guides" in text
    wider = re.search(r'class="report-widen no-print" href="([^"]+)"', text)
    assert wider
    assert wider.group(1) == "/told/-/reports/participation?window=all"
    for wrong in ("folder=nowhere", "team=Nobody", "page=nothing", "person=x"):
        assert client.get(f"/told/-/reports/participation?{wrong}").status_code == 404, wrong


def test_a_person_is_chosen_from_a_form(
    named: tuple[Wiki, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, client = named
    page = client.get("/told/-/reports/participation?window=all").text
    choices = re.findall(r'<option value="(\w+)">(Person\d Surname\d)</option>', page)
    assert [name for _, name in choices] == [f"Person{n} Surname{n}" for n in range(7)]
    who = choices[3][0]
    alone = f"/told/-/reports/participation?window=all&person={who}"
    assert f'<option value="{who}" selected>Person3 Surname3</option>' in client.get(alone).text
    monkeypatch.setattr("wiki.web.report_asking.MOST_CHOICES", 3)  # too many: a name is written
    page = client.get("/told/-/reports/participation?window=all").text
    assert 'name="by"' in page
    assert (
        "Surname3" not in page[page.index("<form") : page.index("</form>", page.index('name="by"'))]
    )
    written = "/told/-/reports/participation?window=all&by=person3++SURNAME3"
    assert f"person={who}" in client.get(written).text
    assert client.get(written.replace("SURNAME3", "x")).status_code == 404


def test_p001_nobody_is_chosen_where_people_are_not_named(
    quiet: tuple[Wiki, FlaskClient],
) -> None:
    page = quiet[1].get("/told/-/reports/participation").text
    assert 'name="person"' not in page
    assert 'name="by"' not in page
    assert quiet[1].get("/told/-/reports/participation?by=Person3+Surname3").status_code == 404


def test_all_spaces_have_reports_together(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    overview = client.get("/-/reports").text
    assert "Space by space" in overview
    assert 'href="/told/-/reports"' in overview
    alone = _figures(client, "participation", "window=all")
    together = json.loads(client.get("/-/reports/participation.json?window=all").text)
    assert {each["key"]: each["value"] for each in together["figures"]} == alone
    assert client.get("/-/reports/participation/edits").status_code == 200


def test_a_report_taken_along_needs_nothing_else(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    for name in ("overview", *REPORTS):
        answer = client.get(f"/told/-/reports/{name}.html?window=year")
        assert answer.headers["Content-Disposition"].startswith(
            f'attachment; filename="told-{name}-20'
        )
        text = answer.text
        assert "<style>" in text
        assert not re.search(r"<script|<link|<img|<iframe|@import|url\((?!#)|src=|http-equiv", text)
        assert not re.findall(r'href="(?!#)[^"]*"', text)
        assert "version " in text
        assert "How the figures are counted" in text


def test_csv_is_safe_in_spreadsheets(named: tuple[Wiki, FlaskClient]) -> None:
    _, client = named
    seen = False
    for name in REPORTS:
        text = client.get(f"/told/-/reports/{name}.csv?window=all").text.removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                seen = seen or FORMULA.removesuffix(".md") in cell
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (name, cell)
                assert not cell.startswith("-") or re.fullmatch(r"-[\d.e-]+", cell), (name, cell)
    assert seen


def test_the_terminal_says_the_same_to_the_digit(quiet: tuple[Wiki, FlaskClient]) -> None:
    wiki, client = quiet
    path = str(wiki.repository_path("told"))
    for name in ("overview", *REPORTS):
        shown = json.loads(client.get(f"/told/-/reports/{name}.json?window=year").text)
        ran = CliRunner().invoke(
            main,
            ["report", name, "--repo", path, "--window", "year", "--aggregate", "--format", "json"],
        )
        assert ran.exit_code == 0, ran.output
        told = json.loads(ran.stdout)
        for each in (shown, told):
            each.pop("subject")
            each["history"].pop("behind")
        assert told == shown, name


def test_the_terminal_knows_every_report() -> None:
    assert set(TOLD_IN_HELP) == {"overview", *REPORTS}


def test_the_terminal_sets_teams_side_by_side(named: tuple[Wiki, FlaskClient]) -> None:
    path = str(named[0].repository_path("told"))
    run = ["report", "participation", "--repo", path, "--window", "all", "--by", "team"]
    text = CliRunner().invoke(main, run).stdout
    assert re.search(r"Everybody +Left +Right", text)
    assert re.search(r"Contributors +7 +3 +2", text)
    told = json.loads(CliRunner().invoke(main, [*run, "--format", "json"]).stdout)
    assert [team["team"] for team in told["teams"]] == ["Left", "Right"]
    rows = list(
        csv.DictReader(io.StringIO(CliRunner().invoke(main, [*run, "--format", "csv"]).stdout))
    )
    assert {row["row"] for row in rows} == {"Everybody", "Left", "Right"}


def test_the_terminal_writes_the_same_file(named: tuple[Wiki, FlaskClient]) -> None:
    path = str(named[0].repository_path("told"))
    for name in ("overview", "collective"):
        ran = CliRunner().invoke(main, ["report", name, "--repo", path, "--format", "html"])
        assert ran.stdout.startswith("<!DOCTYPE html>"), ran.output
        assert "<script" not in ran.stdout


def test_everybody_may_see_what_they_did_alone(furnished: Furnished) -> None:
    ann, ray = furnished.browser("ann"), furnished.browser("ray")
    saved = ann.submit("/handbook/-/edit/Mine", content="# Mine\n", summary="Mine")
    assert saved.status_code in {302, 303}, saved.text
    catch_up(furnished.wiki)
    page = ann.get("/handbook/-/reports/participation?window=all").text
    assert "Only what I did" in page
    mine = re.search(r'href="([^"]*person=[^"]*)"', page)
    assert mine
    address = mine.group(1).replace("&amp;", "&")
    told = ann.get(address).text
    assert "one person" in told
    assert "Only what I did" not in told
    assert re.search(r'class="report-value"><a [^>]*>1</a>', told)
    assert "Only what I did" not in ray.get("/handbook/-/reports/participation?window=all").text
    assert ray.get(address).status_code == 404


def test_goals_lead_to_their_figures(tmp_path: Path) -> None:
    goals = b'goals = [{figure = "participation.contributors", target = 5, by = 2099-01-01, days = 30}]\n'
    for _, client in told_wiki(tmp_path, {**FACES, ".strata/charter.toml": goals}):
        page = client.get("/told/-/reports/purpose?window=year").text
        figure = re.search(r'<td><a href="([^"]+)#figure-contributors">Contributors</a>', page)
        assert figure
        now = re.search(r'<td class="number"><a href="([^"]+)">(\d+)</a>', page)
        assert now
        assert "/participation/contributors?since=" in now[1]
        assert _entries(client, html.unescape(now[1])) == int(now[2]) == 7
        overview = client.get("/told/-/reports?window=year").text
        for told in (page, overview):
            assert '/told/-/reports/purpose?window=year#progress" title="What this counts"' in told
        assert 'id="progress"' in page


def test_a_number_that_few_are_behind_promises_no_list(furnished: Furnished) -> None:
    repository = furnished.wiki.open("handbook").repository
    for number in range(6):
        author = Author(f"Writer {number}", f"w{number}@x.example")
        text = b"[[Asked by all]]\n" + (b"[[Asked by one]]\n" if number == 3 else b"")
        write = FileWrite(f"page{number}.md", text, "")
        repository.save(Edit((write,), author, "Write", "push", "", 1_700_000_000 + number))
    catch_up(furnished.wiki)
    page = furnished.browser("ann").get("/handbook/-/reports/emergence?window=all").text
    links = [words for href, words in _table_links(page) if "/wanted_pages." in href]
    assert links == ["6"]
