"""What programs that read text are told of this wiki, at ``/llms.txt`` (llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response

from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.api.blueprint import PREFIX
from wiki.web.context import current_wiki
from wiki.web.page_cache import etag_of
from wiki.web.viewer import current_viewer

bp = Blueprint("agents", __name__)

MOST_SPACES = 200


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
    document = addresses.outside_address(f"{PREFIX}/openapi.json")
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
    yield f"- [API]({document}): pages, search, history, reports and proposals as JSON (OpenAPI 3.1)"
    yield "- `strata mcp`: the same for agents that speak the Model Context Protocol"
    yield ""


def _plain(text: str) -> str:
    """One line, without what Markdown would take for a link."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")")[:500]
