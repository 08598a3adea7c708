"""What is told of the ways in for programs: to people at ``/-/api``, to programs at ``/llms.txt`` (llmstxt.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.api.blueprint import ENDPOINTS, PREFIX
from wiki.web.context import current_wiki
from wiki.web.page_cache import etag_of
from wiki.web.viewer import current_viewer

bp = Blueprint("agents", __name__)

MOST_SPACES = 200


@bp.get("/-/api")
def api() -> str:
    """How programs come in, with every endpoint there is."""
    wiki = current_wiki()
    spaces = wiki.spaces(current_viewer(), 1)
    return render_template(
        "agents/api.html",
        base=_outside(),
        document=f"{request.script_root}{PREFIX}/openapi.json",
        example=spaces[0].name if spaces else "handbook",
        agent=_agent_settings(),
        endpoints=ENDPOINTS,
        per_minute=wiki.settings.limits.api_requests,
    )


@bp.get("/llms.txt")
def llms() -> Response:
    """The wiki in a few lines: its spaces, and how to read and change them."""
    wiki = current_wiki()
    spaces = wiki.spaces(current_viewer(), MOST_SPACES)
    body = "\n".join(_lines(wiki.settings.wiki.name, spaces)).encode("utf-8", "replace")
    response = Response(body, content_type="text/markdown; charset=utf-8")
    response.set_etag(etag_of(body), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response


def _lines(name: str, spaces: list[Space]) -> Iterator[str]:
    document = _outside("/openapi.json")
    yield f"# {_plain(name)}"
    yield ""
    yield "> A wiki: every page is Markdown in a git repository, with its whole history and its authors."
    yield ""
    yield (
        "Add `.md` to the address of any page for its Markdown. Whoever changes pages by program signs in with a "
        "personal access token and says which version each change is based on."
    )
    yield ""
    yield "## Spaces"
    yield ""
    for space in spaces:
        place = addresses.outside_address(addresses.space_address(space.name))
        about = f": {_plain(space.description)}" if space.description else ""
        yield f"- [{_plain(space.title)}]({place}){about}"
    if not spaces:
        yield "Nothing is open to strangers here: sign in."
    yield ""
    yield "## For programs"
    yield ""
    yield f"- [How programs come in]({addresses.outside_address(addresses.site_address('api'))}), for people"
    yield f"- [API]({document}): pages, search, history, reports and proposals as JSON (OpenAPI 3.1)"
    yield "- `strata mcp`: the same for agents that speak the Model Context Protocol"
    yield ""


def _outside(tail: str = "") -> str:
    """An address of the API as programs elsewhere need it."""
    return addresses.outside_address(f"{request.script_root}{PREFIX}{tail}")


def _agent_settings() -> str:
    """What agents' programs read, for the wiki at this address."""
    url = addresses.outside_address(addresses.site_address()).rstrip("/")
    arguments = ["mcp", "--url", url, "--token-file", "/path/to/token"]
    settings = {"mcpServers": {"wiki": {"command": "strata", "args": arguments}}}
    return json.dumps(settings, indent=2)


def _plain(text: str) -> str:
    """One line, without what Markdown would take for a link."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")")[:500]
