"""What a push may bring, judged on plain values."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.model import Author, name_key
from wiki.model.pushing import FileAtTip, FolderAtTip, PushedCommit, PushedEntry
from wiki.services import push_refusals, push_rules
from wiki.services.push_rules import Authors, Bounds, Pusher

ANN = Author("Ann", "ann@example.org")
CEO = Author("The Boss", "ceo@example.org")
NOW = 1_800_000_000
BOUNDS = Bounds(page_bytes=1_000, file_bytes=5_000, commits=10, entries=20)
ONE = "1" * 40


def entry(path: str, mode: int = 0o100644, size: int | None = 1, **more: bool) -> PushedEntry:
    return PushedEntry(ONE, path, mode, "2" * 40, more.get("is_new", True), size)


def reasons(*entries: PushedEntry) -> list[str]:
    return list(push_rules.judge_entries(entries, BOUNDS))


GITS_OWN = (
    ".git", ".GIT", ".GiT", "git~1", "GIT~1", ".git.", ".git ", ".git. .", ".git::$INDEX_ALLOCATION",
    ".git:x", ".g\u200cit", "\ufeff.git", ".gi\u200dt", ".git\u2064", "GiT~2", ".GitModules",
    ".gitmodules ", "gitmod~1", "gi7eba~1",
)  # fmt: skip
UNSAFE = (
    "..", ".", "...", "", "a//b", "../evil.md", "/etc-passwd", "tab\there.md", "line\nend.md", "rtl\u202e.md",
    "caf\udce9.md", "x" * 300, "/".join("d" * 17), "con.md", "aux", "back\\slash.md", "what?.md", "<img src=x onerror=alert(1)>.md",
    "trailing .", "space ", " space", "cafe\u0301.md", "half\ud800.md", "--output=x.md", "x.git",
)  # fmt: skip
ORDINARY = (
    "Tea.md", "people/Cake.md", ".gitignore", ".gitattributes", ".github/workflows/ci.yml", ".mailmap",
    ".strata/charter.toml", "poetry.lock", "..md", "Makefile", "src/main.py", "日本語.md", "caf\xe9.md",
    "<b>".replace("<", "(").replace(">", ")") + ".md", "git.md", "legit~1.md",
)  # fmt: skip


@pytest.mark.parametrize("name", GITS_OWN)
def test_g001_nothing_that_some_computer_takes_for_gits_own(name: str) -> None:
    for path in (name, f"docs/{name}", f"{name}/config", f"docs/{name}/hooks/x"):
        (reason,) = reasons(entry(path))
        assert "keeps for itself" in reason
        assert "git mv" in reason


@pytest.mark.parametrize("path", UNSAFE)
def test_g002_g010_g014_unsafe_names_are_refused_with_their_commit(path: str) -> None:
    (reason,) = reasons(entry(path))
    assert ONE[:10] in reason
    assert reason.isprintable()


@pytest.mark.parametrize("path", ORDINARY)
def test_what_is_common_in_repositories_is_taken(path: str) -> None:
    assert reasons(entry(path)) == []


@pytest.mark.parametrize(
    ("mode", "path", "word"),
    [
        (0o120000, "page.md", "symbolic"),
        (0o120000, ".gitattributes", "symbolic"),
        (0o160000, "library", "submodules"),
        (0o104755, "a.md", "mode"),
        (0o100666, "a.md", "mode"),
        (0o777777, "a.md", "mode"),
        (0o100755, ".githooks/Pre-Commit", "programs"),
        (0o100755, "hooks/post-checkout", "programs"),
        (0o100755, ".strata/talk/x", "programs"),
    ],
)
def test_g004_g007_g009_only_files_and_no_programs_for_git(mode: int, path: str, word: str) -> None:
    (reason,) = reasons(entry(path, mode))
    assert word in reason
    assert f"“{path}”" in reason


def test_scripts_are_ordinary_files() -> None:
    assert reasons(entry("scripts/build", 0o100755), entry("pre-commit.md", 0o100755)) == []


def test_what_was_there_is_no_reason_and_what_goes_is_none() -> None:
    old = entry("caf\udce9.md", is_new=False)
    gone = PushedEntry(ONE, ".git/config", 0, "0" * 40, is_new=False)
    assert reasons(old, gone) == []
    assert reasons(entry("sub", 0o160000, is_new=False))
    assert reasons(entry(".gitmodules", is_new=False))


def test_of_a_folder_that_cannot_be_its_files_are_not_told() -> None:
    folder = entry("docs/.GIT", 0o040000, None)
    assert len(reasons(folder, entry("docs/.GIT/a"), entry("docs/.GIT/b"), entry("docs/x.md"))) == 1


def test_g017_sizes_and_counts_have_limits_that_are_told() -> None:
    assert reasons(entry("a.md", size=1_000), entry("a.png", size=5_000)) == []
    (reason,) = reasons(entry("a.md", size=1_001))
    assert "1,000" in reason
    (reason,) = reasons(entry("a.png", size=5_001))
    assert "5,000" in reason
    assert not list(push_rules.too_much(10, 20, BOUNDS))
    assert "10" in next(push_rules.too_much(11, 0, BOUNDS))
    assert "20" in next(push_rules.too_much(1, 21, BOUNDS))


# -- names that are one --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "there"),
    [
        ("README.md", "Readme.md"),
        ("e\u0301.md", "\xe9.md"),
        ("STRASSE.md", "straße.md"),
        ("Tea.markdown", "Tea.md"),
        ("docs", "Docs"),
    ],
)
def test_g018_twins_are_refused_whichever_was_first(new: str, there: str) -> None:
    (reason,) = push_rules.judge_folder(FolderAtTip("x", (new, there), frozenset({new})))
    assert new in reason
    assert there in reason
    assert not list(push_rules.judge_folder(FolderAtTip("x", (new, there), frozenset())))
    assert (
        len(list(push_rules.judge_folder(FolderAtTip("", (new, there), frozenset({new, there})))))
        == 1
    )


@given(st.lists(st.text("aAäÄßsSıIi\u0307\u0301e.md/-", min_size=1, max_size=6), unique=True))
def test_g018_no_names_that_are_accepted_are_one_name(names: list[str]) -> None:
    new = frozenset(names)
    refused = list(push_rules.judge_folder(FolderAtTip("", tuple(names), new)))
    keys = [name_key(name) for name in names]
    if not refused:
        assert len(set(keys)) == len(keys)
        assert len({unicodedata.normalize("NFC", name) for name in names}) == len(names)


# -- commits -------------------------------------------------------------------------------------


def commit(**more: object) -> PushedCommit:
    values: dict[str, object] = {
        "oid": ONE, "parents": (), "size": 200, "message": 20, "author": ANN, "author_time": NOW,
        "committer": ANN, "commit_time": NOW,
    }  # fmt: skip
    return PushedCommit(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"message": 65_537}, "65,536"),
        ({"author_time": 0}, "before 1980"),
        ({"commit_time": -5}, "before 1980"),
        ({"commit_time": NOW + 2 * 86_400}, "future"),
        ({"flaws": ("it declares another encoding than UTF-8",)}, "encoding"),
        ({"parents": (ONE,) * 65}, "64"),
    ],
)
def test_g028_g031_headers_are_as_git_writes_them(more: dict[str, object], word: str) -> None:
    (reason,) = push_rules.judge_commits([commit(**more)], NOW)
    assert word in reason
    assert ONE[:10] in reason


def test_an_ordinary_commit_passes() -> None:
    assert not list(push_rules.judge_commits([commit(author_time=NOW + 3600)], NOW))


def authors(who: PushedCommit, *, may_bring_others: bool) -> list[str]:
    found = Authors(Pusher(ANN, may_bring_others, NOW))
    for _ in range(5):
        found.look(who)
    return list(found.reasons())


@pytest.mark.parametrize("role", ["author", "committer"])
def test_g026_nobody_speaks_in_another_name(role: str) -> None:
    (reason,) = authors(commit(**{role: CEO}), may_bring_others=False)
    assert "The Boss <ceo@example.org>" in reason
    assert "and 2 more" in reason
    assert "git config user.email ann@example.org" in reason
    assert authors(commit(**{role: CEO}), may_bring_others=True) == []
    own = Author("Ann L.", "Ann@Example.org")
    assert authors(commit(**{role: own}), may_bring_others=False) == []


@pytest.mark.parametrize("role", ["author", "committer"])
def test_p013_no_private_address_comes_in_whoever_brings_it(role: str) -> None:
    mine = Author("Ann", "ann@wiki.example")
    found = Authors(Pusher(mine, may_bring_others=True, now=NOW, domain="Wiki.example"))
    for who in (mine, Author("Bo", "bo@WIKI.example"), CEO, CEO):
        found.look(commit(**{"author": mine, "committer": mine, role: who}))
    (reason,) = found.reasons()
    assert "ceo@example.org" in reason
    assert "git config user.email ann@wiki.example" in reason


# -- texts and telling ---------------------------------------------------------------------------


def test_a_page_with_the_marks_of_a_conflict_is_refused() -> None:
    text = b"a\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\n"
    assert "line 2" in push_rules.judge_text(FileAtTip("Tea.md", text))
    assert not push_rules.judge_text(FileAtTip("Tea.md", b"<<<<<<< is how it begins\n"))
    assert not push_rules.judge_text(FileAtTip("Tea.md", b"\xff\xfe\0" * 9))


@pytest.mark.parametrize("ref", [
    "refs/tags/v1", "refs/notes/pushes", "refs/meta/config", "refs/heads/other", "HEAD",
    "refs/heads/HEAD", "refs/heads/-x", "refs/heads/mainly",
])  # fmt: skip
def test_g024_there_are_two_places_to_push_to(ref: str) -> None:
    reason = push_refusals.only_branches(ref, "main")
    assert ref in reason
    assert "refs/heads/proposal/" in reason


def test_only_the_first_reasons_are_told() -> None:
    many = (f"reason {n}" for n in range(5_000))
    told = push_rules.told(many)
    assert len(told) == push_rules.TOLD + 1
    assert "at least" in told[-1]
    assert push_rules.told(["a", "a", "b"]) == ("a", "b")
    assert push_rules.told(f"{n}" for n in range(12))[-1] == "… and 2 more reasons."


def test_what_is_told_cannot_do_anything_to_a_terminal() -> None:
    assert push_rules.shown("a\x1b[31m\u202eb\udce9") == "a\\u001b[31m\\u202eb\\xe9"
    assert len(push_rules.shown("x" * 5_000)) == 201
