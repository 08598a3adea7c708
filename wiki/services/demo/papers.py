"""What the demo space says of itself: its charter, its teams, and how its reports show people."""

from __future__ import annotations

from datetime import date, timedelta

from wiki.services.demo.cast import CAST

CHARTER_FILE = ".strata/charter.toml"

TEAMS_DAY = 45
"""The teams are written down, and people agree to be named in reports."""

GOALS_DAY = 548
"""Half a year before the end, all teams meet and set goals."""

_TITLE = "Skerry Line (demo)"
_HEAD_COUNTS = {"Fleet": 18, "Harbours": 14, "Digital": 8, "Safety": 7, "People": 7, "Finance": 6}

FIRST_CHARTER = f"""\
title = "{_TITLE}"
purpose = "Everything a ferry line of sixty people needs to know, written by all of them. The people and the two years of history are made up."
"""

NAMED = """\
# Agreed on by all six teams: we know each other, and want to see who knows what.
people = "named"
"""


def charter_with_goals(day: date) -> str:
    """The charter as it is from the day on which goals are set."""
    ends = day + timedelta(days=365)
    halfway = day + timedelta(days=273)
    return f"""\
# Agreed on by all six teams on {day.isoformat()}.
{FIRST_CHARTER}audience = "All six teams, whoever is new, and the people on a ship at night who need an answer"
since = {day.isoformat()}
until = {ends.isoformat()}
review_days = 180
head_count = {sum(_HEAD_COUNTS.values())}
goals = [
    {{figure = "participation.contributors", target = 34, by = {halfway.isoformat()}, words = "More than half of us write here"}},
    {{figure = "participation.teams_reached", target = 6, by = {halfway.isoformat()}, words = "No team is missing"}},
    {{figure = "independence.outside", target = "10 %", by = {ends.isoformat()}, words = "Those who work at night write too"}},
    {{figure = "evolution.shared", target = "78 %", by = {ends.isoformat()}, words = "Most pages are written by several of us"}},
    {{figure = "evolution.stale", target = "5 %", at_most = true, by = {ends.isoformat()}, words = "Hardly a page is older than a year"}},
]
"""


def teams() -> str:
    """Who belongs to which of the six teams, by name."""
    parts = []
    for name, head_count in _HEAD_COUNTS.items():
        people = ", ".join(f'"{person.name}"' for person in CAST if person.team == name)
        parts.append(f'[[team]]\nname = "{name}"\npeople = [{people}]\nhead_count = {head_count}\n')
    return "\n".join(parts)
