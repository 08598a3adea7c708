"""Many commits at once: a stream in the words of ``git fast-import``, built by a pure function.

For histories that are made, not lived: the demo space and large tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wiki.git import process
from wiki.git.commitformat import clean_name
from wiki.model import Author


@dataclass(frozen=True, slots=True)
class NewVersion:
    """One commit to come. Commits are named by their place in the stream, from 1.

    ``files`` holds what changes against the first parent: bytes, or None for a file that goes;
    a file that moves goes in one place and comes in the other. ``parents`` are earlier places
    (none: a first commit). Times are UTC seconds, offsets minutes east of UTC.
    """

    author: Author
    author_time: int
    author_offset: int
    committer: Author
    commit_time: int
    message: str
    files: Mapping[str, bytes | None]
    parents: tuple[int, ...] = field(default=())


def fast_import_stream(versions: Iterable[NewVersion], branch: str) -> Iterator[bytes]:
    """The stream that puts the versions, the last one on top, onto a new branch."""
    place = 0
    for place, version in enumerate(versions, 1):
        yield _commit(version, place, f"refs/strata/import/{place}")
    if place:
        yield f"reset refs/heads/{branch}\nfrom :{place}\n\n".encode()
        for number in range(1, place + 1):
            yield f"reset refs/strata/import/{number}\nfrom {'0' * 40}\n\n".encode()
    yield b"done\n"


def import_versions(path: Path, branch: str, versions: Iterable[NewVersion]) -> None:
    """Write the versions into the empty bare repository at ``path``.

    Raises:
        GitFailed, StorageFull, StorageReadOnly: nothing is on the branch then.
    """
    stream = b"".join(fast_import_stream(versions, branch))
    process.run(["fast-import", "--quiet", "--done", "--date-format=raw"], path, stdin=stream)


def _commit(version: NewVersion, place: int, ref: str) -> bytes:
    lines = [
        f"commit {ref}",
        f"mark :{place}",
        f"author {_who(version.author)} {version.author_time} {_zone(version.author_offset)}",
        f"committer {_who(version.committer)} {version.commit_time} +0000",
    ]
    message = version.message.encode()
    parts = ["\n".join(lines).encode() + b"\n", _data(message)]
    for word, parent in zip(
        ("from", *["merge"] * len(version.parents)), version.parents, strict=False
    ):
        parts.append(f"{word} :{parent}\n".encode())
    for name, content in sorted(
        version.files.items(), key=lambda item: (item[1] is not None, item[0])
    ):
        quoted = _quoted(name)
        if content is None:
            parts.append(b"D " + quoted + b"\n")
        else:
            parts.append(b"M 100644 inline " + quoted + b"\n" + _data(content))
    parts.append(b"\n")
    return b"".join(parts)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _who(author: Author) -> str:
    return f"{clean_name(author.name)} <{clean_name(author.email)}>"


def _zone(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"' + escaped.encode("utf-8", "surrogateescape") + b'"'
