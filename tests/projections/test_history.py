"""The history against plain git, on repositories made for it and on real ones."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ALL_DATA
from tests.projections.histories import AUTHORS, COMMITTER, Files, RandomHistory, git, push
from wiki.git import Repository, create
from wiki.model import is_page_path
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue
from wiki.projections.history import ChangeRow, History, Scope


@dataclass
class Log:
    """A repository on ``main`` and its history, made commit by commit."""

    path: Path
    repository: Repository
    history: History
    at: int = 1_600_000_000

    def commit(self, files: Files, *parents: str, message: str = "Change", who: int = 0) -> str:
        self.at += 1000
        return push(
            self.path, files, list(parents), message=message, author=AUTHORS[who], at=self.at
        )

    def follow(self, head: str) -> None:
        git(self.path, "update-ref", "refs/heads/main", head)
        follower = Follower(self.repository, [self.history], self.path.parent / "index")
        assert follower.follow()

    def line(self, *states: Files) -> list[str]:
        """One commit after another; followed."""
        made: list[str] = []
        for files in states:
            made.append(self.commit(files, *made[-1:]))
        self.follow(made[-1])
        return made

    def commits_of(self, path: str) -> list[str]:
        return [row.commit.oid for row in self.history.page_history(path, limit=500)]

    def change(self, oid: str, path: str) -> ChangeRow:
        found = self.history.change(oid, path)
        assert found is not None
        return found


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    path = tmp_path / "r.git"
    create(path)
    repository = Repository(path, name="r", committer=COMMITTER)
    made = Log(path, repository, History(tmp_path / "index"))
    yield made
    made.history.close()
    repository.close()


TEXT = b"".join(b"line %d\n" % n for n in range(20))


def test_a_page_is_followed_through_renames(log: Log) -> None:
    first, second, third = log.line({"a.md": TEXT}, {"b.md": TEXT}, {"b.md": TEXT + b"x\n"})
    assert log.commits_of("b.md") == [third, second, first]
    assert log.commits_of("a.md") == [third, second, first]
    assert log.history.redirect("a.md") == "b.md"
    assert log.history.redirect("b.md") is None
    assert log.change(second, "b.md").content is False
    created = log.history.created("b.md")
    assert created is not None
    assert (created.commit.oid, created.changes[0].path) == (first, "a.md")


def test_a_chain_of_renames_leads_to_where_the_page_is_now(log: Log) -> None:
    log.line({"a.md": TEXT}, {"b.md": TEXT}, {"c.md": TEXT}, {"d/e.md": TEXT})
    assert {log.history.redirect(path) for path in ("a.md", "b.md", "c.md")} == {"d/e.md"}


def test_a_new_page_at_an_old_name_is_another_page(log: Log) -> None:
    one, two, three = log.line(
        {"a.md": TEXT}, {"b.md": TEXT}, {"b.md": TEXT, "a.md": b"something else entirely\n"}
    )
    assert log.commits_of("a.md") == [three]
    assert log.commits_of("b.md") == [two, one]
    assert log.history.redirect("a.md") is None


def test_a_deleted_page_that_comes_back_is_the_same_page(log: Log) -> None:
    one, two, three = log.line(
        {"a.md": TEXT, "b.md": b"b\n"}, {"b.md": b"b\n"}, {"a.md": TEXT + b"y\n", "b.md": b"b\n"}
    )
    assert log.commits_of("a.md") == [three, two, one]
    assert log.history.deleted("a.md") is None


def test_deleted_pages_are_told(log: Log) -> None:
    _, two = log.line({"a.md": TEXT, "b.md": b"b\n"}, {"b.md": b"b\n"})
    deleted = log.history.deleted("a.md")
    assert deleted is not None
    assert deleted.oid == two
    assert [row.changes[0].path for row in log.history.deleted_pages()] == ["a.md"]
    assert log.history.deleted("b.md") is None
    assert log.history.redirect("a.md") is None


def test_pages_born_twice_and_merged_are_one(log: Log) -> None:
    root = log.commit({"z.md": b"z\n"})
    mine = log.commit({"z.md": b"z\n", "a.md": b"mine\n"}, root)
    theirs = log.commit({"z.md": b"z\n", "a.md": b"theirs\n"}, root, who=1)
    merge = log.commit({"z.md": b"z\n", "a.md": b"mine\ntheirs\n"}, mine, theirs)
    log.follow(merge)
    assert log.commits_of("a.md") == [merge, theirs, mine]


def test_pages_that_two_histories_hold_are_one_from_their_merge_on(log: Log) -> None:
    first = log.commit({"a.md": b"a\n"})
    mine = log.commit({"a.md": b"a\nmine\n"}, first)
    # The same pages brought in once more, as by a package's own repository.
    again = log.commit({"a.md": b"a\nmine\n", "b.md": b"b\n"}, who=1)
    merge = log.commit({"a.md": b"a\nmine\n", "b.md": b"b\n"}, mine, again)
    log.follow(merge)
    assert set(log.commits_of("a.md")) == {first, mine, again}
    assert log.commits_of("b.md") == [again]


def test_a_page_renamed_on_one_side_and_edited_on_the_other_is_one(log: Log) -> None:
    root = log.commit({"a.md": TEXT})
    renamed = log.commit({"b.md": TEXT}, root)
    edited = log.commit({"a.md": TEXT + b"more\n"}, root, who=1)
    merge = log.commit({"b.md": TEXT + b"more\n"}, renamed, edited)
    after = log.commit({"b.md": TEXT + b"more\nafter\n"}, merge)
    log.follow(after)
    assert log.commits_of("b.md")[0] == after
    assert set(log.commits_of("b.md")) >= {after, edited, renamed, root}
    assert log.history.redirect("a.md") == "b.md"


def test_a_colleague_who_merges_is_not_the_author_of_what_others_wrote(log: Log) -> None:
    root = log.commit({"a.md": TEXT, "b.md": TEXT + b"b\n"})
    browser = log.commit({"a.md": TEXT + b"web\n", "b.md": TEXT + b"b\n"}, root, who=0)
    colleague = log.commit({"a.md": TEXT, "b.md": TEXT + b"bb\n"}, root, who=1)
    # The colleague pulls and pushes: the browser's edit is on the second parent's side.
    merge = log.commit({"a.md": TEXT + b"web\n", "b.md": TEXT + b"bb\n"}, colleague, browser, who=1)
    log.follow(merge)
    last = log.history.last_change("a.md")
    assert last is not None
    assert last.commit.author == AUTHORS[0]
    assert log.history.commit_files(merge) == []


def test_the_last_change_is_the_one_whose_text_was_kept(log: Log) -> None:
    root = log.commit({"a.md": TEXT})
    kept = log.commit({"a.md": TEXT + b"kept\n"}, root)
    dropped = log.commit({"a.md": TEXT + b"dropped\n"}, root, who=1)
    merge = log.commit({"a.md": TEXT + b"kept\n"}, kept, dropped)
    log.follow(merge)
    last = log.history.last_change("a.md")
    assert last is not None
    assert last.commit.oid == kept


def test_reverts_are_told_by_text_and_by_message(log: Log) -> None:
    good, bad, back = log.line({"a.md": TEXT}, {"a.md": b"spam\n"}, {"a.md": TEXT})
    assert [log.change(oid, "a.md").revert for oid in (good, bad, back)] == [False, False, True]
    said = log.commit(
        {"a.md": b"other\n"}, back, message=f'Revert "x"\n\nThis reverts commit {bad}.'
    )
    log.follow(said)
    assert log.change(said, "a.md").revert


def test_a_text_from_more_than_fifteen_changes_ago_is_no_revert(log: Log) -> None:
    texts = [TEXT + b"%d\n" % n for n in range(17)]
    made = log.line(*({"a.md": text} for text in [*texts, texts[2], texts[0]]))
    assert log.change(made[-2], "a.md").revert
    assert not log.change(made[-1], "a.md").revert


def test_door_and_co_authors_come_from_trailers(log: Log) -> None:
    message = "Edit\n\nCo-authored-by: Bo Li <bo@example.org>\nStrata-Door: web\n"
    one = log.commit({"a.md": TEXT}, message=message)
    two = log.commit({"a.md": TEXT + b"x\n"}, one)
    log.follow(two)
    first, second = log.history.commit(one), log.history.commit(two)
    assert first is not None
    assert second is not None
    assert (first.door, second.door) == ("web", "push")
    (helper,) = first.co_authors
    assert helper.name == "Bo Li"
    assert [r.commit.oid for r in log.history.changes(Scope(authors=(helper,)))] == [one]


def test_r021_absurd_clocks_do_not_disturb_the_order(log: Log) -> None:
    made: list[str] = []
    for number, at in enumerate([1_600_000_000, 5, 4_000_000_000, 1_600_000_100]):
        files = {"a.md": TEXT + b"%d\n" % number}
        made.append(push(log.path, files, made[-1:], at=at))
    log.follow(made[-1])
    assert log.commits_of("a.md") == made[::-1]


def test_lists_are_paged_without_gaps(log: Log) -> None:
    made = log.line(*({"f/a.md": b"%d\n" % n} for n in range(25)))
    for scope in (Scope(), Scope(page="f/a.md"), Scope(folder="f"), Scope(authors=(AUTHORS[0],))):
        seen: list[str] = []
        cursor = ""
        while rows := log.history.changes(scope, before=cursor, limit=4):
            seen += [row.commit.oid for row in rows]
            cursor = rows[-1].commit.cursor
        assert seen == made[::-1]
        assert log.history.count(scope) == 25
    assert log.history.changes(before="'; DROP TABLE commits; --") == []


def test_g010_names_that_are_no_utf8_are_kept(log: Log) -> None:
    one, two = log.line({"caf\udce9.md": TEXT}, {"café.md": TEXT})
    assert log.history.redirect("caf\udce9.md") == "café.md"
    assert log.commits_of("caf\udce9.md") == [two, one]


# -- against git -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_p017_page_histories_agree_with_git_log_follow(tmp_path: Path, seed: int) -> None:
    """On histories in one line, with renames that git is sure of."""
    path = tmp_path / "r.git"
    create(path)
    maker = RandomHistory(path, 5000 + seed)
    chance = maker.random
    files: Files = {f"p{n}.md": b"page %d\n" % n + TEXT * (n + 1) for n in range(4)}
    head = push(path, files, [])
    for step in range(30):
        name = chance.choice(sorted(files))
        if chance.random() < 0.3:
            files[f"{chance.choice(['x', 'y/z'])}{step}.md"] = files.pop(name)
        else:
            files[name] += b"step %d\n" % step
        head = push(path, files, [head], at=1_600_000_000 + step)
    git(path, "update-ref", "refs/heads/main", head)
    history = History(tmp_path / "i")
    assert Follower(maker.repository, [history], tmp_path / "i").follow()
    for name in files:
        told = git(path, "log", "--follow", "--format=%H", head, "--", name).split()
        assert [row.commit.oid for row in history.page_history(name, limit=100)] == told
    history.close()
    maker.repository.close()


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["clef-handbook", "wp-cli-handbook", *(["opensource-guide"] if ALL_DATA else [])]
)
def test_real_repositories_agree_with_plain_git(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "r.git"
    bundle = shared_data / "repositories" / f"{name}.bundle"
    subprocess.run(["git", "clone", "-q", "--bare", str(bundle), str(path)], check=True)
    repository = Repository(path, name=name, committer=COMMITTER)
    catalogue, history = Catalogue(tmp_path / "i"), History(tmp_path / "i")
    assert Follower(repository, [catalogue, history], tmp_path / "i").follow()

    totals = history.totals()
    assert totals.commits == int(git(path, "rev-list", "--count", "HEAD"))
    assert totals.authors == len(set(git(path, "log", "--format=%an%x00%ae", "HEAD").split("\n")))
    entries = git(path, "ls-tree", "-r", "-z", "HEAD").strip("\0").split("\0")
    regular = [entry.partition("\t")[2] for entry in entries if entry.startswith("100")]
    pages = sorted(filter(is_page_path, regular))
    assert sorted(row.path for row in catalogue.pages(recursive=True, limit=100_000)) == pages
    assert catalogue.count() == len(pages)

    # Every commit that plain git finds for a path is in the page's history. (Where a path was taken
    # twice, by two pages, plain git tells of both.)
    listing = ("log", "--full-history", "--no-merges", "--format=%H")
    for page in pages[:: max(1, len(pages) // 25)]:
        taken = git(path, *listing, "--diff-filter=A", "--", page).split()
        if len(taken) == 1:
            told = set(git(path, *listing, "--", page).split())
            ours = {row.commit.oid for row in history.page_history(page, limit=100_000)}
            assert told <= ours, page
    for each in (catalogue, history, repository):
        each.close()


def test_a_list_keeps_to_when_it_was_written_and_for_wrong_clocks_to_when_it_arrived(
    log: Log,
) -> None:
    first, second = log.line({"a.md": b"1\n"}, {"a.md": b"2\n"})
    rows = log.history.changes(Scope(page="a.md"))
    times = {row.commit.oid: row.commit.author_time for row in rows}
    after, now = times[first] + 1, times[second] + 10

    def listed(**span: int) -> list[str]:
        found = log.history.changes(Scope(page="a.md", now=now, **span))
        return [row.commit.oid for row in found]

    assert listed(since=after) == [second]
    assert listed(until=after) == [first]
    assert listed(since=times[second], until=times[second]) == []
    # a clock ahead of the present by more than a day is not believed
    late = Scope(page="a.md", since=times[second], now=times[first] - 100_000)
    assert log.history.changes(late) == []
