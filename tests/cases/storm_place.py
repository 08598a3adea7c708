"""The wiki of a storm: thirty pages that all share, and people with passwords and tokens."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from tests.cases.served import Server
from tests.web.people import PASSWORD, settings_in
from wiki.git import create
from wiki.model import Author, Edit, FileWrite, Role
from wiki.services.accounts import OPERATOR
from wiki.services.wiki import Wiki

SPACE = "storm"
NAMES = ("ada", "ben", "cleo", "dora", "emil", "fynn", "gus", "hugo")
VARIABLES = {
    "STRATA_PEOPLE_ANONYMOUS_EDITING": "false",
    "STRATA_LIMITS_API_REQUESTS": "10000000",
}
"""The API bounds what one account asks for; here two accounts do the work of many."""


@dataclass(frozen=True)
class Person:
    """Somebody who writes, and the token they use at doors without forms."""

    account: str
    email: str
    secret: str


@dataclass(frozen=True)
class Place:
    """A furnished folder. ``people`` are named after their door: ``browser-ada``, ``clone-ben``."""

    folder: Path
    pages: int
    people: Mapping[str, Person]

    @property
    def repository(self) -> Path:
        return self.folder / "content" / f"{SPACE}.git"

    def of_door(self, door: str) -> list[Person]:
        return [person for name, person in self.people.items() if name.startswith(door)]

    def wiki(self) -> Wiki:
        return Wiki(settings_in(self.folder))

    def server(self) -> Server:
        return Server(self.folder, VARIABLES)


def furnish(folder: Path, browsers: int, clones: int, scripts: int, pages: int = 30) -> Place:
    """Make the wiki with its people and pages."""
    wiki = Wiki(settings_in(folder))
    places = wiki.settings.wiki
    folder.mkdir()
    for each in (places.content, places.search_index, places.instance):
        each.mkdir(mode=0o700)
    wiki.accounts.prepare()
    _person(wiki, "boss", Role.ADMIN)
    people = {}
    for door, count in (("browser", browsers), ("clone", clones), ("script", scripts)):
        for name in NAMES[:count]:
            people[f"{door}-{name}"] = _person(wiki, f"{door}-{name}")
    create(wiki.repository_path(SPACE))
    files = tuple(
        FileWrite(f"page-{number}.md", _first_text(number).encode(), "") for number in range(pages)
    )
    begin = Edit(files, Author("Ada", "ada@example.org"), "Begin", "web", "", 1_700_000_000)
    wiki.open(SPACE).repository.save(begin)
    wiki.open(SPACE).follower.follow()
    wiki.close()
    return Place(folder, pages, people)


def _person(wiki: Wiki, name: str, role: Role = Role.EDITOR) -> Person:
    account, one_time = wiki.accounts.add(OPERATOR, name, role)
    wiki.accounts.change_password(account, one_time, PASSWORD, "192.0.2.9")
    account = wiki.accounts.account(name)
    secret = wiki.tokens.create(account, "storm", may_write=True, days=9)[1]
    return Person(name, account.author.email, secret)


def _first_text(number: int) -> str:
    return f"# Page {number}\n\n" + "".join(f"Line {line} was here first.\n" for line in range(10))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    version: str = ""


class Http:
    """One client on a keep-alive connection. Raises OSError or HTTPException if the server is gone."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._connection: http.client.HTTPConnection | None = None
        self.cookie = ""

    def ask(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=60)
        sent = {**({"Cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        try:
            self._connection.request(method, path, body.encode() or None, sent)
            answer = self._connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        found = re.search(r"(strata=[^;]+)", answer.headers.get("Set-Cookie", ""))
        self.cookie = found[1] if found else self.cookie
        return Answer(answer.status, text, answer.headers.get("ETag", ""))

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), form)

    def sign_in(self, name: str) -> None:
        fields = {"csrf_token": hidden(self.ask("GET", "/-/sign-in").text)["csrf_token"]}
        answer = self.post("/-/sign-in", {**fields, "name": name, "password": PASSWORD})
        assert answer.status == 303, answer.text

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_TEXT = re.compile(r'<textarea[^>]* name="text"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page)}


def typed(page: str) -> str:
    """What stands in the editor."""
    found = _TEXT.search(page)
    assert found, page[:2000]
    return unescape(found[1])


def edit_path(page: str) -> str:
    return f"/{SPACE}/-/edit/{quote(page)}"
