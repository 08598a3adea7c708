"""Histories in which the true author of every word is known, because the story that made them says so.

A story keeps, for every page, its words together with the commit that first wrote each. It inserts,
changes, deletes, moves and brings back words, puts pages back to earlier versions, renames, deletes
and restores them, and lets two lines of history run side by side and meet. While they do, one side
writes only in the first half of each page and the other only in the second, so the truth of a merge
is known too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.projections.histories import git
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author

Word = tuple[str, int]
"""A word and the number of the commit that first wrote it."""

Line = list[Word]

MIDDLE: Line = []
"""An empty line parts the halves of a page."""

AUTHORS = [Author(f"Writer {letter}", f"{letter.lower()}@example.org") for letter in "ABCDEFG"]
_START = 1_600_000_000


@dataclass
class Page:
    """A page's halves."""

    top: list[Line]
    bottom: list[Line]

    def copy(self) -> Page:
        return Page([list(line) for line in self.top], [list(line) for line in self.bottom])

    @property
    def lines(self) -> list[Line]:
        return [*self.top, MIDDLE, *self.bottom]

    @property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line]

    def text(self) -> bytes:
        return "".join(" ".join(w for w, _ in line) + "\n" for line in self.lines).encode()


Tree = dict[str, Page]


@dataclass
class Told:
    """A story made into a repository: the true commit of each word of each page at the head."""

    path: Path
    commits: dict[int, str]
    truth: dict[str, list[tuple[str, str]]]


@dataclass
class Story:
    """Made from a seed; ``common`` draws words from a small vocabulary, else each word is used once."""

    seed: int
    common: bool = False
    dice: Random = field(init=False)
    versions: list[NewVersion] = field(default_factory=list)
    trees: dict[int, Tree] = field(default_factory=dict)
    past: dict[str, list[Page]] = field(default_factory=dict)
    gone: dict[str, Page] = field(default_factory=dict)
    cut: dict[str, list[Line]] = field(default_factory=dict)
    touched: list[Line] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)

    # -- the story --------------------------------------------------------------------------

    def tell(self, commits: int) -> None:
        """So many commits, now and then on two lines of history at once."""
        tree: Tree = {}
        head = 0
        while len(self.versions) < commits:
            if tree and self.dice.random() < 0.1:
                head, tree = self._fork(head, tree)
            else:
                head, tree = self._commit(tree, (head,) if head else (), "both")

    def _fork(self, head: int, tree: Tree) -> tuple[int, Tree]:
        """Both sides write, each in its half of the pages; then they meet."""
        ends = []
        for half in ("top", "bottom"):
            side, at = {path: page.copy() for path, page in tree.items()}, head
            for _ in range(self.dice.randint(1, 3)):
                at, side = self._commit(side, (at,), half)
            ends.append((at, side))
        (left, ours), (right, theirs) = ends
        merged = {path: Page(ours[path].top, theirs[path].bottom).copy() for path in tree}
        return self._record(merged, (left, right), ours)

    def _commit(self, tree: Tree, parents: tuple[int, ...], half: str) -> tuple[int, Tree]:
        number = len(self.versions) + 1
        after = {path: page.copy() for path, page in tree.items()}
        if half == "both" and (len(after) < 3 or self.dice.random() < 0.06):
            after[f"page{number}.md"] = Page(self._lines(number, 3), self._lines(number, 3))
        elif half == "both" and self.dice.random() < 0.25:
            self._turn(after)
        else:
            self.touched = []
            pages = sorted(after)
            for path in self.dice.sample(pages, min(len(pages), self.dice.randint(1, 2))):
                self._edit(after, path, number, half)
        return self._record(after, parents, tree)

    def _record(self, after: Tree, parents: tuple[int, ...], before: Tree) -> tuple[int, Tree]:
        number = len(self.versions) + 1
        files: dict[str, bytes | None] = {p: page.text() for p, page in after.items()}
        files |= {path: None for path in before if path not in after}
        same = {p for p, page in after.items() if p in before and before[p].text() == page.text()}
        at = _START + number * 3600
        author = self.dice.choice(AUTHORS)
        kept = {p: content for p, content in files.items() if p not in same}
        self.versions.append(
            NewVersion(author, at, 0, author, at, f"{number}", kept, parents=parents)
        )
        self.trees[number] = after
        for path, page in after.items():
            if path not in same:
                self.past.setdefault(path, []).append(page.copy())
        return number, after

    # -- what happens to whole pages -----------------------------------------------------------

    def _turn(self, tree: Tree) -> None:
        """A page is put back, renamed, deleted or restored."""
        path = self.dice.choice(sorted(tree))
        what = self.dice.choice(["back", "back", "rename", "delete", "restore"])
        if what == "back":
            tree[path] = self.dice.choice(self.past[path]).copy()
        elif what == "rename":
            fresh = f"page{len(self.versions) + 1}-moved.md"
            tree[fresh] = tree.pop(path)
            self.past[fresh] = [page.copy() for page in self.past[path]]
            self.cut[fresh] = self.cut.get(path, [])
        elif what == "delete" and len(tree) > 3:
            self.gone[path] = tree.pop(path)
        elif what == "restore" and self.gone:
            back = self.dice.choice(sorted(self.gone))
            tree.setdefault(back, self.gone.pop(back))

    # -- what happens to words ---------------------------------------------------------------

    def _edit(self, tree: Tree, path: str, number: int, half: str) -> None:
        name = half if half != "both" else self.dice.choice(["top", "bottom"])
        lines: list[Line] = getattr(tree[path], name)
        # Between lines of history that run side by side nothing is moved from page to page.
        what = self.dice.choice(["write", "write", "insert", "change", "cut", "move", "return"])
        if not lines or what == "write":
            at = self.dice.randint(0, len(lines))
            fresh = self._lines(number, self.dice.randint(1, 3))
            self.touched += fresh
            lines[at:at] = fresh
        elif what in {"insert", "change"}:
            self._reword(lines, number, replace=what == "change")
        elif what == "cut" and len(lines) > 2:
            line = lines.pop(self.dice.randrange(len(lines)))
            if half == "both" and not self._is_touched(line):
                self.cut.setdefault(path, []).append(line)
        elif what == "move" and len(lines) > 2:
            target = lines if half != "both" else self._any_half(tree)
            self._move(lines, target)
        elif what == "return" and half == "both" and self.cut.get(path):
            line = self.cut[path].pop(self.dice.randrange(len(self.cut[path])))
            present = {word for page in tree.values() for word in page.words}
            if len(line) >= 4 and not present & set(line):
                self.touched += [line]
                lines.insert(self.dice.randint(0, len(lines)), line)

    def _any_half(self, tree: Tree) -> list[Line]:
        page = tree[self.dice.choice(sorted(tree))]
        return self.dice.choice([page.top, page.bottom])

    def _move(self, lines: list[Line], target: list[Line]) -> None:
        """A line, or the later part of one: never fewer than four words."""
        line = self.dice.choice(lines)
        if self._is_touched(line):
            return
        self.touched += [line]
        if len(line) >= 8 and self.dice.random() < 0.4:
            moved, line[4:] = line[4:], []
            self.touched += [moved]
            target.insert(self.dice.randint(0, len(target)), moved)
        elif len(line) >= 4:
            lines.remove(line)
            target.insert(self.dice.randint(0, len(target)), line)

    def _is_touched(self, line: Line) -> bool:
        """Moved and reworded at once, fewer than four words in a row may be left: nobody could tell."""
        return any(line is other for other in self.touched)

    def _reword(self, lines: list[Line], number: int, *, replace: bool) -> None:
        line = self.dice.choice(lines)
        if self._is_touched(line):
            return
        self.touched += [line]
        at = self.dice.randint(0, len(line))
        until = at + self.dice.randint(1, 3) if replace else at
        line[at:until] = [self._word(number) for _ in range(self.dice.randint(1, 3))]

    def _lines(self, number: int, count: int) -> list[Line]:
        return [[self._word(number) for _ in range(self.dice.randint(5, 11))] for _ in range(count)]

    def _word(self, number: int) -> Word:
        self.made += 1
        if self.common:
            return _VOCABULARY[min(int(self.dice.expovariate(0.02)), len(_VOCABULARY) - 1)], number
        return f"w{self.made}", number

    # -- as a repository -----------------------------------------------------------------------

    def told(self, folder: Path) -> Told:
        """The repository, and the truth about its pages at the head."""
        create(folder)
        import_versions(folder, "main", self.versions)
        log = git(folder, "log", "--format=%H %s", "main").split("\n")
        commits = {int(row.split(" ", 1)[1]): row.split(" ", 1)[0] for row in log if row}
        tree = self.trees[len(self.versions)]
        truth = {p: [(w, commits[n]) for w, n in page.words] for p, page in tree.items()}
        return Told(folder, commits, truth)


_VOCABULARY = [f"common{number}" for number in range(400)]
