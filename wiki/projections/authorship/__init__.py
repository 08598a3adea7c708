"""Authorship: who wrote every word, and how long words live."""

from wiki.projections.authorship.authorship import Authorship
from wiki.projections.authorship.rows import PageVersion, TokenRun, WordLedger

__all__ = ["Authorship", "PageVersion", "TokenRun", "WordLedger"]
