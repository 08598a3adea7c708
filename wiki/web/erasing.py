"""Taking a name off the wiki, by those who administer it: what it does and what it cannot, then doing it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import AccountInvalid, ErasureRefused
from wiki.services import erasing
from wiki.services.erasing import Trace
from wiki.services.former import called
from wiki.web.addresses import site_address, tool_address
from wiki.web.context import current_wiki
from wiki.web.errors import status_of
from wiki.web.viewer import current_viewer

bp = Blueprint("erasing", __name__)

_Page = tuple[str, int]


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps addresses."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/-/admin/people/<name>/erase")
def account_form(name: str) -> str:
    """Under what the person of an account is named, and what erasing does."""
    return _page(_of_account(name), name, "")


@bp.post("/-/admin/people/<name>/erase")
def erase_account(name: str) -> AnyResponse | _Page:
    """Erase the name, and the account with it."""
    traces = _of_account(name)
    try:
        number = _erased(traces, name)
    except (AccountInvalid, ErasureRefused) as refusal:
        return _page(traces, name, str(refusal)), status_of(refusal)
    flash(f"Done. The wiki shows “{called(number)}” from now on, and the account is deleted.")
    return redirect(site_address("admin/people"), 303)


@bp.get("/<space>/-/identities/<who>/erase")
def person_form(space: str, who: str) -> str:
    """The same for somebody in a history who has no account here."""
    return _page(_of_person(space, who), "", "", space)


@bp.post("/<space>/-/identities/<who>/erase")
def erase_person(space: str, who: str) -> AnyResponse | _Page:
    """Erase the name."""
    traces = _of_person(space, who)
    try:
        number = _erased(traces, "")
    except ErasureRefused as refusal:
        return _page(traces, "", str(refusal), space), status_of(refusal)
    flash(f"Done. The wiki shows “{called(number)}” from now on.")
    return redirect(tool_address(space, "identities"), 303)


def _of_account(name: str) -> list[Trace]:
    return erasing.traces_of_account(current_wiki(), current_viewer(), name)


def _of_person(space: str, who: str) -> list[Trace]:
    return erasing.traces_of_person(current_wiki(), current_viewer(), space, who)


def _erased(traces: Sequence[Trace], account: str) -> int:
    chosen = set(request.form.getlist("trace"))
    if request.form.get("sure") != "1":
        raise ErasureRefused("Tick that you know that it cannot be taken back.")
    authors = [each.author for each in traces if each.mark in chosen]
    return erasing.erase(current_wiki(), current_viewer(), authors, account)


def _page(traces: Sequence[Trace], account: str, refusal: str, space: str = "") -> str:
    ticked = set(request.form.getlist("trace"))
    return render_template(
        "people/erase.html",
        traces=traces,
        chosen=ticked or {each.mark for each in traces if each.certain},
        account=account,
        refusal=refusal,
        back=tool_address(space, "identities")
        if space
        else site_address(f"admin/people/{quote(account, safe='')}"),
    )
