"""A client of the API with a token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import Furnished
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

BASE = "/api/v1"


@dataclass(frozen=True)
class Client:
    """Requests on behalf of somebody ("" for nobody)."""

    here: Furnished
    secret: str = ""

    def ask(self, method: str, path: str, **given: Any) -> TestResponse:
        headers = {**given.pop("headers", {})}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        return self.here.app.test_client().open(
            BASE + path, method=method, headers=headers, **given
        )

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.ask("GET", path, **given)

    def put(self, path: str, version: str, **body: Any) -> TestResponse:
        """Write over a version; "*" makes something new, "" names none."""
        return self.ask("PUT", path, headers=over(version), json=body)

    def put_bytes(self, path: str, version: str, data: bytes) -> TestResponse:
        """As ``put``, a file."""
        return self.ask(
            "PUT", path, headers=over(version), data=data, content_type="application/octet-stream"
        )


def over(version: str) -> dict[str, str]:
    """The header that names the version a write is based on."""
    return {"*": {"If-None-Match": "*"}, "": {}}.get(version, {"If-Match": f'"{version}"'})


def client_at(here: Furnished, name: str, *, may_write: bool = True) -> Client:
    """Requests with a new token of an account."""
    if not name:
        return Client(here)
    account = here.wiki.accounts.account(name)
    return Client(here, here.wiki.tokens.create(account, "test", may_write=may_write, days=1)[1])


@pytest.fixture
def client_of(furnished: Furnished):
    def client(name: str = "", *, may_write: bool = True) -> Client:
        return client_at(furnished, name, may_write=may_write)

    return client


@pytest.fixture
def remade(furnished: Furnished) -> Iterator[Any]:
    """The furnished wiki with other settings: ``remade("people", anonymous_reading=False)``."""
    made: list[Wiki] = []

    def remake(section: str, **changed: Any) -> Furnished:
        settings = furnished.wiki.settings
        changed_section = replace(getattr(settings, section), **changed)
        wiki = Wiki(replace(settings, **{section: changed_section}))
        made.append(wiki)
        return Furnished(wiki, create_app(wiki, testing=True), furnished.cookies)

    yield remake
    for wiki in made:
        wiki.close()
