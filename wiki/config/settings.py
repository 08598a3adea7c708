"""Every setting, its default and what it is for; names, types and environment variables are
computed from these fields, so a new setting is one new line here (and one in ``config.toml`` and
``docs/operating.md``, which a test demands).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Level = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
PushAuthors = Literal["own", "admins", "everyone"]
CommitAddresses = Literal["own", "made-up"]

# fmt: off
DEFAULT_ATTACHMENT_TYPES = (
    ".avif", ".bmp", ".csv", ".doc", ".docx", ".drawio", ".eps", ".gif", ".gz", ".heic", ".ics",
    ".jpeg", ".jpg", ".json", ".key", ".log", ".mp3", ".mp4", ".numbers", ".odg", ".odp", ".ods",
    ".odt", ".ogg", ".pages", ".pdf", ".png", ".ppt", ".pptx", ".rtf", ".svg", ".tar", ".tif",
    ".tiff", ".toml", ".tsv", ".txt", ".vcf", ".wav", ".webm", ".webp", ".xls", ".xlsx", ".xml",
    ".yaml", ".yml", ".zip",
)
# fmt: on

DEFAULT_BOTS = (
    "*[[]bot]",
    "*[[]bot]@*",
    "dependabot*",
    "renovate*",
    "github-actions*",
    "*-bot",
    "copilot",
    "copilot *",
    "*+copilot@users.noreply.github.com",
)


@dataclass(frozen=True, slots=True)
class WikiSettings:
    """What the wiki is called and where it lives. ``default_space`` "" shows a list of spaces."""

    name: str = "Strata"
    content: Path = Path("content")
    search_index: Path = Path("search_index")
    instance: Path = Path("instance")
    default_space: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """How the wiki is served. ``workers`` are processes, ``threads`` those of each.

    ``base_url`` is the address people use ("" where links stay relative); ``trusted_proxies`` are
    addresses or networks whose ``X-Forwarded-*`` headers are believed; ``https`` makes cookies
    secure (true by itself if ``base_url`` begins with https://).
    """

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    threads: int = 6
    base_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    https: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Who may come in. ``database`` is a SQLAlchemy URL; "" keeps a SQLite file in ``instance``.

    ``push_authors`` says whose commits a push may bring: the pusher's own; those of anybody if the
    pusher is an administrator; those of anybody. ``commit_addresses``: what is written here bears the
    account's e-mail address, or one made up of its name, and then no push may bring any other. ``auditors`` are the accounts that may read who looked
    at whose figures, which is kept for ``looks_days``.
    """

    database: str = ""
    anonymous_reading: bool = True
    anonymous_editing: bool = False
    session_days: int = 30
    push_authors: PushAuthors = "admins"
    commit_addresses: CommitAddresses = "own"
    auditors: tuple[str, ...] = ()
    looks_days: int = 365


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may ask of the server at once; sizes in bytes, times in seconds."""

    page_bytes: int = 2_000_000
    attachment_bytes: int = 20_000_000
    attachment_types: tuple[str, ...] = DEFAULT_ATTACHMENT_TYPES
    render_seconds: float = 2.0
    search_seconds: float = 1.0
    request_bytes: int = 25_000_000
    push_bytes: int = 200_000_000
    api_requests: int = 600
    push_commits: int = 25_000
    push_files: int = 100_000
    git_seconds: float = 300.0
    proposals: int = 200
    proposals_each: int = 20
    draft_count: int = 200
    draft_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Reports:
    """How contributions are counted. ``bots`` are patterns of names and addresses; a change of
    more than ``bulk_pages`` pages is bulk; days begin at midnight in ``timezone``. ``notice`` is said on every
    report: what the figures are for, and what was agreed about them.
    """

    bots: tuple[str, ...] = DEFAULT_BOTS
    bulk_pages: int = 50
    timezone: str = "UTC"
    window_days: int = 90
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Git:
    """As whom the wiki commits, and how long a save waits for others to finish theirs."""

    committer_name: str = "Strata"
    committer_email: str = "strata@localhost"
    lock_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Log:
    """What the server tells on its standard error."""

    level: Level = "info"
    format: LogFormat = "text"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``Settings()`` has the defaults, with paths relative to the current folder."""

    wiki: WikiSettings = field(default_factory=WikiSettings)
    server: Server = field(default_factory=Server)
    people: People = field(default_factory=People)
    limits: Limits = field(default_factory=Limits)
    reports: Reports = field(default_factory=Reports)
    git: Git = field(default_factory=Git)
    log: Log = field(default_factory=Log)
