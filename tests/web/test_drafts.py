"""Drafts in a browser: kept as one types, offered again, merged, and gone once they are saved."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace

import pytest

from tests.conftest import add_pages, catch_up
from tests.web.conftest import HOLIDAYS as TEXT
from tests.web.people import PASSWORD
from tests.web.test_editing import fields_of, send, text_of
from wiki.model.drafts import DraftPlace
from wiki.services import drafting, moving, pages
from wiki.services.accounts import OPERATOR

PAGE = "people/Holidays"
EDIT = f"/handbook/-/edit/{PAGE}"
DRAFTS = f"/handbook/-/drafts/{PAGE}"
MINE = "Almost lost."


@pytest.fixture
def wiki(furnished):
    return furnished.wiki


@pytest.fixture
def ann(furnished):
    return furnished.browser("ann")


@pytest.fixture
def boss(furnished):
    return furnished.browser("boss")


def base_of(wiki):
    return pages.open_for_editing(wiki, OPERATOR, "handbook", PAGE).base


def put(browser, text, address=DRAFTS, **fields):
    """Send what is typed, as the editor's script does."""
    token = browser.get("/-/form-token").text
    body = {"text": text, "writer": "tab", "step": 1, **fields}
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    return browser.client.put(address, json=body, headers=headers)


def change(wiki, old, new, name=PAGE):
    """Somebody else saves a change."""
    opened = pages.open_for_editing(wiki, OPERATOR, "handbook", name)
    viewer = replace(OPERATOR, account="grace")
    pages.save_page(
        wiki, viewer, "handbook", name, opened.text.replace(old, new), opened.base, "Changed"
    )
    catch_up(wiki)


def area(page):
    return html.unescape(
        re.search(r"<textarea id=\"text\"[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1]
    )


def drafts_of(wiki, name="ann"):
    return wiki.drafts.of(wiki.accounts.account(name).viewer)


def test_r028_what_was_typed_is_offered_again_and_gone_once_saved(ann, wiki):
    answer = put(ann, TEXT + MINE, base=base_of(wiki))
    assert answer.json["revision"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.json["at"])
    page = ann.get(EDIT).text
    assert "You have a draft of this page" in page
    assert area(page) == TEXT
    page = ann.get(f"{EDIT}?draft=1").text
    assert area(page) == TEXT + MINE
    assert "You have a draft" not in page
    assert send(ann, EDIT, page).status_code == 303
    assert text_of(wiki) == TEXT + MINE + "\n"
    assert "You have a draft" not in ann.get(EDIT).text
    assert list(drafts_of(wiki)) == []


def test_r020_a_draft_of_what_an_older_backup_does_not_know_is_not_lost(ann, wiki):
    space = wiki.repository_path("handbook")
    shutil.copytree(space, space.with_name("backup"))
    change(wiki, "Thirty", "Forty")
    put(ann, TEXT.replace("Thirty", "Fifty"), base=base_of(wiki))
    shutil.rmtree(space)
    space.with_name("backup").rename(space)
    page = ann.get(f"{EDIT}?draft=1").text
    assert "Fifty" in area(page)
    answer = send(ann, EDIT, page)
    assert (answer.status_code, "Fifty" in answer.text, "Thirty" in answer.text) == (
        409,
        True,
        True,
    )
    assert text_of(wiki) == TEXT


def test_r028_z016_nobody_else_sees_a_draft_wherever_they_look(ann, boss, wiki):
    put(ann, MINE, base=base_of(wiki))
    (draft,) = drafts_of(wiki)
    for address in (
        EDIT, f"{EDIT}?draft=1", "/-/drafts", f"/-/drafts/{draft.id}", DRAFTS,
        "/handbook/-/search?q=lost", "/-/admin/people/ann", "/handbook/-/reports/participation",
    ):  # fmt: skip
        assert MINE not in boss.get(address).text, address
    assert boss.get(f"/-/drafts/{draft.id}").status_code == 404
    boss.submit("/-/sign-out", f"/-/drafts/{draft.id}/discard")
    assert len(drafts_of(wiki)) == 1


def test_w012_a_draft_needs_a_token_and_an_account(ann, furnished, wiki):
    body = {"text": "forged", "writer": "x", "step": 1}
    json = {"Accept": "application/json"}
    assert ann.client.put(DRAFTS, json=body, headers=json).json["error"]["code"] == "FormExpired"
    assert put(furnished.browser(), "x").status_code == 401
    assert put(furnished.browser("ray"), "x").status_code == 403
    assert list(drafts_of(wiki)) == []


def test_what_one_person_typed_is_not_kept_as_anothers_who_signed_in_since(boss, wiki):
    answer = put(boss, MINE, account="ann")
    assert answer.status_code == 403
    assert "typed by ann" in answer.json["error"]["message"]
    assert list(drafts_of(wiki, "boss")) == []


NO_DRAFTS = (
    [], "x", {"text": 1}, {"step": "1"}, {"step": -1}, {"over": True}, {"part": ["x"]}, {"base": "HEAD"},
    {"text": "\0"}, {"text": "\ud800"}, {"name": "\0"}, {"part": "x" * 5000}, {"summary": "x" * 501},
)  # fmt: skip


def test_w027_what_is_no_draft_is_refused(ann, wiki):
    headers = {"X-CSRFToken": ann.get("/-/form-token").text, "Accept": "application/json"}
    for body in NO_DRAFTS:
        answer = ann.client.put(DRAFTS, json=body, headers=headers)
        assert answer.status_code in {400, 404, 422}, body
        assert answer.json["error"]["message"]
    deep = {"data": b"[" * 100_000, "content_type": "application/json"}
    assert ann.client.put(DRAFTS, headers=headers, **deep).status_code == 400
    assert list(drafts_of(wiki)) == []


def test_too_large_a_draft_is_refused_with_a_sentence(ann, wiki):
    answer = put(ann, "x" * (wiki.settings.limits.page_bytes + 1))
    assert answer.status_code == 413
    assert "the limit is 2.0 MB" in answer.json["error"]["message"]


def test_two_tabs_never_replace_each_others_text_unasked(ann, wiki):
    put(ann, "one", base=base_of(wiki), writer="one")
    answer = put(ann, "two", base=base_of(wiki), writer="two")
    assert answer.status_code == 409
    other = answer.json["draft"]
    assert (other["text"], other["revision"]) == ("one", 1)
    assert "one" in ann.get(other["address"]).text
    assert put(ann, "two", base=base_of(wiki), writer="two", over=1).json["revision"] == 2


def test_saving_in_one_tab_keeps_the_newer_text_of_another(ann, wiki):
    page = ann.get(EDIT).text
    put(ann, "typed on the phone", base=base_of(wiki), writer="phone")
    assert send(ann, EDIT, page, text=TEXT + MINE).status_code == 303
    (draft,) = drafts_of(wiki)
    assert draft.writer == "phone"


def test_a_draft_whose_page_moved_on_is_merged_when_it_is_saved(ann, wiki):
    put(ann, TEXT.replace("Call.", "Call early."), base=base_of(wiki))
    change(wiki, "Thirty", "Forty")
    assert "saved a change of this page meanwhile" in ann.get(EDIT).text
    page = ann.get(f"{EDIT}?draft=1").text
    assert "saved a change of this page meanwhile" in page
    send(ann, EDIT, page)
    assert text_of(wiki) == TEXT.replace("Call.", "Call early.").replace("Thirty", "Forty")


def test_a_draft_whose_lines_others_changed_leads_to_both_texts(ann, wiki):
    put(ann, TEXT.replace("Thirty", "Fifty"), base=base_of(wiki))
    change(wiki, "Thirty", "Forty")
    answer = send(ann, EDIT, ann.get(f"{EDIT}?draft=1").text)
    assert answer.status_code == 409
    assert len(drafts_of(wiki)) == 1
    settled = fields_of(answer.text) | {"action": "resolve"}
    for name in re.findall(r'name="(choice-\d+)"', answer.text):
        settled[name] = "both"
    ann.client.post(EDIT, data=settled)
    assert "Fifty" in text_of(wiki)
    assert list(drafts_of(wiki)) == []


def test_what_others_saved_can_be_put_into_the_text_before_it_is_saved(ann, wiki):
    page = ann.get(EDIT).text
    change(wiki, "Thirty", "Forty")
    before = wiki.open("handbook").repository.head()
    answer = send(ann, EDIT, page, text=TEXT.replace("Call.", "Call early."), action="merge")
    assert area(answer.text) == TEXT.replace("Call.", "Call early.").replace("Thirty", "Forty")
    assert "Both are put together" in answer.text
    assert wiki.open("handbook").repository.head() == before
    assert fields_of(answer.text)["base"] == base_of(wiki)
    collides = send(ann, EDIT, page, text=TEXT.replace("Thirty", "Fifty"), action="merge")
    assert collides.status_code == 409
    assert wiki.open("handbook").repository.head() == before


def test_a_section_is_caught_up_as_a_section_and_as_the_page_where_it_is_gone(ann, wiki):
    page = ann.get(f"{EDIT}?section=sickness").text
    change(wiki, "Thirty", "Forty")
    mine = "## Sickness\n\nCall early.\n"
    answer = send(ann, EDIT, page, text=mine, action="merge")
    assert (area(answer.text), fields_of(answer.text)["section"]) == (mine, "sickness")
    change(wiki, "## Sickness\n\n", "")
    answer = send(ann, EDIT, page, text=mine, action="merge")
    assert answer.status_code == 409


def test_a_draft_follows_its_page_to_its_new_name(ann, wiki):
    put(ann, TEXT + MINE, base=base_of(wiki))
    moving.rename_page(wiki, OPERATOR, "handbook", PAGE, "people/Leave")
    catch_up(wiki)
    assert "You have a draft of this page" in ann.get("/handbook/-/edit/people/Leave").text
    page = ann.get(f"{EDIT}?draft=1").text
    assert 'action="/handbook/-/edit/people/Leave"' in page
    assert "You have a draft" not in page
    send(ann, "/handbook/-/edit/people/Leave", page)
    assert text_of(wiki, "people/Leave.md") == TEXT + MINE + "\n"
    assert list(drafts_of(wiki)) == []


def test_a_page_deleted_meanwhile_comes_back_with_its_draft(ann, wiki):
    put(ann, TEXT + MINE, base=base_of(wiki))
    pages.delete_page(wiki, OPERATOR, "handbook", PAGE, base_of(wiki))
    catch_up(wiki)
    assert "deleted meanwhile" in ann.get("/-/drafts").text
    page = ann.get(f"{EDIT}?draft=1").text
    answer = send(ann, EDIT, page)
    assert answer.status_code == 409
    send(ann, "/handbook/-/new", answer.text)
    assert text_of(wiki) == TEXT + MINE + "\n"
    assert list(drafts_of(wiki)) == []


def test_a_refused_save_leaves_a_draft(ann, wiki):
    page = ann.get("/handbook/-/new").text
    answer = send(ann, "/handbook/-/new", page, name=PAGE, text=MINE)
    assert answer.status_code == 409
    (draft,) = drafts_of(wiki)
    assert draft.name == PAGE
    page = ann.get("/handbook/-/new").text
    assert "draft of a new page" in page
    again = ann.get(f"/handbook/-/new?draft={draft.place.part}").text
    assert area(again) == MINE
    send(ann, "/handbook/-/new", again, name="people/Other")
    assert text_of(wiki, "people/Other.md") == MINE + "\n"
    assert list(drafts_of(wiki)) == []


def test_w012_a_forged_form_leaves_no_draft(ann, wiki):
    page = ann.get(EDIT).text
    assert send(ann, EDIT, page, text="forged", csrf_token="x").status_code == 403
    assert list(drafts_of(wiki)) == []


def test_without_scripts_a_button_keeps_a_draft(ann, wiki):
    first = ann.get(f"{EDIT}?section=sickness").text
    answer = send(ann, EDIT, first, text=MINE, summary="Why", action="draft")
    assert answer.headers["Location"] == f"{EDIT}?section=sickness&draft=1"
    page = ann.get(answer.headers["Location"]).text
    assert "Kept as a draft" in page
    assert (area(page), fields_of(page)["summary"]) == (MINE, "Why")
    answer = send(ann, EDIT, page, text=MINE + " More.", action="draft")
    (draft,) = drafts_of(wiki)
    assert (draft.place, draft.size) == (
        DraftPlace("handbook", PAGE, "sickness"), len(MINE + " More."),
    )  # fmt: skip
    other = send(ann, EDIT, first, text="Of an older tab", action="draft")
    assert (other.status_code, area(other.text)) == (409, "Of an older tab")
    assert "You have a draft of this section" in other.text


def test_the_list_of_drafts_tells_what_became_of_their_pages(ann, wiki, furnished):
    put(ann, TEXT + MINE, base=base_of(wiki))
    put(ann, "# New", "/handbook/-/drafts", part="key", name="plans/<b>Next</b>")
    change(wiki, "Thirty", "Forty")
    page = ann.get("/-/drafts").text
    assert "The page changed meanwhile" in page
    assert "plans/&lt;b&gt;Next&lt;/b&gt;" in page
    assert ann.get("/-/drafts/count").json == {"count": 2}
    assert furnished.browser().get("/-/drafts").status_code == 302
    draft = next(draft for draft in drafts_of(wiki) if draft.place.page)
    compared = ann.get(f"/-/drafts/{draft.id}").text
    assert "What saving it would change" in compared
    assert re.findall(r'class="diff-row (?!same)(\w+)"', compared) == ["added"]
    change(wiki, "Call.\n", "Call early.\n")
    compared = ann.get(f"/-/drafts/{draft.id}").text
    assert "Others changed the same lines meanwhile" in compared
    assert "early" not in compared
    ann.submit("/-/drafts", f"/-/drafts/{draft.id}/discard")
    assert ann.get("/-/drafts/count").json == {"count": 1}


def test_whoever_may_not_edit_any_more_still_has_the_text(ann, wiki):
    put(ann, MINE, base=base_of(wiki))
    (draft,) = drafts_of(wiki)
    wiki.accounts.set_role(OPERATOR, "ann", wiki.accounts.account("ray").role)
    ann.sign_in("ann", PASSWORD)
    assert "cannot edit there any more" in ann.get("/-/drafts").text
    assert MINE in ann.get(f"/-/drafts/{draft.id}").text
    assert ann.get(f"{EDIT}?draft=1").status_code == 403


def test_two_at_one_page_see_each_other_where_they_may_edit(ann, boss, furnished, wiki):
    put(boss, "x", base=base_of(wiki))
    assert "boss is editing this page too" in ann.get(EDIT).text
    assert [other["name"] for other in put(ann, "y", base=base_of(wiki)).json["others"]] == ["boss"]
    assert [other["name"] for other in boss.get(DRAFTS).json["others"]] == ["ann"]
    ray = furnished.browser("ray")
    assert ray.get(DRAFTS).status_code == 403
    assert drafting.others_at(wiki, wiki.accounts.account("ray").viewer, "handbook", PAGE) == ()


def test_a_change_saved_meanwhile_is_told_with_the_answer(ann, wiki):
    base = base_of(wiki)
    assert put(ann, TEXT + "a", base=base).json["newer"] is None
    change(wiki, "Thirty", "Forty")
    change(wiki, "Forty", "Fifty")
    newer = put(ann, TEXT + "b", base=base, step=2).json["newer"]
    assert "saved 2 changes of this page meanwhile" in newer["sentence"]
    compared = ann.get(newer["address"]).text
    assert "Fifty" in compared
    assert "Thirty" in compared
    assert ann.get(f"{DRAFTS}?base={base}").json["newer"]["oid"] == base_of(wiki)
    assert ann.get(f"{DRAFTS}?base=HEAD").json["newer"] is None


def test_names_in_bytes_that_are_no_utf8_have_drafts_too(ann, wiki):
    add_pages(wiki, "handbook", {b"caf\xe9.md".decode("utf-8", "surrogateescape"): "# Cup\n"})
    catch_up(wiki)
    address = "/handbook/-/drafts/caf%E9"
    assert put(ann, MINE, address).status_code == 200
    assert "You have a draft of this page" in ann.get("/handbook/-/edit/caf%E9").text
    assert area(ann.get("/handbook/-/edit/caf%E9?draft=1").text) == MINE
    assert ann.get("/-/drafts").status_code == 200


def test_discarding_in_the_editor_leads_back_to_it(ann, wiki):
    add_pages(wiki, "handbook", {"people/Summer fête.md": "Cake.\n"})
    catch_up(wiki)
    place = "/handbook/-/edit/people/Summer%20f%C3%AAte"
    put(ann, MINE, address="/handbook/-/drafts/people/Summer fête")
    (draft,) = drafts_of(wiki)
    form = ann.get(place).text.partition(f"/-/drafts/{draft.id}/discard")[2]
    back = html.unescape(re.search(r'name="next" value="([^"]+)"', form)[1])
    answer = ann.submit("/-/drafts", f"/-/drafts/{draft.id}/discard", next=back)
    assert answer.location == place
