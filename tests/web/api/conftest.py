"""A client of the API with a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import Furnished

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
        named = {"*": {"If-None-Match": "*"}, "": {}}.get(version, {"If-Match": f'"{version}"'})
        return self.ask("PUT", path, headers=named, json=body)


@pytest.fixture
def client_of(furnished: Furnished):
    def client(name: str = "", *, may_write: bool = True) -> Client:
        if not name:
            return Client(furnished)
        account = furnished.wiki.accounts.account(name)
        made = furnished.wiki.tokens.create(account, "test", may_write=may_write, days=1)
        return Client(furnished, made[1])

    return client
