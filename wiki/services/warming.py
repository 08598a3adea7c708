"""Keeping what reports are computed from at hand, so that no reader waits for it.

Each process that answers requests does this for itself, beside them; it costs a few small reads of
files as long as nothing changes.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

import structlog

from wiki.errors import IndexNotReady, StrataError
from wiki.services.facts import MOST_SPACES, material_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki

_log = structlog.get_logger("strata.warm")


class Warming:
    """Prepares the facts of spaces; the first spaces by name, as many as are kept."""

    def __init__(self, wiki: Wiki, *, clock: Callable[[], float] = time.time) -> None:
        self._wiki, self._clock = wiki, clock
        self._is_loaded = False

    def tick(self) -> int:
        """Prepare every space that changed since and has been followed to the end; how many have."""
        if not self._is_loaded:
            # Half a second of work that the first reader of a network would wait for.
            importlib.import_module("igraph")
            self._is_loaded = True
        names = self._wiki.space_names()[:MOST_SPACES]
        return sum(self._prepare(name) for name in names)

    def _prepare(self, name: str) -> bool:
        try:
            space = self._wiki.open(name)
            if not _is_followed(space):
                return False
            facts = material_of(space, self._wiki.settings, int(self._clock())).facts
            facts.links  # noqa: B018 - put together when first asked for
        except IndexNotReady:
            return False
        except (StrataError, OSError) as error:
            _log.error("not prepared", space=name, error=str(error))
            return False
        return True


def _is_followed(space: Space) -> bool:
    """Whether all that facts are made of stands at the same version: it is taken up one by one."""
    position = space.history.position()
    others = (space.structure.position(), space.authorship.position())
    return position is not None and all(each == position for each in others)
