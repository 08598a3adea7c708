"""A configuration that cannot be used."""

from __future__ import annotations

from wiki.errors.base import StrataError


class SettingInvalid(StrataError):
    """A setting has a value that cannot be used."""

    def __init__(self, source: str, key: str, reason: str, remedy: str) -> None:
        super().__init__(f"{source}: {key}: {reason} {remedy}")
        self.source, self.key, self.reason, self.remedy = source, key, reason, remedy


class AddressUnavailable(StrataError):
    """The server cannot listen where it was told to."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}, port {port}: {reason}. Stop the program that uses it (perhaps "
            "this wiki is running already), or set another server.port."
        )
        self.host, self.port = host, port
