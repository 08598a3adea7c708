"""Reading: trees, blobs, revisions; damage told as such."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.git.conftest import WIKI, Git, put
from wiki.errors import RepositoryDamaged, RevisionNotFound
from wiki.git import Repository, fsck, git_version
from wiki.git.treeformat import ParsedTree, RawEntry, parse_tree, splice
from wiki.model import TreeEntry


def test_an_empty_repository(repository: Repository) -> None:
    assert repository.head() is None
    assert repository.branch == "main"
    with pytest.raises(RevisionNotFound):
        repository.resolve("a" * 40)


def test_no_repository_says_so(tmp_path: Path) -> None:
    with pytest.raises(RepositoryDamaged):
        Repository(tmp_path, name="x", committer=WIKI)


def test_trees_are_listed_as_git_lists_them(repository: Repository, git: Git) -> None:
    for path in ("b.md", "a/z.md", "a.md", "a-b/c.md", "日/本.md", "a/y/deep.md"):
        head = put(repository, path, path.encode())
    expected = git("-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", "HEAD")
    assert [entry.path for entry in repository.tree(head)] == expected.splitlines()
    assert [entry.path for entry in repository.folder(head, "a")] == ["a/y", "a/z.md"]
    assert repository.folder(head, "a.md") == repository.folder(head, "none") == []
    assert repository.entry(head, "a/y") is not None
    assert repository.entry(head, "a.md/x") is None
    root = repository.entry(head, "")
    assert root == TreeEntry("", 0o040000, git("rev-parse", "HEAD^{tree}").strip())


def test_diffs_agree_with_plain_git(repository: Repository, git: Git) -> None:
    rnd = random.Random(5)
    commits = []
    for number in range(25):
        path = rnd.choice(["a", "a.b", "b/a", "b/c/a", "b.md", "c/x/y/z", "b/c/d"])
        content = None if number and rnd.random() < 0.3 else b"%d" % number
        try:
            commits.append(put(repository, path, content))
        except Exception:  # file or folder in the way, or nothing to delete
            continue
    for old, new in [(c, d) for c in commits[::3] for d in commits[::4]]:
        raw = git("diff-tree", "-r", "--no-renames", "--name-status", old, new)
        letters = {(None, True): "A", (True, None): "D", (True, True): "M"}
        ours = [
            f"{letters[change.old and True, change.new and True]}\t{change.path}"
            for change in repository.diff_trees(old, new)
        ]
        assert sorted(ours) == sorted(raw.splitlines())
    everything = [change.new for change in repository.diff_trees(None, commits[-1])]
    assert sorted(entry.path for entry in everything if entry) == sorted(
        entry.path for entry in repository.tree(commits[-1])
    )


def test_w025_only_whole_or_long_hex_of_this_branch(repository: Repository, git: Git) -> None:
    first = put(repository, "a.md", b"1")
    second = put(repository, "a.md", b"2")
    assert repository.resolve(first) == repository.resolve(first[:7]) == first
    stray = git(
        "-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "HEAD^{tree}", "-m", "stray"
    ).strip()
    before = set(repository.path.parent.rglob("*"))
    blob = git("rev-parse", "HEAD:a.md").strip()
    for text in (
        "--output=Home.md", "-p", "HEAD~1", "main", "@{u}", ":/secret", "HEAD:../x", "^{/x}",
        first[:4], first.upper(), first + "\n", "", "a" * 65, stray, stray[:10], blob, blob[:12],
        second + "0" * 24, "f" * 40,
    ):  # fmt: skip
        with pytest.raises(RevisionNotFound):
            repository.resolve(text)
    assert set(repository.path.parent.rglob("*")) == before


def test_many_blobs_with_some_missing(repository: Repository) -> None:
    commits = [put(repository, f"{n}.md", b"%d" % n) for n in range(20)]
    oids = [entry.oid for entry in repository.tree(commits[-1])]
    victim = repository.path / "objects" / oids[3][:2] / oids[3][2:]
    victim.chmod(0o644)
    victim.write_bytes(b"garbage")
    asked = [*oids, "0" * 40, *oids]
    answers = list(repository.read_blobs(asked))
    assert [oid for oid, _ in answers] == asked
    missing = [index for index, (_, data) in enumerate(answers) if data is None]
    assert missing == [3, 20, 24]
    with pytest.raises(RepositoryDamaged):
        repository.read_blob(oids[3])
    assert repository.read_blob(oids[4])
    assert fsck(repository.path) != ()


@pytest.mark.parametrize("content", [b"", b"\0" * 9, b"\x78\x01garbage", None])
def test_r017_a_damaged_object_hurts_nobody_else(
    repository: Repository, content: bytes | None
) -> None:
    put(repository, "ok/b.md", b"fine")
    head = put(repository, "a/b.md", b"text")
    folder = repository.entry(head, "a")
    assert folder is not None
    file = repository.path / "objects" / folder.oid[:2] / folder.oid[2:]
    file.chmod(0o644)
    file.write_bytes(content) if content is not None else file.unlink()
    other = Repository(repository.path, name="s", committer=WIKI)
    for _ in range(3):
        with pytest.raises(RepositoryDamaged):
            other.entry(head, "a/b.md")
        assert other.entry(head, "ok/b.md") is not None
    assert [entry.path for entry in other.tree(head)] == ["ok/b.md"]
    put(other, "ok/c.md", b"goes on")
    other.close()


def test_the_head_is_read_packed_or_loose(repository: Repository, git: Git) -> None:
    head = put(repository, "a.md", b"1")
    git("pack-refs", "--all")
    assert not (repository.path / "refs/heads/main").exists()
    assert repository.head() == head
    second = put(repository, "a.md", b"2")
    assert repository.head() == second
    git("pack-refs", "--all")
    assert repository.head() == second


def test_g004_a_deeply_nested_tree_is_cut_off(repository: Repository, git: Git) -> None:
    tree = git("mktree", stdin="").strip()
    blob = git("hash-object", "-w", "--stdin", stdin="x").strip()
    tree = git("mktree", stdin=f"100644 blob {blob}\tx.md\n").strip()
    from wiki.git.treeformat import write_entry

    for _ in range(1200):
        tree = repository._store.write("tree", write_entry((b"40000", b"d", bytes.fromhex(tree))))
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    commit = git(*who, "commit-tree", tree, "-m", "deep").strip()
    assert list(repository.tree(commit)) == []
    assert list(repository.diff_trees(None, commit)) == []


def test_the_version_of_git() -> None:
    assert git_version().startswith("2.")


names = st.binary(min_size=1, max_size=6).filter(lambda n: b"\0" not in n and b"/" not in n)
kinds = st.sampled_from([b"100644", b"40000", b"100755", b"120000"])
raw_entries = st.tuples(kinds, names, st.binary(min_size=20, max_size=20))


@settings(deadline=None)
@given(st.lists(raw_entries, unique_by=lambda e: e[1], max_size=12), st.data())
def test_splicing_equals_sorting_anew(entries: list[RawEntry], data: st.DataObject) -> None:
    tree = splice(ParsedTree(), {entry[1]: entry for entry in entries})
    assert parse_tree(tree.raw) == tree
    wanted = {entry[1]: entry for entry in entries}
    for _ in range(3):
        name = data.draw(st.sampled_from(sorted(wanted)) if wanted else names)
        new = data.draw(st.one_of(st.none(), raw_entries))
        change = None if new is None else (new[0], name, new[2])
        wanted.pop(name, None)
        if change is not None:
            wanted[name] = change
        tree = splice(tree, {name: change})
    again = splice(ParsedTree(), wanted)
    assert tree.raw == again.raw
    assert tree.by_name == wanted
