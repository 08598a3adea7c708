"""What a hostile history may hold already: every address of the wiki copes, and nothing leaks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cases.crawling import addresses, ask, look, rules, submit, typed, with_query
from tests.cases.planting import ANN, MISSING, Entry, Planter
from tests.conftest import catch_up
from tests.web.conftest import Furnished
from wiki.git import fsck
from wiki.services.wiki import Wiki

CANARY = "canary-of-the-machine-77b1"
SPACE = "handbook"
TEXT = b"# Fine\n\nSome [[a]] text.\n"

DOT_GITS = [
    b".git", b".GIT", b".GiT", b"git~1", b"GIT~1", b".git.", b".git ", b".git::$INDEX_ALLOCATION",
    ".g\u200cit".encode(), "\ufeff.git".encode(),
]  # fmt: skip
PATHS = [b"..", b".", b"a/b.md", b"/etc-passwd", b"../evil.md", b"a\\b.md", b"C:x.md", b"con.md"]
ODD_NAMES = [
    b"caf\xe9.md", b"<img src=x onerror=alert(1)>.md", b"--output=x.md", b"-O.md", b"q?&#%.md",
    b"a\nb.md", b"\x01\x7f.md", b"n" * 255 + b".md", b"n" * 5000 + b".md", "\u202egnp.md".encode(),
    b"%2e%2e.md", b"{{7*7}}.md", b" .md", b".md", b"..md", b"-.md", b"\xff\xfe", b"x.md.md", b"=1+1.md",
]  # fmt: skip


@pytest.fixture
def planter(furnished: Furnished) -> Planter:
    return Planter(furnished.wiki.repository_path(SPACE))


def crawl(furnished: Furnished, names: list[str], *, damaged: bool = False) -> int:
    """Open every address of the space that takes a name, a path or a version; how many."""
    head = furnished.wiki.open(SPACE).repository.head() or ""
    stems = [name.removesuffix(".md") for name in names]
    values = {
        "space": [SPACE],
        "name": stems,
        "path": names,
        "folder": stems,
        "tag": ["fine"],
        "commit": [head],
    }
    browser = furnished.browser("ann")
    asked = 0
    for rule in rules(furnished.app):
        if not rule.rule.startswith("/<space>") or rule.endpoint.startswith("reports.as"):
            continue
        if rule.endpoint == "reports.report":
            continue
        for address in addresses(rule, values):
            look(browser, address, [CANARY, "root:x:0"], damaged=damaged)
            asked += 1
    for name in names:
        for query in ({"page": name.removesuffix(".md")}, {"folder": name}):
            look(browser, with_query(f"/{SPACE}/-/feed.atom", **query), [CANARY], damaged=damaged)
        look(browser, with_query(f"/{SPACE}/-/person", who=name), [CANARY])
        look(browser, with_query(f"/{SPACE}/-/new", name=name, folder=name), [CANARY])
    return asked


def settle(wiki: Wiki) -> None:
    """Follow what was planted, and hold the repository to what it promises."""
    space = catch_up(wiki)
    assert not any(state.error for state in space.follower.state())


def told(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def plant(planter: Planter, entries: list[Entry], *, in_order: bool = True) -> str:
    """One commit on the head whose tree is these entries and a page that is fine."""
    entries = [*entries, (b"100644", b"zz fine.md", planter.blob(TEXT))]
    tree = planter.tree(entries, in_order=in_order)
    return planter.move(planter.commit(tree, [planter.head()]))


def is_served(furnished: Furnished) -> None:
    """The page that is fine opens, can be found, and can be edited."""
    browser = furnished.browser("ann")
    assert "Some" in browser.get(f"/{SPACE}/zz%20fine").text
    edit = f"/{SPACE}/-/edit/zz%20fine"
    base = browser.get(edit).text.split('name="base" value="')[1][:40]
    answer = browser.submit(edit, text="# Fine\n\nEdited.\n", base=base)
    assert answer.status_code == 303, answer.text
    assert "Edited" in browser.get(f"/{SPACE}/zz%20fine").text


def test_g001_git_folders_in_a_tree_are_shown_to_nobody(
    furnished: Furnished, planter: Planter, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    config = f"[core]\n\tfsmonitor = touch {marker}\n\tsshCommand = touch {marker}\n".encode()
    folder = planter.files({b"config": config, b"x.md": b"# hidden\n"})
    plant(planter, [(b"40000", name, folder) for name in DOT_GITS])
    settle(furnished.wiki)
    names = [f"{told(name)}/{file}" for name in DOT_GITS for file in ("x.md", "config")]
    crawl(furnished, names)
    is_served(furnished)
    assert not marker.exists()
    assert furnished.browser().get(f"/{SPACE}/.git/x").status_code == 404


def test_g002_paths_in_names_lead_nowhere(furnished: Furnished, planter: Planter) -> None:
    outside = planter.path.parent / "evil.md"
    folder = planter.files({b"x.md": TEXT})
    entries = [(b"100644", name, planter.blob(TEXT)) for name in PATHS]
    plant(planter, [*entries, (b"40000", b"up", planter.tree([(b"40000", b"..", folder)]))])
    settle(furnished.wiki)
    names = [told(name) for name in PATHS] + ["up/../x.md", "../../instance/secret.key"]
    crawl(furnished, names)
    is_served(furnished)
    assert not outside.exists()


def test_g004_symbolic_links_are_never_followed(
    furnished: Furnished, planter: Planter, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(CANARY)
    (planter.path / "canary").write_text(CANARY)
    targets = {
        b"passwd.md": b"/etc/passwd", b"up.md": b"../../../etc/passwd", b"conf.md": b"canary",
        b"abs.md": bytes(secret), b"abs.png": bytes(secret), b"self.md": b"self.md",
        b"dir": bytes(tmp_path), b"README.md": bytes(secret), b".gitmodules": bytes(secret),
        b".mailmap": bytes(secret),
    }  # fmt: skip
    links = [(b"120000", name, planter.blob(target)) for name, target in targets.items()]
    strata = planter.tree([(b"120000", b"charter.toml", planter.blob(bytes(secret)))])
    plant(planter, [*links, (b"40000", b".strata", strata)])
    settle(furnished.wiki)
    crawl(furnished, [told(name) for name in targets] + ["dir/secret.md", ".strata/charter.toml"])
    is_served(furnished)


def test_g007_submodules_start_nothing(
    furnished: Furnished, planter: Planter, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    modules = (
        f'[submodule "../../x"]\n\tpath = sub\n\turl = --upload-pack=touch${{IFS}}{marker}\n'
        f'\tupdate = !touch {marker}\n[submodule "y"]\n\tpath = -u\n\turl = ext::touch {marker}\n'
    ).encode()
    entries = [
        (b"160000", b"sub", MISSING),
        (b"160000", b"page.md", MISSING),
        (b"160000", b"-u", planter.head()),
        (b"100644", b".gitmodules", planter.blob(modules)),
    ]
    plant(planter, entries)
    settle(furnished.wiki)
    crawl(furnished, ["sub", "sub/x.md", "page.md", "-u", ".gitmodules"])
    is_served(furnished)
    assert not marker.exists()


def test_g009_modes_of_files_mean_nothing(furnished: Furnished, planter: Planter) -> None:
    modes = [b"104755", b"100666", b"777777", b"0100644", b"100755", b"120644", b"0", b"40644"]
    page = planter.blob(TEXT)
    entries = [(mode, b"m" + mode + b".md", page) for mode in modes]
    entries += [(b"40000", b"blob-as-folder", page), (b"100644", b"tree.md", planter.files({}))]
    plant(planter, entries)
    settle(furnished.wiki)
    crawl(furnished, [told(name) for _, name, _ in entries] + ["blob-as-folder/x.md"], damaged=True)
    is_served(furnished)


def test_g010_g012_g013_g014_odd_names_are_opened_by_every_address(
    furnished: Furnished, planter: Planter
) -> None:
    before = sorted(planter.path.parents[1].iterdir())
    plant(planter, [(b"100644", name, planter.blob(TEXT)) for name in ODD_NAMES])
    settle(furnished.wiki)
    asked = crawl(furnished, [told(name) for name in ODD_NAMES])
    assert asked > 12 * len(ODD_NAMES)
    is_served(furnished)
    assert sorted(planter.path.parents[1].iterdir()) == before
    text = furnished.browser("ann").get(f"/{SPACE}/-/tree").text
    assert "<img src=x" not in text


def test_g010_g013_odd_names_can_be_changed(furnished: Furnished, planter: Planter) -> None:
    """Whoever imports such names gets rid of them in the browser."""
    names = [b"caf\xe9.md", b"--output=x.md", b"-O.md"]
    plant(planter, [(b"100644", name, planter.blob(TEXT)) for name in names])
    settle(furnished.wiki)
    browser = furnished.browser("ann")
    stems = ["caf%E9", "--output%3Dx", "-O"]
    for number, stem in enumerate(stems):
        edit = f"/{SPACE}/-/edit/{stem}"
        base = re.search(r'name="base" value="(\w+)"', ask(browser, edit).text)
        answer = submit(browser, edit, base=base[1], text="# Edited\n", summary="s")
        assert answer.status_code == 303, answer.text
        assert "Edited" in ask(browser, f"/{SPACE}/{stem}").text
        move = f"/{SPACE}/-/move/{stem}"
        answer = submit(browser, move, new_name=f"fine-{number}", mend="1")
        assert answer.status_code == 303, answer.text
        settle(furnished.wiki)
        assert browser.get(f"/{SPACE}/fine-{number}").status_code == 200
        assert browser.submit(f"/{SPACE}/-/revert/{planter.head()}").status_code == 303
        settle(furnished.wiki)
        assert ask(browser, f"/{SPACE}/{stem}").status_code == 200
    assert fsck(planter.path) == ()


def test_g014_a_path_five_thousand_deep(furnished: Furnished, planter: Planter) -> None:
    tree = planter.files({b"deep.md": TEXT})
    for _ in range(5000):
        tree = planter.tree([(b"40000", b"d", tree)])
    plant(planter, [(b"40000", b"d", tree)])
    settle(furnished.wiki)
    crawl(furnished, ["d/" * 400 + "d", "d/" * 5000 + "deep.md"])
    is_served(furnished)


def test_g018_twins_are_two_pages_with_two_histories(
    furnished: Furnished, planter: Planter
) -> None:
    twins = {
        b"Read me.md": b"# one\n", b"read me.md": b"# two\n",
        "Caf\u00e9.md".encode(): b"# three\n", "Cafe\u0301.md".encode(): b"# four\n",
        "Stra\u00dfe.md".encode(): b"# five\n", b"Strasse.md": b"# six\n",
    }  # fmt: skip
    entries: list[Entry] = []
    for name, text in twins.items():
        entries.append((b"100644", name, planter.blob(text)))
        tree = planter.tree(entries)
        planter.move(planter.commit(tree, [planter.head()], message=b"add " + text))
    plant(planter, entries)
    settle(furnished.wiki)
    crawl(furnished, [told(name) for name in twins])
    browser = furnished.browser("ann")
    words = [text.decode()[2:].strip() for text in twins.values()]
    for name, text in twins.items():
        stem = next(iter([told(name).removesuffix(".md")]))
        title = text.decode()[2:].strip()
        assert f">{title}" in browser.get(f"/{SPACE}/{stem}").text, stem
        source = browser.get(f"/{SPACE}/{stem}.md")
        assert source.get_data() == text
        others = [word for word in words if word != title]
        lines = browser.get(f"/{SPACE}/-/biography/{stem}").text
        assert not any(f"# {word}" in lines for word in others), stem
    is_served(furnished)


def test_g019_entries_that_contradict_each_other(furnished: Furnished, planter: Planter) -> None:
    page, folder = planter.blob(TEXT), planter.files({b"x.md": TEXT})
    plant(
        planter,
        [
            (b"100644", b"z.md", page), (b"40000", b"a.md", folder), (b"100644", b"a.md", page),
            (b"100644", b"dup.md", page), (b"100644", b"dup.md", planter.blob(b"# other\n")),
            (b"40000", b"dup", folder), (b"100644", b"dup", page), (b"40000", b"dir.md", folder),
            (b"40000", b"README.md", folder), (b"100644", b"A.md", page),
        ],
        in_order=False,
    )  # fmt: skip
    settle(furnished.wiki)
    crawl(furnished, ["a.md", "a.md/x.md", "dup.md", "dup", "dup/x.md", "dir.md", "dir.md/x.md"])
    is_served(furnished)


AUTHORS = [
    b"", b"No mail", b" <> 0 +0000", b"<script>alert(1)</script> <a@b> 1 +0000", b"x <y> 99999999999999999999 +0000",
    b"x <y> -5 +0000", b"x <y> 253402300800 +0000", b"x <y> 1700000000 +9999", b"x <y> 1700000000 -0000", b"x <y>",
    b"\xff\xfe <\xff@\xff> 1700000000 +0000", b"n" * 100_000 + b" <a@b> 1700000000 +0000", b"<" * 20_000,
    b'"; DROP <a"b@c> 1700000000 +0000', b"CEO <ceo@corp.example> 1700000000 +0000", b"x <y> nonsense +0000",
    b"=HYPERLINK(1) <=1@x> 1700000000 +0000", b"x <y> 1e9 +0000", b"x <y> 9223372036854775807 +0000",
]  # fmt: skip


def test_g028_authors_of_any_kind_are_shown(furnished: Furnished, planter: Planter) -> None:
    for number, author in enumerate(AUTHORS):
        files = planter.files({b"a.md": b"# %d\n" % number, b"zz fine.md": TEXT})
        planter.move(planter.commit(files, [planter.head()], author=author, committer=author))
        planter.move(planter.commit(files, [planter.head()], author=ANN, committer=author))
    settle(furnished.wiki)
    crawl(furnished, ["a.md"])
    history_is_shown(furnished, planter)


def test_g031_messages_and_headers_of_any_kind_are_shown(
    furnished: Furnished, planter: Planter
) -> None:
    headers = [
        b"encoding UTF-7\n", b"encoding \xff\n", b"encoding no-such-codec\n", b"gpgsig -----BEGIN\n x\n",
        b"author Other <o@o> 1 +0000\n", b"parent \n", b"x" * 70_000 + b" y\n", b"encoding ISO-8859-1\n",
    ]  # fmt: skip
    messages = [
        b"", b"a\0b", b"m" * 1_000_000, b"\xff\xfe", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        b"<script>alert(1)</script>", b"x\n\nStrata-Account: boss\nCo-authored-by: <>\nCo-authored-by: " + b"<" * 9000,
        b"\x1b[31mred\r\n\x00", b"Caf\xe9",
    ]  # fmt: skip
    cases = [(h, b"m\n") for h in headers] + [(b"", m) for m in messages]
    for number, (header, message) in enumerate(cases):
        files = planter.files({b"a.md": b"# %d\n" % number, b"zz fine.md": TEXT})
        parents = [planter.head()]
        planter.move(planter.commit(files, parents, headers=header, message=message))
    settle(furnished.wiki)
    crawl(furnished, ["a.md"])
    history_is_shown(furnished, planter)


def history_is_shown(furnished: Furnished, planter: Planter) -> None:
    """Every change of the space, each feed, each person's list, every report."""
    browser = furnished.browser("ray")
    space = furnished.wiki.open(SPACE)
    page = look(browser, f"/{SPACE}/-/history/a")
    assert page.status_code == 200
    text = browser.get(f"/{SPACE}/-/history/a").text
    assert "<script>alert" not in text
    before = ""
    while True:  # to the end of the history
        found = space.history.changes(limit=50, before=before or None)
        for row in found:
            look(browser, f"/{SPACE}/-/change/{row.commit.oid}")
            look(browser, f"/{SPACE}/-/version/{row.commit.oid}/a.md")
            look(browser, with_query(f"/{SPACE}/-/person", who=row.commit.author.email))
            look(browser, with_query(f"/{SPACE}/-/person", who=row.commit.author.name))
        if len(found) < 50:
            break
        before = found[-1].commit.oid
    for address in ("/-/history", "/-/feed.atom", f"/{SPACE}/-/feed.atom?page=a"):
        assert look(browser, address).status_code == 200
    for window in ("recent", "year", "all", "active"):
        for tail in ("", ".json", ".csv"):
            for name in ("participation", "evolution"):
                address = f"/{SPACE}/-/reports/{name}{tail}?window={window}"
                assert look(browser, address).status_code == 200
    is_served(furnished)
    done = subprocess.run(
        ["git", "-C", str(planter.path), "rev-list", "--count", "main"],
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:  # git itself may give up on such headers
        assert space.history.totals().commits >= int(done.stdout) - 1


CONTENTS = {
    b"utf16.md": "# Title\n".encode("utf-16"), b"nul.md": b"# a\0b\n", b"latin.md": b"# caf\xe9\n",
    b"bom.md": b"\xef\xbb\xbf# bom\r\n\r\ntext\r\n", b"one line.md": b"x" * 1_000_000, b"cr.md": b"# a\rb\rc",
    b"empty.md": b"", b"spaces.md": b"   \n", b"bin.md": bytes(range(256)) * 8, b"marks.md": b"<<<<<<< a\n=======\n",
}  # fmt: skip


def test_g032_r031_bytes_of_any_kind_are_handed_back(
    furnished: Furnished, planter: Planter
) -> None:
    plant(planter, [(b"100644", name, planter.blob(text)) for name, text in CONTENTS.items()])
    settle(furnished.wiki)
    crawl(furnished, [told(name) for name in CONTENTS])
    is_served(furnished)  # edits another page
    browser = furnished.browser()
    for name, text in CONTENTS.items():
        assert browser.get(f"/{SPACE}/{told(name)}").get_data() == text


def test_g045_pages_shadow_no_address_of_the_application(
    furnished: Furnished, planter: Planter
) -> None:
    folder = planter.files({b"health.md": TEXT, b"sign-in.md": TEXT, b"static.md": TEXT})
    nested = planter.tree([(b"40000", b"edit", folder), (b"100644", b"new.md", planter.blob(TEXT))])
    plant(planter, [(b"40000", b"-", nested), (b"100644", b"-.md", planter.blob(TEXT))])
    settle(furnished.wiki)
    browser = furnished.browser("ann")
    assert "Some" not in browser.get(f"/{SPACE}/-/new").text
    assert browser.get("/-/health").is_json
    crawl(furnished, ["-.md", "-/new.md", "-/edit/health.md"])
    is_served(furnished)


def test_w020_w021_no_name_or_message_breaks_a_header_or_a_feed(
    furnished: Furnished, planter: Planter
) -> None:
    names = [
        b"a\r\nSet-Cookie: x=1.png",
        b"\x01.md",
        b"]]>.md",
        b'"; x="y.pdf',
        b"\xf0\x9f\x92\xa3.zip",
    ]
    words = [
        b"]]>",
        b"\x01\x1f\x7f",
        "\U0001f4a3".encode(),
        b"\xff\xfe",
        "\ufffe\uffff".encode(),
        b"<!--&x;",
    ]
    for number, word in enumerate(words):
        files = planter.files({b"n%d.md" % number: word, **dict.fromkeys(names, word)})
        author = b"x" + word.replace(b"<", b"") + b" <y@z> 1700000000 +0000"
        planter.move(planter.commit(files, [planter.head()], author=author, message=word))
    settle(furnished.wiki)
    browser = furnished.browser("ann")
    for address in ("/-/feed.atom", f"/{SPACE}/-/feed.atom", f"/{SPACE}/-/feed.atom?page=n0"):
        feed = ET.fromstring(look(browser, address).get_data())
        assert feed.findall("{http://www.w3.org/2005/Atom}entry"), address
    for name in names:
        for tool in ("-/file/", "", "-/edit/", "-/history/"):
            answer = look(browser, f"/{SPACE}/{tool}{typed(told(name))}")
            assert all("\n" not in value for _, value in answer.headers)
            assert answer.headers.get("Set-Cookie", "") != "x=1.png"
