"""What monitoring is told, and what strangers are not."""

from __future__ import annotations

import shutil

from tests.web.people import Browser, wiki_with_people
from wiki.web import health


def test_strangers_learn_the_state_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(health, "KEPT_SECONDS", 0)
    with wiki_with_people(tmp_path) as (wiki, app):
        answer = app.test_client().get("/-/health")
        assert answer.status_code == 503  # no space, nothing to read
        assert set(answer.json) == {"status"}
        browser = Browser(app)
        browser.sign_in("boss")
        told = browser.get("/-/health").json["findings"]
        assert {"git", "disk", "accounts", "spaces"} <= {finding["subject"] for finding in told}
        shutil.rmtree(wiki.settings.wiki.content)
        assert app.test_client().get("/-/health").json == {"status": "problem"}
