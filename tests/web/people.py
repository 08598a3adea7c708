"""A wiki with accounts and browsers of people, for tests of signing in and administering."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from wiki.config import People, Server, Settings, WikiSettings
from wiki.model import Role
from wiki.services.accounts import OPERATOR
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

PASSWORD = "three purple otters"


def settings_in(
    folder: Path, *, server: Server | None = None, people: People | None = None
) -> Settings:
    """Settings with all data under a folder."""
    places = WikiSettings(
        content=folder / "content", search_index=folder / "index", instance=folder / "instance"
    )
    return replace(Settings(), wiki=places, server=server or Server(), people=people or People())


@cache
def _accounts() -> Mapping[str, bytes]:
    """The instance folder's files with three accounts; hashing passwords takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        wiki = Wiki(settings_in(Path(folder)))
        wiki.accounts.prepare()
        for name, role in (("ann", Role.EDITOR), ("ray", Role.READER), ("boss", Role.ADMIN)):
            account, one_time = wiki.accounts.add(OPERATOR, name, role)
            wiki.accounts.change_password(account, one_time, PASSWORD, "192.0.2.9")
        wiki.close()
        return {file.name: file.read_bytes() for file in wiki.settings.wiki.instance.iterdir()}


@contextmanager
def wiki_with_people(folder: Path, **given: object) -> Iterator[tuple[Wiki, Flask]]:
    """A wiki whose accounts ann (editor), ray (reader) and boss (admin) have PASSWORD."""
    wiki = Wiki(settings_in(folder, **given))
    wiki.settings.wiki.content.mkdir(parents=True)
    wiki.settings.wiki.instance.mkdir(mode=0o700)
    for name, content in _accounts().items():
        (wiki.settings.wiki.instance / name).write_bytes(content)
    try:
        yield wiki, create_app(wiki, testing=True)
    finally:
        wiki.close()


class Browser:
    """A client that fills in forms with their token, as a browser does."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, address: str) -> TestResponse:
        """Open an address."""
        return self.client.get(address)

    def token(self, address: str) -> str:
        """The token in a page's form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(address).text)
        assert found, f"no form at {address}"
        return found.group(1)

    def submit(self, form: str, address: str = "", **fields: str) -> TestResponse:
        """Open ``form`` and post its fields to ``address`` (or to the same)."""
        data = {"csrf_token": self.token(form), **fields}
        return self.client.post(address or form, data=data)

    def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fill in the sign-in form."""
        return self.submit("/-/sign-in", name=name, password=password, **fields)

    @property
    def is_signed_in(self) -> bool:
        """Whether the account page opens."""
        return self.get("/-/account").status_code == 200

    def cookies(self) -> dict[str, str]:
        """The cookies this browser holds."""
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}

    def plant(self, cookies: dict[str, str]) -> None:
        """Take over somebody's cookies."""
        for key, value in cookies.items():
            self.client.set_cookie(key, value)
