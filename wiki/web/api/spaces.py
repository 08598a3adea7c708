"""Spaces, as the API tells of them."""

from __future__ import annotations

from flask import request

from wiki.services import space as spaces
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes
from wiki.web.api.values import Space, Spaces
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("spaces")


@routes.add("GET", "/spaces", {200: Answer("Every space that may be read.", Spaces)})
def list_spaces() -> Spaces:
    """Every space that may be read, by name."""
    return Spaces(spaces=[_told(each) for each in current_wiki().spaces(current_viewer())])


@routes.add("GET", "/spaces/<space>", {200: Answer("The space.", Space)})
def get_space(space: str) -> Space:
    """One space."""
    return _told(current_wiki().space(current_viewer(), space))


def _told(space: spaces.Space) -> Space:
    return Space(
        name=space.name,
        title=space.title,
        description=space.description,
        head=space.repository.head(),
        web=addresses.space_address(space.name),
        git=f"{request.script_root}/{space.name}.git",
    )
