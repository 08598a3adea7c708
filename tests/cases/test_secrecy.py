"""A wiki that nobody may read without an account tells strangers nothing, by any address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.crawling import addresses, ask, look, rules, typed, with_query
from tests.cases.planting import Planter
from tests.conftest import ALL_DATA, add_pages, catch_up
from tests.web.conftest import Furnished
from tests.web.people import PASSWORD, Browser, settings_in
from wiki.config import People
from wiki.git import create
from wiki.model import Role
from wiki.services.accounts import OPERATOR
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

CANARIES = [
    "zebrafinch",
    "okapi-title",
    "Quagga",
    "tapir-tag",
    "axolotl",
    "ocelot",
    "Pangolin",
    "narwhal",
]
SECRET_PAGES = {
    "hidden/zebrafinch plans.md": "---\ntags: [tapir-tag]\nowner: Pangolin\n---\n# okapi-title\n\naxolotl [[narwhal wanted]]\n",
    "hidden/zebrafinch.png": b"\x89PNG ocelot",
    "README.md": "# okapi-title home\n\n[[hidden/zebrafinch plans]]\n",
    ".strata/charter.toml": 'title = "Quagga"\npurpose = "axolotl"\n',
}  # fmt: skip


@pytest.fixture
def closed(
    tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Furnished]:
    """A wiki for people with accounts only, with the space ``vault`` beside ``handbook``."""
    folder, cookies = model_wiki
    shutil.copytree(folder, tmp_path / "wiki")
    settings = settings_in(tmp_path / "wiki", people=People(anonymous_reading=False))
    wiki = Wiki(settings)
    create(wiki.repository_path("vault"))
    add_pages(wiki, "vault", SECRET_PAGES)
    planter = Planter(wiki.repository_path("vault"))
    author = b"Pangolin <ocelot@narwhal.example> 1700000000 +0000"
    root = wiki.open("vault").repository.entry(planter.head(), "")
    assert root is not None
    moved = planter.commit(
        root.oid, [planter.head()], author=author, committer=author, message=b"axolotl\n"
    )
    planter.move(moved)
    catch_up(wiki, "vault")
    try:
        yield Furnished(wiki, create_app(wiki, testing=True), cookies)
    finally:
        wiki.close()


def everything_named(closed: Furnished) -> dict[str, list[str]]:
    """Every name, path, tag, version and object id of the secret space, and how else to write them."""
    repository = closed.wiki.open("vault").repository
    head = repository.head() or ""
    parent = repository.commit(head).parents[0]
    names = ["hidden/zebrafinch plans", "hidden/zebrafinch.png", "README", "hidden", "nothing"]
    blob = next(e.oid for e in repository.tree(head) if e.path.endswith(".png"))
    return {
        "space": ["vault"],
        "name": names,
        "path": [*SECRET_PAGES, "nothing.md"],
        "folder": ["hidden", "nothing"],
        "tag": ["tapir-tag", "nothing"],
        "commit": [head, parent, blob, head[:8], "0" * 40],
        "filename": ["css/base.css"],
    }


def strangers(closed: Furnished) -> dict[str, Browser]:
    """All kinds of people who may not read."""
    accounts = closed.wiki.accounts
    accounts.set_disabled(OPERATOR, "ray", True)
    _, one_time = accounts.add(OPERATOR, "new", Role.ADMIN)
    newcomer = closed.browser()
    newcomer.sign_in("new", one_time)
    forged = closed.browser()
    forged.plant({"strata": "eyJfdXNlcl9pZCI6ImFubiJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"})
    return {
        "nobody": closed.browser(),
        "disabled": closed.browser("ray"),
        "one-time password": newcomer,
        "forged cookie": forged,
    }


def test_z001_z002_z004_z005_z009_z012_z013_z024_strangers_learn_nothing(closed: Furnished) -> None:
    insider = closed.browser("ann")
    assert (
        "okapi-title" in insider.get("/vault/hidden/zebrafinch%20plans").text
    )  # and kept in caches
    assert "okapi-title" in insider.get("/vault/-/suggest?q=okapi").text
    values = everything_named(closed)
    queries = [
        {"q": "okapi"}, {"who": "ocelot@narwhal.example"}, {"page": values["name"][0]}, {"folder": "hidden"},
        {"old": values["commit"][0], "new": values["commit"][1]}, {"version": values["commit"][0]},
        {"revision": values["commit"][0]}, {"window": "all"}, {"name": values["name"][0], "template": "x"},
    ]  # fmt: skip
    for kind, browser in strangers(closed).items():
        asked = set()
        for rule in rules(closed.app):
            for number, address in enumerate(addresses(rule, values)):
                asked_for = [address]
                if number == 0:
                    # Each kind asks something else besides; nobody asks everything.
                    some = queries if kind == "nobody" or ALL_DATA else queries[len(asked) % 3 :: 3]
                    asked_for += [with_query(address, **query) for query in some]
                for full in asked_for:
                    # what was asked for may be said back: only other words are told
                    said = [c for c in CANARIES if c not in full]
                    answer = look(browser, full, said)
                    if "<space>" in rule.rule or rule.endpoint.startswith("admin."):
                        assert answer.status_code != 200, (kind, full)
                asked.add(rule.endpoint)
        assert len(asked) > 30
        for address in (
            "/vault/-/search",
            "/-/search",
            "/-/history",
            "/-/feed.atom",
            "/",
            "/-/spaces",
        ):
            for query in queries:
                words = "".join(query.values())
                look(browser, with_query(address, **query), [c for c in CANARIES if c not in words])


def test_z005_versions_of_another_space_are_none_here(closed: Furnished) -> None:
    """All object ids of the vault, asked for under the other space by somebody who may read that."""
    repository = closed.wiki.open("vault").repository
    head = repository.head() or ""
    oids = [head, *repository.commit(head).parents, *(e.oid for e in repository.tree(head))]
    values = {
        "space": ["handbook"], "name": ["people/Holidays", "README", "hidden/zebrafinch plans"], "commit": oids,
        "path": [*SECRET_PAGES, "people/Holidays.md"], "folder": ["hidden"], "tag": ["tapir-tag"],
    }  # fmt: skip
    browser = closed.browser("ann")
    tells = ["okapi", "axolotl", "Pangolin", "Quagga home"]
    for rule in rules(closed.app):
        if not rule.rule.startswith("/<space>"):
            continue
        for address in addresses(rule, values):
            text = look(browser, address).text
            # the switcher names the other space: this person may read it
            assert not any(word in text for word in tells), address
    for oid in oids:
        for query in ({"version": oid}, {"old": oid}, {"new": oid}, {"revision": oid}):
            for address in ("/people/Holidays.md", "/-/diff/people/Holidays", "/-/restore/README.md",
                            "/-/file/hidden/zebrafinch.png"):  # fmt: skip
                text = look(browser, with_query(f"/handbook{address}", **query)).text
                assert not any(word in text for word in tells), (address, query)
    base = {"base": head, "text": "x", "csrf_token": browser.token("/-/account")}
    for oid in oids:
        answer = look(browser, "/handbook/-/edit/README", method="POST", **(base | {"base": oid}))
        assert answer.status_code in {404, 409}
        assert not any(word in answer.text for word in tells)


VARIANTS = [
    "/vault/hidden/zebrafinch plans", "/vault//hidden/zebrafinch plans", "//vault/hidden/zebrafinch plans", "/./vault/README",
    "/VAULT/README", "/Vault/README", "/vault/README.MD", "/vault/README.md/", "/vault/README.", "/vault/README;x", "/vault;x/README",
    "/vault/./README", "/vault/hidden/../README", "/vault /README", "/vault\0/README", "/vault%00/README", "/%76ault/README",
    "/handbook/../vault/README", "/vault/readme", "/vault/README\u0301", "/vault/Read\u200bme", "/vault/-/../README", "/vault",
    "/-/static/../vault/README", "/vault/-/version/HEAD/README.md", "/vault/?x=.css", "/vault/README?version=HEAD", "/vault/README#x",
]  # fmt: skip


@pytest.mark.parametrize("address", VARIANTS)
def test_z011_no_other_spelling_opens_a_space(closed: Furnished, address: str) -> None:
    browser = closed.browser()
    seen = 0
    answer = look(browser, typed(address), ["okapi-title home", "axolotl"])
    while answer.status_code in {301, 302, 308} and seen < 5:
        seen += 1
        if answer.headers["Location"].startswith("/-/sign-in"):
            return
        answer = look(browser, answer.headers["Location"], ["okapi-title home", "axolotl"])
    assert answer.status_code in {400, 401, 404}


def test_z001_z005_z023_what_is_there_looks_like_what_is_not(closed: Furnished) -> None:
    """The same answer for a secret page, a missing page, and a space that is not there."""
    browser = closed.browser()
    for there, missing in (
        ("/vault/README", "/vault/nothing"),
        ("/vault/README", "/nowhere/README"),
    ):
        one, other = ask(browser, there), ask(browser, missing)
        assert one.status_code == other.status_code == 302
        assert one.headers["Location"].replace(typed(there), "") == other.headers[
            "Location"
        ].replace(typed(missing), "") or one.headers["Location"].startswith("/-/sign-in?next=")
    assert (
        ask(browser, "/vault/-/history", "HEAD").status_code
        == ask(browser, "/nowhere/-/history", "HEAD").status_code
    )


def test_z014_rights_taken_away_count_at_once(closed: Furnished) -> None:
    accounts = closed.wiki.accounts
    for change in ("role", "disable", "password"):
        account, one_time = accounts.add(OPERATOR, f"eve-{change}", Role.EDITOR)
        accounts.change_password(account, one_time, PASSWORD, "192.0.2.1")
        browser = closed.browser()
        browser.sign_in(account.name)
        edit = "/vault/-/edit/README"
        token = browser.token(edit)
        assert browser.get("/vault/README").status_code == 200
        if change == "role":
            accounts.set_role(OPERATOR, account.name, Role.READER)
        elif change == "disable":
            accounts.set_disabled(OPERATOR, account.name, True)
        else:
            accounts.reset_password(OPERATOR, account.name)
        head = closed.wiki.open("vault").repository.head()
        answer = browser.client.post(edit, data={"csrf_token": token, "text": "mine\n", "base": ""})
        assert answer.status_code in {401, 403, 409}
        assert closed.wiki.open("vault").repository.head() == head
        assert browser.get("/vault/README").status_code == 302
        answer = browser.client.get("/vault/-/history", headers={"If-None-Match": "*"})
        assert answer.status_code == 302


def test_z022_no_cache_hands_anything_to_strangers(closed: Furnished) -> None:
    nobody, ann, boss = closed.browser(), closed.browser("ann"), closed.browser("boss")
    for address in ("/vault/README", "/vault/-/history", "/vault/-/file/hidden/zebrafinch.png",
                    "/vault/README.md", "/vault/-/reports", "/vault/-/feed.atom", "/vault/-/tree"):  # fmt: skip
        for _ in range(2):
            answer = ann.client.get(address)
            assert answer.status_code == 200, address
            stored = answer.headers.get("Cache-Control", "")
            assert "private" in stored or "no-store" in stored, address
            assert "public" not in stored
            tag = answer.headers.get("ETag", "*")
            for tags in ({}, {"If-None-Match": tag}, {"If-None-Match": "*"}):
                assert nobody.client.get(address, headers=tags).status_code in {302, 401}
            mine = boss.client.get(address, headers={"If-None-Match": tag})
            assert mine.status_code in {200, 304}
            if "html" in mine.headers.get("Content-Type", "") and mine.status_code == 200:
                assert ">ann<" not in mine.text


def test_z022_a_page_kept_for_one_person_is_not_shown_to_another(furnished: Furnished) -> None:
    open_page = "/handbook/people/Holidays"
    for name in ("", "ann", "", "boss", "ray", ""):
        text = furnished.browser(name).get(open_page).text
        others = {"ann", "boss", "ray"} - {name}
        assert not any(f">{other}<" in text for other in others)
        assert ("Sign out" in text) == bool(name)
        assert ("/-/edit/people/Holidays" in text and "sign-in?next" not in text) == (
            name in {"ann", "boss"}
        )
