"""Merging, scored by what people made of real collisions.

Two sets of real merges: places where two people changed the same lines, and whole pages, each with
the text that was saved in the end. The proposal's thresholds were chosen on one half and are reported
on the other, too; merges fall into a half by their name's hash. Promised for the half held out: a
proposal for at least 30 % of colliding places, at least 53 % of those equal to what people wrote but
for white space. Byte for byte is stricter, since people often reflow what they merge.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wiki.text.merge import merge3
from wiki.text.refine import propose, refine

Case = dict[str, Any]


def run(data: Path) -> list[str]:
    """Score both sets on both halves."""
    hunks = _cases(data / "conflicts" / "hunks.jsonl.gz")
    pages = _cases(data / "conflicts" / "pages.jsonl.gz")
    lines = []
    for name, half in (("tuned on", 0), ("held out", 1)):
        lines.append(f"{name}: {_places([case for case in hunks if _half(case) == half])}")
        lines += [f"          {line}" for line in _pages([c for c in pages if _half(c) == half])]
    return lines


def _cases(path: Path) -> list[Case]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _half(case: Case) -> int:
    return hashlib.sha256(f"{case['repo']}{case['merge']}".encode()).digest()[0] & 1


def _places(cases: list[Case]) -> str:
    made = [(propose(c["base"], c["ours"], c["theirs"]), c["human"]) for c in cases]
    proposed = [(proposal, human) for proposal, human in made if proposal is not None]
    return (
        f"{len(cases)} places, resolved {_share(len(proposed), len(cases))}; of those equal to "
        f"people's text {_equal(proposed)}"
    )


def _pages(cases: list[Case]) -> Iterator[str]:
    clean, proposed, taken = [], [], []
    for case in cases:
        began = time.process_time()
        merged = merge3(case["base"], case["ours"], case["theirs"])
        hunks = refine(merged.hunks)
        taken.append((time.process_time() - began) * 1000)
        whole = [h.result if h.kind == "same" else h.proposal for h in hunks]
        if merged.text is not None:
            assert "".join(h.result for h in hunks) == merged.text
            clean.append((merged.text, case["result"]))
        elif None not in whole:
            proposed.append(("".join(part or "" for part in whole), case["result"]))
    colliding = len(cases) - len(clean)
    yield (
        f"{len(cases)} pages, clean by line {_share(len(clean), len(cases))}, equal {_equal(clean)}"
    )
    yield (
        f"{colliding} pages collide, every place proposed in {_share(len(proposed), colliding)}, "
        f"equal {_equal(proposed)}"
    )
    places = statistics.quantiles(taken, n=100)
    yield f"CPU a page: p50 {places[49]:.2f} ms, p95 {places[94]:.2f} ms, most {max(taken):.1f} ms"


def _equal(pairs: list[tuple[str, str]]) -> str:
    exact = sum(one == other for one, other in pairs)
    alike = sum(_bare(one) == _bare(other) for one, other in pairs)
    return f"{_share(alike, len(pairs))} but for white space, {_share(exact, len(pairs))} in all"


def _bare(text: str) -> str:
    return "".join(text.split())


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"
