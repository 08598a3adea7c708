"""What a new page may begin with: a few shapes of our own, and the space's ``templates/`` folder."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.errors import StrataError
from wiki.model import page_name
from wiki.services.space import Space
from wiki.text.editable import to_text

FOLDER = "templates"
_MOST = 30


@dataclass(frozen=True, slots=True)
class Template:
    """``{{title}}`` in ``text`` is replaced by the new page's name."""

    key: str
    title: str
    text: str


OUR_OWN = (
    Template(
        "how-to",
        "How to do something",
        "# {{title}}\n\nWho needs this, and when.\n\n## Before you start\n\n- \n\n## Steps\n\n1. \n2. \n\n"
        "## If something goes wrong\n\n",
    ),
    Template(
        "decision",
        "A decision",
        "# {{title}}\n\n**Decided:** \n**By:** \n**On:** \n\n## The question\n\n\n## What we considered\n\n"
        "| Choice | For | Against |\n| --- | --- | --- |\n|  |  |  |\n\n## What we decided, and why\n\n\n"
        "## When to look at it again\n\n",
    ),
    Template(
        "meeting",
        "Notes of a meeting",
        "# {{title}}\n\n**When:** \n**Who:** \n\n## Topics\n\n- \n\n## Decisions\n\n- \n\n## To do\n\n"
        "- [ ] \n",
    ),
)


def templates_of(space: Space) -> tuple[Template, ...]:
    """All templates for this space: its own first."""
    return (*_of_space(space), *OUR_OWN)


def _of_space(space: Space) -> list[Template]:
    try:
        rows = space.catalogue.pages(FOLDER, limit=_MOST)
        contents = space.repository.read_blobs([row.oid for row in rows])
        return [
            Template(page_name(row.path), row.title, to_text(data).text)
            for row, (_, data) in zip(rows, contents, strict=True)
            if data is not None
        ]
    except StrataError:
        return []
