from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projections.search.conftest import Shelf, plain
from tests.projections.search.test_parsing import BOMBS
from wiki.errors import QueryRefused, SearchNotReady
from wiki.model import TreeEntry
from wiki.projections.projection import no_progress
from wiki.projections.search import Filter, SearchIndex, parse_query

HANDBOOK = {
    "README.md": "# Handbook\n\nHow we work. See the holiday rules.\n",
    "hr/holidays.md": "---\ntags: [HR, time off]\n---\n# Holidays\n\nEverybody has thirty days.\n",
    "hr/sick leave.md": "# Sick leave\n\nCall before nine. A holiday is something else.\n",
    "it/laptops.md": "---\ntags: hardware\n---\n# Laptops\n\nOrder a laptop from the service desk.\n",
    "it/files.md": "# File server\n\nFiles are kept on the file server and nowhere else.\n",
    "photo.png": b"\x89PNG",
}


@pytest.fixture
def handbook(shelf: Shelf) -> Shelf:
    shelf.write(HANDBOOK)
    return shelf


def test_a_word_is_found_in_all_its_forms(handbook: Shelf) -> None:
    assert set(handbook.found("holiday")) == {"README.md", "hr/holidays.md", "hr/sick leave.md"}
    assert handbook.found("holidays") == handbook.found("holiday")


def test_a_title_beats_a_text_that_repeats_the_word(shelf: Shelf) -> None:
    shelf.write(
        {
            "about.md": "# Printing\n\nHow it is done.\n",
            "often.md": "# Paper\n\n" + "Printing and printing. " * 40,
            "once.md": "# Ink\n\nNeeded for printing.\n",
        }
    )
    assert shelf.found("printing") == ["about.md", "often.md", "once.md"]


def test_the_form_that_was_written_counts_more(shelf: Shelf) -> None:
    shelf.write({"a.md": "we meet daily", "b.md": "one meeting daily", "c.md": "we met daily"})
    assert shelf.found("meeting") == ["b.md", "a.md"]
    assert shelf.found("meet") == ["a.md", "b.md"]


def test_a_shorter_page_beats_a_longer_one(shelf: Shelf) -> None:
    shelf.write({"long.md": "vpn " + "other words here " * 80, "short.md": "vpn other words"})
    assert shelf.found("vpn") == ["short.md", "long.md"]


def test_words_next_to_each_other_come_first(shelf: Shelf) -> None:
    shelf.write({"apart.md": "desk of the one service", "near.md": "the one service desk of"})
    assert shelf.found("service desk") == ["near.md", "apart.md"]


def test_a_page_called_so_comes_first(shelf: Shelf) -> None:
    shelf.write({"tar.md": "# tar\n\nan archive", "tar-split.md": "# tar split\n\nan archive"})
    assert shelf.found("tar")[0] == "tar.md"


def test_equal_pages_stand_in_the_order_of_their_paths(shelf: Shelf) -> None:
    shelf.write({f"p{n}.md": "same text" for n in (3, 1, 2)})
    assert shelf.found("same") == ["p1.md", "p2.md", "p3.md"]


def test_operators(handbook: Shelf) -> None:
    assert set(handbook.found("laptops OR sick")) == {"it/laptops.md", "hr/sick leave.md"}
    assert set(handbook.found("holiday -nine")) == {"README.md", "hr/holidays.md"}
    assert handbook.found("holiday NOT (nine OR rules)") == ["hr/holidays.md"]
    assert handbook.found("laptop order desk") == ["it/laptops.md"]


def test_phrases(handbook: Shelf) -> None:
    assert handbook.found('"service desk"') == ["it/laptops.md"]
    assert handbook.found('"desk service"') == []


def test_prefixes(handbook: Shelf) -> None:
    assert handbook.found("lap*") == ["it/laptops.md"]
    assert set(handbook.found("holi*")) == {"README.md", "hr/holidays.md", "hr/sick leave.md"}


def test_filters_of_the_index(handbook: Shelf) -> None:
    assert handbook.found("tag:hr") == ["hr/holidays.md"]
    assert handbook.found('tag:"Time Off"') == ["hr/holidays.md"]
    assert handbook.found("tag:time") == []
    assert set(handbook.found("path:hr")) == {"hr/holidays.md", "hr/sick leave.md"}
    assert handbook.found("path:hr/sick") == ["hr/sick leave.md"]
    assert handbook.found("holiday path:hr") == ["hr/holidays.md", "hr/sick leave.md"]
    assert handbook.found("title:leave") == ["hr/sick leave.md"]
    assert handbook.found('title:"sick leave"') == ["hr/sick leave.md"]
    assert handbook.found("title:laptop") == ["it/laptops.md"]  # in its other forms too
    assert handbook.found("title:lap*") == ["it/laptops.md"]


def test_filters_that_somebody_else_answers(handbook: Shelf) -> None:
    query = parse_query("holiday author:anna")
    paths = {Filter("author", "anna"): {"README.md"}}
    assert [hit.path for hit in handbook.index.search(query, outside=paths).hits] == ["README.md"]


def test_any_script_is_found(shelf: Shelf) -> None:
    shelf.write(
        {
            "zh.md": "# 数据库\n\n如何安装数据库软件和备份文件。",
            "ja.md": "# ファイル\n\nファイルを削除する方法。",
            "ko.md": "# 안내\n\n파일을 삭제하는 방법",
            "th.md": "# คู่มือ\n\nวิธีลบไฟล์",
            "ar.md": "# دليل\n\nهذا الأمر يحذف المِلَفّ.",
            "ru.md": "# Команды\n\nЁлка и йод, удалить файл.",
            "fr.md": "# Congés\n\nL’été, les employés sont en congé à Orléans.",
            "nfd.md": "# Cafe\u0301\n\nmenu",
        }
    )
    assert shelf.found("备份") == ["zh.md"]
    assert shelf.found("安装数据库") == ["zh.md"]
    assert shelf.found("库数") == []
    assert shelf.found("水") == []
    assert shelf.found("削除") == ["ja.md"]
    assert shelf.found("삭제") == ["ko.md"]
    assert shelf.found("ไฟล์") == ["th.md"]
    assert shelf.found("الملف") == ["ar.md"]
    assert shelf.found("елка") == ["ru.md"]
    assert shelf.found("employes ete ORLEANS") == ["fr.md"]
    assert shelf.found("café") == shelf.found("cafe") == ["nfd.md"]


def test_totals_are_exact_and_pages_of_results_join(shelf: Shelf) -> None:
    shelf.write({f"p/{n}.md": f"# Page {n}\n\ncommon {'word ' * (n % 7)}\n" for n in range(60)})
    query = parse_query("common")
    parts = [shelf.index.search(query, offset, 25) for offset in (0, 25, 50)]
    assert {part.total for part in parts} == {60}
    joined = [hit.path for part in parts for hit in part.hits]
    assert joined == [hit.path for hit in shelf.index.search(query, 0, 60).hits]
    assert len(set(joined)) == 60


def test_a_typo_gets_a_suggestion_that_finds_something(handbook: Shelf) -> None:
    assert handbook.search("hollidays").suggestion == "holidays"
    assert handbook.search("Sick laeve").suggestion == "Sick leave"
    assert handbook.search("holidays").suggestion == ""
    assert handbook.search("qqqqqq").suggestion == ""


def test_if_no_page_has_all_words_those_with_some_are_given(handbook: Shelf) -> None:
    result = handbook.search("holiday zeppelin")
    assert result.loosened
    assert result.total == 3


def test_hits_show_title_snippet_and_tags(handbook: Shelf) -> None:
    (hit,) = handbook.search("thirty").hits
    assert plain(hit.title) == "Holidays"
    assert plain(hit.snippet) == "Everybody has [thirty] days."
    assert hit.tags == ("HR", "time off")


def test_only_pages_are_found(shelf: Shelf) -> None:
    shelf.write(
        {
            ".strata/charter.md": "zebra",
            "note.txt": "zebra",
            "a.MD": "zebra",
            "b.markdown": "zebra",
            "c.mdwn": "zebra",
        }
    )
    assert shelf.found("zebra") == ["a.MD", "b.markdown", "c.mdwn"]


def test_g004_a_symbolic_link_is_no_page(shelf: Shelf) -> None:
    shelf.put({"real.md": "zebra"})
    entry = next(iter(shelf.repository.tree(shelf.head)))

    class Linked:
        def __getattr__(self, name: str) -> object:
            return getattr(shelf.repository, name)

        def tree(self, commit: str) -> list[TreeEntry]:
            return [entry, TreeEntry("link.md", 0o120000, entry.oid)]

    shelf.index.rebuild(Linked(), shelf.head, no_progress)  # type: ignore[arg-type]
    assert shelf.found("zebra") == ["real.md"]


def test_text_that_is_no_utf8_is_found_by_what_can_be_read(shelf: Shelf) -> None:
    shelf.write({"latin.md": "# Caf\xe9 zebra\n".encode("latin-1")})
    assert shelf.found("zebra") == ["latin.md"]


def test_d004_a_huge_page_is_indexed_in_part(shelf: Shelf) -> None:
    started = time.process_time()
    shelf.write({"huge.md": "# Huge\n\nzebra " + "many words here and there " * 60_000})
    assert time.process_time() - started < 10
    assert shelf.found("zebra") == ["huge.md"]
    assert shelf.search("here").hits


def test_following_takes_in_changes_renames_and_deletions(handbook: Shelf) -> None:
    handbook.write({"hr/holidays.md": None, "hr/leave.md": HANDBOOK["hr/holidays.md"]})
    handbook.write({"it/laptops.md": "# Tablets\n"})
    assert handbook.found("thirty") == ["hr/leave.md"]
    assert handbook.found("laptops") == ["it/laptops.md"]  # by its name
    assert handbook.found('"service desk"') == []
    assert handbook.index.page_count() == 5


def test_an_index_of_nothing_finds_nothing(shelf: Shelf) -> None:
    shelf.index.rebuild(shelf.repository, "", no_progress)
    assert shelf.index.position() == ""
    assert shelf.search("anything").total == 0
    shelf.put({"a.md": "zebra"})
    shelf.follow()
    assert shelf.found("zebra") == ["a.md"]


def test_without_an_index_it_says_so(shelf: Shelf) -> None:
    assert shelf.index.position() is None
    with pytest.raises(SearchNotReady, match="handbook"):
        shelf.search("anything")


def test_another_version_is_rebuilt(handbook: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SearchIndex, "version", 99)
    newer = SearchIndex(handbook.folder / "index" / "handbook")
    assert newer.position() is None


def test_following_again_changes_nothing(handbook: Shelf) -> None:
    old = handbook.head
    handbook.write({"it/new.md": "# New\n"})
    before = sorted(handbook.index.dump())
    handbook.index.advance(handbook.repository, old, handbook.head)
    assert sorted(handbook.index.dump()) == before


def test_the_time_being_up_is_a_refusal(handbook: Shelf) -> None:
    with pytest.raises(QueryRefused, match="too long"):
        handbook.index.search(parse_query("holiday"), expired=lambda: True)


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_d003_bombs_are_answered_or_refused_within_a_second(handbook: Shelf, text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(QueryRefused):
        handbook.search(text)
    assert time.process_time() - started < 10


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(alphabet=st.sampled_from('holidays ()"*-:ANDORTtag~[]?\\北京\n'), max_size=120)
    | st.text(max_size=120)
)
def test_b005_any_text_is_answered_or_refused(handbook: Shelf, text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(QueryRefused):
        handbook.search(text)
    assert time.process_time() - started < 10
