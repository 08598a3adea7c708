"""Random histories, told once for the reports and once in plain rows to count by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from tests.analytics.histories import Story
from wiki.analytics.facts import Facts

START = datetime(2024, 1, 10, 12, tzinfo=UTC)


@dataclass
class Life:
    """``count`` words that edit ``born`` wrote; gone with edit ``died`` (None: they stand)."""

    born: int
    page: str
    count: int
    died: int | None = None
    whole: bool = False


@dataclass
class Edit:
    """One edit: who made it (the author first), when, of which page, and whether people's."""

    people: tuple[str, ...]
    at: int
    page: str
    bulk: bool
    deletes: bool = False

    @property
    def writer(self) -> str | None:
        return None if self.bulk or self.people[0] == "robot" else self.people[0]


@dataclass
class Told:
    """A history both ways; lives end and begin with the edits of these numbers."""

    facts: Facts
    edits: list[Edit]
    lives: list[Life]
    teams: dict[str, str] = field(default_factory=dict)

    def standing(self, at: int) -> dict[str, dict[str | None, int]]:
        """Words by page and writer (None: nobody's) that stood just before a time."""
        found: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
        for life in self.lives:
            went = None if life.died is None else self.edits[life.died].at
            if self.edits[life.born].at < at and (went is None or went >= at):
                found[life.page][self.edits[life.born].writer] += life.count
        return found

    def pages(self, at: int) -> set[str]:
        """The pages there just before a time."""
        there: set[str] = set()
        for edit in self.edits:
            if edit.at < at:
                (there.discard if edit.deletes else there.add)(edit.page)
        return there


def told(seed: int, edits: int = 60, people: int = 9, pages: int = 5) -> Told:
    """A history of random edits, some by two people, some in bulk or by a machine, some deletions."""
    random, story = Random(seed), Story()
    names = [f"p{i}" for i in range(people)]
    rows: list[Edit] = []
    lives: list[Life] = []
    when = START
    for number in range(edits):
        when += timedelta(hours=random.randrange(1, 200))
        one = _edit(random, names, pages, when, number)
        standing = [each for each in lives if each.page == one.page and each.died is None]
        one.deletes = bool(standing) and random.random() < 0.05
        _tell(story, one, number, when)
        for life in standing:
            if one.deletes or random.random() < 0.25:
                life.died, life.whole = number, one.deletes
            elif life.count > 1 and random.random() < 0.2:
                part = random.randrange(1, life.count)
                lives.append(Life(life.born, life.page, part, number))
                life.count -= part
        if not one.deletes:
            lives.append(Life(number, one.page, random.randrange(1, 40)))
        rows.append(one)
    for life in lives:
        died = -1 if life.died is None else life.died
        story.lived(life.born, life.count, died, whole=life.whole, page=life.page)
    teams = {name: f"t{i % 3}" for i, name in enumerate(names) if i % 4}
    for team in sorted(set(teams.values())):
        story.team(team, *(name for name in names if teams.get(name) == team))
    return Told(story.facts(), rows, lives, teams)


def _edit(random: Random, names: list[str], pages: int, when: datetime, number: int) -> Edit:
    who = "robot" if random.random() < 0.05 else random.choice(names)
    others = [random.choice(names)] if who != "robot" and random.random() < 0.15 else []
    everybody = tuple(dict.fromkeys((who, *others)))
    bulk = number > 0 and random.random() < 0.07
    return Edit(everybody, int(when.timestamp()), f"page{random.randrange(pages)}", bulk)


def _tell(story: Story, edit: Edit, number: int, when: datetime) -> None:
    from wiki.model import Identity

    story.edit(
        edit.people[0],
        when.replace(tzinfo=None).isoformat(" "),
        edit.page,
        commit=f"{number:04}",
        bulk=edit.bulk,
        kind="deleted" if edit.deletes else "modified",
        co_authors=tuple(Identity(name, name.title()) for name in edit.people[1:]),
    )
