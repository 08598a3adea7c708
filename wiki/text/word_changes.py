"""What somebody did to a text, word by word, to be read in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wiki.text.align import align
from wiki.text.refine import Tokens, tokens

_MOST_TOKENS = 6_000

Did = Literal["kept", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what was done to it."""

    did: Did
    text: str


def word_changes(old: str, new: str) -> tuple[Piece, ...]:
    """``new`` with what is new in it marked, and what is gone of ``old`` where it stood.

    Very long texts count as written anew.
    """
    if old == new:
        return (Piece("kept", new),) if new else ()
    before, after = tokens(old), tokens(new)
    if len(before) + len(after) > _MOST_TOKENS:
        return _joined([Piece("removed", old), Piece("added", new)])
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in align(before, after):
        if tag == "equal":
            pieces.append(Piece("kept", "".join(after[j1:j2])))
        else:
            pieces += [_piece("removed", before[i1:i2]), _piece("added", after[j1:j2])]
    return _joined(pieces)


def _piece(did: Did, parts: Tokens) -> Piece:
    return Piece(did, "".join(parts))


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """A little that was kept between two changes belongs to both, so that whole phrases are marked:
    first the blanks between words, then what is short beside the phrases around it."""
    phrases = _over(pieces, lambda text, _least: text == " ")
    joined = _over(phrases, lambda text, least: "\n" not in text and 2 * len(text) < least)
    return tuple(piece for piece in joined if piece.text)


def _over(pieces: list[Piece], little: Callable[[str, int], bool]) -> list[Piece]:
    """The pieces, changes joined over ``little`` texts between them; every change as two pieces.

    ``little`` is told the text and the length of the shorter change beside it.
    """
    joined: list[Piece] = []
    removed = added = ""
    for at, piece in enumerate(pieces):
        beside = pieces[max(0, at - 2) : at], pieces[at + 1 : at + 3]
        least = min(max((len(p.text) for p in side), default=0) for side in beside)
        between = piece.did == "kept" and least > 0 and little(piece.text, least)
        if piece.did == "kept" and not between:
            joined += [Piece("removed", removed), Piece("added", added), piece]
            removed = added = ""
        removed += piece.text if piece.did == "removed" or between else ""
        added += piece.text if piece.did == "added" or between else ""
    return [*joined, Piece("removed", removed), Piece("added", added)]
