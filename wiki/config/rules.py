"""Which values a setting may have, beyond its type: one rule each, with reason and remedy."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Fault = tuple[str, str]
"""What is wrong, and what to write instead."""

_SPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_DATABASE = re.compile(r"(?:sqlite|postgresql)(?:\+[a-z0-9]+)?://.*", re.DOTALL)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,16}")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def fault(section: str, key: str, value: object) -> Fault | None:
    """Why this value cannot be used, or None."""
    rule = RULES.get((section, key))
    return rule(value) if rule else None


def _between(low: float, high: float) -> Callable[[Any], Fault | None]:
    def rule(value: float) -> Fault | None:
        if low <= value <= high:
            return None
        return f"{value} is out of range.", f"Write a number from {low:g} to {high:g}."

    return rule


def _name(value: str) -> Fault | None:
    printable = all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in value)
    if value.strip() and len(value) <= 80 and printable and not set(value) & set("<>\n"):
        return None
    return f"{value!r} is no name.", "Write 1 to 80 printable characters without < and >."


def _space(value: str) -> Fault | None:
    if not value or _SPACE.fullmatch(value):
        return None
    return (
        f"{value!r} is no name of a space.",
        "Write small letters, digits and hyphens, or nothing to show the list of spaces.",
    )


def _host(value: str) -> Fault | None:
    if re.fullmatch(r"[A-Za-z0-9._:-]+", value):
        return None
    return f"{value!r} is no address.", "Write 127.0.0.1 (this machine only) or 0.0.0.0 (all)."


def _base_url(value: str) -> Fault | None:
    if not value:
        return None
    remedy = "Write it as https://wiki.example.org, without a slash at its end."
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return f"{value!r} is no address.", remedy
    rest = parts.query + parts.fragment + (parts.username or "")
    if usable and not rest and not value.endswith("/"):
        return None
    return f"{value!r} is not an address alone.", remedy


def _networks(values: tuple[str, ...]) -> Fault | None:
    for value in values:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError:
            return f"{value!r} is no IP address.", "Write addresses or networks, as 10.0.0.0/8."
    return None


def _database(value: str) -> Fault | None:
    if not value or _DATABASE.fullmatch(value):
        return None
    # The value is not repeated: it may hold a password.
    return (
        "is no URL of a database.",
        "Write postgresql+psycopg://user:password@host/name, or nothing for a SQLite file.",
    )


def _suffixes(values: tuple[str, ...]) -> Fault | None:
    for value in values:
        if not _SUFFIX.fullmatch(value):
            return f"{value!r} is no file ending.", "Write small letters after a dot, as .pdf."
    return None


def _patterns(values: tuple[str, ...]) -> Fault | None:
    if all(value.strip() and len(value) <= 200 for value in values):
        return None
    return "holds an empty or overlong pattern.", "Remove it."


def _text(value: str) -> Fault | None:
    if len(value) <= 1000 and (value.isprintable() or not value):
        return None
    return "is too long, or more than one line.", "Write at most 1,000 characters on one line."


def _timezone(value: str) -> Fault | None:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"{value!r} is no time zone.", "Write a name such as UTC or Europe/Berlin."
    return None


def _email(value: str) -> Fault | None:
    if _ADDRESS.fullmatch(value):
        return None
    return f"{value!r} is no e-mail address.", "Write one such as strata@example.org."


RULES: Mapping[tuple[str, str], Callable[[Any], Fault | None]] = {
    ("wiki", "name"): _name,
    ("wiki", "default_space"): _space,
    ("server", "host"): _host,
    ("server", "port"): _between(0, 65535),
    ("server", "workers"): _between(1, 64),
    ("server", "threads"): _between(1, 64),
    ("server", "base_url"): _base_url,
    ("server", "trusted_proxies"): _networks,
    ("people", "database"): _database,
    ("people", "session_days"): _between(1, 365),
    ("people", "auditors"): _patterns,
    ("people", "looks_days"): _between(1, 3650),
    ("limits", "page_bytes"): _between(1_000, 50_000_000),
    ("limits", "attachment_bytes"): _between(1_000, 2_000_000_000),
    ("limits", "attachment_types"): _suffixes,
    ("limits", "render_seconds"): _between(0.1, 60),
    ("limits", "search_seconds"): _between(0.1, 60),
    ("limits", "request_bytes"): _between(10_000, 4_000_000_000),
    ("limits", "push_bytes"): _between(10_000, 100_000_000_000),
    ("limits", "push_commits"): _between(1, 1_000_000),
    ("limits", "push_files"): _between(1, 10_000_000),
    ("limits", "git_seconds"): _between(1, 86_400),
    ("limits", "proposals"): _between(1, 1_000),
    ("limits", "proposals_each"): _between(1, 1_000),
    ("reports", "bots"): _patterns,
    ("reports", "bulk_pages"): _between(2, 1_000_000),
    ("reports", "timezone"): _timezone,
    ("reports", "window_days"): _between(1, 36_500),
    ("reports", "notice"): _text,
    ("git", "committer_name"): _name,
    ("git", "committer_email"): _email,
    ("git", "lock_seconds"): _between(0.1, 600),
}
