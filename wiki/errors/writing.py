"""What cannot be saved or pushed as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wiki.errors.base import StrataError, megabytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wiki.model import Collision


class EditConflict(StrataError):
    """Others changed the same lines since the editor opened the page; nothing was saved."""

    def __init__(self, collisions: Sequence[Collision], head: str) -> None:
        names = ", ".join(collision.path for collision in collisions)
        super().__init__(
            f"Somebody changed the same lines of {names} while you were editing. "
            "Nothing is lost: look at both versions, choose, and save again."
        )
        self.collisions, self.head = tuple(collisions), head


class FolderChanged(StrataError):
    """Something in a folder is not as it was when the folder was read; nothing was moved."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"Somebody changed what lies in “{folder}” since you read it. Nothing is moved: read it again, then try "
            "once more."
        )
        self.folder = folder


class ContentRefused(StrataError):
    """The text itself cannot be saved (conflict markers left in it, no valid UTF-8…)."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"“{path}” was not saved: {reason}")
        self.path, self.reason = path, reason


class NotEditable(ContentRefused):
    """The file is no text that an editor could show and save again as it was."""

    def __init__(self, path: str, reason: str) -> None:
        StrataError.__init__(self, f"“{path}” cannot be edited here: {reason}")
        self.path, self.reason = path, reason


class TooLarge(StrataError):
    def __init__(self, what: str, size: int, limit: int) -> None:
        has, allowed = megabytes(size), megabytes(limit)
        if has == allowed:
            has = f"more than {has}"
        super().__init__(f"{what} has {has}; the limit is {allowed}. Split it, or make it smaller.")
        self.size, self.limit = size, limit


class TypeRefused(StrataError):
    def __init__(self, name: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"“{name}” is of a kind that cannot be attached. Allowed are: {', '.join(allowed)}."
        )
        self.name, self.allowed = name, tuple(allowed)


class NothingToSave(StrataError):
    """The edit changes nothing; the page stays as it is and no commit is made."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed, so there is nothing to save.")


class PushRefused(StrataError):
    """A push brings what may not come in; nothing of it is kept.

    ``reasons`` are sentences, each naming the path or commit it is about and what to do.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


class PushTooSlow(PushRefused):
    def __init__(self, seconds: float) -> None:
        took = f"Looking through this push took more than {seconds:g} seconds."
        super().__init__([f"{took} Nothing was changed. Push fewer commits at a time."])
