"""Edits that meet: whose a change is that came in between, what a decision leaves out of it, and texts
whose common origin is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wiki.errors import PageNotFound, RevisionNotFound, StrataError
from wiki.model import Collision, ConflictHunk, Viewer, page_name
from wiki.services import policy
from wiki.services.drafting import called_now, changed_since, steps_since
from wiki.services.pages import find_page
from wiki.services.people import people_of
from wiki.services.policy import Action
from wiki.services.proposal_decisions import Decision
from wiki.services.proposals import ProposalView
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import author_of, has_base, the_head
from wiki.text.align import align
from wiki.text.editable import to_text
from wiki.text.headings import section
from wiki.text.left_out import Resolved, left_out
from wiki.text.merge import split_lines
from wiki.text.tokens import tokens


@dataclass(frozen=True, slots=True)
class Others:
    """Who else changed a page, the latest first; ``oneself`` if nobody did but the viewer, elsewhere.

    ``steps`` tell who added which words, as far as it is not plain who did.
    """

    names: tuple[str, ...] = ()
    oneself: bool = False
    steps: tuple[tuple[str, Counter[str]], ...] = ()

    def whose(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those of them who wrote these words; all where that cannot be told of every word."""
        left, found = Counter(words), set()
        for name, added in self.steps:
            if left & added:
                found.add(name)
                left -= added
        return tuple(name for name in self.names if not left and name in found) or self.names

    def at(self, place: ConflictHunk) -> tuple[str, ...]:
        """Those who wrote what the other side has at a place; all where it only took away."""
        return self.whose(Counter(tokens(place.theirs)) - Counter(tokens(place.base)))


def others(wiki: Wiki, viewer: Viewer, space: Space, name: str, base: str) -> Others:
    """Those who changed a page since it had the text ``base``; nobody where that cannot be told."""
    try:
        since = changed_since(wiki, space, name, base)
        own = _own_name(wiki, viewer, space) if viewer.signed_in else None
    except StrataError:
        return Others()
    people = since.people if since is not None else ()
    names = tuple(each for each in people if each != own)
    steps = tuple(_steps(wiki, space, name, base)) if len(people) > 1 else ()
    return Others(names, bool(people) and not names, steps)


def _own_name(wiki: Wiki, viewer: Viewer, space: Space) -> str:
    return people_of(space, wiki.settings).person(author_of(wiki, viewer)).name


def _steps(wiki: Wiki, space: Space, name: str, base: str) -> Iterator[tuple[str, Counter[str]]]:
    """Who added which words to a page since, the latest first."""
    path = find_page(space, called_now(space, name))
    try:
        for who, old, new in steps_since(wiki, space, path or "", base):
            before, after = (
                Counter(tokens(to_text(space.repository.read_blob(oid)).text)) if oid else Counter()
                for oid in (old, new)
            )
            yield who, after - before
    except StrataError:  # all of them are named then
        return


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Words that stand nowhere in what was decided for a page, and the names of those who wrote them."""

    path: str
    words: tuple[str, ...]
    whose: tuple[str, ...]


def left_behind(
    wiki: Wiki, viewer: Viewer, view: ProposalView, decisions: Sequence[Decision]
) -> list[LeftBehind]:
    """What decisions on the colliding pages of a proposal leave out of what others wrote: in the space
    since the proposal was begun, or in the proposal."""
    collisions = {each.path: each for each in view.collisions}
    found: list[LeftBehind] = []
    for decision in decisions:
        collision = collisions.get(decision.path)
        if collision is None or collision.theirs_oid != decision.over:
            continue  # it is to be looked at anew
        base, here, there = collision.base or "", collision.theirs or "", collision.mine or ""
        result = {"ours": here, "theirs": there}.get(decision.choice, decision.text)
        in_space = left_out([Resolved(base, there, here, result)])
        proposed = left_out([Resolved(base, here, there, result)])
        here_since = _since(wiki, viewer, view, decision.path) if in_space else Others()
        if in_space and not here_since.oneself:
            found.append(LeftBehind(decision.path, in_space, here_since.whose(in_space)))
        if proposed and not view.own:
            found.append(LeftBehind(decision.path, proposed, view.proposal.authors))
    return found


def _since(wiki: Wiki, viewer: Viewer, view: ProposalView, path: str) -> Others:
    """Who changed a page since a proposal was begun."""
    repository = view.space.repository
    began = repository.merge_base(the_head(view.space), view.proposal.tip)
    entry = repository.entry(began, path) if began else None
    return others(wiki, viewer, view.space, page_name(path), entry.oid if entry else "")


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
