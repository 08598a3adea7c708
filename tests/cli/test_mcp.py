"""``strata mcp``: an agent at a wiki, through the SDK's own client."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

from tests.web.conftest import HOLIDAYS
from wiki.cli import main
from wiki.cli.api_client import WikiClient
from wiki.cli.mcp_tools import server
from wiki.errors import McpMissing, WikiUnreachable

NAME = "people/Holidays"
Use = Callable[..., Awaitable[Any]]


class Agent:
    """Calls of tools; ``call`` gives what a tool answered, ``refused`` what it could not do."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, arguments)
        assert not answer.is_error, answer.content[0].text
        assert json.loads(answer.content[0].text) == answer.structured_content
        return answer.structured_content

    async def refused(self, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
        answer = await self._client.call_tool(tool, arguments)
        assert answer.is_error
        return answer.content[0].text, answer.structured_content


def with_agent(at: object, use: Callable[[Agent, Client], Awaitable[None]]) -> None:
    """Run ``use`` with an agent at a server: a command to start, or one in this process."""

    async def run() -> None:
        with anyio.fail_after(60):
            async with Client(at) as client:
                await use(Agent(client), client)

    anyio.run(run)


def at_wiki(door, secret: str) -> Any:
    return server(WikiClient(f"http://127.0.0.1:{door.port}", secret, door="mcp"))


def last_change(door) -> str:
    form = "--format=%an|%s|%(trailers:key=Strata-Door,valueonly)"
    done = subprocess.run(
        ["git", "-C", door.repository, "log", "-1", form],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_an_agent_searches_reads_saves_and_proposes(door, tmp_path):
    (tmp_path / "token").write_text(door.token("ann") + "\n")
    url = f"http://127.0.0.1:{door.port}"
    command = ["-m", "wiki", "mcp", "--url", url, "--token-file", str(tmp_path / "token")]

    async def use(agent: Agent, client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "list_spaces", "search", "read_page", "list_pages", "history", "propose_change", "save_page", "rename_page",
        }  # fmt: skip
        assert all("  " not in tool.description for tool in tools.values())
        assert "version" in tools["save_page"].input_schema["required"]
        assert (await agent.call("list_spaces"))["spaces"][0]["name"] == "handbook"
        hit = (await agent.call("search", query="sickness"))["hits"][0]
        assert (hit["name"], hit["web"]) == (NAME, f"{url}/handbook/people/Holidays")
        listed = (await agent.call("list_pages", space="handbook", folder="people"))["pages"]
        read = await agent.call("read_page", space="handbook", name=NAME)
        assert read["text"] == HOLIDAYS
        assert listed[0]["version"] == read["version"]

        new = HOLIDAYS.replace("Thirty", "Forty")
        page = {"name": NAME, "text": new, "version": read["version"]}
        proposed = await agent.call(
            "propose_change", space="handbook", pages=[page], summary="More days"
        )
        assert proposed["proposal"].startswith("ann-more-days-")
        assert (await agent.call("read_page", space="handbook", name=NAME))["text"] == HOLIDAYS

        saved = await agent.call("save_page", space="handbook", summary="More days", **page)
        assert saved["merged"] is False
        assert last_change(door) == "ann|More days|mcp"
        change = (await agent.call("history", space="handbook", page=NAME))["changes"][0]
        assert (change["author"], change["door"], change["commit"]) == (
            "ann", "mcp", saved["commit"],
        )  # fmt: skip

        renamed = await agent.call(
            "rename_page", space="handbook", name=f"/{NAME}", new_name="rules/Leave",
            version=saved["version"], summary="It is a rule",
        )  # fmt: skip
        assert (renamed["mended"], renamed["web"]) == (["README"], f"{url}/handbook/rules/Leave")
        assert last_change(door) == "ann|It is a rule|mcp"

        json_text = '{"a": [1]}'
        made = {"space": "handbook", "name": "new/Ä page", "version": "", "summary": ""}
        await agent.call("save_page", text=json_text, **made)
        again = await agent.call("read_page", space="handbook", name="new/Ä page")
        assert again["text"] == json_text + "\n"
        assert (await agent.refused("save_page", text="x", **made))[1]["code"] == "NameTaken"

    with_agent(StdioServerParameters(command=sys.executable, args=command), use)


def test_what_collides_comes_back_with_both_texts_and_can_be_tried_again(door):
    async def use(agent: Agent, _: Client) -> None:
        version = (await agent.call("read_page", space="handbook", name=NAME))["version"]
        save = {"space": "handbook", "name": NAME, "summary": "Say how"}
        theirs, mine = (HOLIDAYS.replace("Call.", words) for words in ("Call us.", "Write."))
        other = await agent.call("save_page", text=theirs, version=version, **save)
        told, structured = await agent.refused("save_page", text=mine, version=version, **save)
        conflict = structured["conflicts"][0]
        assert (conflict["text_now"], conflict["your_text"], conflict["version"]) == (
            theirs, mine, other["version"],
        )  # fmt: skip
        assert json.loads(told[told.index("[\n") :]) == structured["conflicts"]
        assert any(hunk["kind"] == "conflict" for hunk in conflict["merge"])
        page = {"name": NAME, "text": mine, "version": version}
        refused = await agent.refused("propose_change", space="handbook", pages=[page], summary="")
        assert refused[1]["conflicts"][0]["version"] == other["version"]
        assert (await agent.call("read_page", space="handbook", name=NAME))["text"] == theirs
        both = HOLIDAYS.replace("Call.", "Call us or write.")
        await agent.call("save_page", text=both, version=conflict["version"], **save)
        assert (await agent.call("read_page", space="handbook", name=NAME))["text"] == both

    with_agent(at_wiki(door, door.token("ann")), use)


def test_what_was_deleted_meanwhile_can_be_made_anew(door):
    async def use(agent: Agent, _: Client) -> None:
        version = (await agent.call("read_page", space="handbook", name=NAME))["version"]
        named = {"Authorization": f"Bearer {door.token('boss')}", "If_Match": f'"{version}"'}
        place = "/api/v1/spaces/handbook/pages/people%2FHolidays"
        assert door.ask("DELETE", place, **named)[0] == 200
        save = {"space": "handbook", "name": NAME, "text": "# Again\n", "summary": "Again"}
        _, structured = await agent.refused("save_page", version=version, **save)
        (conflict,) = structured["conflicts"]
        assert (conflict["text_now"], conflict["version"]) == (None, "")
        await agent.call("save_page", version=conflict["version"], **save)

    with_agent(at_wiki(door, door.token("ann")), use)


@pytest.mark.parametrize(
    ("who", "code", "ending"),
    [("", "SignInNeeded", "/-/account/tokens"), ("ray", "NotAllowed", "."),
     ("wrong", "TokenRefused", "/-/account/tokens")],
)  # fmt: skip
def test_who_may_not_save_is_told_so_in_the_wikis_own_words(door, who, code, ending):
    secret = door.token(who) if who == "ray" else f"strata_{who}" if who else ""

    async def use(agent: Agent, _: Client) -> None:
        told, structured = await agent.refused(
            "save_page", space="handbook", name="New", text="x\n", version="", summary=""
        )
        assert structured["code"] == code
        assert told.endswith(ending)
        missing = {"TokenRefused": code}.get(code, "PageNotFound")
        for name in ("../../spaces", "a?b#c"):
            _, structured = await agent.refused("read_page", space="handbook", name=name)
            assert structured["code"] == missing
        assert (await agent.refused("read_page", space="..", name="x"))[1]["code"] == "NameInvalid"
        for version in ("latest", "x\r\nHost: y"):
            told, structured = await agent.refused(
                "save_page", space="handbook", name=NAME, text="x\n", version=version, summary=""
            )
            assert structured["code"] == "VersionInvalid"
            assert "read_page" in told

    with_agent(at_wiki(door, secret), use)


def test_what_is_no_wiki_is_said_to_be_none(door):
    here = f"http://127.0.0.1:{door.port}"
    for url, reason in ((f"{here}/-/", "404"), ("http://127.0.0.1:1", "refused")):
        with pytest.raises(WikiUnreachable, match=reason):
            WikiClient(url, "", door="mcp").get("spaces")
    with pytest.raises(WikiUnreachable, match="may have been saved"):
        WikiClient("http://127.0.0.1:1", "", door="mcp").send("PUT", ("spaces",), body={})


def test_the_token_is_not_carried_elsewhere(tmp_path):
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    asked = []

    class Moved(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Moved) as there:
        Thread(target=there.handle_request).start()
        client = WikiClient(f"http://127.0.0.1:{there.server_port}/wiki/", "secret", door="mcp")
        with pytest.raises(WikiUnreachable, match="names /elsewhere instead"):
            client.get("search", q="a b", space="")
    assert asked == ["/wiki/api/v1/search?q=a+b"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--url", "wiki.example.org"], "is no address"), (["--url", "http://[x"], "is no address"),
     (["--url", "https://w", "--token-file", "blank"], "this is no token")],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_at_the_start(tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    Path("blank").write_text("strata_a b\n")
    done = CliRunner().invoke(main, ["mcp", *arguments])
    assert done.exit_code == 2
    assert told in done.output


def test_without_the_sdk_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr("wiki.cli.mcp.find_spec", lambda _: None)
    done = CliRunner().invoke(main, ["mcp", "--url", "https://wiki.example.org"])
    assert (done.exit_code, done.output) == (1, f"strata: {McpMissing()}\n")
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    (needed,) = project["project"]["optional-dependencies"]["mcp"]
    assert f'"{needed}"' in str(McpMissing())
