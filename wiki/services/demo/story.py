"""The demo's history, told day by day: who writes what, and everything that happens in between.

The same day of the end gives the same history to the last bit; another day shifts it as a whole
(but for weekends).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import exp
from random import Random

from wiki.git.fast_import import NewVersion
from wiki.model import Author
from wiki.services.demo.cast import CAST, DAYS, MAILMAP, ROBOT, Person
from wiki.services.demo.drafts import NOTES, NOTES_KEPT, Draft, load_drafts
from wiki.services.demo.schedule import (
    CAMPAIGN,
    FADING,
    MAILMAP_DAY,
    PASSING,
    REFORMAT_DAY,
    RENAMES,
    RESTORED,
    birthdays,
    branch_days,
    mistake_days,
)

CHARTER = """\
title = "Skerry Line (demo)"
purpose = "Everything a ferry line of sixty people needs to know, written by all of them. The people and the two years of history are made up."
"""

_DAY = 86400
_COMMITTER = Author("Strata", "strata@localhost")

_Files = dict[str, bytes | None]
Happening = tuple[int, Callable[[], None]]


class Story:
    """Tells the history once; afterwards ``versions`` holds every commit."""

    def __init__(self, end: int, seed: int = 1871) -> None:
        self.chance = Random(seed)  # noqa: S311 - a story, no secret
        self.begin = end - DAYS * _DAY
        self.drafts = load_drafts()
        self.due = birthdays(list(self.drafts), self.chance)
        self.earlier = {late: early for _, early, late, _ in RENAMES}
        self.files: dict[str, bytes] = {}
        self.versions: list[NewVersion] = []
        self.tip = 0
        self.aside: set[str] = set()
        self.later: list[Happening] = []
        self.branches = set(branch_days(self.chance))
        self.mistakes = mistake_days(self.chance)

    def tell(self) -> list[NewVersion]:
        """Every commit, parents before children."""
        for day in range(DAYS):
            end = self.begin + (day + 1) * _DAY
            happenings = [
                *self._planned(day),
                *self._writing(day),
                *(one for one in self.later if one[0] < end),
            ]
            self.later = [one for one in self.later if one[0] >= end]
            for _, happen in sorted(happenings, key=lambda one: one[0]):
                happen()
        return self.versions

    # -- what happens on a day ---------------------------------------------------------------

    def _writing(self, day: int) -> list[Happening]:
        """Everybody's own changes."""
        found: list[Happening] = []
        for person in CAST:
            for _ in range(self._changes_of(person, day)):
                at = self._moment(person, day)
                found.append((at, partial(self._write, person, at, day)))
        return found

    def _changes_of(self, person: Person, day: int) -> int:
        if not person.first <= day < person.last or any(a <= day < b for a, b in person.away):
            return 0
        today = self._date(day)
        if today.weekday() not in person.weekdays or (today.month, today.day) > (12, 23):
            return 0
        mean = person.rate / len(person.weekdays) * (0.7 if today.month in (7, 8) else 1.0)
        if day in CAMPAIGN:
            mean = max(mean * 3.5, 0.25)
        elif day in FADING and person.team == "Harbours":
            mean *= max(0.15, 1 - (day - FADING.start) / 60)
        if day == person.first + (7 - today.weekday()) % 7 or day == person.first:
            mean = max(mean, 1.0)
        return self._poisson(mean)

    def _planned(self, day: int) -> list[Happening]:
        """What was bound to happen."""
        noon = self.begin + day * _DAY + 12 * 3600
        found: list[Happening] = []
        if day == 0:
            found.append((noon - 7200, partial(self._found, noon - 7200)))
        if day == MAILMAP_DAY:
            files: _Files = {".mailmap": MAILMAP.encode()}
            found.append((noon, partial(self._say, CAST[0], noon, files, "Say who is who")))
        if day == REFORMAT_DAY:
            found.append((noon, partial(self._reformat, noon)))
        for when, early, late, why in RENAMES:
            if when == day:
                found.append((noon, partial(self._rename, noon, early, late, why)))
        found += self._passing(day, noon + 1800)
        if self._date(day).weekday() == 0 and day > 110:
            found.append((noon - 6 * 3600, partial(self._robot, noon - 6 * 3600, day)))
        if day in self.branches:
            found.append((noon + 600, partial(self._branch, noon + 600, day)))
        if day in self.mistakes:
            found.append((noon + 900, partial(self._mistake, noon + 900, day)))
        return found

    def _passing(self, day: int, at: int) -> list[Happening]:
        """Pages that come, go, and in one case come back."""
        found: list[Happening] = []
        for path, first, last, text in PASSING:
            who = self._somebody(day)
            name = path.rsplit("/", 1)[-1].removesuffix(".md").replace("-", " ")
            comes: _Files = {path: text.encode()}
            goes: _Files = {path: None}
            if day == first:
                found.append((at, partial(self._say, who, at, comes, f"Begin {name}")))
            if (path, day) == RESTORED[:2]:
                why = f"Bring back {name}: somebody looked for it"
                found.append((at, partial(self._say, who, at, comes, why)))
            if day == last or (path, day) == (RESTORED[0], RESTORED[2]):
                why = f"Delete {name}: nobody needs it any more"
                found.append((at, partial(self._say, who, at, goes, why)))
        return found

    # -- single changes ----------------------------------------------------------------------

    def _found(self, at: int) -> None:
        for path in ("README.md", "handbook/writing.md", "handbook/how-we-work.md"):
            self.drafts[path].reveal(1, self.chance)
        charter: _Files = {".strata/charter.toml": CHARTER.encode()}
        self._say(CAST[0], at, charter | self._changed(), "Begin the handbook")

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
        else:
            count = self.chance.choices((1, 2, 3, 5), (78, 14, 6, 2))[0]
            chosen = {
                draft.path: draft for _ in range(count) for draft in self._choose(person, day)
            }
            message = "; ".join([self._improve(draft, day) for draft in chosen.values()][:2])
        files = self._changed()
        if files:
            self._say(person, at, files, self._reason(message, files), self._colleague(person, day))

    def _choose(self, person: Person, day: int) -> list[Draft]:
        """A page to improve: one's own team's first, unfinished ones and runbooks in their fortnight."""
        pages = [
            draft for path, draft in self.drafts.items() if draft.shown and path not in self.aside
        ]
        weights = [
            (5.0 if draft.owner == person.team else 1.0)
            * (2.5 if draft.unfinished or draft.slips else 1.0)
            * (12.0 if day in CAMPAIGN and draft.path.startswith("runbooks/") else 1.0)
            * (0.25 if draft.path.startswith(("minutes/", "decisions/")) else 1.0)
            for draft in pages
        ]
        return self.chance.choices(pages, weights) if pages else []

    def _improve(self, draft: Draft, day: int) -> str:
        """Change one thing on a page, and say what."""
        ways = [
            way
            for way, open_ in (
                ("grow", draft.unfinished),
                ("mend", bool(draft.slips)),
                ("word", bool(draft.open_words)),
                ("tick", draft.open_tasks > 0),
            )
            if open_
        ]
        way = self.chance.choices((*ways, "note"), (*[3.0] * len(ways), 1.0))[0]
        if way == "grow":
            draft.reveal(1, self.chance)
            heading = draft.parts[draft.shown - 1].split("\n", 1)[0].lstrip("# ")
            return (
                f"Add “{heading}” to {draft.title}"
                if len(heading) < 60
                else f"Say more in {draft.title}"
            )
        if way == "mend":
            final, slip = draft.slips.pop(self.chance.randrange(len(draft.slips)))
            return f"{slip} → {final}"
        if way == "word":
            draft.open_words.pop(self.chance.randrange(len(draft.open_words)))
            return self.chance.choice(
                (
                    f"Say it more exactly in {draft.title}",
                    f"Plainer words in {draft.title}",
                    f"{draft.title}: as the night shift says it",
                )
            )
        if way == "tick":
            draft.ticked += 1
            return f"One thing done in {draft.title}"
        return self._note(draft, day)

    def _note(self, draft: Draft, day: int) -> str:
        draft.notes.append(f"{self._date(day).isoformat()}: {self.chance.choice(NOTES)}")
        if len(draft.notes) > NOTES_KEPT:
            del draft.notes[:2]
            return f"Checked {draft.title}, older notes taken out"
        return f"Checked {draft.title}"

    def _reason(self, message: str, files: _Files) -> str:
        """The summary; now and then somebody gives none worth reading."""
        return f"Update {next(iter(files))}" if self.chance.random() < 0.09 else message

    def _rename(self, at: int, early: str, late: str, why: str) -> None:
        """Move pages, with the links to them in other pages."""
        del self.earlier[late]
        moved: _Files = {
            path: None for path in self.files if re.search(rf"(?<![\w-]){re.escape(early)}", path)
        }
        for path in moved:
            del self.files[path]
        self._say(CAST[0], at, moved | self._changed(), why)

    def _reformat(self, at: int) -> None:
        for draft in self.drafts.values():
            draft.listed_tags = True
        self._say(CAST[6], at, self._changed(), "Write tags as lists, everywhere")

    def _mistake(self, at: int, day: int) -> None:
        """Something is taken out; a day later somebody else puts it back exactly."""
        who, other = self._somebody(day), self._somebody(day)
        pages = [
            draft
            for path, draft in self.drafts.items()
            if draft.shown > 2 and path not in self.aside
        ]
        if not pages or who == other:
            return
        draft = self.chance.choice(pages)
        before = deepcopy(draft)
        draft.shown -= 1
        files = self._changed()
        self.aside.add(draft.path)
        self._say(who, at, files, f"Shorten {draft.title}")

        def put_back() -> None:
            self.drafts[before.path] = before
            self.aside.discard(before.path)
            self._say(
                other,
                then,
                self._changed(),
                f"Revert “Shorten {before.title}”: it was still needed",
            )

        then = at + self.chance.randrange(3600, 30 * 3600)
        self.later.append((then, put_back))

    def _branch(self, at: int, day: int) -> None:
        """Somebody works on two pages aside and brings the work in a week later."""
        person = self._somebody(day)
        pages = [
            draft
            for path, draft in self.drafts.items()
            if draft.shown and draft.unfinished and path not in self.aside
        ]
        if len(pages) < 2:
            return
        chosen = self.chance.sample(pages, 2)
        paths = {draft.path for draft in chosen}
        self.aside |= paths
        parent = self.tip
        files: _Files = {}
        for step in range(self.chance.randrange(2, 5)):
            message = self._improve(chosen[step % 2], day)
            changed = self._changed(paths)
            if changed:
                moment = at + step * 5 * 3600
                parent = self._commit(
                    person.author, moment, self._offset(person, day), changed, message, (parent,)
                )
                files |= changed
        then = at + self.chance.randrange(2, 6) * _DAY

        def bring_in() -> None:
            self.aside -= paths
            main = self.tip
            self.tip = self._commit(
                person.author,
                then,
                self._offset(person, day),
                files,
                f"Merge {person.name.split()[0]}’s work on {chosen[0].title}",
                (main, parent),
            )

        if files:
            self.later.append((then, bring_in))
        else:
            self.aside -= paths

    def _robot(self, at: int, day: int) -> None:
        """A machine writes how punctual the ships were."""
        weeks = [self._date(day) - timedelta(weeks=back) for back in range(1, 9)]
        rows = "\n".join(
            f"| {week.isoformat()} | {93 + week.toordinal() * 7 % 11 / 2:.1f} % |" for week in weeks
        )
        text = f"# Punctuality\n\nWritten by a machine every Monday; do not edit by hand.\n\n| Week from | Sailings on time |\n|---|---|\n{rows}\n"
        path = "routes/punctuality.md"
        self.files[path] = text.encode()
        self.tip = self._commit(
            ROBOT, at, 0, {path: text.encode()}, "Punctuality of last week", (self.tip,)
        )

    # -- commits -----------------------------------------------------------------------------

    def _say(
        self,
        person: Person,
        at: int,
        files: _Files,
        message: str,
        co_author: Author | None = None,
    ) -> None:
        """A change on the main line, through the browser or by a push."""
        day = (at - self.begin) // _DAY
        author = person.other if person.other and self.chance.random() < 0.2 else person.author
        trailers = [f"Co-authored-by: {co_author.name} <{co_author.email}>"] if co_author else []
        by_web = self.chance.random() < 0.8
        if by_web:
            trailers.append("Strata-Door: web")
        text = message + ("\n\n" + "\n".join(trailers) if trailers else "") + "\n"
        self.files |= {path: content for path, content in files.items() if content is not None}
        for path in [path for path, content in files.items() if content is None]:
            self.files.pop(path, None)
        parents = (self.tip,) if self.tip else ()
        self.tip = self._commit(
            author,
            at,
            self._offset(person, day),
            files,
            text,
            parents,
            _COMMITTER if by_web else None,
        )

    def _commit(
        self,
        author: Author,
        at: int,
        offset: int,
        files: _Files,
        message: str,
        parents: tuple[int, ...],
        committer: Author | None = None,
    ) -> int:
        version = NewVersion(author, at, offset, committer or author, at, message, files, parents)
        self.versions.append(version)
        return len(self.versions)

    def _changed(self, paths: set[str] | None = None) -> _Files:
        """The pages whose text differs from what is stored; those worked on aside only if named."""
        found: _Files = {}
        for path, draft in self.drafts.items():
            if not draft.shown or (path in self.aside if paths is None else path not in paths):
                continue
            place, content = self._as_then(path), self._as_then(draft.text()).encode()
            if self.files.get(place) != content:
                found[place] = content
                if paths is not None:
                    self.files[place] = content
        return found

    def _as_then(self, text: str) -> str:
        """Names as they were before the renames to come."""
        for late, early in self.earlier.items():
            text = re.sub(rf"(?<![\w-]){re.escape(late)}", early, text)
        return text

    # -- chance ------------------------------------------------------------------------------

    def _date(self, day: int) -> date:
        return datetime.fromtimestamp(self.begin + day * _DAY, UTC).date()

    def _moment(self, person: Person, day: int) -> int:
        """A second within the person's hours, never after the day's end."""
        low, high = person.hours
        hour = self.chance.triangular(low, high, (low + high) / 2)
        second = int(hour * 3600) - self._offset(person, day) * 60
        return self.begin + day * _DAY + min(max(second, 0), _DAY - 1)

    def _offset(self, person: Person, day: int) -> int:
        """The person's clock, an hour ahead in summer where clocks are changed."""
        is_summer = 4 <= self._date(day).month <= 10
        return person.offset + (60 if is_summer and person.offset <= 120 else 0)

    def _somebody(self, day: int) -> Person:
        present = [
            p for p in CAST if p.first <= day < p.last and not any(a <= day < b for a, b in p.away)
        ]
        return self.chance.choices(present, [person.rate for person in present])[0]

    def _colleague(self, person: Person, day: int) -> Author | None:
        """Now and then two write together."""
        if self.chance.random() > 0.06:
            return None
        other = self._somebody(day)
        return other.author if other.team == person.team and other != person else None

    def _poisson(self, mean: float) -> int:
        limit, count, product = exp(-mean), 0, self.chance.random()
        while product > limit:
            count += 1
            product *= self.chance.random()
        return count
