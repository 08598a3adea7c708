"""Importing: everything comes along but configuration; damage is cut off and told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.git.conftest import WIKI, make_history, put
from wiki.errors import ImportRefused, RepositoryDamaged
from wiki.git import Repository, create, fsck, import_repository


def quiet(_phase: str, _done: int, _total: int) -> None:
    """Somebody who does not care how far it is."""


def test_a_work_tree_with_a_branch_of_any_name(tmp_path: Path) -> None:
    source = make_history(tmp_path / "my source", branch="feature/wiki")
    steps: list[str] = []
    result = import_repository(
        str(source), tmp_path / "s.git", lambda phase, *_: steps.append(phase)
    )
    assert (result.branch, result.commits, result.partial) == ("feature/wiki", 6, "")
    assert "receiving" in steps
    repository = Repository(tmp_path / "s.git", name="s", committer=WIKI)
    put(repository, "日本.md", b"edited\n")
    assert repository.partial == ""
    assert fsck(tmp_path / "s.git") == ()
    assert (tmp_path / "s.git").stat().st_mode & 0o777 == 0o700
    repository.close()


def test_a_bundle_and_an_address(tmp_path: Path) -> None:
    source = make_history(tmp_path / "source")
    bundle = tmp_path / "x.bundle"
    subprocess.run(["git", "-C", source, "bundle", "create", "-q", bundle, "main"], check=True)
    assert import_repository(str(bundle), tmp_path / "a.git", quiet).commits == 6
    assert import_repository(source.as_uri(), tmp_path / "b.git", quiet).branch == "main"


def test_g041_nothing_of_the_sources_configuration_comes_along(tmp_path: Path) -> None:
    source = make_history(tmp_path / "source")
    canary = tmp_path / "canary"
    config = f"[core]\n\tfsmonitor = touch {canary}\n\tsshCommand = touch {canary}\n"
    with (source / ".git/config").open("a") as file:
        file.write(config + f"[alias]\n\tlog = !touch {canary}\n[include]\n\tpath = evil\n")
    hook = source / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    import_repository(str(source), tmp_path / "s.git", quiet)
    copied = (tmp_path / "s.git/config").read_text()
    assert "fsmonitor" not in copied
    assert "remote" not in copied
    hooks = tmp_path / "s.git/hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "update", "pre-receive"):
        (hooks / name).write_bytes(hook.read_bytes())
        (hooks / name).chmod(0o755)
    repository = Repository(tmp_path / "s.git", name="s", committer=WIKI)
    put(repository, "a.md", b"1")
    repository.close()
    assert not canary.exists()


@pytest.mark.parametrize(
    "source",
    [
        "", " ", "-x", "--upload-pack=touch x", "ext::sh -c touch% x", "fd::17", "/no/such/place",
        "http://-x/", "https://a b/", "-u@host:x", "x\0y",
    ],
)  # fmt: skip
def test_sources_that_are_none(tmp_path: Path, source: str) -> None:
    with pytest.raises(ImportRefused):
        import_repository(source, tmp_path / "s.git", quiet)
    assert list(tmp_path.iterdir()) == []


def test_empty_and_foreign_folders_are_refused(tmp_path: Path) -> None:
    create(tmp_path / "empty.git")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.bundle").write_text("nothing")
    before = set(tmp_path.iterdir())
    for name in ("empty.git", "folder", "text.bundle"):
        with pytest.raises(ImportRefused):
            import_repository(str(tmp_path / name), tmp_path / "s.git", quiet)
    assert set(tmp_path.iterdir()) == before


def test_a_place_that_is_taken_is_refused(tmp_path: Path) -> None:
    source = make_history(tmp_path / "source")
    (tmp_path / "s.git").mkdir()
    with pytest.raises(ImportRefused):
        import_repository(str(source), tmp_path / "s.git", quiet)


def test_z021_passwords_in_an_address_stay_secret(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_repository("http://user:hunter2@127.0.0.1:1/x.git", tmp_path / "s.git", quiet)
    assert "hunter2" not in str(refused.value)
    assert "127.0.0.1" in str(refused.value)


@pytest.mark.parametrize(("kind", "commits"), [("blob", 6), ("tree", 6), ("commit", 4)])
def test_a_damaged_repository_comes_as_far_as_it_goes(
    tmp_path: Path, kind: str, commits: int
) -> None:
    source = make_history(tmp_path / "source")

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(source), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    revision = {"blob": "HEAD~3:日本.md", "tree": "HEAD~3^{tree}", "commit": "HEAD~3"}[kind]
    oid = git("rev-parse", revision)
    (source / ".git/objects" / oid[:2] / oid[2:]).unlink()
    result = import_repository(str(source), tmp_path / "s.git", quiet)
    assert result.commits == commits
    assert "1 " in result.partial
    repository = Repository(tmp_path / "s.git", name="s", committer=WIKI)
    assert repository.partial == result.partial
    head = repository.head()
    assert head
    told: list[object] = []
    with pytest.raises(RepositoryDamaged):
        told.extend(repository.log(head))
    assert len(told) == commits
    put(repository, "new.md", b"life goes on")
    repository.close()


def test_a_shallow_clone_is_partial(tmp_path: Path) -> None:
    source = make_history(tmp_path / "source")
    shallow = tmp_path / "shallow"
    command = ["git", "clone", "-q", "--depth", "2", source.as_uri(), str(shallow)]
    subprocess.run(command, check=True)
    result = import_repository(str(shallow), tmp_path / "s.git", quiet)
    assert result.partial
    assert result.commits < 6


@pytest.mark.data
@pytest.mark.parametrize("name", ["clef-handbook", "freecodecamp-wiki"])
def test_real_repositories_come_whole(shared_data: Path, tmp_path: Path, name: str) -> None:
    bundle = shared_data / "repositories" / f"{name}.bundle"
    result = import_repository(str(bundle), tmp_path / "s.git", quiet)
    assert result.commits > 100
    assert result.partial == ""
    repository = Repository(tmp_path / "s.git", name="s", committer=WIKI)
    head = repository.head()
    assert head
    command = ["git", "-C", str(tmp_path / "s.git"), "ls-tree", "-r", "-z", "HEAD"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout
    assert len(list(repository.tree(head))) == listed.count(b"\0")
    repository.close()
