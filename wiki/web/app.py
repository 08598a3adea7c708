"""The web application, put together: reads as a table of contents of the web room."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from wiki.services.wiki import Wiki
from wiki.web import addresses, context, errors, logs, security, viewer

BLUEPRINTS = (
    "account",
    "admin",
    "health",
    "editing",
    "changing",
    "attachments",
    "history",
    "search",
    "reports",
    "files",
    "reading",
)
"""Modules of this package with a blueprint ``bp``; ``reading`` last, its addresses are the widest."""


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
    app.extensions["strata"] = wiki
    app.testing = testing
    logs.setup(app)
    _setup_templates(app)
    security.setup(app, wiki.settings)
    viewer.setup(app)
    errors.setup(app)
    context.setup(app)
    addresses.setup(app)
    _setup_blueprints(app)
    return app


def _setup_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.json.sort_keys = False  # type: ignore[attr-defined]


def _setup_blueprints(app: Flask) -> None:
    for name in BLUEPRINTS:
        if find_spec(f"wiki.web.{name}"):
            app.register_blueprint(import_module(f"wiki.web.{name}").bp)
