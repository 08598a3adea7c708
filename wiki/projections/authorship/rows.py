"""What the authorship answers with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TokenRun:
    """Neighbouring tokens of a text that one edit wrote: the tokens numbered ``first`` to ``first +
    count - 1`` among those that ``commit`` wrote on the page it left at ``path``. These three name a
    token for ever, wherever it is moved and however often it is brought back."""

    commit: str
    path: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class PageVersion:
    """Who wrote a page's text as ``commit`` left it at ``path``: runs in the order of the text's tokens
    (``wiki.text.tokens``). ``oid`` is the text's blob."""

    commit: str
    path: str
    oid: str
    runs: tuple[TokenRun, ...]

    @property
    def tokens(self) -> int:
        return sum(run.count for run in self.runs)


@dataclass(frozen=True, slots=True, eq=False)
class VersionRuns:
    """The same in columns, for many versions at once: runs of ``count`` tokens numbered from ``first`` on,
    written by ``commits[writer]``. Numbers mean the same token in all answers to one question, and
    nothing beyond it."""

    first: NDArray[np.int64]
    count: NDArray[np.int64]
    writer: NDArray[np.int64]

    @property
    def tokens(self) -> int:
        return int(self.count.sum())


@dataclass(frozen=True, slots=True, eq=False)
class WordLedger:
    """Every edit's words and what became of them, in columns; an edit is (``commit``, ``path``), the path
    it left the page at (of a deletion: where the page was).

    Edits: ``commit`` full ids, ``path`` positions in ``paths``, then tokens ``added``, ``removed`` and
    ``restored`` (brought back or moved here). A merge edits the pages whose texts it put together, and those
    of which it left out words.
    Lives: ``count`` tokens written by edit ``born`` that ended with edit ``died`` (-1: they stand);
    ``place`` the path (position) where they stand, or where they ended; ``whole``: the page was deleted.
    A token that stands at several paths has one life: at the path of the page it was written for if it
    stands there, else at the first by name.
    Further standings: ``also_count`` tokens of the life ``also_life`` stand at ``also_place``, too; rows of
    one ``also_group`` are the same tokens.
    Comebacks: edit ``back`` put back ``back_count`` tokens which ``back_removed`` had removed and
    ``back_born`` had written.
    """

    paths: tuple[str, ...]
    commit: NDArray[np.bytes_]
    path: NDArray[np.int32]
    added: NDArray[np.int32]
    removed: NDArray[np.int32]
    restored: NDArray[np.int32]
    born: NDArray[np.int32]
    died: NDArray[np.int32]
    place: NDArray[np.int32]
    whole: NDArray[np.bool_]
    count: NDArray[np.int32]
    also_life: NDArray[np.int32]
    also_group: NDArray[np.int32]
    also_place: NDArray[np.int32]
    also_count: NDArray[np.int32]
    back: NDArray[np.int32]
    back_removed: NDArray[np.int32]
    back_born: NDArray[np.int32]
    back_count: NDArray[np.int32]
