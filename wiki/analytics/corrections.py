"""Corrections of who is who, written into a ``.mailmap`` that people read, too.

What the file says stays where it is, comments and all. A line is changed only if it says of the very
same name and address what is no longer true; whatever is new stands at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from wiki.analytics.mailmap import fold, parse_line, parse_mailmap
from wiki.model import Author


class CannotBeWritten(ValueError):
    """A name or an address that no line of a ``.mailmap`` can hold."""


def corrected(text: str, wanted: Mapping[Author, Author], everybody: Collection[Author]) -> str:
    """The ``.mailmap`` by which each author is known as ``wanted`` says.

    ``everybody`` are all authors there are: a line for a whole address is written only where it
    means nobody else. What holds already is not written again, so correcting twice is correcting once.

    Raises:
        CannotBeWritten: a name or address cannot stand in such a file.
    """
    lines = _Lines(text)
    for email, targets in sorted(_whole_addresses(wanted, everybody).items()):
        if not all(_is_known(lines.text(), author, targets) for author in _at(wanted, email)):
            lines.put(_line(targets, "", email), email, "")
    for author, target in sorted(wanted.items(), key=_order):
        if not _is_known(lines.text(), author, target):
            if not author.name:
                raise CannotBeWritten("An address that others share has changes without a name.")
            lines.put(_line(target, author.name, author.email), author.email, author.name)
    return lines.text()


def _whole_addresses(
    wanted: Mapping[Author, Author], everybody: Iterable[Author]
) -> dict[str, Author]:
    """Addresses all of whose authors are wanted to be the same, by their spelling in the first."""
    meant: dict[str, set[Author | None]] = defaultdict(set)
    spelt: dict[str, str] = {}
    for author in {*everybody, *wanted}:
        meant[fold(author.email)].add(wanted.get(author))
    for author in wanted:
        key = fold(author.email)
        spelt[key] = min(author.email, spelt.get(key, author.email))
    found = {}
    for key, targets in meant.items():
        target = next(iter(targets))
        if len(targets) == 1 and target is not None and key:
            found[spelt[key]] = target
    return found


def _at(wanted: Mapping[Author, Author], email: str) -> list[Author]:
    return [author for author in wanted if fold(author.email) == fold(email)]


def _is_known(text: str, author: Author, target: Author) -> bool:
    """Whether a file says in so many words who this is; what merely comes out so may change."""
    proper = parse_mailmap(text).proper(author)
    return (proper.name or author.name, fold(proper.email)) == (target.name, fold(target.email))


def _line(target: Author, name: str, email: str) -> str:
    for each in (target.name, target.email, name, email):
        if any(character in "<>" or not character.isprintable() for character in each):
            raise CannotBeWritten(f"“{each}” cannot stand in .mailmap.")
    if not target.name.strip() or not target.email.strip():
        raise CannotBeWritten("Give a name and an address.")
    before = f"{name} " if name else ""
    # A line that began with this sign would be a comment.
    indent = " " if target.name.startswith("#") else ""
    return f"{indent}{target.name} <{target.email}> {before}<{email}>"


def _order(entry: tuple[Author, Author]) -> tuple[str, str]:
    author = entry[0]
    return fold(author.email), author.name


class _Lines:
    """A file's lines with their ends."""

    def __init__(self, text: str) -> None:
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.split("\n")
        if self._lines[-1] == "":
            self._lines.pop()

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def put(self, line: str, email: str, name: str) -> None:
        """Write a line in place of the last that speaks of the same address (and name), or at the end."""
        for place in range(len(self._lines) - 1, -1, -1):
            if parse_line(self._lines[place])[:1] == ((fold(email), fold(name)),):
                self._lines[place] = line + _remark(self._lines[place])
                return
        self._lines.append(line + self._end[:-1])


def _remark(line: str) -> str:
    """What stands behind a rule, which git passes over; the line's own end, at least."""
    before = line[: line.find(">") + 1]
    rest = line[len(before) :]
    if "<" in rest and ">" in rest[rest.find("<") :]:
        rest = rest[rest.find(">", rest.find("<")) + 1 :]
    return rest
