"""Personal access tokens in the browser: making one, seeing it once, revoking it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from wiki.errors import SignInNeeded, TokenInvalid
from wiki.model import Role
from wiki.services.accounts import Account
from wiki.services.tokens import Token
from wiki.web.addresses import site_address
from wiki.web.context import current_wiki
from wiki.web.errors import status_of
from wiki.web.viewer import current_account

bp = Blueprint("access_tokens", __name__, url_prefix="/-/account/tokens")

LIFETIMES = ((30, "30 days"), (90, "90 days"), (366, "a year"))
"""How long a token may live, as the form offers it: days, and in words."""


@bp.after_request
def keep_private(response: FlaskResponse) -> FlaskResponse:
    """No cache keeps a page with a secret in it."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("")
def tokens_page() -> str:
    """All tokens of one's own, and the form for another."""
    return _page(_signed_in())


@bp.post("")
def make() -> str | tuple[str, int]:
    """Make a token and show its secret, once."""
    account = _signed_in()
    days = request.form.get("days", "")
    try:
        made = current_wiki().tokens.create(
            account,
            request.form.get("name", ""),
            may_write=request.form.get("scope") == "write",
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        )
    except TokenInvalid as refusal:
        return _page(account, refusal=str(refusal)), status_of(refusal)
    return _page(account, made=made)


@bp.post("/revoke")
def revoke() -> Response:
    """End a token at once."""
    account = _signed_in()
    try:
        current_wiki().tokens.revoke(account, request.form.get("token", ""))
        flash("The token is revoked. Whatever used it must sign in with another.")
    except TokenInvalid as refusal:
        flash(str(refusal), "bad")
    return redirect(site_address("account/tokens"), 303)


def _page(account: Account, *, refusal: str = "", made: tuple[Token, str] | None = None) -> str:
    wiki = current_wiki()
    return render_template(
        "account/tokens.html",
        account=account,
        tokens=wiki.tokens.of_account(account),
        now=wiki.tokens.now(),
        refusal=refusal,
        made=made[0] if made else None,
        secret=made[1] if made else "",
        lifetimes=LIFETIMES,
        may_write=account.role >= Role.EDITOR,
    )


def _signed_in() -> Account:
    account = current_account()
    if account is None:
        raise SignInNeeded("see your tokens")
    return account
