"""Who may do what, for every role and setting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wiki.config import People, Settings
from wiki.errors import NotAllowed, SignInNeeded
from wiki.model import ANONYMOUS, Role, Viewer
from wiki.services.policy import Action, allow, may

OPEN = Settings()
CLOSED = replace(OPEN, people=People(anonymous_reading=False))
FREE = replace(OPEN, people=People(anonymous_editing=True))
WRITING = {Action.EDIT, Action.DELETE, Action.ATTACH}


def allowed(viewer: Viewer, settings: Settings) -> set[Action]:
    return {action for action in Action if may(viewer, action, "handbook", settings)}


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.NOBODY, set()),
        (Role.READER, {Action.READ, Action.PROPOSE}),
        (Role.EDITOR, {Action.READ, Action.PROPOSE, *WRITING}),
        (Role.ADMIN, set(Action)),
    ],
)
def test_roles(role, actions):
    for settings in (OPEN, CLOSED, FREE):
        assert allowed(Viewer("ann", role), settings) == actions


def test_anonymous_people_do_what_the_settings_say():
    assert allowed(ANONYMOUS, OPEN) == {Action.READ}
    assert allowed(ANONYMOUS, CLOSED) == set()
    assert allowed(ANONYMOUS, FREE) == {Action.READ, *WRITING}


def test_refusals_say_what_to_do():
    with pytest.raises(SignInNeeded, match="Sign in to edit pages"):
        allow(ANONYMOUS, Action.EDIT, "handbook", OPEN)
    with pytest.raises(NotAllowed, match="administrator"):
        allow(Viewer("ann", Role.READER), Action.EDIT, "handbook", OPEN)
    allow(Viewer("ann", Role.EDITOR), Action.EDIT, "handbook", OPEN)
