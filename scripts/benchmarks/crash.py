"""kill -9 of the whole server at 300 random moments of a storm: nothing acknowledged is lost.

``scripts/bench crash=20`` kills so many times. Writers come through all three doors. After each kill the
server is started again: the first page comes within five seconds; everything acknowledged stands;
no page is half; a save and a push go through at once, with nobody's help. Each tenth time, and at the end, plain git
judges the whole history (``tests/cases/storm_oracle.py``) and reads every object.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

KILLS = 300
SEED = int(os.environ.get("CRASH_SEED", "1"))


def run(data: Path, kills: int = KILLS) -> list[str]:  # noqa: ARG001 - it makes its own wiki
    """Kill and look; ends with an AssertionError that names the first rounds that went wrong."""
    from tests.cases.crashing import FIRST_ANSWER_SECONDS, crashes
    from tests.cases.storm_place import furnish

    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=_disk()) as folder:
        place = furnish(Path(folder, "wiki"), browsers=4, clones=2, scripts=2)
        seen = crashes(place, SEED)
        try:
            seen.begin()
            while seen.rounds < kills and not seen.wrong:
                seen.crash()
                if seen.rounds % 10 == 0 or seen.rounds == kills:
                    seen.judge()
                    print(f"   {seen.rounds} kills", file=sys.stderr, flush=True)
        finally:
            seen.end()
        assert not seen.wrong, "\n".join([*seen.wrong[:20], *_errors(place.folder / "log")])
        slow = sum(took > FIRST_ANSWER_SECONDS for took in seen.starts)
        doors = ", ".join(f"{door} {count:,}" for door, count in sorted(seen.ledger.doors.items()))
        return [
            f"{seen.rounds} kills; {len(seen.ledger.acknowledged):,} writes acknowledged ({doors}), all there; no half page",
            f"start to first page: {_spread(seen.starts)}; above {FIRST_ANSWER_SECONDS:g} s: {slow} (promised: none)",
            f"first save after it: {_spread(seen.first_saves)}; first push: {_spread(seen.first_pushes)}",
            f"git fsck --strict: clean; log of pushes: complete; load average at the start: {load:.1f}",
        ]


def _errors(log: Path) -> list[str]:
    """What the server itself said of it."""
    told = [line for line in log.read_text().splitlines() if " error " in line or "Error" in line]
    return told[-20:]


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2]:.2f} s, slowest {ordered[-1]:.2f} s"


def _disk() -> str | None:
    return "/var/tmp" if Path("/var/tmp").is_dir() else None
