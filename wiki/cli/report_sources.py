"""What reports in the terminal are about: a clone that was read, or a space of a wiki."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wiki.analytics.figures import Figure
from wiki.services import reports
from wiki.services.accounts import OPERATOR
from wiki.services.reports import Asked, Finished
from wiki.services.wiki import Wiki


class Source(Protocol):
    """Whatever reports can be asked of."""

    def report(self, asked: Asked) -> Finished:
        """A whole report."""

    def headline(self, asked: Asked) -> Figure:
        """Only its first figure."""


@dataclass(frozen=True, slots=True)
class SpaceSource:
    """A space of this wiki, seen by whoever runs it."""

    wiki: Wiki
    space: str
    now: int

    def report(self, asked: Asked) -> Finished:
        """A whole report. Raises as ``reports.run``."""
        return reports.run(self.wiki, OPERATOR, self.space, asked, now=self.now)

    def headline(self, asked: Asked) -> Figure:
        """Only its first figure. Raises as ``reports.run``."""
        return reports.headline(self.wiki, OPERATOR, self.space, asked, now=self.now)
