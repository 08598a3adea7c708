"""What two people did to the same lines, put together word by word, as a proposal to look at.

Lines that both changed are no quarrel if each changed other words of them. Only what is certain is
proposed: two alignments made in different ways must give the same text, and the text must hold
together (``text.coherence``). Nobody's words are saved this way unseen; a person looks once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from wiki.model import ConflictHunk
from wiki.text.align import align
from wiki.text.coherence import coherent, with_sound_front_matter
from wiki.text.merge import changes_between

MAX_CHARACTERS = 60_000
"""The three texts of one place together; longer ones are for people to read."""

_PAGE_CELLS = 60_000_000
"""Pairs of tokens compared at most for all the places of a page."""

_REWRITTEN = 0.2
"""From this share of its words gone a text counts as written anew."""

_TOKEN = re.compile(
    r"https?://[^\s()<>\]\"'|]+"
    r"|[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|\w+|\n|[^\S\n]+|[^\w\s]"
)
"""Addresses, words, ideographs and kana one by one, line ends, blanks, signs: every character is in
one of them, so that the tokens of a text joined are the text."""

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Tokens ``start:end`` of the base became ``new``."""

    start: int
    end: int
    new: Tokens


@dataclass(frozen=True, slots=True)
class _Texts:
    """The tokens of the three texts of one place."""

    base: Tokens
    mine: Tokens
    theirs: Tokens

    @property
    def cells(self) -> int:
        """How many pairs of tokens the alignments compare."""
        return len(self.base) * (len(self.mine) + len(self.theirs))


def refine(hunks: Sequence[ConflictHunk]) -> tuple[ConflictHunk, ...]:
    """The stretches of a merge, those in conflict with a ``proposal`` where there is a sure one.

    Settled stretches stay as they are. Time is bounded for any input.
    """
    room = _PAGE_CELLS
    refined = []
    for hunk in hunks:
        if hunk.kind == "conflict" and _size(hunk) <= MAX_CHARACTERS:
            texts = _Texts(*(tokens(text) for text in (hunk.base, hunk.mine, hunk.theirs)))
            room -= texts.cells
            if room >= 0:
                hunk = replace(hunk, proposal=_proposal(hunk, texts))
        refined.append(hunk)
    return with_sound_front_matter(refined)


def propose(base: str, mine: str, theirs: str) -> str | None:
    """Both people's changes to one place in one text; None if that is not certain."""
    return refine([ConflictHunk("conflict", base=base, mine=mine, theirs=theirs)])[0].proposal


def tokens(text: str) -> Tokens:
    """A text cut into what is changed as a whole; joined they are the text again."""
    return tuple(_TOKEN.findall(text))


def _size(hunk: ConflictHunk) -> int:
    return len(hunk.base) + len(hunk.mine) + len(hunk.theirs)


def _proposal(hunk: ConflictHunk, texts: _Texts) -> str | None:
    merged = _only_one_side(hunk)
    if merged is None:
        merged = _only_layout(hunk, _lines_and_indents)
    if merged is None:
        merged = _agreed(texts)
    if merged is None:
        merged = _only_layout(hunk, _lines)
    if merged is None or not coherent(hunk, merged):
        return None
    return merged


def _only_one_side(hunk: ConflictHunk) -> str | None:
    """The text of the only side that changed anything at all, to the blank."""
    if hunk.mine == hunk.base or hunk.mine == hunk.theirs:
        return hunk.theirs
    return hunk.mine if hunk.theirs == hunk.base else None


def _only_layout(hunk: ConflictHunk, shape: Callable[[str], object]) -> str | None:
    """The other side's text if one side changed no more than blanks and line ends.

    People nearly always keep the words then, laid out as whoever wrote them did.
    """
    base, mine, theirs = shape(hunk.base), shape(hunk.mine), shape(hunk.theirs)
    if mine == theirs:
        return _roomier(hunk.mine, hunk.theirs)
    if mine == base:
        return hunk.theirs
    return hunk.mine if theirs == base else None


def _roomier(one: str, other: str) -> str:
    """Of two texts of the same words the one with more room between them (in ``1. Item`` the blank
    makes the item), but with less at its end; whose it is makes no difference."""
    return max(one, other, key=lambda text: (len(text.rstrip()), -len(text), text))


def _lines(text: str) -> list[Tokens]:
    return [_visible(tokens(line)) for line in text.split("\n") if line.strip()]


def _lines_and_indents(text: str) -> list[tuple[str, Tokens]]:
    kept = [line for line in text.split("\n") if line.strip()]
    return [(line[: -len(line.lstrip())], _visible(tokens(line))) for line in kept]


def _visible(parts: Sequence[str]) -> Tokens:
    return tuple(part for part in parts if not part.isspace())


def _agreed(texts: _Texts) -> str | None:
    """What both alignments make of it, if it is the same."""
    if _touched_what_was_rewritten(texts):
        return None
    first = _merged(texts, _as_few_as_can_be)
    return first if first is not None and _merged(texts, _from_anchors) == first else None


def _touched_what_was_rewritten(texts: _Texts) -> bool:
    """Whether one side wrote anew, or took away, what the other still worked on."""
    base = Counter(_visible(texts.base))
    gone = sorted(
        (base - Counter(_visible(side))).total() / max(1, base.total())
        for side in (texts.mine, texts.theirs)
    )
    return gone[1] >= _REWRITTEN and gone[0] < gone[1] / 2


_Aligned = Callable[[Tokens, Tokens], list[_Change]]


def _as_few_as_can_be(old: Tokens, new: Tokens) -> list[_Change]:
    """The longest common subsequence, changes moved down as far as they go."""
    return [
        _Change(change.start, change.end, new[change.new_start : change.new_end])
        for change in changes_between(old, new)
    ]


def _from_anchors(old: Tokens, new: Tokens) -> list[_Change]:
    """Aligned from the end, at the tokens that stand once in both texts."""
    rows, columns = len(old), len(new)
    return [
        _Change(rows - end, rows - start, new[columns - new_end : columns - new_start])
        for tag, start, end, new_start, new_end in reversed(align(old[::-1], new[::-1]))
        if tag != "equal"
    ]


def _merged(texts: _Texts, aligned: _Aligned) -> str | None:
    base = texts.base
    parts: list[str] = []
    at = 0
    for start, end, ours, others in _clusters(
        aligned(base, texts.mine), aligned(base, texts.theirs)
    ):
        parts += base[at:start]
        was = base[start:end]
        settled = _settled(was, _side(base, start, end, ours), _side(base, start, end, others))
        if settled is None:
            return None
        parts += settled
        at = end
    return "".join([*parts, *base[at:]])


def _clusters(
    mine: Sequence[_Change], theirs: Sequence[_Change]
) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Changes that overlap or touch, together: (start, end, of mine, of theirs), in order."""
    ordered = [(change.start, change.end, 0, change) for change in mine]
    ordered += [(change.start, change.end, 1, change) for change in theirs]
    sides: tuple[list[_Change], list[_Change]] = ([], [])
    start = reach = -1
    for first, last, side, change in sorted(ordered, key=lambda item: item[:3]):
        if first > reach:
            if reach >= 0:
                yield start, reach, *sides
            sides, start = ([], []), first
        sides[side].append(change)
        reach = max(reach, last)
    if reach >= 0:
        yield start, reach, *sides


def _side(base: Tokens, start: int, end: int, changes: Sequence[_Change]) -> Tokens:
    """What one side made of ``base[start:end]``."""
    parts: list[str] = []
    at = start
    for change in changes:
        parts += [*base[at : change.start], *change.new]
        at = change.end
    return (*parts, *base[at:end])


def _settled(base: Tokens, mine: Tokens, theirs: Tokens) -> Tokens | None:
    """One stretch decided: only one side changed it, both did the same, or one did more."""
    if base in (mine, theirs) or mine == theirs:
        return theirs if mine == base else mine
    seen, theirs_seen = _visible(mine), _visible(theirs)
    if seen == theirs_seen:
        return (_roomier("".join(mine), "".join(theirs)),)
    if _goes_further(theirs_seen, seen):
        return theirs
    return mine if _goes_further(seen, theirs_seen) else None


def _goes_further(more: Tokens, less: Tokens) -> bool:
    """Whether one side wrote what the other did, in one piece, and something beside it."""
    return bool(less) and _marked(less) in _marked(more)


def _marked(parts: Tokens) -> str:
    """The tokens as a text in which one is found only whole."""
    return "\0" + "\0".join(parts) + "\0"
