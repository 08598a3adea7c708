"""``/-/health``: for load balancers and monitoring."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app, jsonify

from wiki.services.checks import Finding, check, worst
from wiki.services.policy import Action, may
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

bp = Blueprint("health", __name__, url_prefix="/-")

KEPT_SECONDS = 2.0
"""How long findings are kept, so that asking all the time costs the server nothing."""


@bp.get("/health")
def health() -> Response:
    """``{"status": "ok"}`` or "warning" or "problem"; administrators get every finding.

    The HTTP status is 503 only where pages cannot be served; a wiki without accounts still reads.
    """
    findings = _findings()
    answer: dict[str, object] = {"status": worst(findings)}
    wiki = current_wiki()
    if may(current_viewer(), Action.ADMINISTER, "", wiki.settings):
        answer["findings"] = [
            {
                "subject": finding.subject,
                "state": finding.state,
                "sentence": finding.sentence,
                "remedy": finding.remedy,
            }
            for finding in findings
        ]
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    if any(finding.vital and finding.state == "problem" for finding in findings):
        response.status_code = 503
    return response


def _findings() -> list[Finding]:
    kept: tuple[float, list[Finding]] | None = current_app.extensions.get("strata-health")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    findings = check(current_wiki())
    current_app.extensions["strata-health"] = (time.monotonic(), findings)
    return findings
