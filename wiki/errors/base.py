"""The base of all refusals."""

from __future__ import annotations


class StrataError(Exception):
    """The base of every refusal; ``str(error)`` is fit for any reader."""


class NotFound(StrataError):
    """The base of everything that is not there (or that the person may not know is there)."""


def megabytes(size: int) -> str:
    """A size in bytes as people read it."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1000:.0f} kB"
