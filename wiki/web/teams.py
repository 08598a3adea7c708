"""Teams: seen by everybody, named in a form or in the file's own words by those who administer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.analytics.teams import MOST_CHARACTERS, MOST_ENTRIES, MOST_TEAMS, TeamEntry
from wiki.errors import EditConflict, NothingToSave, ParameterInvalid, TeamInvalid
from wiki.services import policy, teams
from wiki.services.report_words import value_words
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.editor_drafts import telling_saved
from wiki.web.errors import keeps_text
from wiki.web.viewer import current_viewer

bp = Blueprint("teams", __name__)


@dataclass(frozen=True, slots=True)
class _Row:
    """A team as the form shows it; ``count`` as it was typed, number or not."""

    team: TeamEntry
    count: str = ""


_EMPTY = _Row(TeamEntry(""))


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps who belongs to which team."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<space>/-/teams")
def shown(space: str) -> str:
    """The teams there are."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    found = teams.view(wiki, viewer, opened)
    return render_template("people/teams.html", space=opened, view=found, words=value_words)


def _again(sentence: str, _status: int, space: str) -> str:
    return _form(_administered(space), sentence)


@bp.get("/<space>/-/teams/edit")
def form(space: str) -> str:
    """A form with every team; or, with ``?source=1``, the file."""
    return _form(_administered(space), "")


@bp.post("/<space>/-/teams/edit")
@keeps_text(_again)
def change(space: str) -> Response | str | tuple[str, int]:
    """Save either, as one version; or only fill it in with what a browser had kept of it."""
    opened = _administered(space)
    if request.form.get("action") == "fill":
        return _form(opened, "")
    wiki, viewer, base = current_wiki(), current_viewer(), request.form.get("base", "")
    try:
        if "source" in request.form:
            teams.save_source(wiki, viewer, space, request.form["source"], base)
        else:
            teams.save(wiki, viewer, space, _given(len(teams.teams_file(opened)[0].teams)), base)
    except EditConflict:
        sentence = (
            "Somebody changed the teams a moment ago. Copy what you typed, and open them again."
        )
        return _form(opened, sentence), 409
    except NothingToSave:
        flash("It is so already; nothing was changed.")
    else:
        flash("Saved. Reports know of it at once.")
    answer = redirect(addresses.tool_address(space, "teams"), 303)
    return telling_saved(answer, f"{space}/teams")


def _form(space: Space, refusal: str) -> str:
    file, base = teams.teams_file(space)
    found = teams.view(current_wiki(), current_viewer(), space)
    is_source = "source" in request.values or bool(file.faults)
    is_given = request.method == "POST" and "source" not in request.form
    rows = _typed() if is_given else [_Row(each, str(each.head_count or "")) for each in file.teams]
    return render_template(
        "people/teams-edit.html",
        space=space,
        rows=[*rows, _EMPTY] if not rows or rows[-1].team.name else rows,
        faults=file.faults,
        source=request.form.get("source", found.text),
        is_source=is_source,
        base=request.form.get("base", base),
        refusal=refusal,
    )


def _typed() -> list[_Row]:
    """The form's teams, whatever stands in them."""
    columns = [request.form.getlist(key) for key in ("name", "people", "addresses", "head_count")]
    if len({len(column) for column in columns}) != 1:
        raise ParameterInvalid("name", "every team has four fields; send them all.")
    rows = list(zip(*columns, strict=True))[: MOST_TEAMS + 1]
    return [_row(name, people, patterns, count) for name, people, patterns, count in rows]


def _row(name: str, people: str, patterns: str, count: str) -> _Row:
    title = " ".join(name.split())[:MOST_CHARACTERS]
    return _Row(TeamEntry(title, _lines(people), _lines(patterns)), count.strip()[:20])


def _given(known: int) -> list[TeamEntry]:
    """The teams to save. One of the ``known`` whose name was emptied is gone, and all it says with it.

    Raises:
        TeamInvalid: a new team has no name, or a number of people is none.
    """
    rows = _typed()
    for row in rows[known:]:
        if not row.team.name and (row.team.people or row.team.addresses or row.count):
            raise TeamInvalid("Nothing is saved yet: give the new team a name.")
    return [replace(row.team, head_count=_head_count(row)) for row in rows if row.team.name]


def _head_count(row: _Row) -> int | None:
    count = row.count
    if not count:
        return None
    if not (count.isascii() and count.isdigit() and 0 < int(count) < 10**7):
        raise TeamInvalid(
            f"Nothing is saved yet: “{count}” in “{row.team.name}” is no number of people. "
            "Write it in digits, such as 12, or leave it empty."
        )
    return int(count)


def _lines(text: str) -> tuple[str, ...]:
    lines = (line.strip()[:MOST_CHARACTERS] for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_ENTRIES]


def _administered(space: str) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.ADMINISTER, space, wiki.settings)
    return opened
