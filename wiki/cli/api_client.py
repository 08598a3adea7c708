"""A wiki as another machine sees it: requests to its JSON API under somebody's token."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from wiki.errors import AnswerRefused, WikiUnreachable

Json = dict[str, Any]
Method = Literal["GET", "PUT", "POST", "PATCH"]

TIMEOUT = 60.0
"""Seconds without a sign of life."""

LARGEST_ANSWER = 64_000_000
"""Bytes; more is not what this API sends."""


class _NoRedirects(HTTPRedirectHandler):
    """A redirection would take the token to whatever place the answer names."""

    def redirect_request(self, *_: object) -> None:
        return None


def is_address(url: str) -> bool:
    """Whether this can be the address of a wiki."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port_is_right


@dataclass(frozen=True)
class WikiClient:
    """The API of the wiki at ``url`` on behalf of the owner of ``token`` ("": of nobody).

    ``door`` is what the wiki notes of every edit: through which program it came.
    """

    url: str
    token: str
    door: str
    _opener: OpenerDirector = field(default_factory=lambda: build_opener(_NoRedirects))

    def get(self, *path: str, **query: str | int) -> Json:
        """Read; empty parameters are left out. Refusals as of ``send``."""
        asked = {name: value for name, value in query.items() if value != ""}
        return self.send("GET", path, query=asked)

    def send(
        self,
        method: Method,
        path: tuple[str, ...],
        *,
        query: Mapping[str, str | int] | None = None,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Make a request; ``path`` are its parts below ``/api/v1``, as they are spelt to people.

        Raises:
            AnswerRefused: the wiki refused it, and says why.
            WikiUnreachable: no answer came, or none of this API.
        """
        address = f"{self.url.rstrip('/')}/api/v1/{_joined(path)}"
        if query:
            address += f"?{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(address, data, self._headers(headers or {}, body), method=method)  # noqa: S310 - is_address
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _object(self.url, answer.read(LARGEST_ANSWER))
        except HTTPError as error:
            with error:
                raise _refusal(self.url, error) from None
        except (OSError, http.client.HTTPException) as error:
            raise WikiUnreachable(self.url, _reason(error), wrote=method != "GET") from None

    def _headers(self, given: Mapping[str, str], body: Json | None) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "User-Agent": f"strata-{self.door}/{version('strata-wiki')}",
            "Strata-Door": self.door,
            **given,
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        return headers


def _joined(path: tuple[str, ...]) -> str:
    """The parts of a path; what a name bears (slashes, too) is not read as more parts. No name begins or ends
    with a slash, though some give it so."""
    path = tuple(part.strip("/") for part in path)
    for part in path:
        if not part or set(part) <= {"."}:
            raise AnswerRefused(404, "NameInvalid", f"“{part}” is no name.", {})
    return "/".join(quote(part, safe="") for part in path)


def _refusal(url: str, error: HTTPError) -> AnswerRefused | WikiUnreachable:
    """What an answer that is no success says."""
    try:
        problem = json.loads(error.read(LARGEST_ANSWER))
    except (ValueError, OSError, http.client.HTTPException):
        problem = None
    if isinstance(problem, dict) and "detail" in problem and "code" in problem:
        return AnswerRefused(error.code, str(problem["code"]), str(problem["detail"]), problem)
    moved = error.headers.get("Location")
    reason = f"it answers {error.code}" + (f" and names {moved} instead" if moved else "")
    return WikiUnreachable(url, reason, wrote=False)


def _object(url: str, body: bytes) -> Json:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WikiUnreachable(url, "what answers there is no wiki's API", wrote=False)
    return answer


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason) or type(reason).__name__
