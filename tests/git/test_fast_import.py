from pathlib import Path

from tests.git.conftest import Git
from wiki.git.fast_import import NewVersion, fast_import_stream, import_versions
from wiki.model import Author

ANN = Author("Ann Ünal", "ann@x")


def _version(number: int, files: dict[str, bytes | None], *parents: int) -> NewVersion:
    at = 1_700_000_000 + number
    return NewVersion(ANN, at, -330, Author("Wiki", "w@x"), at + 5, f"m{number}\n", files, parents)


def test_commits_come_out_as_they_were_told(bare: Path, git: Git) -> None:
    import_versions(
        bare,
        "main",
        [
            _version(1, {"a b.md": b"one\n", 'q".md': "ü\n".encode()}),
            _version(2, {"a b.md": None, "deep/c.md": b"one\n"}, 1),
            _version(3, {"side.md": b"s\n"}, 1),
            _version(4, {"side.md": b"s\n"}, 2, 3),
        ],
    )
    told = git("log", "--topo-order", "--reverse", "--format=%an|%ae|%ai|%cn|%ct|%s|%p", "main")
    lines = [line.split("|") for line in told.splitlines()]
    assert lines[0][:6] == [
        "Ann Ünal",
        "ann@x",
        "2023-11-14 16:43:21 -0530",
        "Wiki",
        "1700000006",
        "m1",
    ]
    assert len(lines[-1][6].split()) == 2
    assert git("-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", "-z", "main").split(
        "\0"
    )[:-1] == [
        "deep/c.md",
        'q".md',
        "side.md",
    ]
    assert git("fsck", "--strict", "--no-dangling").strip() == ""


def test_no_other_references_stay(bare: Path, git: Git) -> None:
    import_versions(bare, "trunk", [_version(1, {"a.md": b"x"}), _version(2, {"a.md": b"y"}, 1)])
    assert git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/trunk"]


def test_nothing_makes_nothing() -> None:
    assert b"".join(fast_import_stream([], "main")) == b"done\n"
