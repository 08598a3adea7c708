"""The web application, put together: reads as a table of contents of the web room."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from wiki.services.wiki import Wiki
from wiki.web import (
    access_tokens,
    account,
    addresses,
    admin,
    agents,
    attachments,
    biography,
    changing,
    charter,
    cloning,
    context,
    drafts,
    editing,
    erasing,
    errors,
    files,
    front_door,
    git_door,
    health,
    history,
    identities,
    logs,
    looks,
    person,
    privacy,
    proposals,
    reading,
    remote,
    reports,
    search,
    security,
    teams,
    viewer,
)
from wiki.web.api import blueprint as api

BLUEPRINTS = (
    account.bp,
    access_tokens.bp,
    admin.bp,
    health.bp,
    drafts.bp,
    editing.bp,
    changing.bp,
    charter.bp,
    attachments.bp,
    person.bp,
    history.bp,
    biography.bp,
    search.bp,
    identities.bp,
    erasing.bp,
    privacy.bp,
    looks.bp,
    proposals.bp,
    remote.bp,
    teams.bp,
    reports.bp,
    api.bp,
    agents.bp,
    files.bp,
    git_door.bp,
    cloning.bp,
    reading.bp,
)
"""Every slice of the application; ``reading`` last, its addresses are the widest."""


def create_app(wiki: Wiki, *, testing: bool = False) -> Flask:
    """The WSGI application that serves this wiki.

    ``testing`` lets errors nobody foresaw reach the caller instead of the error page.
    """
    app = Flask(
        __name__,
        static_folder=Path(__file__).parent / "static",
        static_url_path="/-/static",
        template_folder="templates",
    )
    wiki.load()
    app.extensions["strata"] = wiki
    app.testing = testing
    logs.setup(app)
    front_door.setup(app)
    _setup_templates(app)
    security.setup(app, wiki.settings)
    viewer.setup(app)
    errors.setup(app)
    context.setup(app)
    addresses.setup(app)
    for bp in BLUEPRINTS:
        app.register_blueprint(bp)
    return app


def _setup_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.json.sort_keys = False  # type: ignore[attr-defined]
