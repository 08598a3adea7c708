"""Settling a conflict in a browser without script: nobody's words are left out unasked."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import asdict, replace

import pytest

from tests.conftest import GRACE, add_pages, catch_up
from tests.web.conftest import HOLIDAYS as TEXT
from tests.web.people import Browser
from tests.web.test_editing import EDIT, fields_of, other_saves, send, text_of
from wiki.analytics.facts import MEETS
from wiki.errors import EditConflict
from wiki.services import moving, pages
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SENTENCE = "Thirty days a year."
DRAFTS = "/handbook/-/drafts/people/Holidays"


@pytest.fixture
def wiki(furnished):
    return furnished.wiki


@pytest.fixture
def browser(furnished):
    return furnished.browser("ann")


def met(browser, wiki, mine, theirs):
    """The page of a conflict between two versions of the sentence."""
    page = browser.get(EDIT).text
    other_saves(wiki, SENTENCE, theirs)
    answer = send(browser, EDIT, page, text=TEXT.replace(SENTENCE, mine))
    assert answer.status_code == 409
    return answer.text


def choices_of(page):
    """What is chosen, by the name of the field, as a browser would send it."""
    found = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked', page)
    return dict(found)


def number_of(page):
    return next(n for n in fields_of(page) if n.startswith("mine-")).removeprefix("mine-")


def trailers(wiki):
    repository = wiki.open("handbook").repository
    return dict(repository.commit(repository.head()).trailers)


def test_a_proposal_is_chosen_and_saved_after_one_look(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Thirty days each year.")
    assert "chosen for you" in page
    assert text_of(wiki) == TEXT.replace("a year", "each year")
    answer = send(browser, EDIT, page, action="resolve", **choices_of(page))
    assert answer.status_code == 303
    assert text_of(wiki) == TEXT.replace(SENTENCE, "Forty days each year.")
    assert trailers(wiki)["Strata-Met"] == "looked"
    catch_up(wiki)
    assert "Strata-Met" not in browser.get("/handbook/-/history/people/Holidays").text


def kept(browser, page, **changes):
    """What is chosen and written, sent as the page's script does; the answer."""
    fields = fields_of(page) | choices_of(page) | changes
    mark = {"part": fields["draft_part"], "over": int(fields["draft_revision"]), "writer": "tab"}
    body = {"base": fields["base"], "step": 1, **mark, "settling": fields}
    headers = {"X-CSRFToken": browser.get("/-/form-token").text, "Accept": "application/json"}
    return browser.client.put(DRAFTS, json=body, headers=headers)


def test_what_is_chosen_while_settling_is_there_again_and_gone_once_saved(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year for all of you.")
    number = number_of(page)
    chosen = {f"choice-{number}": "edit", f"edit-{number}": "As many as you need."}
    assert kept(browser, page, **chosen).status_code == 200
    (draft,) = wiki.drafts.of(wiki.accounts.account("ann").viewer)
    assert "As many as you need." in browser.get(f"/-/drafts/{draft.id}").text
    other_saves(wiki, "Call.", "Call at nine.")
    again = browser.get(f"{EDIT}?draft=1").text
    assert "what you chose and wrote so far" in again
    assert "Grace Hopper saved a change of this page meanwhile." in again
    assert choices_of(again) == {f"choice-{number}": "edit"}
    assert fields_of(again)[f"edit-{number}"].strip() == "As many as you need."
    asked = send(browser, EDIT, again, action="resolve", **choices_of(again))
    assert "This leaves out" in asked.text
    answer = send(browser, EDIT, asked.text, action="resolve", **choices_of(asked.text))
    assert answer.status_code == 303
    expected = TEXT.replace(SENTENCE, "As many as you need.").replace("Call.", "Call at nine.")
    assert text_of(wiki) == expected
    assert list(wiki.drafts.of(wiki.accounts.account("ann").viewer)) == []


def test_without_script_a_button_keeps_what_is_chosen_also_in_a_section(browser, wiki):
    page = browser.get(f"{EDIT}?section=how-to-ask").text
    other_saves(wiki, "Ask your lead.", "Ask anybody at all.")
    page = send(browser, EDIT, page, text="## How to ask\n\nAsk nobody.\n\n").text
    choice = {f"choice-{number_of(page)}": "both"}
    answer = send(browser, EDIT, page, action="draft", summary="Why", **choice)
    assert answer.status_code == 303
    again = browser.get(answer.location).text
    assert (choices_of(again), fields_of(again)["summary"]) == (choice, "Why")
    assert send(browser, EDIT, again, action="resolve", **choice).status_code == 303
    assert text_of(wiki) == TEXT.replace("Ask your lead.", "Ask anybody at all.\nAsk nobody.")
    assert list(wiki.drafts.of(wiki.accounts.account("ann").viewer)) == []


def test_what_only_a_browser_kept_comes_back_by_its_form(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year.")
    chosen = {f"choice-{number_of(page)}": "mine", f"edit-{number_of(page)}": "Not chosen."}
    again = send(browser, EDIT, page, action="settle", **chosen)
    assert again.status_code == 200
    assert choices_of(again.text) == {f"choice-{number_of(page)}": "mine"}
    assert "Not chosen." in again.text


def test_signed_out_while_settling_all_choices_come_back(browser, wiki, furnished):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year.")
    chosen = {f"choice-{number_of(page)}": "mine", f"edit-{number_of(page)}": "Not chosen."}
    stranger = furnished.browser()
    token = stranger.token("/-/sign-in")
    answer = send(stranger, EDIT, page, action="resolve", csrf_token=token, **chosen)
    assert answer.status_code == 401
    assert "What you chose and wrote is still here" in answer.text
    assert "You and Grace Hopper changed the same lines" in answer.text
    assert choices_of(answer.text) == {f"choice-{number_of(page)}": "mine"}
    assert "Not chosen." in answer.text


def test_w027_what_is_no_form_of_a_conflict_is_not_kept(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year.")
    headers = {"X-CSRFToken": browser.get("/-/form-token").text, "Accept": "application/json"}
    for settling in ("x", [1], {"stretches": 1}, {"stretches": "2"}, {"stretches": "x"}):
        body = {"settling": settling, "base": fields_of(page)["base"]}
        assert browser.client.put(DRAFTS, json=body, headers=headers).status_code == 400, settling


def test_leaving_out_the_words_of_another_is_asked_about(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year for all of you.")
    choice = {f"choice-{number_of(page)}": "mine"}
    assert choices_of(page) == {}
    asked = send(browser, EDIT, page, action="resolve", summary="More", **choice)
    assert asked.status_code == 409
    assert "This leaves out 6 words by Grace Hopper." in asked.text
    assert "Fifty nights for all of you" in asked.text
    assert (choices_of(asked.text), fields_of(asked.text)["summary"]) == (choice, "More")
    assert "Fifty" in text_of(wiki)
    answer = send(browser, EDIT, asked.text, action="resolve", **choice)
    assert answer.status_code == 303
    assert text_of(wiki) == TEXT.replace("Thirty", "Forty")
    assert trailers(wiki)["Strata-Met"] == "resolved"


def test_agreeing_to_leave_out_some_words_is_not_agreeing_to_others(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year for all of you.")
    number = number_of(page)
    edit = {f"choice-{number}": "edit", f"edit-{number}": "Fifty nights a year for some of you."}
    asked = send(browser, EDIT, page, action="resolve", **edit)
    assert "This leaves out 1 word by Grace Hopper." in asked.text
    again = send(browser, EDIT, asked.text, action="resolve", **{f"choice-{number}": "mine"})
    assert again.status_code == 409
    assert "This leaves out 6 words by Grace Hopper." in again.text


def test_taking_both_or_theirs_is_not_asked_about(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year.")
    number = number_of(page)
    answer = send(browser, EDIT, page, action="resolve", **{f"choice-{number}": "both"})
    assert answer.status_code == 303


def test_a_third_edit_while_settling_keeps_what_was_chosen(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Thirty days each year.")
    other_saves(wiki, "Call.", "Call at nine.")
    answer = send(browser, EDIT, page, action="resolve", **choices_of(page))
    assert answer.status_code == 303
    assert "both changes are in it now" in browser.get(answer.location).text
    settled = TEXT.replace(SENTENCE, "Forty days each year.")
    assert text_of(wiki) == settled.replace("Call.", "Call at nine.")


def test_a_third_edit_of_the_same_lines_meets_what_was_chosen(browser, wiki):
    page = met(browser, wiki, "Forty days a year.", "Thirty days each year.")
    other_saves(wiki, "Thirty days each", "Sixty days each")
    answer = send(browser, EDIT, page, action="resolve", **choices_of(page))
    assert answer.status_code == 409
    fields = fields_of(answer.text)
    number = number_of(answer.text)
    assert fields[f"mine-{number}"] == "Forty days each year.\n"
    assert fields[f"theirs-{number}"] == "Sixty days each year.\n"


def test_r033_a_page_renamed_meanwhile_is_settled_under_its_new_name(browser, wiki):
    page = browser.get(EDIT).text
    moving.rename_page(wiki, GRACE, "handbook", "people/Holidays", "people/Leave")
    catch_up(wiki)
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Leave")
    text = opened.text.replace("Thirty", "Twenty-five")
    pages.save_page(wiki, GRACE, "handbook", "people/Leave", text, opened.base)
    catch_up(wiki)
    answer = send(browser, EDIT, page, text=TEXT.replace("Thirty", "Forty"))
    assert answer.status_code == 409
    assert "it is called “people/Leave” now" in answer.text
    choice = {f"choice-{number_of(answer.text)}": "both"}
    assert send(browser, EDIT, answer.text, action="resolve", **choice).status_code == 303
    assert "Forty" in text_of(wiki, "people/Leave.md")
    assert text_of(wiki) is None


def test_r033_a_page_deleted_meanwhile_says_by_whom(browser, wiki):
    page = browser.get(EDIT).text
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    pages.delete_page(wiki, GRACE, "handbook", opened.name, opened.base)
    catch_up(wiki)
    answer = send(browser, EDIT, page, text="Long work")
    assert "Grace Hopper deleted this page" in answer.text


def test_where_the_base_is_gone_every_difference_is_shown(browser, wiki):
    page = browser.get(EDIT).text
    text = TEXT.replace("Thirty", "Forty").replace("Call.", "Write.")
    answer = send(browser, EDIT, page, text=text, base="ab" * 20)
    assert answer.status_code == 409
    assert "in the history no more" in answer.text
    numbers = [n.removeprefix("mine-") for n in fields_of(answer.text) if n.startswith("mine-")]
    assert len(numbers) == 2
    chosen = {f"choice-{number}": "mine" for number in numbers}
    asked = send(browser, EDIT, answer.text, action="resolve", **chosen)
    assert "This leaves out 2 words of the page as it is now." in asked.text
    assert send(browser, EDIT, asked.text, action="resolve", **chosen).status_code == 303
    assert text_of(wiki) == text


def test_a_section_whose_base_is_gone_is_settled_within_its_page(browser, wiki):
    page = browser.get(f"{EDIT}?section=how-to-ask").text
    answer = send(browser, EDIT, page, text="## How to ask\n\nAsk nobody.\n", base="ab" * 20)
    assert answer.status_code == 409
    choice = {f"choice-{number_of(answer.text)}": "both"}
    assert send(browser, EDIT, answer.text, action="resolve", **choice).status_code == 303
    assert "Ask nobody." in text_of(wiki)
    assert SENTENCE in text_of(wiki)


def test_a_merge_nobody_had_to_look_at_is_noted_as_such(browser, wiki):
    page = browser.get(EDIT).text
    other_saves(wiki, "Call.", "Call at nine.")
    assert "Strata-Met" not in trailers(wiki)
    send(browser, EDIT, page, text=TEXT.replace("Thirty", "Forty"))
    assert trailers(wiki)["Strata-Met"] == "merged"
    catch_up(wiki)
    assert MEETS[wiki.open("handbook").history.columns().commits[9][-1]] == "merged"


def test_a_conflict_can_be_told_to_programs(wiki):
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    theirs = opened.text.replace(SENTENCE, "Thirty days each year.")
    pages.save_page(wiki, GRACE, "handbook", opened.name, theirs, opened.base)
    mine = opened.text.replace(SENTENCE, "Forty days a year.")
    with pytest.raises(EditConflict) as conflict:
        pages.save_page(wiki, GRACE, "handbook", opened.name, mine, opened.base)
    (told,) = json.loads(json.dumps([asdict(each) for each in conflict.value.collisions]))
    assert (told["base"], told["mine"], told["theirs"]) == (opened.text, mine, theirs)
    assert [hunk["proposal"] for hunk in told["hunks"] if hunk["kind"] == "conflict"] == [
        "Forty days each year.\n"
    ]


def test_d004_hundreds_of_places_are_settled_in_one_form(browser, wiki):
    lines = [f"Line {n} of it.\n\n" for n in range(400)]
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    pages.save_page(wiki, GRACE, "handbook", opened.name, "".join(lines), opened.base)
    page = browser.get(EDIT).text
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    theirs = opened.text.replace("of it", "of theirs")
    pages.save_page(wiki, GRACE, "handbook", opened.name, theirs, opened.base)
    mine = opened.text.replace("of it", "of mine")
    answer = send(browser, EDIT, page, text=mine)
    assert answer.status_code == 409
    numbers = [n.removeprefix("mine-") for n in fields_of(answer.text) if n.startswith("mine-")]
    chosen = {f"choice-{number}": "mine" for number in numbers}
    asked = send(browser, EDIT, answer.text, action="resolve", **chosen)
    assert "This leaves out 400 words by Grace Hopper." in asked.text
    assert send(browser, EDIT, asked.text, action="resolve", **chosen).status_code == 303
    assert text_of(wiki) == mine


def test_meeting_ones_own_edit_of_another_tab_is_told_as_such(browser, wiki):
    first, second = browser.get(EDIT).text, browser.get(EDIT).text
    send(browser, EDIT, first, text=TEXT.replace(SENTENCE, "Fifty nights a year for all of you."))
    page = send(browser, EDIT, second, text=TEXT.replace(SENTENCE, "Forty days a year.")).text
    assert "You saved this page in another tab or on another device" in page
    choice = {f"choice-{number_of(page)}": "mine"}
    asked = send(browser, EDIT, page, action="resolve", **choice)
    assert "This leaves out 6 words that you saved elsewhere." in asked.text


@pytest.mark.parametrize(
    ("choice", "line"),
    [
        ("both", "提前一个月向主管申请。\r\n提前三周申请。"),
        ("together", "提前三周向主管申请。"),
        ("edit", "随时申请。\r\n谢谢。"),
    ],
)
def test_lines_that_end_as_in_windows_and_chinese_words_are_settled(browser, wiki, choice, line):
    name = "people/出差"
    add_pages(
        wiki, "handbook", {f"{name}.md": "# 出差\r\n\r\n提前两周申请。\r\n\r\n请提交发票。\r\n"}
    )
    catch_up(wiki)
    edit = f"/handbook/-/edit/{name}"
    page = browser.get(edit).text
    theirs = "提前一个月向主管申请。" if choice == "both" else "提前两周向主管申请。"
    other_saves(wiki, "提前两周申请。", theirs, name)
    text = fields_of(page)["text"].replace("提前两周", "提前三周")
    page = send(browser, edit, page, text=text).text
    chosen = {
        f"choice-{number_of(page)}": choice,
        f"edit-{number_of(page)}": "随时申请。\r\n谢谢。\r\n",
    }
    answer = send(browser, edit, page, action="resolve", **chosen)
    if answer.status_code == 409:
        answer = send(browser, edit, answer.text, action="resolve", **chosen)
    assert answer.status_code == 303
    assert text_of(wiki, f"{name}.md") == f"# 出差\r\n\r\n{line}\r\n\r\n请提交发票。\r\n"


def test_of_several_people_those_are_named_whose_words_they_are(browser, wiki, furnished):
    page = browser.get(EDIT).text
    other_saves(wiki, SENTENCE, "Fifty nights a year for all of you.")
    boss = furnished.browser("boss")
    theirs = text_of(wiki).replace("Call.", "Call at nine sharp.")
    assert send(boss, EDIT, boss.get(EDIT).text, text=theirs).status_code == 303
    catch_up(wiki)
    mine = TEXT.replace(SENTENCE, "Forty days a year.").replace("Call.", "Write to Ann.")
    page = send(browser, EDIT, page, text=mine).text
    assert "Several of you changed the same lines" in page
    assert "boss and Grace Hopper saved this page" in page
    assert re.findall(r"</?input[^>]*> (.*)’s version", page) == ["Grace Hopper", "boss"]
    first, second = (n.removeprefix("mine-") for n in fields_of(page) if n.startswith("mine-"))
    chosen = {f"choice-{first}": "both", f"choice-{second}": "mine"}
    asked = send(browser, EDIT, page, action="resolve", **chosen)
    assert "This leaves out 3 words by boss." in asked.text


def test_signed_out_of_a_closed_wiki_the_choices_come_back_without_a_word_of_others(
    browser, wiki, furnished
):
    page = met(browser, wiki, "Forty days a year.", "Fifty nights a year.")
    people = replace(wiki.settings.people, anonymous_reading=False)
    with closing(Wiki(replace(wiki.settings, people=people))) as closed:
        stranger = Browser(create_app(closed, testing=True))
        token = stranger.token("/-/sign-in")
        chosen = {f"choice-{number_of(page)}": "edit", f"edit-{number_of(page)}": "My own words."}
        answer = send(stranger, EDIT, page, action="resolve", csrf_token=token, **chosen)
    assert answer.status_code == 401
    assert "What you chose and wrote is still here" in answer.text
    assert "My own words." in answer.text
    assert "Grace" not in answer.text
