"""What a space is for: read by everybody who may read it, written by everybody who may edit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.analytics.figures import Meaning
from wiki.analytics.measuring import GOAL_FIGURES
from wiki.analytics.registry import REPORTS
from wiki.errors import EditConflict, NothingToSave
from wiki.model import Charter, Goal
from wiki.services import policy
from wiki.services.charter_forms import CharterForm, charter_of, filled, target_words, typed
from wiki.services.charters import open_charter, save_charter
from wiki.services.space import Space
from wiki.services.writing import SUMMARY_CHARACTERS
from wiki.text.charter import read_charter
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.editor_drafts import telling_saved
from wiki.web.errors import keeps_text
from wiki.web.viewer import current_viewer

bp = Blueprint("charter", __name__)

_FormPage = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal in words; ``href`` leads to the report its figure is in ("" if there is none)."""

    words: str
    figure: str
    target: str
    by: int | None
    href: str


def _again(sentence: str, _status: int, space: str) -> str:
    return _form(_editable(space), typed(request.form), _base(), refusal=sentence)


@bp.get("/<space>/-/charter")
def show(space: str) -> str:
    """The charter, and the goals in it."""
    opened = current_wiki().space(current_viewer(), space)
    return render_template(
        "charter/show.html", space=opened, **_told(opened, open_charter(opened).charter)
    )


@bp.get("/<space>/-/charter/edit")
def edit(space: str) -> str:
    """The charter as a form."""
    opened = _editable(space)
    known = open_charter(opened)
    return _form(opened, filled(known.charter), known.base, faults=known.charter.faults)


@bp.post("/<space>/-/charter/edit")
@keeps_text(_again)
def save(space: str) -> _FormPage:
    """Save it as one version, unless something is wrong or was changed by somebody else; or only
    fill the form in with what a browser had kept of it."""
    opened = _editable(space)
    form = typed(request.form)
    if request.form.get("action") == "fill":
        return _form(opened, form, _base())
    charter = charter_of(form)
    if charter is None:
        return _form(opened, form, _base(), refusal="Some of it needs another look."), 422
    try:
        save_charter(current_wiki(), current_viewer(), space, charter, _base(), _reason())
    except EditConflict as conflict:
        collision = conflict.collisions[0]
        theirs = read_charter(collision.theirs or "")
        return _form(opened, form, collision.theirs_oid, theirs=theirs), 409
    except NothingToSave:
        flash("Nothing was changed.", "info")
    else:
        flash("Saved. The reports measure these goals from now on.")
    answer = redirect(addresses.tool_address(space, "charter"), 303)
    return telling_saved(answer, f"{space}/charter")


def _form(
    space: Space,
    form: CharterForm,
    base: str,
    *,
    refusal: str = "",
    faults: tuple[str, ...] = (),
    theirs: Charter | None = None,
) -> str:
    return render_template(
        "charter/edit.html",
        space=space,
        form=form,
        base=base,
        reason=_reason(),
        refusal=refusal,
        faults=faults,
        theirs=_told(space, theirs) if theirs is not None else None,
        figures=_figures(),
    )


def _figures() -> list[tuple[str, list[tuple[str, Meaning]]]]:
    """What a goal may be about, report by report."""
    found: dict[str, list[tuple[str, Meaning]]] = {}
    for key, meaning in GOAL_FIGURES.items():
        found.setdefault(key.partition(".")[0], []).append((key, meaning))
    return [(_report_title(name), figures) for name, figures in found.items()]


def _report_title(name: str) -> str:
    return REPORTS[name].title if name in REPORTS else name.capitalize()


def _told(space: Space, charter: Charter) -> dict[str, object]:
    goals = [_goal_view(space, goal) for goal in charter.purpose.goals]
    return {"charter": charter, "purpose": charter.purpose, "goals": goals}


def _goal_view(space: Space, goal: Goal) -> GoalView:
    meaning = GOAL_FIGURES.get(goal.figure)
    report = goal.figure.partition(".")[0]
    return GoalView(
        goal.words,
        meaning.title if meaning else goal.figure,
        f"{'at least' if goal.least else 'at most'} {target_words(goal)}",
        goal.by,
        addresses.tool_address(space.name, "reports", report) if report in REPORTS else "",
    )


def _editable(space: str) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.EDIT, space, wiki.settings)
    return opened


def _base() -> str:
    return request.form.get("base", "")[:64]


def _reason() -> str:
    return request.form.get("reason", "")[:SUMMARY_CHARACTERS].strip()
