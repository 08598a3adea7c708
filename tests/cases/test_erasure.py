"""Somebody has left, and wants to be named no more: P010, and P013 for those who are still there.

Every address of the application is asked by a reader before, and by an administrator after.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from tests.cases.crawling import addresses, rules, with_query
from tests.conftest import catch_up
from tests.web.api.conftest import client_at
from tests.web.conftest import Furnished
from tests.web.git_clients import listening
from tests.web.people import settings_in
from wiki.config import Server
from wiki.errors import AccountInvalid
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author, Edit, FileWrite, Role
from wiki.services.accounts import OPERATOR
from wiki.services.checks import check
from wiki.services.erasing import erase, traces_of_account
from wiki.services.pages import save_page
from wiki.services.people import people_of
from wiki.services.privacy import change_naming
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "field"
ZORA = Author("Zora Quill", "zora@lone.example")
OLD_ZORA = Author("Z. Quill", "zq@old.example")
OTTO = Author("Otto Bergh", "otto@here.example")
MAILMAP = b"Zora Quill <zora@lone.example> <zq@old.example>\n"
TEAMS = (
    b'[[team]]\nname = "All of us"\npeople = ["Zora Quill", "zora@lone.example", "Otto Bergh"]\n'
)
TELLS = re.compile(r"zora|quill|lone\.example|zq@|old\.example", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"""<(?!a\b)\w+[^>]*\s(?:src|srcset|href|data|poster)=["']?(?:https?:)?//(?!localhost)"""
)
"""What a browser fetches by itself, from another host."""
ADDRESS = re.compile(r"[\w.]+@(?:lone|old|here)\.example")


_LOOKED_AT = {"Write", "Thank", "Ask"}


def _versions() -> list[NewVersion]:
    told: list[tuple[Author, str, dict[str, bytes | None]]] = [
        (OLD_ZORA, "Begin", {"all.md": b"# All\n\nFirst words of all\n", ".mailmap": MAILMAP,
                             ".strata/teams.toml": TEAMS}),
        (ZORA, "Write alone", {"alone.md": b"# Alone\n\nTwelve words of mine that stand here\n"}),
        (OTTO, "Thank Zora Quill\n\nCo-authored-by: Zora Quill <zora@lone.example>\n",
         {"all.md": b"# All\n\nFirst words of all\n\nSecond words\n"}),
        (ZORA, "Gone soon", {"gone.md": b"# Gone\n"}),
        (ZORA, "Delete it", {"gone.md": None}),
        (OTTO, "Ask otto\n\nSigned-off-by: Otto Bergh <otto@here.example>\n", {"third.md": b"# Third\n"}),
    ]  # fmt: skip
    return [
        NewVersion(who, at, 0, who, at, said, files, (place,) if place else ())
        for place, (at, (who, said, files)) in enumerate(zip(count(1_750_000_000, 90_000), told))
    ]


@pytest.fixture
def left(tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]) -> Iterator[Furnished]:
    """The space ``field``, which names people; of Zora, who has an account, and others."""
    shutil.copytree(model_wiki[0], tmp_path / "wiki")
    wiki = Wiki(settings_in(tmp_path / "wiki"))
    shutil.rmtree(wiki.repository_path("handbook"))
    create(wiki.repository_path(SPACE))
    import_versions(wiki.repository_path(SPACE), "main", _versions())
    catch_up(wiki, SPACE)
    wiki.accounts.add(OPERATOR, "zora", Role.EDITOR, ZORA.name, ZORA.email)
    zora = wiki.accounts.account("zora").viewer
    save_page(wiki, zora, SPACE, "saved", "# Saved\n\nIn the browser\n", "")
    boss = wiki.accounts.account("boss").viewer
    change_naming(wiki, boss, SPACE, "named", "")
    space = wiki.open(SPACE)
    write = FileWrite("new.md", b"# Proposed\n", "")
    edit = Edit(
        (write,), ZORA, "Propose with Zora Quill", "proposal", "", author_time=1_760_000_000
    )
    space.repository.propose(edit, "proposal/one")
    catch_up(wiki, SPACE)
    yield Furnished(wiki, create_app(wiki, testing=True), model_wiki[1])
    wiki.close()


def _values(left: Furnished) -> dict[str, list[str]]:
    space = left.wiki.open(SPACE)
    # One of Zora's, one that names her, and one that names an address.
    told = [row.commit for row in space.history.changes(limit=20)]
    commits = [row.oid for row in told if row.subject.split()[0] in _LOOKED_AT]
    return {
        "space": [SPACE],
        "name": ["all", "boss", "one"],
        "path": ["all.md", "gone.md"],
        "folder": ["nothing"],
        "tag": ["x"],
        "commit": commits,
        "key": ["contributors", "authors.0.1"],
        "who": [*people_of(space, left.wiki.settings).authors],
        "filename": ["css/base.css"],
        "proposal": ["one"],
    }


def _answers(left: Furnished, name: str) -> Iterator[tuple[str, str]]:
    """What the application says at every address, and at those with what people ask."""
    browser, values = left.browser(name), _values(left)
    pages = (rule for rule in rules(left.app) if "static" not in rule.rule)
    asked = [address for rule in pages for address in addresses(rule, values)]
    asked += [with_query(f"/{SPACE}/-/person", who=who) for who in values["who"]]
    asked += [with_query(f"/{SPACE}/-/history", who=who) for who in values["who"]]
    asked.append(with_query(f"/{SPACE}/-/search", q="words"))
    forms = [("collective", form) for form in ("", ".json", ".csv", ".html")]
    for kind, form in [*forms, ("participation", ""), ("emergence", ""), ("persistence", "")]:
        asked.append(with_query(f"/{SPACE}/-/reports/{kind}{form}", window="all"))
    asked += [with_query(f"/{SPACE}/-/reports/participation/edits", window="all")]
    asked += [with_query(f"/{SPACE}/-/reports/participation/contributors", window="all")]
    asked += [with_query(f"/{SPACE}/-/identities", sort=sort) for sort in ("joined", "split")]
    for address in asked:
        answer = browser.get(address)
        yield address, answer.text
        answer.close()


def _api(left: Furnished) -> Iterator[tuple[str, str]]:
    client = client_at(left, "ray")
    head = left.wiki.open(SPACE).repository.head()
    for path in (
        "history", "pages/all", "pages/alone/history", "pages/all/history", "proposals", f"changes/{head}",
        "reports/participation?window=all", "reports/collective?window=all", "search?q=words",
    ):  # fmt: skip
        yield path, client.get(f"/spaces/{SPACE}/{path}").text


def _main(left: Furnished, address: str) -> str:
    """What a page says beside what stands on all of them."""
    return left.browser().get(address).text.split("<main")[1]


def test_p010_p013_p015_a_leaver_is_named_nowhere_and_readers_are_told_no_address_nor_sent_elsewhere(
    left: Furnished,
) -> None:
    head = left.wiki.open(SPACE).repository.head()
    told = [*_answers(left, "ray"), *_api(left)]
    assert len([path for path, text in told if TELLS.search(text)]) > 30
    for path, text in told:
        found = ADDRESS.search(text)
        assert not found, (path, text[max(0, found.start() - 200) :][:400])
        assert not text.startswith("<!DOCTYPE") or not ELSEWHERE.search(text), path
    search = f"/{SPACE}/-/search?q=author:quill"
    assert f"/{SPACE}/alone" in _main(left, search)
    boss = left.browser("boss")
    form = boss.get("/-/admin/people/zora/erase").text
    assert "zq@old.example" in form
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    marks = re.findall(r'name="trace" value="(\w+)" checked', form)
    data = {"csrf_token": token[1], "trace": marks}
    assert boss.client.post("/-/admin/people/zora/erase", data=data).status_code == 422
    answer = boss.client.post("/-/admin/people/zora/erase", data={**data, "sure": "1"})
    assert answer.status_code == 303
    boss.get("/-/account")  # where it is said that it is done
    for address, text in (*_api(left), *_answers(left, "boss")):
        if address.endswith("/teams/edit"):
            continue  # the words of a file, for those who may change them
        found = TELLS.search(text)
        assert not found, (address, text[max(0, found.start() - 200) :][:400])
    assert "former member #1" in left.browser("ray").get(f"/{SPACE}/alone").text
    assert f"/{SPACE}/alone" not in _main(left, search)
    report = f"/{SPACE}/-/reports/participation/contributors?window=all"
    assert "former member #1" in left.browser("ray").get(report).text
    assert left.wiki.open(SPACE).repository.head() == head


def test_p010_a_reader_erases_nobody(left: Furnished) -> None:
    for who in ("", "ray", "ann"):
        assert left.browser(who).get("/-/admin/people/zora/erase").status_code in {302, 403}
        mark = people_of(left.wiki.open(SPACE), left.wiki.settings).person(ZORA).who
        answer = left.browser(who).get(f"/{SPACE}/-/identities/{mark}/erase")
        assert answer.status_code in {302, 403}
    assert left.wiki.former.known().numbers == {}


def test_p010_an_address_that_somebody_typed_is_not_taken_for_theirs(left: Furnished) -> None:
    accounts = left.wiki.accounts
    accounts.change_profile(accounts.account("ann"), "Ann", OTTO.email)
    form = left.browser("boss").get("/-/admin/people/ann/erase").text
    assert OTTO.email in form
    by = accounts.account("boss").viewer
    certain = [each.author for each in traces_of_account(left.wiki, by, "ann") if each.certain]
    assert OTTO not in certain
    erase(left.wiki, by, certain, "ann")
    assert left.wiki.former.known().number_of(OTTO) == 0


def test_p010_nobody_comes_into_the_name_or_address_of_somebody_who_was_erased(
    left: Furnished,
) -> None:
    accounts = left.wiki.accounts
    by = accounts.account("boss").viewer
    traces = traces_of_account(left.wiki, by, "zora")
    erase(left.wiki, by, [each.author for each in traces], "zora")
    for name, email in (("zora", ""), ("new", ZORA.email.upper())):
        with pytest.raises(AccountInvalid, match="has left"):
            accounts.add(OPERATOR, name, Role.EDITOR, "Somebody New", email)
    with pytest.raises(AccountInvalid, match="has left"):
        accounts.change_profile(accounts.account("ann"), "Ann", OLD_ZORA.email)
    assert accounts.add(OPERATOR, "zora2", Role.EDITOR, ZORA.name)


def test_p005_p010_whoever_had_left_named_reports_is_in_none_as_a_former_member(
    left: Furnished,
) -> None:
    accounts = left.wiki.accounts
    by = accounts.account("boss").viewer
    accounts.leave_named_reports(accounts.account("zora"), True)
    traces = traces_of_account(left.wiki, by, "zora")
    erase(left.wiki, by, [each.author for each in traces], "zora")
    browser = left.browser("boss")
    for report in ("collective?window=all", "participation/contributors?window=all"):
        assert "former member" not in _main(left, f"/{SPACE}/-/reports/{report}")
    who = people_of(left.wiki.open(SPACE), left.wiki.settings).person(ZORA).who
    assert "pages edited" not in browser.get(f"/{SPACE}/-/person?who={who}").text
    assert "former member #1" in _main(left, f"/{SPACE}/-/history")


def test_p010_while_the_list_cannot_be_read_pages_are_shown_and_nobody_is_named(
    left: Furnished,
) -> None:
    left.wiki.former.add([ZORA], frozenset())
    (left.wiki.settings.wiki.instance / "former-members").write_text("{}")
    browser = left.browser()
    page = browser.get(f"/{SPACE}/alone")
    assert (page.status_code, "somebody" in page.text) == (200, True)
    assert not TELLS.search(page.text.split("<main")[1])
    for address in ("history", "reports", "history/alone", "biography/alone"):
        answer = browser.get(f"/{SPACE}/-/{address}")
        assert answer.status_code == 503, address
        assert "All pages are safe" in answer.text
    problems = [each.subject for each in check(left.wiki) if each.state == "problem"]
    assert "former members" in problems


def test_p010_of_somebody_without_an_account_later_versions_are_veiled_too(left: Furnished) -> None:
    people = people_of(left.wiki.open(SPACE), left.wiki.settings)
    mark, boss = people.person(OTTO).who, left.browser("boss")
    form = f"/{SPACE}/-/identities/{mark}/erase"
    trace = re.search(r'name="trace" value="(\w+)"', boss.get(form).text)
    assert trace
    for _ in range(2):  # kept at the door
        assert "Otto Bergh" in left.browser().get(f"/{SPACE}/third").text
    other = Wiki(left.wiki.settings)  # another process of the server
    assert people_of(other.open(SPACE), other.settings).person(OTTO).name == "Otto Bergh"
    assert boss.submit(form, trace=trace[1], sure="1").status_code == 303
    assert "Otto" not in left.browser().get(f"/{SPACE}/third").text
    assert people_of(other.open(SPACE), other.settings).person(OTTO).name == "former member #1"
    other.close()
    space = left.wiki.open(SPACE)
    edit = Edit(
        (FileWrite("later.md", b"# x\n", ""),), OTTO, "Later", "push", "", author_time=1_770_000_000
    )
    space.repository.save(edit)
    catch_up(left.wiki, SPACE)
    page = left.browser().get(f"/{SPACE}/later").text
    assert "former member #1" in page
    assert "Otto" not in left.browser("boss").get(f"/{SPACE}/-/history").text


def test_p013_a_clone_holds_no_address_of_anybody_who_writes_here(
    tmp_path: Path, furnished: Furnished
) -> None:
    """Saved in the browser and pushed, and cloned by a reader."""
    people = replace(furnished.wiki.settings.people, commit_addresses="made-up")
    server = Server(port=0, threads=4)
    wiki = Wiki(replace(furnished.wiki.settings, server=server, people=people))
    account = wiki.accounts.account("ann")
    wiki.accounts.change_profile(account, "Ann Vale", "ann@vale.example")
    save_page(wiki, wiki.accounts.account("ann").viewer, "handbook", "saved", "# Saved\n", "")
    with listening(create_app(wiki), wiki, tmp_path / "home") as door:
        clone = door.clone("a", "ann")
        door.commit(clone, {"Tea.md": "# Tea\n"})
        door.git(
            "commit", "-q", "--amend", "--author=Ann <ann@vale.example>", "--no-edit", at=clone
        )
        refused = door.git("push", "-q", at=clone)
        assert "git config user.email ann@localhost" in refused.told
        door.git("commit", "-q", "--amend", "--reset-author", "--no-edit", at=clone)
        assert door.git("push", "-q", at=clone).status == 0
        told = door.git("log", "--format=%ae %ce %B", at=door.clone("b", "ray")).told
    assert "Change" in told
    assert "vale.example" not in told
    hint = furnished.browser("ann").get("/-/account").text
    assert "for everybody who can clone them" in hint
    wiki.close()
