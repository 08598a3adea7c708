"""What a space is for, in the browser: read by all, written by a form that loses nothing."""

from __future__ import annotations

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from wiki.services.charters import open_charter

PAGE = "/handbook/-/charter"
FORM = "/handbook/-/charter/edit"


def fields(furnished: Furnished, **given: str) -> dict[str, str]:
    empty = dict.fromkeys(
        ("title", "purpose", "audience", "since", "until", "review_days", "head_count", "reason"),
        "",
    )
    return empty | {"base": open_charter(furnished.wiki.open("handbook")).base} | given


def goal(place: int, figure: str, target: str, by: str = "", **other: str) -> dict[str, str]:
    values = {
        "figure": figure,
        "sense": "least",
        "target": target,
        "by": by,
        "words": "",
        "days": "",
    }
    return {f"goal-{place}-{key}": value for key, value in (values | other).items()}


def test_a_manager_writes_a_charter_without_knowing_its_language(furnished: Furnished) -> None:
    ann = furnished.browser("ann")
    assert "does not say what it is for" in ann.get(PAGE).text
    assert "Contributors" in ann.get(FORM).text
    answer = ann.submit(
        FORM,
        **fields(furnished, title="Handbook", purpose="All a newcomer needs.", head_count="1,200"),
        **goal(1, "participation.contributors", "25", "2027-03-31", words="Twenty-five of us"),
        **goal(2, "independence.outside", "12.5"),
    )
    assert answer.status_code == 303, answer.text
    catch_up(furnished.wiki)
    charter = open_charter(furnished.wiki.open("handbook")).charter
    assert charter.purpose.head_count == 1200
    assert [(goal.target, goal.least) for goal in charter.purpose.goals] == [
        (25, True),
        (0.125, True),
    ]
    page = furnished.browser().get(PAGE).text
    assert "All a newcomer needs." in page
    assert "Twenty-five of us" in page
    assert "at least 12.5 %" in page
    assert "31 March 2027" in page
    form = ann.get(FORM).text
    assert 'value="12.5 %"' in form
    assert "Goal 2" in form
    assert "Another goal" in form


def test_mistakes_are_told_beside_their_fields_and_nothing_typed_is_lost(
    furnished: Furnished,
) -> None:
    ann = furnished.browser("ann")
    answer = ann.submit(
        FORM,
        **fields(furnished, purpose="Typed with care.", since="soon", head_count="many"),
        **goal(1, "", "lots", words="More of us"),
    )
    assert answer.status_code == 422
    for text in (
        "Typed with care.",
        "Write a day",
        "Write a whole number",
        "Write a number",
        "Choose what",
        "More of us",
    ):
        assert text in answer.text
    assert not open_charter(furnished.wiki.open("handbook")).charter.written


def test_a_conflict_shows_both(furnished: Furnished) -> None:
    ann, boss = furnished.browser("ann"), furnished.browser("boss")
    opened = fields(furnished)
    assert boss.submit(FORM, **(opened | {"purpose": "The boss’s words."})).status_code == 303
    answer = ann.submit(FORM, **(opened | {"purpose": "Ann’s words."}))
    assert answer.status_code == 409
    assert "The boss’s words." in answer.text
    assert "Ann’s words." in answer.text
    base = open_charter(furnished.wiki.open("handbook")).base
    assert f'name="base" value="{base}"' in answer.text


def test_readers_read_and_half_a_form_changes_nothing(furnished: Furnished) -> None:
    ray = furnished.browser("ray")
    assert ray.get(PAGE).status_code == 200
    assert FORM not in ray.get(PAGE).text
    assert ray.get(FORM).status_code == 403
    answer = furnished.browser("ann").submit(FORM, purpose="x", base="")
    assert answer.status_code == 400
    assert not open_charter(furnished.wiki.open("handbook")).charter.written


def test_what_was_typed_is_text_and_no_markup(furnished: Furnished) -> None:
    ann = furnished.browser("ann")
    evil = '"><script>alert(1)</script>'
    assert (
        ann.submit(FORM, **fields(furnished, title=evil, purpose=evil, audience=evil)).status_code
        == 303
    )
    for address in (PAGE, FORM):
        assert "<script>alert" not in ann.get(address).text
