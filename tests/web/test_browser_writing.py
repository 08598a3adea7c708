"""The wiki in a real browser: signing in, writing, settling a conflict, finding, on any device."""

from __future__ import annotations

import pytest

from tests.conftest import GRACE, catch_up
from tests.web.people import PASSWORD
from wiki.services import pages
from wiki.services.wiki import Wiki

pytestmark = pytest.mark.browser

EDIT = "/handbook/-/edit/people/Holidays"


@pytest.fixture
def wiki(site):
    return site[0]


def reset(
    wiki: Wiki, text: str = "# Holidays\n\nThirty days a year.\n\n## Sickness\n\nCall.\n"
) -> str:
    """Give the page this text, as somebody else would."""
    opened = pages.open_for_editing(wiki, GRACE, "handbook", "people/Holidays")
    if opened.text != text:
        pages.save_page(wiki, GRACE, "handbook", opened.name, text, opened.base)
        catch_up(wiki)
    return text


def text_of(wiki: Wiki, name: str = "people/Holidays") -> str:
    return pages.open_for_editing(wiki, GRACE, "handbook", name).text


def test_somebody_signs_in_writes_a_page_and_finds_it(sit_down, wiki):
    page = sit_down("").open("/handbook/people/Holidays")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_label("User name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/handbook/people/Holidays")
    page.get_by_role("link", name="New page").click()
    page.get_by_label("Name of the page").fill("people/Bicycles")
    page.get_by_label("Text of the page").fill("# Bicycles\n\nRide one.\n")
    page.get_by_role("button", name="Create page").click()
    page.wait_for_url("**/handbook/people/Bicycles")
    assert page.get_by_role("status").inner_text() == "The page is created."
    assert page.get_by_role("heading", level=1).inner_text() == "Bicycles"
    catch_up(wiki)
    page.keyboard.press("/")
    page.keyboard.type("bicy", delay=10)
    page.get_by_role("option", name="Bicycles").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/handbook/people/Bicycles")


def test_the_editor_formats_links_previews_and_saves_by_keyboard(sit_down, wiki):
    reset(wiki)
    page = sit_down().open("/handbook/people/Holidays")
    page.keyboard.press("e")
    page.wait_for_url("**/-/edit/people/Holidays")
    area = page.get_by_label("Text of the page")
    area.evaluate("area => area.setSelectionRange(area.value.length, area.value.length)")
    area.press_sequentially("\nSee [[READ", delay=5)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert area.input_value().endswith("See [[README]]")
    area.press_sequentially("\n\n- one")
    page.keyboard.press("Enter")
    area.press_sequentially("two")
    area.evaluate("area => area.setSelectionRange(area.value.length - 3, area.value.length)")
    page.get_by_role("button", name="Bold").click()
    assert area.input_value().endswith("- one\n- **two**")
    page.keyboard.press("Control+z")
    assert area.input_value().endswith("- one\n- two")
    page.get_by_role("button", name="Preview", exact=True).click()
    page.locator(".editor-preview li", has_text="two").wait_for()
    page.get_by_role("button", name="Write").click()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki).endswith("See [[README]]\n\n- one\n- two\n")


def test_tab_leaves_the_editor(sit_down):
    page = sit_down().open(EDIT)
    page.get_by_label("Text of the page").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "text"


def test_single_keys_can_be_switched_off(sit_down):
    person = sit_down()
    page = person.open("/handbook/people/Holidays")
    page.get_by_text("Keyboard", exact=True).click()
    page.get_by_label("Single keys are commands").uncheck()
    page = person.open("/handbook/people/Holidays")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_conflict_is_settled(sit_down, wiki):
    text = reset(wiki)
    page = sit_down().open(EDIT)
    reset(wiki, text.replace("Thirty", "Twenty-five"))
    page.get_by_label("Text of the page").fill(text.replace("Thirty", "Forty"))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="changed the same lines").wait_for()
    assert page.get_by_text("1 place left to choose").is_visible()
    page.get_by_text("Choose at every place to see the page.").wait_for()
    assert not page.get_by_label("Your own wording").is_visible()
    page.get_by_label("Edit by hand").check()
    page.get_by_label("Your own wording").fill("Enough days.")
    page.locator("[data-result] p", has_text="Enough days.").wait_for()
    page.get_by_role("button", name="Save this version").click()
    page.get_by_text("This leaves out 2 words by Grace Hopper.").wait_for()
    assert page.get_by_label("Your own wording").input_value() == "Enough days."
    page.get_by_role("button", name="Leave them out and save").click()
    page.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki) == text.replace("Thirty days a year.", "Enough days.")


def test_a_proposal_is_looked_at_and_saved(sit_down, wiki):
    text = reset(wiki)
    page = sit_down().open(EDIT)
    reset(wiki, text.replace("a year", "each year"))
    page.get_by_label("Text of the page").fill(text.replace("Thirty", "Forty"))
    page.get_by_role("button", name="Save").click()
    page.get_by_text("All places are settled").wait_for()
    assert page.get_by_label("Both changes together").is_checked()
    page.locator("[data-result] p", has_text="Forty days each year.").wait_for()
    page.get_by_role("button", name="Save this version").click()
    page.wait_for_url("**/handbook/people/Holidays")
    assert text_of(wiki) == text.replace("Thirty days a year.", "Forty days each year.")


def test_leaving_with_unsaved_text_is_asked_about(sit_down, wiki):
    reset(wiki)
    page = sit_down().open(EDIT)
    page.get_by_label("Text of the page").press_sequentially("x")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(page.url.replace("/-/edit", ""))
    assert asked == ["beforeunload"]


def test_a_page_is_renamed(sit_down, wiki):
    reset(wiki)
    page = sit_down().open("/handbook/people/Holidays")
    page.get_by_label("More about this page").click()
    page.get_by_role("link", name="Rename or move").click()
    page.get_by_label("New name").fill("people/Leave")
    page.get_by_role("button", name="Rename").click()
    page.wait_for_url("**/handbook/people/Leave")
    catch_up(wiki)
    assert "[[people/Leave]]" in text_of(wiki, "README")
    page.goto(page.url.replace("Leave", "Holidays"))
    page.wait_for_url("**/handbook/people/Leave")
    page.get_by_label("More about this page").click()
    page.get_by_role("link", name="Rename or move").click()
    page.get_by_label("New name").fill("people/Holidays")
    page.get_by_role("button", name="Rename").click()
    page.wait_for_url("**/handbook/people/Holidays")
    catch_up(wiki)


def test_a_pasted_picture_is_attached_and_linked(sit_down, wiki):
    reset(wiki)
    page = sit_down().open(EDIT)
    page.locator("input#file").set_input_files(
        {"name": "a map.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    page.get_by_text("a map.png is attached.").wait_for()
    assert "![a map](a%20map.png)" in page.get_by_label("Text of the page").input_value()


def test_everything_to_do_works_without_scripts(sit_down, wiki):
    text = reset(wiki)
    page = sit_down(java_script_enabled=False).open("/handbook/-/new")
    assert not page.get_by_role("toolbar").is_visible()
    page.get_by_label("Name of the page").fill("plain/Made without")
    page.get_by_label("Text of the page").fill("# Plain\n\n**bold**\n")
    page.get_by_role("button", name="Preview").click()
    assert page.locator(".preview strong").inner_text() == "bold"
    page.get_by_role("button", name="Create page").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Plain"
    page.goto(page.url.rsplit("/handbook", 1)[0] + EDIT)
    reset(wiki, text.replace("Thirty", "Twenty-five"))
    page.get_by_label("Text of the page").fill(text.replace("Thirty", "Forty"))
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Your version").check()
    page.get_by_role("button", name="Save this version").click()
    assert page.get_by_label("Your version").is_checked()
    page.get_by_role("button", name="Leave them out and save").click()
    assert text_of(wiki) == text.replace("Thirty", "Forty")


def test_on_a_phone_the_drawer_opens_without_scripts_and_nothing_overflows(sit_down):
    person = sit_down(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = person.open("/handbook/people/Holidays")
    link = page.get_by_role("link", name="Recent changes")
    assert not link.is_visible()
    page.locator(".drawer-button").click()
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/-/history")


PLACES = (
    "/", "/handbook/", "/handbook/people/Holidays", "/handbook/people/", EDIT, "/handbook/-/new",
    "/handbook/-/move/people/Holidays", "/handbook/-/delete/people/Holidays",
    "/handbook/-/attachments/people/Holidays", "/handbook/-/history", "/handbook/-/history/README",
    "/handbook/-/search?q=days", "/handbook/-/tree", "/handbook/-/tags", "/handbook/-/wanted",
    "/handbook/-/reports", "/handbook/-/reports/participation", "/handbook/-/reports/evolution",
    "/handbook/-/biography/README", "/-/account", "/-/admin/", "/-/admin/health", "/-/sign-out", "/nowhere/x",
)  # fmt: skip

LOOK = """() => {
  const faults = [];
  for (const [name, one] of [["banner", "header.top"], ["main", "main"], ["footer", "footer.foot"]])
    if (document.querySelectorAll(one).length !== 1) faults.push(`landmark ${name}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} h1`);
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) faults.push(`id ${id} twice`);
  const named = (e) => e.getAttribute("aria-label") || e.labels?.length || e.title || e.textContent.trim()
    || e.getAttribute("aria-labelledby") || e.querySelector?.("img[alt]:not([alt=''])");
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary"))
    if (!named(e)) faults.push(`no name: ${e.outerHTML.slice(0, 90)}`);
  for (const e of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${e.src}`);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-controls], [aria-labelledby]"))
    for (const id of (e.getAttribute("aria-describedby") || e.getAttribute("aria-labelledby") || "").split(" "))
      if (id && !document.getElementById(id)) faults.push(`aria points to nothing: ${id}`);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) faults.push(`${wide} px too wide`);
  return faults;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_has_landmarks_names_and_room_and_obeys_the_policy(sit_down, wiki, width):
    reset(wiki)
    catch_up(wiki)
    person = sit_down("boss", viewport={"width": width, "height": 900})
    page = person.page()
    page.on("dialog", lambda dialog: dialog.accept())
    found = {}
    for place in PLACES:
        page.goto(person.base + place)
        faults = page.evaluate(LOOK)
        if faults:
            found[place] = faults
    assert found == {}


def test_the_theme_follows_the_system_and_can_be_chosen(sit_down):
    def ground(page):
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    light = ground(sit_down(color_scheme="light").open("/handbook/"))
    person = sit_down(color_scheme="dark")
    page = person.open("/handbook/")
    assert ground(page) != light
    page.get_by_role("button", name="Switch between light and dark").click()
    assert ground(page) == light
    assert ground(person.open("/handbook/people/Holidays")) == light


def test_the_keyboard_reaches_the_content_first(sit_down):
    page = sit_down().open("/handbook/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_w012_a_page_elsewhere_cannot_send_a_form_in_ones_name(sit_down, wiki):
    text = reset(wiki)
    person = sit_down()
    page = person.page()
    forged = (
        f'<form method="post" action="{person.base}{EDIT}"><input name="text" value="Forged">'
        '<input name="base" value=""><button>Win</button></form>'
    )
    page.route(
        "http://evil.test/", lambda route: route.fulfill(body=forged, content_type="text/html")
    )
    page.goto("http://evil.test/")
    page.get_by_role("button").click()
    page.wait_for_url("**/-/edit/**")
    assert text_of(wiki) == text
