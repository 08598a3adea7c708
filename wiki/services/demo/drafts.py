"""The demo's pages on their way to what they are at the end.

The finished pages lie in the folder ``pages``. A draft shows the first so many of a page's parts, in
earlier words, with a slip of the pen here and there; writing reveals more, and mends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from random import Random

# What a page says in the end, and what its first version said.
EARLIER_WORDS = (
    ("at once", "immediately"),
    ("within five working days", "as soon as possible"),
    ("ten minutes", "fifteen minutes"),
    ("the duty manager", "the manager on duty"),
    ("two weeks", "a fortnight"),
    ("the handbook", "the wiki"),
    ("whoever", "the person who"),
    ("six weeks", "a month"),
    ("ring ", "call "),
    ("cannot", "can not"),
    ("nobody", "no one"),
    ("Port Ellery", "head office"),
)
SLIPS = (
    ("because", "becuase"),
    ("passengers", "pasengers"),
    ("timetable", "time table"),
    ("which", "wich"),
    ("their", "thier"),
    ("decided", "decidet"),
    ("harbour", "harbor"),
    ("receipt", "reciept"),
    ("vehicles", "vehicels"),
)
NOTES = (
    "Read through; still true.",
    "Practised with the late shift. Takes longer than it says here.",
    "Numbers checked.",
    "Asked by a newcomer, so it was not clear enough; now it is.",
    "Tried it this morning: works as written.",
    "The second step can be left out in winter.",
    "Looked at together with the neighbouring team.",
    "Printed and hung up again.",
    "Nothing to add this month.",
    "Two phone numbers are new.",
    "Walked through with Saturday’s crew.",
    "Step three confused me at first.",
    "Agrees with what the workshop says.",
    "Opening hours compared with the door.",
    "Somebody asked where the keys hang.",
    "Rehearsed in heavy rain.",
    "Shorter would be better still.",
    "Prices are those of this year.",
    "A photograph would help here.",
    "Ferry crews use it daily.",
    "Held against last week’s incident.",
    "Dispatch has no objections.",
    "Names of colleagues who left are gone.",
    "Good enough for beginners, I find.",
    "Timings measured with a stopwatch.",
    "Depot East does this differently.",
    "Links followed, none broken.",
    "Easier to find since it moved.",
    "Explained it to a trainee from this page alone.",
    "Winter tyres are mentioned nowhere yet.",
    "Translated for our visitors from Kap Arkon.",
    "Safety officer agrees.",
    "Worth reading before every holiday.",
    "Spare parts list matches the shelf.",
    "Radio channel confirmed by harbour control.",
    "Needed it at three in the night; it held.",
    "Customer desk would like an example.",
    "Quarterly look, no surprises.",
    "Old forms can be thrown away now.",
    "Signs at platform two agree.",
)
DRAWN = 8
"""One of the first so many notes is drawn; if the page had it, the next that it did not have."""
NOTES_KEPT = 5


@dataclass(slots=True)
class Draft:
    """One page as it stands. ``parts`` is all there will be; ``shown`` of them are written.

    ``open_words`` are (final, earlier) phrases not yet improved, ``slips`` those not yet mended.
    """

    path: str
    owner: str
    parts: tuple[str, ...]
    shown: int = 0
    open_words: list[tuple[str, str]] = field(default_factory=list)
    slips: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    ticked: int = 0
    listed_tags: bool = False

    @property
    def unfinished(self) -> bool:
        return self.shown < len(self.parts)

    @property
    def state(self) -> tuple[object, ...]:
        """Changes whenever the text does."""
        words = (*self.open_words, *self.slips)
        return self.shown, words, tuple(self.notes), self.ticked, self.listed_tags

    @property
    def title(self) -> str:
        found = re.search(r"^# (.+)$", self.parts[0], re.MULTILINE)
        return found.group(1) if found else self.path

    @property
    def open_tasks(self) -> int:
        """Tasks written and not yet ticked."""
        return "\n\n".join(self.parts[: self.shown]).count("- [ ] ") - self.ticked

    def reveal(self, count: int, chance: Random) -> None:
        """Write so many more parts, in words that can be improved later."""
        fresh = "\n\n".join(self.parts[self.shown : self.shown + count])
        self.shown = min(len(self.parts), self.shown + count)
        self.open_words += [
            pair
            for pair in EARLIER_WORDS
            if pair[0] in fresh and pair not in self.open_words and chance.random() < 0.5
        ]
        self.slips += [
            pair
            for pair in SLIPS
            if pair[0] in fresh and pair not in self.slips and chance.random() < 0.3
        ]

    def text(self) -> str:
        """The page's text."""
        body = "\n\n".join(self.parts[: self.shown])
        for final, earlier in (*self.open_words, *self.slips):
            # Front matter and addresses of links keep their letters.
            body = re.sub(rf"(?<![\w/-]){re.escape(final)}(?![\w/-]|\.md)", earlier, body)
        body = body.replace("- [ ] ", "- [x] ", self.ticked)
        if not self.listed_tags:
            body = re.sub(r"^tags: \[(.*)\]$", r"tags: \1", body, count=1, flags=re.MULTILINE)
        if self.notes:
            body += "\n\n## Checked\n\n" + "\n".join(f"- {note}" for note in self.notes)
        return body + "\n"


def improve(draft: Draft, chance: Random, today: date) -> str:
    """Change one thing on a page, as people do; what the summary says."""
    ways: dict[str, float] = {"note": 1.0}
    if draft.unfinished:
        ways["grow"] = 3.0
    if draft.slips:
        ways["mend"] = 3.0
    if draft.open_words:
        ways["word"] = 3.0
    if draft.open_tasks > 0:
        ways["tick"] = 2.0
    way = chance.choices(list(ways), list(ways.values()))[0]
    if way == "grow":
        draft.reveal(1, chance)
        return _grown(draft)
    if way == "mend":
        final, slip = draft.slips.pop(chance.randrange(len(draft.slips)))
        return f"{slip} → {final}"
    if way == "word":
        draft.open_words.pop(chance.randrange(len(draft.open_words)))
        return f"{chance.choice(('Say it more exactly', 'Plainer words', 'In the words of the night shift'))}: {draft.title}"
    if way == "tick":
        draft.ticked += 1
        return f"One thing done: {draft.title}"
    return _checked(draft, f"{today.isoformat()}: {_note(draft, chance.randrange(DRAWN))}")


def _note(draft: Draft, drawn: int) -> str:
    """A note that the page did not have before, so that nobody seems to bring back another’s words."""
    if len(draft.said) == len(NOTES):
        draft.said.clear()
    fresh = (note for note in (*NOTES[drawn:], *NOTES[:drawn]) if note not in draft.said)
    note = next(fresh)
    draft.said.add(note)
    return note


def _grown(draft: Draft) -> str:
    heading = draft.parts[draft.shown - 1].split("\n", 1)[0]
    if heading.startswith("## "):
        return f"Add “{heading.removeprefix('## ')}” to {draft.title}"
    return f"Say more in {draft.title}"


def _checked(draft: Draft, note: str) -> str:
    draft.notes.append(note)
    if len(draft.notes) <= NOTES_KEPT:
        return f"Checked {draft.title}"
    del draft.notes[:2]
    return f"Checked {draft.title}, older notes taken out"


def load_drafts() -> dict[str, Draft]:
    """Every finished page, by path, with nothing of it written yet."""
    root = resources.files("wiki.services.demo") / "pages"
    files = dict(sorted(_files(root, "").items()))
    return {path: _draft(path, text) for path, text in files.items()}


def _files(folder: Traversable, prefix: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for child in folder.iterdir():
        if child.is_dir():
            found |= _files(child, f"{prefix}{child.name}/")
        else:
            found[prefix + child.name] = child.read_text("utf-8")
    return found


def _draft(path: str, text: str) -> Draft:
    """Cut a page: its head with the first paragraph, then one part a section or paragraph."""
    front, rest = text.strip().split("\n---\n", 1)
    heading, *blocks = rest.strip().split("\n\n")
    parts = [f"{front}\n---\n{heading}"]
    for block in blocks:
        joins = len(parts) == 1 and "\n\n" not in parts[0]
        after_heading = parts[-1].rsplit("\n\n", 1)[-1].startswith("## ")
        if joins or after_heading:
            parts[-1] += f"\n\n{block}"
        else:
            parts.append(block)
    owner = re.search(r"^owner: (.+)$", front, re.MULTILINE)
    return Draft(path, owner.group(1) if owner else "", tuple(parts))
