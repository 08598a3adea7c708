"""Questions that cannot be answered, or not now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wiki.errors.base import StrataError

if TYPE_CHECKING:
    from collections.abc import Mapping


class QueryRefused(StrataError):
    """A search that would cost too much or means nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This search cannot be answered: {reason}")
        self.reason = reason


class SearchNotReady(StrataError):
    """The index is being built; pages can be read meanwhile."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The search index of “{space}” is being built. Pages can be read meanwhile; "
            "try again in a minute."
        )
        self.space = space


class IndexNotReady(StrataError):
    """What is computed from the log is being built, or was damaged and will be; pages are safe."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The lists and the history of “{space}” are being built. All pages are safe; "
            "try again in a minute."
        )
        self.space = space


class WindowInvalid(StrataError):
    def __init__(self, value: str) -> None:
        super().__init__(
            f"“{value[:80]}” is no span of days. Write dates as 2026-03-31, the first before the last."
        )


class TeamInvalid(StrataError):
    """A team in the form cannot be saved as it was typed."""


class ParameterInvalid(StrataError):
    """A request's parameter is missing or cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The parameter “{name}” cannot be used: {reason}")
        self.name, self.reason = name, reason


class McpMissing(StrataError):
    """The SDK of the Model Context Protocol is an extra."""

    def __init__(self) -> None:
        super().__init__(
            "The Model Context Protocol needs a package that is not installed here. Run: "
            'python -m pip install "mcp>=2.3,<3"'
        )


class AnswerRefused(StrataError):
    """Another wiki refused a request: its own sentence, and all else that it told in ``problem`` (RFC 9457)."""

    def __init__(self, status: int, code: str, sentence: str, problem: Mapping[str, Any]) -> None:
        super().__init__(sentence)
        self.status, self.code, self.problem = status, code, problem


class WikiUnreachable(StrataError):
    """No answer came from another wiki, or none of its API. ``wrote``: what was sent may have arrived."""

    def __init__(self, url: str, reason: str, *, wrote: bool) -> None:
        unsure = " It may have been saved nevertheless: read it before you try again."
        super().__init__(
            f"The wiki at {url} cannot be reached: {reason}. Try again later, or check the address."
            + (unsure if wrote else "")
        )
        self.url, self.reason = url, reason
