"""What the form of a conflict holds: every stretch of the merge, and what was chosen at each place.

So the text can be put together without looking anything up again, and nothing anybody wrote can get
lost on the way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiki.errors import ParameterInvalid
from wiki.model import ConflictHunk, Met
from wiki.model.drafts import DraftPlace
from wiki.text.left_out import Resolved, left_out

CHOICES = ("together", "theirs", "mine", "both", "edit")
MOST_PLACES = 100
_MOST_HUNKS = 10_000
_KEPT = re.compile(
    r"stretches|origin|tip|(?:same|base|mine|theirs|together|choice|edit|path|over)-\d{1,5}"
)
"""The fields of a form, of a conflict or of a proposal's colliding pages, that are kept with a draft."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The stretches of a merge with what is chosen: for each its ``choices`` ("" where nothing is,
    or nothing need be) and what was written by hand (``own``)."""

    hunks: tuple[ConflictHunk, ...]
    choices: tuple[str, ...]
    own: tuple[str, ...]

    @property
    def met(self) -> Met:
        """How the meeting was settled: ``looked`` if every proposal was taken, else ``resolved``."""
        return "looked" if set(self.choices) <= {"", "together"} else "resolved"

    def text(self, *, complete: bool) -> str:
        """The text that the choices make. Unless it must be ``complete``, a place where nothing was
        chosen keeps both texts.

        Raises:
            ParameterInvalid: nothing is chosen at some place.
        """
        parts: list[str] = []
        for part in self._parts(complete):
            if parts and parts[-1] and not parts[-1].endswith("\n"):
                parts.append("\n")
            parts.append(part)
        return "".join(parts)

    def left_out(self) -> tuple[str, ...]:
        """The words of others that stand nowhere in the places settled."""
        parts = zip(self.hunks, self._parts(complete=False), strict=True)
        return left_out(
            Resolved(hunk.base, hunk.mine, hunk.theirs, part)
            for hunk, part in parts
            if hunk.kind == "conflict"
        )

    def _parts(self, complete: bool) -> Iterator[str]:
        for number, (hunk, choice, own) in enumerate(
            zip(self.hunks, self.choices, self.own, strict=True)
        ):
            if hunk.kind == "same":
                yield hunk.result
            elif choice or not complete:
                yield _chosen(hunk, choice or "both", own)
            else:
                raise ParameterInvalid(f"choice-{number}", "choose one of the versions.")


def settled_in(form: Mapping[str, str]) -> Settled:
    """What a form holds.

    Raises:
        ParameterInvalid: a part of it is missing.
    """
    count = form.get("stretches", "")
    if not count.isascii() or not count.isdigit() or int(count[:9]) > _MOST_HUNKS:
        raise ParameterInvalid("stretches", "it is no number.")
    numbers = range(int(count))
    hunks = tuple(_hunk(form, number) for number in numbers)
    choices = tuple(_choice(form, number, hunk) for number, hunk in enumerate(hunks))
    return Settled(hunks, choices, tuple(_field(form, f"edit-{number}") for number in numbers))


def is_settling(form: Mapping[str, str]) -> bool:
    """Whether it is the form of a conflict, whichever of its buttons was pressed."""
    return "stretches" in form


def kept_fields(form: Mapping[str, str]) -> str:
    """What is kept of such a form, to be shown again as it was left."""
    kept = {name: _field(form, name) for name in form if _KEPT.fullmatch(name)}
    return json.dumps(kept, ensure_ascii=False)


def settled_text(place: DraftPlace, form: Mapping[str, str]) -> str:
    """The text a draft of such a form has: of a page what would come of the choices, of a proposal what
    was written for each page.

    Raises:
        ParameterInvalid: the form is not whole.
    """
    if not place.proposal:
        return settled_in(form).text(complete=False)
    numbers = sorted(int(name[5:]) for name in form if re.fullmatch(r"path-\d{1,5}", name))
    pages = (f"{form[f'path-{n}']}\n\n{_field(form, f'edit-{n}')}" for n in numbers)
    return "\n".join(pages)


def fields_of(kept: str) -> dict[str, str]:
    """The fields again; none from what is not of ``kept_fields``."""
    try:
        found = json.loads(kept) if kept else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: text for name, text in found.items() if isinstance(text, str)}


def both_texts(hunk: ConflictHunk) -> str:
    """Theirs, then mine."""
    theirs = hunk.theirs
    if theirs and hunk.mine and not theirs.endswith("\n"):
        theirs += "\n"
    return theirs + hunk.mine


def in_places(hunks: Sequence[ConflictHunk]) -> tuple[ConflictHunk, ...]:
    """The stretches with at most ``MOST_PLACES`` in conflict: nobody settles more of them one by one,
    nor does a form hold them, so neighbours become one place."""
    conflicts = sum(hunk.kind == "conflict" for hunk in hunks)
    if conflicts <= MOST_PLACES:
        return tuple(hunks)
    each = -(-conflicts // MOST_PLACES)
    places: list[ConflictHunk] = []
    open_ones: list[ConflictHunk] = []
    for hunk in hunks:
        if not open_ones and hunk.kind == "same":
            places.append(hunk)
            continue
        open_ones.append(hunk)
        if sum(one.kind == "conflict" for one in open_ones) == each:
            places.append(_one(open_ones))
            open_ones = []
    return (*places, _one(open_ones)) if open_ones else tuple(places)


def _one(hunks: Sequence[ConflictHunk]) -> ConflictHunk:
    proposals = [hunk.result if hunk.kind == "same" else hunk.proposal for hunk in hunks]
    known = [proposal for proposal in proposals if proposal is not None]
    return ConflictHunk(
        "conflict",
        base="".join(hunk.result or hunk.base for hunk in hunks),
        mine="".join(hunk.result or hunk.mine for hunk in hunks),
        theirs="".join(hunk.result or hunk.theirs for hunk in hunks),
        proposal="".join(known) if len(known) == len(hunks) else None,
    )


def agreed_to(words: tuple[str, ...]) -> str:
    """What the form says if somebody agreed to leave out just these words."""
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:16]


def _hunk(form: Mapping[str, str], number: int) -> ConflictHunk:
    if f"same-{number}" in form:
        return ConflictHunk("same", result=_field(form, f"same-{number}"))
    if f"mine-{number}" not in form or f"theirs-{number}" not in form:
        raise ParameterInvalid(f"mine-{number}", "the form is not whole.")
    base, mine, theirs = (_field(form, f"{side}-{number}") for side in ("base", "mine", "theirs"))
    together = f"together-{number}"
    proposal = _field(form, together) if together in form else None
    return ConflictHunk("conflict", base=base, mine=mine, theirs=theirs, proposal=proposal)


def _choice(form: Mapping[str, str], number: int, hunk: ConflictHunk) -> str:
    choice = form.get(f"choice-{number}", "") if hunk.kind == "conflict" else ""
    missing = (choice == "together" and hunk.proposal is None) or (
        choice == "edit" and f"edit-{number}" not in form
    )
    if (choice and choice not in CHOICES) or missing:
        raise ParameterInvalid(f"choice-{number}", "choose one of the versions.")
    return choice


def _field(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _chosen(hunk: ConflictHunk, choice: str, own: str) -> str:
    texts = {
        "mine": hunk.mine,
        "theirs": hunk.theirs,
        "together": hunk.proposal or "",
        "both": both_texts(hunk),
        "edit": own,
    }
    return texts[choice]
