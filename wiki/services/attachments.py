"""Files beside pages: upload, replace, delete. They live in the same repository, with a history."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from wiki.errors import FileNotInSpace, NameTaken, TooLarge, TypeRefused
from wiki.model import FileWrite, Saved, Viewer, check_file_path, is_hidden, is_page_path
from wiki.services import policy
from wiki.services.placing import FOLDER, SUBMODULE
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import commit, the_head


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sends it: any name, and its bytes.

    ``size`` in bytes is told of a file too large to be read whole; 0: that of ``content``.
    """

    name: str
    content: bytes
    size: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside pages, and the id of its bytes."""

    path: str
    name: str
    oid: str


def attachment_path(folder: str, name: str) -> str:
    """Where an upload of this name is kept; only the last part of its name counts.

    Raises:
        NameInvalid: the name is unsafe.
    """
    last = PureWindowsPath(PurePosixPath(unicodedata.normalize("NFC", name)).name).name
    return check_file_path(f"{folder}/{last}" if folder else last)


def attach(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    folder: str,
    upload: Upload,
    *,
    replace: str = "",
) -> Saved:
    """Keep a file in a folder. ``replace`` is the blob it takes the place of ("": a new file).

    Raises:
        NameInvalid, NameTaken, TooLarge, TypeRefused, NothingToSave, EditConflict.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.ATTACH, space_name, wiki.settings)
    path = attachment_path(folder, upload.name)
    _check(wiki, path, upload)
    head = space.repository.head()
    if not replace and head is not None and space.repository.entry(head, path) is not None:
        raise NameTaken(path, path)
    verb = "Replace" if replace else "Attach"
    write = FileWrite(path, upload.content, replace, mergeable=False)
    return commit(wiki, viewer, space, (write,), f"{verb} {path}")


def remove_attachment(
    wiki: Wiki, viewer: Viewer, space_name: str, path: str, base: str = ""
) -> Saved:
    """Take a file away; its history stays. ``base`` is the blob that was read ("": whatever is there).

    Raises:
        FileNotInSpace: there is none (pages are deleted as pages, and what is hidden is no file).
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.ATTACH, space_name, wiki.settings)
    entry = space.repository.entry(the_head(space), path)
    hidden = is_hidden(path)
    if entry is None or hidden or entry.mode in {FOLDER, SUBMODULE} or is_page_path(path):
        raise FileNotInSpace(space_name, path)
    write = FileWrite(path, None, base or entry.oid, mergeable=False)
    return commit(wiki, viewer, space, (write,), f"Delete {path}")


def attachments(space: Space, folder: str) -> Sequence[Attachment]:
    """The files of a folder that are no pages, by name."""
    return [
        Attachment(row.path, row.path.rsplit("/", 1)[-1], row.oid)
        for row in space.catalogue.files(folder)
    ]


def _check(wiki: Wiki, path: str, upload: Upload) -> None:
    limits = wiki.settings.limits
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in limits.attachment_types:
        raise TypeRefused(upload.name, limits.attachment_types)
    size = max(upload.size, len(upload.content))
    if size > limits.attachment_bytes:
        raise TooLarge(f"“{upload.name}”", size, limits.attachment_bytes)
