"""How fast search is on a large space: making the index, following a change, asking.

Queries are drawn from the index's own words by how many pages have them: very common ones (head),
ordinary ones (middle) and rare ones (tail), alone and in pairs. Each is asked once, as a person
would: ten results with snippets, who changed them and when, nothing from a cache of answers.
"""

from __future__ import annotations

import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.model import Author, Edit, FileWrite, Role, Viewer
from wiki.projections.search import SearchIndex
from wiki.services import searching
from wiki.services.space import Space
from wiki.services.wiki import Wiki

READER = Viewer("bench", Role.EDITOR, Author("Bench", "bench@example.org"))


QUERIES = 200


def run(data: Path) -> list[str]:
    """Measure on tldr-pages; a limit that is missed says so in a line of its own."""
    with tempfile.TemporaryDirectory(prefix="strata-bench-") as folder:
        wiki = _wiki(Path(folder), data / "repositories" / "tldr-pages.bundle")
        try:
            return _measure(wiki, wiki.open("bench"), QUERIES)
        finally:
            wiki.close()


def _wiki(folder: Path, repository: Path) -> Wiki:
    places = WikiSettings(
        content=folder / "content", search_index=folder / "index", instance=folder / "instance"
    )
    places.content.mkdir()
    bare = places.content / "bench.git"
    command = ["git", "clone", "--quiet", "--bare", str(repository), str(bare)]
    subprocess.run(command, check=True)
    return Wiki(replace(Settings(), wiki=places))


def _measure(wiki: Wiki, space: Space, queries: int) -> list[str]:
    space.follower.rebuild(["catalogue", "history"])
    rebuilt = _seconds(lambda: space.follower.rebuild(["search"]))
    built = _memory()
    space.search.close()
    fresh = SearchIndex(space.index_folder)
    opened = _seconds(fresh.stamp)
    fresh.close()
    words = _words(space, queries)
    singles = _times(wiki, [word for kind in words.values() for word in kind])
    rows = [("one or two words", singles + _times(wiki, _pairs(words, queries)))]
    rows += [(f"one word, {kind}", _times_of(wiki, chosen)) for kind, chosen in words.items()]
    rows += [
        ("two words", _times(wiki, _pairs(words, queries // 2, seed=2))),
        ("prefix of three letters", _times(wiki, [f"{w[:3]}*" for w in _long(words)])),
        ("phrase", _times(wiki, [f'"{pair}"' for pair in _pairs(words, 60, seed=3)])),
        ("typing error", _times(wiki, [f"{w[:2]}{w[3:]}q" for w in _long(words)])),
        ("type-ahead", _suggest_times(wiki, _long(words))),
    ]
    rows.append(("follow one change", _follow_times(space)))
    rows.append(("two words, after changes", _times(wiki, _pairs(words, 60, seed=4))))
    told = [
        f"{space.search.page_count()} pages, {len(space.search._refresh().segments())} segment(s)",
        f"rebuild            {rebuilt:8.1f} s    peak memory {built:.0f} MB",
        f"open               {opened * 1000:8.1f} ms",
    ]
    for name, times in rows:
        middle, most = _percentile(times, 50), _percentile(times, 95)
        told.append(f"{name:<26} p50 {middle:7.1f} ms  p95 {most:7.1f} ms")
    found = dict(rows)
    limits = (
        ("one or two words p95 ≤ 60 ms", _percentile(found["one or two words"], 95), 60),
        ("type-ahead p95 ≤ 30 ms", _percentile(found["type-ahead"], 95), 30),
        ("rebuild ≤ 90 s", rebuilt, 90),
    )
    return told + [f"MISSED: {name}" for name, value, limit in limits if value > limit]


def _words(space: Space, queries: int) -> dict[str, list[str]]:
    """Words by frequency: the 100 in most pages, those in 20 to 1000 pages, those in 1 to 5."""
    counts: dict[str, int] = {}
    for words, numbers in space.search._refresh().vocabularies():
        for word, number in zip(words, numbers, strict=True):
            if len(word) > 1 and word.isalpha():
                counts[word] = counts.get(word, 0) + number
    chance = random.Random(1)
    share = max(1, queries // 6)
    head = sorted(counts, key=lambda word: -counts[word])[:100]
    middle = sorted(word for word, count in counts.items() if 20 <= count <= 1000)
    tail = sorted(word for word, count in counts.items() if count <= 5)
    return {
        name: chance.sample(words, min(share, len(words)))
        for name, words in (("head", head), ("middle", middle), ("tail", tail))
    }


def _pairs(words: dict[str, list[str]], count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    frequent = words["head"] + words["middle"]
    return [f"{chance.choice(frequent)} {chance.choice(frequent)}" for _ in range(count // 2)]


def _long(words: dict[str, list[str]]) -> list[str]:
    return [word for word in words["head"] + words["middle"] if len(word) >= 4 and word.isascii()]


def _times_of(wiki: Wiki, words: Sequence[str]) -> list[float]:
    """With cold caches: as after a change."""
    wiki.open("bench").search.close()
    return _times(wiki, words)


def _times(wiki: Wiki, queries: Sequence[str]) -> list[float]:
    wiki.open("bench").search.stamp()
    return [
        _seconds(lambda text=text: searching.search(wiki, READER, "bench", text)) * 1000  # type: ignore[misc]
        for text in dict.fromkeys(queries)
    ]


def _suggest_times(wiki: Wiki, words: Sequence[str]) -> list[float]:
    typed = dict.fromkeys(word[:length] for word in words for length in (2, 3, 4))
    return [
        _seconds(lambda text=text: searching.suggest(wiki, READER, "bench", text)) * 1000  # type: ignore[misc]
        for text in typed
    ]


def _follow_times(space: Space, count: int = 60) -> list[float]:
    times = []
    entries = [
        e for e in space.repository.tree(space.repository.head() or "") if e.path.endswith(".md")
    ]
    for turn, entry in enumerate(random.Random(1).sample(entries, count)):
        text = space.repository.read_blob(entry.oid) + f"\n\nchange{turn}\n".encode()
        edit = Edit(
            (FileWrite(entry.path, text, entry.oid),), Author("B", "b@x"), "x", "web", "b", 1
        )
        old = space.repository.head() or ""
        new = space.repository.save(edit).commit
        times.append(_seconds(lambda: space.search.advance(space.repository, old, new)) * 1000)  # noqa: B023
    return times


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
