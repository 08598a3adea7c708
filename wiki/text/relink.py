"""Links follow the pages they lead to: the text of a page after others (or itself) have moved."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from wiki.model import PAGE_SUFFIXES, page_name
from wiki.text.links import FoundLink, candidates, joined, locate_links

Exists = Callable[[str], str | None]
"""The path of the page or file (before the move) that a candidate names; None if there is none."""


def rewrite_links(
    source: str, from_path: str, moved: Mapping[str, str], exists: Exists | None = None
) -> str:
    """The page's text with its links leading where ``moved`` (old path → new path) says.

    ``from_path`` is the page's path before the move; if it moves itself, links relative to its
    folder are corrected too. Only targets are changed, byte for byte; a link that means something
    else first (``exists``) is left alone.
    """
    lookup = exists or _lookup_in(moved)
    here = moved.get(from_path, from_path)
    parts: list[str] = []
    done = 0
    for found in locate_links(source):
        target = _new_target(found, from_path, here, moved, lookup)
        if target is not None and target != source[found.start : found.end]:
            start, end = _span(source, found)
            parts += (source[done:start], target)
            done = end
    return "".join((*parts, source[done:])) if parts else source


def _lookup_in(moved: Mapping[str, str]) -> Exists:
    by_name = {page_name(path): path for path in moved}
    return lambda name: name if name in moved else by_name.get(name)


def _span(source: str, found: FoundLink) -> tuple[int, int]:
    """The target's place without fragment and query."""
    if found.style == "wiki":
        return found.start, found.end
    written = source[found.start : found.end]
    cut = min(
        (at for at in (written.find("#"), written.find("?")) if at >= 0), default=len(written)
    )
    return found.start, found.start + len(written[:cut].rstrip())


def _new_target(
    found: FoundLink, from_path: str, here: str, moved: Mapping[str, str], lookup: Exists
) -> str | None:
    """The target to write, or None to leave the link alone."""
    if found.link.space:
        return None
    old = next(filter(None, map(lookup, candidates(found.link, from_path))), None)
    if old is None:
        # Unknown files are still found from the new folder if their own place is plain.
        if found.style == "wiki" or _folder(here) == _folder(from_path):
            return None
        old = joined(_folder(from_path), found.link.target)
        if not old or found.link.target.startswith("/"):
            return None
    new = moved.get(old, old)
    if new == old and _means(found, here, old, lookup, moved):
        return None
    return _written(found, here, old, new)


def _means(found: FoundLink, here: str, old: str, lookup: Exists, moved: Mapping[str, str]) -> bool:
    """Whether the link as it is, read at the page's new place, still leads to ``old``."""
    names = candidates(found.link, here)
    if found.style != "wiki" and not found.link.target.startswith("/"):
        # Elsewhere than in this wiki, a relative link is read from its page's folder only.
        names = tuple(n for n in names if n in _read_strictly(found, here))
    first = next((path for path in map(lookup, names) if path and path not in moved), None)
    return first == old or (first is None and (old in names or page_name(old) in names))


def _read_strictly(found: FoundLink, here: str) -> tuple[str, str]:
    path = joined(_folder(here), found.link.target)
    return path, page_name(path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _written(found: FoundLink, here: str, old: str, new: str) -> str:
    """The new path in the manner the author wrote the old one."""
    written = found.link.target
    keeps_ending = written.lower().endswith(PAGE_SUFFIXES)
    if not keeps_ending and old.lower().endswith(PAGE_SUFFIXES):
        new = page_name(new)
    if found.style == "wiki":
        return _as_wiki(written, here, new)
    path = "/" + new if written.startswith("/") else relative(_folder(here), new)
    if written.startswith("./") and not path.startswith("../"):
        path = "./" + path
    if found.style == "angle":
        return path.replace("<", "%3C").replace(">", "%3E")
    if found.style == "html":
        return html.escape(quote(path, safe="/!$&'()*+,;=:@~ "))
    return _quoted(path)


def _as_wiki(written: str, here: str, new: str) -> str:
    if written.startswith("/"):
        return "/" + new
    folder = _folder(here)
    if folder and "/" not in written and new.startswith(folder + "/"):
        return new[len(folder) + 1 :]
    return new


def _quoted(path: str) -> str:
    """A path as a bare target: what would end or change it is percent-encoded, letters stay."""
    return re.sub(r"[\s()<>\"'\\%#?&\[\]`*_~$]|[\x00-\x1f]", lambda m: _percent(m[0]), path)


def _percent(character: str) -> str:
    if character in "_~'&*$":
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogateescape"))


def relative(folder: str, path: str) -> str:
    """``path`` as seen from ``folder``."""
    base = folder.split("/") if folder else []
    parts = path.split("/")
    shared = 0
    while shared < min(len(base), len(parts) - 1) and base[shared] == parts[shared]:
        shared += 1
    return "/".join([".."] * (len(base) - shared) + parts[shared:])
