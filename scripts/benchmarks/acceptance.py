"""Take in every bundle of a folder: counts, 100 pages shown, 200 edits, fsck, following = rebuilding."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def main(argv: list[str]) -> int:
    """``acceptance [FOLDER OR BUNDLE …]``; by default the repositories beside this checkout."""
    from tests.acceptance import accept

    places = [Path(arg) for arg in argv] or [ROOT.parent / "shared" / "data" / "repositories"]
    bundles = [b for p in places for b in (sorted(p.glob("*.bundle")) if p.is_dir() else [p])]
    for bundle in bundles:
        started = time.monotonic()
        print(bundle.name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            accept(bundle, Path(folder), say=lambda line: print("  ", line, flush=True))
        print(f"   {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
