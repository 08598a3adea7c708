"""What git shows whoever pushed: where a proposal can be looked at, and what became of the push."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.web.conftest import Furnished
from tests.web.git_clients import Door, listening
from wiki.services.wiki import Wiki
from wiki.web.app import create_app


def said(told: str) -> list[str]:
    """The wiki's lines among git's."""
    lines = (
        line.removeprefix("remote: ").rstrip() for line in told.splitlines() if "remote: " in line
    )
    return [line for line in lines if line]


def proposal_at(door: Door, name: str) -> str:
    return f"http://127.0.0.1:{door.port}/handbook/-/proposals/{name}"


def test_a_proposal_is_told_with_its_address_as_long_as_it_lives(door: Door) -> None:
    clone = door.clone("a")
    door.commit(clone, {"Tea.md": "# Tea\n"})

    def push(*what: str, user: str = "ann") -> list[str]:
        done = door.git("push", door.url(user), *what, at=clone)
        assert done.status == 0, done.told
        return said(done.told)

    address = proposal_at(door, "tea/more")
    waits = "It waits until you or another editor takes it in or declines it."
    assert push("HEAD:refs/heads/proposal/tea/more") == [f'Proposal "tea/more": {address}', waits]
    door.commit(clone, {"Tea.md": "# Tea\n\nMore.\n"})
    changed = push("HEAD:refs/heads/proposal/tea/more")
    assert changed == [f'Proposal "tea/more", changed: {address}', waits]
    assert push(":refs/heads/proposal/tea/more") == ['The proposal "tea/more" is withdrawn.']
    assert push("origin/main:refs/heads/proposal/none") == [
        f"Proposal \"none\": {proposal_at(door, 'none')}",
        "Everything in it is in the space already. Was a commit left out?", waits,
    ]  # fmt: skip
    many = [f"HEAD:refs/heads/proposal/n{number}" for number in range(11)]
    told = push(*many)
    assert len(told) == 12
    assert told[-2].endswith("/handbook/-/proposals")


def test_who_merged_a_proposal_in_a_clone_has_taken_it_in(door: Door) -> None:
    clone = door.clone("a")
    door.commit(clone, {"Tea.md": "# Tea\n"})
    door.git("push", door.url("ann"), "HEAD:refs/heads/proposal/tea", at=clone)
    door.commit(clone, {"Milk.md": "# Milk\n"})
    both = ["HEAD:refs/heads/main", "HEAD:refs/heads/proposal/milk"]
    done = door.git("push", door.url("ann"), *both, at=clone)
    assert said(done.told)[:3] == [
        f"main is live: http://127.0.0.1:{door.port}/handbook/",
        'The proposal "tea" is in it, and closed with that.',
        f'Proposal "milk": {proposal_at(door, "milk")}',
    ]
    left = door.wiki.open("handbook").repository.branches.under("proposal/")
    assert [branch.name for branch in left] == ["proposal/milk"]
    door.commit(clone, {"Milk.md": "# Milk\n\nFresh.\n"})
    assert said(door.git("push", door.url("ann"), "HEAD:main", at=clone).told) == []


def test_another_implementation_is_told_too(door: Door) -> None:
    from dulwich import porcelain

    clone = door.clone("a")
    door.commit(clone, {"Tea.md": "# Tea\n"})
    heard = io.BytesIO()
    address = door.url("ann")
    porcelain.push(
        str(clone), address, "HEAD:refs/heads/proposal/tea", outstream=io.BytesIO(), errstream=heard
    )
    assert f'Proposal "tea": {proposal_at(door, "tea")}\n' in heard.getvalue().decode()


@pytest.mark.parametrize(
    ("base_url", "proxies", "expected"),
    [
        (
            "https://wiki.example.org/know",
            (),
            "https://wiki.example.org/know/handbook/-/proposals/t",
        ),
        ("", ("127.0.0.1",), "https://wiki.example.net/w/handbook/-/proposals/t"),
    ],
)
def test_the_address_is_that_by_which_people_come(
    furnished: Furnished, tmp_path, base_url: str, proxies: tuple[str, ...], expected: str
) -> None:
    settings = furnished.wiki.settings
    server = replace(settings.server, base_url=base_url, trusted_proxies=proxies)
    wiki = Wiki(replace(settings, server=server))
    with listening(create_app(wiki, testing=True), wiki, tmp_path / "home") as door:
        clone = door.clone("a")
        door.commit(clone, {"Tea.md": "# Tea\n"})
        header = (
            "X-Forwarded-Proto: https\nX-Forwarded-Host: wiki.example.net\nX-Forwarded-Prefix: /w"
        )
        more = [f"http.extraHeader={line}" for line in [*header.split("\n"), "Host: localhost"]]
        extra = [part for each in more for part in ("-c", each)]
        done = door.git(*extra, "push", door.url("ann"), "HEAD:refs/heads/proposal/t", at=clone)
    wiki.close()
    assert said(done.told)[0] == f'Proposal "t": {expected}', done.told


def test_what_a_terminal_would_obey_never_reaches_it(door: Door) -> None:
    clone = door.clone("a")
    door.commit(clone, {"Tea.md": "# Tea\n"})
    refs = [
        f"HEAD:refs/heads/{n}" for n in ("proposal/\u009b31mred", "proposal/\u202eevil", "\u009bx")
    ]
    done = door.git("push", door.url("ann"), *refs, at=clone)
    assert done.status != 0
    told = "\n".join(said(done.told))
    assert told.count("only the branch main, and proposals") == 3
    assert not {"\u009b", "\u202e", "\x1b"} & set(told)
