"""The page on which an administrator arranges an exchange, and its webhook."""

from __future__ import annotations

import re
import subprocess

from tests.web.conftest import Furnished

PAGE = "/handbook/-/remote"


def test_an_administrator_arranges_exchanges_and_ends_it(furnished: Furnished, tmp_path):
    other = tmp_path / "other.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", other], check=True)
    boss = furnished.browser("boss")
    answer = boss.submit(
        PAGE, action="arrange", url=str(other), branch="main", direction="both", minutes="5",
        user="", secret="",
    )  # fmt: skip
    assert answer.status_code == 303
    assert boss.submit(PAGE, action="now").status_code == 303
    page = boss.get(PAGE).text
    assert set(
        re.findall(r'<form[^>]*method="post" action="(/handbook[^"]*|[^/][^"]*)"', page)
    ) == {PAGE}
    assert "changes went out" in page
    assert "All is well" in page
    log = subprocess.run(["git", "-C", other, "log", "main"], capture_output=True, check=True)
    assert log.stdout
    boss.submit(PAGE, action="end")
    assert furnished.wiki.remotes.of("handbook") is None


def test_a_wrong_address_is_refused_and_what_was_typed_stays(furnished: Furnished):
    answer = furnished.browser("boss").submit(
        PAGE, action="arrange", url="ext::sh -c id", branch="main", direction="both", minutes="5"
    )
    assert answer.status_code == 422
    assert "ext::sh -c id" in answer.text


def test_others_see_nothing_of_it(furnished: Furnished):
    assert furnished.browser("ann").get(PAGE).status_code == 403
    assert furnished.browser().get(PAGE).status_code == 302


def test_the_bell_needs_its_secret_and_nothing_else(furnished: Furnished, tmp_path):
    furnished.wiki.remotes.arrange("handbook", str(tmp_path / "x.git"), "main", "both")
    furnished.wiki.remotes.begin("handbook")
    boss = furnished.browser("boss")
    address = re.search(r"/handbook/-/remote/hook/[\w-]+", boss.submit(PAGE, action="hook").text)
    nobody = furnished.browser().client
    assert nobody.post(address.group() + "x").status_code == 404
    assert furnished.wiki.remotes.of("handbook").wanted is False
    assert nobody.post(address.group(), json={"ref": "refs/heads/main"}).status_code == 202
    assert furnished.wiki.remotes.of("handbook").wanted is True
    assert address.group() not in boss.get(PAGE).text


def test_a_kept_secret_is_never_shown(furnished: Furnished):
    wiki = furnished.wiki
    wiki.remotes.arrange("handbook", "https://x.example/a", "main", "both", secret="hush-hush")
    boss = furnished.browser("boss")
    page = boss.get(PAGE).text
    assert "hush" not in page
    kept = re.search(r'name="secret"[^>]* value="([^"]+)"', page).group(1)
    fields = {"action": "arrange", "url": "https://x.example/a", "branch": "main"}
    boss.submit(PAGE, **fields, direction="fetch", minutes="9", user="", secret=kept)
    found = wiki.remotes.of("handbook")
    assert (found.direction, wiki.remotes.address(found).secret) == ("fetch", "hush-hush")
