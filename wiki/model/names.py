"""Names of spaces, pages and files: what may be created, and when two names are the same.

What an imported repository already contains is read as it is; these rules bind whoever creates
something new, through any door.
"""

from __future__ import annotations

import re
import unicodedata

from wiki.errors import NameInvalid

PAGE_SUFFIXES = (".md", ".markdown", ".mdwn")
"""Endings of files that are pages; new pages get the first."""

FOLDER_PAGES = ("readme", "index", "home")
"""Stems (case-folded) of the page that stands for its folder, in order of precedence."""

MAX_SEGMENT_BYTES = 200
MAX_PATH_BYTES = 800
MAX_DEPTH = 16

_SPACE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_WINDOWS_DEVICES = frozenset(
    {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"com{n}" for n in range(1, 10)),
        *(f"lpt{n}" for n in range(1, 10)),
    }
)
_GIT_SHORT_NAME = re.compile(r"git~\d+", re.IGNORECASE)
_MODULES_SHORT_NAME = re.compile(r"(?:gitmod|gi[0-9a-f]{4})~\d+", re.IGNORECASE)
# What HFS+ leaves out of names, so that ".g\u200cit" is ".git" there.
_HFS_IGNORES = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_FORBIDDEN = '<>:"|?*\\'
# Characters git and HFS+ ignore in names, and those that turn the direction of writing.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Joiners are letters' business in Persian, Indic scripts and emoji, but only between characters.
_JOINERS = "\u200c\u200d"


def is_page_path(path: str) -> bool:
    """Whether a file of this path is a page (by its ending, outside ``.strata``-like folders)."""
    return path.lower().endswith(PAGE_SUFFIXES) and not is_hidden(path)


def is_hidden(path: str) -> bool:
    """Whether the wiki leaves this file or folder alone: a part of its path begins with a dot."""
    return any(segment.startswith(".") for segment in path.split("/"))


def page_name(path: str) -> str:
    """A page's name in URLs and links: its path without the Markdown ending."""
    lowered = path.lower()
    for suffix in PAGE_SUFFIXES:
        if lowered.endswith(suffix):
            return path[: -len(suffix)]
    return path


def page_file(name: str) -> str:
    """The file that a new page of this name is kept in."""
    return name + PAGE_SUFFIXES[0]


def name_key(name: str) -> str:
    """Two names with one key are the same name to a person (NFC, case folded)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_space_name(name: str) -> str:
    """The name, if a space may bear it.

    Raises:
        NameInvalid: it is not 1–64 small ASCII letters, digits and inner hyphens.
    """
    if not _SPACE_NAME.fullmatch(name):
        raise NameInvalid(
            name, "a space's name is made of small letters a–z, digits and hyphens, at most 64."
        )
    return name


def check_page_name(name: str) -> str:
    """The name of a new page in NFC, if a page may bear it.

    Raises:
        NameInvalid: with the reason.
    """
    name = check_file_path(name)
    if name.lower().endswith(PAGE_SUFFIXES):
        raise NameInvalid(name, "leave out the ending; the wiki adds .md itself.")
    return name


def check_file_path(path: str) -> str:
    """The path of a new file in NFC, if a file may bear it.

    Raises:
        NameInvalid: empty, too long or deep, unsafe or unportable, with the reason.
    """
    path = unicodedata.normalize("NFC", path)
    if not path.strip():
        raise NameInvalid(path, "it is empty.")
    if not _encodable(path):
        raise NameInvalid(path, "it contains bytes that are no text in UTF-8.")
    if len(path.encode()) > MAX_PATH_BYTES:
        raise NameInvalid(path, f"it is longer than {MAX_PATH_BYTES} bytes.")
    segments = path.split("/")
    if len(segments) > MAX_DEPTH:
        raise NameInvalid(path, f"it lies more than {MAX_DEPTH} folders deep.")
    for segment in segments:
        reason = _segment_fault(segment)
        if reason:
            raise NameInvalid(path, reason)
    return path


def pushed_path_fault(path: str) -> str:
    """Why a path that a commit made elsewhere brings cannot be taken, as ``NameInvalid`` says it; or "".

    The rules of ``check_file_path``, but for what is common in repositories and harmless: names that
    begin with a dot, and lock files. Bytes that are no UTF-8 are surrogates.
    """
    segments = path.split("/")
    own = next((segment for segment in segments if is_gits_own(segment)), None)
    if own is not None:
        return "it is, or looks to some computer like, a name that git keeps for itself."
    if not _encodable(path):
        return "it contains bytes that are no text in UTF-8."
    if unicodedata.normalize("NFC", path) != path:
        return "its letters are composed in a way (not NFC) that other computers write differently."
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes."
    if len(segments) > MAX_DEPTH:
        return f"it lies more than {MAX_DEPTH} folders deep."
    for segment in segments:
        plain = segment.lstrip(".").removesuffix(".lock") or segment
        reason = _segment_fault(plain)
        if reason:
            return reason
    return ""


def is_gits_own(segment: str) -> bool:
    """Whether a part of a path is ``.git`` or ``.gitmodules`` on any computer: in other capitals, with what
    Windows leaves off the end or takes for a stream, with what macOS leaves out, or as a short name."""
    plain = segment.translate(_HFS_IGNORES).casefold()
    plain = plain.split(":", 1)[0].rstrip(" .")
    if plain in {".git", ".gitmodules"}:
        return True
    return bool(_GIT_SHORT_NAME.fullmatch(plain) or _MODULES_SHORT_NAME.fullmatch(plain))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _segment_fault(segment: str) -> str:
    """Why this part of a path is refused, or ""."""
    stem = segment.split(".", 1)[0].strip().casefold()
    faults = (
        (not segment, "it has an empty part: check the slashes."),
        (
            len(segment.encode()) > MAX_SEGMENT_BYTES,
            f"a part is longer than {MAX_SEGMENT_BYTES} bytes.",
        ),
        (segment in {".", ".."}, "“.” and “..” are not names."),
        (segment.startswith("."), "a part may not begin with a dot."),
        (segment.startswith("-"), "a part may not begin with a hyphen."),
        (segment != segment.strip(), "a part may not begin or end with a space."),
        (segment.endswith("."), "a part may not end with a dot."),
        (bool(_GIT_SHORT_NAME.match(segment)), "it looks like git's own folder."),
        (any(c in _FORBIDDEN for c in segment), f"it may not contain any of {_FORBIDDEN}"),
        (_has_invisible(segment), "it contains control or invisible characters."),
        (stem in _WINDOWS_DEVICES, "Windows keeps that name for a device."),
        (segment.casefold().endswith(".git"), "a part may not end with “.git”."),
        (segment.casefold().endswith(".lock"), "a part may not end with “.lock”."),
    )
    return next((reason for fault, reason in faults if fault), "")


def _has_invisible(segment: str) -> bool:
    for index, character in enumerate(segment):
        if character in _JOINERS and 0 < index < len(segment) - 1 and not segment.isascii():
            neighbours = segment[index - 1] + segment[index + 1]
            if not neighbours.isascii():
                continue
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            return True
    return False
