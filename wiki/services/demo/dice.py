"""Chance and the calendar of the demo: who is there on a day, when they work, how often they write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import exp
from random import Random

from wiki.model import Author
from wiki.services.demo.cast import CAST, DAYS, Person
from wiki.services.demo.schedule import CAMPAIGN, FADING

DAY = 86400


class Dice:
    """All chance of one telling; ``end`` is the midnight after the last day, in UTC seconds."""

    def __init__(self, end: int, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - a story, no secret
        self.begin = end - DAYS * DAY

    def date(self, day: int) -> date:
        """The calendar's day."""
        return datetime.fromtimestamp(self.begin + day * DAY, UTC).date()

    def day(self, at: int) -> int:
        """The story's day of a time."""
        return (at - self.begin) // DAY

    def moment(self, person: Person, day: int) -> int:
        """A second within the person's hours, never after the day's end."""
        low, high = person.hours
        hour = self.chance.triangular(low, high, (low + high) / 2)
        second = int(hour * 3600) - self.offset(person, day) * 60
        return self.begin + day * DAY + min(max(second, 0), DAY - 1)

    def offset(self, person: Person, day: int) -> int:
        """Minutes the person's clock is ahead, an hour more in summer where clocks are changed."""
        is_summer = 4 <= self.date(day).month <= 10
        return person.offset + (60 if is_summer and abs(person.offset) <= 120 else 0)

    def changes_of(self, person: Person, day: int) -> int:
        """How many changes a person makes on a day."""
        today = self.date(day)
        if not _is_there(person, day) or today.weekday() not in person.weekdays:
            return 0
        if (today.month, today.day) > (12, 23):
            return 0
        mean = 0.72 * person.rate / len(person.weekdays) * (0.7 if today.month in (7, 8) else 1.0)
        if day in CAMPAIGN:
            mean = max(mean * 3.5, 0.25)
        elif day in FADING and person.team == "Harbours":
            mean *= max(0.4, 1 - (day - FADING.start) / 60)
        arrivals = (person.first, *(back for _, back in person.away))
        if any(arrival <= day < arrival + 4 for arrival in arrivals):
            mean = max(mean, 0.7)
        return self._poisson(mean)

    def somebody(self, day: int) -> Person:
        """Somebody who is there, those who write much more often."""
        present = [person for person in CAST if _is_there(person, day)]
        return self.chance.choices(present, [person.rate for person in present])[0]

    def colleague(self, person: Person, day: int) -> Author | None:
        """Now and then two of one team write together."""
        if self.chance.random() > 0.06:
            return None
        other = self.somebody(day)
        return other.author if other.team == person.team and other != person else None

    def _poisson(self, mean: float) -> int:
        limit, count, product = exp(-mean), 0, self.chance.random()
        while product > limit:
            count += 1
            product *= self.chance.random()
        return count


def _is_there(person: Person, day: int) -> bool:
    return person.first <= day < person.last and not any(a <= day < b for a, b in person.away)
