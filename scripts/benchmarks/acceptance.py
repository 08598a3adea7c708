"""Every real repository as a space: counts, 100 pages, 200 edits, fsck, following = rebuilding."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def run(data: Path) -> list[str]:
    """Take in all bundles; the first thing that does not hold ends it with an AssertionError."""
    from tests.acceptance import accept

    told: list[str] = []
    for bundle in sorted((data / "repositories").glob("*.bundle")):
        started = time.monotonic()
        lines: list[str] = []
        with tempfile.TemporaryDirectory() as folder:
            accept(bundle, Path(folder), say=lines.append)
        told.append(f"{bundle.stem}: {time.monotonic() - started:.0f} s; {'; '.join(lines)}")
        print("  ", told[-1], file=sys.stderr, flush=True)
    return told
