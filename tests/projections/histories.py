"""Random histories, made as real repositories by plain git and by the wiki's own saves."""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from wiki.errors import EditConflict, NameTaken, NothingToSave
from wiki.git import Repository, create
from wiki.model import Author, Edit, FileWrite

COMMITTER = Author("Wiki", "wiki@example.org")
AUTHORS = [
    Author("Ada Lovelace", "ada@example.org"),
    Author("Grace Hopper", "grace@example.org"),
    Author("José Ñandú", "jose@example.org"),
    Author("李小龍", "li@example.org"),
]
NAMES = [
    "Home.md", "home.md", "README.md", "guide/index.md", "guide/Setup.md", "guide/setup.md",
    "guide/deep/Über.md", "a.md", "b.md", "c.md", "a/b.md", "logo.png", "guide/data.csv",
    ".strata/charter.toml", "日本.md", "caf\udce9.md", "old name.markdown",
]  # fmt: skip
WORDS = "river stone wind ember field harbour lantern meadow quarry timber".split()

Files = dict[str, bytes]


def git(repository: Path, *arguments: str, stdin: bytes | None = None) -> str:
    """What plain git prints, without anybody's configuration."""
    environment = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["git", "-C", str(repository), "-c", "core.fsync=none", *arguments],
        input=stdin, capture_output=True, check=True, env=environment,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def push(
    repository: Path, files: Files, parents: list[str], *,
    message: str = "Push", author: Author = AUTHORS[0], at: int = 1_600_000_000,
    ref: str = "refs/heads/side",
) -> str:  # fmt: skip
    """A commit of exactly these files, as a push would bring it; its id."""
    who = f"{author.name} <{author.email}> {at} +0100"
    lines = [f"reset {ref}\n".encode(), b"\n", f"commit {ref}\nmark :1\n".encode()]
    lines += [f"author {who}\ncommitter {who}\n".encode(), _data(message.encode())]
    lines += [f"{'merge' if i else 'from'} {oid}\n".encode() for i, oid in enumerate(parents)]
    lines.append(b"deleteall\n")
    for path, content in files.items():
        name = path.encode("utf-8", "surrogateescape")
        lines.append(b"M 100644 inline " + _quoted(name) + b"\n" + _data(content))
    lines.append(b"get-mark :1\n")  # its id, on the standard output
    options = ("--quiet", "--force", "--date-format=raw-permissive")
    return git(repository, "fast-import", *options, stdin=b"".join(lines))


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(name: bytes) -> bytes:
    return (
        b'"'
        + b"".join(b"\\%03o" % c if c > 126 or c in b'"\\' else bytes([c]) for c in name)
        + b'"'
    )


@dataclass
class RandomHistory:
    """A repository that grows: side branches, merges in both directions, saves in the browser."""

    path: Path
    seed: int
    files: dict[str, Files] = field(default_factory=dict)
    sides: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        create(self.path)
        self.repository = Repository(self.path, name="r", committer=COMMITTER)
        self._time = 1_500_000_000

    @property
    def head(self) -> str:
        head = self.repository.head()
        assert head is not None
        return head

    def grow(self) -> None:
        """One more step: something that people do."""
        if self.repository.head() is None:
            self._move(self._commit({"Home.md": b"# Home\n\nwelcome\n"}, []))
            return
        steps = [self._push_on_main, self._push_aside, self._fork, self._merge, self._save]
        self.random.choices(steps, weights=[4, 4, 1, 2, 3])[0]()

    def rewrite(self) -> None:
        """Throw away the last commits, as only an administrator can."""
        first = git(self.path, "rev-list", "--max-parents=0", self.head).split()[0]
        self.sides.clear()
        self._move(self._commit(self._changed(self._files(first)), [first]))

    def bring_in_again(self) -> None:
        """What is there now, or some of it, as the beginning of another history that will be merged."""
        files = self._changed(self._files(self.head))
        self.sides.append(self._commit(files, []))

    # -- steps ------------------------------------------------------------------------------

    def _push_on_main(self) -> None:
        head = self.head
        for _ in range(self.random.randint(1, 3)):
            head = self._commit(self._changed(self._files(head)), [head])
        self._move(head)

    def _push_aside(self) -> None:
        if not self.sides:
            return self._fork()
        index = self.random.randrange(len(self.sides))
        tip = self.sides[index]
        self.sides[index] = self._commit(self._changed(self._files(tip)), [tip])
        return None

    def _fork(self) -> None:
        commits = git(self.path, "rev-list", self.head).split()
        start = self.random.choice(commits)
        self.sides.append(self._commit(self._changed(self._files(start)), [start]))

    def _merge(self) -> None:
        if not self.sides:
            return
        side = self.sides.pop(self.random.randrange(len(self.sides)))
        parents = [self.head, side]
        # A colleague who pulls and pushes: the wiki's commits come in as the second parent.
        self.random.shuffle(parents)
        merged = self._merged(*parents)
        self._move(self._commit(merged, parents, "Merge"))

    def _save(self) -> None:
        head = self.head
        path = self.random.choice(["a.md", "guide/Setup.md", "new page.md", "Home.md"])
        entry = self.repository.entry(head, path)
        edit = Edit(
            files=(FileWrite(path, self._text(), entry.oid if entry else ""),),
            author=self.random.choice(AUTHORS), message=self.random.choice(WORDS), door="web",
            account="ada", author_time=self._tick(),
        )  # fmt: skip
        try:
            self.repository.save(edit)
        except (EditConflict, NameTaken, NothingToSave):
            return

    # -- making commits ---------------------------------------------------------------------

    def _changed(self, files: Files) -> Files:
        changed = dict(files)
        for _ in range(self.random.choice([1, 1, 1, 2, 4])):
            self._change(changed)
        return changed

    def _change(self, files: Files) -> None:
        chance = self.random.random()
        path = self.random.choice(sorted(files)) if files else ""
        free = [name for name in NAMES if name not in files]
        target = self.random.choice(free) if free else path
        if not path or chance < 0.3:
            files[target] = self._text()
        elif chance < 0.55:
            files[path] = files[path] + self._text()
        elif chance < 0.65:
            del files[path]
        elif chance < 0.8:
            files[target] = files.pop(path) + (b"" if self.random.random() < 0.6 else b"more\n")
        elif chance < 0.85:
            files[target] = files[path]
        else:
            earlier = self._files(self.random.choice(sorted(self.files)))
            if path in earlier:
                files[path] = earlier[path]
        _make_room(files)

    def _merged(self, one: str, other: str) -> Files:
        mine, theirs = self._files(one), self._files(other)
        merged: Files = {}
        for path in sorted({*mine, *theirs}):
            sides = [mine.get(path), theirs.get(path)]
            content = self.random.choice(sides)
            if all(side is not None for side in sides) and self.random.random() < 0.2:
                content = b"".join(side for side in sides if side is not None)
            if content is not None:
                merged[path] = content
        _make_room(merged)
        return merged or {"Home.md": b"again\n"}

    def _commit(self, files: Files, parents: list[str], message: str = "") -> str:
        message = message or self.random.choice(["Edit", "", "Fix\n\nThis reverts commit 1234567."])
        if self.random.random() < 0.2:
            message += "\n\nCo-authored-by: Grace Hopper <grace@example.org>\n"
        author = self.random.choice(AUTHORS)
        oid = push(self.path, files, parents, message=message, author=author, at=self._tick())
        self.files[oid] = files
        return oid

    def _files(self, oid: str) -> Files:
        if oid not in self.files:
            tree = self.repository.tree(oid)
            self.files[oid] = {entry.path: self.repository.read_blob(entry.oid) for entry in tree}
        return self.files[oid]

    def _text(self) -> bytes:
        links = ["[[a]]", "[b](guide/setup.md)", "[[Über|x]]", "![](logo.png)", ""]
        lines = [
            " ".join(self.random.choices(WORDS, k=6)) for _ in range(self.random.randint(1, 4))
        ]
        head = self.random.choice(["", "# Title\n\n", "---\ntags: [One, two]\n---\n"])
        return (head + "\n".join(lines) + f"\n{self.random.choice(links)}\n").encode()

    def _tick(self) -> int:
        """Clocks of different people: mostly rising, sometimes absurd."""
        self._time += self.random.randint(-50, 4000)
        return self.random.choices([self._time, 5, 4_000_000_000], weights=[30, 1, 1])[0]

    def _move(self, oid: str) -> None:
        git(self.path, "update-ref", "refs/heads/main", oid)


def _make_room(files: Files) -> None:
    """A path cannot be both a file and a folder."""
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        while folder:
            files.pop(folder, None)
            folder = folder.rpartition("/")[0]
