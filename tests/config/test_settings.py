"""Settings: file, environment, refusals."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from wiki.config import Settings, load_settings
from wiki.config.loading import setting_names, variable
from wiki.errors import SettingInvalid

ROOT = Path(__file__).resolve().parents[2]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_file_holds_every_setting_with_its_default():
    shipped = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))
    there = [(section, key) for section, keys in shipped.items() for key in keys]
    assert there == list(setting_names())
    assert load_settings(ROOT / "config.toml", {}) == load_settings(None, {}) or Path.cwd() != ROOT


def test_values_come_from_the_file_and_the_environment_wins(tmp_path):
    path = write(tmp_path, '[server]\nport = 9000\nhost = "0.0.0.0"\n[wiki]\nname = "Ours"\n')
    environ = {"STRATA_SERVER_PORT": "9001", "STRATA_LIMITS_ATTACHMENT_TYPES": ".pdf, .png"}
    settings = load_settings(path, environ)
    assert (settings.server.port, settings.server.host) == (9001, "0.0.0.0")
    assert settings.wiki.name == "Ours"
    assert settings.limits.attachment_types == (".pdf", ".png")


def test_relative_paths_start_at_the_file(tmp_path):
    settings = load_settings(write(tmp_path, '[wiki]\ncontent = "here/spaces"\n'), {})
    assert settings.wiki.content == tmp_path / "here/spaces"
    assert settings.wiki.instance == tmp_path / "instance"
    elsewhere = load_settings(write(tmp_path, ""), {"STRATA_WIKI_CONTENT": "/srv/spaces"})
    assert elsewhere.wiki.content == Path("/srv/spaces")


def test_every_setting_can_be_set_by_environment():
    settings = load_settings(None, {})
    for section, key in setting_names():
        value = getattr(getattr(settings, section), key)
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        again = load_settings(None, {variable(section, key): text})
        assert getattr(getattr(again, section), key) == value


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("[server]\nprot = 1", "server.prot", "server.port"),
        ("[servers]\nport = 1", "servers.port", "server.port"),
        ("[nothing]\n", "nothing", "docs/operating.md"),
        ("port = 1", "port", "[section]"),
        ("[server]\nport = 70000", "server.port", "0 to 65535"),
        ('[server]\nport = "80"', "server.port", "whole number"),
        ("[server]\nport = true", "server.port", "whole number"),
        ("[server]\nworkers = 1.5", "server.workers", "whole number"),
        ("[wiki]\nname = 3", "wiki.name", "quotes"),
        ('[wiki]\nname = ""', "wiki.name", "printable"),
        ('[wiki]\ndefault_space = "A B"', "wiki.default_space", "small letters"),
        ('[people]\nanonymous_reading = "yes"', "people.anonymous_reading", "true or false"),
        ('[people]\ndatabase = "oracle"', "people.database", "SQLite"),
        ('[log]\nlevel = "loud"', "log.level", "debug, info"),
        ('[limits]\nattachment_types = "pdf"', "limits.attachment_types", "list"),
        ('[limits]\nattachment_types = ["PDF"]', "limits.attachment_types", ".pdf"),
        ('[reports]\ntimezone = "Mars/Base"', "reports.timezone", "Europe/Berlin"),
        ('[server]\nbase_url = "wiki.example.org"', "server.base_url", "https://"),
        ('[server]\nbase_url = "https://x/"', "server.base_url", "slash"),
        ('[server]\ntrusted_proxies = ["proxy"]', "server.trusted_proxies", "10.0.0.0/8"),
        ('[git]\ncommitter_email = "x"', "git.committer_email", "strata@example.org"),
        ("[server]\nport = inf", "server.port", "whole number"),
        ("[limits]\nrender_seconds = nan", "limits.render_seconds", "a number"),
        ("not toml", "file", "Mend"),
    ],
)
def test_a_wrong_setting_names_file_key_and_remedy(tmp_path, text, key, remedy):
    path = write(tmp_path, text)
    with pytest.raises(SettingInvalid) as refusal:
        load_settings(path, {})
    assert str(path) in str(refusal.value)
    assert refusal.value.key == key
    assert remedy in str(refusal.value)


def test_wrong_variables_are_refused():
    with pytest.raises(SettingInvalid, match="STRATA_SERVER_PORT"):
        load_settings(None, {"STRATA_SERVER_PRT": "1"})
    with pytest.raises(SettingInvalid, match="whole number"):
        load_settings(None, {"STRATA_SERVER_PORT": "http"})
    with pytest.raises(SettingInvalid, match="cannot be read"):
        load_settings(Path("/nowhere/config.toml"), {})
    load_settings(None, {"STRATA_CONFIG": "x", "PATH": "y"})


def test_settings_that_contradict_each_other_are_refused(tmp_path):
    editing = "[people]\nanonymous_reading = false\nanonymous_editing = true"
    for text in (
        editing,
        "[limits]\nrequest_bytes = 10000",
    ):
        with pytest.raises(SettingInvalid):
            load_settings(write(tmp_path, text), {})


def test_an_https_address_makes_cookies_secure(tmp_path):
    path = write(tmp_path, '[server]\nbase_url = "https://wiki.example.org"')
    assert load_settings(path, {}).server.https


def test_a_password_in_a_database_url_is_not_repeated():
    with pytest.raises(SettingInvalid) as refusal:
        load_settings(None, {"STRATA_PEOPLE_DATABASE": "oops://user:hunter2@host"})
    assert "hunter2" not in str(refusal.value)


def test_settings_are_values():
    settings = dataclasses.replace(
        Settings(), log=dataclasses.replace(Settings().log, level="debug")
    )
    assert settings != Settings()
    assert hash(settings) != hash(Settings())
