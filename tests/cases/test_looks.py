"""P008: whoever looks at figures that tell of people one by one leaves a line for those concerned."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import catch_up
from tests.web.api.conftest import client_at
from tests.web.conftest import Furnished
from tests.web.people import settings_in
from wiki.analytics.question import Naming
from wiki.analytics.registry import REPORTS
from wiki.config import People
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author, Role
from wiki.services.accounts import OPERATOR
from wiki.services.accounts_store import looks
from wiki.services.looks import Looks
from wiki.services.pages import save_page
from wiki.services.people import people_of
from wiki.services.privacy import change_naming
from wiki.services.reports import Asked, run
from wiki.services.space_files import space_file
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "field"
PEOPLE = [Author(f"Bea Holt{n}", f"bea{n}@big.example") for n in range(6)]


@pytest.fixture
def watched(
    tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[Furnished]:
    """A space of seven people, ann among them, which names nobody yet; ray is of the works council."""
    shutil.copytree(model_wiki[0], tmp_path / "wiki")
    wiki = Wiki(settings_in(tmp_path / "wiki", people=People(auditors=("ray",))))
    shutil.rmtree(wiki.repository_path("handbook"))
    create(wiki.repository_path(SPACE))
    versions = [
        NewVersion(who, at, 0, who, at, "Write", {f"p{n % 4}.md": f"# P\n\nWords {n} of it\n".encode()},
                   (n,) if n else ())
        for n, (who, at) in enumerate((each, 1_780_000_000 + n * 90_000) for n, each in enumerate(PEOPLE * 3))
    ]  # fmt: skip
    import_versions(wiki.repository_path(SPACE), "main", versions)
    catch_up(wiki, SPACE)
    save_page(wiki, wiki.accounts.account("ann").viewer, SPACE, "anns", "My own words\n", "")
    catch_up(wiki, SPACE)
    yield Furnished(wiki, create_app(wiki, testing=True), model_wiki[1])
    wiki.close()


def _set(watched: Furnished, naming: str) -> None:
    boss = watched.wiki.accounts.account("boss").viewer
    base = space_file(watched.wiki.open(SPACE), ".strata/reports.toml").oid
    change_naming(watched.wiki, boss, SPACE, naming, base)
    catch_up(watched.wiki, SPACE)


def _mark(watched: Furnished, author: Author) -> str:
    return people_of(watched.wiki.open(SPACE), watched.wiki.settings).person(author).who


def _ann(watched: Furnished) -> str:
    author = watched.wiki.accounts.account("ann").viewer.author
    assert author
    return _mark(watched, author)


def _lines(watched: Furnished) -> list[tuple[str, str, str, str]]:
    query = sa.select(looks.c.viewer, looks.c.subject, looks.c.what, looks.c.door)
    with watched.wiki.accounts.database.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _fresh(watched: Furnished) -> None:
    """As if nobody had looked."""
    with watched.wiki.accounts.database.writing() as connection:
        connection.execute(sa.delete(looks))
    watched.wiki.looks = Looks(watched.wiki.accounts.database, watched.wiki.settings)


def _everything(watched: Furnished) -> list[str]:
    found = ["reports", "privacy", "teams", "identities", f"person?who={_mark(watched, PEOPLE[0])}"]
    for name in REPORTS:
        forms = (".json", ".csv", ".html") if name == "collective" else ()
        found += [f"reports/{name}{form}?window=all" for form in ("", *forms)]
    for key in ("contributors", "edits", "absence_factor"):
        found.append(f"reports/participation/{key}?window=all")
    return found


def test_p008_what_tells_of_the_whole_leaves_no_line(watched: Furnished) -> None:
    boss = watched.browser("boss")
    for address in _everything(watched):
        assert boss.get(f"/{SPACE}/-/{address}").status_code in {200, 404}
    boss.get("/-/reports/participation")
    assert _lines(watched) == []


def test_p008_whoever_is_told_of_people_leaves_a_line(watched: Furnished) -> None:
    _set(watched, "named")
    boss, named = watched.browser("boss"), 0
    for address in _everything(watched):
        if address.startswith(("privacy", "teams", "identities")):
            continue  # who is who, and who set what: no figures
        _fresh(watched)
        text = boss.get(f"/{SPACE}/-/{address}").text
        # A form that offers people to choose from tells nothing of them.
        is_told = bool(re.search(r"Bea Holt\d", re.sub(r"(?s)<form.*?</form>", "", text)))
        assert bool(_lines(watched)) == is_told, address
        named += is_told
    assert named > 4
    _fresh(watched)
    assert "Bea Holt" in boss.get("/-/reports/collective?window=all").text
    assert _lines(watched) == [("boss", "", "Collective", "web")]


def test_p008_every_door_and_once_an_hour(watched: Furnished) -> None:
    _set(watched, "named")
    ann = _ann(watched)
    for _ in range(2):
        for who in ("boss", "ann", ""):
            browser = watched.browser(who)
            assert "pages edited" in browser.get(f"/{SPACE}/-/person?who={ann}").text
            for form in ("", ".json", ".csv", ".html", "/edits"):
                address = f"/{SPACE}/-/reports/participation{form}?window=all&person={ann}"
                assert browser.get(address).status_code == 200
    assert {line[:2] for line in _lines(watched)} == {("boss", ann), ("", ann)}
    _fresh(watched)
    client_at(watched, "boss").get(f"/spaces/{SPACE}/reports/collective?window=all")
    assert _lines(watched) == [("boss", "", "Collective", "api")]
    _fresh(watched)
    namings: tuple[Naming, ...] = ("aggregate", "named")
    for naming in namings:
        asked = Asked("collective", "all", minimum=1, naming=naming)
        run(watched.wiki, OPERATOR, SPACE, asked, now=1_790_000_000)
    assert _lines(watched) == [(OPERATOR.account, "", "Collective", "terminal")]


def test_p008_those_concerned_and_the_works_council_read_it(watched: Furnished) -> None:
    _set(watched, "named")
    watched.browser("boss").get(f"/{SPACE}/-/person?who={_ann(watched)}")
    watched.browser("boss").get(f"/{SPACE}/-/person?who={_mark(watched, PEOPLE[1])}")
    account = watched.browser("ann").get("/-/account").text
    assert "your page" in account and account.count("in the browser") == 1  # noqa: PT018 - one line
    assert "Nobody else" in watched.browser("boss").get("/-/account").text
    council = watched.browser("ray").get("/-/looks").text
    assert "Bea Holt1" in council and council.count("their page") == 2  # noqa: PT018 - two lines
    for who, status in (("boss", 403), ("ann", 403), ("", 302)):
        assert watched.browser(who).get("/-/looks").status_code == status
    assert "ray" in watched.browser().get(f"/{SPACE}/-/privacy").text.split("<main")[1]


def test_p009_reports_say_what_they_are_for_and_how_long_looks_are_kept(watched: Furnished) -> None:
    said = "For learning, not for judging: agreement of 1 March."
    wiki = watched.wiki
    wiki.settings = replace(wiki.settings, reports=replace(wiki.settings.reports, notice=said))
    for address in ("reports", "reports/participation", "privacy"):
        assert said in watched.browser("ray").get(f"/{SPACE}/-/{address}").text, address
    assert "365 days" in watched.browser("ray").get(f"/{SPACE}/-/privacy").text
    assert said in watched.browser("ray").get("/-/reports/participation").text


def test_p008_p010_whoever_was_erased_stays_unnamed_in_what_was_looked_at(
    watched: Furnished,
) -> None:
    from wiki.services.erasing import erase

    _set(watched, "named")
    watched.wiki.accounts.add(OPERATOR, "zora", Role.READER, "Zora Quill")
    zora = replace(watched.wiki.accounts.account("zora").viewer)
    watched.wiki.looks.note(zora, SPACE, "their page", _mark(watched, PEOPLE[1]))
    boss = watched.wiki.accounts.account("boss").viewer
    erase(watched.wiki, boss, [PEOPLE[1]])
    assert zora.author
    erase(watched.wiki, boss, [zora.author], "zora")
    council = watched.browser("ray").get("/-/looks").text
    assert not re.search(r"Bea Holt1|zora|Quill", council)
    assert "former member #1" in council
    assert "former member #2" in council
