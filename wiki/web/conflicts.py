"""The page on which a person settles a conflict, and the text that comes of it.

The form carries every stretch of the merge, so what is chosen can be put together without looking
anything up again, and nothing anybody wrote can get lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import render_template

from wiki.errors import ParameterInvalid, StrataError
from wiki.model import Collision, ConflictHunk
from wiki.services.space import Space
from wiki.text.diff import Row, diff_lines
from wiki.web.editor import Editor

_SHOWN_LINES = 4
_MOST_HUNKS = 10_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch as the form shows it.

    ``rows`` compare theirs (old) with mine (new). Of text that is the same on both sides only the
    ``head`` and ``tail`` lines are shown, with ``hidden`` lines between.
    """

    number: int
    hunk: ConflictHunk
    rows: tuple[Row, ...] = ()
    both: str = ""
    head: str = ""
    tail: str = ""
    hidden: int = 0


def show_conflict(space: Space, editor: Editor, collision: Collision) -> str:
    """The page with both versions side by side."""
    try:
        theirs = space.history.last_change(collision.path)
    except StrataError:
        theirs = None
    stretches = list(_stretches(collision))
    return render_template(
        "editing/conflict.html",
        space=space,
        editor=editor,
        collision=collision,
        stretches=stretches,
        conflicts=sum(stretch.hunk.kind == "conflict" for stretch in stretches),
        theirs=theirs,
    )


def resolved_text(form: Mapping[str, str], *, complete: bool) -> str:
    """The text that the choices in the form make. Unless it must be ``complete``, a place where
    nothing was chosen keeps both texts.

    Raises:
        ParameterInvalid: a part of the form is missing.
    """
    parts: list[str] = []
    count = form.get("stretches", "")
    if not count.isascii() or not count.isdigit() or int(count) > _MOST_HUNKS:
        raise ParameterInvalid("stretches", "it is no number.")
    for number in range(int(count)):
        part = _chosen(form, number, complete).replace("\r\n", "\n")
        if parts and parts[-1] and not parts[-1].endswith("\n"):
            parts.append("\n")
        parts.append(part)
    return "".join(parts)


def both_texts(hunk: ConflictHunk) -> str:
    """Theirs, then mine."""
    theirs = hunk.theirs
    if theirs and hunk.mine and not theirs.endswith("\n"):
        theirs += "\n"
    return theirs + hunk.mine


def _chosen(form: Mapping[str, str], number: int, complete: bool) -> str:
    if f"same-{number}" in form:
        return form[f"same-{number}"]
    choice = form.get(f"choice-{number}", "" if complete else "both")
    if choice not in {"mine", "theirs", "both", "edit"} or f"{choice}-{number}" not in form:
        raise ParameterInvalid(f"choice-{number}", "choose one of the versions.")
    return form[f"{choice}-{number}"]


def _stretches(collision: Collision) -> Iterator[Stretch]:
    for number, hunk in enumerate(collision.hunks):
        if hunk.kind == "conflict":
            rows = tuple(
                row for rows in diff_lines(hunk.theirs, hunk.mine, 1000).hunks for row in rows
            )
            yield Stretch(number, hunk, rows, both_texts(hunk))
        else:
            yield _same(number, hunk, len(collision.hunks))


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
