"""One place starts git, and nothing from outside speaks to it."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

import wiki
from tests.git.conftest import WIKI, put
from wiki.errors import GitFailed, RepositoryDamaged, StorageFull, StorageReadOnly
from wiki.git import Repository
from wiki.git.process import environment, failure, full_id, run, start

PACKAGE = Path(wiki.__file__).parent
OS_CALLS = {"system", "popen", "execv", "execve", "execvp", "spawnv", "spawnl", "posix_spawn"}


def _modules() -> list[tuple[str, ast.Module]]:
    return [
        (str(file.relative_to(PACKAGE)), ast.parse(file.read_text("utf-8")))
        for file in sorted(PACKAGE.rglob("*.py"))
    ]


def test_b002_only_the_git_room_starts_git() -> None:
    for name, module in _modules():
        for node in ast.walk(module):
            if isinstance(node, ast.keyword):
                assert node.arg != "shell", f"{name} uses a shell"
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called = ast.unparse(node.func)
            assert not (called.startswith("os.") and node.func.attr in OS_CALLS), name
            if called.startswith("subprocess.") and name != "git/process.py":
                # Others may start this very Python again, and nothing else.
                assert "sys.executable" in ast.unparse(node), f"{name}:{node.lineno} {called}"


def test_b002_gitpython_is_met_in_one_module_and_runs_no_command() -> None:
    for name, module in _modules():
        for node in ast.walk(module):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )  # fmt: skip
            if any(re.match(r"(git|gitdb)(\.|$)", each) for each in names):
                assert name == "git/catfile.py"
        if name == "git/catfile.py":
            text = ast.unparse(module)
            used = set(re.findall(r"repo\.git\.(\w+)", text))
            assert used <= {"get_object_data", "clear_cache", "repository", "process"}


def test_b002_gitpython_cannot_run_anything_else(repository: Repository) -> None:
    put(repository, "a.md", b"1")
    repository.read_blob(repository.entry(repository.head() or "", "a.md").oid)  # type: ignore[union-attr]
    runner = repository._store._open._repo.git  # type: ignore[union-attr]
    with pytest.raises(RuntimeError):
        runner.log("--output=x")
    with pytest.raises(RuntimeError):
        runner.execute(["git", "version"])


def test_g041_the_environment_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/tmp/evil")
    monkeypatch.setenv("GIT_SSH", "/tmp/evil")
    monkeypatch.setenv("LD_PRELOAD", "/tmp/evil")
    variables = environment()
    assert "/tmp/evil" not in variables.values()
    assert variables["GIT_CONFIG_NOSYSTEM"] == "1"
    assert variables["GIT_CONFIG_GLOBAL"] == os.devnull
    assert variables["GIT_ALLOW_PROTOCOL"] == "none"
    assert variables["GIT_NO_REPLACE_OBJECTS"] == "1"


def test_r037_a_strange_environment_changes_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in list(os.environ):
        if name != "PATH":
            monkeypatch.delenv(name)
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_NAMESPACE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    repository = Repository(bare, name="s", committer=WIKI)
    commit = put(repository, "é.md", "é".encode())
    assert [entry.path for entry in repository.tree(commit)] == ["é.md"]
    assert repository.commit(commit).author.name == "Ann Lee"
    assert not (tmp_path / "elsewhere").exists()
    repository.close()


def test_exit_statuses_are_always_looked_at() -> None:
    with pytest.raises(GitFailed):
        run(["no-such-command"])
    with pytest.raises(GitFailed):
        run(["hash-object", "--stdin-paths", "--no-such-option"], timeout=5)


def test_d014_r023_a_git_that_strangers_feed_is_bounded() -> None:
    ask = ["-c", "alias.bounds=!ulimit -f; ulimit -d", "bounds"]
    output, _ = start(ask, most_bytes=5_000).communicate()
    assert output.split() == [b"10", b"1000000"]
    assert b"unlimited" in run(ask).output


def test_what_git_says_about_the_disk_becomes_a_refusal() -> None:
    assert isinstance(failure("x", 128, "fatal: No space left on device"), StorageFull)
    assert isinstance(failure("x", 128, "error: Read-only file system"), StorageReadOnly)
    assert isinstance(failure("x", 128, "fatal: bad object"), GitFailed)


@pytest.mark.parametrize("text", ["HEAD", "-p", "a" * 39, "A" * 40, "a" * 40 + "\n", ""])
def test_only_whole_ids_are_revisions(text: str) -> None:
    with pytest.raises(RepositoryDamaged):
        full_id(text)
