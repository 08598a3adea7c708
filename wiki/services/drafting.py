"""Drafts in their spaces: keeping them, what became of their pages meanwhile, and catching up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from wiki.errors import (
    ContentRefused,
    EditConflict,
    RevisionNotFound,
    StrataError,
    TooLarge,
)
from wiki.model import Collision, Viewer, page_file, page_name
from wiki.model.drafts import Draft, DraftPlace, Typed
from wiki.services import policy
from wiki.services.drafts import AtWork, Kept
from wiki.services.elsewhere import gently
from wiki.services.history import known_commit
from wiki.services.pages import find_page, read_base, whole_text
from wiki.services.people import people_of
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import SUMMARY_CHARACTERS, has_base, the_head
from wiki.text.diff import Diff, diff_lines
from wiki.text.editable import to_bytes, to_text
from wiki.text.headings import section
from wiki.text.merge import merge3
from wiki.text.refine import refine

NAME_CHARACTERS = 4000
_VERSIONS = 30
_SETTLING = 8
"""So many times a page's size is what a form holds in which edits are settled: what each side says,
what was there before, and what was written by hand."""
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Since:
    """What happened to a page since a text of it was opened.

    ``count`` changes by ``people`` (the latest first), or ``more`` than those; ``old`` and ``new``
    are the versions between which they lie, and ``oid`` the id of the text as it is now ("" and
    ``deleted``: there is none). ``name`` is what the page is called now.
    """

    name: str
    oid: str
    count: int = 0
    more: bool = False
    people: tuple[str, ...] = ()
    old: str = ""
    new: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One of a person's drafts in their list. Without ``space`` they may not edit there any more."""

    draft: Draft
    space: Space | None
    since: Since | None


@dataclass(frozen=True, slots=True)
class DraftView:
    """What saving a draft would change in its page as it is now; where it ``collides`` with what others
    saved, what its author changed. ``diff`` is None if that cannot be told.
    """

    row: DraftRow
    diff: Diff | None
    collides: bool = False


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """A text merged with what others saved meanwhile, and the base it now has."""

    text: str
    base: str
    anchor: str


def keep(wiki: Wiki, viewer: Viewer, typed: Typed) -> Kept:
    """Keep what somebody types in an editor, for themselves.

    Raises:
        As ``Drafts.keep``; SpaceNotFound, SignInNeeded, NotAllowed: they may not edit there.
        TooLarge, ContentRefused: no database could keep such a text.
    """
    place = typed.place
    wiki.space(viewer, place.space)
    policy.allow(viewer, Action.EDIT, place.space, wiki.settings)
    size = len(typed.text.encode("utf-8", "surrogatepass"))
    limit = wiki.settings.limits.page_bytes
    if size > limit:
        raise TooLarge("This draft", size, limit)
    if len(typed.settling) > _SETTLING * limit:
        raise TooLarge("This draft", len(typed.settling), _SETTLING * limit)
    words = (place.part, typed.name, typed.text, typed.summary, typed.settling)
    if any(_UNKEPT.search(text) for text in words):
        raise ContentRefused(
            place.page or typed.name.encode("utf-8", "replace").decode(),
            "it contains a character that no text may contain.",
        )
    longest = max(len(place.page), len(place.part), len(typed.name))
    if longest > NAME_CHARACTERS or len(typed.summary) > SUMMARY_CHARACTERS:
        raise ContentRefused(place.page[:80] or typed.name[:80], "a name or summary is too long.")
    if typed.base and not has_base(typed.base):
        raise RevisionNotFound(typed.base)
    return wiki.drafts.keep(viewer, typed)


def others_at(wiki: Wiki, viewer: Viewer, space_name: str, name: str) -> tuple[AtWork, ...]:
    """Who else writes at this page now; nobody for those who may not edit it."""
    if not name or not viewer.signed_in:
        return ()
    if not policy.may(viewer, Action.EDIT, space_name, wiki.settings):
        return ()
    return wiki.drafts.others(viewer, space_name, name)


def called_now(space: Space, name: str) -> str:
    """What a page is called now, if it was renamed; else ``name``."""
    if find_page(space, name) is not None:
        return name
    path = gently(partial(space.history.redirect, page_file(name)), None)
    return page_name(path) if path else name


def changed_since(wiki: Wiki, space: Space, name: str, base: str) -> Since | None:
    """What others did to a page since it had the text ``base``; None if it still has it."""
    if not has_base(base):
        return None
    path = find_page(space, called_now(space, name))
    entry = space.repository.entry(the_head(space), path) if path else None
    if path is None or entry is None:
        return Since(name, "", deleted=True)
    if entry.oid == base:
        return None
    return gently(partial(_told, wiki, space, path, entry.oid, base), Since(name, entry.oid))


def mine(wiki: Wiki, viewer: Viewer) -> list[DraftRow]:
    """All drafts of the viewer, the latest first."""
    return [_row(wiki, viewer, draft) for draft in wiki.drafts.of(viewer)]


def under_earlier_name(wiki: Wiki, viewer: Viewer, space: Space, place: DraftPlace) -> Draft | None:
    """The viewer's draft of a page (or section) from before it was renamed to what it is called now."""
    for draft in wiki.drafts.of(viewer, space.name):
        old = draft.place
        may_be = old.page and old.page != place.page and old.part == place.part
        if may_be and called_now(space, old.page) == place.page:
            return draft
    return None


def of_new_pages(wiki: Wiki, viewer: Viewer, space_name: str) -> list[Draft]:
    """The viewer's drafts of pages still to be made in this space."""
    drafts = wiki.drafts.of(viewer, space_name)
    return [draft for draft in drafts if not (draft.place.page or draft.place.proposal)]


def compare(wiki: Wiki, viewer: Viewer, draft: Draft) -> DraftView:
    """What saving a draft would change; a page still to be made has nothing to compare with."""
    row = _row(wiki, viewer, draft)
    if row.space is None or not draft.place.page:
        return DraftView(row, None)
    space, place = row.space, draft.place
    part = "" if draft.settling else place.part
    now = DraftPlace(place.space, called_now(space, place.page), part)
    try:
        caught = catch_up(wiki, viewer, now, draft.text, draft.base)
        present = _part(_present(space, now.page), "", part and caught.anchor).text
        return DraftView(row, diff_lines(present, caught.text))
    except EditConflict:
        began = _part(to_text(read_base(space, draft.base) or b"").text, "", part).text
        return DraftView(row, diff_lines(began, draft.text), collides=True)
    except StrataError:
        return DraftView(row, None)


def catch_up(wiki: Wiki, viewer: Viewer, place: DraftPlace, text: str, base: str) -> CaughtUp:
    """Merge a text being written with what others saved since its base; nothing is saved.

    Raises:
        EditConflict: both changed the same lines, or the page was deleted.
        RevisionNotFound: ``base`` is no text of this space.
    """
    space = wiki.space(viewer, place.space)
    policy.allow(viewer, Action.EDIT, place.space, wiki.settings)
    data = read_base(space, base)
    since = changed_since(wiki, space, place.page, base)
    if since is None or data is None:
        return CaughtUp(text, base, place.part)
    whole = whole_text(space, base, place.part, text) if place.part else text
    path = find_page(space, since.name) or page_file(since.name)
    mine, old = _exact(to_bytes(whole, data)), _exact(data)
    if since.deleted:
        raise EditConflict([Collision(path, old, mine, None, "", ())], the_head(space))
    theirs = _exact(space.repository.read_blob(since.oid))
    merged = merge3(old, mine, theirs)
    if merged.text is None:
        was, ours, others = (_shown(each) for each in (old, mine, theirs))
        hunks = refine(merge3(was, ours, others).hunks)
        collision = Collision(path, was, ours, others, since.oid, hunks)
        raise EditConflict([collision], the_head(space))
    return _part(to_text(_bytes(merged.text)).text, since.oid, place.part)


def _part(text: str, base: str, anchor: str) -> CaughtUp:
    found = section(text, anchor) if anchor else None
    if found is None:
        return CaughtUp(text, base, "")
    return CaughtUp(text[found.start : found.end], base, anchor)


def _row(wiki: Wiki, viewer: Viewer, draft: Draft) -> DraftRow:
    place = draft.place
    try:
        space = wiki.space(viewer, place.space)
        policy.allow(viewer, Action.EDIT, place.space, wiki.settings)
    except StrataError:
        return DraftRow(draft, None, None)
    try:
        return DraftRow(draft, space, changed_since(wiki, space, place.page, draft.base))
    except StrataError:  # the space is damaged; the draft is not
        return DraftRow(draft, space, None)


def _present(space: Space, name: str) -> str:
    """A page's text as it is now; "" for one that is not there."""
    path = find_page(space, name)
    entry = space.repository.entry(the_head(space), path) if path else None
    return to_text(space.repository.read_blob(entry.oid)).text if entry else ""


def _told(wiki: Wiki, space: Space, path: str, oid: str, base: str) -> Since:
    people = people_of(space, wiki.settings)
    names: dict[str, None] = {}
    count, new, old = 0, "", ""
    for commit, each in _versions(space, path):
        if each == base:
            old = commit
            break
        new = new or commit
        count += 1
        names[people.person(known_commit(space, commit).author).name] = None
    return Since(page_name(path), oid, count, not old, tuple(names), old, new)


def steps_since(wiki: Wiki, space: Space, path: str, base: str) -> Iterator[tuple[str, str, str]]:
    """Who made a page's text of which other, the latest first: a name, and both texts' ids; none if
    nobody knows the steps back to ``base``."""
    people = people_of(space, wiki.settings)
    found = []
    for commit, oid in _versions(space, path):
        found.append((commit, oid))
        if oid == base:
            break
    else:
        return
    for (commit, new), (_, old) in pairwise(found):
        yield people.person(known_commit(space, commit).author).name, old, new


def _versions(space: Space, path: str) -> Iterator[tuple[str, str]]:
    """The last versions of a page with the ids of their texts ("": none), the latest first."""
    for commit, called in space.history.versions(path, limit=_VERSIONS):
        try:
            entry = space.repository.entry(commit, called)
        except StrataError:
            return
        yield commit, entry.oid if entry is not None else ""


def _exact(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _shown(text: str) -> str:
    return _bytes(text).decode("utf-8", "replace")
