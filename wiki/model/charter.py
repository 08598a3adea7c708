"""What a space says it is for: its purpose, for whom, until when, and the goals it set itself."""

from __future__ import annotations

from dataclasses import dataclass

GOAL_DAYS = 90
"""A goal's figure is counted over so many days, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of a charter: ``figure`` is "<report>.<key>", ``target`` what it should reach by ``by``
    (UTC seconds; None: no day is set). ``least`` False: the less the better. The figure is counted
    over the last ``days`` days. ``words`` say it for people."""

    figure: str
    target: float
    by: int | None = None
    least: bool = True
    words: str = ""
    days: int = GOAL_DAYS


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a space says it is for; empty where it says nothing. ``since`` and ``until`` are UTC
    seconds of the days it runs from and to; ``head_count`` how many people could take part."""

    text: str = ""
    audience: str = ""
    review_days: int | None = None
    since: int | None = None
    until: int | None = None
    goals: tuple[Goal, ...] = ()
    head_count: int | None = None


NO_PURPOSE = Purpose()
"""What a space without a charter says it is for."""


@dataclass(frozen=True, slots=True)
class Charter:
    """A space's charter. ``written`` is False where there is none, or nothing in it; ``faults`` are
    sentences about what could not be understood and is left out."""

    title: str = ""
    purpose: Purpose = NO_PURPOSE
    faults: tuple[str, ...] = ()
    written: bool = False
