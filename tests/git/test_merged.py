"""What merges made of pages, as git tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projections.histories import git, push
from wiki.git import Repository
from wiki.git.diffing import Asked
from wiki.model.patches import MergedPage

TEXT = "".join(f"line {n} of this page\n" for n in range(12))


def merged(repository: Repository) -> dict[str, list[MergedPage]]:
    """What the branch's merges made of pages."""
    head = repository.head() or ""
    commits = repository.patches(head)
    return {c.oid: list(c.merged) for c in commits if len(c.parents) > 1}


def made(path: Path, files: dict[str, str], *parents: str) -> str:
    raw = {name: text.encode() for name, text in files.items()}
    return push(path, raw, list(parents), ref="refs/heads/main")


def test_a_page_both_sides_changed_is_told_with_its_hunks(
    bare: Path, repository: Repository
) -> None:
    root = made(bare, {"a.md": TEXT, "b.md": "b\n", "c.txt": "c\n"})
    one = made(bare, {"a.md": "one\n" + TEXT, "b.md": "b\n", "c.txt": "1\n"}, root)
    two = made(bare, {"a.md": TEXT + "two\n", "b.md": "bb\n", "c.txt": "2\n"}, root)
    both = {"a.md": f"one\n{TEXT}two\n", "b.md": "bb\n", "c.txt": "3\n"}
    merge = made(bare, both, one, two)
    (page,) = (page for page in merged(repository)[merge] if page.is_made)
    assert (page.path, page.old_paths) == ("a.md", ("a.md", "a.md"))
    changed = [hunk.partition(b"\n")[2].split(b"\n")[0] for hunk in page.hunks or ()]
    assert changed == [b" +one", b"+ two"]


def test_a_page_renamed_on_one_side_is_followed_to_both(bare: Path, repository: Repository) -> None:
    root = made(bare, {"a.md": TEXT})
    one = made(bare, {"new/a.md": TEXT}, root)
    two = made(bare, {"a.md": TEXT + "two\n"}, root)
    merge = made(bare, {"new/a.md": TEXT + "two\n"}, one, two)
    (page,) = (page for page in merged(repository)[merge] if page.is_made)
    assert (page.path, page.old_paths) == ("new/a.md", ("new/a.md", "a.md"))


def test_many_merges_are_told_each_its_own(bare: Path, repository: Repository) -> None:
    top = made(bare, {"a.md": TEXT})
    expected = {}
    for number in range(40):
        one = made(bare, {"a.md": f"one {number}\n{TEXT}"}, top)
        two = made(bare, {"a.md": f"{TEXT}two {number}\n"}, top)
        text = f"one {number}\n{TEXT}two {number}\n"
        top = made(bare, {"a.md": text}, one, two)
        oid = git(bare, "rev-parse", f"{top}:a.md").encode()
        expected[top] = [oid]
    found = merged(repository)
    assert {merge: [page.oid for page in pages] for merge, pages in found.items()} == expected


def test_where_a_text_is_missing_ids_are_told_and_other_merges_whole(
    bare: Path, repository: Repository
) -> None:
    root = made(bare, {"a.md": TEXT})
    ends = [made(bare, {"a.md": f"{n}\n{TEXT}"}, root) for n in range(4)]
    broken = made(bare, {"a.md": f"01\n{TEXT}"}, ends[0], ends[1])
    whole = made(bare, {"a.md": f"23\n{TEXT}"}, ends[2], ends[3])
    made(bare, {"a.md": f"23\n{TEXT}"}, broken, whole)
    lost = git(bare, "rev-parse", f"{broken}:a.md")
    assert {page.hunks is None for page in merged(repository)[broken]} == {False}
    repository.close()
    _lose(bare, lost)
    found = merged(repository)
    assert [(page.oid.decode(), page.hunks) for page in found[broken]] == [(lost, None)]
    assert found[whole][0].hunks


def _lose(repository: Path, oid: str) -> None:
    """Make every object a file of its own, and lose one of them."""
    for pack in (repository / "objects" / "pack").glob("*.pack"):
        moved = pack.rename(repository / pack.name)
        git(repository, "unpack-objects", "-q", stdin=moved.read_bytes())
    (repository / "objects" / oid[:2] / oid[2:]).unlink()


@pytest.mark.parametrize("size", [1, 3, 1 << 16])
def test_answers_are_whole_however_they_arrive(
    bare: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("wiki.git.diffing._CHUNK", size)
    first = made(bare, {"a.md": "\1\n a\1\n"})
    second = made(bare, {"a.md": "\1\nb\n"}, first)
    asked = Asked(bare, ("diff-tree", "--stdin", "-p", "-U0", "--root"))
    for oid in (first, second, first):
        asked.ask(oid)
    answers = [asked.answer() or b"" for _ in range(3)]
    asked.close()
    assert [answer[:40].decode() for answer in answers] == [first, second, first]
    assert answers[0] == answers[2]
    assert answers[0].endswith(b"+\1\n+ a\1\n")
    assert answers[1].endswith(b"- a\1\n+b\n")
