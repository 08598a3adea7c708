"""Signing in and out, and one's own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from wiki.errors import (
    AccountInvalid,
    AccountsUnavailable,
    SignInNeeded,
    SignInRefused,
    TooManyAttempts,
)
from wiki.services import selves
from wiki.services.accounts import Account
from wiki.services.elsewhere import gently
from wiki.services.passwords import MIN_LENGTH
from wiki.services.who_looked import looks_at_me
from wiki.web.addresses import safe_next, site_address, tool_address
from wiki.web.context import SPACES_SHOWN, current_wiki
from wiki.web.errors import status_of
from wiki.web.viewer import accounts, begin_session, current_account, end_session

bp = Blueprint("account", __name__, url_prefix="/-")

_Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A space in which somebody wrote; ``proven`` if all that is counted is certainly theirs."""

    title: str
    href: str
    proven: bool


@bp.after_request
def keep_private(response: FlaskResponse) -> FlaskResponse:
    """No cache keeps forms with somebody's data or token in them."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/sign-in")
def sign_in_form() -> Response | str:
    """The form; whoever is signed in already goes on."""
    if current_account():
        return redirect(_next(), 303)
    return render_template("account/sign-in.html", next=_next(), name="", refusal="")


@bp.post("/sign-in")
def sign_in() -> Response | _Page:
    """Check name and password, and begin a fresh session."""
    name = request.form.get("name", "")
    try:
        account = accounts().sign_in(name, request.form.get("password", ""), _address())
    except (SignInRefused, TooManyAttempts, AccountsUnavailable) as refusal:
        page = render_template(
            "account/sign-in.html", next=_next(), name=name[:80], refusal=str(refusal)
        )
        return page, status_of(refusal)
    begin_session(account)
    if account.one_time:
        return redirect(site_address("account/password", next=_next()), 303)
    return redirect(_next(), 303)


@bp.get("/sign-out")
def sign_out_form() -> Response | str:
    """A link cannot sign anybody out (it could lie on any page); this form can."""
    return (
        render_template("account/sign-out.html")
        if current_account()
        else redirect(site_address(), 303)
    )


@bp.post("/sign-out")
def sign_out() -> Response:
    """End all sessions of this account."""
    account = current_account()
    if account:
        accounts().sign_out(account)
    end_session()
    return redirect(site_address(), 303)


@bp.get("/account")
def account_page() -> str:
    """Name, address, password, and what the account may do."""
    return _account_page(_signed_in(), "")


@bp.post("/account")
def change_profile() -> Response | _Page:
    """Set the name and address that future changes bear."""
    account = _signed_in()
    try:
        accounts().change_profile(
            account, request.form.get("shown_name", ""), request.form.get("email", "")
        )
    except AccountInvalid as refusal:
        return _account_page(account, str(refusal)), status_of(refusal)
    flash("Saved. Your next changes carry this name and address.")
    return redirect(site_address("account"), 303)


@bp.get("/account/password")
def password_form() -> str:
    """Choose another password."""
    return _password_page(_signed_in(), "")


@bp.post("/account/password")
def change_password() -> Response | _Page:
    """Set it, end all other sessions, and stay signed in here."""
    account = _signed_in()
    new = request.form.get("new_password", "")
    try:
        if new != request.form.get("new_password_again", ""):
            raise AccountInvalid("The two new passwords differ. Type the same one twice.")
        old = request.form.get("password", "")
        changed = accounts().change_password(account, old, new, _address())
    except (AccountInvalid, TooManyAttempts) as refusal:
        return _password_page(account, str(refusal)), status_of(refusal)
    begin_session(changed)
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect(_next() if request.form.get("next") else site_address("account"), 303)


def _signed_in() -> Account:
    account = current_account()
    if account is None:
        raise SignInNeeded("see your account")
    return account


def _account_page(account: Account, refusal: str) -> str:
    given = request.form if refusal else {}
    return render_template(
        "account/account.html",
        account=account,
        refusal=refusal,
        shown_name=given.get("shown_name", account.shown_name)[:200],
        email=given.get("email", account.email)[:400],
        wrote=_wrote(account),
        made_up=current_wiki().settings.people.commit_addresses == "made-up",
        looks=looks_at_me(current_wiki(), account),
        looks_days=current_wiki().settings.people.looks_days,
        may_audit=current_wiki().looks.may_audit(account.viewer),
    )


def _wrote(account: Account) -> list[Wrote]:
    """Where the person wrote: their pages of figures in each space, those that are certain first."""
    wiki, viewer = current_wiki(), account.viewer
    found = []
    for space in wiki.spaces(viewer, SPACES_SHOWN):
        nobody: Mapping[str, bool] = {}
        marks = gently(partial(selves.marks_of, wiki, viewer, space), nobody)
        for who, proven in sorted(marks.items()):
            found.append(Wrote(space.title, tool_address(space.name, "person", who=who), proven))
    return sorted(found, key=lambda each: not each.proven)


def _password_page(account: Account, refusal: str) -> str:
    return render_template(
        "account/password.html",
        account=account,
        refusal=refusal,
        next=_next() if request.values.get("next") else "",
        min_length=MIN_LENGTH,
    )


def _next() -> str:
    return safe_next(request.values.get("next", ""))


def _address() -> str:
    return request.remote_addr or ""
