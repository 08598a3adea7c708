"""Which words of another person a resolution of a conflict would leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.text.tokens import tokens


@dataclass(frozen=True, slots=True)
class Resolved:
    """One place where two people changed the same lines, and what is to stand there."""

    base: str
    mine: str
    theirs: str
    result: str


def left_out(places: Iterable[Resolved]) -> tuple[str, ...]:
    """The words that the other side wrote and that stand nowhere in the results, in their order.

    A word moved from one place to another is not left out; nor is one that was there before and that
    I took away.
    """
    was, ours, stands = Counter[str](), Counter[str](), Counter[str]()
    theirs: list[str] = []
    for place in places:
        was.update(tokens(place.base))
        ours.update(tokens(place.mine))
        stands.update(tokens(place.result))
        theirs += tokens(place.theirs)
    missing: Counter[str] = Counter()
    for word, count in Counter(theirs).items():
        added = count - was[word]
        taken = max(0, was[word] - ours[word])
        missing[word] = max(0, min(added, count - taken - stands[word]))
    return _in_order(theirs, missing)


def _in_order(words: list[str], missing: Counter[str]) -> tuple[str, ...]:
    """The missing of these words; of several that are alike the last."""
    found = []
    for word in reversed(words):
        if missing[word] > 0:
            missing[word] -= 1
            found.append(word)
    return tuple(reversed(found))
