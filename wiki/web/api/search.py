"""Search through the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wiki.projections.search.parsing import MAX_LENGTH
from wiki.services import searching
from wiki.services.searching import LAST_PAGE, FoundPage
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.texts import moment, text
from wiki.web.api.values import Hit, Hits
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("search")


class Query(Value):
    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_LENGTH,
            description="Words, “phrases”, AND, OR, NOT, title:, tag:, author:.",
        ),
    ]
    space: Annotated[str, Field(max_length=64, description="Only in this space.")] = ""
    page: Annotated[int, Field(ge=1, le=LAST_PAGE, description="Ten hits a page.")] = 1


@routes.add("GET", "/search", {200: Answer("The best first.", Hits)}, query=Query)
def search(query: Query) -> Hits:
    """Pages that match, in a space or in all that may be read."""
    found = searching.search(
        current_wiki(), current_viewer(), query.space or None, query.q, query.page
    )
    return Hits(
        total=found.total,
        hits=[_told(page) for page in found.pages],
        suggestion=found.suggestion,
        state=found.state,
        next=found.page + 1 if found.page < found.last_page else None,
    )


def _told(page: FoundPage) -> Hit:
    return Hit(
        space=page.space.name,
        name=text(page.name),
        title="".join(piece.text for piece in page.title),
        snippet="".join(piece.text for piece in page.snippet),
        marked=[piece.text for piece in page.snippet if piece.marked],
        tags=list(page.tags),
        changed_at=moment(page.changed_at),
        changed_by=page.changed_by,
        web=addresses.page_address(page.space.name, page.path),
    )
