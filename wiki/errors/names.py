"""Names that cannot be given, and what is not there under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wiki.errors.base import NotFound, StrataError

if TYPE_CHECKING:
    from collections.abc import Sequence


class NameInvalid(StrataError):
    """A page, folder, attachment or space may not bear this name."""

    def __init__(self, name: str, reason: str) -> None:
        shown = name if len(name) <= 120 else f"{name[:120]}…"
        text = f"“{shown}” cannot be used as a name: {reason}"
        super().__init__(text if name.strip() else "A name is missing. Write one, then try again.")
        self.name, self.reason = name, reason


class NameTaken(StrataError):
    """The name belongs to another page already, perhaps in another spelling."""

    def __init__(self, name: str, existing: str) -> None:
        if name == existing:
            text = f"“{existing}” exists already. Choose another name, or edit that page."
        else:
            text = (
                f"“{name}” differs from the existing “{existing}” only in capitals or in the way "
                "its letters are written. Choose another name, or edit that page."
            )
        super().__init__(text)
        self.name, self.existing = name, existing


class FileTaken(StrataError):
    """A file of this name lies in the folder already, as the page of attachments says it."""

    def __init__(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        place = f"in the folder “{folder}”" if folder else "at the top of this space"
        super().__init__(
            f"There is a file “{name}” {place} already. Give this one another name, or replace that one: "
            "“Replace” stands beside it under “Attachments”."
        )
        self.path = path


class NothingChosen(StrataError):
    """A form to send files was sent without one."""

    def __init__(self) -> None:
        super().__init__("Choose a file first.")


class SpaceNotFound(NotFound):
    def __init__(self, space: str) -> None:
        super().__init__(f"There is no space “{space}” that you may read.")
        self.space = space


class PageNotFound(NotFound):
    def __init__(self, space: str, path: str) -> None:
        super().__init__(f"There is no page “{path}” in the space “{space}”.")
        self.space, self.path = space, path


class FolderNotFound(NotFound):
    def __init__(self, space: str, folder: str) -> None:
        super().__init__(f"There is no folder “{folder}” in the space “{space}”.")
        self.space, self.folder = space, folder


class FileNotInSpace(NotFound):
    def __init__(self, space: str, path: str) -> None:
        super().__init__(f"There is no file “{path}” in the space “{space}”.")
        self.space, self.path = space, path


class RevisionNotFound(NotFound):
    def __init__(self, revision: str) -> None:
        super().__init__(
            f"“{revision[:80]}” is no version of this page. Open its history and choose one there."
        )
        self.revision = revision


class ReportNotFound(NotFound):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no report “{name}”. There are: {', '.join(known)}.")
        self.name, self.known = name, tuple(known)


class ScopeNotFound(NotFound):
    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The history of this space knows no {kind} “{name}”.")
        self.kind, self.name = kind, name
