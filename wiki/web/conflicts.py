"""The page on which a person settles a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import render_template

from wiki.model import Collision, ConflictHunk, page_name
from wiki.services import meeting
from wiki.services.space import Space
from wiki.text.word_changes import Piece, word_changes
from wiki.web.context import current_wiki
from wiki.web.editor import Editor
from wiki.web.editor_drafts import beside, names_text
from wiki.web.settling import Settled, agreed_to, both_texts, in_places, settled_in
from wiki.web.viewer import current_viewer

_SHOWN_LINES = 4
_MARKED_CHARACTERS = 300_000
"""Beyond so much text in conflict, changed words are no longer looked for."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch as the form shows it; ``who`` wrote the other side's text.

    ``theirs``, ``mine`` and ``together`` are marked against what was there before. Of text that is the
    same on both sides only the ``head`` and ``tail`` lines are shown, with ``hidden`` lines between.
    """

    number: int
    hunk: ConflictHunk
    choice: str = ""
    own: str = ""
    theirs: tuple[Piece, ...] = ()
    mine: tuple[Piece, ...] = ()
    together: tuple[Piece, ...] = ()
    head: str = ""
    tail: str = ""
    hidden: int = 0
    who: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words of others that the choices leave out; ``agreed`` is what the form says when it is sent
    again all the same."""

    words: tuple[str, ...]
    agreed: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the page tells besides: why nothing was saved, that one ``must_sign_in``, what the choices
    leave out, and that they are ``earlier`` ones, of a draft or sent before."""

    refusal: str = ""
    must_sign_in: bool = False
    left_out: LeftOut | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """Which texts meet: the person's was made from ``origin`` ("" if that is gone), the other one is
    ``theirs``, of the page that is called ``name`` now."""

    origin: str
    theirs: str
    name: str


def show_conflict(space: Space, editor: Editor, collision: Collision) -> str:
    """The page with both versions side by side, proposals chosen already."""
    hunks = in_places(collision.hunks)
    choices = ("" if hunk.proposal is None else "together" for hunk in hunks)
    own = (both_texts(hunk) if hunk.proposal is None else hunk.proposal for hunk in hunks)
    settled = Settled(hunks, tuple(choices), tuple(own))
    origin = "" if collision.base is None else editor.base
    met = Meeting(origin, collision.theirs_oid, page_name(collision.path))
    return _page(space, editor, settled, met, Told())


def show_again(space: Space | None, editor: Editor, form: Mapping[str, str], told: Told) -> str:
    """The page as it was left or sent. Without the right to read the space it tells nothing of it.

    Raises:
        ParameterInvalid: the form is not whole.
    """
    met = Meeting(form.get("origin", ""), editor.base, editor.name)
    return _page(space, editor, settled_in(form), met, told)


def question(space: Space, editor: Editor, form: Mapping[str, str]) -> str | None:
    """The same page as it was sent, asking whether words of others shall be left out; None if none
    would be, or that was agreed to."""
    settled = settled_in(form)
    words = settled.left_out()
    agreed = agreed_to(words)
    if not words or form.get("leaving_out") == agreed:
        return None
    told = Told(left_out=LeftOut(words, agreed), earlier=True)
    return show_again(space, editor, form, told)


def _page(space: Space | None, editor: Editor, settled: Settled, met: Meeting, told: Told) -> str:
    others = _others(space, met)
    around = beside(space, editor)
    stretches = list(_stretches(settled, others))
    left = told.left_out.words if told.left_out else ()
    return render_template(
        "editing/conflict.html",
        space=space,
        editor=editor,
        met=met,
        stretches=stretches,
        conflicts=sum(stretch.hunk.kind == "conflict" for stretch in stretches),
        proposed=sum(stretch.hunk.proposal is not None for stretch in stretches),
        who=names_text(others.names),
        whose=names_text(others.whose(left)),
        several=len(others.names) > 1,
        oneself=others.oneself,
        told=told,
        others=around.others,
        newer=around.newer if told.earlier else None,
    )


def _others(space: Space | None, met: Meeting) -> meeting.Others:
    if space is None:
        return meeting.Others()
    return meeting.others(current_wiki(), current_viewer(), space, met.name, met.origin)


def _stretches(settled: Settled, others: meeting.Others) -> Iterator[Stretch]:
    room = _MARKED_CHARACTERS
    for number, hunk in enumerate(settled.hunks):
        if hunk.kind == "same":
            yield _same(number, hunk, len(settled.hunks))
            continue
        room -= len(hunk.base) + len(hunk.mine) + len(hunk.theirs)
        mark = word_changes if room >= 0 else _unmarked
        # The suggestion is to be read as it will stand: what is gone does not show.
        together = mark(hunk.base, hunk.proposal or "")
        yield Stretch(
            number,
            hunk,
            settled.choices[number],
            settled.own[number],
            mark(hunk.base, hunk.theirs),
            mark(hunk.base, hunk.mine),
            tuple(piece for piece in together if piece.did != "removed"),
            who=names_text(others.at(hunk)),
        )


def _unmarked(_old: str, new: str) -> tuple[Piece, ...]:
    return (Piece("kept", new),)


def _same(number: int, hunk: ConflictHunk, count: int) -> Stretch:
    lines = hunk.result.splitlines()
    head = lines[:_SHOWN_LINES] if number else []
    rest = lines[len(head) :]
    tail = rest[-_SHOWN_LINES:] if number < count - 1 else []
    return Stretch(
        number,
        hunk,
        head="\n".join(head),
        tail="\n".join(tail),
        hidden=len(rest) - len(tail),
    )
