from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wiki.projections.search.words import MAX_WORD, fold, index_words, query_words, stem


def words(text: str) -> list[str]:
    return [word for word, _ in index_words(text)]


def test_letters_are_compared_without_case_and_accents() -> None:
    assert fold("Ça été Übung STRASSE Łódź Ёлка") == "ca ete ubung strasse lodz елка"
    assert fold("Straße") == "strasse"


def test_letters_written_in_two_ways_are_one() -> None:
    assert fold("e\u0301te\u0301") == fold("été") == "ete"
    assert fold("Ａｂｃ") == "abc"


def test_arabic_is_found_without_its_vowel_signs() -> None:
    assert fold("العَرَبِيَّة") == fold("العربية")


def test_the_russian_short_i_is_a_letter_of_its_own() -> None:
    assert fold("йод") == "йод"


def test_words_have_their_places() -> None:
    assert list(index_words("One two, three")) == [("one", 0), ("two", 1), ("three", 2)]


def test_names_with_signs_stay_whole() -> None:
    assert words("C++ and C# but #heading") == ["c++", "and", "c#", "but", "heading"]


def test_possessives_are_the_word() -> None:
    assert words("the company's and the company’s") == ["the", "company", "and", "the", "company"]


def test_identifiers_are_found_by_their_parts() -> None:
    assert words("foo_bar.baz-qux") == ["foo", "bar", "baz", "qux"]


def test_unspaced_scripts_give_characters_and_pairs() -> None:
    assert list(index_words("北京大")) == [
        ("北", 0), ("京", 1), ("大", 2), ("北京", 0), ("京大", 1),
    ]  # fmt: skip


def test_a_query_asks_for_pairs() -> None:
    assert query_words("北京大学 Guide") == [("北京", 0), ("京大", 1), ("大学", 2), ("guide", 4)]
    assert query_words("水") == [("水", 0)]


def test_scripts_may_meet_in_one_word() -> None:
    assert words("Python编程") == ["python", "编", "程", "编程"]


def test_english_endings_are_taken_off() -> None:
    assert stem("files") == stem("file") == "file"
    assert stem("команды") == "команды"


@given(st.text(max_size=300))
def test_any_text_has_short_folded_words(text: str) -> None:
    for word, position in index_words(text):
        assert 0 < len(word) <= MAX_WORD
        assert position >= 0


@given(st.text(max_size=60))
def test_what_is_asked_is_in_what_was_indexed(text: str) -> None:
    assert {word for word, _ in query_words(text)} <= {word for word, _ in index_words(text)}
