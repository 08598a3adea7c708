"""Every address of the application, asked with whatever people and attackers type."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.cases.crawling import addresses, ask, look, rules, with_query
from tests.conftest import ALL_DATA
from tests.web.conftest import Furnished

ROLES = ("", "ray", "ann", "boss")

HOSTILE = [
    "../../../etc/passwd", "..", ".", "....//", "-", "--output=x", "-p", "HEAD", "HEAD~1", "main", "@{u}", ":/secret",
    "HEAD:../x", "^{/x}", "abcd", "0" * 7, "0" * 40, "g" * 40, "a" * 5000, "%00", "\0", "a\nb", "a\r\nSet-Cookie: x=1",
    "' OR 1=1 --", '"; DROP TABLE accounts; --', "*", "a*?[", "(" * 300, "{{7*7}}", "${7*7}", "%s%n", "{0.__class__}",
    "<script>alert(1)</script>", "javascript:alert(1)", "\udcff\udcfe", "\u202e", "\ufdd0\U000e0001", "𝔸" * 50, ".git/config",
    ".strata/charter.toml", ".GIT", "git~1", "con", "x" * 300 + ".md", "people/Holidays.md/x", "people/Holidays/", "//x",
    "1e400", "-1", "99999999999999999999", "nan", "[]", "true",
]  # fmt: skip
PARAMETERS = (
    "before", "folder", "from", "name", "new", "next", "old", "page", "part", "people", "q", "revision", "section",
    "since", "template", "until", "version", "view", "who", "window",
)  # fmt: skip


def some(values: list[str], number: int, share: int) -> list[str]:
    """One of so many of the values, others for every number; a third unless all was asked for."""
    share *= 1 if ALL_DATA else 3
    return values[number % share :: share]


def normal_values(furnished: Furnished) -> dict[str, list[str]]:
    return {
        "space": ["handbook"],
        "name": ["people/Holidays"],
        "path": ["people/Holidays.md"],
        "folder": ["people"],
        "tag": ["x"],
        "commit": [furnished.wiki.open("handbook").repository.head() or ""],
        "filename": ["css/base.css"],
    }


def test_b006_w017_every_address_answers_everybody(furnished: Furnished) -> None:
    values = normal_values(furnished)
    for role in ROLES:
        browser = furnished.browser(role)
        for rule in rules(furnished.app):
            given = {"name": ["ann"]} if rule.endpoint == "admin.person" else {}
            for address in addresses(rule, values | given):
                answer = look(browser, address)
                known = {200, 301, 302, 303, 308, 401, 403, 404}
                # The search of the API wants to be told what for.
                known |= {400} if address.startswith("/api/v1/search") else set()
                # Nobody in a history is called x.
                known |= {400} if address.endswith("/identities/x/erase") else set()
                assert answer.status_code in known, address


def test_w025_w026_b006_no_value_in_an_address_breaks_it(furnished: Furnished) -> None:
    """One hostile value in each place of each address, the others as they should be."""
    normal = normal_values(furnished)
    head = furnished.wiki.open("handbook").repository.head()
    browsers = cycle([furnished.browser(role) for role in ROLES])
    asked = 0
    for number, rule in enumerate(rules(furnished.app)):
        for place in sorted(rule.arguments):
            for address in addresses(rule, normal | {place: some(HOSTILE, number, 2)}):
                answer = look(next(browsers), address, ["root:x:0:0"])
                assert "7*7=49" not in answer.text
                asked += 1
    assert asked > (1000 if ALL_DATA else 330)
    assert furnished.wiki.open("handbook").repository.head() == head


def test_w026_w025_no_parameter_breaks_an_address(furnished: Furnished) -> None:
    normal = normal_values(furnished)
    before = sorted(furnished.wiki.settings.wiki.content.parent.iterdir())
    browsers = cycle([furnished.browser(role) for role in ROLES])
    for number, rule in enumerate(rules(furnished.app)):
        for address in addresses(rule, normal):
            for value in some(HOSTILE, number, 6):
                answer = look(
                    next(browsers), with_query(address, **dict.fromkeys(PARAMETERS, value))
                )
                assert "Set-Cookie: x=1" not in str(answer.headers)
    for name in PARAMETERS:  # one alone reaches further than all at once
        for rule in ("/search", "/history", "/reports/participation", "/diff/people/Holidays"):
            for value in HOSTILE[::8]:
                look(next(browsers), with_query(f"/handbook/-{rule}", **{name: value}))
    assert sorted(furnished.wiki.settings.wiki.content.parent.iterdir()) == before


@pytest.mark.parametrize("amount", ["-1", "0", "1000000000", "1e3", "abc", "١٢", "9" * 400])
def test_w026_amounts_are_bounded(furnished: Furnished, amount: str) -> None:
    browser = furnished.browser("ann")
    for address in ("/-/tree", "/-/biography/people/Holidays", "/-/search", "/-/history"):
        query = {"from": amount, "page": amount, "limit": amount, "people": amount, "q": "day"}
        answer = look(browser, with_query(f"/handbook{address}", **query))
        assert len(answer.get_data()) < 200_000


def test_w026_metacharacters_mean_nothing_to_the_account_database(furnished: Furnished) -> None:
    browser = furnished.browser()
    for name in HOSTILE[:30:2]:
        answer = browser.submit("/-/sign-in", name=name, password=name)
        assert answer.status_code in {401, 429}
    assert len(furnished.wiki.accounts.all()) == 3


FORM = {
    "text": "# x\n", "base": "", "name": "", "summary": "", "section": "", "new_name": "", "mend": "1",
    "reason": "", "revision": "", "delete": "", "replace": "", "role": "", "email": "", "shown_name": "",
}  # fmt: skip


FORM_VALUES = ["../x", "-1", "\0", "g" * 40, "0" * 40, "<script>", "x\r\ny", "é" * 400]


def changing(furnished: Furnished) -> list[str]:
    """Every address that changes something about pages, and the same for an account that is none."""
    normal = normal_values(furnished)
    found = []
    for rule in rules(furnished.app, "POST"):
        given = {"name": ["nobody-here"]} if rule.rule.startswith("/-/admin/") else {}
        if rule.endpoint not in {"account.sign_out", "account.sign_in"}:
            found += addresses(rule, normal | given)
    assert len(found) > 10
    return found


def test_w012_b006_no_form_breaks_an_address(furnished: Furnished) -> None:
    for role, form in (("ann", "/-/account"), ("boss", "/-/account"), ("", "/-/sign-in")):
        browser = furnished.browser(role)
        token = browser.token(form)
        for number, address in enumerate(changing(furnished)):
            # an editor sends more everywhere; all, each address something else
            for value in some(FORM_VALUES, number, 1 if role == "ann" else 2):
                sent = {key: value or given for key, given in FORM.items()} | {"csrf_token": token}
                settling = {"stretches": value, "choice-0": value}
                for more in (
                    {"action": "save"},
                    {"action": value},
                    {"action": "resolve"} | settling,
                ):
                    look(browser, address, method="POST", **sent, **more)


READERS_DOORS = ("/-/drafts/", "/-/proposals/", "/-/remote/hook/", "/git-upload-pack", "/api/v1/")
"""What takes a POST and writes no page: one's own drafts, reading, a knock; and what takes no forms. Here there is nothing to do."""


def test_z010_z017_who_may_not_write_changes_nothing(furnished: Furnished) -> None:
    repository = furnished.wiki.open("handbook").repository
    head = repository.head() or ""
    entry = repository.entry(head, "people/Holidays.md")
    assert entry is not None
    accounts = furnished.wiki.accounts.all()
    for role, form in (("ray", "/-/account"), ("", "/-/sign-in")):
        browser = furnished.browser(role)
        token = browser.token(form)
        for address in changing(furnished):
            if address.startswith("/-/account"):
                continue
            for name in ("people/Holidays", "README", "Brand new"):
                fields = FORM | {"base": entry.oid, "name": name, "new_name": name}
                fields |= {"delete": f"{name}.md", "revision": head, "csrf_token": token}
                answer = look(browser, address, method="POST", **fields)
                idle = {400, 404, 415} if any(door in address for door in READERS_DOORS) else set()
                assert answer.status_code in {401, 403} | idle, (address, answer.status_code)
    assert repository.head() == head
    assert furnished.wiki.accounts.all() == accounts


def test_w012_nothing_changes_by_opening_an_address(furnished: Furnished) -> None:
    """GET, HEAD, and methods that pretend to be another one."""
    repository = furnished.wiki.open("handbook").repository
    head, accounts = repository.head(), furnished.wiki.accounts.all()
    browser = furnished.browser("boss")
    for address in changing(furnished):
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
            query = with_query(address, **(FORM | {"_method": "POST", "text": "# Changed\n"}))
            answer = ask(browser, query, method)
            assert answer.status_code < 500
    assert repository.head() == head
    assert furnished.wiki.accounts.all() == accounts


LEADING_OUT = [
    "/../handbook.git/config", "/handbook.git/config", "/handbook.git/HEAD", "/handbook/.git/config", "/.git/config",
    "/%2e%2e/handbook.git/HEAD", "/%252e%252e/handbook.git/HEAD", "/handbook/../handbook.git/config", "/handbook/..%2f..%2finstance",
    "/handbook/.git/.git", "/a/../handbook.git/config", "/a%2f..%2fhandbook.git", "/-/static/../app.py", "/-/static/%2e%2e/app.py",
    "/-/static/..%2fapp.py", "/-/static/..%5capp.py", "/-/static//etc/passwd", "/handbook/-/file/../../instance/accounts.sqlite3",
    "/handbook/-/file/%2e%2e/%2e%2e/instance/secret.key", "/handbook/-/file//etc/passwd", "/handbook%00/", "/HANDBOOK.GIT/config",
    "/handbook/-/version/HEAD/../../config", "//handbook.git/config", "/instance/accounts.sqlite3", "/content/handbook.git/HEAD",
    "/console", "/debug", "/.env", "/-/static/", "/handbook/info/refs?service=git-upload-archive", "/handbook.git/objects/info/packs",
]  # fmt: skip


@pytest.mark.parametrize("address", LEADING_OUT)
def test_g040_w031_no_address_leads_out_of_the_pages(furnished: Furnished, address: str) -> None:
    secrets = [
        "repositoryformatversion",
        "ref: refs/heads",
        "SQLite format",
        "root:x:0",
        "BLUEPRINTS",
    ]
    for role in ("", "boss"):
        answer = look(furnished.browser(role), address, secrets)
        while answer.status_code in {301, 302, 308}:
            answer = look(furnished.browser(role), answer.headers["Location"], secrets)
        assert answer.status_code in {400, 404}, (address, answer.status_code)


def test_a012_headers_of_a_proxy_sign_nobody_in(furnished: Furnished) -> None:
    headers = dict.fromkeys(("X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Auth-User", "X-Strata-Account"), "boss") | {"Authorization": "Basic Ym9zczp0aHJlZSBwdXJwbGUgb3R0ZXJz", "X-HTTP-Method-Override": "POST"}  # fmt: skip
    for address in ("/-/account", "/-/admin/people", "/handbook/-/edit/README"):
        answer = furnished.app.test_client().get(address, headers=headers)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/-/sign-in")
