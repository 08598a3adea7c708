"""Saving: what becomes a commit, what is merged, what is refused, and what survives."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.git.conftest import T0, WIKI, Git, blob_at, edit_of, put, text_at
from wiki.errors import (
    EditConflict,
    NameInvalid,
    NameTaken,
    NothingToSave,
    RepositoryDamaged,
    SpaceBusy,
    StorageFull,
    StorageReadOnly,
)
from wiki.git import Repository, create, fsck
from wiki.git.locking import SpaceLock
from wiki.git.refs import BranchRef
from wiki.model import Author, FileWrite

FORK = multiprocessing.get_context("fork")


def test_a_save_is_one_commit_by_the_person_through_the_wiki(
    repository: Repository, git: Git
) -> None:
    put(repository, "a/Über uns.md", b"hello\n", message="Begin  \r\nwith\0 this")
    shown = git("log", "-1", "--format=%an|%ae|%ad|%cn|%B", "--date=raw")
    assert shown.startswith(f"Ann Lee|ann@example.org|{T0} +0100|Strata|Begin\nwith this\n\n")
    assert shown.strip().endswith("Strata-Door: web\nStrata-Account: ann")
    assert git("-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", "HEAD") == (
        "a/Über uns.md\n"
    )
    assert fsck(repository.path) == ()


def test_only_the_folders_on_the_path_are_written(repository: Repository) -> None:
    put(repository, "a/x.md", b"x")
    put(repository, "b/c/y.md", b"y")
    before = repository.entry(repository.head() or "", "a")
    put(repository, "b/c/y.md", b"y2")
    assert repository.entry(repository.head() or "", "a") == before


def test_nothing_changed_makes_no_commit(repository: Repository) -> None:
    head = put(repository, "a.md", b"a\n")
    with pytest.raises(NothingToSave):
        put(repository, "a.md", b"a\n")
    assert repository.head() == head


def test_different_paragraphs_are_merged(repository: Repository) -> None:
    put(repository, "a.md", b"one\n\ntwo\n\nthree\n")
    base = blob_at(repository, "a.md")
    put(repository, "a.md", b"ONE\n\ntwo\n\nthree\n")
    saved = repository.save(edit_of(FileWrite("a.md", b"one\n\ntwo\n\nTHREE\n", base)))
    assert saved.merged == ("a.md",)
    assert text_at(repository, "a.md") == b"ONE\n\ntwo\n\nTHREE\n"


def test_r010_the_same_lines_are_a_conflict_that_carries_both_texts(
    repository: Repository,
) -> None:
    put(repository, "a.md", b"one\ntwo\n")
    base = blob_at(repository, "a.md")
    head = put(repository, "a.md", b"one\nhers\n")
    with pytest.raises(EditConflict) as refused:
        repository.save(edit_of(FileWrite("a.md", b"one\nmine\n", base)))
    collision = refused.value.collisions[0]
    assert (collision.base, collision.mine, collision.theirs) == (
        "one\ntwo\n",
        "one\nmine\n",
        "one\nhers\n",
    )
    assert collision.theirs_oid == blob_at(repository, "a.md")
    assert [hunk.kind for hunk in collision.hunks] == ["same", "conflict"]
    assert repository.head() == head == refused.value.head


@pytest.mark.parametrize(("mine", "theirs"), [(None, b"edited\n"), (b"edited\n", None)])
def test_r033_deleting_and_editing_at_once_is_a_conflict(
    repository: Repository, mine: bytes | None, theirs: bytes | None
) -> None:
    put(repository, "other.md", b"x")
    put(repository, "a.md", b"text\n")
    base = blob_at(repository, "a.md")
    put(repository, "a.md", theirs)
    with pytest.raises(EditConflict) as refused:
        repository.save(edit_of(FileWrite("a.md", mine, base)))
    assert refused.value.collisions[0].theirs == (theirs.decode() if theirs else None)


def test_r033_a_rename_in_capitals_only(repository: Repository) -> None:
    put(repository, "Readme.md", b"text\n")
    base = blob_at(repository, "Readme.md")
    with pytest.raises(NameTaken):
        put(repository, "README.md", b"text\n")
    repository.save(
        edit_of(FileWrite("Readme.md", None, base), FileWrite("README.md", b"text\n", ""))
    )
    assert text_at(repository, "README.md") == b"text\n"
    assert text_at(repository, "Readme.md") is None


def test_created_twice_at_once_is_a_conflict(repository: Repository) -> None:
    put(repository, "a.md", b"hers\n")
    with pytest.raises(EditConflict):
        put(repository, "a.md", b"mine\n", base="")
    with pytest.raises(NothingToSave):
        put(repository, "a.md", b"hers\n", base="")


def test_files_that_are_no_text_are_never_merged(repository: Repository) -> None:
    put(repository, "a.png", b"1\n\n\n\n2")
    base = blob_at(repository, "a.png")
    put(repository, "a.png", b"1\n\n\n\n3")
    with pytest.raises(EditConflict):
        repository.save(edit_of(FileWrite("a.png", b"0\n\n\n\n2", base, mergeable=False)))


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Notes.md", "notes.md"),
        ("notes.md", "NOTES.markdown"),
        ("caf\u00e9.md", "cafe\u0301.md"),
        ("stra\u00dfe.md", "STRASSE.md"),
        ("\u212aelvin.md", "kelvin.md"),
        ("Team/a.md", "team/b.md"),
        ("x/Team/a.md", "x/TEAM"),
    ],
)
def test_g018_names_that_differ_only_in_spelling(
    repository: Repository, there: str, new: str
) -> None:
    put(repository, there, b"1")
    put(repository, "zzz.md", b"2")
    with pytest.raises(NameTaken) as refused:
        put(repository, new, b"3")
    assert refused.value.existing == there[: len(refused.value.existing)]


def test_g018_two_twins_in_one_edit(repository: Repository) -> None:
    with pytest.raises(NameTaken):
        repository.save(edit_of(FileWrite("a.md", b"1", ""), FileWrite("A.md", b"2", "")))


def test_g019_a_page_and_a_folder_cannot_share_a_name(repository: Repository) -> None:
    put(repository, "a.md", b"1")
    with pytest.raises(NameTaken):
        put(repository, "a.md/b.md", b"2")
    put(repository, "folder.md/b.md", b"2")
    with pytest.raises(NameTaken):
        put(repository, "folder.md", b"3")
    base = blob_at(repository, "a.md")
    repository.save(edit_of(FileWrite("a.md", None, base), FileWrite("a.md/c.md", b"4", "")))
    assert text_at(repository, "a.md/c.md") == b"4"
    assert fsck(repository.path) == ()


def test_the_last_page_takes_its_folder_with_it(repository: Repository) -> None:
    put(repository, "a/b/c.md", b"1")
    put(repository, "a/b/c.md", None)
    head = repository.head()
    assert head
    assert list(repository.tree(head)) == []
    assert fsck(repository.path) == ()


@pytest.mark.parametrize(
    "name",
    [
        "..", ".", "", ".git", ".GIT", ".Git ", "git~1", ".git.", ".g\u200cit", "\ufeff.git",
        ".git::$INDEX_ALLOCATION", "a\\b", "nul\0l", "x" * 256,
    ],
)  # fmt: skip
def test_g001_g002_names_no_git_should_meet(repository: Repository, name: str) -> None:
    for path in (name, f"a/{name}", f"{name}/config"):
        with pytest.raises(NameInvalid):
            put(repository, path, b"x")
    assert repository.head() is None


def test_g013_names_like_options_do_nothing_but_name(repository: Repository, git: Git) -> None:
    before = set(repository.path.parent.iterdir())
    for name in ("--output=x.md", "-O", "--", ":(top)x.md", "$(id).md", "a\nb.md"):
        commit = put(repository, name, b"text\n")
        entry = repository.entry(commit, name)
        assert entry is not None
        assert repository.read_blob(entry.oid) == b"text\n"
        put(repository, name, None)
    assert set(repository.path.parent.iterdir()) == before
    assert fsck(repository.path) == ()


def test_g004_saving_over_a_symlink_makes_a_file(repository: Repository, git: Git) -> None:
    blob = git("hash-object", "-w", "--stdin", stdin="/etc/passwd").strip()
    tree = git("mktree", stdin=f"120000 blob {blob}\tlink.md\n").strip()
    author = ("-c", "user.name=x", "-c", "user.email=x@x")
    commit = git(*author, "commit-tree", tree, "-m", "x").strip()
    git("update-ref", "refs/heads/main", commit)
    put(repository, "link.md", b"text\n")
    entry = repository.entry(repository.head() or "", "link.md")
    assert entry is not None
    assert entry.mode == 0o100644
    with pytest.raises(NameTaken):
        put(repository, "link.md/x.md", b"1")


@pytest.mark.parametrize(
    "author",
    [
        Author("", ""),
        Author("a\nparent " + "0" * 40, "b>\ncommitter x <x"),
        Author("<script>", "a b@c"),
        Author("\0\x1b[31m", "x"),
        Author("<" * 20_000, "y" * 1_000_000),
        Author("名前", "ü@ü"),
    ],
)
def test_g028_odd_names_of_people(repository: Repository, git: Git, author: Author) -> None:
    commit = put(repository, "a.md", b"1", author=author, message="x\n\nauthor y <z> 0 +0000")
    assert fsck(repository.path) == ()
    assert git("rev-list", "--count", "HEAD") == "1\n"
    read = repository.commit(commit)
    assert read.parents == ()
    assert read.author.name
    assert "\n" not in read.author.name + read.author.email


def test_g031_odd_messages_and_forged_trailers(repository: Repository) -> None:
    forged = "x\n\nStrata-Account: ceo\nstrata-door: push"
    commit = repository.commit(put(repository, "a.md", b"1", message=forged))
    assert commit.trailers == (("Strata-Door", "web"), ("Strata-Account", "ann"))
    commit = repository.commit(put(repository, "a.md", b"2", message="\0" * 9 + "y" * 10**7))
    assert len(commit.message) < 30_000
    commit = repository.commit(put(repository, "a.md", b"3", message=""))
    assert commit.trailers[-1] == ("Strata-Account", "ann")
    message = "x\n\nCo-authored-by: Bo <bo@example.org>"
    commit = repository.commit(put(repository, "a.md", b"4", message=message))
    assert [key for key, _ in commit.trailers] == [
        "Co-authored-by",
        "Strata-Door",
        "Strata-Account",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa\r\nb\r\n",
        b"a\rb",
        b"no end",
        b"\n\n",
        b"a\tb \n",
        "e\u0301\n".encode(),
        b"\xff\xfe",
    ],
)
def test_r031_bytes_stay_as_they_are(repository: Repository, content: bytes) -> None:
    put(repository, "a.md", content)
    put(repository, "b.md", b"another")
    assert text_at(repository, "a.md") == content


def test_r031_a_merge_keeps_line_ends_and_bytes_that_are_no_utf8(repository: Repository) -> None:
    put(repository, "a.md", b"\xff one\r\n\r\ntwo\r\n\r\nthree")
    base = blob_at(repository, "a.md")
    put(repository, "a.md", b"\xff one\r\n\r\ntwo\r\n\r\nTHREE")
    put(repository, "a.md", b"\xff ONE\r\n\r\ntwo\r\n\r\nthree", base=base)
    assert text_at(repository, "a.md") == b"\xff ONE\r\n\r\ntwo\r\n\r\nTHREE"


# -- many at once -----------------------------------------------------------------------------


def _write_many(path: Path, who: int, count: int, results: multiprocessing.Queue[object]) -> None:
    repository = Repository(path, name="space", committer=WIKI)
    author = Author(f"P{who}", f"p{who}@example.org")
    for number in range(count):
        name = f"p{who}/n{number}.md" if number % 2 else "shared.md"
        base = blob_at(repository, name)
        old = repository.read_blob(base) if base else b""
        try:
            line = f"{who}.{number}\n".encode()
            content = old + line if name == "shared.md" else line
            saved = repository.save(edit_of(FileWrite(name, content, base), author=author))
        except EditConflict:
            continue
        results.put((saved.commit, author.name))
    results.put(None)
    repository.close()


def test_r011_many_writers_lose_and_misattribute_nothing(repository: Repository, git: Git) -> None:
    put(repository, "shared.md", b"start\n")
    results: multiprocessing.Queue[object] = FORK.Queue()
    workers = [
        FORK.Process(target=_write_many, args=(repository.path, n, 25, results)) for n in range(3)
    ]
    for worker in workers:
        worker.start()
    acknowledged, ended = [], 0
    while ended < len(workers):
        item = results.get(timeout=120)
        ended += item is None
        acknowledged += [item] if item is not None else []
    for worker in workers:
        worker.join()
    history = dict(line.split(" ", 1) for line in git("log", "--format=%H %an").splitlines())
    assert len(acknowledged) > 36
    assert len(history) == len(acknowledged) + 1
    assert all(history[commit] == author for commit, author in acknowledged)  # type: ignore[misc]
    assert fsck(repository.path) == ()


def test_r011_threads_share_one_repository(repository: Repository) -> None:
    failures: list[BaseException] = []

    def work(who: int) -> None:
        try:
            for number in range(10):
                put(repository, f"t{who}/{number}.md", b"x")
                head = repository.head()
                assert head
                assert repository.entry(head, f"t{who}/{number}.md")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    head = repository.head()
    assert head
    assert repository.commit_count(head) == 40


def test_r012_a_push_in_between_is_merged(repository: Repository, tmp_path: Path) -> None:
    put(repository, "a.md", b"one\n\ntwo\n")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(repository.path), str(clone)], check=True)
    base = blob_at(repository, "a.md")
    (clone / "a.md").write_bytes(b"ONE\n\ntwo\n")
    who = ["-c", "user.name=Bo", "-c", "user.email=bo@example.org"]
    subprocess.run(["git", "-C", str(clone), *who, "commit", "-qam", "x"], check=True)
    subprocess.run(["git", "-C", str(clone), "push", "-q"], check=True)
    put(repository, "a.md", b"one\n\nTWO\n", base=base)
    assert text_at(repository, "a.md") == b"ONE\n\nTWO\n"


def test_the_branch_moved_under_the_lock_is_merged_again(
    repository: Repository, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(repository, "a.md", b"a")
    second = put(repository, "b.md", b"b")
    git("update-ref", "refs/heads/main", first)
    reads = iter([first])
    real = repository._ref.read

    def stale() -> str | None:
        seen = next(reads, None)
        if seen is not None:
            git("update-ref", "refs/heads/main", second)
            return seen
        return real()

    monkeypatch.setattr(repository._ref, "read", stale)
    saved = repository.save(edit_of(FileWrite("c.md", b"c", "")))
    assert saved.parent == second


# -- faults -----------------------------------------------------------------------------------


def test_a_push_right_behind_a_save_does_not_make_it_be_refused(
    repository: Repository, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = BranchRef._transaction

    def followed_at_once(reference: BranchRef, new: str, old: str | None) -> str | None:
        said = moved(reference, new, old)
        after = git("commit-tree", f"{new}^{{tree}}", "-p", new, "-m", "Push").strip()
        git("update-ref", reference.reference, after, new)
        return said

    monkeypatch.setattr(BranchRef, "_transaction", followed_at_once)
    saved = repository.save(edit_of(FileWrite("a.md", b"one", "")))
    assert git("rev-parse", "main^").strip() == saved.commit


def _save_for_ever(path: Path, acknowledged: Path) -> None:
    repository = Repository(path, name="space", committer=WIKI)
    with acknowledged.open("ab", buffering=0) as log:
        for _ in range(10_000):
            log.write(put(repository, f"p{os.urandom(2).hex()}.md", b"x").encode() + b"\n")


def test_r001_killed_at_any_moment_no_acknowledged_save_is_lost(
    bare: Path, git: Git, tmp_path: Path
) -> None:
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    for trial in range(20):
        worker = FORK.Process(target=_in_own_group, args=(bare, acknowledged))
        worker.start()
        _until_it_grows(acknowledged)
        time.sleep(0.0007 * trial)
        _kill_with_children(worker.pid or 0)
        worker.join()
        # As old as a lock is that nobody holds; waiting for it is another test's business.
        for lock in (*bare.glob("*.lock"), *(bare / "refs").rglob("*.lock")):
            os.utime(lock, (T0, T0))
    repository = Repository(bare, name="space", committer=WIKI)
    put(repository, "after.md", b"saved without help")
    repository.close()
    history = set(git("rev-list", "HEAD").split())
    lines = acknowledged.read_text().split("\n")[:-1]
    assert len(lines) >= 20
    assert set(lines) <= history
    assert fsck(bare) == ()


def _until_it_grows(file: Path) -> None:
    size, deadline = file.stat().st_size, time.monotonic() + 120
    while file.stat().st_size == size and time.monotonic() < deadline:
        time.sleep(0.001)


def _in_own_group(path: Path, acknowledged: Path) -> None:
    os.setpgid(0, 0)
    _save_for_ever(path, acknowledged)


def _kill_with_children(pid: int) -> None:
    """SIGKILL a process of ours and the gits it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    pids = [int(child) for child in children.read_text().split()] if children.exists() else []
    for each in [pid, *pids]:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_r003_a_killed_git_is_started_again(repository: Repository) -> None:
    put(repository, "a.md", b"1")
    assert text_at(repository, "a.md") == b"1"
    for who in (repository._ref._updater, repository._store._open._repo.git.cat_file_all.proc):  # type: ignore[union-attr]
        assert who is not None
        os.kill(who.pid, signal.SIGKILL)
        who.wait()
    put(repository, "a.md", b"2")
    assert text_at(repository, "a.md") == b"2"


@pytest.mark.parametrize(
    "lock",
    [
        "HEAD.lock",
        "refs/heads/main.lock",
        "packed-refs.lock",
        "index.lock",
        "config.lock",
        "shallow.lock",
    ],
)
def test_r004_stale_locks_are_removed(bare: Path, lock: str) -> None:
    (bare / lock).touch()
    os.utime(bare / lock, (T0, T0))
    repository = Repository(bare, name="space", committer=WIKI)
    put(repository, "a.md", b"1")
    assert not (bare / lock).exists()
    repository.close()


def test_r004_a_young_lock_is_waited_for(repository: Repository) -> None:
    put(repository, "a.md", b"1")
    lock = repository.path / "refs/heads/main.lock"
    lock.touch()
    release = threading.Timer(0.4, lock.unlink)
    release.start()
    began = time.monotonic()
    put(repository, "a.md", b"2")
    assert time.monotonic() - began >= 0.35
    release.join()


def test_a_lock_from_the_future_is_stale_too(repository: Repository) -> None:
    lock = repository.path / "HEAD.lock"
    lock.touch()
    os.utime(lock, (time.time() + 10**6,) * 2)
    put(repository, "a.md", b"1")


def test_a_space_that_is_always_busy_says_so(bare: Path) -> None:
    repository = Repository(bare, name="space", committer=WIKI, lock_seconds=0.1)
    with SpaceLock(bare, "space", 1).hold(), pytest.raises(SpaceBusy):
        put(repository, "a.md", b"1")
    put(repository, "a.md", b"1")
    repository.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs more rights than these tests have")
    return place


def test_r008_r009_a_full_or_read_only_disk(small_disk: Path) -> None:
    try:
        create(small_disk / "s.git")
        repository = Repository(small_disk / "s.git", name="s", committer=WIKI)
        head = put(repository, "a.md", b"a")
        with pytest.raises(StorageFull):
            put(repository, "big.md", os.urandom(4_000_000))
        assert repository.head() == head
        put(repository, "b.md", b"b")
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        with pytest.raises(StorageReadOnly):
            put(repository, "c.md", b"c")
        assert text_at(repository, "b.md") == b"b"
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        put(repository, "c.md", b"c")
        assert fsck(repository.path) == ()
        repository.close()
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=False)


@pytest.mark.parametrize("content", [b"", b"\0" * 41, b"garbage\n", b"ref: refs/heads/x\n"])
def test_r017_nothing_is_written_on_a_broken_head(repository: Repository, content: bytes) -> None:
    put(repository, "a.md", b"1")
    (repository.path / "refs/heads/main").write_bytes(content)
    with pytest.raises(RepositoryDamaged):
        put(repository, "a.md", b"2", base="")
    assert (repository.path / "refs/heads/main").read_bytes() == content


def test_r018_packing_while_writing(repository: Repository, git: Git) -> None:
    for number in range(12):
        put(repository, f"{number}.md", b"x")
        if number % 4 == 0:
            git("gc", "-q", "--prune=now")
    repository.tidy()
    head = repository.head()
    assert head
    assert len(list(repository.tree(head))) == 12
    assert all(data == b"x" for _, data in repository.read_blobs([blob_at(repository, "0.md")]))


def test_r018_folders_that_git_removes_while_it_packs_fail_no_save(
    repository: Repository,
) -> None:
    """git removes a folder of objects as soon as it is empty, even between making and filling it."""
    put(repository, "a.md", b"1")
    objects, done = repository.path / "objects", threading.Event()

    def prune() -> None:
        while not done.is_set():
            for number in range(256):
                with contextlib.suppress(OSError):
                    (objects / f"{number:02x}").rmdir()
                with contextlib.suppress(OSError):
                    (objects / f"{number ^ 1:02x}").mkdir()

    pruner = threading.Thread(target=prune)
    pruner.start()
    try:
        for number in range(30):
            repository.recover()
            put(repository, f"{number}.md", f"{number}\n".encode())
    finally:
        done.set()
        pruner.join()
    head = repository.head()
    assert head
    assert len(list(repository.tree(head))) == 31


def test_a_forked_child_leaves_its_parents_processes_alone(repository: Repository) -> None:
    put(repository, "a.md", b"1")

    def child() -> None:
        put(repository, "b.md", b"2")
        repository.close()

    worker = FORK.Process(target=child)
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    updater = repository._ref._updater
    assert updater is not None
    assert updater.poll() is None
    put(repository, "c.md", b"3")
    assert text_at(repository, "b.md") == b"2"


def test_a_save_costs_no_more_in_a_folder_of_thousands(repository: Repository) -> None:
    writes = tuple(FileWrite(f"many/page-{n}.md", b"x", "") for n in range(5000))
    repository.save(edit_of(*writes))

    def fastest(folder: str) -> float:
        times = []
        for number in range(8):
            began = time.perf_counter()
            put(repository, f"{folder}/new-{number}.md", b"text\n", base="")
            times.append(time.perf_counter() - began)
        return min(times)

    assert fastest("many") < 5 * fastest("few") + 0.005
