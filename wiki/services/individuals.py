"""One person's page: what they wrote that stands, where, and when; for them, and as the space allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wiki.analytics.facts import Facts
from wiki.analytics.individual import Individual, individual
from wiki.analytics.question import Question
from wiki.model import Viewer, Window
from wiki.services import privacy, selves
from wiki.services.facts import material_of
from wiki.services.kept import Kept
from wiki.services.people import people_of, who_of
from wiki.services.report_windows import zone_of
from wiki.services.space import Space
from wiki.services.teams import teams_of
from wiki.services.wiki import Wiki

Why = Literal["own", "named", "setting", "mixed", "machine"]
"""Why somebody's figures are shown ("own", "named") or not: the space does not show them ("setting": nobody
is told whether a person left), what counts as the viewer's may be another's, or it is a machine."""

_individuals = Kept(64)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """``found`` is None where the figures are not for this viewer."""

    why: Why
    found: Individual | None
    team: str = ""
    has_left: bool = False


def person_page(wiki: Wiki, viewer: Viewer, space: Space, who: str, *, now: int) -> PersonPage:
    """What the viewer may see of a person (``Person.who``). ``now`` in UTC seconds.

    Raises:
        IndexNotReady: the history is being built.
    """
    people = people_of(space, wiki.settings)
    authors = people.authors_of(who)
    if not authors or people.identities[authors[0]].is_bot:
        return PersonPage("machine", None)
    marks = selves.marks_of(wiki, viewer, space)
    why: Why = "own" if marks.get(who) else "named"
    if not privacy.may_see_person(wiki, viewer, space, who):
        return PersonPage("mixed" if who in marks else "setting", None)
    material = material_of(space, wiki.settings, now)
    if not any(who_of(each) == who for each in material.facts.people):
        return PersonPage("setting", None)  # they came a moment ago; reports follow in the next
    key = (material.key, who)
    found = _individuals.get(key, lambda: _individual(wiki, material.facts, who, now))
    if why != "own":
        wiki.looks.note(viewer, space.name, "their page", who)
    team = teams_of(space, wiki.settings)
    place = team.members.get(people.identities[authors[0]].key)
    account = selves.account_of(wiki, viewer) if why == "own" else None
    return PersonPage(
        why,
        found,
        "" if place is None else team.teams[place].name,
        account is not None and account.left_named_reports,
    )


def _individual(wiki: Wiki, facts: Facts, who: str, now: int) -> Individual:
    person = next(n for n, each in enumerate(facts.people) if who_of(each) == who)
    question = Question(Window(facts.first or 0, now + 1), now, zone_of(wiki.settings))
    return individual(facts, person, question)
