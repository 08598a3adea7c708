"""The page that tells how to work on a space with git, and the addresses that lead to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.git_door import clone_address
from wiki.web.viewer import current_viewer

bp = Blueprint("cloning", __name__)


@bp.get("/<space>/-/clone")
def clone_page(space: str) -> str:
    """The address for ``git clone``, and how to sign in there."""
    wiki = current_wiki()
    opened = wiki.space(current_viewer(), space)
    return render_template(
        "reading/clone.html",
        space=opened,
        address=clone_address(space),
        branch=opened.repository.branch,
        open_to_all=wiki.settings.people.anonymous_reading,
        own_work=wiki.settings.people.push_authors != "everyone",
        made_up=wiki.settings.people.commit_addresses == "made-up",
        push_bytes=wiki.settings.limits.push_bytes,
    )


@bp.get("/<space>.git")
@bp.get("/<space>.git/")
def lead_here(space: str) -> Response:
    """Somebody opened git's address in a browser."""
    current_wiki().space(current_viewer(), space)
    return redirect(addresses.tool_address(space, "clone"))
