"""Small files in TOML that people write by hand, and others may fill with anything.

Python's reader fails in several ways, and some texts keep it busy for minutes: names joined by
thousands of dots take it the square of their number.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_DOTS = 16
"""So many dots may stand in one line outside of texts and remarks."""

_TEXT_OR_REMARK = re.compile(
    r'"""(?s:.*?)"""|'
    r"'''(?s:.*?)'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"\#[^\n]*"
)


def read_table(text: str) -> dict[str, Any]:
    """What a file says.

    Raises:
        ValueError: it cannot be read; the message says where, if that is known.
    """
    bare = _TEXT_OR_REMARK.sub("_", text)
    if any(line.count(".") > MOST_DOTS for line in bare.split("\n")):
        raise ValueError(f"A line has names of more than {MOST_DOTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("Lists or tables lie too deep within each other") from None
