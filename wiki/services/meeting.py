"""Edits that meet: whose a change is that came in between, and texts whose common origin is gone."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.errors import PageNotFound, RevisionNotFound, StrataError
from wiki.model import Collision, ConflictHunk, Viewer
from wiki.services import policy
from wiki.services.drafting import changed_since
from wiki.services.pages import find_page
from wiki.services.people import people_of
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import author_of, has_base, the_head
from wiki.text.align import align
from wiki.text.editable import to_text
from wiki.text.headings import section
from wiki.text.merge import split_lines


@dataclass(frozen=True, slots=True)
class Others:
    """Who else changed a page, the latest first; ``oneself`` if nobody did but the viewer, elsewhere."""

    names: tuple[str, ...] = ()
    oneself: bool = False


def others(wiki: Wiki, viewer: Viewer, space: Space, name: str, base: str) -> Others:
    """Those who changed a page since it had the text ``base``; nobody where that cannot be told."""
    try:
        since = changed_since(wiki, space, name, base)
        own = people_of(space, wiki.settings).person(author_of(wiki, viewer)).name
    except StrataError:
        return Others()
    people = since.people if since is not None else ()
    names = tuple(each for each in people if each != own or not viewer.signed_in)
    return Others(names, oneself=bool(people) and not names)


def deleted_by(wiki: Wiki, space: Space, path: str) -> str:
    """The name of whoever deleted a file last; "" where that cannot be told."""
    try:
        deletion = space.history.deleted(path)
        people = people_of(space, wiki.settings)
        return people.person(deletion.author).name if deletion is not None else ""
    except StrataError:
        return ""


def without_base(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, text: str, anchor: str, base: str
) -> Collision:
    """A text beside the page as it is, where the version it was made from is in the history no more.

    Every difference is a place to be settled, since nobody can tell who made it.

    Raises:
        RevisionNotFound: ``base`` cannot be a version's id, or the page has no such section.
        PageNotFound: there is no such page.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    path = find_page(space, name)
    entry = space.repository.entry(the_head(space), path) if path else None
    if path is None or entry is None:
        raise PageNotFound(space_name, name)
    theirs = to_text(space.repository.read_blob(entry.oid)).text
    mine = text.replace("\r\n", "\n")
    if anchor:
        found = section(theirs, anchor)
        if found is None:
            raise RevisionNotFound(base)
        mine = theirs[: found.start] + mine + theirs[found.end :]
    if not has_base(base):
        raise RevisionNotFound(base)
    return Collision(path, None, mine, theirs, entry.oid, tuple(_differences(mine, theirs)))


def _differences(mine: str, theirs: str) -> list[ConflictHunk]:
    ours, others_lines = split_lines(mine), split_lines(theirs)
    hunks = []
    for tag, i1, i2, j1, j2 in align(others_lines, ours):
        there, here = "".join(others_lines[i1:i2]), "".join(ours[j1:j2])
        if tag == "equal":
            hunks.append(ConflictHunk("same", result=here))
        else:
            hunks.append(ConflictHunk("conflict", mine=here, theirs=there))
    return hunks
