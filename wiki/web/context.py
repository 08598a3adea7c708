"""What views and templates find around them: the wiki, the viewer, and what they may do.

Templates get ``wiki_name``, ``viewer``, ``may(action, space)``, ``readable_spaces()``,
``csrf_field()``, ``top_of_tree(space)``, the addresses of :mod:`wiki.web.addresses` and the filters ``date``, ``moment``,
``ago``, ``bytesize`` and ``number``. A view passes ``space`` (or nothing outside all spaces).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from wiki.errors import StrataError
from wiki.services import policy
from wiki.services.folders import TreeNode, side_tree
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.web.viewer import current_viewer

SPACES_SHOWN = 30

_STEPS = (
    (60, 1, "second"),
    (3600, 60, "minute"),
    (86400, 3600, "hour"),
    (7 * 86400, 86400, "day"),
    (30 * 86400, 7 * 86400, "week"),
    (365 * 86400, 30 * 86400, "month"),
)


def setup(app: Flask) -> None:
    """Give templates their names and filters."""
    app.context_processor(_names)
    app.jinja_env.globals.update(
        may=may,
        readable_spaces=readable_spaces,
        csrf_field=csrf_field,
        top_of_tree=top_of_tree,
        now=lambda: int(time.time()),
    )
    app.jinja_env.filters.update(filters())


def filters() -> dict[str, Callable[..., str]]:
    """How templates write numbers and times; they need no application."""
    return {
        "date": date_text,
        "moment": moment_text,
        "isotime": iso_time,
        "ago": ago_text,
        "bytesize": size_text,
        "number": number_text,
    }


def current_wiki() -> Wiki:
    """The wiki this application serves."""
    return cast("Wiki", current_app.extensions["strata"])


def may(action: str, space: Space | str | None = None) -> bool:
    """Whether the viewer may do this here; ``action`` as in ``policy.Action``, in small letters."""
    name = space if isinstance(space, str) else space.name if space else ""
    wanted = policy.Action[action.upper()]
    return policy.may(current_viewer(), wanted, name, current_wiki().settings)


def readable_spaces() -> list[Space]:
    """The spaces the viewer may read, as many as the switcher shows."""
    return current_wiki().spaces(current_viewer(), SPACES_SHOWN)


def top_of_tree(space: Space) -> tuple[TreeNode, ...]:
    """The side bar's tree where no page is open; nothing where the space cannot be read."""
    try:
        return side_tree(space, "")
    except StrataError:
        return ()


def csrf_field() -> Markup:
    """The hidden field every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def date_text(seconds: float) -> str:
    """``2 March 2026`` (UTC)."""
    at = _at(seconds)
    return f"{at.day} {at:%B %Y}"


def moment_text(seconds: float) -> str:
    """``2 March 2026, 14:05 UTC``."""
    return f"{date_text(seconds)}, {_at(seconds):%H:%M} UTC"


def iso_time(seconds: float) -> str:
    """``2026-03-02T14:05:00Z``, for ``<time datetime>``."""
    return f"{_at(seconds):%Y-%m-%dT%H:%M:%SZ}"


def ago_text(seconds: float, now: float | None = None) -> str:
    """``3 hours ago``, ``yesterday``; after a year, the date itself."""
    passed = (time.time() if now is None else now) - seconds
    if passed < 45:
        return "just now" if passed > -60 else date_text(seconds)
    for limit, unit, name in _STEPS:
        if passed < limit:
            count = max(1, round(passed / unit))
            return (
                "yesterday"
                if (count, name) == (1, "day")
                else f"{count} {name}{'s' * (count > 1)} ago"
            )
    return date_text(seconds)


def size_text(size: int) -> str:
    """``14 kB``, ``2.3 MB``."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".0 ", " ")


def number_text(value: float) -> str:
    """``38,014``: thousands apart."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _at(seconds: float) -> datetime:
    """The moment in UTC; one that no calendar has is shown as 1970."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _names() -> dict[str, object]:
    return {"wiki_name": current_wiki().settings.wiki.name, "viewer": current_viewer()}
