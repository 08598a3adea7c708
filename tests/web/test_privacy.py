"""How people are shown: told to all, set by those who administer; and leaving named reports."""

from __future__ import annotations

import pytest

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from wiki.model import Role, Viewer
from wiki.services import privacy, selves
from wiki.services.choosing_people import people_to_choose
from wiki.services.pages import save_page

PRIVACY = "/handbook/-/privacy"


def _set(furnished: Furnished, people: str, who: str = "boss") -> None:
    answer = furnished.browser(who).submit(PRIVACY, people=people, base=_base(furnished))
    assert answer.status_code == 303, answer.text
    catch_up(furnished.wiki)


def _base(furnished: Furnished) -> str:
    space = furnished.wiki.open("handbook")
    return privacy.space_file(space, privacy.REPORTS_FILE).oid


def test_a_space_begins_with_groups_only_and_says_so(furnished: Furnished) -> None:
    page = furnished.browser().get(PRIVACY)
    assert page.status_code == 200
    assert "Nobody: groups of five and more" in page.text
    assert 'name="people"' not in page.text  # nothing to be set by a reader


def test_who_administers_sets_it_and_everybody_reads_who_and_when(furnished: Furnished) -> None:
    _set(furnished, "named")
    page = furnished.browser("ray").get(PRIVACY).text
    assert "By name" in page
    assert "set by <strong>boss</strong>" in page
    space = furnished.wiki.open("handbook")
    now = privacy.standing(space, furnished.wiki)
    assert (now.naming, now.by.name if now.by else "") == ("named", "boss")
    assert space.repository.commit(now.commit).author.name == "boss"


def test_since_is_when_it_became_so_not_when_the_file_last_changed(furnished: Furnished) -> None:
    _set(furnished, "named")
    space = furnished.wiki.open("handbook")
    first = privacy.standing(space, furnished.wiki).commit
    text = privacy.space_file(space, privacy.REPORTS_FILE).text
    from wiki.model import FileWrite
    from wiki.services.accounts import OPERATOR
    from wiki.services.writing import commit

    write = FileWrite(privacy.REPORTS_FILE, f"# a remark\n{text}".encode(), _base(furnished))
    commit(furnished.wiki, OPERATOR, space, (write,), "Remark")
    catch_up(furnished.wiki)
    assert privacy.standing(space, furnished.wiki).commit == first
    assert [each.naming for each in privacy.past(space, furnished.wiki)] == ["named"]


@pytest.mark.parametrize("who", ["", "ray", "ann"])
def test_nobody_else_can_set_it(furnished: Furnished, who: str) -> None:
    token = furnished.browser("boss").token(PRIVACY)
    answer = furnished.browser(who).client.post(
        PRIVACY, data={"people": "named", "csrf_token": token}
    )
    assert answer.status_code in {401, 403}
    assert privacy.naming_of(furnished.wiki.open("handbook")) == "aggregate"


def test_a_form_made_before_somebody_elses_change_changes_nothing(furnished: Furnished) -> None:
    base = _base(furnished)
    _set(furnished, "named")
    answer = furnished.browser("boss").submit(PRIVACY, people="pseudonymous", base=base)
    assert answer.status_code == 409
    assert "Somebody changed this setting" in answer.text
    assert privacy.naming_of(furnished.wiki.open("handbook")) == "named"


@pytest.mark.parametrize(
    "text", ["people = named", 'people = "everybody"', "people = 3", "\ufffd", "[people]\n"]
)
def test_a_setting_that_cannot_be_understood_is_the_strictest(text: str) -> None:
    naming, fault = privacy._read(text)
    assert naming == "aggregate"
    assert "“aggregate” holds" in fault


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'people = "named"\n'),
        (
            '# ours\npeople = "aggregate" # strict\nother = 1\n',
            '# ours\npeople = "named"\nother = 1\n',
        ),
        ("[charts]\npeople = 3\n", 'people = "named"\n\n[charts]\npeople = 3\n'),
        ("people = broken", 'people = "named"\n'),
    ],
)
def test_the_rest_of_the_file_stays(before: str, after: str) -> None:
    assert privacy._written(before, "named") == after


# -- whose figures are whose -----------------------------------------------------------------


def _viewer(furnished: Furnished, name: str) -> Viewer:
    return furnished.wiki.accounts.account(name).viewer


def _edit(furnished: Furnished, name: str, page: str) -> None:
    save_page(furnished.wiki, _viewer(furnished, name), "handbook", page, f"By {name}\n", "")
    catch_up(furnished.wiki)


def _who(furnished: Furnished, name: str) -> str:
    from wiki.services.people import people_of

    space = furnished.wiki.open("handbook")
    people = people_of(space, furnished.wiki.settings)
    return next(people.person(author).who for author in people.identities if author.name == name)


def test_what_was_written_through_an_account_is_its_own(furnished: Furnished) -> None:
    _edit(furnished, "ann", "A")
    space = furnished.wiki.open("handbook")
    assert selves.own_marks(furnished.wiki, _viewer(furnished, "ann"), space) == {
        _who(furnished, "ann")
    }
    assert not selves.own_marks(furnished.wiki, _viewer(furnished, "ray"), space)


def test_nobody_becomes_somebody_by_typing_their_address(furnished: Furnished) -> None:
    """The first pages are by Ada Lovelace <ada@example.org>, who has no account."""
    wiki, space = furnished.wiki, furnished.wiki.open("handbook")
    wiki.accounts.change_profile(wiki.accounts.account("ann"), "Ada Lovelace", "ada@example.org")
    _edit(furnished, "ann", "A")
    assert not selves.own_marks(wiki, _viewer(furnished, "ann"), space)
    assert selves.marks_of(wiki, _viewer(furnished, "ann"), space)
    wiki.accounts.confirm_email(_viewer(furnished, "boss"), "ann")
    assert selves.own_marks(wiki, _viewer(furnished, "ann"), space)


def test_nor_by_bearing_their_name(furnished: Furnished) -> None:
    """One full name joins two addresses; that is no proof that both are the account's."""
    wiki, space = furnished.wiki, furnished.wiki.open("handbook")
    wiki.accounts.change_profile(wiki.accounts.account("ann"), "Ada Lovelace", "ann@mine.example")
    _edit(furnished, "ann", "A")
    assert not selves.own_marks(wiki, _viewer(furnished, "ann"), space)


def test_an_account_made_anew_under_an_old_name_inherits_nothing(furnished: Furnished) -> None:
    from wiki.services.accounts import OPERATOR

    wiki, space = furnished.wiki, furnished.wiki.open("handbook")
    _edit(furnished, "ann", "A")
    wiki.accounts.remove(OPERATOR, "ann")
    later = wiki.accounts._clock() + 100
    wiki.accounts._clock = lambda: later
    wiki.accounts.add(OPERATOR, "ann", Role.EDITOR)
    assert not selves.own_marks(wiki, _viewer(furnished, "ann"), space)


def test_the_address_the_wiki_makes_for_an_account_is_no_other_accounts(
    furnished: Furnished,
) -> None:
    from dataclasses import replace

    from wiki.config import Git
    from wiki.errors import AccountInvalid
    from wiki.services.accounts import Accounts

    settings = replace(furnished.wiki.settings, git=Git(committer_email="wiki@ours.example"))
    accounts = Accounts(settings)
    with pytest.raises(AccountInvalid):
        accounts.change_profile(accounts.account("ray"), "", "Ann@ours.example")
    accounts.change_profile(accounts.account("ann"), "", "ann@ours.example")
    accounts.close()


# -- leaving ---------------------------------------------------------------------------------


def test_who_leaves_is_seen_by_nobody_else_and_nobody_is_told(furnished: Furnished) -> None:
    _edit(furnished, "ann", "A")
    _set(furnished, "named")
    wiki, space = furnished.wiki, furnished.wiki.open("handbook")
    ann, ray, who = _viewer(furnished, "ann"), _viewer(furnished, "ray"), _who(furnished, "ann")
    assert privacy.may_see_person(wiki, ray, space, who)
    assert who in {each.who for each in people_to_choose(wiki, ray, space)}
    answer = furnished.browser("ann").submit("/-/account", "/-/account/reports", leave="1")
    assert answer.status_code == 303
    assert not privacy.may_see_person(wiki, ray, space, who)
    assert privacy.may_see_person(wiki, ann, space, who)
    assert who not in {each.who for each in people_to_choose(wiki, ray, space)}
    assert who in {each.who for each in people_to_choose(wiki, ann, space)}
    assert len(privacy.showing(wiki, space).unnamed) == 1
    log = furnished.browser("boss").get("/-/admin/log").text
    assert "reports" not in log.split("<tbody>")[1]
    furnished.browser("ann").submit("/-/account", "/-/account/reports", leave="0")
    assert privacy.may_see_person(wiki, ray, space, who)


def test_without_the_accounts_nobody_is_named(furnished: Furnished) -> None:
    _edit(furnished, "ann", "A")
    _set(furnished, "named")
    who = _who(furnished, "ann")
    (furnished.wiki.settings.wiki.instance / "accounts.sqlite3").unlink()
    space = furnished.wiki.open("handbook")
    assert privacy.showing(furnished.wiki, space).naming == "aggregate"
    assert not privacy.may_see_person(furnished.wiki, Viewer("", Role.NOBODY), space, who)


def test_letters_open_nothing(furnished: Furnished) -> None:
    _edit(furnished, "ann", "A")
    _set(furnished, "pseudonymous")
    space, ray = furnished.wiki.open("handbook"), _viewer(furnished, "ray")
    assert not privacy.may_see_person(furnished.wiki, ray, space, _who(furnished, "ann"))
    assert people_to_choose(furnished.wiki, ray, space) == ()


def test_an_account_page_leads_to_what_one_wrote(furnished: Furnished) -> None:
    _edit(furnished, "ann", "A")
    page = furnished.browser("ann").get("/-/account").text
    assert f"/handbook/-/person?who={_who(furnished, 'ann')}" in page


def test_a_change_of_it_says_what_became_and_why_in_the_history(furnished: Furnished) -> None:
    """And taking a setting up again brings back nobody's text."""
    for people, reason in (("named", "We agreed on it"), ("aggregate", ""), ("named", "Once more")):
        answer = furnished.browser("boss").submit(
            PRIVACY, people=people, base=_base(furnished), reason=reason
        )
        assert answer.status_code == 303
        catch_up(furnished.wiki)
    page = furnished.browser("").get("/handbook/-/history").text
    assert ">Show people in reports by name: We agreed on it</a>" in page
    assert ">Show people in reports by name: Once more</a>" in page
    assert ">Show people in reports only in groups of five and more</a>" in page
    assert "took back" not in page
