"""Making a proposal through the wiki: new texts of pages, on a branch of their own."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from collections.abc import Sequence

from wiki.errors import ContentRefused
from wiki.model import Edit, FileWrite, Saved, Viewer, check_file_path
from wiki.services import policy
from wiki.services.pages import check_content, default_summary, page_write
from wiki.services.policy import Action
from wiki.services.proposal_places import PREFIX, check_room
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import author_of, one_line

_PLAIN = re.compile(r"[^a-z0-9]+")


def propose(
    wiki: Wiki, viewer: Viewer, space_name: str, files: tuple[FileWrite, ...], message: str
) -> tuple[str, Saved]:
    """Write an edit as a new proposal; its name and its commit. The space itself does not change.

    Raises:
        NotAllowed, SignInNeeded: only who is signed in and may read proposes.
        TooManyProposals: as many wait already as may.
        EditConflict, NameTaken, NothingToSave, ContentRefused, TooLarge: as for a save.
    """
    space = _open_to(wiki, viewer, space_name)
    for file in files:
        check_file_path(file.path)
        if file.content is not None:
            check_content(wiki, file.path, _text(file), file.content)
    return _written(wiki, viewer, space, files, message)


def propose_pages(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    texts: Sequence[tuple[str, str, str]],
    summary: str = "",
) -> tuple[str, Saved]:
    """Propose new texts of pages: for each its name, its text and the version that was read ("" for a new page).

    Raises:
        As ``pages.save_page`` and ``propose``.
    """
    space = _open_to(wiki, viewer, space_name)
    writes = tuple(page_write(wiki, space, name, text, base) for name, text, base in texts)
    return _written(wiki, viewer, space, writes, summary or default_summary(writes[0]))


def _open_to(wiki: Wiki, viewer: Viewer, space_name: str) -> Space:
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.PROPOSE, space_name, wiki.settings)
    check_room(wiki, viewer, space)
    return space


def _written(
    wiki: Wiki, viewer: Viewer, space: Space, files: tuple[FileWrite, ...], message: str
) -> tuple[str, Saved]:
    # Without a folder: somebody's branch of the folder's name would stand in the way.
    parts = (_slug(viewer.account) or "somebody", _slug(message) or "change", secrets.token_hex(4))
    name = "-".join(parts)
    edit = Edit(
        files, author_of(wiki, viewer), one_line(message), viewer.door, viewer.account,
        int(time.time()),
    )  # fmt: skip
    return name, space.repository.propose(edit, PREFIX + name)


def _text(file: FileWrite) -> str:
    try:
        return (file.content or b"").decode()
    except UnicodeDecodeError:
        raise ContentRefused(file.path, "it is no text in UTF-8.") from None


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _PLAIN.sub("-", plain).strip("-")[:40].strip("-")
