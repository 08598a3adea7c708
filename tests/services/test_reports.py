"""Reports on real histories, judged by plain git; and what they say of clones that are not whole."""

from __future__ import annotations

import csv
import io
import subprocess
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import pytest

from tests.analytics.histories import facts_from
from tests.analytics.rows import PageChange
from tests.conftest import ALL_DATA, EDITOR, MakeWiki, catch_up
from wiki.analytics.evolution import evolution
from wiki.analytics.facts import Facts
from wiki.analytics.figures import figures_of
from wiki.analytics.participation import participation
from wiki.analytics.question import Question
from wiki.config import Settings
from wiki.errors import NoRepository, ReportNotFound, WindowInvalid
from wiki.git import Repository
from wiki.model import Author, Edit, FileWrite, Identity, Window, is_page_path
from wiki.model.history import ChangeKind
from wiki.projections.history import History
from wiki.services.facts import gather_columns
from wiki.services.report_clones import report_on_clone
from wiki.services.report_formats import report_csv, report_json, safe_cell
from wiki.services.report_scope import Scope
from wiki.services.reports import Asked, Finished, run
from wiki.services.space import CHARTER
from wiki.services.teams import TEAMS_FILE

NOW = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())
QUICK = ("clef-handbook", "freecodecamp-wiki", "opensource-guide", "wp-cli-handbook")
SLOW = ("ikiwiki", "tldr-pages")
"""Recording these takes a minute: done with STRATA_ALL_DATA=1. Without it the first's rows come from git too."""

BULK = 50
ALL = Question(Window(0, NOW), NOW)


# -- the same, counted by git -----------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize("name", QUICK + SLOW)
def test_p017_figures_equal_plain_git(name: str, shared_data: Path, tmp_path: Path) -> None:
    """Edits, contributors, one-time share, top share and absence factor; pages and their size."""
    if name in SLOW and not ALL_DATA:
        pytest.skip("takes a minute; set STRATA_ALL_DATA to run it")
    repository = _clone_bundle(shared_data, name, tmp_path)
    facts = _facts(repository, tmp_path / "index")
    _check_spread(facts, _edits_by_address(repository))
    grown = evolution(facts, ALL)
    sizes = _page_sizes(repository)
    assert (grown.pages.value, grown.size.value) == (len(sizes), sum(sizes))


@pytest.mark.data
@pytest.mark.parametrize("name", SLOW if ALL_DATA else SLOW[:1])
def test_figures_of_large_histories_equal_counting_by_hand(
    name: str, shared_data: Path, tmp_path: Path
) -> None:
    """The log read once by plain git, in two ways: into columns, and into counts by address."""
    repository = _clone_bundle(shared_data, name, tmp_path)
    log = _git(
        repository, "-c", "core.quotepath=off", "log", "--no-merges", "--no-mailmap", "--root",
        "--format=%x01%H%x02%ae%x02%at", "--raw", "--no-abbrev", "--no-renames",
    )  # fmt: skip
    rows: list[PageChange] = []
    counts: Counter[str] = Counter()
    for block in log.split("\x01")[1:]:
        head, *lines = block.split("\n")
        oid, email, at = head.split("\x02")
        changes = [line.split("\t") for line in lines if line.startswith(":")]
        pages = [(facts.split(), path) for facts, path in changes if is_page_path(path.strip('"'))]
        if len(pages) <= BULK:
            counts[email.lower()] += sum(words[2] != words[3] for words, _ in pages)
        rows += [_row(oid, email, int(at), words, path, len(pages)) for words, path in pages]
    _check_spread(facts_from(rows), Counter({who: n for who, n in counts.items() if n}))


def _row(oid: str, email: str, at: int, words: list[str], path: str, pages: int) -> PageChange:
    kind: ChangeKind = {"A": "added", "D": "deleted"}.get(words[4], "modified")  # type: ignore[assignment]
    person = Identity(email.lower(), email)
    return PageChange(
        oid, path, path, person, (), at, 0, kind, words[2] != words[3], False, False,
        pages > BULK, "push", 1, 0, 0,
    )  # fmt: skip


def _check_spread(facts: Facts, counts: Counter[str]) -> None:
    """Every address a person, no co-authors, no machines: what ``git log`` alone can count."""
    report = participation(facts, ALL)
    ordered = sorted(counts.values(), reverse=True)
    total = sum(ordered)
    assert report.edits.value == total
    assert report.contributors.value == len(counts)
    assert report.one_time.value == pytest.approx(ordered.count(1) / len(ordered))
    top = ordered[: max(1, -(-len(ordered) // 10))]
    assert report.top_10.value == pytest.approx(sum(top) / total)
    half = next(n for n, done in enumerate(accumulate(ordered), 1) if 2 * done >= total)
    assert report.absence_factor.value == half


def _clone_bundle(shared_data: Path, name: str, tmp_path: Path) -> Path:
    repository = tmp_path / "r.git"
    bundle = shared_data / "repositories" / f"{name}.bundle"
    _git(tmp_path, "clone", "-q", "--bare", str(bundle), str(repository))
    return repository


def _facts(repository: Path, index: Path) -> Facts:
    """Everything recorded, every address somebody alone, co-authors left out."""
    reader = Repository(repository, name="r", committer=Author("x", "x@x"))
    history = History(index)
    history.rebuild(reader, reader.head() or "", lambda *_: None)
    columns = history.columns()
    history.close()
    reader.close()
    nobody = (columns.credits[0][:0], columns.credits[1][:0])
    people = {
        author: Identity(author.email.lower(), author.email) for author in columns.authors.values()
    }
    alone = replace(columns, credits=nobody)
    return gather_columns("r", alone, people, Settings(), NOW).facts


def _edits_by_address(repository: Path) -> Counter[str]:
    """Non-merge commits' changes to pages' content, by author's address, without bulk."""
    log = _git(
        repository, "-c", "core.quotepath=off", "log", "--no-merges", "--no-mailmap", "--root",
        "--format=%x01%ae", "--raw", "--no-abbrev", "-M", "-C", "-l1000",
    )  # fmt: skip
    counts: Counter[str] = Counter()
    for block in log.split("\x01")[1:]:
        email, *lines = block.split("\n")
        changes = [line.split() for line in lines if line.startswith(":")]
        pages = [
            (words, line.split("\t")[-1].strip('"'))
            for words, line in zip(changes, (x for x in lines if x.startswith(":")), strict=True)
        ]
        touched = [words for words, path in pages if is_page_path(path)]
        if len(touched) <= BULK:
            # A copied page is a new one, whether or not anything was changed in it.
            edits = sum(words[2] != words[3] or words[4][0] == "C" for words in touched)
            counts[email.lower()] += edits
    return Counter({email: edits for email, edits in counts.items() if edits})


def _page_sizes(repository: Path) -> list[int]:
    listing = _git(repository, "ls-tree", "-r", "-l", "-z", "HEAD").split("\0")[:-1]
    rows = [row.split("\t", 1) for row in listing]
    return [int(facts.split()[3]) for facts, path in rows if is_page_path(path)]


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape")


# -- clones -----------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A work tree with three commits by two people."""
    folder = tmp_path / "clone"
    _git(tmp_path, "init", "-q", "-b", "trunk", str(folder))
    for number, who in enumerate(("Ann Lee", "Bo Ek", "Ann Lee")):
        (folder / "a.md").write_text(f"{number}\n")
        _git(folder, "add", ".")
        day = f"2026-10-0{number + 1}T10:00:00+02:00"
        _git(
            folder, "-c", f"user.name={who}", "-c", f"user.email={who[:2]}@x",
            "-c", "committer.name=c", "commit", "-q", "-m", "m", f"--date={day}",
        )  # fmt: skip
    return folder


def _values(finished: Finished) -> dict[str, object]:
    return {figure.key: figure.value for figure in figures_of(finished.report)}


def _report(path: Path, **asked: object) -> Finished:
    question = Asked(**({"name": "participation", "minimum": 1} | asked))  # type: ignore[arg-type]
    return report_on_clone(path, question, Settings(), now=NOW)


def test_a_clone_is_reported_on_without_a_wiki(clone: Path) -> None:
    values = _values(_report(clone))
    assert (values["contributors"], values["edits"]) == (2, 3)


def test_a_folder_of_a_clone_a_linked_tree_and_a_detached_head_will_do(clone: Path) -> None:
    (clone / "sub").mkdir()
    assert _values(_report(clone / "sub"))["edits"] == 3
    linked = clone.parent / "linked"
    _git(clone, "worktree", "add", "-q", "--detach", str(linked), "HEAD~1")
    assert _values(_report(linked))["edits"] == 2


def test_the_clone_is_left_as_it_was(clone: Path) -> None:
    before = sorted(str(path) for path in clone.rglob("*"))
    _report(clone)
    assert sorted(str(path) for path in clone.rglob("*")) == before


def test_what_is_no_repository_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(NoRepository, match="is no git repository"):
            _report(path)


def test_an_empty_repository_has_an_empty_report(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", str(tmp_path / "empty"))
    finished = _report(tmp_path / "empty")
    assert _values(finished)["edits"] == 0
    assert finished.last is None


def test_a_shallow_clone_says_that_it_is_partial(clone: Path) -> None:
    shallow = clone.parent / "shallow"
    _git(clone, "clone", "-q", "--depth=1", f"file://{clone}", str(shallow))
    finished = _report(shallow)
    assert finished.partial.startswith("This clone is shallow")
    assert finished.partial.endswith(".")
    assert finished.commits == 1
    # Its only version brings what others wrote before: an import, and nobody's edits.
    assert _values(finished)["edits"] == 0
    assert _values(finished)["new"] is None


def test_of_a_team_the_share_is_of_its_own_people_in_browser_and_clone(make_wiki: MakeWiki) -> None:
    teams = '[[team]]\nname = "North"\npeople = ["Ann"]\nhead_count = 4\n'
    charter = "purpose = 'Ours.'\nhead_count = 60\n"
    wiki = make_wiki({})
    space = wiki.open("handbook")
    for path, text in (("a.md", "A\n"), (TEAMS_FILE, teams), (CHARTER, charter)):
        write = FileWrite(path, text.encode(), "", mergeable=False)
        space.repository.save(
            Edit(
                (write,),
                Author("Ann", "ann@x.org"),
                "Write",
                "web",
                "",
                author_time=int(time.time()),
            )
        )
    catch_up(wiki)
    now = int(time.time())
    for scope, population in ((Scope(), 60), (Scope(team="north"), 4)):
        asked = Asked("participation", scope=scope, minimum=1)
        here = run(wiki, EDITOR, "handbook", asked, now=now).report
        there = report_on_clone(space.repository.path, asked, Settings(), now=now).report
        assert here.population == there.population == population  # type: ignore[attr-defined]
        assert here.rate.value == there.rate.value == 1 / population  # type: ignore[attr-defined]


def test_a_damaged_clone_says_that_it_is_partial(clone: Path) -> None:
    first = _git(clone, "rev-parse", "HEAD~2").strip()
    (clone / ".git" / "objects" / first[:2] / first[2:]).unlink()
    finished = _report(clone)
    assert finished.partial
    assert finished.commits == 2


def test_the_mailmap_of_the_clone_is_law(clone: Path) -> None:
    (clone / ".mailmap").write_text("Ann Lee <An@x> <Bo@x>\n")
    _git(clone, "add", ".")
    _git(clone, "-c", "user.name=Ann Lee", "-c", "user.email=An@x", "commit", "-q", "-m", "m")
    finished = _report(clone)
    assert _values(finished)["contributors"] == 1
    assert [decision.reason for decision in finished.decisions] == ["mailmap"]


def test_impossible_dates_are_listed_and_placed_at_the_commits_date(clone: Path) -> None:
    (clone / "a.md").write_text("x\n")
    _git(
        clone, "-c", "user.name=Ann Lee", "-c", "user.email=An@x", "commit", "-q", "-a", "-m", "m",
        "--date=1971-01-01T00:00:00Z",
    )  # fmt: skip
    finished = _report(clone, preset="all")
    assert len(finished.misdated) == 1
    assert finished.misdated[0].placed_at > 1_700_000_000
    assert _values(finished)["edits"] == 4


# -- windows ----------------------------------------------------------------------------------


def test_presets_and_days(clone: Path) -> None:
    assert _values(_report(clone, since="2026-10-02", until="2026-10-03"))["edits"] == 1
    assert _values(_report(clone, preset="year"))["edits"] == 3
    everything = _report(clone, preset="all").chosen
    assert everything.since.isoformat() == "2026-10-01"
    active = report_on_clone(
        clone, Asked("participation", preset="active"), Settings(), now=NOW + 400 * 86400
    )
    assert active.chosen.until.isoformat() == "2026-10-04"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("x", ""),
        ("2026-02-30", ""),
        ("2026-03-02", "2026-03-02"),
        ("", "0001-01-01"),
        ("20260301", ""),
    ],
)
def test_windows_that_are_none_are_refused(clone: Path, since: str, until: str) -> None:
    with pytest.raises(WindowInvalid):
        _report(clone, since=since, until=until)
    with pytest.raises(WindowInvalid):
        _report(clone, preset="fortnight")


def test_the_far_future_is_cut_off_at_today(clone: Path) -> None:
    assert _report(clone, until="9999-12-31").chosen.until.isoformat() == "2026-11-21"


# -- spaces -----------------------------------------------------------------------------------


def test_a_space_is_reported_on_and_a_save_is_seen_at_once(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "a\n", "b.md": "b\n"})
    asked = Asked("participation", preset="all", minimum=1)
    assert _values(run(wiki, EDITOR, "handbook", asked, now=NOW))["edits"] == 2
    edit = Edit(
        (FileWrite("c.md", b"c\n", ""),), Author("Bo Ek", "bo@x"), "m", "web", "bo", NOW - 99
    )
    wiki.open("handbook").repository.save(edit)
    assert run(wiki, EDITOR, "handbook", asked, now=NOW).behind
    catch_up(wiki)
    finished = run(wiki, EDITOR, "handbook", asked, now=NOW)
    assert (_values(finished)["edits"], _values(finished)["contributors"]) == (3, 2)
    assert not finished.behind
    assert run(wiki, EDITOR, "handbook", asked, now=NOW).report is finished.report


def test_an_unknown_report_is_refused(make_wiki: MakeWiki) -> None:
    with pytest.raises(ReportNotFound, match=r"participation, .*evolution"):
        run(make_wiki({}), EDITOR, "handbook", Asked("ranking"), now=NOW)


def test_a_wiki_and_its_clone_say_the_same(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({f"{n}.md": "x\n" * n for n in range(9)})
    for name in ("participation", "evolution"):
        asked = Asked(name, preset="all", minimum=5)
        here = run(wiki, EDITOR, "handbook", asked, now=NOW)
        there = report_on_clone(wiki.repository_path("handbook"), asked, wiki.settings, now=NOW)
        assert here.report == there.report


# -- formats ----------------------------------------------------------------------------------


def test_json_holds_every_figure_with_its_definition(clone: Path) -> None:
    told = report_json(_report(clone))
    figures = told["figures"]
    assert isinstance(figures, list)
    assert {"contributors", "gini"} <= {figure["key"] for figure in figures}  # type: ignore[index,call-overload]
    assert all(figure["definition"] for figure in figures)  # type: ignore[index,call-overload]
    assert told["window"]["until"] == "2026-11-21"  # type: ignore[index,call-overload]


def test_p001_exports_say_that_groups_are_small(clone: Path) -> None:
    finished = _report(clone, minimum=5)
    rows = list(csv.DictReader(io.StringIO(report_csv(finished))))
    assert next(row for row in rows if row["key"] == "new")["value"] == "<5"
    assert next(row for row in rows if row["key"] == "gini")["value"] == "<5"


def test_w019_no_cell_is_a_formula(clone: Path) -> None:
    for dangerous in ("=HYPERLINK(1)", "+1", "-1+1", "@x", "\tx", "\rx"):
        assert safe_cell(dangerous) == f"'{dangerous}"
    assert safe_cell(-3) == -3
    assert safe_cell(None) == ""
    text = report_csv(_report(clone))
    parsed = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in parsed}) == 1
    assert not [cell for row in parsed for cell in row if cell.startswith(("=", "+", "@"))]
