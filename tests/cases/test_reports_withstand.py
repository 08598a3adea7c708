"""Histories and files that were made to break reports, their files, or what they are opened with."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cases.crawling import ask, look
from tests.cases.planting import Planter
from tests.conftest import EDITOR, add_pages, catch_up
from tests.web.conftest import Furnished
from tests.web.people import settings_in
from wiki.analytics.registry import REPORTS
from wiki.analytics.teams import MOST_PATTERNS, read_teams
from wiki.cli import main
from wiki.errors import NotAllowed
from wiki.git import create
from wiki.services.accounts import OPERATOR
from wiki.services.charters import open_charter
from wiki.services.moving import rename_folder
from wiki.services.pages import save_page
from wiki.services.privacy import change_naming, naming_of
from wiki.services.report_formats import safe_cell
from wiki.services.selves import own_marks
from wiki.services.undoing import restore_page, revert_commit
from wiki.services.wiki import Wiki
from wiki.text.settings_file import read_table
from wiki.web.app import create_app

SPACE = "handbook"
NAMED = b'people = "named"\n'
SMALL_FILES = (".strata/reports.toml", ".strata/teams.toml", ".strata/charter.toml")
HOSTILE = (
    b'=HYPERLINK("x")', b"\x1b[2J\x1b]0;title\x07", b"caf\xe9", b"\xe2\x80\xaeevil", b"'\"><script>alert(1)",
    b"a;=cmd", b"@SUM(1)", b"\xc2\x9b31mred",
)  # fmt: skip


def plant(furnished: Furnished, path: str, entry: tuple[bytes, str]) -> Planter:
    """A version in which nothing but this entry (mode and object) stands at a path of ``.strata``, or
    at the top, beside one page."""
    planter = Planter(furnished.wiki.repository_path(SPACE))
    folder, _, name = path.rpartition("/")
    mode, oid = entry
    rows = [(b"100644", b"README.md", planter.blob())]
    if folder:
        inside = planter.tree([(mode, name.encode(), oid)])
        rows.append((b"40000", folder.encode(), inside))
    else:
        rows.append((mode, name.encode(), oid))
    planter.move(planter.commit(planter.tree(rows), [planter.head()]))
    catch_up(furnished.wiki)
    return planter


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Furnished]:
    """A space whose pages, people and summaries bear the names of ``HOSTILE``, told by name."""
    folder = tmp_path_factory.mktemp("hostile") / "wiki"
    shutil.copytree(model_wiki[0], folder)
    wiki = Wiki(settings_in(folder))
    furnished = Furnished(wiki, create_app(wiki, testing=True), model_wiki[1])
    create(furnished.wiki.repository_path("odd"))
    planter = Planter(furnished.wiki.repository_path("odd"))
    setting = planter.tree([(b"100644", b"reports.toml", planter.blob(NAMED))])
    head, now = [], int(time.time()) - 40 * 86400
    for turn in range(3):
        for number, name in enumerate(HOSTILE):
            now += 86400
            rows = [(b"100644", each + b".md", planter.blob(b"# %s\n\n%d words by turn\n" % (each, turn if place <= number else turn - 1)))
                    for place, each in enumerate(HOSTILE)]  # fmt: skip
            tree = planter.tree([*rows, (b"40000", b".strata", setting)])
            bare = name.replace(b">", b"")
            who = b"%s <u%d@x.example> %d +0000" % (bare, number, now)
            head = [planter.commit(tree, head, author=who, committer=who, message=name)]
    planter.move(head[0])
    catch_up(wiki, "odd")
    yield furnished
    wiki.close()


def test_g010_w019_w021_w024_hostile_names_break_no_form_of_a_report(hostile: Furnished) -> None:
    browser = hostile.browser("boss")
    told = set()
    for name in sorted(REPORTS):
        address = f"/odd/-/reports/{name}"
        page = look(browser, f"{address}?window=all", ["<script>alert(1)"])
        assert page.status_code == 200
        assert look(browser, f"{address}.html?window=all", ["<script>alert(1)"]).status_code == 200
        whole = json.loads(look(browser, f"{address}.json?window=all").get_data())
        told |= {cell for table in whole["tables"] for row in table["rows"] for cell in row}
        text = look(browser, f"{address}.csv?window=all").get_data().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if re.match(r"[=@\t\r\n]|[+-](?![\d.]+$)", cell)], row
            assert not [cell for cell in row if "\x1b" in cell or ";=" in cell], row
    assert {'=HYPERLINK("x").md', "caf?.md"} <= told  # or this test would prove nothing


@pytest.mark.parametrize(
    ("name", "form"),
    [("overview", "text"), ("collective", "text"), ("collective", "json"), ("collective", "csv")],
)
def test_w020_no_name_obeys_the_terminal(hostile: Furnished, name: str, form: str) -> None:
    path = hostile.wiki.repository_path("odd")
    arguments = [name, "--repo", str(path), "--window", "all", "--format", form]
    done = CliRunner().invoke(main, ["report", *arguments])
    assert done.exit_code == 0, done.output
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", done.output)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@A", "'@A"), ("\t=1", "'\t'=1"), ("\n=1", "'\n'=1"),
        ("＝1", "'＝1"), ("a;=1", "a;'=1"), ('a;"=1', 'a;"\'=1'), ("a\n+1", "a\n'+1"), ("a - b; c", "a - b; c"),
        ("\x1b[31m", "\N{REPLACEMENT CHARACTER}[31m"), ("", ""), (-1.5, -1.5), (None, ""),
    ],
)  # fmt: skip
def test_w019_no_cell_is_a_formula_whatever_separates_cells(cell: object, safe: object) -> None:
    assert safe_cell(cell) == safe  # type: ignore[arg-type]


# -- files that say something of a space ------------------------------------------------------

BOMBS = {
    "lists in lists": b"x = " + b"[" * 50_000,
    "tables in tables": b"x = " + b"{a=" * 30_000,
    "names of many parts": b".".join([b"a"] * 30_000) + b" = 1",
    "a header of many parts": b"[" + b".".join([b"a"] * 30_000) + b"]",
    "a number of many digits": b"people = " + b"9" * 9000,
    "no text": bytes(range(256)) * 40,
    "other kinds": b"people = 1979-05-27\nteam = [[1]]\ngoals = [[[]]]\nsince = 0001-01-01\nreview_days = nan\n",
    "a long answer": b'people = "' + b"A" * 400_000 + b'"',
}  # fmt: skip


@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_d010_no_small_file_breaks_a_page_or_holds_it_up(furnished: Furnished, bomb: str) -> None:
    planter = Planter(furnished.wiki.repository_path(SPACE))
    inside = planter.files({path[8:].encode(): BOMBS[bomb] for path in SMALL_FILES})
    top = planter.tree([(b"40000", b".strata", inside), (b"100644", b"README.md", planter.blob())])
    planter.move(planter.commit(top, [planter.head()]))
    catch_up(furnished.wiki)
    browser, began = furnished.browser("boss"), time.process_time()
    for tool in ("reports", "reports/purpose.json", "privacy", "teams", "teams/edit", "charter", "charter/edit"):  # fmt: skip
        answer = look(browser, f"/{SPACE}/-/{tool}")
        assert answer.status_code == 200, tool
        assert len(answer.get_data()) < 1_500_000
    assert time.process_time() - began < 20
    assert naming_of(furnished.wiki.open(SPACE)) == "aggregate"


def test_d010_texts_with_dots_are_no_long_names() -> None:
    dots = "." * 400
    text = f'a = "{dots}"\nb = """\n{dots}\n"""\nc = 1.5 # {dots}\n[d.e]\nf = \'{dots}\'\n'
    assert read_table(text)["d"]["e"]["f"] == dots


def test_d012_patterns_of_all_teams_are_held_to_a_number() -> None:
    entry = ", ".join(f'"*a{n}*"' for n in range(MOST_PATTERNS // 2 + 1))
    file = read_teams("".join(f'[[team]]\nname = "{n}"\naddresses = [{entry}]\n' for n in range(3)))
    assert sum(len(team.addresses) for team in file.teams) == MOST_PATTERNS
    assert len(file.faults) == 2
    assert "the rest is left out" in file.faults[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".strata/reports.toml", "symlink"),
        (".strata/teams.toml", "lost"),
        (".strata/charter.toml", "folder"),
        (".mailmap", "submodule"),
    ],
)
def test_g004_g007_r017_a_small_file_that_is_none_is_as_if_it_were_not(
    furnished: Furnished, path: str, kind: str
) -> None:
    planter = Planter(furnished.wiki.repository_path(SPACE))
    entries = {
        "symlink": (b"120000", planter.blob(NAMED)),
        "folder": (b"40000", planter.files({b"x.md": NAMED})),
        "submodule": (b"160000", "1" * 40),
        "lost": (b"100644", "2" * 40),
    }
    plant(furnished, path, entries[kind])
    for tool in ("reports", "privacy", "teams", "charter", "identities"):
        assert look(furnished.browser("boss"), f"/{SPACE}/-/{tool}").status_code == 200
    space = furnished.wiki.open(SPACE)
    assert naming_of(space) == "aggregate"
    assert not open_charter(space).base
    done = CliRunner().invoke(main, ["report", "overview", "--repo", str(space.repository.path)])
    assert done.exit_code == 0, done.output


# -- who may change them ----------------------------------------------------------------------


def test_z010_z017_an_editor_changes_no_administered_file_by_a_side_door(
    furnished: Furnished,
) -> None:
    """Taking a change back, bringing a file back and moving it are no ways around the setting."""
    wiki = furnished.wiki
    before = naming_of(wiki.open(SPACE))
    made = change_naming(wiki, OPERATOR, SPACE, "named", "").commit
    path = ".strata/reports.toml"
    for attempt in (
        lambda: revert_commit(wiki, EDITOR, SPACE, made),
        lambda: rename_folder(wiki, EDITOR, SPACE, ".strata", "notes"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    space = catch_up(wiki)
    entry = space.repository.entry(space.repository.head() or "", path)
    assert entry is not None
    later = change_naming(wiki, OPERATOR, SPACE, "aggregate", entry.oid).commit
    with pytest.raises(NotAllowed):
        revert_commit(wiki, EDITOR, SPACE, later)
    with pytest.raises(NotAllowed):
        restore_page(wiki, EDITOR, SPACE, path, made)
    assert naming_of(wiki.open(SPACE)) == before == "aggregate"
    catch_up(wiki)
    revert_commit(wiki, OPERATOR, SPACE, later)
    assert naming_of(wiki.open(SPACE)) == "named"


@pytest.mark.parametrize("base", ["named", "../x", "0" * 40, "g" * 40, "\0", "9" * 5000])
def test_w025_a_setting_made_from_nothing_known_is_not_saved(
    furnished: Furnished, base: str
) -> None:
    browser = furnished.browser("boss")
    token = browser.token(f"/{SPACE}/-/privacy")
    fields = {"csrf_token": token, "people": "named", "base": base}
    answer = ask(browser, f"/{SPACE}/-/privacy", "POST", **fields)
    assert answer.status_code == 409
    assert naming_of(furnished.wiki.open(SPACE)) == "aggregate"


def test_p004_ones_own_report_does_not_say_that_the_space_shows_people_by_name(
    furnished: Furnished,
) -> None:
    wiki = furnished.wiki
    ann = wiki.accounts.account("ann").viewer
    save_page(wiki, ann, SPACE, "anns", "My own words\n", "")
    space = catch_up(wiki)
    (who,) = own_marks(wiki, ann, space)
    address = f"/{SPACE}/-/reports/participation?window=all&person={who}"
    for form in ("", ".html"):
        answer = look(furnished.browser("ann"), address.replace("?", f"{form}?"))
        assert answer.status_code == 200
        assert "These are your own figures" in answer.text
        assert "shows people by their names" not in answer.text
    etag = look(furnished.browser("ann"), address).headers["ETag"]
    for other in ("", "ray", "boss"):
        client = furnished.browser(other).client
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 404


# -- an authorship that cannot be true --------------------------------------------------------

TURNED = {
    "no width": "UPDATE notes SET width = 0",
    "half of all": "UPDATE columns SET data = substr(data, 1, length(data) / 2)",
    "highest numbers": "UPDATE columns SET data = replace(hex(data), '00', '7F')",
}


@pytest.mark.parametrize("turn", sorted(TURNED))
def test_r015_an_authorship_with_impossible_numbers_is_made_anew(
    furnished: Furnished, turn: str
) -> None:
    wiki = furnished.wiki
    for text in ("One two three.\n", "One two four.\n"):
        add_pages(wiki, SPACE, {f"turned {len(text)}.md": text})
    space = catch_up(wiki)
    whole = space.authorship.dump()
    space.authorship.close()
    _turn(space.index_folder, TURNED[turn])
    told = {
        ask(furnished.browser("ann"), f"/{SPACE}/-/{address}").status_code
        for address in (
            "biography/people/Holidays",
            "reports/persistence.json",
        )
    }
    assert told <= {200, 503}
    assert space.authorship.position() is None  # so it is known to be damaged
    catch_up(wiki)
    assert space.authorship.dump() == whole
    assert (
        look(furnished.browser("ann"), f"/{SPACE}/-/biography/people/Holidays").status_code == 200
    )


def _turn(folder: Path, statement: str) -> None:
    name = (folder / "authorship.current").read_text()
    db = sqlite3.connect(folder / name)
    with db:
        db.execute(statement)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
