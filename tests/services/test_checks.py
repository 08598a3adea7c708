"""What strata check finds, and the command it names."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from wiki.model import Role
from wiki.services import checks
from wiki.services.accounts import OPERATOR
from wiki.services.checks import Finding, check, worst
from wiki.services.setting_up import set_up


@pytest.fixture
def wiki(make_wiki):
    made = make_wiki({"Home.md": "# Home\n", "Other.md": "# Other\n"})
    admin = set_up(made).password
    made.accounts.change_password(
        made.accounts.account("admin"), admin, "three purple otters", "192.0.2.1"
    )
    return made


def found(findings, subject):
    return [finding for finding in findings if finding.subject == subject]


def wrong(findings):
    return {finding.subject: finding for finding in findings if finding.state != "ok"}


def test_a_healthy_wiki_has_nothing_to_say(wiki):
    findings = check(wiki, "contents")
    assert not wrong(findings)
    assert worst(findings) == "ok"


def test_r017_a_missing_object_is_found_and_the_remedy_mends_it(wiki, tmp_path):
    path = wiki.repository_path("handbook")
    clone = tmp_path / "clone.git"
    subprocess.run(["git", "clone", "-q", "--mirror", str(path), str(clone)], check=True)
    victim = next(f for f in (path / "objects").glob("??/*") if f.is_file())
    victim.unlink()
    finding = found(check(wiki, "objects"), "space handbook")[0]
    assert finding.state == "problem"
    command = finding.remedy.partition("clone: ")[2].partition(";")[0].replace("CLONE", str(clone))
    wiki.forget("handbook")
    subprocess.run(command, shell=True, check=True, capture_output=True)
    assert found(check(wiki, "objects"), "space handbook")[0].state != "problem"


def test_r016_missing_and_damaged_accounts(wiki):
    wiki.accounts.close()
    database = wiki.settings.wiki.instance / "accounts.sqlite3"
    kept = database.read_bytes()
    database.write_bytes(b"nonsense" * 1000)
    assert "Restore" in wrong(check(wiki))["accounts"].remedy
    wiki.accounts.close()
    database.write_bytes(kept)
    assert "accounts" not in wrong(check(wiki))
    wiki.accounts.close()
    for file in database.parent.glob("accounts*"):
        file.unlink()
    assert "strata init" in wrong(check(wiki))["accounts"].remedy


def test_an_administrator_who_never_came_is_mentioned(wiki):
    name = wiki.accounts.add(OPERATOR, "bea", Role.ADMIN)[0].name
    wiki.accounts.set_disabled(OPERATOR, "admin", True)
    assert f"strata account reset {name}" in wrong(check(wiki))["accounts"].remedy


def test_what_is_behind_or_not_built_is_told(wiki):
    space = wiki.open("handbook")
    for projection in (space.catalogue, space.history, space.search):
        projection.close()
    shutil.rmtree(space.index_folder)
    finding = wrong(check(wiki))["space handbook"]
    assert finding.state == "warning"
    assert "strata rebuild --space handbook" in finding.remedy


def test_r038_folders_others_can_read(wiki):
    wiki.settings.wiki.instance.chmod(0o755)
    assert "chmod" in wrong(check(wiki))["rights"].remedy


def test_missing_folders_and_spaces(wiki):
    shutil.rmtree(wiki.settings.wiki.content)
    findings = wrong(check(wiki))
    assert findings["folder content"].vital
    assert findings["spaces"].remedy == "Run: strata init"


def test_a_full_disk(wiki, monkeypatch):
    usage = shutil._ntuple_diskusage
    for free, state in ((50_000_000, "problem"), (500_000_000, "warning"), (10**11, "ok")):
        monkeypatch.setattr(
            checks.shutil, "disk_usage", lambda _, free=free: usage(10**12, 0, free)
        )
        assert found(check(wiki), "disk")[0].state == state


def test_b003_git_is_looked_at(wiki, monkeypatch):
    for version, state in (("", "problem"), ("2.30.2", "warning"), ("2.39.5", "ok")):
        monkeypatch.setattr(checks.git, "git_version", lambda version=version: version)
        assert found(check(wiki), "git")[0].state == state
    monkeypatch.setattr(checks.git, "can_receive", lambda: False)
    assert "Pushes are refused" in found(check(wiki), "git")[0].sentence


def test_the_worst_counts():
    fine, odd, bad = (Finding("x", state, "") for state in ("ok", "warning", "problem"))
    assert (worst([]), worst([fine]), worst([fine, odd]), worst([odd, bad])) == (
        "ok",
        "ok",
        "warning",
        "problem",
    )
