"""Names and moments as JSON bears them."""

from __future__ import annotations

from datetime import UTC, datetime


def text(name: str) -> str:
    """Text fit for JSON: bytes of a name that are no UTF-8 are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def moment(seconds: int | None) -> str | None:
    """A moment as in RFC 3339; None where no clock can be believed."""
    if seconds is None:
        return None
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return None
