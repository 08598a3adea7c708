"""A charter as the fields of a form, and back: for people who know no TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from wiki.analytics.measuring import GOAL_FIGURES
from wiki.errors import ParameterInvalid
from wiki.model import Charter, Goal, Purpose
from wiki.text.charter import (
    AUDIENCE_CHARACTERS,
    DAYS,
    HEAD_COUNTS,
    MOST_GOALS,
    MOST_TARGET,
    PURPOSE_CHARACTERS,
    TITLE_CHARACTERS,
    WORDS_CHARACTERS,
    YEARS,
    parsed_day,
    parsed_target,
    seconds_of,
)

NEW_GOALS = 2
"""So many empty goals a form offers."""

_TEXTS = {
    "title": TITLE_CHARACTERS,
    "purpose": PURPOSE_CHARACTERS,
    "audience": AUDIENCE_CHARACTERS,
}
_FIELDS = (*_TEXTS, "since", "until", "review_days", "head_count")
_GOAL_FIELDS = ("figure", "sense", "target", "by", "words", "days")


@dataclass(slots=True)
class CharterForm:
    """The fields as typed, and what is wrong with them by field ("goal-2-target")."""

    fields: dict[str, str]
    goals: list[dict[str, str]]
    wrong: dict[str, str] = field(default_factory=dict)


def filled(charter: Charter) -> CharterForm:
    """The form that shows a charter, with a few empty goals at the end."""
    purpose = charter.purpose
    fields = {
        "title": charter.title,
        "purpose": purpose.text,
        "audience": purpose.audience,
        "since": _day_words(purpose.since),
        "until": _day_words(purpose.until),
        "review_days": _number_words(purpose.review_days),
        "head_count": _number_words(purpose.head_count),
    }
    return CharterForm(fields, _with_empty([_goal_fields(goal) for goal in purpose.goals]))


def typed(given: Mapping[str, str]) -> CharterForm:
    """The form as it was sent, every value bounded.

    Raises:
        ParameterInvalid: it is not the whole form, so what is missing must not be taken for empty.
    """
    for name in _FIELDS:
        if name not in given:
            raise ParameterInvalid(name, "the form did not arrive whole. Send it again.")
    fields = {name: given[name].replace("\r\n", "\n").strip()[:5000] for name in _FIELDS}
    goals = []
    for place in range(1, MOST_GOALS + NEW_GOALS + 1):
        goal = {name: given.get(f"goal-{place}-{name}", "").strip()[:500] for name in _GOAL_FIELDS}
        if any(goal[name] for name in ("figure", "target", "by", "words")):
            goals.append(goal)
    return CharterForm(fields, _with_empty(goals))


def charter_of(form: CharterForm) -> Charter | None:
    """What the form says; None if something is wrong, which ``form.wrong`` then tells."""
    wrong, given = form.wrong, form.fields
    for name, most in _TEXTS.items():
        if len(given[name]) > most:
            wrong[name] = f"At most {most:,} characters, please: these are {len(given[name]):,}."
    purpose = Purpose(
        text=given["purpose"],
        audience=given["audience"],
        review_days=_whole(form, "review_days", DAYS),
        since=_day(wrong, "since", given["since"]),
        until=_day(wrong, "until", given["until"]),
        goals=_goals(form),
        head_count=_whole(form, "head_count", HEAD_COUNTS),
    )
    if purpose.since is not None and purpose.until is not None and purpose.until < purpose.since:
        wrong["until"] = "This is a day before the first one."
    return None if wrong else Charter(" ".join(given["title"].split()), purpose)


def target_words(goal: Goal) -> str:
    """A target as it is typed: shares in percent."""
    meaning = GOAL_FIGURES.get(goal.figure)
    if meaning is not None and meaning.unit == "share":
        return f"{goal.target * 100:.10g} %"
    return f"{goal.target:.15g}"


def _goals(form: CharterForm) -> tuple[Goal, ...]:
    found = []
    for place, goal in enumerate(form.goals, 1):
        if any(goal[name] for name in ("figure", "target", "by", "words")):
            found.append(_goal(form.wrong, f"goal-{place}", goal))
    if len(found) > MOST_GOALS:
        form.wrong[f"goal-{MOST_GOALS + 1}-figure"] = f"At most {MOST_GOALS} goals, please."
    return tuple(found)


def _goal(wrong: dict[str, str], name: str, given: Mapping[str, str]) -> Goal:
    meaning = GOAL_FIGURES.get(given["figure"])
    if meaning is None:
        wrong[f"{name}-figure"] = "Choose what the goal is about."
    if len(given["words"]) > WORDS_CHARACTERS:
        wrong[f"{name}-words"] = f"At most {WORDS_CHARACTERS} characters, please."
    target = parsed_target(given["target"])
    if target is None or abs(target) > MOST_TARGET:
        wrong[f"{name}-target"] = "Write a number, such as 25 or 40 %."
        target = 0.0
    elif meaning is not None and meaning.unit == "share" and not given["target"].endswith("%"):
        target /= 100
    days = given["days"]
    return Goal(
        given["figure"],
        target,
        by=_day(wrong, f"{name}-by", given["by"]),
        least=given["sense"] != "most",
        words=" ".join(given["words"].split()),
        **(
            {"days": int(days)}
            if days.isascii() and days.isdigit() and int(days[:9]) in DAYS
            else {}
        ),
    )


def _goal_fields(goal: Goal) -> dict[str, str]:
    return {
        "figure": goal.figure,
        "sense": "least" if goal.least else "most",
        "target": target_words(goal),
        "by": _day_words(goal.by),
        "words": goal.words,
        "days": str(goal.days),
    }


def _with_empty(goals: list[dict[str, str]]) -> list[dict[str, str]]:
    room = min(NEW_GOALS, max(0, MOST_GOALS - len(goals)))
    return [*goals, *(dict.fromkeys(_GOAL_FIELDS, "") for _ in range(room))]


def _whole(form: CharterForm, name: str, allowed: range) -> int | None:
    text = form.fields[name].replace(",", "").replace(" ", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) not in allowed:
        form.wrong[name] = f"Write a whole number from {allowed[0]} to {allowed[-1]:,}."
        return None
    return int(text)


def _day(wrong: dict[str, str], name: str, text: str) -> int | None:
    if not text:
        return None
    day = parsed_day(text)
    if day is None or day.year not in YEARS:
        wrong[name] = "Write a day, such as 2027-03-31."
        return None
    return seconds_of(day)


def _day_words(seconds: int | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _number_words(number: int | None) -> str:
    return "" if number is None else str(number)
