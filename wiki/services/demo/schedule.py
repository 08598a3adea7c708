"""When what happens in the demo's two years, in days since its beginning."""

from __future__ import annotations

from random import Random

from wiki.services.demo.cast import DAYS

CAMPAIGN = range(455, 469)
"""The fortnight in which everybody writes runbooks."""

FADING = range(540, DAYS)
"""From here on the Harbours team writes less and less."""

RENAMES = (
    (150, "playbooks/", "runbooks/", "Call playbooks what everybody calls them"),
    (205, "holidays.md", "time-off.md", "Time off is more than holidays"),
    (262, "it.md", "digital.md", "The team is called Digital now"),
    (318, "welcome.md", "first-day.md", "One page for each day of the beginning"),
    (610, "phone-booking/", "booking-on-the-telephone-screen/", "Give the project its full name"),
)
"""(day, earlier name, name from then on, why)."""

REFORMAT_DAY = 402
"""One change to all pages: it is bulk, and counts for nobody."""

MAILMAP_DAY = 33

PASSING = (
    (
        "handbook/dress-code.md",
        96,
        214,
        "# Dress code\n\nOn board the uniform, ashore what you like. Shoes that grip.\n",
    ),
    (
        "handbook/fax.md",
        44,
        120,
        "# The fax\n\nThe fax in Port Ellery answers to two short rings. The surgery still uses it.\n",
    ),
    (
        "projects/summer-fete.md",
        170,
        291,
        "# Summer fete\n\nA ship, a band, a barbecue, and everybody's families. Second Saturday in August.\n",
    ),
    (
        "harbours/old-quay.md",
        61,
        344,
        "# Old Quay\n\nOnly for lay-ups. The rings at the north end are not to be used.\n",
    ),
    ("minutes/draft.md", 222, 226, "# Minutes (draft)\n\nTo be sorted.\n"),
    (
        "onboarding/paper-forms.md",
        180,
        470,
        "# Paper forms\n\nThree forms, two copies each, in the grey cabinet.\n",
    ),
    (
        "projects/queue-cameras.md",
        480,
        655,
        "# Queue cameras\n\nA camera at each gate, to see queues before they reach the road. Stopped: neighbours objected.\n",
    ),
)
"""Pages that came and went: path, first day, last day, text."""

RESTORED = ("handbook/dress-code.md", 219, 430)
"""One of them was missed, brought back on a day, and deleted for good on another."""

_QUIET_DAYS = {REFORMAT_DAY, *(day for day, *_ in RENAMES)}


def birthdays(paths: list[str], chance: Random) -> dict[str, int]:
    """On which day each page is due to be begun."""
    return {path: _birthday(path, chance) for path in paths}


def _birthday(path: str, chance: Random) -> int:
    """Each folder has its time; minutes and decisions go on through all of it."""
    folder = path.split("/", maxsplit=1)[0]
    name = path.rsplit("/", 1)[-1]
    if path == "README.md":
        return 0
    if folder == "minutes":
        return 120 if name == "README.md" else 95 + 31 * int(name[:2])
    if folder == "decisions":
        return 25 if name == "README.md" else 20 + 28 * int(name[:4])
    if folder == "runbooks":
        return chance.choice((chance.randrange(50, 400), chance.randrange(455, 469)))
    begin, end = {
        "handbook": (0, 330),
        "teams": (3, 70),
        "ships": (15, 260),
        "harbours": (20, 300),
        "routes": (40, 320),
        "onboarding": (140, 420),
        "projects": (80, 690),
    }[folder]
    return (
        begin + 2 if name == "README.md" and path.count("/") == 1 else chance.randrange(begin, end)
    )


def branch_days(chance: Random) -> list[int]:
    """Days on which somebody begins to work aside, for a week, far from renames."""
    days = range(40, DAYS - 12, 17)
    moved = [day + chance.randrange(5) for day in days]
    return [day for day in moved if not any(day <= quiet <= day + 8 for quiet in _QUIET_DAYS)]


def mistake_days(chance: Random) -> set[int]:
    """Days on which something is taken out that is put back the day after."""
    days = {chance.randrange(50, DAYS - 3) for _ in range(42)}
    return {day for day in days if not any(day <= quiet <= day + 3 for quiet in _QUIET_DAYS)}
