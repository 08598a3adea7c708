"""Objects and branches written byte by byte, as no git would make them but a hostile import may."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

Entry = tuple[bytes, bytes, str]
"""Mode as it stands in the tree, name, object id."""

MISSING = "1" * 40
ANN = b"Ann <ann@example.org> 1700000000 +0000"


class Planter:
    """Writes loose objects and moves branches of one bare repository, checking nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def object(self, kind: str, data: bytes) -> str:
        """Write an object; its id."""
        whole = b"%s %d\0%s" % (kind.encode(), len(data), data)
        oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        file = self.path / "objects" / oid[:2] / oid[2:]
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.write_bytes(zlib.compress(whole, 1))
        return oid

    def blob(self, content: bytes = b"# here\n") -> str:
        return self.object("blob", content)

    def tree(self, entries: Sequence[Entry], *, in_order: bool = True) -> str:
        """A folder of exactly these entries, sorted as git wants them (or not)."""
        rows = sorted(entries, key=_git_order) if in_order else entries
        return self.object(
            "tree", b"".join(b"%s %s\0%s" % (m, n, bytes.fromhex(o)) for m, n, o in rows)
        )

    def files(self, files: dict[bytes, bytes]) -> str:
        """A folder of plain files."""
        return self.tree([(b"100644", name, self.blob(text)) for name, text in files.items()])

    def commit(
        self,
        tree: str,
        parents: Sequence[str] = (),
        *,
        author: bytes = ANN,
        committer: bytes = ANN,
        message: bytes = b"planted\n",
        headers: bytes = b"",
    ) -> str:
        """A commit object with these very bytes in its header."""
        lines = b"tree %s\n" % tree.encode()
        lines += b"".join(b"parent %s\n" % parent.encode() for parent in parents)
        lines += b"author %s\ncommitter %s\n%s\n%s" % (author, committer, headers, message)
        return self.object("commit", lines)

    def head(self, branch: str = "main") -> str:
        return (self.path / "refs/heads" / branch).read_text().strip()

    def move(self, commit: str, branch: str = "main") -> str:
        """Point the branch to a commit, as a push would."""
        file = self.path / "refs/heads" / branch
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{commit}\n")
        return commit


def _git_order(entry: Entry) -> bytes:
    mode, name, _ = entry
    return name + b"/" if mode in {b"40000", b"040000"} else name
