"""New folders from old ones: only those along the changed paths are written anew.

Every other entry keeps its bytes, whatever some foreign git once wrote there. On the way the names of
new files and folders are held against their neighbours': two that differ only in capitals or in how
their letters are composed would be one file on many of the computers that clone the space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from wiki.errors import NameInvalid, NameTaken
from wiki.git.objects import ObjectStore
from wiki.git.treeformat import (
    FILE,
    ParsedTree,
    RawEntry,
    is_folder,
    mode_of,
    splice,
)
from wiki.git.trees import to_bytes, to_text
from wiki.model import PAGE_SUFFIXES, is_page_path, name_key, page_name

_EMPTY = ParsedTree()
_PAGE_ENDINGS = tuple(suffix.encode() for suffix in PAGE_SUFFIXES)
_REGULAR = 0o100000
_GIT_IGNORES = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))

Changes = Mapping[str, str | None]
"""Paths of files with the id of their new blob, or None to remove them."""


@dataclass(frozen=True, slots=True)
class _Node:
    """What becomes of one name in a folder: of the file itself, and of what lies below it."""

    own: tuple[str | None, ...]
    below: dict[bytes, _Node]


class Splicer:
    """Applies changes to the tree of a commit, handing each new tree to ``write``."""

    def __init__(self, store: ObjectStore, write: Callable[[str, bytes], str]) -> None:
        self._store, self._write = store, write

    def apply(self, root: str | None, changes: Changes) -> str:
        """The id of the new root tree.

        Raises:
            NameInvalid: a new path is unsafe in any clone.
            NameTaken: a file stands where a folder is needed or the other way round, or a new name
                differs from a neighbour's only in spelling.
            RepositoryDamaged: a folder on the way cannot be read.
        """
        top = _Node((), {})
        for path, oid in changes.items():
            _plant(top, path, oid)
        return self._folder(root, top.below, "") or self._write("tree", b"")

    def _folder(self, oid: str | None, nodes: Mapping[bytes, _Node], prefix: str) -> str:
        """Write the folder anew; "" if nothing is left in it."""
        tree = self._store.tree(oid) if oid else _EMPTY
        changes = {
            name: self._entry(name, tree.by_name.get(name), node, prefix)
            for name, node in nodes.items()
        }
        spliced = splice(tree, changes)
        new_names = [n for n, e in changes.items() if e is not None and n not in tree.by_name]
        if new_names and _may_have_twins(new_names, tree):
            _refuse_twins(new_names, spliced.by_name, prefix)
        if not spliced.entries:
            return ""
        new = self._write("tree", spliced.raw)
        self._store.remember_tree(new, spliced)
        return new

    def _entry(
        self, name: bytes, current: RawEntry | None, node: _Node, prefix: str
    ) -> RawEntry | None:
        path = prefix + to_text(name)
        is_there = current is not None and is_folder(current)
        wanted = node.own[0] if node.own else None
        if wanted is not None:
            if node.below or is_there:
                raise NameTaken(path, path)
            return _file_entry(name, current, wanted, path)
        if not node.below:
            return current if is_there else None
        in_the_way = current is not None and not is_there and not node.own
        if in_the_way:
            raise NameTaken(f"{path}/{to_text(next(iter(node.below)))}", path)
        oid = current[2].hex() if current is not None and is_there else None
        new = self._folder(oid, node.below, path + "/")
        if not new:
            return None
        if oid is None:
            _refuse_unsafe(path, to_text(name))
        mode = current[0] if current is not None and is_there else b"40000"
        return mode, name, bytes.fromhex(new)


def _plant(top: _Node, path: str, oid: str | None) -> None:
    *folders, last = to_bytes(path).split(b"/")
    nodes = top.below
    for folder in folders:
        nodes = nodes.setdefault(folder, _Node((), {})).below
    nodes[last] = _Node((oid,), nodes[last].below if last in nodes else {})


def _file_entry(name: bytes, current: RawEntry | None, oid: str, path: str) -> RawEntry:
    """The entry with its mode kept, unless it was no regular file (a symlink must not get text)."""
    if current is None:
        _refuse_unsafe(path, to_text(name))
    kept = current is not None and mode_of(current) & 0o170000 == _REGULAR
    mode = current[0] if current is not None and kept else b"%o" % FILE
    return mode, name, bytes.fromhex(oid)


def _refuse_unsafe(path: str, name: str) -> None:
    """The least that any git must be spared; what people may call a page is the model's business."""
    plain = name.translate(_GIT_IGNORES).casefold().rstrip(" .")
    stem = plain.split(":")[0].rstrip(" .")
    if name in {"", ".", ".."} or "\0" in name or "\\" in name or len(to_bytes(name)) > 255:
        raise NameInvalid(path, "a part of it is empty, too long or not portable.")
    if stem == ".git" or (stem.startswith("git~") and stem[4:].isdigit()):
        raise NameInvalid(path, "it looks like git's own folder.")


def _may_have_twins(new: list[bytes], before: ParsedTree) -> bool:
    """A quick look, sure only when it says no: at the bytes of the whole folder at once."""
    keys = {key for name in new for key in _keys(name)}
    if len(keys) < sum(len(_keys(name)) for name in new):
        return True
    if not b"".join(before.by_name).isascii():
        return True
    lowered = before.raw.lower()
    return any(
        b" %s\0" % (key.rstrip("/").encode("utf-8", "surrogateescape") + ending) in lowered
        for key in keys
        for ending in (_PAGE_ENDINGS if key.endswith("/") else (b"",))
    )


def _refuse_twins(new: list[bytes], present: Iterable[bytes], prefix: str) -> None:
    wanted: dict[str, bytes] = {}
    for name in new:
        for key in _keys(name):
            if key in wanted:
                raise NameTaken(prefix + to_text(name), prefix + to_text(wanted[key]))
            wanted[key] = name
    added = set(new)
    for name in present:
        if name in added:
            continue
        for key in _keys(name):
            if key in wanted:
                raise NameTaken(prefix + to_text(wanted[key]), prefix + to_text(name))


def _keys(name: bytes) -> set[str]:
    """Under which a name counts as taken: itself, and the page it is, whatever its ending."""
    text = to_text(name)
    keys = {name_key(text)}
    if is_page_path(text):
        keys.add(name_key(page_name(text)) + "/")
    return keys
