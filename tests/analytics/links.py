"""Links told by hand: which file had which links and tags from when on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.analytics.histories import Story
from wiki.analytics.facts import Facts
from wiki.analytics.linking import LoggedLinks, link
from wiki.text.links import candidates, find_links


class Web:
    """A story whose pages link to each other.

    >>> web = Web()
    >>> web.write("ann", "2026-03-01", "a.md", "[[b]]", tags=["x"])
    >>> web.remove("bo", "2026-04-01", "a.md")
    >>> facts = web.facts()
    """

    def __init__(self) -> None:
        self.story = Story()
        self._versions: list[tuple[str, str, tuple[tuple[str, ...], ...] | None, tuple[str, ...]]]
        self._versions = []

    def write(
        self,
        who: str,
        when: str,
        path: str,
        text: str = "",
        tags: Sequence[str] = (),
        **other: object,
    ) -> int:
        """A change that leaves a page (or any file) with these links and tags."""
        leads = tuple(candidates(each, path) for each in find_links(text))
        return self._add(who, when, path, leads, tuple(tags), other)

    def remove(self, who: str, when: str, path: str) -> int:
        """A change that deletes a page."""
        return self._add(who, when, path, None, (), {"kind": "deleted"})

    def move(self, who: str, when: str, path: str, to: str, text: str = "") -> int:
        """A change that takes a page to another path."""
        moved = self.write(who, when, to, text, page=path, kind="renamed", content=False)
        self._versions.append((self._versions[-1][0], path, None, ()))
        return moved

    def _add(
        self,
        who: str,
        when: str,
        path: str,
        leads: tuple[tuple[str, ...], ...] | None,
        tags: tuple[str, ...],
        other: dict[str, object],
    ) -> int:
        number = len(self.story.rows)
        commit = str(other.pop("commit", f"{number:040x}"))
        if path.endswith(".md"):
            page = str(other.pop("page", path))
            self.story.edit(who, when, page, commit=commit, path=path, **other)  # type: ignore[arg-type]
        self._versions.append((commit, path, leads, tags))
        return number

    def facts(self) -> Facts:
        """The history in columns, its links with it."""
        return link(self.story.facts(), self.logged())

    def logged(self) -> LoggedLinks:
        """What is recorded of the links."""
        commits = list(dict.fromkeys(version[0] for version in self._versions))
        paths = list(dict.fromkeys(version[1] for version in self._versions))
        leads = list(dict.fromkeys(lead for each in self._versions for lead in each[2] or ()))
        tags = list(dict.fromkeys(tag for each in self._versions for tag in each[3]))
        return LoggedLinks(
            commits,
            paths,
            leads,
            tags,
            _ints([len(each[2] or ()) for each in self._versions]),
            _ints([leads.index(lead) for each in self._versions for lead in each[2] or ()]),
            _ints([len(each[3]) for each in self._versions]),
            _ints([tags.index(tag) for each in self._versions for tag in each[3]]),
            _ints([commits.index(each[0]) for each in self._versions]),
            _ints([paths.index(each[1]) for each in self._versions]),
            _ints([-1 if each[2] is None else n for n, each in enumerate(self._versions)]),
        )


def _ints(values: Sequence[int]) -> np.ndarray:
    return np.array(values, np.int32)
