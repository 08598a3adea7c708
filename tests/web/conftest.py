"""A furnished wiki, made once and copied for every test: accounts, pages, and people signed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from tests.conftest import add_pages, catch_up
from tests.web.git_clients import Door, listening
from tests.web.people import Browser, settings_in, wiki_with_people
from wiki.config import Server
from wiki.git import create
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

HOLIDAYS = (
    "# Holidays\n\nThirty days a year.\n\n## How to ask\n\nAsk your lead.\n\n## Sickness\n\nCall.\n"
)
PAGES = {"people/Holidays.md": HOLIDAYS, "README.md": "# Home\n\n[[people/Holidays]]\n"}


@dataclass(frozen=True)
class Furnished:
    """A wiki served by an app; ``cookies`` are of the people who are signed in (ann, ray, boss)."""

    wiki: Wiki
    app: Flask
    cookies: dict[str, dict[str, str]]

    def browser(self, name: str = "") -> Browser:
        """A browser in which this person (or nobody) is signed in."""
        browser = Browser(self.app)
        browser.plant(self.cookies.get(name, {}))
        return browser


COMPILED = ("_parts", "_trace", "_converters", "arguments")
BUILDERS = ("_build", "_build_unknown")
"""What of an address is worked out of its text; nothing of it is changed afterwards."""


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all apps of the session; a changed source is compiled anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Every app is made anew, but not the code of its templates and addresses, which is the same."""
    options, compile_rule = Flask.jinja_options, Rule.compile
    known: dict[tuple[object, ...], dict[str, object]] = {}

    def compile_once(rule: Rule) -> None:
        kinds = tuple(rule.map.converters.items())
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (
            rule.rule,
            rule.subdomain,
            rule.merge_slashes,
            rule.map.host_matching,
            defaults,
            kinds,
        )
        if key not in known:
            compile_rule(rule)
            known[key] = {name: getattr(rule, name) for name in COMPILED} | {
                name: getattr(rule, name).__func__ for name in BUILDERS
            }
        for name in COMPILED:
            setattr(rule, name, known[key][name])
        for name in BUILDERS:
            setattr(rule, name, known[key][name].__get__(rule, None))

    Flask.jinja_options = {**options, "bytecode_cache": CompiledTemplates()}
    Rule.compile = compile_once  # type: ignore[method-assign]
    yield
    Flask.jinja_options = options
    Rule.compile = compile_rule  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def model_wiki(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, str]]]:
    """The folder to copy, and everybody's cookies."""
    folder = tmp_path_factory.mktemp("model")
    cookies = {}
    with wiki_with_people(folder) as (wiki, app):
        create(wiki.repository_path("handbook"))
        add_pages(wiki, "handbook", PAGES)
        catch_up(wiki)
        for name in ("ann", "ray", "boss"):
            browser = Browser(app)
            browser.sign_in(name)
            cookies[name] = browser.cookies()
    return folder, cookies


@pytest.fixture
def furnished(
    tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Furnished]:
    """A wiki of one's own with the space ``handbook``."""
    folder, cookies = model_wiki
    shutil.copytree(folder, tmp_path / "wiki")
    wiki = Wiki(settings_in(tmp_path / "wiki"))
    try:
        yield Furnished(wiki, create_app(wiki, testing=True), cookies)
    finally:
        wiki.close()


@pytest.fixture
def door(furnished: Furnished, tmp_path: Path) -> Iterator[Door]:
    """The furnished wiki, listening."""
    settings = replace(furnished.wiki.settings, server=Server(port=0, threads=4))
    wiki = Wiki(settings)
    try:
        with listening(create_app(wiki), wiki, tmp_path / "home") as found:
            yield found
    finally:
        wiki.close()


@pytest.fixture(scope="module")
def browser():
    """A Chromium, started once a module."""
    from tests.web.chromium import chromium

    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def site(tmp_path_factory, model_wiki) -> Iterator[tuple[Wiki, str]]:
    """A furnished wiki and the address at which it is served."""
    from tests.web.chromium import served

    folder = tmp_path_factory.mktemp("site") / "wiki"
    shutil.copytree(model_wiki[0], folder)
    wiki = Wiki(settings_in(folder))
    with served(create_app(wiki)) as base:
        yield wiki, base
    wiki.close()


@pytest.fixture
def sit_down(browser, site, model_wiki):
    """Somebody takes a seat; at the end, no page may have broken the content policy."""
    from tests.web.chromium import Person

    seated: list[Person] = []

    def sit(name: str = "ann", **options: object) -> Person:
        context = browser.new_context(**options)
        if name:
            cookies = model_wiki[1][name]
            context.add_cookies(
                [{"name": key, "value": value, "url": site[1]} for key, value in cookies.items()]
            )
        seated.append(Person(context, site[1]))
        return seated[-1]

    yield sit
    for person in seated:
        person.context.close()
        assert person.complaints == []
