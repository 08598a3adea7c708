"""What merges made of pages: git's combined differences, read into one row a page."""

from __future__ import annotations

from collections.abc import Callable

from wiki.model.patches import MergedPage

COMBINED = ("-c", "-p", "-U0", "--raw", "--no-abbrev", "-M", "-C", "-l1000", "--combined-all-paths")
"""How ``git log`` is asked: renames are looked for against each parent, as ``git blame`` does."""

_SECTION = b"\ndiff --combined "


def merged_pages(text: bytes, page_at: Callable[[bytes], str]) -> list[MergedPage]:
    """The pages of one merge whose text is that of none of its parents.

    ``page_at`` tells the path that a name in git's output stands for, "" if it is no page's.
    """
    raw, *sections = text.split(_SECTION)
    bodies = {section.partition(b"\n")[0]: section for section in sections}
    found = []
    for line in raw.split(b"\n"):
        page = _page(line, bodies, page_at) if line[:2] == b"::" else None
        if page is not None:
            found.append(page)
    return found


def _page(
    line: bytes, bodies: dict[bytes, bytes], page_at: Callable[[bytes], str]
) -> MergedPage | None:
    facts, *names = line.split(b"\t")
    words = facts.split(b" ")
    parents = len(words[0]) - len(words[0].lstrip(b":"))
    path = page_at(names[-1])
    if not path or len(words) != 2 * parents + 3 or len(names) != parents + 1:
        return None
    modes, ids = words[: parents + 1], words[parents + 1 : -1]
    modes[0] = modes[0].lstrip(b":")
    texts = [
        oid if mode[:3] == b"100" and oid.strip(b"0") else b""
        for mode, oid in zip(modes, ids, strict=True)
    ]
    old = tuple(page_at(name) for name in names[:-1])
    before = tuple(text if name else b"" for text, name in zip(texts, old, strict=False))
    return MergedPage(path, before, texts[-1], old, _hunks(bodies.get(names[-1], b""), parents))


def _hunks(section: bytes, parents: int) -> list[bytes] | None:
    """The combined hunks, each beginning behind its first ``@``s; None if git compared no texts."""
    hunks = section.split(b"\n" + b"@" * (parents + 1) + b" ")
    return hunks[1:] or None
