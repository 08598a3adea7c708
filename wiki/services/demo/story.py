"""The demo's history, told day by day: who writes what, and everything that happens in between.

The same day of the end gives the same history to the last bit; another day shifts it as a whole
(but for weekends).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from functools import partial

from wiki.git.fast_import import NewVersion
from wiki.services.demo.book import Book, Files
from wiki.services.demo.cast import CAST, DAYS, MAILMAP, ROBOT, Person
from wiki.services.demo.dice import DAY, Dice
from wiki.services.demo.drafts import Draft, improve
from wiki.services.demo.papers import (
    CHARTER_FILE,
    FIRST_CHARTER,
    GOALS_DAY,
    NAMED,
    TEAMS_DAY,
    charter_with_goals,
    teams,
)
from wiki.services.demo.schedule import (
    CAMPAIGN,
    MAILMAP_DAY,
    PASSING,
    REFORMAT_DAY,
    RENAMES,
    RESTORED,
    birthdays,
    branch_days,
    mistake_days,
)

Happening = tuple[int, Callable[[], None]]


class Story:
    """Tells the history once."""

    def __init__(self, end: int, seed: int = 1871) -> None:
        self.dice = Dice(end, seed)
        self.chance = self.dice.chance
        self.begin = self.dice.begin
        self.book = Book(self.dice)
        self.drafts = self.book.drafts
        self.due = birthdays(list(self.drafts), self.chance)
        self.writers: defaultdict[str, set[str]] = defaultdict(set)
        self.later: list[Happening] = []
        self.branches = set(branch_days(self.chance))
        self.mistakes = mistake_days(self.chance)

    def tell(self) -> list[NewVersion]:
        """Every commit, parents before children."""
        for day in range(DAYS):
            end = self.begin + (day + 1) * DAY
            happenings = [
                *self._planned(day),
                *self._writing(day),
                *(one for one in self.later if one[0] < end),
            ]
            self.later = [one for one in self.later if one[0] >= end]
            for _, happen in sorted(happenings, key=lambda one: one[0]):
                happen()
        return self.book.versions

    # -- what happens on a day ---------------------------------------------------------------

    def _writing(self, day: int) -> list[Happening]:
        """Everybody's own changes."""
        found: list[Happening] = []
        for person in CAST:
            for _ in range(self.dice.changes_of(person, day)):
                at = self.dice.moment(person, day)
                found.append((at, partial(self._write, person, at, day)))
        return found

    def _planned(self, day: int) -> list[Happening]:
        """What was bound to happen."""
        noon = self.begin + day * DAY + 12 * 3600
        found: list[Happening] = []
        if day == 0:
            found.append((noon - 7200, partial(self._found, noon - 7200)))
        if day == MAILMAP_DAY:
            files: Files = {".mailmap": MAILMAP.encode()}
            found.append((noon, partial(self.book.say, CAST[0], noon, files, "Say who is who")))
        found += self._papers(day, noon + 300)
        if day == REFORMAT_DAY:
            found.append((noon, partial(self._reformat, noon)))
        for when, early, late, why in RENAMES:
            if when == day:
                found.append((noon, partial(self._rename, noon, early, late, why)))
        found += self._passing(day, noon + 1800)
        if self.dice.date(day).weekday() == 0 and day > 110:
            found.append((noon - 6 * 3600, partial(self._robot, noon - 6 * 3600, day)))
        if day in self.branches:
            found.append((noon + 600, partial(self._branch, noon + 600, day)))
        if day in self.mistakes:
            found.append((noon + 900, partial(self._mistake, noon + 900, day)))
        return found

    def _papers(self, day: int, at: int) -> list[Happening]:
        """What the space says of itself."""
        if day == TEAMS_DAY:
            files = {
                ".strata/teams.toml": teams().encode(),
                ".strata/reports.toml": NAMED.encode(),
            }
            why = "Say who is in which team, and show people by name in reports"
        elif day == GOALS_DAY:
            files = {CHARTER_FILE: charter_with_goals(self.dice.date(day)).encode()}
            why = "Set goals for a year, as agreed by all teams"
        else:
            return []
        return [(at, partial(self.book.settle, CAST[0], at, files, why))]

    def _passing(self, day: int, at: int) -> list[Happening]:
        """Pages that come, go, and in one case come back."""
        found: list[Happening] = []
        for path, first, last, text in PASSING:
            who = self.dice.somebody(day)
            name = path.rsplit("/", 1)[-1].removesuffix(".md").replace("-", " ")
            comes: Files = {path: text.encode()}
            goes: Files = {path: None}
            if day == first:
                found.append((at, partial(self.book.say, who, at, comes, f"Begin {name}")))
            if (path, day) == RESTORED[:2]:
                why = f"Bring back {name}: somebody looked for it"
                found.append((at, partial(self.book.say, who, at, comes, why)))
            if day == last or (path, day) == (RESTORED[0], RESTORED[2]):
                why = f"Delete {name}: nobody needs it any more"
                found.append((at, partial(self.book.say, who, at, goes, why)))
        return found

    # -- single changes ----------------------------------------------------------------------

    def _found(self, at: int) -> None:
        for path in ("README.md", "handbook/writing.md", "handbook/how-we-work.md"):
            self.drafts[path].reveal(1, self.chance)
        charter: Files = {CHARTER_FILE: FIRST_CHARTER.encode()}
        self.book.say(CAST[0], at, charter | self.book.changed(), "Begin the handbook")

    def _write(self, person: Person, at: int, day: int) -> None:
        """One change by one person: a new page, or one or more pages improved."""
        unborn = [
            draft
            for path, draft in self.drafts.items()
            if not draft.shown and self.due[path] <= day
        ]
        mine = [draft for draft in unborn if draft.owner in (person.team, "")]
        late = [draft for draft in unborn if self.due[draft.path] + 12 <= day]
        if (mine or late) and self.chance.random() < 0.55:
            draft = self.chance.choice(mine or late)
            draft.reveal(self.chance.choice((1, 1, 2)), self.chance)
            message = f"Begin “{draft.title}”"
            self.writers[draft.path].add(person.name)
        else:
            count = self.chance.choices((1, 2, 3, 5), (78, 14, 6, 2))[0]
            chosen = {
                draft.path: draft for _ in range(count) for draft in self._choose(person, day)
            }
            message = "; ".join(
                [improve(draft, self.chance, self.dice.date(day)) for draft in chosen.values()][:2]
            )
            for path in chosen:
                self.writers[path].add(person.name)
        files = self.book.changed()
        if files:
            reason = self._reason(message, files)
            self.book.say(person, at, files, reason, self.dice.colleague(person, day))

    def _choose(self, person: Person, day: int) -> list[Draft]:
        """A page to improve: one's own first, then one's team's, runbooks in their fortnight."""
        pages = self.book.written()
        weights = [self._pull(draft, person, day) for draft in pages]
        return self.chance.choices(pages, weights) if pages else []

    def _pull(self, draft: Draft, person: Person, day: int) -> float:
        """How strongly a page draws somebody."""
        pull = 4.0 if draft.owner == person.team else 0.1
        if person.name in self.writers[draft.path]:
            pull *= 30.0
        elif draft.path.startswith(("minutes/", "decisions/", "projects/", "ships/")):
            pull *= 0.06
        if not (draft.unfinished or draft.slips or draft.open_words):
            pull *= 0.2
        if day in CAMPAIGN and draft.path.startswith("runbooks/"):
            pull *= 25.0
        if draft.path == "README.md" or draft.path.startswith("handbook/"):
            pull *= 1.5
        return pull

    def _reason(self, message: str, files: Files) -> str:
        """The summary; now and then somebody gives none worth reading."""
        return f"Update {next(iter(files))}" if self.chance.random() < 0.09 else message

    def _rename(self, at: int, early: str, late: str, why: str) -> None:
        """Move pages, with the links to them in other pages."""
        del self.book.earlier[late]
        moved: Files = {
            path: None
            for path in self.book.files
            if re.search(rf"(?<![\w-]){re.escape(early)}", path)
        }
        for path in moved:
            del self.book.files[path]
        self.book.say(CAST[0], at, moved | self.book.changed(), why)

    def _reformat(self, at: int) -> None:
        for draft in self.drafts.values():
            draft.listed_tags = True
        self.book.say(CAST[6], at, self.book.changed(), "Write tags as lists, everywhere")

    def _mistake(self, at: int, day: int) -> None:
        """Something is taken out; a day later somebody else puts it back exactly."""
        who, other = self.dice.somebody(day), self.dice.somebody(day)
        pages = [draft for draft in self.book.written() if draft.shown > 2]
        if not pages or who == other:
            return
        draft = self.chance.choice(pages)
        before = deepcopy(draft)
        draft.shown -= 1
        files = self.book.changed()
        self.book.aside.add(draft.path)
        self.book.say(who, at, files, f"Shorten {draft.title}")

        def put_back() -> None:
            self.drafts[before.path] = before
            self.book.aside.discard(before.path)
            self.book.say(
                other,
                then,
                self.book.changed(),
                f"Revert “Shorten {before.title}”: it was still needed",
            )

        then = at + self.chance.randrange(3600, 30 * 3600)
        self.later.append((then, put_back))

    def _branch(self, at: int, day: int) -> None:
        """Somebody works on two pages aside and brings the work in a week later."""
        person = self.dice.somebody(day)
        pages = [draft for draft in self.book.written() if draft.unfinished]
        if len(pages) < 2:
            return
        chosen = self.chance.sample(pages, 2)
        paths = {draft.path for draft in chosen}
        self.book.aside |= paths
        parent = self.book.tip
        files: Files = {}
        for step in range(self.chance.randrange(2, 5)):
            message = improve(chosen[step % 2], self.chance, self.dice.date(day))
            changed = self.book.changed(paths)
            if changed:
                moment = at + step * 5 * 3600
                parent = self.book.commit(
                    person.author,
                    moment,
                    self.dice.offset(person, day),
                    changed,
                    message,
                    (parent,),
                )
                files |= changed
        then = at + self.chance.randrange(2, 6) * DAY

        def bring_in() -> None:
            self.book.aside -= paths
            main = self.book.tip
            self.book.tip = self.book.commit(
                person.author,
                then,
                self.dice.offset(person, day),
                files,
                f"Merge {person.name.split()[0]}’s work on {chosen[0].title}",
                (main, parent),
            )

        if files:
            self.later.append((then, bring_in))
        else:
            self.book.aside -= paths

    def _robot(self, at: int, day: int) -> None:
        """A machine writes how punctual the ships were."""
        weeks = [self.dice.date(day) - timedelta(weeks=back) for back in range(1, 9)]
        rows = "\n".join(
            f"| {week.isoformat()} | {93 + week.toordinal() * 7 % 11 / 2:.1f} % |" for week in weeks
        )
        text = f"# Punctuality\n\nWritten by a machine every Monday; do not edit by hand.\n\n| Week from | Sailings on time |\n|---|---|\n{rows}\n"
        path = "routes/punctuality.md"
        self.book.files[path] = text.encode()
        self.book.tip = self.book.commit(
            ROBOT, at, 0, {path: text.encode()}, "Punctuality of last week", (self.book.tip,)
        )
