"""May this person do this? The one gate for every door: browser, API and push ask here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from wiki.config import Settings
from wiki.errors import NotAllowed, SignInNeeded
from wiki.model import Role, Viewer


class Action(Enum):
    """What somebody may want to do; the value ends the sentence “You may not …”."""

    READ = "read this wiki"
    PROPOSE = "propose changes"
    EDIT = "edit pages"
    DELETE = "delete or restore pages"
    ATTACH = "attach files"
    ADMINISTER = "administer this wiki"


_NEEDED = {
    Action.READ: Role.READER,
    Action.PROPOSE: Role.READER,
    Action.EDIT: Role.EDITOR,
    Action.DELETE: Role.EDITOR,
    Action.ATTACH: Role.EDITOR,
    Action.ADMINISTER: Role.ADMIN,
}


ADMINISTERED = frozenset({".mailmap", ".strata/reports.toml", ".strata/teams.toml"})
"""Files that say whom reports show, and how: whatever door they are changed through, that is administering."""


def allow_writing(viewer: Viewer, paths: Iterable[str], space: str, settings: Settings) -> None:
    """Let files be written, or refuse it: the right to edit alone does not reach those of ``ADMINISTERED``.

    Raises:
        SignInNeeded, NotAllowed: as ``allow``.
    """
    if not ADMINISTERED.isdisjoint(paths):
        allow(viewer, Action.ADMINISTER, space, settings)


def allow(viewer: Viewer, action: Action, space: str, settings: Settings) -> None:
    """Let the action pass, or refuse it. ``space`` is "" for what concerns the whole wiki.

    Raises:
        SignInNeeded: nobody is signed in, and that would have to be.
        NotAllowed: the account's role does not suffice.
    """
    if may(viewer, action, space, settings):
        return
    if not viewer.signed_in:
        raise SignInNeeded(action.value)
    raise NotAllowed(action.value)


def may(viewer: Viewer, action: Action, space: str, settings: Settings) -> bool:  # noqa: ARG001 - roles within spaces come with charters; every caller names the space already
    """Whether ``allow`` would let the action pass. Whoever proposes says who they are."""
    if action is Action.PROPOSE and (viewer.read_only or not viewer.signed_in):
        return False
    return _role(viewer, settings) >= _NEEDED[action]


def _role(viewer: Viewer, settings: Settings) -> Role:
    """The viewer's role, or what the settings grant to everybody."""
    people = settings.people
    if viewer.signed_in:
        return min(viewer.role, Role.READER) if viewer.read_only else viewer.role
    if people.anonymous_editing:
        return Role.EDITOR
    return Role.READER if people.anonymous_reading else Role.NOBODY
