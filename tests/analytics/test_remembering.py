"""Answers kept with their facts."""

from concurrent.futures import ThreadPoolExecutor

from tests.analytics.histories import Story
from wiki.analytics.remembering import remembered


def test_what_was_asked_lately_is_not_made_again():
    facts, made = Story().facts(), []

    def make(key):
        return remembered(facts, "squares", key, lambda: made.append(key) or key * key)

    assert [make(key) for key in (1, 2, 3, 1)] == [1, 4, 9, 1]
    assert made == [1, 2, 3]
    assert [make(key) for key in (4, 1)] == [16, 1]
    assert made == [1, 2, 3, 4, 1]


def test_other_facts_remember_nothing_of_it():
    facts = Story().facts()
    assert remembered(facts, "n", 1, lambda: "whole") == "whole"
    assert remembered(facts.narrowed(), "n", 1, lambda: "part") == "part"


def test_many_may_ask_at_once():
    facts = Story().facts()
    keys = [n % 7 for n in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: remembered(facts, "n", key, lambda: key * 2), keys))
    assert found == [key * 2 for key in keys]
