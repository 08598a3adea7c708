"""Teams in the browser: named by those who administer, shown as the space shows people."""

from __future__ import annotations

import json

import pytest

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from wiki.model import Author, Edit, FileWrite
from wiki.services.facts import facts_of
from wiki.services.teams import TEAMS_FILE, teams_file

TEAMS = "/handbook/-/teams"
EDIT = "/handbook/-/teams/edit"


def _base(furnished: Furnished) -> str:
    return teams_file(furnished.wiki.open("handbook"))[1]


def _save(furnished: Furnished, teams: list[tuple[str, str, str, str]], who: str = "boss"):
    browser = furnished.browser(who)
    keys = ("name", "people", "addresses", "head_count")
    data = {key: [team[place] for team in teams] for place, key in enumerate(keys)}
    data |= {"csrf_token": [browser.token(EDIT)], "base": [_base(furnished)]}
    answer = browser.client.post(EDIT, data=data)
    catch_up(furnished.wiki)
    return answer


def _write(furnished: Furnished, count: int, domain: str) -> None:
    for number in range(count):
        author = Author(f"{domain} {number}", f"p{number}@{domain}.example")
        write = FileWrite(f"{domain}{number}.md", b"Words\n", "")
        edit = Edit((write,), author, "Write", "push", "", 1_700_000_000 + number)
        furnished.wiki.open("handbook").repository.save(edit)
    catch_up(furnished.wiki)


def test_a_form_names_teams_and_reports_know_at_once(furnished: Furnished) -> None:
    assert "No teams yet" in furnished.browser().get(TEAMS).text
    answer = _save(furnished, [("Makers", "Ada Lovelace\n", "", "7"), ("", "", "", "")])
    assert answer.status_code == 303, answer.text
    file, _ = teams_file(furnished.wiki.open("handbook"))
    assert [(team.name, team.people, team.head_count) for team in file.teams] == [
        ("Makers", ("Ada Lovelace",), 7)
    ]
    facts = facts_of(furnished.wiki.open("handbook"), furnished.wiki.settings, 1_800_000_000)
    assert [team.name for team in facts.teams] == ["Makers"]
    members = [p.name for p, team in zip(facts.people, facts.team, strict=True) if team == 0]
    assert members == ["Ada Lovelace"]
    last = furnished.wiki.open("handbook").history.last_change(TEAMS_FILE)
    assert last
    assert last.commit.author.name == "boss"


@pytest.mark.parametrize(
    ("team", "word"),
    [
        (("Makers", "Ada Lovelace", "", "many"), "“many” in “Makers” is no number"),
        (("Makers", "Ada Lovelace", "", "0"), "is no number"),
        (("", "Ada Lovelace", "", ""), "give the new team a name"),
        (("", "", "*@ada.example", "7"), "give the new team a name"),
    ],
)
def test_a_team_that_cannot_be_saved_is_shown_again_as_typed(furnished, team, word) -> None:
    answer = _save(furnished, [team])
    assert answer.status_code == 422
    assert word in answer.text
    assert all(
        f">{part}" in answer.text or f'value="{part}"' in answer.text or f"\n{part}" in answer.text
        for part in team
    )
    assert not teams_file(furnished.wiki.open("handbook"))[0].teams


def test_a_team_whose_name_is_emptied_is_gone_with_its_people(furnished: Furnished) -> None:
    _save(furnished, [("Makers", "Ada Lovelace", "", "")])
    assert _save(furnished, [("", "Ada Lovelace", "", "7"), ("", "", "", "")]).status_code == 303
    assert not teams_file(furnished.wiki.open("handbook"))[0].teams


def test_few_people_of_a_team_are_not_counted_out(furnished: Furnished) -> None:
    _write(furnished, 6, "ops")
    _write(furnished, 2, "desk")
    _save(furnished, [("Ops", "", "*@ops.example", ""), ("Desk", "", "*@desk.example", "")])
    page = furnished.browser().get(TEAMS).text
    cells = page.split("<tbody>")[1]
    assert '<td class="number">2</td>' not in cells
    # Ada and boss are in none: four in all would be hidden, so the six are, too.
    assert '<td class="number">6</td>' not in cells


def test_who_belongs_where_is_for_those_who_administer(furnished: Furnished) -> None:
    _save(furnished, [("Makers", "Ada Lovelace\nada@example.org", "*@x.example", "")])
    assert "Ada Lovelace" in furnished.browser("boss").get(TEAMS).text
    for name in ("", "ray", "ann"):
        page = furnished.browser(name).get(TEAMS).text
        assert "Makers" in page
        assert "Ada Lovelace" not in page
        assert "@" not in page.split("<main")[1]


def test_a_space_that_names_people_shows_names_but_no_address(furnished: Furnished) -> None:
    _save(furnished, [("Makers", "Ada Lovelace\nada@example.org", "*@x.example", "")])
    furnished.browser("boss").submit("/handbook/-/privacy", people="named", base="")
    catch_up(furnished.wiki)
    page = furnished.browser("ray").get(TEAMS).text.split("<main")[1]
    assert "Ada Lovelace" in page
    assert "@" not in page


@pytest.mark.parametrize("name", ["", "ray", "ann"])
def test_nobody_else_changes_teams(furnished: Furnished, name: str) -> None:
    browser = furnished.browser(name)
    assert browser.get(EDIT).status_code in {302, 403}
    token = furnished.browser("boss").token(EDIT)
    data = {"csrf_token": token, "source": "", "base": ""}
    assert browser.client.post(EDIT, data=data).status_code in {400, 401, 403}
    assert _base(furnished) == ""


def test_the_source_is_saved_as_it_is_or_refused_with_line_and_remedy(
    furnished: Furnished,
) -> None:
    good = '# ours\n[[team]]\nname = "Makers"\n'
    browser = furnished.browser("boss")
    answer = browser.submit(f"{EDIT}?source=1", EDIT, source=good, base="")
    assert answer.status_code == 303
    catch_up(furnished.wiki)
    bad = browser.submit(
        f"{EDIT}?source=1", EDIT, source="[[team]]\nname = X\n", base=_base(furnished)
    )
    assert bad.status_code == 422
    assert "Line 2 cannot be read" in bad.text
    assert "name = X" in bad.text  # what was typed is still there
    space = furnished.wiki.open("handbook")
    assert [team.name for team in teams_file(space)[0].teams] == ["Makers"]


def test_a_bad_file_that_was_pushed_is_told_and_reports_go_on(furnished: Furnished) -> None:
    write = FileWrite(TEAMS_FILE, b"[[team]]\nname = X\n", "")
    edit = Edit((write,), Author("A", "a@b.example"), "Push", "push", "", 1)
    furnished.wiki.open("handbook").repository.save(edit)
    catch_up(furnished.wiki)
    assert "Line 2 cannot be read" in furnished.browser().get(TEAMS).text
    facts = facts_of(furnished.wiki.open("handbook"), furnished.wiki.settings, 1_800_000_000)
    assert facts.teams == ()
    form = furnished.browser("boss").get(EDIT).text
    assert "name = X" in form  # the source, since a form cannot hold it


def test_what_others_changed_meanwhile_is_not_overwritten(furnished: Furnished) -> None:
    _save(furnished, [("Makers", "", "", "")])
    browser = furnished.browser("boss")
    data = {"csrf_token": browser.token(EDIT), "base": "", "source": '[[team]]\nname = "B"\n'}
    answer = browser.client.post(EDIT, data=data)
    assert answer.status_code == 409
    assert "a moment ago" in answer.text


def test_head_counts_of_teams_are_a_population(furnished: Furnished) -> None:
    _write(furnished, 6, "ops")
    _save(furnished, [("Ops", "", "*@ops.example", "12"), ("Desk", "x@y", "", "8")])
    address = "/handbook/-/reports/participation.json?since=2023-11-01&until=2023-12-01"
    told = json.loads(furnished.browser().get(address).text)["figures"]
    (rate,) = [figure["value"] for figure in told if figure["key"] == "rate"]
    (people,) = [figure["value"] for figure in told if figure["key"] == "contributors"]
    assert people
    assert rate == people / 20


def test_every_report_says_how_people_are_shown_and_who_decided(furnished: Furnished) -> None:
    furnished.browser("boss").submit("/handbook/-/privacy", people="named", base="")
    catch_up(furnished.wiki)
    for tail in ("", "/participation", "/participation/edits"):
        page = furnished.browser().get(f"/handbook/-/reports{tail}?window=all").text
        assert "How people are shown here" in page
        assert "set by boss" in page


def test_w032_signed_out_meanwhile_what_was_typed_is_shown_and_sent_again(furnished) -> None:
    browser = furnished.browser("boss")
    form = {"base": _base(furnished), "name": "Makers", "head_count": "7", "addresses": ""}
    form |= {"people": "Ada Lovelace\nGrace Hopper", "csrf_token": browser.token("/-/account")}
    ours = {"Sec-Fetch-Site": "same-origin"}
    browser.client.delete_cookie("strata")
    for status in (403, 401):
        answer = browser.client.post(EDIT, data=form, headers=ours)
        assert answer.status_code == status
        assert "Ada Lovelace\nGrace Hopper" in answer.text
        assert 'name="name" value="Makers"' in answer.text
        form["csrf_token"] = browser.token("/-/sign-in")
    assert "sign in in a new tab" in answer.text
    browser.sign_in("boss")
    form["csrf_token"] = browser.token("/-/account")
    assert browser.client.post(EDIT, data=form, headers=ours).status_code == 303
    assert "Grace Hopper" in browser.get(EDIT).text


def test_a_button_alone_that_is_refused_is_not_offered_again(furnished) -> None:
    browser = furnished.browser("ann")
    data = {"csrf_token": browser.token("/-/account"), "token": "0" * 32}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.client.post("/-/drafts/nothing/discard", data=data, headers=headers)
    assert answer.status_code == 404
    assert "Send it again" not in answer.text


def test_what_a_browser_kept_of_the_form_is_filled_in_and_not_saved(furnished) -> None:
    browser = furnished.browser("boss")
    form = {"base": _base(furnished), "name": ["Makers", "Menders"], "head_count": ["7", ""]}
    form |= {"people": ["Ada Lovelace\nGrace Hopper", ""], "addresses": ["", "*@ops.example"]}
    form |= {"csrf_token": browser.token("/-/account"), "action": "fill"}
    page = browser.client.post(EDIT, data=form)
    assert page.status_code == 200
    assert "Ada Lovelace\nGrace Hopper" in page.text
    assert "*@ops.example" in page.text
    assert teams_file(furnished.wiki.open("handbook"))[0].teams == ()
