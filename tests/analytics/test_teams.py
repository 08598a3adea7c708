"""Teams: read without ever failing a report, people put into them, and the file kept as people wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.analytics.teams import TeamEntry, TeamsFile, assigned, read_teams, written_teams
from wiki.model import Author, Identity

TEXT = """\
# Who is where; ask Ada.

[[team]]
name = "Operations"   # since March
people = ["Ada Lovelace", "ada@x.org"]
addresses = ["*@ops.example"]
head_count = 12

[[team]]
name = "Writers"
addresses = ["*@*.example"]
"""
OPERATIONS = TeamEntry("Operations", ("Ada Lovelace", "ada@x.org"), ("*@ops.example",), 12)
WRITERS = TeamEntry("Writers", (), ("*@*.example",))


def _teams_of(text: str, *people: tuple[Identity, list[Author]]) -> list[str | None]:
    teams = assigned(read_teams(text), dict(people))
    places = [teams.members.get(identity.key) for identity, _ in people]
    return [None if place is None else teams.teams[place].name for place in places]


def _person(name: str, *emails: str, bot: bool = False) -> tuple[Identity, list[Author]]:
    return Identity(emails[0], name, bot), [Author(name, email) for email in emails]


def test_a_file_is_read() -> None:
    assert read_teams(TEXT) == TeamsFile((OPERATIONS, WRITERS))
    assert read_teams("") == TeamsFile()


def test_head_counts_are_a_population_only_if_every_team_says() -> None:
    assert read_teams(TEXT).head_count is None
    assert read_teams(TEXT + "head_count = 30\n").head_count == 42
    assert TeamsFile().head_count is None


def test_people_come_by_name_address_and_pattern_and_the_first_team_has_them() -> None:
    assert _teams_of(
        TEXT,
        _person("ada  LOVELACE", "other@home.org"),
        _person("A. L.", "home@x", "ADA@x.org"),
        _person("Bo Ek", "bo@ops.example"),
        _person("Cy Dee", "cy@press.example"),
        _person("Di Em", "di@elsewhere.org"),
        _person("Robot", "r@ops.example", bot=True),
    ) == ["Operations", "Operations", "Operations", "Writers", None, None]


def test_a_pattern_is_no_regular_expression() -> None:
    text = '[[team]]\nname = "A"\naddresses = ["a.b@x+y.org"]\n'
    people = _person("P", "a.b@x+y.org"), _person("Q", "aXb@xy.org")
    assert _teams_of(text, *people) == ["A", None]


@pytest.mark.parametrize(
    ("text", "told", "left"),
    [
        ("[[team]]\nname = Operations\n", "Line 2 cannot be read", 0),
        ('[[team]]\nname = "A"\n\n[[team]]\nhead_count = 3\n', "Team 2 (line 4) has no name", 1),
        ('[[team]]\nname = "A"\npeople = "Ada"\n', 'write people = ["Ada Lovelace"]', 1),
        ('[[team]]\nname = "A"\nhead_count = -1\n', "write head_count = 12", 1),
        ('[[team]]\nname = "A"\nhead_count = true\n', "write head_count = 12", 1),
        ('[[team]]\nname = "A"\nboss = "Bo"\n', "“boss”, which is unknown", 1),
        ('[[team]]\nname = "A"\n[[team]]\nname = "a"\n', "is there twice", 1),
        ('[team]\nname = "A"\n', "begin each team with [[team]]", 0),
        ('teams = []\n', "“teams” is unknown", 0),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_with_line_and_remedy(
    text: str, told: str, left: int
) -> None:
    found = read_teams(text)
    assert told in " ".join(found.faults)
    assert len(found.teams) == left


def test_a_file_of_nonsense_never_fails_a_report() -> None:
    for text in ("\x00", "[" * 5000, "team = 3", "[[team]]\n" * 400, "=\n", "\ufeff[[team]]"):
        assert read_teams(text).faults


def test_remarks_stay_with_teams_that_do_not_change() -> None:
    changed = TeamEntry("Writers", (), (), 3)
    text = written_teams(TEXT, [OPERATIONS, changed])
    assert text.startswith(TEXT[: TEXT.index('[[team]]\nname = "Writers"')].rstrip())
    assert read_teams(text) == TeamsFile((OPERATIONS, changed))
    assert written_teams(TEXT, [OPERATIONS, WRITERS]) == TEXT
    assert written_teams(TEXT, []).startswith("# Who is where")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split())
)
NAMED = TEXTS.filter(bool)
TEAMS = st.lists(
    st.builds(
        TeamEntry,
        NAMED,
        st.lists(NAMED, max_size=5, unique=True).map(tuple),
        st.lists(NAMED, max_size=5, unique=True).map(tuple),
        st.none() | st.integers(1, 10_000),
    ),
    max_size=4,
    unique_by=lambda team: team.name.casefold(),
)


@given(TEAMS, TEAMS)
def test_what_is_written_is_read(before: list[TeamEntry], after: list[TeamEntry]) -> None:
    text = written_teams(written_teams("# note\n", before), after)
    assert read_teams(text) == TeamsFile(tuple(after))
