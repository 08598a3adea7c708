"""Lines of the log: whole, readable, unforgeable, and without secrets."""

from __future__ import annotations

import json
import subprocess
import sys

from wiki.web.logs import render_text

WRITE = """
import logging, structlog
from wiki.config import Log
from wiki.web.logs import configure
configure(Log(level="info", format="{format}"))
log = structlog.get_logger()
log.debug("unseen")
log.info("request", path="/a b\\n2026-01-01 info forged", account="ann", status=200)
log.info("request", path="/wiki/handbook/-/remote/hook/s3cret", status=202)
logging.getLogger("library").warning("from a library: %s", "x\\ny")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("fault")
"""


def written(style: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WRITE.replace("{format}", style)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a019_text_lines_cannot_be_forged():
    lines = written("text")
    assert not any(line.startswith("2026-01-01 info forged") for line in lines)
    assert " info request " in lines[0]
    assert 'path="/a b\\n2026-01-01 info forged"' in lines[0]
    assert "account=ann status=200" in lines[0]
    assert lines[1].endswith('path="/wiki/handbook/-/remote/hook/***" status=202')
    assert "from a library: x\\ny" in lines[2]
    assert lines[-1].startswith("    ZeroDivisionError")


def test_json_lines_are_json():
    request, _hook, library, fault = [json.loads(line) for line in written("json")]
    assert (request["event"], request["level"], request["status"]) == ("request", "info", 200)
    assert request["timestamp"].endswith("Z")
    assert library["level"] == "warning"
    assert "ZeroDivisionError" in fault["exception"]


def test_words_are_quoted_only_where_needed():
    line = render_text(None, "info", {"timestamp": "T", "level": "info", "event": "x", "n": 1.5})
    assert line == "T info x n=1.5"
