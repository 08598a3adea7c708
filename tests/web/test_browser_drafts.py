"""Drafts in a real browser: crash, no connection, signing out, two tabs, two people."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import GRACE, catch_up
from tests.web.conftest import HOLIDAYS as TEXT
from tests.web.people import PASSWORD
from wiki.model import Role
from wiki.services import pages
from wiki.services.accounts import OPERATOR

pytestmark = pytest.mark.browser

EDIT = "/handbook/-/edit/people/Holidays"
MINE = "\nAlmost lost.\n"


HURRY = """
    const patient = window.setTimeout;
    window.setTimeout = (todo, wait, ...rest) => patient(todo, wait < 3000 ? wait / 5 : wait, ...rest);
"""
"""A draft is sent a second after the last key; nothing here depends on how long a second is."""


@pytest.fixture
def sit_down(sit_down):
    def sit(*who, **options):
        person = sit_down(*who, **options)
        person.context.add_init_script(HURRY)
        return person

    return sit


@pytest.fixture
def wiki(site):
    wiki = site[0]
    change(wiki, text_of(wiki), TEXT)
    for name in ("ann", "boss"):
        viewer = wiki.accounts.account(name).viewer
        for draft in wiki.drafts.of(viewer):
            wiki.drafts.discard(viewer, draft.id)
    return wiki


def text_of(wiki):
    return pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays").text


def change(wiki, old, new):
    """Somebody else saves a change."""
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    text = opened.text.replace(old, new)
    if text != opened.text:
        pages.save_page(wiki, GRACE, "handbook", opened.name, text, opened.base)
        catch_up(wiki)


def write(page, text=TEXT + MINE):
    page.get_by_label("Text of the page").fill(text)


def state(page, text):
    expect(page.locator("#draft-state")).to_contain_text(text)


def area(page):
    return page.get_by_label("Text of the page").input_value()


def drafts_of(wiki):
    return wiki.drafts.of(wiki.accounts.account("ann").viewer)


def sign_in(page, name="mia"):
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def vanish(page):
    """Close a tab that has no connection to its very end. (Of a page being closed the browser takes the
    emulated lack of one off, so that its last message may arrive after all.)"""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')); }")
    page.close(run_before_unload=False)


def test_r028_what_was_typed_survives_a_crash_and_is_gone_everywhere_once_saved(sit_down, wiki):
    person = sit_down()
    page = person.open(EDIT)
    write(page)
    state(page, "Draft saved ")
    person.context.close()
    person = sit_down()  # another device: nothing of the first browser is left
    page = person.open(EDIT)
    assert area(page) == TEXT
    assert page.locator("[data-elsewhere]").is_visible()
    page.get_by_role("link", name="Continue with it").click()
    page.wait_for_url("**draft=1")
    assert area(page) == TEXT + MINE
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki) == TEXT + MINE
    page = person.open(EDIT)
    assert not page.get_by_text("You have a draft").is_visible()
    assert not page.get_by_text("This browser kept").is_visible()
    assert list(drafts_of(wiki)) == []


def test_r028_without_a_connection_the_browser_keeps_it_and_sends_it_later(sit_down, wiki):
    person = sit_down()
    page = person.open(EDIT)
    person.context.set_offline(True)
    write(page)
    state(page, "Offline: kept in this browser")
    vanish(page)
    assert list(drafts_of(wiki)) == []
    person.context.set_offline(False)
    page = person.open(EDIT)
    page.get_by_role("button", name="Bring it back").click()
    assert area(page) == TEXT + MINE
    state(page, "Draft saved ")
    person.context.set_offline(True)
    write(page, TEXT + MINE + "More.\n")
    state(page, "Offline: kept in this browser")
    person.context.set_offline(False)
    state(page, "Draft saved ")
    person.context.set_offline(True)
    write(page, TEXT + MINE + "And more.\n")
    state(page, "Offline: kept in this browser")
    vanish(page)
    person.context.set_offline(False)
    page = person.open("/-/drafts")  # whatever page comes next sends it, and this one is shown anew
    expect(page.locator("#local-drafts")).to_be_hidden()
    (draft,) = drafts_of(wiki)
    assert draft.size == len(TEXT + MINE + "And more.\n")
    page.get_by_role("link", name="Continue").click()
    assert area(page) == TEXT + MINE + "And more.\n"


def test_of_two_tabs_the_later_one_is_offered_both_texts(sit_down, wiki):
    person = sit_down()
    one, two = person.open(EDIT), person.open(EDIT)
    write(one, TEXT + "One.\n")
    state(one, "Draft saved ")
    two.bring_to_front()
    write(two, TEXT + "Two.\n")
    state(two, "until you choose")
    two.get_by_role("button", name="The other one").click()
    assert area(two) == TEXT + "One.\n"
    two.keyboard.press("Control+z")
    assert area(two) == TEXT + "Two.\n"
    state(two, "Draft saved ")
    one.bring_to_front()
    write(one, TEXT + "One, again.\n")
    one.get_by_role("button", name="This one").click()
    state(one, "Draft saved ")
    (draft,) = drafts_of(wiki)
    assert draft.size == len(TEXT + "One, again.\n")


def test_two_people_see_each_other_and_what_one_saves_reaches_the_other(sit_down, wiki):
    ann, boss = sit_down().open(EDIT), sit_down("boss").open(EDIT)
    write(boss, TEXT.replace("Thirty", "Forty"))
    state(boss, "Draft saved ")
    write(ann)
    expect(ann.locator("#at-work")).to_contain_text("boss is editing this page too (since ")
    boss.get_by_role("button", name="Save", exact=True).click()
    boss.wait_for_url("**/handbook/people/Holidays")
    catch_up(wiki)
    ann.get_by_label("Text of the page").press_sequentially("!")
    ann.get_by_text("boss saved a change of this page meanwhile.").wait_for()
    ann.get_by_role("button", name="Put it into my text now").click()
    ann.get_by_text("Both are put together").wait_for()
    assert area(ann) == TEXT.replace("Thirty", "Forty") + MINE + "!\n"
    state(ann, "Draft saved ")
    ann.get_by_role("button", name="Save", exact=True).click()
    ann.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki) == TEXT.replace("Thirty", "Forty") + MINE + "!\n"
    assert list(drafts_of(wiki)) == []


def test_a_new_page_is_found_again_and_return_in_its_name_creates_it(sit_down, wiki):
    person = sit_down()
    page = person.open("/handbook/-/new")
    page.get_by_label("Name of the page").fill("people/Bicycles")
    write(page, "# Bicycles\n")
    state(page, "Draft saved ")
    page.get_by_label("Your account").click()
    expect(page.locator("[data-drafts-count] .count")).to_have_text("1")
    page.goto(person.base + "/-/drafts")
    page.get_by_role("link", name="people/Bicycles").click()
    assert area(page) == "# Bicycles\n"
    page.get_by_label("Name of the page").press("Enter")
    page.wait_for_url("**/handbook/people/Bicycles")
    assert list(drafts_of(wiki)) == []


def meet(page, wiki):
    """Save lines that somebody else changed meanwhile; the page of the conflict."""
    write(page, TEXT.replace("Thirty days a year.", "Forty weeks for me."))
    change(wiki, "Thirty days a year.", "Fifty nights, all told.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="changed the same lines").wait_for()


def own_wording(page):
    return page.get_by_label("Your own wording of place 1")


def test_what_is_chosen_while_settling_survives_a_crash_with_a_connection_and_without(
    sit_down, wiki
):
    person = sit_down()
    page = person.open(EDIT)
    meet(page, wiki)
    page.get_by_label("Edit by hand").check()
    own_wording(page).fill("As many as you need.\n")
    state(page, "Draft saved ")
    page.close(run_before_unload=False)
    page = person.open("/-/drafts")
    page.get_by_role("link", name="Continue").click()
    assert own_wording(page).input_value() == "As many as you need.\n"
    assert page.get_by_label("Edit by hand").is_checked()
    state(page, "Draft saved ")
    person.context.set_offline(True)
    own_wording(page).fill("As many as all need.\n")
    state(page, "Offline: kept in this browser")
    vanish(page)
    for draft in drafts_of(wiki):  # as if none of it had ever arrived
        wiki.drafts.discard(wiki.accounts.account("ann").viewer, draft.id)
    person.context.set_offline(False)
    page = person.open(EDIT)
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_role("heading", name="You and Grace Hopper changed the same lines").wait_for()
    assert page.url == person.base + EDIT
    assert own_wording(page).input_value() == "As many as all need.\n"
    page.get_by_role("button", name="Save this version").click()
    page.get_by_role("button", name="Leave them out and save").click()
    page.wait_for_url("**/handbook/people/Holidays")
    assert "As many as all need." in text_of(wiki)
    assert list(drafts_of(wiki)) == []
    page.goto(person.base + EDIT)
    assert not page.locator("#local-notice").is_visible()


def test_a_form_without_drafts_is_kept_in_the_browser_until_it_is_saved(sit_down, wiki):
    person = sit_down()
    page = person.open("/handbook/-/charter/edit")
    page.get_by_label("What it is for").fill("So that nobody asks twice.")
    page.close(run_before_unload=False)
    page = person.open("/-/drafts")
    page.get_by_role("link", name="Charter of Handbook").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("What it is for")).to_have_value("So that nobody asks twice.")
    page.get_by_label("What it is about").first.select_option(label="Contributors")
    page.get_by_label("Target").first.fill("25")
    page.get_by_label("How many people could take part").fill("many")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Some of it needs another look").wait_for()
    expect(page.get_by_label("What it is for")).to_have_value("So that nobody asks twice.")
    assert not page.locator("#local-notice").is_visible()
    page.get_by_label("How many people could take part").fill("60")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/handbook/-/charter")
    page.goto(person.base + "/handbook/-/charter/edit")
    expect(page.get_by_label("What it is for")).to_have_value("So that nobody asks twice.")
    assert not page.locator("#local-notice").is_visible()


def test_w032_signed_out_in_the_middle_the_text_waits_for_the_next_session(sit_down, wiki):
    # Somebody of its own: signing out would end the sessions that all other tests share.
    mia, one_time = wiki.accounts.add(OPERATOR, "mia", Role.EDITOR)
    wiki.accounts.change_password(mia, one_time, PASSWORD, "192.0.2.9")
    person = sit_down("")
    page = person.open("/-/sign-in")
    sign_in(page)
    page.wait_for_url("**/")
    page.goto(person.base + EDIT)
    other = person.open("/-/sign-out")
    other.locator("main").get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/handbook/")
    page.bring_to_front()
    write(page)
    state(page, "You are signed out. Your text is kept in this browser.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("You are not signed in. What you wrote is still here").wait_for()
    with person.context.expect_page() as opened:
        page.get_by_role("link", name="sign in in a new tab").click()
    tab = opened.value
    sign_in(tab)
    tab.wait_for_url(person.base + "/**")
    state(page, "Draft saved ")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki) == TEXT + MINE
    assert list(wiki.drafts.of(wiki.accounts.account("mia").viewer)) == []
