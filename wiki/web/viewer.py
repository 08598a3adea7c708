"""Who is asking: from the session cookie to a ``Viewer``.

A request without the cookie is nobody's: no session is opened for it and no database read.
"""

from __future__ import annotations

import time
from datetime import timedelta

import flask_login
import structlog
from flask import Flask, current_app, g, redirect, request, session
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.errors import AccountsUnavailable
from wiki.model import ANONYMOUS, Viewer
from wiki.services.accounts import Account, Accounts
from wiki.services.secret_key import secret_key
from wiki.services.wiki import Wiki
from wiki.web import addresses
from wiki.web.security import uses_https

_SINCE = "since"
_OPEN_TO_ALL = ("account.", "health.")
"""Endpoints that a person with a one-time password may use."""

_log = structlog.get_logger("strata.people")


class SessionPerson(flask_login.UserMixin):  # type: ignore[misc]
    """An account as Flask-Login sees it; its id names the session's epoch, too."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """What the session cookie holds."""
        return self.account.session


def setup(app: Flask) -> None:
    """Sign cookies with the wiki's key, and find out who is signed in."""
    settings = _wiki(app).settings
    app.secret_key = secret_key(settings.wiki.instance)
    app.config.update(_cookie_settings(settings))
    manager = flask_login.LoginManager()
    manager.session_protection = None  # people's addresses change on trains; the epoch protects
    manager.user_loader(_load)
    manager.init_app(app)
    app.before_request(insist_on_own_password)


def current_viewer() -> Viewer:
    """The person on whose behalf this request is made."""
    if "viewer" not in g:
        account = current_account()
        g.viewer = account.viewer if account and not account.one_time else ANONYMOUS
    viewer: Viewer = g.viewer
    return viewer


def current_account() -> Account | None:
    """The account that is signed in, even while its password is a one-time one."""
    if (
        current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and "_user_id" not in session
    ):
        return None
    user = flask_login.current_user
    return user.account if isinstance(user._get_current_object(), SessionPerson) else None


def begin_session(account: Account) -> None:
    """Sign in: nothing of an earlier session survives."""
    session.clear()
    flask_login.login_user(SessionPerson(account))
    session.permanent = True
    session[_SINCE] = int(time.time())
    g.pop("viewer", None)
    g.pop("csrf_token", None)


def end_session() -> None:
    """Forget who was signed in, in this browser."""
    flask_login.logout_user()
    session.clear()
    g.pop("viewer", None)
    g.pop("csrf_token", None)


def insist_on_own_password() -> Response | None:
    """Whoever signs in with a password that somebody else has seen chooses another one first."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None
    endpoint = request.endpoint or ""
    if endpoint == "static" or endpoint.startswith(_OPEN_TO_ALL):
        return None
    account = current_account()
    if account is None or not account.one_time:
        return None
    wanted = addresses.present_address()
    return redirect(addresses.site_address("account/password", next=wanted), 303)


def accounts() -> Accounts:
    """The accounts of the wiki that is served."""
    return _wiki(current_app).accounts


def _wiki(app: Flask) -> Wiki:
    wiki: Wiki = app.extensions["strata"]
    return wiki


def _load(identity: str) -> SessionPerson | None:
    """Flask-Login asks whose session this is. Without a database everybody is nobody for now."""
    age = time.time() - session.get(_SINCE, 0)
    # A session from the future: the clock was set back. A day of that is no reason to sign out.
    if not -86400 <= age <= _wiki(current_app).settings.people.session_days * 86400:
        return None
    try:
        account = accounts().of_session(identity)
    except AccountsUnavailable as refusal:
        _log.error("accounts unavailable", error=str(refusal))
        g.accounts_unavailable = refusal
        return None
    return SessionPerson(account) if account else None


def _cookie_settings(settings: Settings) -> dict[str, object]:
    https = uses_https(settings)
    return {
        "SESSION_COOKIE_NAME": "__Host-strata" if https else "strata",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.people.session_days),
    }
