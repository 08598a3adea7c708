"""What git's hooks and the wiki say to each other during one push: two pipes, a few lines."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from wiki.model.pushing import Push, RefUpdate

MOST_TOLD = 1_000
_CHUNK = 65536
_NOTHING = frozenset("0")


class Conversation:
    """The wiki's ends of the pipes, and until git runs the hooks' ends, too.

    Args:
        repository: the bare repository that is pushed to.
    """

    def __init__(self, repository: Path) -> None:
        self._objects = repository / "objects"
        self._heard, self._asking = os.pipe()
        self._answering, self._said = os.pipe()
        self._open = {self._heard, self._asking, self._answering, self._said}
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(self._heard, select.POLLIN)

    @property
    def handed_down(self) -> tuple[int, int]:
        """The ends for git and its hooks."""
        return self._asking, self._answering

    @property
    def variables(self) -> dict[str, str]:
        """Where the hooks find their ends. As files: a plain shell knows no number above nine."""
        return {
            "STRATA_ASK": f"/dev/fd/{self._asking}",
            "STRATA_ANSWER": f"/dev/fd/{self._answering}",
        }

    def handed(self) -> None:
        """git has its ends: let go of ours, so that the last words can be told from silence."""
        self._close(self._asking)
        self._close(self._answering)

    def question(self, deadline: float) -> Push | None:
        """What git asks leave for; None if it ends without asking. Of more than ``MOST_TOLD`` references
        no more are told: so many are refused anyway.

        Raises:
            TimeoutError: it is ``deadline``, of the monotonic clock.
        """
        lines: list[str] = []
        for line in self._lines(deadline):
            # The rest is heard, too: the hook says all before it listens.
            if len(lines) <= MOST_TOLD:
                lines.append(line)
        if not lines:
            return None
        quarantine = Path(lines[0]) if lines[0] else self._objects
        return Push(tuple(_update(line) for line in lines[1:]), quarantine)

    def answer(self, reasons: Sequence[str]) -> None:
        """Let the push pass, or refuse it for these reasons."""
        told = "".join(f":{line}\n" for reason in reasons for line in reason.splitlines())
        self._write(f"{told}{'refuse' if reasons else 'pass'}\n")
        if reasons:
            self._close(self._said)

    def outcome(self, deadline: float) -> tuple[RefUpdate, ...]:
        """What git says that it moved; nothing if it ends without a word.

        Raises:
            TimeoutError: it is ``deadline``.
        """
        return tuple(_update(line) for line in self._lines(deadline))

    def tell(self, lines: Sequence[str]) -> None:
        """Last words for whoever pushed; without them git does not end."""
        printable = ("".join(map(_printable, line)) for line in lines)
        self._write("".join(f"{line}\n" for line in printable))
        self._close(self._said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end in tuple(self._open):
            self._close(end)

    def _lines(self, deadline: float) -> Iterator[str]:
        """Lines up to an empty one (the first may be empty), or until nobody is left to write."""
        first = True
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                if not line and not first:
                    return
                first = False
                yield line.decode("utf-8", "surrogateescape")
                continue
            data = self._read(deadline)
            if not data:
                return
            self._rest += data

    def _read(self, deadline: float) -> bytes:
        wait = deadline - time.monotonic()
        if wait <= 0 or not self._poll.poll(wait * 1000):
            raise TimeoutError
        return os.read(self._heard, _CHUNK)

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        with suppress(BrokenPipeError):
            while data:
                data = data[os.write(self._said, data) :]

    def _close(self, end: int) -> None:
        if end in self._open:
            self._open.discard(end)
            os.close(end)


def _update(line: str) -> RefUpdate:
    old, _, rest = line.partition(" ")
    new, _, ref = rest.partition(" ")
    return RefUpdate(ref, _oid(old), _oid(new))


def _printable(character: str) -> str:
    """What a terminal shows, and never obeys."""
    return character if character.isprintable() else "?"


def _oid(text: str) -> str:
    return "" if set(text) <= _NOTHING else text
