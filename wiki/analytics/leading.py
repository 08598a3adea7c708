"""Where links lead at a moment: to the first of what they may mean that is there then.

The rules are those by which the wiki itself follows links: exact names before names equal but for
capitals, pages before other files, and a folder is answered by the page that stands for it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import Ints, Mask, Positions
from wiki.analytics.link_columns import Links
from wiki.model import PAGE_SUFFIXES, page_name
from wiki.model.names import FOLDER_PAGES

NOWHERE = -1
_KEPT = "leads"
_LATE = np.iinfo(np.int64).max

Place = tuple[int, str]
"""A space and a name in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Leads:
    """What each lead may mean: the ``option``s from ``start[i]`` to ``start[i + 1]``, best first. An
    option is a file's position or, from the number of files on, a folder: the files from
    ``first`` to ``end``. ``name`` is what a lead that leads nowhere asks for (positions in ``names``)."""

    start: Ints
    option: Ints
    first: Ints
    end: Ints
    name: Positions
    names: tuple[Place, ...]

    def at(self, there: Mask) -> Ints:
        """Where each lead leads (an option, or ``NOWHERE``), given which files are there."""
        counts = np.zeros(len(there) + 1, np.int64)
        np.cumsum(there, out=counts[1:])
        present = np.concatenate((there, counts[self.end] > counts[self.first]))
        found = np.full(len(self.start) - 1, NOWHERE, np.int64)
        some = np.flatnonzero(np.diff(self.start))
        if not len(some):
            return found
        places = np.where(present[self.option], np.arange(len(self.option)), _LATE)
        first = np.minimum.reduceat(places, self.start[some])
        leading = first != _LATE
        found[some[leading]] = self.option[first[leading]]
        return found


def leads_of(links: Links) -> Leads:
    """The leads of these links, worked out once."""
    found = links.kept.get(_KEPT)
    if not isinstance(found, Leads):
        found = links.kept[_KEPT] = _leads(links)
    return found


def _leads(links: Links) -> Leads:
    options = _Options(links)
    start, option = [0], list[int]()
    asked = list(zip(links.lead_space.tolist(), links.leads, strict=True))
    for space, spellings in asked:
        found = dict.fromkeys(
            each for each_name in spellings for each in options.of((space, each_name))
        )
        option.extend(found)
        start.append(len(option))
    name, names = _named([(space, page_name(spellings[0])) for space, spellings in asked])
    return Leads(
        np.array(start, np.int64),
        np.array(option, np.int64),
        np.array([first for first, _ in options.ranges], np.int64),
        np.array([end for _, end in options.ranges], np.int64),
        name,
        names,
    )


def _named(wanted: Sequence[Place]) -> tuple[Positions, tuple[Place, ...]]:
    """Names that are one to a person are one; told as written by the first in order of letters."""
    keys = keys_of([name for _, name in wanted])
    spelling: dict[Place, str] = {}
    for (space, name), key in zip(wanted, keys, strict=True):
        spelling[space, key] = min(name, spelling.get((space, key), name))
    places = {place: number for number, place in enumerate(spelling)}
    positions = [places[space, key] for (space, _), key in zip(wanted, keys, strict=True)]
    return np.array(positions, np.int32), tuple(
        (space, name) for (space, _), name in spelling.items()
    )


def keys_of(names: Sequence[str]) -> list[str]:
    """``name_key`` of many names; at once, for there are very many."""
    if not names or any("\n" in name for name in names):
        return [_key(name) for name in names]
    return _key("\n".join(names)).split("\n")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class _Options:
    """What names may mean, whenever."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._spaces = links.space.tolist()
        self.ranges: list[tuple[int, int]] = []
        self._folders: dict[Place, int] = {}
        self._found: dict[Place, tuple[int, ...]] = {}
        asked = {
            (space, name)
            for space, names in zip(links.lead_space.tolist(), links.leads, strict=True)
            for name in names
        }
        ordered = sorted(asked)
        keys = keys_of([name for _, name in ordered])
        self._key = {place: (place[0], key) for place, key in zip(ordered, keys, strict=True)}
        self._entries = self._known(set(self._key.values()))

    def _known(self, wanted: set[Place]) -> dict[Place, list[str | int]]:
        """Files (positions) and folders (names) under the keys that are asked for."""
        found: dict[Place, list[str | int]] = defaultdict(list)
        # What a page's name is asked for by, its path is without the ending.
        asked = {place: place for place in wanted}
        asked |= {
            (space, key + suffix): (space, key) for space, key in wanted for suffix in PAGE_SUFFIXES
        }
        files = zip(self._spaces, keys_of(self._links.paths), strict=True)
        for place, file in enumerate(files):
            if file in asked:
                found[asked[file]].append(place)
                if asked[file] != file and file in wanted:
                    found[file].append(place)
        folders = sorted(self._all_folders())
        for (space, folder), key in zip(folders, keys_of([f for _, f in folders]), strict=True):
            if (space, key) in wanted:
                found[space, key].append(folder)
        return found

    def _all_folders(self) -> set[Place]:
        found = {
            (space, path.rpartition("/")[0])
            for space, path in zip(self._spaces, self._links.paths, strict=True)
        }
        for space, folder in list(found):
            while folder:
                found.add((space, folder))
                folder = folder.rpartition("/")[0]
        return {(space, folder) for space, folder in found if folder}

    def of(self, place: Place) -> tuple[int, ...]:
        """What a name may mean, best first."""
        found = self._found.get(place)
        if found is None:
            entries = self._entries.get(self._key[place], ())
            ranked = (
                sorted(entries, key=lambda entry: self._strangeness(entry, place[1]))
                if len(entries) > 1
                else entries
            )
            found = tuple(each for entry in ranked for each in self._expanded(place[0], entry))
            self._found[place] = found
        return found

    def _strangeness(self, entry: str | int, asked: str) -> tuple[int, int, str]:
        if isinstance(entry, str):
            return (2 if entry == asked else 4), 0, entry
        path = self._links.paths[entry]
        if path == asked:
            return 0, 0, path
        if self._links.is_page[entry] and page_name(path) == asked:
            return 1, _suffix(path), path
        return 3, _suffix(path), path

    def _expanded(self, space: int, entry: str | int) -> Iterable[int]:
        """A file; or the pages that may stand for a folder, then the folder."""
        if isinstance(entry, int):
            return (entry,)
        if (space, entry) not in self._folders:
            self._folders[space, entry] = len(self.ranges)
            self.ranges.append(self._range(space, entry + "/"))
        number = self._folders[space, entry]
        first, end = self.ranges[number]
        pages = [
            place
            for place in range(first, end)
            if self._links.is_page[place] and _stands_for(self._links.paths[place], entry)
        ]
        pages.sort(key=lambda place: _precedence(self._links.paths[place]))
        return (*pages, len(self._links.paths) + number)

    def _range(self, space: int, start: str) -> tuple[int, int]:
        base = bisect_left(self._spaces, space)
        end = bisect_left(self._spaces, space + 1)
        after = start[:-1] + chr(ord("/") + 1)
        paths = self._links.paths
        return bisect_left(paths, start, base, end), bisect_left(paths, after, base, end)


def _stem(path: str) -> str:
    return page_name(path).rpartition("/")[2].casefold()


def _stands_for(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder and _stem(path) in FOLDER_PAGES


def _precedence(path: str) -> tuple[int, int, str]:
    return FOLDER_PAGES.index(_stem(path)), _suffix(path), path


def _suffix(path: str) -> int:
    lowered = path.lower()
    ranks = (rank for rank, suffix in enumerate(PAGE_SUFFIXES) if lowered.endswith(suffix))
    return next(ranks, len(PAGE_SUFFIXES))
