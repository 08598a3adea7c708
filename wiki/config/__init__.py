"""What an operator may set: ``config.toml`` and the environment become frozen values."""

from wiki.config.loading import load_settings
from wiki.config.settings import (
    Git,
    Limits,
    Log,
    People,
    Reports,
    Server,
    Settings,
    WikiSettings,
)

__all__ = [
    "Git",
    "Limits",
    "Log",
    "People",
    "Reports",
    "Server",
    "Settings",
    "WikiSettings",
    "load_settings",
]
