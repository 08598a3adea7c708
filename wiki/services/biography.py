"""A page's biography: its life at a glance, any version of it with who wrote which word, and what was
contested. History is named, so people are; no figure of a person goes beyond this page."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.errors import RevisionNotFound
from wiki.model import Viewer, page_name
from wiki.services.history import known_path
from wiki.services.page_life import Life, life_of
from wiki.services.page_moments import Moment
from wiki.services.space import Space
from wiki.services.version_text import VersionText, readable, version_text
from wiki.services.wiki import Wiki

_SHORTEST_ID = 7


@dataclass(frozen=True, slots=True)
class Biography:
    """A page's life, and one version of it: ``number`` counts those that left a text from 1, and is 0,
    with no ``text``, if there is none. ``current`` is the number of the version that is the page
    now; 0 if it was deleted."""

    space: Space
    name: str
    path: str
    life: Life
    number: int
    current: int
    text: VersionText

    @property
    def count(self) -> int:
        """How many versions there are to choose from."""
        return len(self.life.shown)

    @property
    def is_aside(self) -> bool:
        """Whether the version shown did not itself become the page that is there."""
        return bool(self.number) and self.life.shown[self.number - 1] not in self.life.line

    @property
    def words(self) -> int | None:
        """How many words the version shown has; None if it cannot be told."""
        return self.life.words[self.number - 1] if self.number else None

    def moment(self, number: int) -> Moment:
        """The change that made a version."""
        return self.life.moments[self.life.shown[number - 1]]


def biography(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    name: str,
    *,
    revision: str = "",
    number: int = 0,
    part: int = 1,
) -> Biography:
    """The biography of a page that is, or once was, there; ``revision`` or ``number`` choose the
    version that is shown, without them it is the present one.

    Raises:
        PageNotFound: there neither is nor ever was such a page.
        RevisionNotFound: ``revision`` is no change of this page.
        IndexNotReady: the history is being read.
    """
    space = wiki.space(viewer, space_name)
    path = known_path(space, name)
    life = life_of(wiki, space, path)
    current = 0 if life.current is None else life.shown.index(life.current) + 1
    chosen = _chosen(life, revision, number) or current or len(life.shown)
    text = (
        _text(space, life, chosen, part) if chosen else VersionText(note="No text is left of it.")
    )
    return Biography(space, page_name(path), path, life, chosen, current, text)


def _chosen(life: Life, revision: str, number: int) -> int:
    """The number of the version asked for; 0 if none is."""
    if not revision:
        return min(max(number, 0), len(life.shown))
    for found, position in enumerate(life.shown, 1):
        commit = life.moments[position].change.oid
        if len(revision) >= _SHORTEST_ID and commit.startswith(revision):
            return found
    raise RevisionNotFound(revision)


def _text(space: Space, life: Life, number: int, part: int) -> VersionText:
    moment = life.moments[life.shown[number - 1]]
    text, note = readable(space, moment.oid)
    if note:
        return VersionText(note=note)
    version = space.authorship.text(moment.change.oid, moment.path)
    return version_text(text, version, life.credit, part)
