"""A space's charter: what it is for, told to everybody, changed in the browser by those who may edit.

The charter is a file of the space (``.strata/charter.toml``): a change is one version with its author,
made from the version its form was opened with. What others changed meanwhile is kept entry by entry;
where both changed the same entry, ``EditConflict`` tells so and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from wiki.errors import NothingToSave
from wiki.model import Charter, FileWrite, Purpose, Saved, Viewer
from wiki.services import policy
from wiki.services.pages import read_base
from wiki.services.policy import Action
from wiki.services.space import CHARTER, Space
from wiki.services.space_files import space_file
from wiki.services.wiki import Wiki
from wiki.services.writing import commit
from wiki.text.charter import read_charter, written_charter


@dataclass(frozen=True, slots=True)
class OpenedCharter:
    """The charter as it is; ``base`` is the version a change is made from ("" if there is none)."""

    charter: Charter
    base: str


def open_charter(space: Space) -> OpenedCharter:
    """The charter at the branch's head."""
    file = space_file(space, CHARTER)
    return OpenedCharter(read_charter(file.text), file.oid)


def save_charter(
    wiki: Wiki, viewer: Viewer, space_name: str, charter: Charter, base: str, reason: str = ""
) -> Saved:
    """Write the charter as one version.

    Raises:
        SignInNeeded, NotAllowed: the viewer may not edit here.
        EditConflict: somebody else changed the same entry since ``base``.
        RevisionNotFound: ``base`` is the id of nothing.
        NothingToSave: it says so already.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    before = (read_base(space, base) or b"").decode("utf-8", "replace")
    now = space_file(space, CHARTER)
    if now.oid != base:
        merged = merged_charter(read_charter(before), charter, read_charter(now.text))
        if merged is not None:
            charter, base, before = merged, now.oid, now.text
    text = written_charter(before, charter)
    if text == before:
        raise NothingToSave
    write = FileWrite(CHARTER, text.encode(), base, mergeable=False)
    return commit(wiki, viewer, space, (write,), reason or "Change what this space is for")


def merged_charter(base: Charter, mine: Charter, theirs: Charter) -> Charter | None:
    """Both changes together, entry by entry; None where both changed one entry, differently."""
    titles = base.title, mine.title, theirs.title
    if _both_changed(*titles):
        return None
    changed: dict[str, object] = {}
    for field in fields(Purpose):
        entries = tuple(getattr(one.purpose, field.name) for one in (base, mine, theirs))
        if _both_changed(*entries):
            return None
        changed[field.name] = entries[2] if entries[1] == entries[0] else entries[1]
    title = theirs.title if mine.title == base.title else mine.title
    return Charter(title, Purpose(**changed))  # type: ignore[arg-type]


def _both_changed(base: object, mine: object, theirs: object) -> bool:
    return mine != theirs and base not in (mine, theirs)
