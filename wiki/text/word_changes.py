"""What somebody did to a text, word by word, to be read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wiki.text.align import align
from wiki.text.refine import Tokens, tokens

_MOST_TOKENS = 20_000

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
    """A blank between two changes belongs to both, so that whole phrases are marked."""
    removed = added = ""
    joined: list[Piece] = []
    for index, piece in enumerate(pieces):
        between = 0 < index < len(pieces) - 1 and piece.did == "kept" and piece.text == " "
        if piece.did == "kept" and not between:
            joined += [Piece("removed", removed), Piece("added", added), piece]
            removed = added = ""
        if piece.did == "removed" or between:
            removed += piece.text
        if piece.did == "added" or between:
            added += piece.text
    joined += [Piece("removed", removed), Piece("added", added)]
    return tuple(piece for piece in joined if piece.text)
