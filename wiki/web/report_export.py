"""A report as one file that needs nothing else: styles within, no script, nothing to fetch."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from wiki.services.report_sentences import sentences_of
from wiki.services.reports import Finished
from wiki.web.context import filters
from wiki.web.report_about import about
from wiki.web.report_views import report_view, unlinked

_CSS = Path(__file__).parent / "static" / "css"
_SHEETS = ("tokens", "base", "components", "charts", "reports", "export", "print")
_UNSAFE = re.compile(r"[^A-Za-z0-9._]+")
_SPACE = re.compile(r"\s+")
_FETCHED = re.compile(r"[^;{}]*url\([^)]*\)[^;}]*;?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def report_file(finished: Finished) -> str:
    """The whole report as a page of HTML; no wiki needs to run for it."""
    kind = finished.kind
    return one_file(
        finished,
        kind.title,
        "reports/_body.html",
        question=kind.question,
        sentences=sentences_of(kind.name, finished.report),
        view=report_view(finished, unlinked, lambda _cell: ""),
    )


def one_file(finished: Finished, title: str, body: str, **names: object) -> str:
    """A page with its styles within; ``body`` is the template of its inside."""
    template = _environment().get_template("reports/export.html")
    return template.render(
        finished=finished, title=title, body=body, about=about(finished), styles=styles(), **names
    )


def file_name(finished: Finished, name: str, space: str) -> str:
    """``handbook-participation-people-2026-01-01-2026-03-31``: of which space ("": all) and part of it, and
    the first day and the last."""
    scope = finished.scope
    part = scope.folder or scope.page or scope.team or ("one-person" if scope.person else "")
    days = finished.chosen.since.isoformat(), finished.chosen.last.isoformat()
    words = (space or "all-spaces", name, part, *days)
    return "-".join(_UNSAFE.sub("-", word)[:60].strip("-.") for word in words if word)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The templates without the application: what they ask of it here is how dates are written."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters.update(filters())
    return made


@lru_cache(maxsize=1)
def styles() -> Markup:
    """All styles a report needs, in few bytes, without those that fetch a picture."""
    text = "".join((_CSS / f"{sheet}.css").read_text("utf-8") for sheet in _SHEETS)
    text = _FETCHED.sub("", _SPACE.sub(" ", _COMMENT.sub("", text)))
    return Markup(text)  # noqa: S704 - files of our own
