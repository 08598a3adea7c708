"""Writing pages: create, edit whole or by section, delete. One save is one commit.

Every function takes the base it was made from (the id of the blob the person had read, "" for a
new page); what others did meanwhile is merged, and where lines collide ``EditConflict`` tells both
texts and nothing is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wiki.errors import (
    ContentRefused,
    NameTaken,
    NotEditable,
    PageNotFound,
    RepositoryDamaged,
    RevisionNotFound,
    TooLarge,
)
from wiki.model import (
    FileWrite,
    Met,
    Saved,
    TreeEntry,
    Viewer,
    check_page_name,
    is_page_path,
    page_file,
    page_name,
)
from wiki.services import policy
from wiki.services.elsewhere import gently
from wiki.services.placing import FOLDER, SUBMODULE, SYMLINK
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import commit, has_base, the_head
from wiki.text.editable import to_bytes, to_text
from wiki.text.headings import section
from wiki.text.merge import has_conflict_markers


@dataclass(frozen=True, slots=True)
class EditForm:
    """A page opened for editing.

    ``base`` is "" for a new page. ``anchor`` names the section, if only that was opened; ``text`` is
    then the section's. ``faithful`` is False if some bytes of the file are no UTF-8.
    """

    space: str
    name: str
    path: str
    text: str
    base: str
    anchor: str = ""
    faithful: bool = True


def open_for_editing(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, anchor: str = ""
) -> EditForm:
    """The page (or one of its sections) as an editor shows it; an empty form for a new page.

    Raises:
        SpaceNotFound, SignInNeeded, NotAllowed, NameInvalid: for a new page of a bad name.
        PageNotFound: the section is not there any more.
        NotEditable: the file is a link to another one, or no text.
    """
    space = _writable(wiki, viewer, space_name)
    path = find_page(space, name)
    if path is None:
        checked = check_page_name(name)
        return EditForm(space.name, checked, page_file(checked), "", "")
    entry = space.repository.entry(the_head(space), path)
    if entry is None:
        raise PageNotFound(space_name, name)
    data = space.repository.read_blob(entry.oid)
    _check_editable(entry, data)
    shown = to_text(data)
    text = shown.text
    if anchor:
        found = section(text, anchor)
        if found is None:
            raise PageNotFound(space_name, f"{name}#{anchor}")
        text = text[found.start : found.end]
    return EditForm(
        space.name, page_name(path), path, text, entry.oid, anchor, faithful=shown.faithful
    )


def save_page(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    name: str,
    text: str,
    base: str,
    summary: str = "",
    *,
    met: Met = "",
) -> Saved:
    """Create or change a page. ``met`` tells how a meeting with others' changes was settled.

    Raises:
        EditConflict: others changed the same lines since ``base``.
        NameTaken: a new page's name exists already, perhaps in another spelling.
        NameInvalid, TooLarge, ContentRefused, NothingToSave, SpaceBusy, StorageFull…: as they say.
    """
    space = _writable(wiki, viewer, space_name)
    write = page_write(wiki, space, name, text, base)
    return commit(wiki, viewer, space, (write,), summary or default_summary(write), met=met)


def page_write(wiki: Wiki, space: Space, name: str, text: str, base: str) -> FileWrite:
    """The file that a page's new text becomes, checked; whoever calls has asked ``policy``.

    Raises:
        As ``save_page``, but for what only the head at the moment of saving can tell.
    """
    path = _path_to_write(space, name, base)
    data = read_base(space, base)
    head = space.repository.head()
    entry = space.repository.entry(head, path) if head is not None else None
    if entry is not None:
        _check_editable(entry, data or b"")
    content = to_bytes(text, data)
    check_content(wiki, path, text, content)
    return FileWrite(path, content, base)


def default_summary(write: FileWrite) -> str:
    """What a history says of a change whose author said nothing."""
    return f"{'Edit' if write.base else 'Create'} {page_name(write.path)}"


def save_section(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    name: str,
    anchor: str,
    text: str,
    base: str,
    summary: str = "",
) -> Saved:
    """Change one section: the rest of the page stays as it was in ``base``, then is merged.

    Raises:
        As ``save_page``; RevisionNotFound if ``base`` has no such section.
    """
    space = _writable(wiki, viewer, space_name)
    whole = whole_text(space, base, anchor, text)
    return save_page(wiki, viewer, space_name, name, whole, base, summary or f"Edit {name}")


def whole_text(space: Space, base: str, anchor: str, text: str) -> str:
    """The page's text as of ``base``, with one section replaced."""
    data = read_base(space, base)
    page = to_text(data).text if data is not None else ""
    found = section(page, anchor)
    if found is None:
        raise RevisionNotFound(f"{base}#{anchor}")
    text = text.replace("\r\n", "\n")
    follows = page[found.end :]
    if follows and not text.endswith("\n"):
        text += "\n"
    return page[: found.start] + text + follows


def delete_page(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, base: str, reason: str = ""
) -> Saved:
    """Take a page away; its history stays, and ``undoing.restore`` brings it back.

    Raises:
        EditConflict: somebody changed it since ``base``.
        PageNotFound: there is no such page.
        RevisionNotFound: ``base`` is the id of nothing.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.DELETE, space_name, wiki.settings)
    if base and not has_base(base):
        raise RevisionNotFound(base)
    path = find_page(space, name)
    if path is None:
        raise PageNotFound(space_name, name)
    message = reason or f"Delete {page_name(path)}"
    return commit(wiki, viewer, space, (FileWrite(path, None, base),), message)


def find_page(space: Space, name: str) -> str | None:
    """The file of the page of this name as it is now at the head; None if there is none."""
    head = space.repository.head()
    if head is None:
        return None
    row = gently(lambda: space.catalogue.page(name), None)
    path = row.path if row is not None and page_name(row.path) == page_name(name) else None
    if path is not None and _is_page(space, head, path):
        return path
    # The catalogue may be a moment behind, or be built just now: the tree knows.
    found = (f"{name}{suffix}" for suffix in ("", ".md", ".markdown", ".mdwn"))
    return next((p for p in found if _is_page(space, head, p)), None)


def read_base(space: Space, base: str) -> bytes | None:
    """The bytes a form was made from; None for a new page.

    Raises:
        RevisionNotFound: ``base`` is no file of this repository.
    """
    if not base:
        return None
    if not has_base(base):
        raise RevisionNotFound(base)
    try:
        return space.repository.read_blob(base)
    except RepositoryDamaged as damaged:
        raise RevisionNotFound(base) from damaged


def _writable(wiki: Wiki, viewer: Viewer, space_name: str) -> Space:
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    return space


def _path_to_write(space: Space, name: str, base: str) -> str:
    """The file to write. A page renamed since ``base`` is followed to where it is now."""
    path = find_page(space, name)
    if path is not None:
        if not base:
            raise NameTaken(name, page_name(path))
        return path
    if not base:
        return page_file(check_page_name(name))
    moved = gently(lambda: space.history.redirect(page_file(name)), None)
    if moved is not None:
        return moved
    # Deleted meanwhile: saved() sees that the base is gone and lets the person decide.
    return page_file(name)


def _check_editable(entry: TreeEntry, data: bytes) -> None:
    """Saving what an editor shows of such a file would make another file of it."""
    if entry.mode == SYMLINK:
        raise NotEditable(entry.path, "it is a link that leads to another file. Edit that one.")
    if b"\x00" in data:
        raise NotEditable(
            entry.path,
            "it holds bytes that are no text. Change it in the program it was made with.",
        )


def check_content(wiki: Wiki, path: str, text: str, content: bytes) -> None:
    """What any page must be, whoever writes it and through whatever door.

    Raises:
        TooLarge, ContentRefused: with the reason.
    """
    limit = wiki.settings.limits.page_bytes
    if len(content) > limit:
        raise TooLarge("This page", len(content), limit)
    if "\x00" in text:
        raise ContentRefused(path, "it contains a character (NUL) that no text may contain.")
    if re.search(r"[\ud800-\udfff]", text):
        raise ContentRefused(path, "it contains half characters that cannot be written as UTF-8.")
    line = has_conflict_markers(text)
    if line is not None:
        raise ContentRefused(
            path,
            f"line {line} still has the marks of a conflict (<<<<<<<). Choose between the two "
            "versions there and remove the marks.",
        )


def _is_page(space: Space, head: str, path: str) -> bool:
    entry = space.repository.entry(head, path)
    return entry is not None and entry.mode not in {FOLDER, SUBMODULE} and is_page_path(path)
