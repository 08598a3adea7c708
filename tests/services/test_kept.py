"""Keeping a few values that cost time to make."""

from __future__ import annotations

import threading
import time

import pytest

from wiki.services.kept import Kept


def _fails() -> str:
    raise ValueError("none")


def test_d013_what_cannot_be_made_leaves_nothing_behind() -> None:
    kept = Kept(4)
    for number in range(50):
        with pytest.raises(ValueError, match="none"):
            kept.get(number, _fails)
    assert not kept._making
    assert not kept._values
    assert kept.get(7, lambda: "now") == "now"


def test_no_two_make_the_same_and_the_least_used_goes_first() -> None:
    kept, made = Kept(2), []

    def make() -> int:
        made.append(1)
        time.sleep(0.02)
        return len(made)

    threads = [threading.Thread(target=kept.get, args=("a", make)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    for key in ("b", "a", "c"):
        kept.get(key, lambda: "other")
    assert set(kept._values) == {"a", "c"}
