"""A space's teams: read from its repository, changed as one version by those who administer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.analytics.figures import Value
from wiki.analytics.logged import Teams
from wiki.analytics.suppression import suppress
from wiki.analytics.teams import TeamEntry, TeamsFile, assigned, read_teams, written_teams
from wiki.config import Settings
from wiki.errors import ContentRefused, EditConflict, NothingToSave, TooLarge
from wiki.model import Author, FileWrite, Identity, Saved, Viewer
from wiki.services import policy
from wiki.services.kept import Kept
from wiki.services.people import people_of
from wiki.services.privacy import minimum_of, naming_of
from wiki.services.space import Space
from wiki.services.space_files import MAX_BYTES, space_file
from wiki.services.wiki import Wiki
from wiki.services.writing import commit

TEAMS_FILE = ".strata/teams.toml"
"""The file in which a space says who belongs to which team."""

_read = Kept(64)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team as shown: ``found`` is how many of it wrote here, if that may be told; ``people`` are the
    names the viewer may read (addresses only if they may change them)."""

    entry: TeamEntry
    found: Value
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamsView:
    """A space's teams. ``alone`` is how many who wrote here are in none; ``shows_people`` whether the
    viewer may see who belongs to which team, and ``may_change`` whether they may say so."""

    rows: tuple[TeamRow, ...]
    alone: Value
    faults: tuple[str, ...]
    base: str
    text: str
    shows_people: bool
    may_change: bool


def teams_file(space: Space) -> tuple[TeamsFile, str]:
    """What the space says of its teams, and the version of the file that says it ("" without one)."""
    file = space_file(space, TEAMS_FILE)
    return _read.get(file.oid, lambda: read_teams(file.text)), file.oid


def teams_of(space: Space, settings: Settings) -> Teams:
    """Everybody's team, for reports; no teams where the file cannot be read.

    Raises:
        IndexNotReady: the history is being built.
    """
    file, _ = teams_file(space)
    return assigned(file, _authors(space, settings)) if file.teams else Teams()


def team_names(space: Space, settings: Settings, who: str) -> tuple[str, ...]:
    """The team of a person (``Person.who``), or nothing."""
    people = people_of(space, settings)
    authors = people.authors_of(who)
    teams = teams_of(space, settings)
    place = teams.members.get(people.identities[authors[0]].key) if authors else None
    return () if place is None else (teams.teams[place].name,)


def view(wiki: Wiki, viewer: Viewer, space: Space) -> TeamsView:
    """The teams as this viewer may see them."""
    file, base = teams_file(space)
    naming = naming_of(space)
    may_change = policy.may(viewer, policy.Action.ADMINISTER, space.name, wiki.settings)
    found = _found(space, wiki.settings, file, minimum_of(naming))
    rows = tuple(
        TeamRow(
            entry,
            found[str(place)],
            tuple(space.veil.text(each) for each in entry.people if may_change or "@" not in each),
        )
        for place, entry in enumerate(file.teams)
    )
    return TeamsView(
        rows,
        found[""],
        file.faults,
        base,
        space_file(space, TEAMS_FILE).text if may_change else "",
        may_change or naming == "named",
        may_change,
    )


def save(
    wiki: Wiki, viewer: Viewer, space_name: str, teams: Iterable[TeamEntry], base: str
) -> Saved:
    """Say who belongs to which team.

    Raises:
        As ``save_source``.
    """
    space = _administered(wiki, viewer, space_name)
    now = space_file(space, TEAMS_FILE)
    return save_source(wiki, viewer, space_name, written_teams(now.text, teams), base)


def save_source(wiki: Wiki, viewer: Viewer, space_name: str, text: str, base: str) -> Saved:
    """Write the file as it is given.

    Raises:
        SignInNeeded, NotAllowed: the viewer does not administer this space.
        ContentRefused: the text says something that cannot be understood.
        EditConflict: somebody changed the file since ``base``.
        NothingToSave: it says so already.
    """
    space = _administered(wiki, viewer, space_name)
    now = space_file(space, TEAMS_FILE)
    if now.oid != base:
        raise EditConflict((), space.repository.head() or "")
    content = text.replace("\r\n", "\n").encode("utf-8", "replace")
    if len(content) > MAX_BYTES:
        raise TooLarge("The file of teams", len(content), MAX_BYTES)
    faults = read_teams(content.decode()).faults
    if faults:
        raise ContentRefused(TEAMS_FILE, " ".join(faults[:5]))
    if content == now.text.encode("utf-8", "replace"):
        raise NothingToSave
    write = FileWrite(TEAMS_FILE, content if content.strip() else None, base, mergeable=False)
    return commit(wiki, viewer, space, (write,), "Change the teams")


def _found(space: Space, settings: Settings, file: TeamsFile, minimum: int) -> dict[str, Value]:
    """How many people of each team (by its place; "": of none) are in the history."""
    teams = assigned(file, _authors(space, settings))
    cells = {str(place): 0 for place in range(len(file.teams))} | {"": 0}
    for identity in _authors(space, settings):
        if not identity.is_bot:
            place = teams.members.get(identity.key)
            cells["" if place is None else str(place)] += 1
    return suppress(cells, [tuple(cells)], minimum)


def _authors(space: Space, settings: Settings) -> dict[Identity, list[Author]]:
    grouped: dict[Identity, list[Author]] = defaultdict(list)
    for author, identity in people_of(space, settings).identities.items():
        grouped[identity].append(author)
    return grouped


def _administered(wiki: Wiki, viewer: Viewer, space_name: str) -> Space:
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, policy.Action.ADMINISTER, space_name, wiki.settings)
    return space
