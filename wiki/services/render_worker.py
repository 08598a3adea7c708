"""A process that renders pages, one at a time, and may be killed at any moment.

Started by ``wiki.services.rendering`` as ``python -m wiki.services.render_worker``. It reads jobs
from its standard input and answers on its standard output: each a length (4 bytes, big-endian) and
JSON. It ends when its input ends, or by itself when a job takes far too long (its parent died).
"""

from __future__ import annotations

import json
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from wiki.text.render import render

HEADER = struct.Struct(">I")
MEMORY_BYTES = 1 << 30
GIVE_UP_SECONDS = 60


def main() -> None:
    """Answer jobs until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    render("# Warm\n\n`x` [[y]]\n\n```py\n1\n```\n", "warm.md")
    write_message(answers, {"ready": True})
    while (job := read_message(jobs)) is not None:
        signal.alarm(GIVE_UP_SECONDS)
        write_message(answers, _answer(job))
        signal.alarm(0)


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    try:
        return render(job["source"], job["path"]).as_json()
    except Exception as error:  # noqa: BLE001 - whatever a library does with hostile text
        return {"failed": f"{type(error).__name__}: {error}"[:300]}


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; None at the end of the stream, even in the middle of a message."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    body = stream.read(length)
    if len(body) < length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message


def write_message(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Sends one message whole."""
    body = json.dumps(message, separators=(",", ":")).encode()
    stream.write(HEADER.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
