"""Drafts: kept for their owner alone, never overwritten by another tab, bounded, and dropped in time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.clocks import Clock
from wiki.config import Limits, Settings, WikiSettings
from wiki.errors import DraftElsewhere, DraftGone, DraftsFull, SignInNeeded, TooManyAttempts
from wiki.model import ANONYMOUS, Role
from wiki.model.drafts import DraftPlace, Typed
from wiki.services.accounts import OPERATOR, Accounts
from wiki.services.drafts import AT_WORK_SECONDS, DRAFT_DAYS, AtWork, Drafts

PLACE = DraftPlace("handbook", "people/Holidays")


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Path:
    """A folder with three accounts, to be copied: hashing passwords takes its time."""
    folder = tmp_path_factory.mktemp("accounts") / "instance"
    made = accounts_in(folder)
    made.prepare()
    for name, shown in (("ann", "Ann Lee"), ("ben", ""), ("boss", "")):
        made.add(OPERATOR, name, Role.ADMIN if name == "boss" else Role.EDITOR, shown)
    made.close()
    return folder


def accounts_in(folder: Path, clock: Clock | None = None) -> Accounts:
    settings = replace(Settings(), wiki=WikiSettings(instance=folder))
    return Accounts(settings, clock=clock or Clock())


@pytest.fixture
def people(instance, tmp_path, clock):
    shutil.copytree(instance, tmp_path / "instance")
    made = accounts_in(tmp_path / "instance", clock)
    yield made
    made.close()


@pytest.fixture
def drafts(people, clock):
    return Drafts(people.database, Limits(draft_count=3, draft_bytes=100), clock=clock)


@pytest.fixture
def ann(people):
    return people.account("ann").viewer


@pytest.fixture
def ben(people):
    return people.account("ben").viewer


def typed(text, writer="tab", step=1, over=0, place=PLACE):
    return Typed(place, text, "b" * 40, writer=writer, step=step, over=over)


def text_of(drafts, viewer, place=PLACE):
    draft = drafts.find(viewer, place)
    return draft.text if draft else None


def test_one_editor_writes_on(drafts, ann, clock):
    assert drafts.keep(ann, typed("one")).revision == 1
    clock.now += 10
    kept = drafts.keep(ann, typed("two", step=2, over=1))
    assert (kept.revision, kept.at) == (2, 1_800_000_010)
    draft = drafts.find(ann, PLACE)
    assert (draft.text, draft.base, draft.size, draft.created_at) == (
        "two", "b" * 40, 3, 1_800_000_000,
    )  # fmt: skip


def test_what_was_overtaken_on_its_way_replaces_nothing(drafts, ann):
    drafts.keep(ann, typed("newer", step=5))
    with pytest.raises(DraftElsewhere):
        drafts.keep(ann, typed("older", step=4))
    assert text_of(drafts, ann) == "newer"


def test_an_answer_that_was_lost_hinders_nothing(drafts, ann):
    drafts.keep(ann, typed("one", step=1, over=0))
    assert drafts.keep(ann, typed("two", step=2, over=0)).revision == 2


def test_another_tab_replaces_only_what_it_says_it_knows(drafts, ann):
    drafts.keep(ann, typed("here", writer="here"))
    with pytest.raises(DraftElsewhere) as refused:
        drafts.keep(ann, typed("there", writer="there"))
    assert refused.value.draft.text == "here"
    assert text_of(drafts, ann) == "here"
    drafts.keep(ann, typed("there", writer="there", over=refused.value.draft.revision))
    assert text_of(drafts, ann) == "there"
    with pytest.raises(DraftElsewhere):
        drafts.keep(ann, typed("here again", writer="here", step=2, over=1))


def test_a_draft_saved_elsewhere_does_not_come_back_by_itself(drafts, ann):
    drafts.keep(ann, typed("one"))
    drafts.forget_saved(ann, typed("one", over=1))
    with pytest.raises(DraftGone):
        drafts.keep(ann, typed("late", step=2, over=1))
    assert text_of(drafts, ann) is None


@pytest.mark.parametrize(
    ("saved", "forgotten"),
    [
        (typed("x", writer="tab"), True),
        (typed("x", writer="other", over=1), True),
        (typed("kept", writer="other"), True),
        (typed("x", writer="other"), False),
        (typed("kept", place=DraftPlace("handbook", "people/Holidays", "how")), False),
    ],
)
def test_saving_forgets_what_was_saved_and_no_other_text(drafts, ann, saved, forgotten):
    drafts.keep(ann, typed("kept"))
    drafts.forget_saved(ann, saved)
    assert (text_of(drafts, ann) is None) is forgotten


def test_r028_nobody_else_gets_a_draft_not_even_who_administers(drafts, ann, ben, people):
    drafts.keep(ann, typed("mine alone"))
    draft = drafts.find(ann, PLACE)
    for other in (ben, people.account("boss").viewer, OPERATOR, ANONYMOUS):
        assert drafts.find(other, PLACE) is None
        assert drafts.open(other, draft.id) is None
        assert list(drafts.of(other)) == []
        assert drafts.count(other) == 0
    drafts.discard(ben, draft.id)
    drafts.forget_saved(ben, typed("mine alone", over=9))
    assert text_of(drafts, ann) == "mine alone"
    with pytest.raises(SignInNeeded):
        drafts.keep(ANONYMOUS, typed("nobody's"))


def test_a003_an_account_made_anew_inherits_no_draft(drafts, ann, people):
    drafts.keep(ann, typed("mine"))
    people.remove(OPERATOR, "ann")
    people.add(OPERATOR, "ann", Role.EDITOR)
    assert text_of(drafts, people.account("ann").viewer) is None
    with people.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM drafts").scalar_one() == 0


def test_lists_are_the_latest_first_and_without_texts(drafts, ann, clock):
    pages = [DraftPlace("handbook", "a\udcff"), DraftPlace("other", "", "key"), PLACE]
    for place in pages:
        drafts.keep(ann, typed("text", place=place))
        clock.now += 1
    found = drafts.of(ann)
    assert [draft.place for draft in found] == pages[::-1]
    assert {draft.text for draft in found} == {""}
    assert [draft.place.space for draft in drafts.of(ann, "other")] == ["other"]
    assert drafts.count(ann) == 3


def test_d014_too_many_drafts_are_refused_and_none_is_dropped(drafts, ann, ben):
    for name in "abc":
        drafts.keep(ann, typed("x", place=DraftPlace("handbook", name)))
    with pytest.raises(DraftsFull, match="3 drafts"):
        drafts.keep(ann, typed("x", place=DraftPlace("handbook", "d")))
    drafts.keep(ann, typed("longer", step=2, place=DraftPlace("handbook", "a")))
    drafts.keep(ben, typed("x"))
    assert drafts.count(ann) == 3


def test_d014_drafts_have_so_much_room_together(drafts, ann):
    drafts.keep(ann, typed("x" * 60, place=DraftPlace("handbook", "a")))
    with pytest.raises(DraftsFull):
        drafts.keep(ann, typed("x" * 41, place=DraftPlace("handbook", "b")))
    drafts.keep(ann, typed("x" * 100, step=2, place=DraftPlace("handbook", "a")))
    with pytest.raises(DraftsFull):
        drafts.keep(ann, typed("x" * 101, step=3, place=DraftPlace("handbook", "a")))
    drafts.keep(ann, typed("", step=4, place=DraftPlace("handbook", "a")))


def test_d018_a_flood_is_refused_with_the_time_to_wait(drafts, ann, ben, clock):
    for step in range(1, 60):
        drafts.keep(ann, typed(f"{step}", step=step))
    with pytest.raises(TooManyAttempts) as refused:
        drafts.keep(ann, typed("more", step=60))
    drafts.keep(ben, typed("others go on"))
    clock.now += refused.value.wait_seconds
    drafts.keep(ann, typed("after a moment", step=2000))
    assert text_of(drafts, ann) == "after a moment"


def test_d018_large_texts_use_their_turns_up_sooner(people, ann, clock):
    drafts = Drafts(people.database, Limits(), clock=clock)
    drafts.keep(ann, typed("x" * 1_900_000, step=1))
    with pytest.raises(TooManyAttempts):
        drafts.keep(ann, typed("x" * 1_900_000, step=2))


def test_what_nobody_touched_for_long_is_dropped(drafts, ann, clock):
    drafts.keep(ann, typed("old", place=DraftPlace("handbook", "old")))
    clock.now += DRAFT_DAYS * 86400
    drafts.keep(ann, typed("new"))
    assert drafts.tidy() == 0
    clock.now += 1
    assert drafts.tidy() == 1
    assert [draft.place for draft in drafts.of(ann)] == [PLACE]


def test_two_at_one_page_are_told_of_each_other_by_name_and_no_more(drafts, ann, ben, clock):
    assert drafts.keep(ann, typed("x")).others == ()
    clock.now += 60
    section = DraftPlace("handbook", "people/Holidays", "how")
    assert drafts.keep(ben, typed("y", place=section)).others == (AtWork("Ann Lee", 1_800_000_000),)
    assert drafts.others(ann, "handbook", "people/Holidays") == (AtWork("ben", 1_800_000_060),)
    assert drafts.others(ann, "other", "people/Holidays") == ()
    clock.now += AT_WORK_SECONDS + 1
    assert drafts.others(ann, "handbook", "people/Holidays") == ()
    drafts.keep(ben, typed("z", step=2, place=section))
    (again,) = drafts.others(ann, "handbook", "people/Holidays")
    assert again.since == clock.now


def test_whoever_is_shut_out_is_not_at_work_any_more(drafts, ann, ben, people):
    drafts.keep(ben, typed("y"))
    people.set_disabled(OPERATOR, "ben", True)
    assert drafts.others(ann, "handbook", "people/Holidays") == ()
    assert drafts.others(ann, "handbook", "") == ()
