"""Asking for every address an application has, with every value it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from urllib.parse import quote, unquote_to_bytes, urlencode

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.people import Browser

_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_OURS = ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Content-Security-Policy")


def rules(app: Flask, method: str = "GET") -> list[Rule]:
    """Every rule that answers to the method."""
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def addresses(rule: Rule, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The rule's addresses for every combination of its arguments' values.

    Built by hand: the router would refuse to build what an attacker simply types. Values are text
    whose surrogate escapes stand for bytes.
    """
    names = [name for _, name in _CONVERTER.findall(rule.rule)]
    for chosen in product(*(values.get(name, ("x",)) for name in names)):
        address = rule.rule
        for name, value in zip(names, chosen, strict=True):
            address = re.sub(rf"<(?:[^<>:]+:)?{name}>", lambda _, v=value: typed(v), address)
        yield address


def typed(value: str) -> str:
    """A value as it stands in an address."""
    return quote(value.encode("utf-8", "surrogateescape"), safe="/")


def with_query(address: str, **query: str) -> str:
    return f"{address}?{urlencode(query, errors='surrogateescape')}"


def ask(browser: Browser, address: str, method: str = "GET", **data: str) -> TestResponse:
    """One request whose path has just these bytes (the client's own way replaces some)."""
    path = unquote_to_bytes(address.partition("?")[0]).decode("latin-1")
    return browser.client.open(
        address, method=method, data=data or None, environ_overrides={"PATH_INFO": path}
    )


def submit(browser: Browser, form: str, **fields: str) -> TestResponse:
    """Open a form at an address of any bytes, and send it."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', ask(browser, form).text)
    assert found, f"no form at {form}"
    return ask(browser, form, "POST", csrf_token=found[1], **fields)


def look(
    browser: Browser,
    address: str,
    canaries: Iterable[str] = (),
    *,
    method: str = "GET",
    damaged: bool = False,
    **data: str,
) -> TestResponse:
    """Ask, and assert what must hold of every answer whatever was asked.

    With ``damaged``, the sentence that names damage is an answer, too.
    """
    answer = ask(browser, address, method, **data)
    body = answer.get_data()
    where = f"{method} {address} -> {answer.status_code}"
    told = damaged and answer.status_code == 500 and b"is damaged" in body
    assert answer.status_code < 500 or told, f"{where}\n{body[-2000:]!r}"
    for header in _OURS:
        assert header in answer.headers, f"{where}: no {header}"
    assert b"Traceback (most recent" not in body, where
    heads = str(answer.headers)
    assert "\n" not in answer.headers.get("Location", ""), where
    for canary in canaries:
        assert canary.encode() not in body, f"{where} tells {canary}"
        assert canary not in heads, f"{where} tells {canary} in its headers"
    answer.close()
    return answer
