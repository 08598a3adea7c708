import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wiki.cli import main


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    for command in (
        ["init", "-q", str(folder)],
        ["-C", str(folder), "commit", "-q", "--allow-empty", "-m", "empty"],
    ):
        subprocess.run(
            ["git", "-c", "user.name=Ann Lee", "-c", "user.email=a@x", *command], check=True
        )
    (folder / "a.md").write_text("# A\n")
    subprocess.run(["git", "-C", str(folder), "add", "."], check=True)
    subprocess.run(
        [
            "git",
            "-C",
            str(folder),
            "-c",
            "user.name=Ann Lee",
            "-c",
            "user.email=b@x",
            "commit",
            "-q",
            "-m",
            "a",
        ],
        check=True,
    )
    return folder


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments])


@pytest.mark.parametrize("name", ["participation", "evolution"])
def test_a_report_on_a_clone_as_text(clone: Path, name: str) -> None:
    result = _run(name, "--repo", str(clone), "--explain", "--who")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{name.capitalize()} · clone · ")
    assert "Read from 2 commits" in result.output
    assert "joined (same full name: ann lee)" in result.output
    assert max(map(len, result.output.splitlines())) < 140


def test_json_and_csv_can_be_read(clone: Path) -> None:
    told = json.loads(_run("participation", "--repo", str(clone), "--format", "json").output)
    assert told["figures"][0] | {"definition": ""} == {
        "key": "contributors", "title": "Contributors", "unit": "people", "value": 1,
        "previous": None, "year_ago": None, "definition": "",
    }  # fmt: skip
    rows = list(
        csv.DictReader(
            io.StringIO(_run("evolution", "--repo", str(clone), "--format", "csv").output)
        )
    )
    assert next(row for row in rows if row["key"] == "pages")["value"] == "1"


def test_what_a_figure_is_a_share_of_is_told(clone: Path) -> None:
    of = "of 240 who could have taken part"
    for name in ("participation", "overview"):
        asked = (name, "--repo", str(clone), "--people", "240")
        assert f"    {of}\n" in _run(*asked).output
        text = _run(*asked, "--format", "csv").output
        rows = list(csv.DictReader(io.StringIO(text)))
        assert next(row for row in rows if row["key"] == "contributors")["base"] == of
        assert {row["base"] for row in rows if row["key"] != "contributors"} == {""}


def test_small_groups_are_hidden_if_asked(clone: Path) -> None:
    told = json.loads(
        _run("participation", "--repo", str(clone), "--format", "json", "--aggregate").output
    )
    assert next(figure for figure in told["figures"] if figure["key"] == "new")["value"] == "<5"


def test_refusals_are_sentences(tmp_path: Path, clone: Path) -> None:
    result = _run("participation", "--repo", str(tmp_path / "nothing"))
    assert result.exit_code == 1
    assert "is no git repository" in result.output
    assert _run("participation", "--repo", str(clone), "--since", "soon").exit_code == 1
    assert _run("ranking").exit_code == 2
    assert _run("evolution", "--repo", str(clone), "--space", "x").exit_code == 2


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("participation", "--by", "team", "--format", "html"), "html"),
        (("overview", "--by", "team"), "overview"),
        (("participation", "--by", "team", "--team", "North"), "--team out"),
        (("participation", "--window", "all", "--since", "2026-01-01"), "--window"),
    ],
)
def test_options_that_do_not_go_together_are_named(
    clone: Path, options: tuple[str, ...], word: str
) -> None:
    result = _run(*options, "--repo", str(clone))
    assert result.exit_code == 2
    assert word in result.output


def test_a_quiet_window_says_where_to_look(clone: Path) -> None:
    result = _run(
        "participation", "--repo", str(clone), "--since", "2001-01-01", "--until", "2001-02-01"
    )
    assert "Nobody edited in this time." in result.output
    assert "--window active" in result.output


def test_a_demo_of_another_name_and_a_report_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[wiki]\ncontent = "{tmp_path}/content"\nsearch_index = "{tmp_path}/index"\ninstance = "{tmp_path}/instance"\n'
    )
    for folder in ("content", "index", "instance"):
        (tmp_path / folder).mkdir()
    runner = CliRunner()
    assert "[default: demo]" in runner.invoke(main, ["demo", "--help"]).output
    asked = ["--config", str(config), "demo", "--space", "ferries"]
    made = runner.invoke(main, asked)
    assert made.exit_code == 0, made.output
    assert "Made the space “ferries”" in made.output
    assert "by forty people" in made.output
    report = ["--config", str(config), "report", "evolution", "--space", "ferries"]
    told = runner.invoke(main, report)
    assert told.exit_code == 0, told.output
    assert "There are 159 pages" in told.output
    again = runner.invoke(main, asked)
    assert again.exit_code == 1
    assert "already" in again.output
