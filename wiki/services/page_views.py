"""What the services of reading answer with."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.projections.catalogue import PageRow
from wiki.projections.history import HistoryRow
from wiki.services.folders import FolderView, TreeNode
from wiki.services.space import Space
from wiki.text.headings import Heading
from wiki.text.render import Rendered


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as a reader sees it.

    ``html`` is safe to show as it is. ``revision`` is "" for the page as it is now, else the commit
    of an old version. ``note`` says why the page is shown as source, or "". ``listing`` is there for
    a page that stands for its folder. ``settled``: the projections were up to date, so the view
    stays right until the head moves.
    """

    space: Space
    path: str
    name: str
    oid: str
    commit: str
    revision: str
    title: str
    html: str
    rendered: Rendered
    size: int
    note: str = ""
    last_change: HistoryRow | None = None
    backlinks: tuple[PageRow, ...] = ()
    tree: tuple[TreeNode, ...] = ()
    listing: FolderView | None = None
    settled: bool = True

    @property
    def toc(self) -> tuple[Heading, ...]:
        """The outline below the page's title."""
        toc = self.rendered.toc
        return toc[1:] if self.rendered.titled else toc

    @property
    def heading(self) -> str:
        """The title's HTML, if the text begins with it; else ""."""
        end = self.html.find("</h1>") if self.rendered.titled else -1
        return self.html[: end + 5] if self.html.startswith("<h1") and end > 0 else ""

    @property
    def body(self) -> str:
        """The HTML below the title."""
        return self.html[len(self.heading) :]

    @property
    def folder(self) -> str:
        """The folder that the page lies in."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class FolderPage:
    """A folder without a page of its own."""

    space: Space
    listing: FolderView
    tree: tuple[TreeNode, ...]
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """The address leads elsewhere now: ``path`` is a page's or (ending with "/") a folder's.

    ``is_file``: an attachment. ``renamed``: the page was moved, as the log says.
    """

    space: Space
    path: str
    is_file: bool = False
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """No such page. ``deleted_by`` is the change that deleted it, if it was there once."""

    space: Space
    name: str
    deleted_path: str = ""
    deleted_by: str = ""
    similar: tuple[PageRow, ...] = ()
    wanted_by: tuple[PageRow, ...] = ()
    empty_space: bool = False
    tree: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class FileBytes:
    """An attachment or a page's source."""

    path: str
    oid: str
    content: bytes
