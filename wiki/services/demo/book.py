"""The demo's book: the pages as they stand, and every commit that made them so."""

from __future__ import annotations

import re

from wiki.git.fast_import import NewVersion
from wiki.model import Author
from wiki.services.demo.cast import Person
from wiki.services.demo.dice import Dice
from wiki.services.demo.drafts import Draft, load_drafts
from wiki.services.demo.schedule import RENAMES

Files = dict[str, bytes | None]
"""What a change writes, by path; None for a file that goes."""

_COMMITTER = Author("Strata", "strata@localhost")


class Book:
    """Drafts on one side, what is stored on the other; ``aside`` are pages worked on elsewhere."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.drafts = load_drafts()
        self.earlier = {late: early for _, early, late, _ in RENAMES}
        self.files: dict[str, bytes] = {}
        self.aside: set[str] = set()
        self.versions: list[NewVersion] = []
        self.tip = 0
        self._texts: dict[str, tuple[object, bytes]] = {}

    def written(self) -> list[Draft]:
        """The pages that are there and that nobody works on elsewhere."""
        return [
            draft for path, draft in self.drafts.items() if draft.shown and path not in self.aside
        ]

    def say(
        self,
        person: Person,
        at: int,
        files: Files,
        message: str,
        co_author: Author | None = None,
    ) -> None:
        """A change on the main line, through the browser or by a push."""
        day = self.dice.day(at)
        author = person.other if person.other and self.dice.chance.random() < 0.2 else person.author
        trailers = [f"Co-authored-by: {co_author.name} <{co_author.email}>"] if co_author else []
        by_web = self.dice.chance.random() < 0.8
        if by_web:
            trailers.append("Strata-Door: web")
        text = message + ("\n\n" + "\n".join(trailers) if trailers else "") + "\n"
        self.files |= {path: content for path, content in files.items() if content is not None}
        for path in [path for path, content in files.items() if content is None]:
            self.files.pop(path, None)
        parents = (self.tip,) if self.tip else ()
        self.tip = self.commit(
            author,
            at,
            self.dice.offset(person, day),
            files,
            text,
            parents,
            _COMMITTER if by_web else None,
        )

    def settle(self, person: Person, at: int, files: dict[str, bytes], message: str) -> None:
        """A change through the browser in which nothing is left to chance."""
        self.files |= files
        offset = self.dice.offset(person, self.dice.day(at))
        text = f"{message}\n\nStrata-Door: web\n"
        parents = (self.tip,) if self.tip else ()
        self.tip = self.commit(person.author, at, offset, dict(files), text, parents, _COMMITTER)

    def commit(
        self,
        author: Author,
        at: int,
        offset: int,
        files: Files,
        message: str,
        parents: tuple[int, ...],
        committer: Author | None = None,
    ) -> int:
        version = NewVersion(author, at, offset, committer or author, at, message, files, parents)
        self.versions.append(version)
        return len(self.versions)

    def changed(self, paths: set[str] | None = None) -> Files:
        """The pages whose text differs from what is stored; those worked on aside only if named."""
        found: Files = {}
        for path, draft in self.drafts.items():
            if not draft.shown or (path in self.aside if paths is None else path not in paths):
                continue
            place, content = self._as_then(path), self._content(draft)
            if self.files.get(place) != content:
                found[place] = content
                if paths is not None:
                    self.files[place] = content
        return found

    def _content(self, draft: Draft) -> bytes:
        """The page's bytes; computed again only when something about it changed."""
        state = (draft.state, len(self.earlier))
        known = self._texts.get(draft.path)
        if known is None or known[0] != state:
            known = state, self._as_then(draft.text()).encode()
            self._texts[draft.path] = known
        return known[1]

    def _as_then(self, text: str) -> str:
        """Names as they were before the renames to come."""
        for late, early in self.earlier.items():
            if late in text:
                text = re.sub(rf"(?<![\w-]){re.escape(late)}", early, text)
        return text
