"""Pages that were shown a moment ago are handed out at the door, before Flask is woken.

Only to readers who are nobody (no session cookie), under the address and host that the application
itself answered with 200, and only while the branch has not moved and everybody may read. Such a
view costs one small file read; it is logged and answered with the same headers as any other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, g, request

from wiki.errors import StrataError
from wiki.model import ANONYMOUS
from wiki.services.wiki import Wiki
from wiki.web import logs
from wiki.web.page_cache import KeptPage, Key, PageCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NOT_REPEATED = frozenset({"X-Request-Id", "Set-Cookie"})
_ONLY_WITH_A_BODY = frozenset({"Content-Type", "Content-Length"})


def setup(app: Flask) -> None:
    """Put the door before the application (and behind what guards against forged proxies)."""
    door = FrontDoor(app.wsgi_app, app)
    app.wsgi_app = door  # type: ignore[method-assign]
    app.after_request(door.remember)


class FrontDoor:
    """A WSGI application before another one."""

    def __init__(self, inner: WSGIApplication, app: Flask) -> None:
        self._inner, self._app = inner, app
        self._pages: PageCache = app.extensions.setdefault("strata-pages", PageCache())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        kept = self._find(environ)
        if kept is None:
            return self._inner(environ, start_response)
        unchanged = kept.etag in environ.get("HTTP_IF_NONE_MATCH", "")
        number = logs.log_answer(environ["PATH_INFO"], 304 if unchanged else 200, begun)
        headers = [*kept.headers, ("X-Request-Id", number)]
        if unchanged:
            start_response(
                "304 NOT MODIFIED", [h for h in headers if h[0] not in _ONLY_WITH_A_BODY]
            )
            return [b""]
        start_response("200 OK", headers)
        return [kept.body]

    def remember(self, response: Response) -> Response:
        """Keep what the application just answered to nobody in particular."""
        kept: KeptPage | None = g.get("kept_page")
        if kept is None or response.status_code != 200 or request.method != "GET":
            return response
        key = self._key(request.environ)
        if key is None or "Set-Cookie" in response.headers:
            return response
        headers = tuple((k, v) for k, v in response.headers if k not in _NOT_REPEATED)
        if "Content-Length" not in response.headers:
            headers = (*headers, ("Content-Length", str(len(kept.body))))
        self._pages.keep(key, replace(kept, headers=headers))
        return response

    def _find(self, environ: WSGIEnvironment) -> KeptPage | None:
        if environ["REQUEST_METHOD"] != "GET":
            return None
        key = self._key(environ)
        if key is None or not self._pages.knows(key):
            return None
        wiki = cast("Wiki", self._app.extensions["strata"])
        try:
            space = wiki.space(ANONYMOUS, key[3])
            return self._pages.get(key, space.shown_version())
        except StrataError:
            return None

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Under which a page is kept for the nameless; None for everybody else's requests."""
        cookie = str(self._app.config["SESSION_COOKIE_NAME"])
        if environ.get("QUERY_STRING") or cookie in environ.get("HTTP_COOKIE", ""):
            return None
        if "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
            return None
        path = environ["PATH_INFO"]
        space = path[1:].partition("/")[0]
        return "door", environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", ""), space, path
