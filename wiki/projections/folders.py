"""The folders that a path lies in."""

from __future__ import annotations

from collections.abc import Iterator


def folder_of(path: str) -> str:
    """The folder a file or folder lies in; "" for the root."""
    return path.rpartition("/")[0]


def above(path: str) -> Iterator[str]:
    """Every folder around a file, the root last."""
    while path:
        path = folder_of(path)
        yield path
