"""A few answers kept with the facts they are about, for whoever asks the same again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from wiki.analytics.facts import Facts

T = TypeVar("T")


def remembered(
    facts: Facts, name: str, key: Hashable, make: Callable[[], T], *, most: int = 3
) -> T:
    """What ``make`` gave for this name and key, made now if need be; the last ``most`` are kept.

    A report asks about three windows, and about one of them again. Several threads may ask at once:
    what is kept is replaced whole, so that at worst something is made twice.
    """
    kept = facts.kept.get(name)
    known: tuple[tuple[Hashable, T], ...] = kept if isinstance(kept, tuple) else ()
    for each, value in known:
        if each == key:
            return value
    value = make()
    facts.kept[name] = (*known, (key, value))[-most:]
    return value
