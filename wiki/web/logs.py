"""The server's log: one line an event on standard error, as text for people or JSON for machines.

No line holds a query string, a cookie or a form: tokens and passwords could be in them. Whatever a
stranger may have written is quoted, so that nobody forges a line.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from wiki.config import Log
from wiki.web.errors import request_id

_PLAIN = re.compile(r"[A-Za-z0-9._:/@+~-]+")

_SECRET_PATH = re.compile(r"(/-/+remote/+hook/+).+", re.DOTALL)

_log = structlog.get_logger("strata.request")


def configure(settings: Log) -> None:
    """Send everything that this process logs, also from libraries, to standard error."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    json_lines = structlog.processors.JSONRenderer()
    renderer: Any = json_lines if settings.format == "json" else render_text
    shared: list[Any] = [
        hide_secrets,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    # It speaks up whenever a request waits for a thread, which is what threads are for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def hide_secrets(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event without the secret that the address of a webhook ends with."""
    if isinstance(event.get("path"), str):
        event["path"] = _SECRET_PATH.sub(r"\1***", event["path"])
    return event


def render_text(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    """``2026-03-02T14:05:00Z info request method=GET path=/handbook/ status=200``."""
    known = ("timestamp", "level", "event", "exception")
    head = [str(event.get("timestamp", "")), str(event.get("level", "")), _word(event.get("event"))]
    pairs = [f"{key}={_word(value)}" for key, value in event.items() if key not in known]
    trace = event.get("exception")
    # A traceback keeps its lines, indented: none of them can pass for a line of the log.
    tail = "".join(f"\n    {line}" for line in str(trace).splitlines()) if trace else ""
    return " ".join([*head, *pairs]) + tail


_EVERY_SECOND = frozenset({"drafts.keep", "drafts.look"})
"""What an open editor asks all the time: who types when is nobody's business, and would fill the log."""


def setup(app: Flask) -> None:
    """Log every request with its id, status, milliseconds and account."""
    app.before_request(_start_watch)
    app.after_request(_log_request)


def log_answer(path: str, status: int, begun: float) -> str:
    """Log an answer that was given before the application was asked; returns the request's id."""
    number = secrets.token_hex(6)
    took = round((time.perf_counter() - begun) * 1000, 1)
    shown = path.encode("latin-1", "replace").decode("utf-8", "replace")
    _log.info("request", id=number, method="GET", path=shown, status=status, ms=took, account="")
    return number


def _word(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _start_watch() -> None:
    g.begun = time.perf_counter()


def _log_request(response: Response) -> Response:
    took = (time.perf_counter() - g.begun) * 1000 if "begun" in g else 0.0
    static = request.endpoint == "static"
    quiet = static or (request.endpoint in _EVERY_SECOND and response.status_code < 400)
    write = _log.debug if quiet else _log.info
    write(
        "request",
        id=request_id(),
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round(took, 1),
        account=g.viewer.account if "viewer" in g else "",
    )
    if not static:
        response.headers.setdefault("X-Request-Id", request_id())
    return response
