"""A reader who wants to know what one colleague did, and may read reports that tell nothing about few.

The reader guesses addresses, narrows reports to teams, folders, pages and people, opens every figure,
takes every form along, and subtracts one answer from another. Named after the rows P001–P005, P007
and P014 of the cases.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from tests.conftest import catch_up
from tests.web.api.conftest import client_at
from tests.web.conftest import Furnished
from tests.web.people import settings_in
from wiki.analytics.registry import REPORTS
from wiki.analytics.table_cells import CELLS
from wiki.errors import TooFewPeople
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author
from wiki.services.pages import save_page
from wiki.services.people import people_of
from wiki.services.reports import Asked, run
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "field"
FEW = range(1, 5)
LONE = Author("Zora Quill", "zora@lone.example")
SMALL = [Author(f"Sam Ness{n}", f"sam{n}@small.example") for n in range(3)]
BIG = [Author(f"Bea Holt{n}", f"bea{n}@big.example") for n in range(8)]
MIDDLE = [Author(f"Max Orr{n}", f"max{n}@middle.example") for n in range(5)]
EVERYBODY = [*BIG, *MIDDLE, *SMALL, LONE]
TEAMS = b"""
[[team]]
name = "Trio"
people = ["Bea Holt0", "Bea Holt1", "Bea Holt2"]

[[team]]
name = "Middle"
addresses = ["*@middle.example"]

[[team]]
name = "Others"
addresses = ["*@big.example", "*@small.example"]
"""
NARROWED = (
    "folder=small", "folder=small/", "page=small/s0", "page=big/duo", "page=big/duo.md",
    "folder=middle", "page=alone", "team=Trio", "team=trio", "team=Middle", "folder=big&team=Trio",
    "folder=small&team=Others",
)  # fmt: skip
"""Parts that are the work of a few; or what is left beside them is."""


@dataclass(frozen=True)
class Field:
    """The space of this story, and who is looking."""

    furnished: Furnished

    def get(self, address: str, who: str = "ray") -> tuple[int, str]:
        answer = self.furnished.browser(who).get(f"/{SPACE}/-/{address}")
        return answer.status_code, answer.text

    def json(self, address: str, who: str = "ray") -> dict[str, object]:
        status, text = self.get(address, who)
        assert status == 200, (address, text[:300])
        found: dict[str, object] = json.loads(text)
        return found

    def who(self, author: Author) -> str:
        space = self.furnished.wiki.open(SPACE)
        return people_of(space, self.furnished.wiki.settings).person(author).who

    def set(self, people: str) -> None:
        browser = self.furnished.browser("boss")
        base = re.search(
            r'name="base" value="([0-9a-f]*)"', browser.get(f"/{SPACE}/-/privacy").text
        )
        assert base
        answer = browser.submit(f"/{SPACE}/-/privacy", people=people, base=base[1])
        assert answer.status_code == 303
        catch_up(self.furnished.wiki, SPACE)


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)


def _told() -> Iterator[tuple[Author, int, str]]:
    """Who edits what, so many days ago. On the ninth day before today only one person does."""
    for round_, (place, who) in product(range(3), enumerate(BIG)):
        yield who, 100 - 30 * round_ - place, f"big/b{place}.md"
        yield who, 100 - 30 * round_ - place, "big/all.md"
    for place, who in enumerate(MIDDLE):
        yield who, 70 - place, "middle/all.md"
    for round_, (place, who) in product(range(4), enumerate(SMALL)):
        yield who, 60 - 10 * round_ - place, f"small/s{place}.md"
    for who, days in ((BIG[0], 30), (BIG[1], 20)):
        yield who, days, "big/duo.md"
    for _ in range(7):
        yield LONE, 9, "alone.md"


def _make(folder: Path, model: tuple[Path, dict[str, dict[str, str]]]) -> Field:
    shutil.copytree(model[0], folder)
    wiki = Wiki(settings_in(folder))
    versions: list[NewVersion] = []
    for number, (who, days, path) in enumerate(_ordered()):
        at = int((_today() - timedelta(days=days)).timestamp()) + number
        files = {path: f"# Page\n\nWords number {number} of a page\n".encode()}
        if not number:
            files[".strata/teams.toml"] = TEAMS
        parents = (number,) if number else ()
        versions.append(NewVersion(who, at, 0, who, at, f"note {number}\n", files, parents))
    create(wiki.repository_path(SPACE))
    import_versions(wiki.repository_path(SPACE), "main", versions)
    catch_up(wiki, SPACE)
    return Field(Furnished(wiki, create_app(wiki, testing=True), model[1]))


@pytest.fixture(scope="module")
def field(
    tmp_path_factory: pytest.TempPathFactory, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Field]:
    """To be looked at only."""
    made = _make(tmp_path_factory.mktemp("field") / "wiki", model_wiki)
    yield made
    made.furnished.wiki.close()


@pytest.fixture
def own_field(
    tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Field]:
    """To be changed."""
    made = _make(tmp_path / "wiki", model_wiki)
    yield made
    made.furnished.wiki.close()


def _identifying(field: Field) -> list[str]:
    marks = [field.who(author) for author in EVERYBODY]
    names = [author.name for author in EVERYBODY]
    return [*names, *marks, "@big.example", "@small.example", "@lone.example"]


def _values(told: object, unit: str = "") -> Iterator[tuple[str, object]]:
    """Every number of people in a report: (where, value)."""
    assert isinstance(told, dict)
    for figure in told["figures"]:
        if figure["unit"] == "people":
            for when in ("value", "previous", "year_ago"):
                yield f"{figure['key']}.{when}", figure.get(when)
    for table in told["tables"]:
        units = [column["unit"] for column in table["columns"]]
        for row in table["rows"]:
            for kind, cell in zip(units[1:], row[1:], strict=True):
                if kind == "people":
                    yield f"{table['key']} {row[0]}", cell


def _few(told: object) -> list[tuple[str, object]]:
    return [
        (where, value)
        for where, value in _values(told)
        if isinstance(value, int | float) and not isinstance(value, bool) and value in FEW
    ]


# -- P001: nothing about few -----------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize(
    "asked", ["window=recent", "window=all", "window=all&folder=big", "window=all&team=Others"]
)
def test_p001_no_number_of_few_people_in_any_report(field: Field, name: str, asked: str) -> None:
    assert not _few(field.json(f"reports/{name}.json?{asked}"))


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_p001_the_table_says_no_more_than_the_machine_form(field: Field, name: str) -> None:
    status, text = field.get(f"reports/{name}.csv?window=all")
    assert status == 200
    for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
        if line["unit"] == "people":
            for column in ("value", "previous", "year_ago"):
                assert line[column] not in {str(n) for n in FEW}, line


def test_p014_nobody_is_named_anywhere(field: Field) -> None:
    """In pages, files to take along, drawings and their words, and behind every figure."""
    secret = _identifying(field)
    for address in _every_address(field):
        for who in ("", "boss") if address != "teams" else ("", "ray"):
            status, text = field.get(address, who)
            assert status in {200, 403, 404}, address
            told = [each for each in secret if each in text]
            assert not told, (address, who, told)


def test_p014_programs_are_told_no_more(field: Field) -> None:
    client, secret = client_at(field.furnished, "boss"), _identifying(field)
    for name in ("overview", *sorted(REPORTS)):
        answer = client.get(f"/spaces/{SPACE}/reports/{name}?window=all")
        assert answer.status_code == 200, name
        assert not [each for each in secret if each in answer.text], name
        assert name == "overview" or not _few(answer.json), name
    for asked in NARROWED:
        assert client.get(f"/spaces/{SPACE}/reports/collective?{asked}").status_code in {403, 404}


def _every_address(field: Field) -> list[str]:
    found = ["reports", "reports/overview.json", "reports/overview.csv", "reports/overview.html"]
    for name in sorted(REPORTS):
        found += [f"reports/{name}{form}?window=all" for form in ("", ".json", ".csv", ".html")]
        told = field.json(f"reports/{name}.json?window=all")
        figures = told["figures"]
        assert isinstance(figures, list)
        found += [f"reports/{name}/{figure['key']}?window=all" for figure in figures]
        found += [f"reports/{name}/{key}?window=all" for key in _cells(name, told)]
    return [*found, "teams", "privacy"]


def _cells(name: str, told: dict[str, object]) -> Iterator[str]:
    """The addresses of all numbers in a report's tables, linked or not."""
    tables = told["tables"]
    assert isinstance(tables, list)
    for table in tables:
        for _, column in (key[1:] for key in CELLS if key[:2] == (name, table["key"])):
            for row in range(len(table["rows"])):
                yield f"{table['key']}.{row}.{column}"


def test_p001_a_number_in_a_table_opens_nothing_of_a_few(field: Field) -> None:
    """Nobody guesses the address of a row that is hidden, of pages of one person, or of single people."""
    opened = 0
    for name in sorted(REPORTS):
        told = field.json(f"reports/{name}.json?window=all")
        for key in _cells(name, told):
            kind = CELLS[name, key.split(".")[0], key.split(".")[2]][0]
            status, text = field.get(f"reports/{name}/{key}?window=all")
            main = text.split("<main")[-1]
            if kind == "people" or key.startswith(("authors.", "contested_pages.")):
                assert status == 404 or "/history/" not in main, (name, key)
                assert (
                    "report-behind-list" not in main
                    or "<li>" not in main.split("report-behind-list")[1].split("</ul>")[0]
                ), (name, key)
            changes = set(re.findall(r"note \d+", main))
            people = {each[0] for n, each in enumerate(_ordered()) if f"note {n}" in changes}
            assert not changes or len(people) >= 5, (name, key)
            opened += bool(changes) or "report-behind-list" in main
    assert opened > 5


@pytest.mark.parametrize("scope", NARROWED)
def test_p001_a_part_that_is_the_work_of_a_few_is_refused(field: Field, scope: str) -> None:
    """“middle” is of five, but would tell of the four beside it, whom nothing else hides; so is its team."""
    for form in ("", ".json", ".csv", ".html", "/edits", "/contributors"):
        status, text = field.get(f"reports/participation{form}?window=all&{scope}")
        assert status == 403, (form, text[:300])
        assert "tells nothing about so few" in text
        assert not [each for each in _identifying(field) if each in text.split("<main")[-1]]


@pytest.mark.parametrize("scope", NARROWED)
def test_p001_programs_are_told_no_more_than_readers(field: Field, scope: str) -> None:
    ray = client_at(field.furnished, "ray")
    for name in ("participation", "overview"):
        answer = ray.get(f"/spaces/{SPACE}/reports/{name}?window=all&{scope}")
        assert (answer.status_code, answer.json["code"]) == (403, "TooFewPeople")
        assert not [each for each in _identifying(field) if each in answer.text]
    if scope in {"team=Trio", "team=trio"}:
        everywhere = ray.get(f"/reports/participation?window=all&{scope}")
        assert (everywhere.status_code, everywhere.json["code"]) == (403, "TooFewPeople")


@pytest.mark.parametrize("scope", ["folder=big", "page=big/all", "team=Others"])
def test_p001_a_part_that_is_the_work_of_many_is_told(field: Field, scope: str) -> None:
    assert field.get(f"reports/participation?window=all&{scope}")[0] == 200


def test_p001_the_figures_of_all_reports_are_refused_alike(field: Field) -> None:
    for name in REPORTS:
        assert field.get(f"reports/{name}.json?team=Trio")[0] == 403, name
    assert field.get("reports?team=Trio")[0] == 403
    assert field.get("reports/overview.json?folder=small")[0] == 403


def test_p001_what_is_behind_a_figure_tells_no_few(field: Field) -> None:
    """The changes of a day on which one person wrote cannot be opened as that person's."""
    day = (_today() - timedelta(days=9)).date()
    query = f"since={day}&until={day + timedelta(days=1)}"
    _, text = field.get(f"reports/participation/edits?{query}")
    listed = set(re.findall(r"note \d+", text))
    alone = {f"note {n}" for n, each in enumerate(_ordered()) if each[0] == LONE}
    assert not listed or not listed <= alone


def _ordered() -> list[tuple[Author, int, str]]:
    return sorted(_told(), key=lambda each: -each[1])


def test_p001_the_windows_before_are_as_quiet(field: Field) -> None:
    """What a figure counted in the window before, or a year ago, is opened by nobody's guess either."""
    secret = _identifying(field)
    for which, key in product(("previous", "year_ago"), ("edits", "contributors", "new")):
        status, text = field.get(f"reports/participation/{key}?which={which}")
        assert status in {200, 404}
        assert not [each for each in secret if each in text]


def test_p001_drawings_have_no_dot_for_a_few(field: Field) -> None:
    """A network of people is drawn as groups of five and more, and tells no weight of fewer."""
    told = field.json("reports/collective.json?window=all")
    for graph in told["graphs"]:  # type: ignore[attr-defined]
        assert not [node for node in graph["nodes"] if 0 < node["weight"] < 5]
    _, page = field.get("reports/collective?window=all")
    assert not re.search(r"<title>[^<]*: [1-4] (people|contributors)", page)


def test_p001_all_spaces_together_tell_no_more(field: Field) -> None:
    """Above the spaces there are neither folders nor pages nor persons, and teams are guarded alike."""
    browser = field.furnished.browser("ray")
    who = field.who(LONE)
    for asked in ("folder=small", "page=alone.md", f"person={who}"):
        for form in ("", ".json", ".csv", ".html"):
            answer = browser.get(f"/-/reports/participation{form}?window=all&{asked}")
            assert answer.status_code in {400, 403, 404}, (asked, form)
    # Of “Middle” its only space tells nothing, as that would tell of who is left.
    for team in ("Trio", "Middle"):
        address = f"/-/reports/participation.json?window=all&team={team}"
        assert browser.get(address).status_code == 403, team
    assert browser.get("/-/reports/participation.json?window=all&team=Others").status_code == 200
    for name in REPORTS:
        text = browser.get(f"/-/reports/{name}.json?window=all").text
        assert not _few(json.loads(text)), name
        assert not [each for each in _identifying(field) if each in text]


# -- subtracting one answer from another -----------------------------------------------------


def test_p001_two_windows_that_differ_by_one_person_are_one(field: Field) -> None:
    """Only Zora Quill wrote on the ninth day before today."""
    start = (_today() - timedelta(days=95)).date()
    day = (_today() - timedelta(days=9)).date()
    for name in ("participation", "evolution", "collective"):
        with_her = field.json(f"reports/{name}.json?since={start}&until={day + timedelta(days=1)}")
        without = field.json(f"reports/{name}.json?since={start}&until={day}")
        assert with_her["figures"] == without["figures"], name
        assert with_her["window"] == without["window"]
    _, page = field.get(f"reports/participation?since={start}&until={day}")
    assert "widened to whole months" in page


def test_p001_a_window_of_one_day_is_not_one_persons(field: Field) -> None:
    day = (_today() - timedelta(days=9)).date()
    told = field.json(f"reports/participation.json?since={day}&until={day + timedelta(days=1)}")
    assert not _few(told)
    edits = next(each for each in told["figures"] if each["key"] == "edits")  # type: ignore[attr-defined]
    assert edits["value"] != 7


def test_p001_every_part_that_is_told_leaves_enough_beside_it(field: Field) -> None:
    """Whatever can be opened, alone or taken from what is around it, is of five people or more."""
    wiki = field.furnished.wiki
    viewer = wiki.accounts.account("ray").viewer
    now = int(datetime.now(UTC).timestamp())
    from wiki.services.report_scope import Scope

    behind = {
        (folder, page): {who.name for who, _, path in _told() if path.startswith(folder + page)}
        for folder, page in (("big/", ""), ("small/", ""), ("big/", "all.md"), ("big/", "duo.md"))
    }
    everybody = {who.name for who, _, _ in _told()}
    for (folder, page), people in behind.items():
        scope = Scope(page=folder + page) if page else Scope(folder=folder.strip("/"))
        around = behind[folder, ""] if page else everybody
        try:
            run(wiki, viewer, SPACE, Asked("participation", "all", scope=scope), now=now)
        except TooFewPeople:
            continue
        rest = {who.name for who, _, path in _told() if not path.startswith(folder + page)}
        assert len(people) >= 5
        assert not (0 < len(rest & around if page else rest) < 5)


# -- P003, P004, P005: of one person ---------------------------------------------------------


@pytest.mark.parametrize("author", [BIG[0], SMALL[0], LONE])
@pytest.mark.parametrize("form", ["", ".json", ".csv", ".html", "/edits"])
def test_p003_nobody_sees_the_figures_of_another(field: Field, author: Author, form: str) -> None:
    who = field.who(author)
    for viewer in ("", "ray", "boss"):
        status, text = field.get(f"reports/participation{form}?window=all&person={who}", viewer)
        assert status == 404, (viewer, text[:200])
        assert author.name not in text
    for viewer in ("", "ray", "boss"):
        status, text = field.get(f"person?who={who}", viewer)
        assert status == 200
        assert "pages edited" not in text


def test_p003_letters_are_no_key_to_a_person(own_field: Field) -> None:
    own_field.set("pseudonymous")
    for author in EVERYBODY:
        address = f"reports/participation.json?window=all&person={own_field.who(author)}"
        assert own_field.get(address)[0] == 404
    secret = _identifying(own_field)
    for address in _every_address(own_field):
        # Changes are named where they are the history itself; reports name nobody.
        _, text = own_field.get(address)
        assert not [each for each in secret if each in text], address


def test_p003_no_short_list_of_letters_is_opened(own_field: Field) -> None:
    """Of one letter for the day on which one person wrote, the named history would tell whose it is."""
    own_field.set("pseudonymous")
    day = (_today() - timedelta(days=9)).date()
    asked = f"since={day}&until={day + timedelta(days=1)}"
    letters = re.compile(r"<li>[A-Z]{4,}</li>")
    for key in ("contributors", "new"):
        _, text = own_field.get(f"reports/participation/{key}?{asked}")
        assert not letters.search(text), key
        assert "Fewer than 5 people" in text
    _, text = own_field.get("reports/participation/contributors?window=all")
    assert len(letters.findall(text)) >= 5
    for name in sorted(REPORTS):
        _, page = own_field.get(f"reports/{name}?window=all")
        assert "/contributors?since=" not in page
        for key in _cells(name, own_field.json(f"reports/{name}.json?window=all")):
            _, text = own_field.get(f"reports/{name}/{key}?window=all")
            assert not letters.search(text), (name, key)


def test_p004_a_person_sees_their_own_in_every_form(own_field: Field) -> None:
    wiki = own_field.furnished.wiki
    ann = wiki.accounts.account("ann").viewer
    save_page(wiki, ann, SPACE, "anns", "My own words\n", "")
    catch_up(wiki, SPACE)
    who = own_field.who(ann.author)  # type: ignore[arg-type]
    told = own_field.json(f"reports/participation.json?person={who}", "ann")
    figures = {figure["key"]: figure["value"] for figure in told["figures"]}  # type: ignore[attr-defined]
    assert figures["edits"] == 1
    assert "pages edited" in own_field.get(f"person?who={who}", "ann")[1]
    for form in ("", ".csv", ".html", "/edits"):
        status, text = own_field.get(f"reports/participation{form}?person={who}", "ann")
        assert status == 200, form
        assert "fewer than 5" not in text.split("<main")[-1], form
    for other in ("", "ray", "boss"):
        assert own_field.get(f"reports/participation.json?person={who}", other)[0] == 404


def test_p005_who_left_is_named_by_no_report(own_field: Field) -> None:
    wiki = own_field.furnished.wiki
    ann = wiki.accounts.account("ann").viewer
    wiki.accounts.change_profile(wiki.accounts.account("ann"), "Anna Vale", "anna@vale.example")
    ann = wiki.accounts.account("ann").viewer
    save_page(wiki, ann, SPACE, "anns", "My own words\n", "")
    catch_up(wiki, SPACE)
    own_field.set("named")
    named = [
        address for address in _every_address(own_field) if "Anna Vale" in own_field.get(address)[1]
    ]
    assert named  # or this test would prove nothing
    wiki.accounts.leave_named_reports(wiki.accounts.account("ann"), True)
    who = own_field.who(ann.author)  # type: ignore[arg-type]
    assert own_field.get(f"reports/participation.json?person={who}")[0] == 404
    for address in named:
        assert "Anna Vale" not in own_field.get(address)[1], address


def test_p005_that_somebody_left_is_told_to_nobody(own_field: Field) -> None:
    here = own_field.furnished
    told = ("/-/admin/people", "/-/admin/people/ann", "/-/admin/log", f"/{SPACE}/-/privacy",
            f"/{SPACE}/-/identities", f"/{SPACE}/-/teams")  # fmt: skip
    # What differs from one look to the next: the form's token, and how long ago something was.
    passing = re.compile(r'name="csrf_token" value="[^"]+"|data-ago>[^<]*<')

    def pages() -> list[str]:
        texts = (here.browser("boss").get(address).text for address in told)
        return [passing.sub("", text) for text in texts]

    before, head = pages(), here.wiki.open(SPACE).repository.head()
    answer = here.browser("ann").submit("/-/account", "/-/account/reports", leave="1")
    assert answer.status_code == 303
    assert here.wiki.accounts.account("ann").left_named_reports
    assert pages() == before
    assert here.wiki.open(SPACE).repository.head() == head


# -- P007: days, not hours -------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["window=all", "window=recent"])
def test_p007_hours_only_of_five_and_more(field: Field, scope: str) -> None:
    assert all(cell == 0 or cell >= 5 for cell in _hours(field, scope))


def test_p007_nobodys_hours_are_shown_where_people_are_named_but_to_themselves(
    own_field: Field,
) -> None:
    wiki = own_field.furnished.wiki
    ann = wiki.accounts.account("ann").viewer
    save_page(wiki, ann, SPACE, "anns", "My own words\n", "")
    catch_up(wiki, SPACE)
    own_field.set("named")
    who = own_field.who(ann.author)  # type: ignore[arg-type]
    assert sum(_hours(own_field, f"person={who}", "ann")) == 1
    for asked in (f"person={who}", f"person={own_field.who(BIG[0])}&window=all", "team=Trio"):
        assert not any(_hours(own_field, asked)), asked
        told = own_field.json(f"reports/independence.json?{asked}")
        outside = next(each for each in told["figures"] if each["key"] == "outside")  # type: ignore[attr-defined]
        assert not isinstance(outside["value"], int | float), asked


def _hours(field: Field, asked: str, who: str = "ray") -> list[int]:
    """The numbers of edits by hours of the day that are told."""
    told = field.json(f"reports/independence.json?{asked}", who)
    table = next(each for each in told["tables"] if each["key"] == "hours")  # type: ignore[attr-defined]
    return [cell for row in table["rows"] for cell in row[1:] if isinstance(cell, int)]
