"""Who is who in the browser: seen by all, addresses by those who administer; joined and split there."""

from __future__ import annotations

import re

import pytest

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from wiki.model import Author, Edit, FileWrite
from wiki.services.people import people_of

WHO = "/handbook/-/identities"
HANNA = Author("Hanna Berg", "hanna@work.example")
HANNA_OLD = Author("hb", "hb@old.example")
NAMESAKES = Author("Bo Ek", "bo@one.example"), Author("Bo Ek", "bo@two.example")


@pytest.fixture
def told(furnished: Furnished) -> Furnished:
    """More people than the model has."""
    office = [Author(f"Clerk {letter}", "office@work.example") for letter in "ABCDE"]
    robot = Author("deploy[bot]", "deploy@work.example")
    for number, author in enumerate([HANNA, HANNA_OLD, *NAMESAKES, *office, robot]):
        write = FileWrite(f"p{number}.md", b"Words\n", "")
        edit = Edit((write,), author, "Write", "push", "", 1_700_000_000 + number)
        furnished.wiki.open("handbook").repository.save(edit)
    catch_up(furnished.wiki)
    return furnished


def _who(told: Furnished, author: Author) -> str:
    space = told.wiki.open("handbook")
    return people_of(space, told.wiki.settings).person(author).who


def _mailmap(told: Furnished) -> str:
    from wiki.services.people import mailmap_of

    return mailmap_of(told.wiki.open("handbook")).text


def test_everybody_sees_who_is_one_and_why_but_no_address(told: Furnished) -> None:
    for name in ("", "ray", "ann"):
        for sort in ("people", "joined", "split", "machines"):
            page = told.browser(name).get(f"{WHO}?sort={sort}")
            assert page.status_code == 200
            assert not re.search(r"[\w.]+@\w+\.example", page.text), sort
    assert "they bear the same full name" in told.browser().get(f"{WHO}?sort=joined").text


def test_who_administers_sees_addresses(told: Furnished) -> None:
    page = told.browser("boss").get(WHO).text
    assert "hb@old.example" in page
    assert "bo@two.example" in page


def test_an_address_cannot_be_found_out_by_searching(told: Furnished) -> None:
    assert "Hanna Berg" in told.browser("boss").get(f"{WHO}?q=hanna@work").text
    assert "Hanna Berg" not in told.browser("ray").get(f"{WHO}?q=hanna@work").text
    assert "Hanna Berg" in told.browser("ray").get(f"{WHO}?q=HANNA").text


def test_machines_and_shared_addresses_stand_apart(told: Furnished) -> None:
    machines = told.browser().get(f"{WHO}?sort=machines").text
    assert "deploy[bot]" in machines
    assert "Hanna" not in machines
    split = told.browser().get(f"{WHO}?sort=split").text
    assert all(f"Clerk {letter}" in split for letter in "ABCDE")
    assert "deploy" not in told.browser().get(WHO).text


@pytest.mark.parametrize("name", ["", "ray", "ann"])
def test_nobody_else_may_correct(told: Furnished, name: str) -> None:
    who, other = _who(told, HANNA), _who(told, HANNA_OLD)
    token = told.browser("boss").token(f"{WHO}/{who}?q=hb")
    browser = told.browser(name)
    assert browser.get(f"{WHO}/{who}").status_code in {302, 403}  # 302: sign in
    for act in ("join", "split"):
        data = {"csrf_token": token, "other": other, "base": ""}
        answer = browser.client.post(f"{WHO}/{who}/{act}", data=data)
        assert answer.status_code in {400, 401, 403}  # 400: that token is of another session
    assert _mailmap(told) == ""


def test_two_are_joined_and_it_holds_at_once(told: Furnished) -> None:
    who, other = _who(told, HANNA), _who(told, HANNA_OLD)
    form = f"{WHO}/{who}?q=hb"
    assert "hb@old.example" in told.browser("boss").get(form).text
    answer = told.browser("boss").submit(form, f"{WHO}/{who}/join", other=other, base="")
    assert answer.status_code == 303, answer.text
    assert _mailmap(told) == (
        "Hanna Berg <hanna@work.example> <hanna@work.example>\n"
        "Hanna Berg <hanna@work.example> <hb@old.example>\n"
    )
    assert _who(told, HANNA) == _who(told, HANNA_OLD)
    history = told.browser().get("/handbook/-/history/p1").text
    assert "Hanna Berg" in history
    space = told.wiki.open("handbook")
    last = space.history.last_change(".mailmap")
    assert last
    assert last.commit.author.name == "boss"
    assert "@" not in last.commit.message.split("\n")[0]


def test_namesakes_are_split(told: Furnished) -> None:
    one, two = NAMESAKES
    who = _who(told, one)
    assert who == _who(told, two)
    page = told.browser("boss").get(f"{WHO}/{who}").text
    mark = re.search(r'value="([0-9a-f]{16})"[^>]*><label[^>]*>[^@]*<code>bo@two', page)
    assert mark
    answer = told.browser("boss").submit(
        f"{WHO}/{who}", f"{WHO}/{who}/split", entry=mark.group(1), name="Bo Ek (two)", base=""
    )
    assert answer.status_code == 303, answer.text
    assert _who(told, one) != _who(told, two)
    assert "Bo Ek (two)" in told.browser().get("/handbook/-/history/p3").text


def test_a_correction_of_what_somebody_corrected_meanwhile_waits(told: Furnished) -> None:
    who, other = _who(told, HANNA), _who(told, HANNA_OLD)
    form = f"{WHO}/{who}?q=hb"
    browser = told.browser("boss")
    token = browser.token(form)
    write = FileWrite(".mailmap", b"# ours\n", "")
    told.wiki.open("handbook").repository.save(Edit((write,), HANNA, "Note", "push", "", 1))
    answer = browser.client.post(
        f"{WHO}/{who}/join", data={"csrf_token": token, "other": other, "base": "", "q": "hb"}
    )
    assert answer.status_code == 409
    assert "a moment ago" in answer.text
    assert _mailmap(told) == "# ours\n"


def test_two_with_one_address_need_another_to_be_split(told: Furnished) -> None:
    write = FileWrite("q.md", b"Words\n", "")
    other = Author("Somebody Else", "hanna@work.example")
    told.wiki.open("handbook").repository.save(Edit((write,), other, "Write", "push", "", 1))
    catch_up(told.wiki)
    who = _who(told, HANNA)
    page = told.browser("boss").get(f"{WHO}/{who}").text
    mark = re.search(r'value="([0-9a-f]{16})"[^>]*><label[^>]*><span dir="auto">Somebody', page)
    assert mark
    browser = told.browser("boss")
    fields = {"entry": mark.group(1), "base": "", "csrf_token": browser.token(f"{WHO}/{who}")}
    refused = browser.client.post(f"{WHO}/{who}/split", data=fields)
    assert refused.status_code == 400
    assert "give one that is this person’s alone" in refused.text
    fields["address"] = "else@work.example"
    assert browser.client.post(f"{WHO}/{who}/split", data=fields).status_code == 303
    assert _who(told, other) != _who(told, HANNA)
    line = "Somebody Else <else@work.example> Somebody Else <hanna@work.example>"
    assert line in _mailmap(told).splitlines()


def test_a_machine_is_joined_with_nobody(told: Furnished) -> None:
    robot = _who(told, Author("deploy[bot]", "deploy@work.example"))
    who = _who(told, HANNA)
    answer = told.browser("boss").submit(
        f"{WHO}/{who}?q=hb", f"{WHO}/{who}/join", other=robot, base=""
    )
    assert answer.status_code == 422
    assert "machine" in answer.text
    assert _mailmap(told) == ""


@pytest.mark.parametrize("act", ["join", "split"])
def test_who_chooses_nobody_is_told_so(told: Furnished, act: str) -> None:
    who = _who(told, HANNA if act == "join" else NAMESAKES[0])
    form = f"{WHO}/{who}?q=hb"
    answer = told.browser("boss").submit(form, f"{WHO}/{who}/{act}", base="", q="hb")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "hb@old.example" in answer.text
    said = re.search(r'role="alert".*?<p>([^<]+)</p>', answer.text, re.DOTALL)
    assert said
    assert said[1].startswith("Choose "), said[1]
    assert _mailmap(told) == ""
