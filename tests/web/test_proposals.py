"""Proposals: work on other branches that an editor looks at, takes in or declines."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.web.conftest import HOLIDAYS, Furnished
from tests.web.test_editing import fields_of
from wiki.errors import NotAllowed, ProposalNotFound, SignInNeeded
from wiki.model import ANONYMOUS, Author, Edit, FileWrite, Role, Viewer
from wiki.services import pages, policy, proposal_decisions, proposals, proposing

RAY = Viewer("ray", Role.READER, Author("Ray Kim", "ray@example.org"), door="api")
ANN = Viewer("ann", Role.EDITOR, Author("Ann Lee", "ann@example.org"))
LIST = "/handbook/-/proposals"


def base_of(wiki, path="people/Holidays.md"):
    repository = wiki.open("handbook").repository
    return repository.entry(repository.head(), path).oid


def proposed(wiki, text, path="people/Holidays.md"):
    """Ray proposes a page's text; the proposal's name."""
    name = path.removesuffix(".md")
    texts = [(name, text, base_of(wiki, path))]
    return proposing.propose_pages(wiki, RAY, "handbook", texts, "More holidays")[0]


def text_of(wiki, name="people/Holidays"):
    return pages.open_for_editing(wiki, ANN, "handbook", name).text


def log_of(wiki, *arguments):
    path = wiki.repository_path("handbook")
    return subprocess.run(
        ["git", "-C", path, "log", *arguments], capture_output=True, text=True, check=True
    ).stdout


def decide(browser, wiki, name, action="take-in", **fields):
    tip = wiki.open("handbook").repository.branches.find("proposal/" + name).tip
    return browser.submit(f"{LIST}/{name}", action=action, tip=tip, **fields)


def test_who_may_only_read_proposes_and_an_editor_takes_it_in(furnished: Furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    head = wiki.open("handbook").repository.head()
    name = proposed(wiki, HOLIDAYS.replace("Thirty", "Thirty-five"))
    assert wiki.open("handbook").repository.head() == head
    assert "More holidays" in browser.get(LIST).text
    page = browser.get(f"{LIST}/{name}").text
    assert "Ray Kim" in page
    assert "-five" in page
    assert f'action="{LIST}/{name}"' in page
    assert f'href="{LIST}/{name}?view=inline"' in page
    assert decide(browser, wiki, name).status_code == 303
    assert "Thirty-five days" in text_of(wiki)
    newest = log_of(wiki, "-1", "--topo-order", "--no-merges", "--format=%an %s")
    assert newest == "Ray Kim More holidays\n"
    assert log_of(wiki, "-1", "--merges", "--format=%an").strip() == "ann"
    assert "No proposals are waiting" in browser.get(LIST).text


def test_a_reader_may_not_take_in_and_nobody_nameless_proposes(furnished: Furnished):
    wiki = furnished.wiki
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    tip = wiki.open("handbook").repository.branches.find("proposal/" + name).tip
    with pytest.raises(NotAllowed):
        proposal_decisions.take_in(wiki, RAY, "handbook", name, tip)
    assert "Take it in" not in furnished.browser("ray").get(f"{LIST}/{name}").text
    write = (FileWrite("x.md", b"x\n", ""),)
    with pytest.raises(SignInNeeded):
        proposing.propose(wiki, ANONYMOUS, "handbook", write, "x")
    reading = Viewer("ray", Role.READER, RAY.author, read_only=True)
    with pytest.raises(NotAllowed):
        proposing.propose(wiki, reading, "handbook", write, "x")


def test_a_declined_proposal_is_off_the_list_and_its_words_are_kept(furnished: Furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    name = proposed(wiki, HOLIDAYS + "\nKeep these words.\n")
    assert decide(browser, wiki, name, "decline").status_code == 303
    assert "No proposals are waiting" in browser.get(LIST).text
    assert browser.get(f"{LIST}/{name}").status_code == 404
    assert "More holidays" in log_of(wiki, "--glob=refs/declined/*", "--format=%s")
    assert "Keep these words" not in text_of(wiki)


def test_its_own_author_may_withdraw_a_proposal(furnished: Furnished):
    wiki = furnished.wiki
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    tip = wiki.open("handbook").repository.branches.find("proposal/" + name).tip
    other = Viewer("sue", Role.READER, Author("Sue", "sue@example.org"))
    with pytest.raises(NotAllowed):
        proposal_decisions.decline(wiki, other, "handbook", name, tip)
    proposal_decisions.decline(wiki, RAY, "handbook", name, tip)
    assert proposals.proposals(wiki, ANN, "handbook") == []


def test_what_changed_since_it_was_looked_at_is_not_taken_in_unseen(furnished: Furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    answer = browser.submit(f"{LIST}/{name}", action="take-in", tip="0" * 40)
    assert answer.status_code == 409
    assert "changed since you looked" in answer.text
    assert text_of(wiki) == HOLIDAYS


@pytest.mark.parametrize(
    ("choice", "expected", "asked"),
    [
        ("ours", "Thirty-one days", "by Ray Kim: <q>five New Text</q>"),
        ("theirs", "Thirty-five days", "by Ann Lee: <q>one</q>"),
        ("edit", "Thirty-one or thirty-five days", "by Ray Kim: <q>New Text</q>"),
    ],
)
def test_colliding_pages_are_settled_before_anything_is_saved(furnished, choice, expected, asked):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    name = proposed(wiki, HOLIDAYS.replace("Thirty", "Thirty-five") + "\n## New\n\nText.\n")
    pages.save_page(
        wiki, ANN, "handbook", "people/Holidays", HOLIDAYS.replace("Thirty", "Thirty-one"),
        base_of(wiki),
    )  # fmt: skip
    page = browser.get(f"{LIST}/{name}").text
    fields = dict(re.findall(r'name="((?:path|over)-0)" value="([^"]*)"', page))
    assert decide(browser, wiki, name).status_code == 409
    text = HOLIDAYS.replace("Thirty", "Thirty-one or thirty-five")
    fields |= {"choice-0": choice, "edit-0": text}
    head = wiki.open("handbook").repository.head()
    question = decide(browser, wiki, name, **fields)
    assert (question.status_code, asked in question.text) == (409, True)
    assert wiki.open("handbook").repository.head() == head
    agreed = fields | {"leaving_out": fields_of(question.text)["leaving_out"]}
    assert decide(browser, wiki, name, **agreed).status_code == 303
    assert expected in text_of(wiki)
    assert "Ray Kim" in log_of(wiki, "--format=%an")


def colliding(wiki):
    """A proposal whose page somebody changed at the same place; its name."""
    name = proposed(wiki, HOLIDAYS.replace("Thirty", "Thirty-five"))
    text = HOLIDAYS.replace("Thirty", "Thirty-one")
    pages.save_page(wiki, ANN, "handbook", "people/Holidays", text, base_of(wiki))
    return name


def test_what_is_chosen_for_colliding_pages_survives_a_refusal_and_is_a_draft(furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    name = colliding(wiki)
    address = f"{LIST}/{name}"
    wording = HOLIDAYS.replace("Thirty", "As many as you need, in")
    sent = fields_of(browser.get(address).text) | {"edit-0": wording, "choice-0": "edit"}
    forged = browser.client.post(address, data=sent | {"csrf_token": "old", "action": "take-in"})
    assert (forged.status_code, fields_of(forged.text)["edit-0"]) == (403, wording)
    assert list(wiki.drafts.of(ANN)) == []
    kept = browser.client.post(address, data=sent | {"choice-0": "ours", "action": "draft"})
    assert kept.location == address
    assert f'href="{address}"' in browser.get("/-/drafts").text
    assert "drafts of new pages" not in browser.get("/handbook/-/new").text
    page = browser.get(address).text
    assert "What you chose and wrote" in page
    assert 'value="ours" checked' in page
    assert fields_of(page)["edit-0"] == wording
    other = furnished.browser("boss").get(address).text
    assert "As many as you need" not in other
    pages.save_page(
        wiki, ANN, "handbook", "people/Holidays", HOLIDAYS.replace("Thirty", "Twenty-nine"),
        base_of(wiki),
    )  # fmt: skip
    late = browser.client.post(
        address, data=fields_of(page) | {"choice-0": "edit", "action": "take-in"}
    )
    assert late.status_code == 409
    assert "What you wrote before this page changed once more" in late.text
    assert "As many as you need" in late.text
    assert "Twenty-nine" in fields_of(late.text)["edit-0"]
    browser.client.post(address, data=fields_of(late.text) | {"action": "decline"})
    assert list(wiki.drafts.of(ANN)) == []


def test_marks_of_a_conflict_are_no_settlement(furnished: Furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    name = proposed(wiki, HOLIDAYS.replace("Thirty", "Thirty-five"))
    pages.save_page(
        wiki, ANN, "handbook", "people/Holidays", HOLIDAYS.replace("Thirty", "Forty"), base_of(wiki)
    )
    fields = {
        "path-0": "people/Holidays.md",
        "over-0": base_of(wiki),
        "choice-0": "edit",
        "edit-0": f"<<<<<<< a\n{HOLIDAYS}Forty\n=======\nThirty-five\n>>>>>>> b\n",
    }
    assert decide(browser, wiki, name, **fields).status_code == 422
    assert "Forty" in text_of(wiki)


def test_an_editor_cannot_pass_settings_of_the_space_in_by_proposal(furnished: Furnished):
    wiki = furnished.wiki
    repository = wiki.open("handbook").repository
    start = repository.head()
    write = FileWrite(".mailmap", b"Ray Kim <ray@example.org> <ann@example.org>\n", "")
    edit = Edit((write,), RAY.author, "Mail", "push", "", 1_800_000_000)
    repository.propose(edit, "proposal/mailmap")
    tip = repository.branches.find("proposal/mailmap").tip
    with pytest.raises(NotAllowed):
        proposal_decisions.take_in(wiki, ANN, "handbook", "mailmap", tip)
    assert repository.head() == start


def test_what_was_moved_out_of_reach_is_not_changed_by_an_old_proposal(furnished: Furnished):
    wiki = furnished.wiki
    repository = wiki.open("handbook").repository
    text = b"".join(b"# team %d\n" % number for number in range(30))

    def write(branch, *files):
        edit = Edit(files, RAY.author, "Teams", "web", "", 1_800_000_000)
        return repository.propose(edit, branch).commit

    write("main", FileWrite("teams.toml", text, ""))
    old = repository.entry(repository.head(), "teams.toml").oid
    tip = write("proposal/teams", FileWrite("teams.toml", text + b"# more\n", old))
    head = write(
        "main", FileWrite("teams.toml", None, old), FileWrite(".strata/teams.toml", text, "")
    )
    with pytest.raises(NotAllowed):
        proposal_decisions.take_in(wiki, ANN, "handbook", "teams", tip)
    assert repository.head() == head


@pytest.mark.parametrize("declined", [True, False])
def test_what_happens_to_a_proposal_while_it_is_taken_in(
    furnished: Furnished, monkeypatch, declined
):
    wiki = furnished.wiki
    repository = wiki.open("handbook").repository
    branches, start = repository.branches, repository.head()
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    tip = branches.find(f"proposal/{name}").tip
    later = proposed(wiki, HOLIDAYS + "\nMore.\n\nAnd more.\n")
    newer = branches.find(f"proposal/{later}").tip
    asked = policy.allow_writing

    def meanwhile(*arguments):
        asked(*arguments)
        if declined:
            proposal_decisions.decline(wiki, ANN, "handbook", name, tip)
        else:
            branches.place(f"proposal/{name}", newer, tip)

    monkeypatch.setattr(policy, "allow_writing", meanwhile)
    with pytest.raises(ProposalNotFound):
        proposal_decisions.take_in(wiki, ANN, "handbook", name, tip)
    assert repository.head() == start


def test_a_proposal_that_cannot_be_closed_is_taken_in_all_the_same(
    furnished: Furnished, monkeypatch
):
    wiki = furnished.wiki
    repository = wiki.open("handbook").repository
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    tip = repository.branches.find(f"proposal/{name}").tip
    follow = wiki.open("handbook").follower.follow_soon
    newer = proposed(wiki, HOLIDAYS + "\nMore.\n\nAnd more.\n")
    newer = repository.branches.find(f"proposal/{newer}").tip

    def pushed_meanwhile():
        repository.branches.place(f"proposal/{name}", newer, tip)
        follow()

    monkeypatch.setattr(wiki.open("handbook").follower, "follow_soon", pushed_meanwhile)
    proposal_decisions.take_in(wiki, ANN, "handbook", name, tip)
    assert "More." in text_of(wiki)
    assert repository.branches.find(f"proposal/{name}").tip == newer


def test_many_open_proposals_are_read_once(furnished: Furnished, monkeypatch):
    wiki, browser = furnished.wiki, furnished.browser("ray")
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    branches = wiki.open("handbook").repository.branches
    tip = branches.find(f"proposal/{name}").tip
    branches.place("proposal/the-same", tip, "")
    assert browser.get(LIST).text.count("Ray Kim") == 2
    with monkeypatch.context() as asking:
        asking.setattr(proposals, "said_by", None)
        assert browser.get(LIST).text.count("Ray Kim") == 2
    pages.save_page(wiki, ANN, "handbook", "Else", "# Else\n", "")
    proposal_decisions.take_in(wiki, ANN, "handbook", name, tip)
    assert proposals.proposals(wiki, ANN, "handbook")[0].commits == 0


def test_a_long_list_goes_on_where_it_ended(furnished: Furnished, monkeypatch):
    wiki, browser = furnished.wiki, furnished.browser("ray")
    monkeypatch.setattr("wiki.web.proposals.MOST_SHOWN", 2)
    repository = wiki.open("handbook").repository
    for number in range(3):
        repository.branches.place(f"proposal/n{number}", repository.head(), "")
    first, rest = browser.get(LIST).text, browser.get(f"{LIST}?after=2").text
    assert f'href="{LIST}?after=2"' in first
    assert [f"{LIST}/n{number}" in first for number in range(3)] == [True, True, False]
    assert [f"{LIST}/n{number}" in rest for number in range(3)] == [False, False, True]
    assert "after=" not in rest
    assert browser.get(f"{LIST}?after=-1").text.count("/n0") == first.count("/n0")


def test_a_branch_of_ones_own_stands_in_the_way_of_nobody(furnished: Furnished):
    wiki = furnished.wiki
    repository = wiki.open("handbook").repository
    repository.branches.place("proposal/ray", repository.head(), "")
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    tip = repository.branches.find(f"proposal/{name}").tip
    repository.branches.place(f"proposal/{name}-{tip[:10]}/x", tip, "")
    proposal_decisions.decline(wiki, ANN, "handbook", f"{name}-{tip[:10]}/x", tip)
    proposal_decisions.decline(wiki, ANN, "handbook", name, tip)


@pytest.mark.parametrize("name", ["nothing", "..", "a..b", "x.lock", "-x", "a/../b", "a b", "é"])
def test_names_that_are_no_proposal(furnished: Furnished, name):
    with pytest.raises(ProposalNotFound):
        proposals.proposal(furnished.wiki, ANN, "handbook", name)
    assert furnished.browser("ann").get(f"{LIST}/{name}").status_code == 404


def test_a_page_says_whether_a_proposal_still_fits_and_what_it_does(furnished: Furnished):
    wiki, browser = furnished.wiki, furnished.browser("ann")
    repository = wiki.open("handbook").repository
    holidays = base_of(wiki)
    files = [FileWrite("people/Holidays.md", None, holidays)]
    files.append(FileWrite("rules/Leave.md", HOLIDAYS.encode(), ""))
    files.append(FileWrite("logo.png", b"\x89PNG\0\1", ""))
    files.append(FileWrite("README.md", None, base_of(wiki, "README.md")))
    files += [
        FileWrite(f"many/{number:03}.md", b"# One\n%d\n" % number, "") for number in range(25)
    ]
    edit = Edit(tuple(files), RAY.author, "Clear up", "push", "", 1_800_000_000)
    repository.propose(edit, "proposal/clear-up")
    page = browser.get(f"{LIST}/clear-up").text
    assert "28 files: 26 new, 1 renamed, 1 deleted" in page
    assert "was people/Holidays" in page
    assert "8 more files" in page
    assert "the space has changed" not in page
    pages.save_page(wiki, ANN, "handbook", "Else", "# Else\n", "")
    assert "the space has changed once. It still fits" in browser.get(f"{LIST}/clear-up").text
    repository.branches.place("proposal/late", repository.head(), "")
    late = browser.get(f"{LIST}/late").text
    assert "There is nothing left to take in" in late
    assert "ann" not in re.findall(r"Proposed by ([^,<]*)", late)
    assert "everything in it is in the space already" in browser.get(LIST).text
    assert decide(browser, wiki, "late").status_code == 303
    assert repository.branches.find("proposal/late") is None


def test_who_proposed_it_may_withdraw_it_on_its_page(furnished: Furnished):
    wiki, ray = furnished.wiki, furnished.browser("ray")
    name = proposed(wiki, HOLIDAYS + "\nMore.\n")
    wiki.open("handbook").repository.branches.place(
        "proposal/other", wiki.open("handbook").repository.head(), ""
    )
    assert "Withdraw</button>" in ray.get(f"{LIST}/{name}").text
    assert "Withdraw</button>" not in ray.get(f"{LIST}/other").text
    assert decide(ray, wiki, name, "decline").status_code == 303
    assert decide(ray, wiki, "other", "decline").status_code == 403
