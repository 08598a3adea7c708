"""The people of the demo space: who they are, when they came and went, and how they work."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.model import Author

DAYS = 730
"""The demo's history is so many days long."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes.

    ``rate`` is changes a week; ``first`` and ``last`` are days of the story; ``away`` spans in which
    they write nothing; ``hours`` are those of their working day, on a clock ``offset`` minutes east
    of UTC; ``weekdays`` 0 is Monday. ``other`` is a second address they sometimes use.
    """

    name: str
    team: str
    rate: float
    first: int = 0
    last: int = DAYS
    away: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, int] = (8, 17)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    offset: int = 0
    other: Author | None = None

    @property
    def author(self) -> Author:
        """Their name and main address."""
        plain = self.name.lower().translate(_PLAIN).replace(" ", ".").replace("’", "")
        return Author(self.name, f"{plain}@skerryline.example")


_PLAIN = str.maketrans("áéíóöøúüłśðÓ", "aeiooouulsdo")
_EVERY_DAY = tuple(range(7))
_NIGHT = (19, 24)

CAST = (
    Person("Mei-Ling Zhou", "Digital", 3.0),
    Person("Ingrid Solheim", "Fleet", 1.6, offset=60),
    Person("Amara Okafor", "People", 2.2, first=2),
    Person("Tomas Keane", "Harbours", 2.4, first=3, last=585),
    Person("Rui Almeida", "Finance", 1.1, first=6),
    Person("Helga Jónsdóttir", "Safety", 1.7, first=9),
    Person(
        "Daniel Reyes",
        "Digital",
        2.1,
        first=4,
        offset=-300,
        other=Author("Daniel Reyes", "dreyes@users.example"),
    ),
    Person("Priya Raghunathan", "Digital", 1.3, first=40, offset=330, hours=(9, 18)),
    Person("Oskar Lindqvist", "Fleet", 0.8, first=21, offset=60, weekdays=_EVERY_DAY, hours=_NIGHT),
    Person("Fiona MacAskill", "Harbours", 1.5, first=12, last=600, weekdays=_EVERY_DAY),
    Person("Youssef Haddad", "Finance", 0.9, first=60, weekdays=(0, 1, 2)),
    Person("Kateryna Bondar", "People", 0.9, first=75, offset=120),
    Person(
        "Sam Whitlock",
        "Safety",
        0.8,
        first=30,
        weekdays=_EVERY_DAY,
        hours=(6, 14),
        other=Author("sam", "sam.whitlock@mail.example"),
    ),
    Person("Eilidh Burnett", "Harbours", 0.9, first=33, last=590, weekdays=(3, 4, 5, 6)),
    Person("Jonas Petersen", "Fleet", 0.5, first=90, offset=60, away=((300, 420),)),
    Person("Nadia Ferreira", "Digital", 1.0, first=130, weekdays=(0, 1, 2, 3)),
    Person("Calum Drever", "Harbours", 0.9, first=100, last=600),
    Person("Aoife Brennan", "People", 0.5, first=150, away=((420, 644),)),
    Person(
        "Piotr Wiśniewski", "Fleet", 0.4, first=180, offset=60, weekdays=_EVERY_DAY, hours=(5, 13)
    ),
    Person("Grace Adeyemi", "Safety", 0.6, first=200),
    Person("Lucas Moreau", "Finance", 0.5, first=210, last=612, offset=60),
    Person("Hannah Stein", "Digital", 0.7, first=240, offset=60, away=((540, 646),)),
    Person("Magnus Rendall", "Harbours", 0.9, first=170, last=610),
    Person("Shirin Karimi", "Safety", 0.4, first=310),
    Person("Bjarni Ólafsson", "Fleet", 0.35, first=330, weekdays=_EVERY_DAY, hours=_NIGHT),
    Person("Chloe Tanner", "People", 0.4, first=365),
    Person("Ravi Menon", "Digital", 0.5, first=380, offset=330, hours=(10, 19)),
    Person("Elena Popescu", "Finance", 0.4, first=400, offset=120, away=((500, 645),)),
    Person("Ewan Sinclair", "Harbours", 0.9, first=455, last=620),
    Person("Marta Kowalczyk", "Fleet", 0.45, first=456, away=((480, 650),)),
    Person("Iain Flett", "Harbours", 0.2, first=457, last=475),
    Person("Zofia Nowak", "Safety", 0.3, first=458, away=((475, 655),)),
    Person("Ben Achterberg", "Finance", 0.15, first=459, last=470, offset=60),
    Person("Leila Mansour", "People", 0.7, first=662),
    Person("Callum Reid", "Fleet", 0.7, first=671),
    Person("Anneke Visser", "Digital", 0.8, first=648, offset=60),
    Person("Tariq Rahman", "Finance", 0.6, first=655),
    Person("Sorcha Nolan", "People", 0.5, first=668),
    Person("Henrik Dahl", "Fleet", 0.4, first=676, offset=60),
    Person("Joanna Tait", "Safety", 0.6, first=690),
)

ROBOT = Author("Timetable robot[bot]", "timetable-robot@skerryline.example")

MAILMAP = """\
# Who is who, where people wrote under several names.
Daniel Reyes <daniel.reyes@skerryline.example> <dreyes@users.example>
Sam Whitlock <sam.whitlock@skerryline.example> sam <sam.whitlock@mail.example>
"""
