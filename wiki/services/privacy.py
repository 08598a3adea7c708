"""How people are shown in a space's reports, and who may see the figures of one person.

The setting lies in the space's own repository (``.strata/reports.toml``), so that changing it is a
version with its author and its moment, which every reader of a report is told. Where the file is
missing or cannot be understood, the strictest of the three holds.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from wiki.analytics.question import Naming
from wiki.errors import AccountsUnavailable, EditConflict, ParameterInvalid
from wiki.model import FileWrite, Saved, Viewer
from wiki.services import policy
from wiki.services.elsewhere import gently, listed
from wiki.services.history import believable, known_commit
from wiki.services.kept import Kept
from wiki.services.people import Person, people_of
from wiki.services.secret_key import secret_key
from wiki.services.selves import own_marks, unnamed_keys
from wiki.services.space import Space
from wiki.services.space_files import file_at, space_file
from wiki.services.wiki import Wiki
from wiki.services.writing import commit
from wiki.text.settings_file import read_table

REPORTS_FILE = ".strata/reports.toml"
"""The file in which a space says how its reports show people."""

NAMINGS: tuple[Naming, ...] = get_args(Naming)
STRICTEST: Naming = "aggregate"
SMALLEST_GROUP = 5
"""Under ``aggregate`` nothing is told about fewer people than this (METRICS § 9)."""

_VERSIONS = 200
_MOST_CHARACTERS = 64_000
_FAULT_CHARACTERS = 120
_PEOPLE_LINE = re.compile(r"(?m)^[ \t]*people[ \t]*=.*$")

_standings = Kept(64)


@dataclass(frozen=True, slots=True)
class Standing:
    """How people are shown here, and since when. ``since`` is UTC seconds and ``by`` who set it; both
    None where nobody ever did, so that the default holds. ``commit`` is that version ("" without).
    ``fault`` says why the file does not hold, "" if it does."""

    naming: Naming
    since: int | None = None
    by: Person | None = None
    commit: str = ""
    fault: str = ""


def naming_of(space: Space) -> Naming:
    """How people are shown in this space's reports now."""
    return _read(space_file(space, REPORTS_FILE).text)[0]


def minimum_of(naming: Naming) -> int:
    """The smallest group of people about which a report may tell anything; 1: all are shown."""
    return SMALLEST_GROUP if naming == "aggregate" else 1


def may_see_person(wiki: Wiki, viewer: Viewer, space: Space, who: str) -> bool:
    """Whether the viewer may see the figures of one person (``who`` as in ``Person.who``).

    One's own always; those of others where the space names people, unless they left named reports.
    Letters open nothing: a list of pages and days would tell at once whose they are.
    """
    if who in own_marks(wiki, viewer, space):
        return True
    if naming_of(space) != "named":
        return False
    people = people_of(space, wiki.settings)
    try:
        unnamed = unnamed_keys(wiki, space)
    except AccountsUnavailable:
        return False
    authors = people.authors_of(who)
    return bool(authors) and people.identities[authors[0]].key not in unnamed


@dataclass(frozen=True, slots=True)
class Showing:
    """How people are shown to everybody in a space's reports now: what a ``Question`` is given."""

    naming: Naming
    minimum: int
    unnamed: frozenset[str]
    secret: str = field(repr=False)


def showing(wiki: Wiki, space: Space) -> Showing:
    """How people are shown in a space's reports; nobody at all while accounts cannot be read, since
    nobody can say then who left named reports."""
    naming, unnamed = naming_of(space), frozenset[str]()
    if naming != "aggregate":
        try:
            unnamed = unnamed_keys(wiki, space)
        except AccountsUnavailable:
            naming = STRICTEST
    return Showing(naming, minimum_of(naming), unnamed, letters_secret(wiki, space.name))


def showing_together(wiki: Wiki, spaces: Sequence[Space]) -> Showing:
    """How people are shown where several spaces are looked at together: as the strictest shows them, and
    whoever is not named in one of them is named nowhere."""
    each = [showing(wiki, space) for space in spaces]
    order = ("named", "pseudonymous", "aggregate")
    naming = max((one.naming for one in each), key=order.index, default=STRICTEST)
    unnamed = frozenset().union(*(one.unnamed for one in each))
    return Showing(naming, minimum_of(naming), unnamed, letters_secret(wiki, ""))


def letters_secret(wiki: Wiki, space_name: str) -> str:
    """What the letters for people in a space follow from; known to this server alone."""
    key = secret_key(wiki.settings.wiki.instance)
    return hmac.new(key.encode(), f"letters\n{space_name}".encode(), "sha256").hexdigest()


def past(space: Space, wiki: Wiki, limit: int = 20) -> list[Standing]:
    """The versions in which the setting changed, newest first."""
    people = people_of(space, wiki.settings)
    found: list[Standing] = []
    versions = listed(lambda: space.history.versions(REPORTS_FILE, limit=_VERSIONS))
    before = STRICTEST
    for oid, path in reversed(versions):
        naming = _at(space, oid, path)
        if naming != before:
            row = known_commit(space, oid)
            found.append(Standing(naming, believable(row), people.person(row.author), oid))
        before = naming
    return found[::-1][:limit]


def standing(space: Space, wiki: Wiki) -> Standing:
    """How people are shown in this space's reports, since when, and who decided so."""
    file = space_file(space, REPORTS_FILE)
    naming, fault = _read(file.text)
    position = gently(space.history.position, None)
    key = (str(space.index_folder), file.oid, position, space.veil.former().version)
    return _standings.get(key, lambda: _since(wiki, space, naming, fault))


def _since(wiki: Wiki, space: Space, naming: Naming, fault: str) -> Standing:
    """The oldest version since which the setting is what it is."""
    found = ""
    for oid, path in listed(lambda: space.history.versions(REPORTS_FILE, limit=_VERSIONS)):
        if _at(space, oid, path) != naming:
            break
        found = oid
    if not found:
        return Standing(naming, fault=fault)
    row = known_commit(space, found)
    by = people_of(space, wiki.settings).person(row.author)
    return Standing(naming, believable(row), by, found, fault)


def _at(space: Space, oid: str, path: str) -> Naming:
    """What the file said in a version."""
    return _read(file_at(space.repository, oid, path).text)[0]


def _read(text: str) -> tuple[Naming, str]:
    """The setting a file holds, and why it does not hold if it does not."""
    if not text.strip():
        return STRICTEST, ""
    if len(text) > _MOST_CHARACTERS:
        return STRICTEST, f"{REPORTS_FILE} is too long to be read. So “{STRICTEST}” holds."
    try:
        written = read_table(text).get("people", STRICTEST)
    except ValueError as error:
        what = str(error)[:_FAULT_CHARACTERS]
        return STRICTEST, f"{REPORTS_FILE} cannot be read: {what}. So “{STRICTEST}” holds."
    for naming in NAMINGS:
        if written == naming:
            return naming, ""
    listed, said = ", ".join(NAMINGS), repr(written)[:_FAULT_CHARACTERS]
    return STRICTEST, (
        f"{REPORTS_FILE} says people = {said}, which is none of {listed}. So “{STRICTEST}” holds."
    )


_IN_WORDS: dict[str, str] = {
    "aggregate": "only in groups of five and more",
    "pseudonymous": "by letters",
    "named": "by name",
}


def change_naming(
    wiki: Wiki, viewer: Viewer, space_name: str, naming: str, base: str, reason: str = ""
) -> Saved:
    """Set how people are shown in a space's reports, as one version with its author.

    ``base`` is the blob of the file that the form was made from ("" if there was none).

    Raises:
        SignInNeeded, NotAllowed: the viewer does not administer this space.
        ParameterInvalid: there is no such setting.
        EditConflict: somebody changed the file meanwhile.
        NothingToSave: it is so already.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, policy.Action.ADMINISTER, space_name, wiki.settings)
    if naming not in NAMINGS:
        raise ParameterInvalid("people", f"choose one of {', '.join(NAMINGS)}.")
    now = space_file(space, REPORTS_FILE)
    if now.oid != base:
        raise EditConflict((), space.repository.head() or "")
    text = now.text
    write = FileWrite(REPORTS_FILE, _written(text, naming).encode(), base, mergeable=False)
    message = f"Show people in reports {_IN_WORDS[naming]}"
    if reason.strip():
        message += f": {reason.strip()}"
    return commit(wiki, viewer, space, (write,), message)


def _written(text: str, naming: str) -> str:
    """The file with another setting; whatever else it says stays. A broken one is made anew."""
    line = f'people = "{naming}"'
    try:
        known = read_table(text)
    except ValueError:
        known, text = {}, ""
    if "people" in known:
        changed = _PEOPLE_LINE.sub(line, text, count=1)
        if _read(changed)[0] == naming:
            return changed
    if "people" not in known and text.strip():
        return f"{line}\n\n{text}"
    return f"{line}\n"
