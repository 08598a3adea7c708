"""The columns of a history in a file beside it, so that a new process need not read every row again.

The file is nothing but a memory: whoever cannot read it, or finds that it belongs to another database,
reads the rows. It is replaced as a whole, and its last bytes are a checksum of all before them.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.model import Author
from wiki.projections.history.columns import Columns, HistoryColumns, Mark

_FORMAT = 2
_ALIGNED = 8


def write_file(folder: Path, columns: HistoryColumns) -> None:
    """Keep the columns; a disk that does not take them is no reason to refuse anything."""
    texts = [
        "\0".join(columns.paths),
        "\0".join(columns.births),
        json.dumps([[n, who.name, who.email] for n, who in columns.authors.items()]),
    ]
    parts: list[Any] = [np.frombuffer(_bytes(text) or b"\0", np.uint8) for text in texts]
    parts += [*columns.commits, *columns.credits, *columns.changes, columns.roots, *columns.live]
    head = {
        "format": _FORMAT,
        "mark": asdict(columns.mark),
        "position": columns.position,
        "partial": columns.partial,
        "parts": [[part.dtype.str, len(part)] for part in parts],
        "texts": [len(_bytes(text)) for text in texts],
    }
    first = json.dumps(head).encode()
    body = [first + b" " * (-(len(first) + 1) % _ALIGNED) + b"\n"]
    for part in parts:
        data = np.ascontiguousarray(part).tobytes()
        body.append(data + b"\0" * (-len(data) % _ALIGNED))
    whole = b"".join(body)
    draft = folder / f"history-columns-{os.getpid()}.draft"
    try:
        draft.write_bytes(whole + zlib.crc32(whole).to_bytes(4, "big"))
        draft.replace(_path(folder))
    except OSError:
        draft.unlink(missing_ok=True)


def read_file(folder: Path, database: str) -> HistoryColumns | None:
    """The columns that were kept of a database (its file); None if there are none that hold."""
    try:
        whole = _path(folder).read_bytes()
    except OSError:
        return None
    end = len(whole) - 4
    if end < 0 or zlib.crc32(memoryview(whole)[:end]).to_bytes(4, "big") != whole[end:]:
        return None
    head = json.loads(whole[: whole.index(b"\n")])
    if head["format"] != _FORMAT or head["mark"]["file"] != database:
        return None
    parts = _parts(whole, head)
    paths, births, authors = (
        bytes(part[:length]).decode("utf-8", "surrogatepass")
        for part, length in zip(parts[:3], head["texts"], strict=True)
    )
    rest = iter(parts[3:])
    return HistoryColumns(
        Mark(**head["mark"]),
        head["position"],
        head["partial"],
        {n: Author(name, email) for n, name, email in json.loads(authors)},
        _take(rest, 10),
        _take(rest, 2),  # type: ignore[arg-type] # two, as they were written
        _take(rest, 9),
        tuple(paths.split("\0")) if paths else (),
        tuple(births.split("\0")) if births else (),
        next(rest),
        _take(rest, 3),  # type: ignore[arg-type] # as above
    )


def _parts(whole: bytes, head: dict[str, Any]) -> list[NDArray[Any]]:
    at = whole.index(b"\n") + 1
    found = []
    for kind, count in head["parts"]:
        found.append(np.frombuffer(whole, np.dtype(kind), count, at))
        at += -(-np.dtype(kind).itemsize * count // _ALIGNED) * _ALIGNED
    return found


def _take(parts: Any, count: int) -> Columns:
    return tuple(next(parts) for _ in range(count))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _path(folder: Path) -> Path:
    return folder / "history.columns"
