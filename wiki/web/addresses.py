"""Addresses inside the wiki. Templates and views build every link here, never by hand.

All are paths on this server (with the prefix a proxy may mount us under); only
:func:`absolute_address` names a host, and that comes from the settings, never from the request.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, current_app, request
from werkzeug.routing import PathConverter

from wiki.model import is_hidden, page_name
from wiki.model.drafts import DraftPlace
from wiki.services.people import MAILMAP
from wiki.services.privacy import REPORTS_FILE
from wiki.services.space import CHARTER
from wiki.services.teams import TEAMS_FILE
from wiki.services.wiki import Wiki

_STATIC = Path(__file__).parent / "static"
_SETTINGS = {
    CHARTER: "charter",
    TEAMS_FILE: "teams",
    REPORTS_FILE: "privacy",
    MAILMAP: "identities",
}
_PLAIN = "/~()!,'*@:"  # what a path shows as it is


class AnyPath(PathConverter):
    """A path of any characters, since what a repository brought may be named with any: line feeds, too."""

    regex = "[^/](?s:.*?)"


def setup(app: Flask) -> None:
    """Let templates build addresses, and routes take every path."""
    app.url_map.converters["path"] = AnyPath
    app.jinja_env.globals.update(
        space_url=space_address,
        page_url=page_address,
        tool_url=tool_address,
        site_url=site_address,
        static_url=static_address,
        draft_url=draft_address,
        present_url=present_address,
        file_history_url=file_history_address,
        absolute_url=absolute_address,
    )


def space_address(space: str) -> str:
    """A space's home: ``/handbook/``."""
    return f"{request.script_root}/{quote(space)}/"


def page_address(space: str, path: str, fragment: str = "") -> str:
    """A page (by its name or file path) or, ending with ``/``, a folder: ``/handbook/how/we work``."""
    name = path if path.endswith("/") else page_name(path)
    anchor = f"#{quote(fragment)}" if fragment else ""
    return f"{space_address(space)}{_path(name)}{anchor}"


def tool_address(space: str, tool: str, path: str = "", **query: object) -> str:
    """What lies beside the pages: ``tool_address("handbook", "history", "how")``."""
    tail = f"/{_path(path)}" if path else ""
    return f"{space_address(space)}-/{tool}{tail}{_query(query)}"


def site_address(tool: str = "", **query: object) -> str:
    """What concerns the whole wiki: ``site_address("sign-in", next="/")``; "" is its home."""
    tail = f"-/{tool}" if tool else ""
    return f"{request.script_root}/{tail}{_query(query)}"


def static_address(name: str) -> str:
    """A file of the style or script, named by its content so that browsers may keep it for ever."""
    return f"{request.script_root}/-/static/{name}?v={_fingerprint(name, current_app.debug)}"


def file_history_address(space: str, path: str) -> str:
    """The history of a file that is no page. Hidden files have none: those that say something about the space
    have a page of their own, the others nothing ("")."""
    if not is_hidden(path):
        return tool_address(space, "history", path)
    return tool_address(space, _SETTINGS[path]) if path in _SETTINGS else ""


def draft_address(place: DraftPlace) -> str:
    """The editor with a draft of this place in it; for a proposal, its own page."""
    if place.proposal:
        return tool_address(place.space, "proposals", place.proposal)
    if not place.page:
        return tool_address(place.space, "new", draft=place.part)
    return tool_address(place.space, "edit", place.page, section=place.part, draft=1)


def absolute_address(path: str) -> str:
    """A path of ours with the host that the settings name, for feeds and mail."""
    wiki: Wiki = current_app.extensions["strata"]
    server = wiki.settings.server
    base = server.base_url.rstrip("/") or f"http://{server.host}:{server.port}"
    root = request.script_root
    prefix = urlsplit(base).path
    return base + (path.removeprefix(root) if root and root == prefix else path)


def outside_address(path: str) -> str:
    """A path of ours as it is copied into another program by whoever sees this answer.

    Where the settings name no host, the one they used themselves: it leads here from where they are.
    """
    wiki: Wiki = current_app.extensions["strata"]
    if wiki.settings.server.base_url:
        return absolute_address(path)
    return f"{request.scheme}://{request.host}{path}"


def present_address() -> str:
    """Where the browser is now, as it stands in its address bar: to come back there. "" after a form was sent.

    Not ``request.full_path``, which has its blanks and umlauts decoded and lacks the prefix of a proxy.
    """
    if request.method != "GET":
        return ""
    path = request.environ.get("SCRIPT_NAME", "") + request.environ.get("PATH_INFO", "")
    query = quote(request.query_string, safe="/?%=&+-._~!$'()*,;:@")
    return quote(path.encode("latin-1"), safe=_PLAIN) + (f"?{query}" if query else "")


def exact_path(path: str) -> str:
    """The end of the request's path that a view was given, its bytes kept.

    File names in a repository need not be UTF-8; the router replaces what is not, which would name
    another file. Such bytes become surrogate escapes, as everywhere in the wiki.
    """
    if "\ufffd" not in path:
        return path
    raw = request.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "surrogateescape")
    return "/".join(raw.split("/")[-path.count("/") - 1 :])


def safe_next(target: str) -> str:
    """The address to go to after signing in: ``target`` if it lies on this server, else home.

    Browsers drop tabs and line ends from addresses and read ``\\`` as ``/``; so only a plain path
    is let through: one ``/``, then no second ``/`` or ``\\``, and no control characters at all.
    """
    home = site_address()
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return home
    if any(character <= " " or character == "\x7f" for character in target):
        return home
    parts = urlsplit(target)
    return target if not (parts.scheme or parts.netloc) else home


def _path(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe=_PLAIN)


def _query(query: dict[str, object]) -> str:
    given = [
        (key.rstrip("_"), str(value)) for key, value in query.items() if value not in (None, "")
    ]
    return f"?{urlencode(given, errors='surrogateescape')}" if given else ""


@lru_cache(maxsize=256)
def _fingerprint(name: str, _debug: bool) -> str:
    try:
        return blake2b((_STATIC / name).read_bytes(), digest_size=6).hexdigest()
    except OSError:
        return "0"
