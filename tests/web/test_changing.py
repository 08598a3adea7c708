"""Moving, deleting, restoring, taking back and attaching in a browser."""

from __future__ import annotations

import io

import pytest
import structlog
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.conftest import catch_up
from tests.web.conftest import HOLIDAYS as TEXT
from tests.web.test_editing import EDIT, fields_of, send, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def wiki(furnished):
    return furnished.wiki


@pytest.fixture
def browser(furnished):
    return furnished.browser("ann")


def test_a_page_is_renamed_links_are_mended_and_the_old_address_leads_on(browser, wiki):
    form = "/handbook/-/move/people/Holidays"
    assert "1 page links here" in browser.get(form).text
    answer = browser.submit(form, new_name="time/Leave", mend="1")
    assert (answer.status_code, answer.location) == (303, "/handbook/time/Leave")
    assert text_of(wiki, "README.md") == "# Home\n\n[[time/Leave]]\n"
    catch_up(wiki)
    assert browser.get("/handbook/people/Holidays").location == "/handbook/time/Leave"


def test_without_the_tick_other_pages_stay_as_they_are(browser, wiki):
    browser.submit("/handbook/-/move/people/Holidays", new_name="time/Leave")
    assert text_of(wiki, "README.md") == "# Home\n\n[[people/Holidays]]\n"


def test_r033_renaming_onto_another_page_is_refused_and_keeps_what_was_typed(browser, wiki):
    answer = browser.submit(
        "/handbook/-/move/people/Holidays", new_name="readme", summary="Why not"
    )
    assert answer.status_code == 409
    assert 'value="readme"' in answer.text
    assert 'value="Why not"' in answer.text
    assert text_of(wiki) == TEXT


@pytest.mark.parametrize("name", ["people/Holidays", "people/"])
def test_moving_again_what_has_moved_is_refused_and_no_fault(furnished, browser, name):
    form = f"/handbook/-/move/{name}"
    fields = {"csrf_token": browser.token(form), "new_name": "time/Leave"}
    furnished.app.testing = False  # as it is served: faults are logged
    assert browser.client.post(form, data=fields).status_code == 303
    with structlog.testing.capture_logs() as logs:
        assert browser.client.post(form, data=fields).status_code == 404
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


def test_a_folder_moves_with_its_pages(browser, wiki):
    answer = browser.submit("/handbook/-/move/people/", new_name="us", mend="1")
    assert answer.location == "/handbook/us/"
    assert text_of(wiki, "us/Holidays.md") == TEXT


def test_a_page_is_deleted_with_a_reason_and_brought_back(browser, wiki):
    form = "/handbook/-/delete/people/Holidays"
    page = browser.get(form).text
    assert "1 page links here" in page
    answer = send(browser, form, page, reason="Out of date")
    assert answer.location == "/handbook/-/restore/people/Holidays.md"
    assert text_of(wiki) is None
    repository = wiki.open("handbook").repository
    assert repository.commit(repository.head()).subject == "Out of date"
    catch_up(wiki)
    answer = browser.submit(answer.location)
    assert answer.location == "/handbook/people/Holidays"
    assert text_of(wiki) == TEXT


def test_r033_a_page_changed_since_the_question_is_not_deleted(browser, wiki):
    form = "/handbook/-/delete/people/Holidays"
    asked = browser.get(form).text
    send(browser, EDIT, browser.get(EDIT).text, text="New\n")
    answer = send(browser, form, asked)
    assert answer.status_code == 409
    assert "Look at it again" in answer.text
    assert text_of(wiki) == "New\n"


def test_a_page_is_set_back_to_an_old_version(browser, wiki):
    first = wiki.open("handbook").repository.head()
    send(browser, EDIT, browser.get(EDIT).text, text="New\n")
    form = f"/handbook/-/restore/people/Holidays.md?revision={first}"
    answer = browser.submit(form, revision=first)
    assert answer.status_code == 303
    assert text_of(wiki) == TEXT


def test_a_change_is_taken_back(browser, wiki):
    send(browser, EDIT, browser.get(EDIT).text, text=TEXT.replace("Thirty", "Zero"))
    made = wiki.open("handbook").repository.head()
    page = browser.get(f"/handbook/-/revert/{made}").text
    assert "would get its earlier lines back" in page
    answer = browser.submit(f"/handbook/-/revert/{made}")
    assert answer.status_code == 303
    assert text_of(wiki) == TEXT
    assert browser.get(answer.location).status_code == 200  # the history knows of it already


def test_a_change_whose_lines_changed_again_cannot_be_taken_back_by_itself(browser, wiki):
    send(browser, EDIT, browser.get(EDIT).text, text=TEXT.replace("Thirty", "Zero"))
    made = wiki.open("handbook").repository.head()
    send(browser, EDIT, browser.get(EDIT).text, text=TEXT.replace("Thirty", "One"))
    answer = browser.submit(f"/handbook/-/revert/{made}")
    assert answer.status_code == 409
    assert "people/Holidays" in answer.text
    assert "One days" in text_of(wiki)


@pytest.mark.parametrize("revision", ["HEAD", "main", "--output=x", "@{u}", "abcd", "f" * 40])
def test_w025_only_full_versions_of_this_space_are_versions(browser, revision):
    assert browser.get(f"/handbook/-/revert/{revision}").status_code == 404
    assert (
        browser.get(f"/handbook/-/restore/people/Holidays.md?revision={revision}").status_code
        == 404
    )


# -- attachments ------------------------------------------------------------------------------

FILES = "/handbook/-/attachments/people/Holidays"


def attach(browser, name, content=PNG, accept="text/html", **fields):
    data = {"csrf_token": browser.token(FILES), "files": (io.BytesIO(content), name), **fields}
    return browser.client.post(FILES, data=data, headers={"Accept": accept})


def test_a_file_is_attached_shown_replaced_and_deleted(browser, wiki):
    assert attach(browser, "map.png").status_code == 303
    assert 'href="/handbook/-/file/people/map.png"' in browser.get(FILES).text
    shown = browser.get("/handbook/-/file/people/map.png")
    assert (shown.data, shown.content_type) == (PNG, "image/png")
    assert attach(browser, "other.png", PNG + b"2", replace="people/map.png").status_code == 303
    assert browser.get("/handbook/-/file/people/map.png").data == PNG + b"2"
    catch_up(wiki)
    assert browser.submit(FILES, delete="people/map.png").status_code == 303
    assert browser.get("/handbook/-/file/people/map.png").status_code == 404


def test_a_file_that_is_there_already_or_not_chosen_is_refused_with_what_to_do(browser):
    attach(browser, "map.png")
    again = attach(browser, "map.png", PNG + b"2")
    assert again.status_code == 409
    assert "There is a file “map.png” in the folder “people” already" in again.text
    assert "“Replace” stands beside it" in again.text
    none = browser.client.post(FILES, data={"csrf_token": browser.token(FILES)})
    assert none.status_code == 422
    assert "<p>Choose a file first.</p>" in none.text


@pytest.mark.parametrize(
    ("size", "has"), [(22_000_000, "has 22.0 MB; the limit is"), (20_000_001, "more than 20.0 MB")]
)
def test_a_file_too_large_is_refused_with_its_own_size(browser, size, has):
    file = FileStorage(io.BytesIO(b"x" * size), "a.pdf")
    boundary, body = encode_multipart({"csrf_token": browser.token(FILES), "files": file})
    answer = browser.client.post(
        FILES, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert answer.status_code == 413
    assert has in answer.text


def test_the_editor_is_answered_with_markdown(browser):
    answer = attach(browser, "Our map.png", accept="application/json")
    assert answer.json == {
        "files": [
            {
                "name": "Our map.png",
                "path": "people/Our map.png",
                "url": "/handbook/-/file/people/Our%20map.png",
                "markdown": "![Our map](Our%20map.png)",
            }
        ]
    }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (".htaccess", 400), ("x\x00.png", 400), ("a" * 300 + ".png", 400), ("page.md", 415),
        ("tool.exe", 415), ("page.html", 415), ("con.png", 400),
    ],
)  # fmt: skip
def test_w010_unsafe_names_and_kinds_are_refused(browser, name, status):
    answer = attach(browser, name)
    assert answer.status_code == status
    assert "Not done" in answer.text


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", ".git/hooks/evil.png"])
def test_w010_folders_in_a_files_name_count_for_nothing(browser, wiki, name):
    assert attach(browser, name).status_code == 303
    assert browser.get("/handbook/-/file/people/evil.png").status_code == 200


def test_w010_a_file_takes_no_others_place_unasked(browser):
    attach(browser, "map.png")
    answer = attach(browser, "MAP.png", b"other")
    assert answer.status_code == 409
    assert attach(browser, "map.png", b"other").status_code == 409


def test_w010_pages_are_not_deleted_as_files(browser, wiki):
    assert browser.submit(FILES, delete="people/Holidays.md").status_code == 404
    assert text_of(wiki) == TEXT


def test_a_reader_sees_files_but_cannot_add_any(furnished):
    reader = furnished.browser("ray")
    assert "Attach files" not in reader.get(FILES).text
    token = reader.token("/-/account")
    answer = reader.client.post(
        FILES, data={"csrf_token": token, "files": (io.BytesIO(PNG), "a.png")}
    )
    assert answer.status_code == 403


def test_fields_are_read_as_a_browser_would():
    assert fields_of('<input type="hidden" name="a" value="&lt;b&gt;">') == {"a": "<b>"}
