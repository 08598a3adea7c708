"""What a push brings, read from objects that wait apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.planting import Planter
from tests.git.conftest import put
from wiki.errors import GitFailed, PushTooSlow
from wiki.git import Repository
from wiki.git.headers import read_header
from wiki.git.incoming import LARGEST_COMMIT, Incoming
from wiki.git.rawdiff import RawCommit, RawEntry, parse_changes
from wiki.model.pushing import PushedEntry

TOKENS = [
    b"1" * 40,
    b":000000 100644 " + b"0" * 40 + b" " + b"1" * 40 + b" A",
    b"::",
    b"a.md",
    b"\n:",
]


@pytest.fixture
def waiting(tmp_path: Path) -> Planter:
    (tmp_path / "incoming/objects").mkdir(parents=True)
    return Planter(tmp_path / "incoming")


def looking(repository: Repository, waiting: Planter, seconds: float = 60) -> Incoming:
    return Incoming(repository.path, waiting.path / "objects", seconds=seconds)


def entries(incoming: Incoming, tip: str) -> dict[str, PushedEntry]:
    return {entry.path: entry for part in incoming.brought([tip]) for entry in part.entries}


def test_only_what_no_reference_leads_to_is_new(repository: Repository, waiting: Planter) -> None:
    here = put(repository, "a.md", b"old\n")
    one = waiting.commit(waiting.files({b"a.md": b"new\n", b"b.md": b"12345"}), [here])
    two = waiting.commit(waiting.files({b"b.md": b"12345"}), [one])
    with looking(repository, waiting) as incoming:
        assert incoming.count([two], 9) == 2
        assert incoming.count([two], 1) == 1
        assert incoming.is_ancestor(here, two)
        assert not incoming.is_ancestor(two, here)
        assert incoming.kind(two) == "commit"
        assert incoming.kind("1" * 40) == ""
        parts = list(incoming.brought([two, one]))
        assert [commit.oid for part in parts for commit in part.commits] == [one, two]
        found = [(e.commit, e.path, e.mode, e.is_new, e.size) for p in parts for e in p.entries]
        assert found == [
            (one, "a.md", 0o100644, False, 4),
            (one, "b.md", 0o100644, True, 5),
            (two, "a.md", 0, False, None),
        ]
        changes = incoming.changed(here, two)
        assert sorted(changes.paths) == ["a.md", "b.md"]
        assert changes.names == {"": {"b.md"}}
    # A second look at what was fetched but not taken in: still new.
    with Incoming(repository.path, waiting.path / "objects", seconds=60) as incoming:
        assert incoming.merge_base(here, two) == here
        assert incoming.merge_base(here, waiting.commit(waiting.files({}), [])) == ""


def test_what_stands_in_names_and_messages_is_never_taken_for_something_else(
    repository: Repository, waiting: Planter
) -> None:
    names = [b":100644 100644 1 2 M", b"1" * 40, b"line\nend.md", b"caf\xe9.md", b'"quoted"', b"-x"]
    message = b"%s\n\n:000000 100644 x y A\tz\n" % (b"2" * 40)
    tip = waiting.commit(waiting.files(dict.fromkeys(names, b"x")), [], message=message)
    with looking(repository, waiting) as incoming:
        found = entries(incoming, tip)
        assert set(found) == {name.decode("utf-8", "surrogateescape") for name in names}
        assert incoming.count([tip], 9) == 1


@given(st.lists(st.binary() | st.sampled_from(TOKENS)), st.binary())
def test_b005_no_output_and_no_header_is_too_strange(tokens: list[bytes], raw: bytes) -> None:
    for found in parse_changes(tokens):
        assert isinstance(found, RawCommit | RawEntry)
    assert read_header("1" * 40, (), raw).size == len(raw)
    assert read_header("1" * 40, (), b"author " + raw).flaws


def test_headers_of_any_size_and_kind_are_read(repository: Repository, waiting: Planter) -> None:
    tree = waiting.files({b"a.md": b"x"})
    large = waiting.commit(tree, [], message=b"x" * (LARGEST_COMMIT + 1))
    strange = waiting.commit(tree, [large], author=b"nobody", message=b"a\0b")
    with looking(repository, waiting) as incoming:
        (part,) = incoming.brought([strange])
    told = {commit.oid: commit for commit in part.commits}
    assert told[large].message > LARGEST_COMMIT
    assert told[large].flaws == ()
    assert len(told[strange].flaws) == 2
    assert told[strange].author_time is None


def test_d013_whoever_takes_too_long_is_ended(repository: Repository, waiting: Planter) -> None:
    tip = waiting.commit(waiting.files({b"a.md": b"x"}), [])

    def look_for_ever() -> None:
        while True:
            list(incoming.brought([tip]))

    with looking(repository, waiting, seconds=0.1) as incoming, pytest.raises(PushTooSlow):
        look_for_ever()
    assert all(git.poll() is not None for git in incoming._running)


def test_objects_that_are_missing_are_told(repository: Repository, waiting: Planter) -> None:
    tip = waiting.commit("1" * 40, ["2" * 40])
    with looking(repository, waiting) as incoming, pytest.raises(GitFailed):
        list(incoming.brought([tip]))
    with looking(repository, waiting) as incoming, pytest.raises(GitFailed):
        incoming.changed("", tip)
