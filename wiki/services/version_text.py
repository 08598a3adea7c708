"""One version of a page, set readably, with who wrote each of its words and when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiki.errors import RepositoryDamaged
from wiki.projections.authorship.rows import PageVersion
from wiki.services.history import Change
from wiki.services.people import Person
from wiki.services.space import Space
from wiki.text.setting import Setting, Stretch, link_targets, set_source
from wiki.text.tokens import spans

MAX_BYTES = 500_000
"""The text of a longer page is not shown word by word."""

WORDS_SHOWN = 4_000
"""About as many words of a long text are shown at once."""

NAMED = 8
"""People who are told apart; everybody else is among the others."""

OTHERS = NAMED
"""The rank of everybody who is not told apart."""

AGES = 5
_PLAIN_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody with words in a version. ``rank`` is one and the same on the whole page; ``OTHERS`` has
    no ``person`` and stands for as many ``people``."""

    rank: int
    person: Person | None
    words: int
    people: int = 1


@dataclass(frozen=True, slots=True)
class Age:
    """Words of a version that were written from ``since`` to ``until`` (UTC seconds); ``step`` is 0 for
    the newest."""

    step: int
    since: int
    until: int
    words: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring words of one change; ``change`` is None for what is no word, or nobody's.
    ``opens``: the words before are another person's; ``address``: it belongs to a link's address,
    which readers of the page do not see."""

    text: str
    change: Change | None = None
    rank: int = OTHERS
    age: int = 0
    opens: bool = False
    address: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of the source, set alike (``wiki.text.setting``)."""

    setting: Setting
    level: int
    depth: int
    quoted: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version's text, of a long one the ``part`` (from 1) of ``parts``; ``writers`` and ``ages`` are
    of the whole. ``note`` says why there is no text, or nobody's name on it."""

    paragraphs: tuple[Paragraph, ...] = ()
    writers: tuple[Writer, ...] = ()
    ages: tuple[Age, ...] = ()
    part: int = 1
    parts: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Credits:
    """The changes behind words, and the rank of each person who is told apart."""

    changes: Mapping[str, Change]
    ranks: Mapping[str, int]

    def rank(self, commit: str) -> int:
        """Which of those told apart wrote with this change."""
        change = self.changes.get(commit)
        return self.ranks.get(change.person.who, OTHERS) if change else OTHERS


def readable(space: Space, oid: str) -> tuple[str, str]:
    """A version's text, or why it cannot be shown."""
    try:
        content = space.repository.read_blob(oid)
    except RepositoryDamaged:
        return "", "This version is damaged and cannot be read."
    if len(content) > MAX_BYTES:
        return "", "This version is too long to tell who wrote each of its words."
    if b"\0" in content[:8000]:
        return "", "This version is no text, so it has no words to tell of."
    return content.decode("utf-8", "replace").removeprefix("\ufeff"), ""


def version_text(
    text: str, version: PageVersion | None, credit: Credits, part: int = 1
) -> VersionText:
    """A text with its words credited; without them if ``version`` does not fit it."""
    words = spans(text)
    if version is None or version.tokens != len(words):
        paragraphs = _Setter(text, [], [], credit, {}).set(set_source(text)[:_PLAIN_SHOWN])
        return VersionText(
            paragraphs, note="It cannot be told who wrote the words of this version."
        )
    commits = [run.commit for run in version.runs for _ in range(run.count)]
    counts = Counter(commits)
    ages = _ages(counts, credit)
    steps = {
        commit: next((age.step for age in ages if age.since <= at <= age.until), 0)
        for commit, at in _dated(counts, credit)
    }
    parts = _parts(set_source(text), words)
    part = min(max(1, part), len(parts))
    return VersionText(
        _Setter(text, words, commits, credit, steps).set(parts[part - 1]),
        _writers(counts, credit),
        ages,
        part,
        len(parts),
    )


def _parts(stretches: Sequence[Stretch], words: Sequence[tuple[int, int]]) -> list[list[Stretch]]:
    """Stretches in portions of about as many words as are shown at once."""
    parts: list[list[Stretch]] = [[]]
    begins = [begin for begin, _ in words]
    opened = 0
    for stretch in stretches:
        if bisect_left(begins, stretch.end) - opened > WORDS_SHOWN and parts[-1]:
            parts.append([])
            opened = bisect_left(begins, stretch.start)
        parts[-1].append(stretch)
    return parts


# -- who and when ----------------------------------------------------------------------------


def _writers(counts: Mapping[str, int], credit: Credits) -> tuple[Writer, ...]:
    """Those told apart by rank, then the others."""
    words: Counter[int] = Counter()
    others: set[str] = set()
    people: dict[int, Person] = {}
    for commit, count in counts.items():
        rank = credit.rank(commit)
        words[rank] += count
        change = credit.changes.get(commit)
        if change and rank != OTHERS:
            people[rank] = change.person
        else:
            others.add(change.person.who if change else "")
    return tuple(
        Writer(rank, people.get(rank), words[rank], len(others) if rank == OTHERS else 1)
        for rank in sorted(words)
    )


def _dated(counts: Mapping[str, int], credit: Credits) -> list[tuple[str, int]]:
    """Changes and when they were made, newest first; those at an unknown time are left out."""
    found = [
        (commit, change.at)
        for commit in counts
        if (change := credit.changes.get(commit)) and change.at is not None
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _ages(counts: Mapping[str, int], credit: Credits) -> tuple[Age, ...]:
    """At most ``AGES`` spans of time with about as many words in each, the newest first."""
    by_day: dict[int, tuple[int, int, int]] = {}
    for commit, at in _dated(counts, credit):
        low, high, words = by_day.get(at // 86_400, (at, at, 0))
        by_day[at // 86_400] = (min(low, at), max(high, at), words + counts[commit])
    total = sum(words for _, _, words in by_day.values())
    found: list[Age] = []
    passed = 0
    opened: tuple[int, int, int] | None = None
    left = len(by_day)
    for low, high, words in by_day.values():
        opened = (low, opened[1] if opened else high, (opened[2] if opened else 0) + words)
        passed += words
        left -= 1
        full = passed * AGES >= total * (len(found) + 1) or left < AGES - len(found)
        if full or not left:
            found.append(Age(len(found), *opened))
            opened = None
    return tuple(found)


# -- the text --------------------------------------------------------------------------------


class _Setter:
    """Puts stretches of one text into paragraphs of passages."""

    def __init__(
        self,
        text: str,
        words: Sequence[tuple[int, int]],
        commits: Sequence[str],
        credit: Credits,
        steps: Mapping[str, int],
    ) -> None:
        self._text, self._words, self._commits = text, words, commits
        self._credit, self._steps = credit, steps
        self._begins = [begin for begin, _ in words]
        self._addresses = link_targets(text)
        self._ends = [end for _, end in self._addresses]
        self._before = -1

    def set(self, stretches: Sequence[Stretch]) -> tuple[Paragraph, ...]:
        """The paragraphs of these stretches."""
        return tuple(
            Paragraph(
                each.setting,
                each.level,
                each.depth,
                each.quoted,
                tuple(self._passage(*piece) for piece in self._pieces(each)),
            )
            for each in stretches
        )

    def _passage(self, begin: int, end: int, commit: str) -> Passage:
        text = self._text[begin:end]
        if not commit:
            return Passage(text, address=self._in_address(begin) is not None)
        rank = self._credit.rank(commit)
        opens, self._before = rank != self._before, rank
        return Passage(
            text,
            self._credit.changes.get(commit),
            rank,
            self._steps.get(commit, AGES - 1),
            opens,
            self._in_address(begin) is not None,
        )

    def _in_address(self, at: int) -> tuple[int, int] | None:
        index = bisect_right(self._ends, at)
        if index < len(self._addresses) and self._addresses[index][0] <= at:
            return self._addresses[index]
        return None

    def _pieces(self, stretch: Stretch) -> Iterator[tuple[int, int, str]]:
        """The stretch in pieces, each with the change that wrote its words ("" of what has none)."""
        at = stretch.start
        index = bisect_left(self._begins, at)
        last = bisect_left(self._begins, stretch.end)
        while index < last:
            commit, begin = self._commits[index], self._begins[index]
            yield from self._between(at, begin)
            address = self._in_address(begin)
            while index + 1 < last and self._goes_on(index + 1, commit, address):
                index += 1
            at = self._words[index][1]
            yield begin, at, commit
            index += 1
        yield from self._between(at, stretch.end)

    def _goes_on(self, index: int, commit: str, address: tuple[int, int] | None) -> bool:
        same = self._commits[index] == commit
        return same and self._in_address(self._begins[index]) == address

    def _between(self, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
        """What stands between words, apart where an address begins or ends."""
        while begin < end:
            address = self._in_address(begin)
            index = bisect_right(self._ends, begin)
            following = self._addresses[index][0] if index < len(self._addresses) else end
            stop = min(end, address[1] if address else following)
            yield begin, stop, ""
            begin = stop
