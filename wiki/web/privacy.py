"""How people are shown in a space's reports: told to everybody, set by those who administer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.analytics.question import Naming
from wiki.errors import EditConflict, NothingToSave, SignInNeeded
from wiki.services import policy, privacy, selves
from wiki.services.space import Space
from wiki.services.space_files import space_file
from wiki.services.writing import SUMMARY_CHARACTERS
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import keeps_text
from wiki.web.viewer import accounts, current_account, current_viewer

bp = Blueprint("privacy", __name__)

CHOICES: tuple[tuple[Naming, str, str], ...] = (
    (
        "aggregate",
        "Nobody: groups of five and more",
        "No report tells anything about fewer than five people, nor what would give it away.",
    ),
    (
        "pseudonymous",
        "By letters",
        "Lists of people behind a figure show letters that stay the same. Tables of pages and drawings show no person, and whoever knows the history well may still guess whose letters some are.",
    ),
    (
        "named",
        "By name",
        "Tables name people, and everybody who may read this space may open each person’s figures.",
    ),
)


def _again(sentence: str, _status: int, space: str) -> str:
    return _shown(_administered(space), sentence)


@bp.get("/<space>/-/privacy")
def form(space: str) -> str:
    """How people are shown here, since when, and by whose decision."""
    return _shown(current_wiki().space(current_viewer(), space), "")


@bp.post("/<space>/-/privacy")
@keeps_text(_again)
def change(space: str) -> Response | tuple[str, int]:
    """Set it, as one version with its author."""
    opened = _administered(space)
    wanted = request.form.get("people", "")
    reason = request.form.get("reason", "")[:SUMMARY_CHARACTERS].strip()
    base = request.form.get("base", "")
    try:
        privacy.change_naming(current_wiki(), current_viewer(), space, wanted, base, reason)
    except EditConflict:
        sentence = "Somebody changed this setting a moment ago. Look at it again before you do."
        return _shown(opened, sentence), 409
    except NothingToSave:
        flash("It is so already; nothing was changed.")
    else:
        flash("Saved. Every report says so from now on, and that you decided it.")
    return redirect(addresses.tool_address(space, "privacy"), 303)


@bp.post("/-/account/reports")
def leave() -> Response:
    """Keep one's own name out of every report, or let it in again."""
    account = current_account()
    if account is None or account.one_time:
        raise SignInNeeded("see your account")
    leaves = request.form.get("leave") == "1"
    accounts().leave_named_reports(account, leaves)
    flash(
        "No report names you from now on." if leaves else "Reports that name people may name you."
    )
    return redirect(addresses.site_address("account"), 303)


def _shown(space: Space, refusal: str) -> str:
    wiki, viewer = current_wiki(), current_viewer()
    return render_template(
        "people/privacy.html",
        space=space,
        standing=privacy.standing(space, wiki),
        past=privacy.past(space, wiki),
        base=space_file(space, privacy.REPORTS_FILE).oid,
        choices=CHOICES,
        chosen=request.form.get("people") or privacy.naming_of(space),
        reason=request.form.get("reason", "")[:SUMMARY_CHARACTERS],
        refusal=refusal,
        own=sorted(selves.own_marks(wiki, viewer, space)),
        minimum=privacy.SMALLEST_GROUP,
        notice=wiki.settings.reports.notice,
        auditors=wiki.settings.people.auditors,
        looks_days=wiki.settings.people.looks_days,
    )


def _administered(space: str) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.ADMINISTER, space, wiki.settings)
    return opened
