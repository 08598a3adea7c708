"""Writing pages in a browser; whatever is refused, what was typed comes back."""

from __future__ import annotations

import html
import re

import pytest
from werkzeug.test import encode_multipart

from tests.conftest import add_pages, catch_up
from tests.web.conftest import HOLIDAYS as TEXT
from tests.web.people import wiki_with_people
from wiki.git import create
from wiki.web.editor_drafts import SAVED_COOKIE


@pytest.fixture
def wiki(furnished):
    return furnished.wiki


@pytest.fixture
def browser(furnished):
    return furnished.browser("ann")


EDIT = "/handbook/-/edit/people/Holidays"


def fields_of(page: str) -> dict[str, str]:
    """The fields of the editor's form, as a browser would send them."""
    form = page[page.index('id="editor"') :] if 'id="editor"' in page else page
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
        if not name.startswith("choice-")
    }
    for name, value in re.findall(
        r'<textarea[^>]*? name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = html.unescape(value)
    return fields


def text_of(wiki, path="people/Holidays.md"):
    repository = wiki.open("handbook").repository
    entry = repository.entry(repository.head(), path)
    return repository.read_blob(entry.oid).decode() if entry else None


def send(browser, address, page, **changes):
    return browser.client.post(address, data={**fields_of(page), **changes})


def test_a_page_is_edited_and_the_person_is_its_author(browser, wiki):
    page = browser.get(EDIT).text
    answer = send(
        browser, EDIT, page, text=TEXT.replace("Thirty", "Thirty-one"), summary="One more"
    )
    assert answer.status_code == 303
    assert answer.location == "/handbook/people/Holidays"
    assert "Thirty-one" in text_of(wiki)
    repository = wiki.open("handbook").repository
    made = repository.commit(repository.head())
    assert (made.subject, made.author.name) == ("One more", "ann")
    assert SAVED_COOKIE in browser.cookies()
    shown = browser.get(answer.location).text
    assert "Saved." in shown
    assert 'Last changed by <a href="/handbook/-/history/people/Holidays">ann</a>' in shown
    assert "Saved." not in browser.get(answer.location).text


def test_r031_a_page_saved_unchanged_makes_no_change(browser, wiki):
    before = wiki.open("handbook").repository.head()
    answer = send(browser, EDIT, browser.get(EDIT).text, text=TEXT.replace("\n", "\r\n"))
    assert answer.status_code == 303
    assert wiki.open("handbook").repository.head() == before


def test_a_section_is_edited_and_the_rest_stays(browser, wiki):
    page = browser.get(f"{EDIT}?section=how-to-ask").text
    fields = fields_of(page)
    assert fields["text"] == "## How to ask\n\nAsk your lead.\n\n"
    answer = send(browser, EDIT, page, text="## How to ask\r\n\r\nJust tell us.\r\n")
    assert answer.location.endswith("#user-content-how-to-ask")
    assert text_of(wiki) == TEXT.replace("Ask your lead.\n\n", "Just tell us.\n")


def test_a_new_page_is_made_with_its_folder(browser, wiki):
    page = browser.get("/handbook/-/new?folder=people").text
    assert fields_of(page)["name"] == "people/"
    answer = send(
        browser, "/handbook/-/new", page, name=" people/Travel ", text="# Travel\n\nBy rail."
    )
    assert answer.location == "/handbook/people/Travel"
    assert text_of(wiki, "people/Travel.md") == "# Travel\n\nBy rail.\n"


def test_a_missing_page_opens_as_a_new_one(browser):
    page = browser.get("/handbook/-/edit/people/Bicycles").text
    assert fields_of(page)["name"] == "people/Bicycles"
    assert fields_of(page)["text"] == "# Bicycles\n\n"


def test_templates_of_the_space_and_our_own_are_offered(browser, wiki):
    add_pages(wiki, "handbook", {"templates/Retro.md": "# {{title}}\n\nWhat went well\n"})
    catch_up(wiki)
    page = browser.get("/handbook/-/new?name=teams/June&template=templates/Retro").text
    assert fields_of(page)["text"] == "# June\n\nWhat went well\n"
    assert "A decision" in page


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("", 400, "A name is missing"),
        ("../etc/passwd", 400, "are not names"),
        ("people/.git", 400, "begin with a dot"),
        ("-rf", 400, "begin with a hyphen"),
        ("people/holidays", 409, "only in capitals"),
        ("people/Holidays", 409, "exists already"),
        ("x" * 300, 400, "longer than"),
    ],
)
def test_a_refused_name_keeps_the_text(browser, name, status, sentence):
    page = browser.get("/handbook/-/new").text
    answer = send(browser, "/handbook/-/new", page, name=name, text="An hour of work <&>")
    assert answer.status_code == status
    assert sentence in answer.text
    assert fields_of(answer.text)["text"] == "An hour of work <&>"


def test_d004_too_large_a_page_comes_back_filled(browser, wiki):
    text = "word " * 420_000
    boundary, body = encode_multipart({**fields_of(browser.get(EDIT).text), "text": text})
    answer = browser.client.post(
        EDIT, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert answer.status_code == 413
    assert fields_of(answer.text)["text"] == text
    assert text_of(wiki) == TEXT


def test_w012_a_form_with_an_old_token_comes_back_filled(browser, wiki):
    page = browser.get(EDIT).text
    answer = send(browser, EDIT, page, text="Long work", csrf_token="old")
    assert answer.status_code == 403
    again = fields_of(answer.text)
    assert (again["text"], again["base"]) == ("Long work", fields_of(page)["base"])
    assert "send it again" in answer.text
    assert "new tab" not in answer.text
    assert send(browser, EDIT, answer.text).status_code == 303
    assert text_of(wiki) == "Long work\n"


def test_w032_when_the_session_has_expired_the_text_comes_back(browser, wiki):
    page = browser.get(EDIT).text
    browser.client.delete_cookie("strata")
    answer = send(browser, EDIT, page, text="Long work")
    assert answer.status_code == 403
    assert "sign in in a new tab" in answer.text
    assert "send it again" not in answer.text
    answer = send(browser, EDIT, answer.text)
    assert answer.status_code == 401
    assert "sign in in a new tab" in answer.text
    assert "save a second time" in answer.text
    assert fields_of(answer.text)["text"] == "Long work"
    browser.sign_in("ann")
    answer = send(browser, EDIT, answer.text)
    assert send(browser, EDIT, answer.text).status_code == 303
    assert text_of(wiki) == "Long work\n"


def test_w032_a_form_that_outlived_its_session_gets_a_token_of_the_new_one(browser, wiki):
    page = browser.get(EDIT).text
    browser.client.delete_cookie("strata")
    page = send(browser, EDIT, page, text="Long work").text
    browser.sign_in("ann")
    answer = browser.get("/-/form-token")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert send(browser, EDIT, page, csrf_token=answer.text).status_code == 303
    assert text_of(wiki) == "Long work\n"


def test_a_reader_may_not_edit_and_is_shown_no_buttons(furnished):
    reader = furnished.browser("ray")
    assert reader.get(EDIT).status_code == 403
    assert "/-/edit/" not in reader.get("/handbook/people/Holidays").text
    assert reader.get("/handbook/-/new").status_code == 403


def test_w032_who_may_not_read_learns_nothing_from_the_refilled_editor(tmp_path):
    from wiki.config import People

    with wiki_with_people(tmp_path, people=People(anonymous_reading=False)) as (wiki, app):
        create(wiki.repository_path("secret"))
        add_pages(
            wiki, "secret", {"Plan.md": "x\n", ".strata/charter.toml": 'title = "Project Falcon"'}
        )
        catch_up(wiki, "secret")
        client = app.test_client()
        answer = client.post("/secret/-/edit/Plan", data={"text": "Long work", "base": ""})
        assert answer.status_code == 403
        assert fields_of(answer.text)["text"] == "Long work"
        assert "Falcon" not in answer.text


# -- others at work ---------------------------------------------------------------------------


def other_saves(wiki, old, new, name="people/Holidays"):
    from tests.conftest import GRACE
    from wiki.services import pages

    opened = pages.open_for_editing(wiki, GRACE, "handbook", name)
    pages.save_page(
        wiki, GRACE, "handbook", opened.name, opened.text.replace(old, new), opened.base
    )
    catch_up(wiki)


def test_other_lines_changed_meanwhile_are_merged(browser, wiki):
    page = browser.get(EDIT).text
    other_saves(wiki, "Call.", "Call before nine.")
    answer = send(browser, EDIT, page, text=TEXT.replace("Thirty", "Forty"))
    assert "both changes are in it now" in browser.get(answer.location).text
    assert text_of(wiki) == TEXT.replace("Thirty", "Forty").replace("Call.", "Call before nine.")


def resolve(browser, page, **chosen):
    """Save with these choices, whatever words that leaves out."""
    answer = send(browser, EDIT, page, action="resolve", **chosen)
    if answer.status_code == 409 and 'name="leaving_out"' in answer.text:
        answer = send(browser, EDIT, answer.text, action="resolve", **chosen)
    return answer


def conflict(browser, wiki):
    page = browser.get(EDIT).text
    other_saves(wiki, "Thirty days", "Twenty-five days")
    answer = send(
        browser, EDIT, page, text=TEXT.replace("Thirty days", "Forty days"), summary="More"
    )
    assert answer.status_code == 409
    return answer.text


@pytest.mark.parametrize(
    ("choice", "result"),
    [
        ("mine", "Forty days a year.\n"),
        ("theirs", "Twenty-five days a year.\n"),
        ("both", "Twenty-five days a year.\nForty days a year.\n"),
        ("edit", "As many as you need.\n"),
    ],
)
def test_r010_the_same_lines_give_both_texts_and_a_choice(browser, wiki, choice, result):
    page = conflict(browser, wiki)
    assert "Grace Hopper" in page
    assert '<ins class="diff-mark-added">Forty</ins>' in page
    fields = fields_of(page)
    number = next(name for name in fields if name.startswith("mine-")).removeprefix("mine-")
    assert (fields[f"mine-{number}"], fields["summary"]) == ("Forty days a year.\n", "More")
    answer = resolve(
        browser, page, **{f"choice-{number}": choice, f"edit-{number}": "As many as you need."}
    )
    if choice != "theirs":
        assert answer.status_code == 303
    assert text_of(wiki) == TEXT.replace("Thirty days a year.\n", result)


def test_a_section_that_collides_is_settled_within_its_page(browser, wiki):
    page = browser.get(f"{EDIT}?section=how-to-ask").text
    other_saves(wiki, "Ask your lead.", "Ask anybody.")
    answer = send(browser, EDIT, page, text="## How to ask\n\nAsk nobody.\n")
    assert answer.status_code == 409
    number = next(n for n in fields_of(answer.text) if n.startswith("mine-")).removeprefix("mine-")
    answer = resolve(browser, answer.text, **{f"choice-{number}": "mine"})
    assert answer.status_code == 303
    assert "Ask nobody." in text_of(wiki)
    assert "Thirty days a year." in text_of(wiki)


def test_a_second_conflict_while_settling_the_first_is_told_too(browser, wiki):
    page = conflict(browser, wiki)
    other_saves(wiki, "Twenty-five", "Twenty-six")
    number = next(n for n in fields_of(page) if n.startswith("mine-")).removeprefix("mine-")
    answer = resolve(browser, page, **{f"choice-{number}": "mine"})
    assert answer.status_code == 409
    assert "Twenty-six" in answer.text


def test_choosing_nothing_loses_nothing(browser, wiki):
    page = conflict(browser, wiki)
    answer = send(browser, EDIT, page, action="resolve")
    assert answer.status_code == 400
    kept = fields_of(answer.text)
    assert "Forty days a year." in str(kept)
    assert "Twenty-five days a year." in str(kept)


def test_w012_an_old_token_while_settling_keeps_all_choices(browser, wiki):
    page = conflict(browser, wiki)
    number = next(n for n in fields_of(page) if n.startswith("mine-")).removeprefix("mine-")
    answer = send(
        browser, EDIT, page, action="resolve", csrf_token="old", **{f"choice-{number}": "mine"}
    )
    assert answer.status_code == 403
    assert re.search(rf'name="choice-{number}" value="mine" checked', answer.text)
    answer = resolve(browser, answer.text, **{f"choice-{number}": "mine"})
    assert answer.status_code == 303
    assert text_of(wiki) == TEXT.replace("Thirty", "Forty")


def test_a_page_deleted_meanwhile_can_be_made_again(browser, wiki):
    from tests.conftest import GRACE
    from wiki.services import pages

    page = browser.get(EDIT).text
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    pages.delete_page(wiki, GRACE, "handbook", opened.name, opened.base)
    catch_up(wiki)
    answer = send(browser, EDIT, page, text="Long work")
    assert answer.status_code == 409
    assert "deleted this page" in answer.text
    assert fields_of(answer.text)["text"].strip() == "Long work"
    assert send(browser, "/handbook/-/new", answer.text).status_code == 303
    assert text_of(wiki) == "Long work\n"


# -- preview ----------------------------------------------------------------------------------


def test_preview_renders_and_saves_nothing(browser, wiki):
    before = wiki.open("handbook").repository.head()
    page = browser.get(EDIT).text
    answer = send(
        browser, EDIT, page, text="# A\n\n**b** [[README]] <script>x</script>", action="preview"
    )
    assert "<strong>b</strong>" in answer.text
    assert 'href="/handbook/README"' in answer.text
    assert "<script>x" not in answer.text
    assert wiki.open("handbook").repository.head() == before
    fragment = browser.client.post(
        "/handbook/-/preview", data={**fields_of(page), "text": "*c*", "name": "people/Holidays"}
    )
    assert "<em>c</em>" in fragment.text
    assert "<html" not in fragment.text


def test_the_preview_is_for_those_who_may_edit(furnished):
    answer = furnished.app.test_client().post("/handbook/-/preview", data={"text": "x"})
    assert answer.status_code == 403
