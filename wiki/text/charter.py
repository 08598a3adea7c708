"""A charter's file: read without ever failing a reader, written without losing what others put in.

It is TOML, so that people may write it by hand:

    title = "Handbook"
    purpose = "Everything a new colleague needs to know."
    audience = "Everybody who joined this year"
    since = 2026-10-01
    until = 2027-03-31
    review_days = 90
    head_count = 60
    goals = [
        {figure = "participation.contributors", target = 25, by = 2027-03-31, words = "…"},
        {figure = "collective.single_author", target = "40 %", at_most = true},
    ]
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from wiki.model import GOAL_DAYS, NO_PURPOSE, Charter, Goal, Purpose
from wiki.text.settings_file import read_table

MOST_BYTES = 64_000
MOST_GOALS = 12
TITLE_CHARACTERS = 120
PURPOSE_CHARACTERS = 2000
AUDIENCE_CHARACTERS = 500
WORDS_CHARACTERS = 300
DAYS = range(1, 3661)
YEARS = range(1970, 2200)
HEAD_COUNTS = range(1, 10_000_001)
MOST_TARGET = 1e12

_FIGURE = re.compile(r"[a-z_]{1,40}\.[a-z0-9_]{1,60}")
_DAY = 86400


class _Reader:
    """Takes values out of a table; whatever cannot be one becomes a sentence in ``faults``."""

    def __init__(self, table: Mapping[str, Any], faults: list[str], about: str = "") -> None:
        self._table, self.faults, self._about = table, faults, about

    def text(self, key: str, most: int) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str):
            self._fault(key, "is no text in quotation marks")
            return ""
        if len(value) > most:
            self._fault(key, f"has more than {most:,} characters; the rest is left out")
        return value.strip()[:most].rstrip()

    def whole(self, key: str, allowed: range) -> int | None:
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
            self._fault(key, f"is no whole number from {allowed[0]} to {allowed[-1]:,}")
            return None
        return value

    def day(self, key: str) -> int | None:
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            value = parsed_day(value)
        if not isinstance(value, date) or value.year not in YEARS:
            self._fault(key, f"is no day from {YEARS[0]} to {YEARS[-1]}, as in 2027-03-31")
            return None
        return seconds_of(value)

    def truth(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            self._fault(key, "is neither true nor false")
            return False
        return value

    def target(self) -> float | None:
        value = self._table.get("target")
        number = parsed_target(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            self._fault("target", "is missing" if value is None else "is no number")
            return None
        if not abs(number) <= MOST_TARGET:  # not a number compares as False
            self._fault("target", "is no number that anything can reach")
            return None
        return float(number)

    def figure(self) -> str:
        value = self._table.get("figure")
        if isinstance(value, str) and _FIGURE.fullmatch(value):
            return value
        self._fault(
            "figure", "names a report and one of its figures, as in participation.contributors"
        )
        return ""

    def _fault(self, key: str, what: str) -> None:
        self.faults.append(f"{self._about}“{key}” {what}.")


def read_charter(text: str) -> Charter:
    """What a charter's file says. A file that is no TOML says nothing but its fault."""
    if len(text) > MOST_BYTES:
        return Charter(faults=("The charter is too long to be read.",))
    try:
        table = read_table(text)
    except ValueError as error:
        return Charter(faults=(f"The charter cannot be read: {one_sentence(error)}",))
    faults: list[str] = []
    reader = _Reader(table, faults)
    title = reader.text("title", TITLE_CHARACTERS)
    purpose = Purpose(
        text=reader.text("purpose", PURPOSE_CHARACTERS),
        audience=reader.text("audience", AUDIENCE_CHARACTERS),
        review_days=reader.whole("review_days", DAYS),
        since=reader.day("since"),
        until=reader.day("until"),
        goals=_goals(table.get("goals", []), faults),
        head_count=reader.whole("head_count", HEAD_COUNTS),
    )
    if purpose.since is not None and purpose.until is not None and purpose.until < purpose.since:
        faults.append("“until” is a day before “since”.")
    return Charter(title, purpose, tuple(faults), bool(title) or purpose != NO_PURPOSE)


def written_charter(before: str, charter: Charter) -> str:
    """The file with what ``charter`` says; comments and entries of others stay as ``before`` had
    them. A file that was no TOML is made anew."""
    import tomlkit

    try:
        read_table(before)
        document = tomlkit.parse(before)
    except (ValueError, RecursionError):
        document = tomlkit.document()
    purpose = charter.purpose
    _put(document, "title", charter.title)
    _put(document, "purpose", purpose.text)
    _put(document, "audience", purpose.audience)
    _put(document, "since", _day_of(purpose.since))
    _put(document, "until", _day_of(purpose.until))
    _put(document, "review_days", purpose.review_days)
    _put(document, "head_count", purpose.head_count)
    goals = tomlkit.array()
    for goal in purpose.goals:
        entry = tomlkit.inline_table()
        entry.update(_goal_table(goal))
        goals.append(entry)
    _put(document, "goals", goals.multiline(True) if purpose.goals else None)
    return tomlkit.dumps(document)


def parsed_day(text: str) -> date | None:
    """A day as people and browsers write it (2027-03-31); None if it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def parsed_target(text: str) -> float | None:
    """A number as people write it: 25, 0.4, 1,200 or 40 %; None if it is none."""
    plain = text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    is_percent = plain.endswith("%")
    plain = plain.removesuffix("%")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,15}([.,][0-9]{1,15})?", plain):
        return None
    number = float(plain.replace(",", "."))
    return number / 100 if is_percent else number


def seconds_of(day: date) -> int:
    """The first second of a day in UTC; a time of day is left out."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def one_sentence(error: Exception) -> str:
    """What a parser has to say, short and on one line, with a full stop."""
    return " ".join(str(error).split())[:200].rstrip(".") + "."


def _goals(written: object, faults: list[str]) -> tuple[Goal, ...]:
    if not isinstance(written, list):
        faults.append("“goals” is no list of goals.")
        return ()
    if len(written) > MOST_GOALS:
        faults.append(f"Only the first {MOST_GOALS} goals are looked at.")
    found = (_goal(entry, number, faults) for number, entry in enumerate(written[:MOST_GOALS], 1))
    return tuple(goal for goal in found if goal is not None)


def _goal(entry: object, number: int, faults: list[str]) -> Goal | None:
    if not isinstance(entry, dict):
        faults.append(f"Goal {number} is no goal.")
        return None
    reader = _Reader(entry, faults, f"Goal {number}: ")
    figure, target = reader.figure(), reader.target()
    if not figure or target is None:
        return None
    return Goal(
        figure,
        target,
        by=reader.day("by"),
        least=not reader.truth("at_most"),
        words=reader.text("words", WORDS_CHARACTERS),
        days=reader.whole("days", DAYS) or GOAL_DAYS,
    )


def _goal_table(goal: Goal) -> dict[str, object]:
    target = int(goal.target) if math.floor(goal.target) == goal.target else goal.target
    table: dict[str, object] = {"figure": goal.figure, "target": target}
    if not goal.least:
        table["at_most"] = True
    if goal.by is not None:
        table["by"] = _day_of(goal.by)
    if goal.days != GOAL_DAYS:
        table["days"] = goal.days
    if goal.words:
        table["words"] = goal.words
    return table


def _day_of(seconds: int | None) -> date | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date()


def _put(document: Any, key: str, value: object) -> None:
    """Set an entry, or take it out where there is nothing to say."""
    if value is None or value == "":
        document.pop(key, None)
    elif key not in document or document[key] != value:
        document[key] = value
