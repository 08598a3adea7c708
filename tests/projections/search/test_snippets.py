from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.projections.search.conftest import plain
from wiki.projections.search.parsing import parse_query
from wiki.projections.search.snippets import LENGTH, Snippets


def snippet(query: str, text: str, title: str = "") -> str:
    return plain(Snippets(parse_query(query)).text(text, title))


def test_all_forms_of_a_word_are_marked() -> None:
    assert snippet("files", "A file and the Files were filed.") == (
        "A [file] and the [Files] were [filed]."
    )
    assert snippet("happy", "Happiness makes happy") == "[Happiness] makes [happy]"


def test_only_whole_words_are_marked() -> None:
    assert snippet("art", "The art of party") == "The [art] of party"


def test_prefixes_mark_the_whole_word() -> None:
    assert snippet("hol*", "Holidays and holes") == "[Holidays] and [holes]"


def test_accents_and_case_do_not_matter() -> None:
    assert snippet("ete", "Un ÉTÉ à la plage") == "Un [ÉTÉ] à la plage"


def test_unspaced_text_is_marked_as_it_was_asked_for() -> None:
    assert snippet("数据库", "如何安装数据库软件") == "如何安装[数据库]软件"
    assert snippet("ファイル", "ファイルを削除") == "[ファイル]を削除"


def test_words_left_out_are_not_marked() -> None:
    assert snippet("tea -coffee", "tea or coffee") == "[tea] or coffee"


def test_the_stretch_with_most_of_the_words_is_chosen() -> None:
    text = "desk here. " + "nothing " * 80 + "The service desk helps. " + "nothing " * 80
    shown = snippet("service desk", text)
    assert "The [service] [desk] helps." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LENGTH + 60


def test_the_title_is_not_said_twice() -> None:
    assert snippet("tea", "Tea\nCups of tea", "Tea") == "Cups of [tea]"


def test_lines_are_told_apart() -> None:
    assert snippet("b", "a\n\nb\nc") == "a · [b] · c"


def test_a_word_late_in_a_long_page_is_found() -> None:
    assert "[needle]" in snippet("needle", "hay " * 20_000 + "needle")


def test_without_a_word_to_mark_the_text_begins() -> None:
    assert snippet("tag:x", "Some text") == "Some text"


@given(st.text(max_size=2000), st.sampled_from(["a", "ab*", "北京", '"a b"', "ß", "i"]))
def test_a_snippet_is_always_a_stretch_of_the_text(text: str, query: str) -> None:
    shown = Snippets(parse_query(query if query != "a" else "ab")).text(text, "")
    assert sum(len(piece.text) for piece in shown) <= LENGTH * 4 + 40
    assert Snippets(parse_query("ab")).title(text) is not None
