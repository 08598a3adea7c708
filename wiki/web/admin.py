"""Administration: people, spaces, health, and the log of who changed whose rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import AccountInvalid, NotAllowed, ParameterInvalid, StrataError
from wiki.model import Role
from wiki.services.checks import check, worst
from wiki.services.policy import Action, allow
from wiki.web.addresses import site_address
from wiki.web.context import current_wiki
from wiki.web.errors import status_of
from wiki.web.viewer import accounts, current_viewer

bp = Blueprint("admin", __name__, url_prefix="/-/admin")

_ROLES = {role.name.lower(): role for role in (Role.READER, Role.EDITOR, Role.ADMIN)}
_FIELDS = ("name", "role", "shown_name", "email")

_Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One line of the list of spaces; ``pages`` None while they are being counted."""

    name: str
    title: str
    branch: str
    head: str | None
    pages: int | None


@bp.before_request
def refuse_others() -> None:
    """Only administrators; whoever else tries is noted."""
    viewer = current_viewer()
    try:
        allow(viewer, Action.ADMINISTER, "", current_wiki().settings)
    except NotAllowed:
        accounts().record(
            viewer.account, "refused", request.path, request.method, request.remote_addr or ""
        )
        raise


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps what only administrators may see, least of all a one-time password."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
def start() -> AnyResponse:
    """People are what administrators come for."""
    return redirect(site_address("admin/people"))


@bp.get("/people")
def people() -> str:
    """Everybody with an account."""
    return _people_page({}, "")


@bp.post("/people")
def add_person() -> str | _Page:
    """Make an account and show its one-time password, once."""
    given = {field: request.form.get(field, "") for field in _FIELDS}
    try:
        account, password = accounts().add(
            current_viewer(),
            given["name"],
            _role(given["role"]),
            given["shown_name"],
            given["email"],
        )
    except AccountInvalid as refusal:
        return _people_page(given, str(refusal)), status_of(refusal)
    return render_template("admin/one-time.html", name=account.name, password=password)


@bp.get("/people/<name>")
def person(name: str) -> str:
    """One account, and what can be changed about it."""
    return _person_page(name, "")


@bp.post("/people/<name>/role")
def change_role(name: str) -> AnyResponse | _Page:
    """Give the account another role."""
    try:
        accounts().set_role(current_viewer(), name, _role(request.form.get("role", "")))
    except AccountInvalid as refusal:
        return _person_page(name, str(refusal)), status_of(refusal)
    flash(f"{name} has another role now.")
    return redirect(_person_address(name), 303)


@bp.post("/people/<name>/address")
def confirm_address(name: str) -> AnyResponse | _Page:
    """Vouch that the account's address is this person's."""
    try:
        accounts().confirm_email(current_viewer(), name)
    except AccountInvalid as refusal:
        return _person_page(name, str(refusal)), status_of(refusal)
    flash(f"The address of {name} is confirmed.")
    return redirect(_person_address(name), 303)


@bp.post("/people/<name>/disable")
def disable(name: str) -> AnyResponse | _Page:
    """Shut the account out."""
    return _set_disabled(name, disabled=True)


@bp.post("/people/<name>/enable")
def enable(name: str) -> AnyResponse | _Page:
    """Let the account in again."""
    return _set_disabled(name, disabled=False)


@bp.post("/people/<name>/reset")
def reset(name: str) -> str:
    """Make a one-time password and show it, once."""
    account = accounts().account(name)
    password = accounts().reset_password(current_viewer(), name)
    return render_template("admin/one-time.html", name=account.name, password=password)


@bp.get("/spaces")
def spaces() -> str:
    """Every space."""
    rows = [_space_row(name) for name in current_wiki().space_names()]
    return render_template("admin/spaces.html", rows=rows)


@bp.get("/health")
def health() -> str:
    """What ``strata check`` finds without looking into every object."""
    findings = check(current_wiki())
    return render_template("admin/health.html", findings=findings, state=worst(findings))


@bp.get("/log")
def log() -> str:
    """The newest rows of the audit log."""
    return render_template("admin/log.html", rows=accounts().audit(current_viewer()))


def _set_disabled(name: str, *, disabled: bool) -> AnyResponse | _Page:
    try:
        accounts().set_disabled(current_viewer(), name, disabled)
    except AccountInvalid as refusal:
        return _person_page(name, str(refusal)), status_of(refusal)
    flash(f"{name} is {'shut out' if disabled else 'let in again'}.")
    return redirect(_person_address(name) if disabled else site_address("admin/people"), 303)


def _role(written: str) -> Role:
    if written not in _ROLES:
        raise ParameterInvalid("role", f"choose one of {', '.join(_ROLES)}.")
    return _ROLES[written]


def _people_page(given: Mapping[str, str], refusal: str) -> str:
    shown = {field: given.get(field, "")[:200] for field in _FIELDS}
    return render_template(
        "admin/people.html",
        accounts=accounts().all(),
        given=shown,
        refusal=refusal,
        person_url=_person_address,
    )


def _person_page(name: str, refusal: str) -> str:
    return render_template(
        "admin/person.html",
        account=accounts().account(name),
        refusal=refusal,
        person_url=_person_address,
    )


def _person_address(name: str, act: str = "") -> str:
    tail = f"/{act}" if act else ""
    return site_address(f"admin/people/{quote(name, safe='')}{tail}")


def _space_row(name: str) -> SpaceRow:
    """A damaged space is listed too; the health page says what is wrong."""
    try:
        space = current_wiki().space(current_viewer(), name)
        head = space.repository.head()
        pages = space.catalogue.count()
        return SpaceRow(name, space.title, space.repository.branch, head, pages)
    except StrataError:
        return SpaceRow(name, name, "", None, None)
