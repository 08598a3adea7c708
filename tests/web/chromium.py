"""A real browser against a wiki that is served, for tests."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waitress.server import create_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 60_000
"""Milliseconds for what a busy machine may take long for; nothing waits longer than it must."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the app on a free port; the address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # In the loop's own thread: it must not wait for files that are closed meanwhile.
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join(5)
        server.task_dispatcher.shutdown(timeout=5)


def _close(server: Any) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, or a skipped test."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser. ``complaints`` are what its console says, policy violations above all."""

    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))
        return page

    def open(self, path: str) -> Page:
        """A new tab at this address of the wiki."""
        page = self.page()
        page.goto(self.base + path)
        return page

    def _hear(self, kind: str, text: str) -> None:
        # the browser itself reports 4xx answers that the tests ask for
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(text)
