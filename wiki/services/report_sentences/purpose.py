"""Purpose in sentences: how the goals stand, why a space seems left to itself, and what would help."""

from __future__ import annotations

from collections.abc import Mapping

from wiki.analytics.figures import Hidden, Value
from wiki.analytics.goals import STILL_DAYS, Progress, Verdict
from wiki.analytics.next_steps import Step, StepKey
from wiki.analytics.purpose import PurposeReport, Sign
from wiki.model import page_name
from wiki.services.report_sentences.wording import people_words
from wiki.services.report_words import value_words

_SIGNS: Mapping[Sign, str] = {
    "no charter": "nothing says what it is for",
    "goals unmoved": f"none of its goals came closer in {STILL_DAYS} days",
    "only the founder": "nobody but its founder edits it",
}
_STANDS: Mapping[Verdict, str] = {
    "reached": "is reached",
    "on course": "is on course",
    "uncertain": "is uncertain",
    "off course": "is off course",
    "missed": "was missed",
    "no day": "is not reached",
    "too early": "cannot be foreseen yet",
    "not shown": "may not be told",
    "unknown": "is about a figure that does not exist",
}
_STEPS: Mapping[StepKey, tuple[str, str]] = {
    "write_charter": ("Write down in a few sentences what this space is for, and for whom.", ""),
    "set_goals": ("Set one goal: a number of these reports, and what it should become by when.", ""),
    "begin": ("Edit one page this week, and tell a colleague about it.", "Edit “{page}” this week, and tell a colleague about it."),
    "ask_others": ("Ask two colleagues to correct a page.", "Ask two colleagues to correct “{page}”."),
    "mind_goal": ("Look at what holds back the goal “{goal}”.", ""),
    "welcome_back": ("Ask the {number} people who edited before, and not now, what they would need.", ""),
    "second_edit": ("Thank the {number} newcomers who made one edit, and show them a second one.", ""),
    "reach_teams": ("Ask the {number} teams of which nobody edits what they would need.", ""),
    "share_page": ("Let a second person read {number} pages that one person wrote alone.", "Let a second person read “{page}”: one person wrote it alone, as {number} pages."),
    "look_after": ("Look after {number} pages that nobody edited for long.", "Look after the {number} most edited of the pages that nobody edited for long, beginning with “{page}”."),
}  # fmt: skip
_ONE = {
    "welcome_back": "Ask the person who edited before, and not now, what they would need.",
    "second_edit": "Thank the newcomer who made one edit, and show them a second one.",
    "reach_teams": "Ask the team of which nobody edits what it would need.",
    "share_page": "Let a second person read “{page}”: one person wrote it alone.",
    "look_after": "Look after “{page}”: nobody edited it for long.",
}


def sentences(report: PurposeReport) -> tuple[str, ...]:
    """What the report says."""
    if not report.is_whole:
        return ("Goals are those of a whole space; here is only a part of it, or several.",)
    found = [standing_words(report)]
    if report.goals_measured:
        found.append(_goals(report.goals_measured))
    if report.steps:
        found.append(step_words(report.steps[0]))
    return tuple(found)


def standing_words(report: PurposeReport) -> str:
    """Whether people take part in the space, and what it lacks: no more than is so."""
    signs = report.signs
    if "asleep" in signs:
        return " ".join((_asleep(report), *_wanting(signs)))
    if set(signs) <= {"no charter"}:
        others = report.others.value
        people = f"{people_words(others)} beside its founder edited in this time"
        people = f"{people[0].lower()}{people[1:]}"
        if signs:
            return f"People take part in this space: {people}. Nothing says yet what it is for."
        return f"People take part in this space: it says what it is for, and {people}."
    reasons = [_SIGNS[sign] for sign in signs if sign in _SIGNS]
    listed = " and ".join(filter(None, (", ".join(reasons[:-1]), reasons[-1])))
    return f"This space looks provided and prayed over: {listed}."


def _asleep(report: PurposeReport) -> str:
    day = report.asleep_since
    if day is not None:
        return f"This space has been asleep since {day.day} {day:%B %Y}."
    return "Nobody edited this space in this time."


def _wanting(signs: tuple[Sign, ...]) -> tuple[str, ...]:
    """What else a space lacks in which nobody edits."""
    words = (_SIGNS[sign] for sign in signs if sign in _SIGNS)
    return tuple(f"{each[0].upper()}{each[1:]}." for each in words)


def step_words(step: Step) -> str:
    """What to do."""
    alone, with_page = _STEPS[step.key]
    text = with_page if step.page and with_page else alone
    if step.number == 1 and (step.page or "{page}" not in _ONE.get(step.key, "")):
        text = _ONE.get(step.key, text)
    page = page_name(step.page.path) if step.page else ""
    return text.format(number=_number(step.number), page=page, goal=step.goal)


def goal_words(one: Progress) -> str:
    """How one goal stands: “Half of us write” is on course: 13 now, 25 wanted (Contributors).

    The figure is named beside a goal's own words, since two figures may fit the same words.
    """
    unit = one.meaning.unit if one.meaning else "number"
    now, target = (value_words(value, unit) for value in (one.now, one.goal.target))
    if one.now is None or isinstance(one.now, Hidden):
        return f"“{one.title}” {_STANDS[one.verdict]}."
    named = f" ({one.meaning.title})" if one.meaning and one.meaning.title != one.title else ""
    return f"“{one.title}” {_STANDS[one.verdict]}: {now} now, {target} wanted{named}."


def _goals(measured: tuple[Progress, ...]) -> str:
    good = sum(one.verdict in {"reached", "on course"} for one in measured)
    if len(measured) == 1:
        return goal_words(measured[0])
    if good == len(measured):
        return f"All {good} goals are reached or on course."
    worst = next(one for one in measured if one.verdict not in {"reached", "on course"})
    return f"{good or 'None'} of {len(measured)} goals {'is' if good < 2 else 'are'} reached or on course. {goal_words(worst)}"


def _number(value: Value) -> str:
    return (
        "few"
        if isinstance(value, Hidden)
        else value_words(value, "number")
        if isinstance(value, float)
        else f"{value or 0:,}"
    )
