"""The log: what git prints, taken apart; damage survived and told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.git.conftest import WIKI, Git, make_history, put
from wiki.errors import RepositoryDamaged
from wiki.git import Repository, import_repository
from wiki.git.commitformat import clean_name, full_message, parse_trailers, read_commit
from wiki.git.log import parse_log
from wiki.model import Commit, FileChange


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Repository]:
    source = make_history(tmp_path / "source")
    import_repository(str(source), tmp_path / "h.git", lambda *_: None)
    repository = Repository(tmp_path / "h.git", name="h", committer=WIKI)
    yield repository
    repository.close()


def read_log(
    repository: Repository,
) -> tuple[list[tuple[Commit, tuple[FileChange, ...]]], str]:
    """What could be read, and the complaint at the end."""
    result: list[tuple[Commit, tuple[FileChange, ...]]] = []
    head = repository.head()
    assert head
    try:
        result.extend(repository.log(head))
    except RepositoryDamaged as error:
        return result, error.detail
    return result, ""


def test_renames_merges_people_and_times(history: Repository) -> None:
    log, complaint = read_log(history)
    assert complaint == ""
    by_subject = {commit.subject: (commit, changes) for commit, changes in log}
    first, added = by_subject["first"]
    assert first.author.name == "Zoë “Z” O'Hara"
    assert (first.author_time, first.author_offset) == (1_600_000_000, 330)
    assert first.trailers == (("Signed-off-by", "Zoë <zoe@example.org>"),)
    assert {(c.path, c.kind, c.lines_added) for c in added} == {
        ("Start here.md", "added", 30),
        ("bin.dat", "added", None),
    }
    (renamed,) = by_subject["rename and edit"][1]
    assert (renamed.old_path, renamed.path, renamed.kind) == ("Start here.md", "日本.md", "renamed")
    assert (renamed.lines_added, renamed.lines_removed) == (1, 0)
    merge, (by_hand,) = by_subject["merged by hand"]
    assert merge.is_merge
    assert (by_hand.path, by_hand.kind) == ("日本.md", "modified")
    (gone,) = by_subject["gone"][1]
    assert (gone.kind, gone.new_oid) == ("deleted", "")


def test_parents_come_before_children_and_the_count_is_gits(history: Repository) -> None:
    log, _ = read_log(history)
    seen: set[str] = set()
    for commit, _ in log:
        assert set(commit.parents) <= seen
        assert history.commit(commit.oid) == commit
        seen.add(commit.oid)
    head = history.head()
    assert head
    assert history.commit_count(head) == len(log) == 6
    newest = [commit.oid for commit, _ in history.log(head, [log[2][0].oid])]
    assert newest == [c.oid for c, _ in log if c.oid in newest]
    assert history.commit_count(head, [log[2][0].oid]) == len(newest)


def test_nothing_written_by_people_confuses_the_parser(repository: Repository) -> None:
    tricky = "a" * 40 + "\n:100644 100644 " + "0" * 40 + " x M\n1\t2\tx"
    names = ["a\nb\tc.md", ":100644 x.md", "1\t2\tx.md", "b" * 40, "\u202e\udcff.md"]
    for name in names:
        put(repository, name, b"1", message=tricky)
    log, complaint = read_log(repository)
    assert complaint == ""
    assert [changes[0].path for _, changes in log] == names
    assert all(commit.message.startswith("a" * 40) for commit, _ in log)


def _damage(repository: Repository, git_dir: Path, oid: str) -> None:
    repository.close()
    (git_dir / "objects" / oid[:2] / oid[2:]).unlink()


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_r017_missing_objects_end_in_a_refusal_after_all_that_is_left(
    repository: Repository, kind: str
) -> None:
    commits = [put(repository, f"p/{n}.md", b"text %d\n" % n) for n in range(6)]
    entry = repository.entry(commits[2], {"blob": "p/2.md", "tree": "p"}.get(kind, ""))
    assert entry is not None
    _damage(repository, repository.path, entry.oid if kind != "commit" else commits[2])
    log, complaint = read_log(repository)
    told = [commit.oid for commit, _ in log]
    assert complaint
    assert told == (commits[3:] if kind == "commit" else commits)
    assert log[-1][1][0].lines_added == 1


def test_a_git_that_dies_half_way_is_asked_again(
    history: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.git import history as module

    real = module._Run.__iter__
    deaths = iter([True])

    def dying(run: object) -> Iterator[object]:
        for number, logged in enumerate(real(run)):  # type: ignore[arg-type]
            if number == 2 and next(deaths, False):
                return
            yield logged

    whole, _ = read_log(history)
    monkeypatch.setattr(module._Run, "__iter__", dying)
    assert read_log(history) == (whole, "")


def test_g031_odd_encodings_and_headers(repository: Repository, git: Git) -> None:
    tree = git("mktree").strip()
    for number, extra in enumerate(
        [b"encoding UTF-7\n\n+ADw-script", b"encoding zip\n\nx", b"encoding latin1\n\n\xe9t\xe9",
         b"\nnul\0inside", b"\n\xff\xfe", b"gpgsig a\n b\n  c\n\nsigned"]
    ):  # fmt: skip
        raw = b"tree %s\nauthor A \xff <a> 5 +9999\ncommitter <<x>> y 7\n%s" % (
            tree.encode(),
            extra,
        )
        done = subprocess.run(
            ["git", "-C", repository.path, "hash-object", "-t", "commit", "-w", "--stdin",
             "--literally"], input=raw, capture_output=True, check=True,
        )  # fmt: skip
        oid = done.stdout.decode().strip()
        commit = repository.commit(oid)
        assert commit.author.email == "a"
        assert commit.author_offset == 0
        assert "\0" not in commit.message
        if number == 2:
            assert commit.message == "été"
        if number == 5:
            assert commit.message == "signed"
        (logged,) = repository.log(oid)
        assert logged[0].author == commit.author


@settings(deadline=None)
@given(st.binary())
def test_b005_no_bytes_break_the_commit_reader(raw: bytes) -> None:
    read_commit("0" * 40, raw)


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=50), st.just(b"a" * 40), st.just(b":1 2 3"))))
def test_b005_no_tokens_break_the_log_parser(tokens: list[bytes]) -> None:
    list(parse_log(tokens))


@settings(deadline=None)
@given(st.text(), st.text())
def test_b005_whatever_is_written_can_be_read_again(message: str, name: str) -> None:
    trailers = (("Strata-Door", "web"), ("Strata-Account", clean_name(name) or "x"))
    text = full_message(message, trailers)
    found = dict(parse_trailers(text))
    assert found["Strata-Door"] == "web"
    assert [key for key, _ in parse_trailers(text) if key.lower().startswith("strata-")] == [
        "Strata-Door",
        "Strata-Account",
    ]


def test_g028_reading_many_angle_brackets_takes_no_time() -> None:
    read_commit("0" * 40, b"author " + b"<" * 200_000 + b"> 1 +0000\n\nx")


@pytest.mark.data
def test_the_log_agrees_with_plain_git(shared_data: Path, tmp_path: Path) -> None:
    bundle = shared_data / "repositories" / "wp-cli-handbook.bundle"
    result = import_repository(str(bundle), tmp_path / "x.git", lambda *_: None)
    repository = Repository(tmp_path / "x.git", name="x", committer=WIKI)
    log, complaint = read_log(repository)
    repository.close()

    def git(*arguments: str) -> list[str]:
        command = ["git", "-C", str(tmp_path / "x.git"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )

    assert complaint == ""
    assert len(log) == result.commits == int(git("rev-list", "--count", "HEAD")[0])
    assert {c.author.email for c, _ in log} == set(git("log", "--format=%ae")[:-1])
    expected = sum(1 for line in git("log", "--no-merges", "--raw", "-M", "-C") if line[:1] == ":")
    assert sum(len(changes) for commit, changes in log if not commit.is_merge) == expected
