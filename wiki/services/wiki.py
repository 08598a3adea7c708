"""The wiki as one object: what every door is given, and the only place where parts are chosen."""

from __future__ import annotations

import stat
import threading
from importlib import import_module
from pathlib import Path

import structlog

from wiki.config import Settings
from wiki.errors import NameInvalid, NotAllowed, RepositoryDamaged, SignInNeeded, SpaceNotFound
from wiki.git.process import unreadable
from wiki.model import Viewer, check_space_name
from wiki.services import policy
from wiki.services.accounts import Accounts
from wiki.services.drafts import Drafts
from wiki.services.former import FormerMembers
from wiki.services.looks import Looks
from wiki.services.remotes import Remotes
from wiki.services.rendering import Renderer
from wiki.services.space import Space, open_space
from wiki.services.tokens import Tokens

_Folder = tuple[int, int]
_LATE = ("wiki.git.catfile", "wiki.text.refine")

_log = structlog.get_logger("strata.wiki")


class Wiki:
    """Spaces, accounts and the renderer under one set of settings.

    Nothing is opened before it is first asked for, so that a server may fork after making one.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.accounts = Accounts(settings)
        self.tokens = Tokens(self.accounts)
        self.remotes = Remotes(self.accounts.database, settings)
        self.drafts = Drafts(self.accounts.database, settings.limits)
        self.looks = Looks(self.accounts.database, settings)
        self.former = FormerMembers(settings.wiki.instance)
        self.renderer = Renderer(settings)
        self._spaces: dict[str, tuple[Space, _Folder]] = {}
        self._left: list[Space] = []
        self._lock = threading.Lock()

    def load(self) -> None:
        """Import now what is otherwise imported when it is first needed: a server that can open no more
        files at that moment could not, and its workers share what was imported before they were forked."""
        for name in _LATE:
            import_module(name)

    def space_names(self) -> list[str]:
        """Every space there is, by name, whoever may read it."""
        folder = self.settings.wiki.content
        found = (path.name.removesuffix(".git") for path in folder.glob("*.git") if path.is_dir())
        return sorted(name for name in found if _is_space_name(name))

    def repository_path(self, name: str) -> Path:
        """Where a space's repository lies (or will lie)."""
        return self.settings.wiki.content / f"{check_space_name(name)}.git"

    def space(self, viewer: Viewer, name: str) -> Space:
        """The space, if it is there and the viewer may read it.

        Raises:
            SpaceNotFound: there is none, or the viewer may not know of it.
            SignInNeeded: it might be there for somebody signed in.
        """
        self._check_may_read(viewer, name)
        return self.open(name)

    def spaces(self, viewer: Viewer, most: int | None = None) -> list[Space]:
        """All spaces the viewer may read, by name; one that cannot be opened hides no other."""
        readable = [
            name
            for name in self.space_names()
            if policy.may(viewer, policy.Action.READ, name, self.settings)
        ]
        return [space for name in readable[:most] if (space := self._sound(name)) is not None]

    def open(self, name: str) -> Space:
        """The space, asked for by the wiki itself: no policy. Opened once a process, and anew where its
        folder is another one: a backup that was put back, or a space renamed to this name.
        """
        if not _is_space_name(name):
            raise SpaceNotFound(name)
        path = self.repository_path(name)
        known, found = self._spaces.get(name), _folder(path, name)
        if known is not None and known[1] == found:
            return known[0]
        with self._lock:
            known = self._spaces.get(name)
            if known is not None and known[1] != found:
                # Others may be reading from it at this moment: it is closed at the end.
                self._left.append(self._spaces.pop(name)[0])
            if found is None:
                raise SpaceNotFound(name)
            if name not in self._spaces:
                self._spaces[name] = open_space(path, self.settings), found
            return self._spaces[name][0]

    def _sound(self, name: str) -> Space | None:
        """The space; None if its repository cannot be opened or its branch not be read."""
        try:
            space = self.open(name)
            space.repository.head()
        except (RepositoryDamaged, SpaceNotFound) as reason:
            _log.error("space left out", space=name, error=str(reason))
            return None
        return space

    def forget(self, name: str) -> None:
        """Close a space that was replaced or removed."""
        with self._lock:
            known = self._spaces.pop(name, None)
        if known is not None:
            known[0].close()

    def close(self) -> None:
        """Let go of everything, at the end of the process."""
        for name in list(self._spaces):
            self.forget(name)
        for space in self._left:
            space.close()
        self.renderer.close()
        self.accounts.close()

    def _check_may_read(self, viewer: Viewer, name: str) -> None:
        try:
            policy.allow(viewer, policy.Action.READ, name, self.settings)
        except SignInNeeded:
            raise
        except NotAllowed as refused:
            raise SpaceNotFound(name) from refused


def _folder(path: Path, space: str) -> _Folder | None:
    """Which folder it is, whatever it is called; None if there is none.

    Raises:
        RepositoryDamaged: the system does not tell.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(space, "its folder", error) from error
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None


def _is_space_name(name: str) -> bool:
    try:
        check_space_name(name)
    except NameInvalid:
        return False
    return True
