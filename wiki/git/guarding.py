"""What git itself sees to at a push: its settings, and the hooks by which the wiki is asked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO

from wiki.git.incoming import FSCK

HOOKS = Path(__file__).parent / "hooks"

_PROPOSALS = b"refs/heads/proposal/"
_PACKET_LENGTH = re.compile(rb"[0-9a-fA-F]{4}")
_LOOKED_AT = 1 << 16
_SMALL_PUSH = 30
"""Packs of fewer objects are taken apart: a pack for every small push would slow down reading."""

BOUNDED = (
    ("pack.threads", "1"),
    ("pack.windowMemory", "64m"),
    ("core.bigFileThreshold", "32m"),
)
"""What keeps git small, whatever it does."""


def can_receive() -> bool:
    """Whether pushes can be judged: git goes on without a hook that it cannot run."""
    return all(os.access(HOOKS / name, os.X_OK) for name in ("pre-receive", "post-receive"))


def receive_settings(push_bytes: int = 0, *, guarded: bool = True) -> tuple[tuple[str, str], ...]:
    """What git sees to by itself at a push; everything else is the judge's."""
    return (
        *BOUNDED,
        ("core.hooksPath", str(HOOKS)),
        ("transfer.fsckObjects", "true"),
        ("receive.fsckObjects", "true"),
        ("receive.maxInputSize", str(push_bytes)),
        ("receive.unpackLimit", str(_SMALL_PUSH)),
        ("receive.advertisePushOptions", "false"),
        ("receive.autogc", "false"),
        ("receive.updateServerInfo", "false"),
        ("receive.shallowUpdate", "false"),
        # Proposals may be rewritten and removed by whom the judge lets; git itself guards all else.
        ("receive.denyNonFastForwards", "true" if guarded else "false"),
        ("receive.denyDeletes", "true" if guarded else "false"),
        ("receive.denyDeleteCurrent", "refuse"),
        # The log of pushes is fetched like anything else, and written by the wiki alone.
        ("receive.hideRefs", "refs/notes"),
        ("receive.hideRefs", "refs/strata"),
        *FSCK,
    )


def only_proposals(request: IO[bytes]) -> bool:
    """Whether a push names no reference but proposals, as far as one looks."""
    head = os.pread(request.fileno(), _LOOKED_AT, 0)
    named: list[bool] = []
    while _PACKET_LENGTH.match(head) and (length := int(head[:4], 16)) > 4:
        words = head[4:length].partition(b"\0")[0].split()
        if words[:1] != [b"shallow"]:
            named.append(len(words) == 3 and words[2].startswith(_PROPOSALS))
        head = head[length:]
    return head.startswith(b"0000") and bool(named) and all(named)
