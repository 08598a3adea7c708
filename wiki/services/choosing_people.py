"""Whose figures somebody may ask for: the people that a form of a report offers."""

from __future__ import annotations

from wiki.errors import ParameterInvalid, ScopeNotFound
from wiki.model import Viewer
from wiki.services import privacy
from wiki.services.people import Person, people_of
from wiki.services.selves import own_marks
from wiki.services.space import Space
from wiki.services.wiki import Wiki


def people_to_choose(wiki: Wiki, viewer: Viewer, space: Space) -> tuple[Person, ...]:
    """Everybody whose figures the viewer may see, by their names; nobody where the space does not name
    people, or while nobody can say who left named reports.

    Raises:
        IndexNotReady: the history is being built.
    """
    shown = privacy.showing(wiki, space)
    if shown.naming != "named":
        return ()
    people, own = people_of(space, wiki.settings), own_marks(wiki, viewer, space)
    found = [
        people.person(authors[0])
        for who, authors in people.authors.items()
        if who in own or people.identities[authors[0]].key not in shown.unnamed
    ]
    found = [person for person in found if not person.is_bot]
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.who)))


def person_named(wiki: Wiki, viewer: Viewer, space: Space, name: str) -> Person:
    """The one whose figures the viewer may see and who is called so, in whatever letters.

    Raises:
        ScopeNotFound: there is no such person, or none the viewer may see.
        ParameterInvalid: several people are called so.
    """
    wanted = " ".join(name.split()).casefold()
    everybody = people_to_choose(wiki, viewer, space)
    found = [person for person in everybody if person.name.casefold() == wanted]
    if not found:
        raise ScopeNotFound("person", name)
    if len(found) > 1:
        raise ParameterInvalid(
            "by", f"{len(found)} people are called so. Open the one you mean from a page's history."
        )
    return found[0]
