"""Teams: a space's ``.strata/teams.toml`` read, people put into them, and the file written again.

    [[team]]
    name = "Operations"
    people = ["Ada Lovelace", "ada@x.org"]   # names, or addresses
    addresses = ["*@ops.example"]            # patterns of addresses: * any letters, ? one
    head_count = 12                          # how many could take part

The first team that fits a person has them. What cannot be understood is left out and said to be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any

from wiki.analytics.facts import Team
from wiki.analytics.logged import Teams
from wiki.analytics.people import name_words
from wiki.model import Author, Identity
from wiki.text.settings_file import read_table

MOST_TEAMS = 300
MOST_ENTRIES = 2000
MOST_PATTERNS = 2000
"""So many patterns of addresses in all teams together: everybody's addresses are held against each."""
MOST_CHARACTERS = 200
MOST_PEOPLE = 10_000_000

_HEADER = re.compile(r"(?m)^[ \t]*\[\[[ \t]*(?:team|\"team\"|'team')[ \t]*\]\]")
_KEYS = frozenset({"name", "people", "addresses", "head_count"})


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A team as written: ``people`` are names or addresses, ``addresses`` patterns."""

    name: str
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    head_count: int | None = None


@dataclass(frozen=True, slots=True)
class TeamsFile:
    """What a file says, and sentences about what it says that cannot be understood."""

    teams: tuple[TeamEntry, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def head_count(self) -> int | None:
        """How many people there are in all teams together; None unless every team says."""
        counts = [team.head_count for team in self.teams]
        known = [count for count in counts if count is not None]
        return sum(known) if known and len(known) == len(counts) else None


def read_teams(text: str) -> TeamsFile:
    """What a ``teams.toml`` says; never fails."""
    if not text.strip():
        return TeamsFile()
    try:
        table = read_table(text)
    except ValueError as error:
        return TeamsFile(faults=(_unreadable(str(error)),))
    written = table.get("team", [])
    faults = [
        f"{_quoted(key)} is unknown here; a team begins with a line [[team]]."
        for key in table
        if key != "team"
    ]
    if not isinstance(written, list) or not all(isinstance(each, dict) for each in written):
        return TeamsFile(faults=(*faults, "“team” is no list; begin each team with [[team]]."))
    lines = [text.count("\n", 0, match.start()) + 1 for match in _HEADER.finditer(text)]
    reader = _Reader(faults)
    for place, each in enumerate(written[:MOST_TEAMS]):
        line = lines[place] if len(lines) == len(written) else 0
        reader.read(each, f"Team {place + 1}" + (f" (line {line})" if line else ""))
    if len(written) > MOST_TEAMS:
        faults.append(f"There are more than {MOST_TEAMS} teams; the rest is left out.")
    return TeamsFile(tuple(reader.teams), tuple(faults))


def assigned(file: TeamsFile, people: Mapping[Identity, Sequence[Author]]) -> Teams:
    """Everybody's team, by the first that fits; machines are in none."""
    fits = [_Fit(team) for team in file.teams]
    members = {}
    for identity, authors in people.items():
        if identity.is_bot:
            continue
        names = {name_words(identity.name), *(name_words(author.name) for author in authors)}
        addresses = {author.email.casefold() for author in authors}
        for place, fit in enumerate(fits):
            if fit.has(names, addresses):
                members[identity.key] = place
                break
    return Teams(tuple(Team(team.name, team.head_count) for team in file.teams), members)


def written_teams(before: str, teams: Iterable[TeamEntry]) -> str:
    """A file that says so. What stands before the first team stays, and so does every team that is not
    changed, remarks and all."""
    teams = tuple(teams)
    starts = [match.start() for match in _HEADER.finditer(before)]
    preamble = before[: starts[0]] if starts else before
    blocks: dict[TeamEntry, str] = {}
    for start, end in zip(starts, [*starts[1:], len(before)], strict=True) if starts else ():
        block = read_teams(before[start:end])
        if len(block.teams) == 1 and not block.faults:
            blocks[block.teams[0]] = before[start:end]
    if read_teams(preamble) != TeamsFile():
        preamble = ""
    parts = [blocks.get(team) or _written(team) for team in teams]
    text = "\n\n".join(part.strip("\n") for part in (preamble, *parts) if part.strip())
    text = f"{text}\n" if text else ""
    if read_teams(text) == TeamsFile(teams):
        return text
    return "\n\n".join(_written(team) for team in teams) + "\n" if teams else ""


class _Reader:
    """Takes teams out of tables; whatever cannot be one becomes a sentence in ``faults``."""

    def __init__(self, faults: list[str]) -> None:
        self.teams: list[TeamEntry] = []
        self._faults = faults

    def read(self, table: Mapping[str, Any], about: str) -> None:
        name = table.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > MOST_CHARACTERS:
            self._faults.append(f'{about} has no name; add a line such as name = "Operations".')
            return
        name = " ".join(name.split())
        about = f"{about}, “{name}”,"
        if any(name.casefold() == team.name.casefold() for team in self.teams):
            self._faults.append(f"{about} is there twice; put both into one, or rename one.")
            return
        for key in table.keys() - _KEYS:
            known = ", ".join(sorted(_KEYS))
            self._faults.append(f"{about} has {_quoted(key)}, which is unknown; use {known}.")
        people = self._texts(table, "people", about)
        addresses = self._within(self._texts(table, "addresses", about), about)
        self.teams.append(TeamEntry(name, people, addresses, self._count(table, about)))

    def _texts(self, table: Mapping[str, Any], key: str, about: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            example = '["Ada Lovelace"]' if key == "people" else '["*@ops.example"]'
            self._faults.append(f"{about} has “{key}” that is no list; write {key} = {example}.")
            return ()
        texts = [text for each in value if (text := each.strip())]
        if len(texts) > MOST_ENTRIES or any(len(text) > MOST_CHARACTERS for text in texts):
            self._faults.append(
                f"{about} has too much in “{key}”: at most {MOST_ENTRIES:,} entries of "
                f"{MOST_CHARACTERS} characters; the rest is left out."
            )
            texts = [text for text in texts if len(text) <= MOST_CHARACTERS][:MOST_ENTRIES]
        return tuple(dict.fromkeys(texts))

    def _within(self, patterns: tuple[str, ...], about: str) -> tuple[str, ...]:
        left = MOST_PATTERNS - sum(len(team.addresses) for team in self.teams)
        if len(patterns) > left:
            self._faults.append(
                f"{about} has patterns of addresses beyond the first {MOST_PATTERNS:,} of all teams; "
                "the rest is left out. One pattern, such as *@ops.example, can stand for many."
            )
        return patterns[:left]

    def _count(self, table: Mapping[str, Any], about: str) -> int | None:
        value = table.get("head_count")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_PEOPLE:
            self._faults.append(
                f"{about} has a “head_count” that is no number of people; write head_count = 12."
            )
            return None
        return value


class _Fit:
    """Whether somebody belongs to a team."""

    def __init__(self, team: TeamEntry) -> None:
        self._names = {name_words(each) for each in team.people if "@" not in each}
        self._addresses = {each.casefold() for each in team.people if "@" in each}
        self._pattern = _compiled(team.addresses) if team.addresses else None

    def has(self, names: set[str], addresses: set[str]) -> bool:
        if names & self._names or addresses & self._addresses:
            return True
        pattern = self._pattern
        return pattern is not None and any(pattern.match(address) for address in addresses)


@lru_cache(maxsize=MOST_TEAMS)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(each.casefold()) for each in patterns))


def _written(team: TeamEntry) -> str:
    lines = ["[[team]]", f"name = {_text(team.name)}"]
    for key, values in (("people", team.people), ("addresses", team.addresses)):
        if len(values) > 3:
            lines += [f"{key} = [", *(f"    {_text(value)}," for value in values), "]"]
        elif values:
            lines.append(f"{key} = [{', '.join(_text(value) for value in values)}]")
    if team.head_count is not None:
        lines.append(f"head_count = {team.head_count}")
    return "\n".join(lines)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _quoted(key: str) -> str:
    return f"“{key[:40]}”"


def _unreadable(error: str) -> str:
    place = re.search(r"\(at line (\d+), column \d+\)", error)
    where = f"Line {place.group(1)}" if place else "The file"
    what = error[: place.start()].strip() if place else error
    return (
        f"{where} cannot be read ({what[:120]}), so there are no teams for now. Texts stand in "
        'quotation marks, lists in brackets: people = ["Ada Lovelace", "Grace Hopper"].'
    )
