"""One person's page: figures for them and as the space allows, the history for everybody."""

from __future__ import annotations

import html
import re

from tests.conftest import add_pages, catch_up
from tests.web.conftest import Furnished
from wiki.model import Author
from wiki.services.pages import save_page
from wiki.services.people import people_of

FIGURES = "pages edited"


def _edit(furnished: Furnished, name: str, page: str) -> None:
    viewer = furnished.wiki.accounts.account(name).viewer
    save_page(furnished.wiki, viewer, "handbook", page, "Words of mine that stand here.\n", "")
    catch_up(furnished.wiki)


def _address(furnished: Furnished, name: str) -> str:
    people = people_of(furnished.wiki.open("handbook"), furnished.wiki.settings)
    author = next(each for each in people.identities if each.name == name)
    return f"/handbook/-/person?who={people.person(author).who}"


def _set(furnished: Furnished, people: str) -> None:
    browser = furnished.browser("boss")
    page = browser.get("/handbook/-/privacy").text
    found = re.search(r'name="base" value="([0-9a-f]*)"', page)
    assert found
    assert browser.submit("/handbook/-/privacy", people=people, base=found[1]).status_code == 303
    catch_up(furnished.wiki)


def test_a_person_sees_their_own_and_nobody_elses(furnished: Furnished) -> None:
    _edit(furnished, "ann", "guides/Mine")
    address = _address(furnished, "ann")
    own = furnished.browser("ann").get(address).text
    assert "These figures are yours" in own
    assert FIGURES in own
    assert "guides" in own
    assert "1 in the browser" in own
    for name in ("", "ray", "boss"):
        page = furnished.browser(name).get(address)
        assert page.status_code == 200
        assert FIGURES not in page.text
        assert "Figures about one person are for that person" in page.text
        assert "guides/Mine" in page.text  # the history is open, as ever


def test_in_a_space_that_names_people_everybody_sees(furnished: Furnished) -> None:
    _edit(furnished, "ann", "Mine")
    _set(furnished, "named")
    assert FIGURES in furnished.browser("").get(_address(furnished, "ann")).text


def test_letters_lead_to_no_figures(furnished: Furnished) -> None:
    _edit(furnished, "ann", "Mine")
    _set(furnished, "pseudonymous")
    assert FIGURES not in furnished.browser("boss").get(_address(furnished, "ann")).text


def test_who_leaves_is_gone_at_once_even_from_a_browser_that_was_here(
    furnished: Furnished,
) -> None:
    _edit(furnished, "ann", "Mine")
    _set(furnished, "named")
    address, ray = _address(furnished, "ann"), furnished.browser("ray")
    first = ray.get(address)
    assert FIGURES in first.text
    furnished.browser("ann").submit("/-/account", "/-/account/reports", leave="1")
    again = ray.client.get(address, headers={"If-None-Match": first.headers.get("ETag", '"x"')})
    assert again.status_code == 200
    assert FIGURES not in again.text
    assert "left" not in again.text.split("<main")[1]
    assert "nobody but you sees them" in furnished.browser("ann").get(address).text


def test_what_may_be_somebody_elses_is_not_shown_as_ones_own(furnished: Furnished) -> None:
    wiki = furnished.wiki
    wiki.accounts.change_profile(wiki.accounts.account("ann"), "Ada Lovelace", "ada@example.org")
    _edit(furnished, "ann", "Mine")
    page = furnished.browser("ann").get(_address(furnished, "Ada Lovelace")).text
    assert FIGURES not in page
    assert "not certain that all of it is yours" in page


def test_no_clock_times_of_edits_in_the_figures(furnished: Furnished) -> None:
    _edit(furnished, "ann", "Mine")
    own = furnished.browser("ann").get(_address(furnished, "ann")).text
    figures = own.split("<main")[1].split('id="changes"')[0]
    assert not re.search(r"\d\d:\d\d", figures)


def test_a_machine_has_no_figures(furnished: Furnished) -> None:
    from wiki.model import Edit, FileWrite

    robot = Author("deploy[bot]", "deploy@x.example")
    edit = Edit((FileWrite("r.md", b"r\n", ""),), robot, "Build", "push", "", 1_700_000_000)
    furnished.wiki.open("handbook").repository.save(edit)
    catch_up(furnished.wiki)
    _set(furnished, "named")
    page = furnished.browser("").get(_address(furnished, "deploy[bot]")).text
    assert "This is a machine" in page
    assert FIGURES not in page


def test_nobody_in_particular_is_the_history(furnished: Furnished) -> None:
    answer = furnished.browser("").get("/handbook/-/person")
    assert answer.location == "/handbook/-/history"
    assert furnished.browser("").get("/handbook/-/person?who=0123").status_code == 400


def test_every_number_about_a_person_opens_what_it_counts(furnished: Furnished) -> None:
    for page in ("guides/Mine", "guides/Other", "Top"):
        _edit(furnished, "ann", page)
    browser = furnished.browser("ann")
    page = browser.get(_address(furnished, "ann")).text
    stats = re.findall(r'stat-value">(?:<a href="([^"]+)">)?(\d+)', page)
    assert len(stats) == 4
    folders = page.split('aria-label="Folders"')[1].split("</table>")[0]
    cells = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', folders)
    assert [words for _, words in cells[:2]] == ["2", "2"]
    for href, words in [*stats, *cells]:
        opened = browser.get(html.unescape(href))
        assert opened.status_code == 200, href
        value = re.search(r'report-value">([\d,]+)<', opened.text)
        assert value, href
        assert value[1] == words, href
        assert "guides/Other" in opened.text
        assert furnished.browser("ray").get(html.unescape(href)).status_code == 404
    month = re.search(r'<td class="number"><a href="([^"]+since=[^"]+)#changes">3</a>', page)
    assert month
    assert "Top" in browser.get(html.unescape(month[1])).text


def test_what_is_said_of_a_person_is_in_sentences(furnished: Furnished) -> None:
    _edit(furnished, "ann", "Mine")
    teams = b'[[team]]\nname = "Left"\npeople = ["ann"]\n'
    add_pages(furnished.wiki, "handbook", {".strata/teams.toml": teams})
    _set(furnished, "named")
    told = re.sub(r"<[^>]+>", "", furnished.browser("").get(_address(furnished, "ann")).text)
    assert re.search(r"sees these figures\.\s+Team: Left\.", told)
