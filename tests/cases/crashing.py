"""Killing a server in the middle of a storm, and what must hold each time it stands again."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.cases.served import Server
from tests.cases.storm_oracle import half_lines, judge, standing
from tests.cases.storm_place import SPACE, Http, Place
from tests.cases.storm_writers import Ledger, Storm

FIRST_ANSWER_SECONDS = 5.0


@dataclass
class Crashes:
    """Rounds on one place; figures of them all. ``wrong`` names the round."""

    place: Place
    ledger: Ledger
    storm: Storm
    chance: random.Random
    rounds: int = 0
    wrong: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    first_saves: list[float] = field(default_factory=list)
    first_pushes: list[float] = field(default_factory=list)
    server: Server | None = None
    _stood: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Start the server for the first time; everybody signs in."""
        self.server = self.place.server().start()
        self.storm.come(self.server.address)

    def crash(self) -> None:
        """Let it storm, kill the whole process group, start again, and look."""
        assert self.server
        self.rounds += 1
        before = len(self.ledger.acknowledged)
        self.storm.begin()
        until = time.monotonic() + 120
        while len(self.ledger.acknowledged) == before and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0.0, 0.7))
        self.server.kill()
        self.storm.finish()
        self._start()
        self._look()
        self._go_on()

    def _start(self) -> None:
        begun = time.perf_counter()
        self.server = self.place.server().start()
        visitor = Http(self.server.address)
        answer = visitor.ask("GET", f"/{SPACE}/page-0")
        self.starts.append(time.perf_counter() - begun)
        visitor.close()
        if answer.status != 200:
            self._say(f"the first page is answered with {answer.status}")

    def _look(self) -> None:
        stand = standing(self.place.repository)
        acknowledged = self.ledger.acknowledged
        for word in acknowledged:
            if stand[word] != 1:
                self._say(f"{word} was acknowledged and stands {stand[word]} times")
        for word in self._stood - stand:
            self._say(f"{word} stood before and is gone")
        for line in half_lines(self.place.repository):
            self._say(f"half a line: {line!r}")
        self._stood = stand

    def _go_on(self) -> None:
        """One save and one push, first thing after the start, with nobody's help."""
        assert self.server
        self.storm.come(self.server.address)
        for door, took in (("browser", self.first_saves), ("clone", self.first_pushes)):
            writer = next(w for w in self.storm.writers if w.person.account.startswith(door))
            before, begun = len(self.ledger.acknowledged), time.perf_counter()
            writer.write()
            took.append(time.perf_counter() - begun)
            if len(self.ledger.acknowledged) == before:
                self._say(f"{writer.person.account} cannot write after the start")

    def judge(self) -> None:
        """The whole oracle, with every object read."""
        told = judge(self.place.repository, self.ledger.acknowledged, self.ledger.pushed).wrong
        for each in [*told, *self.ledger.faults]:
            self._say(each)

    def end(self) -> None:
        self.storm.close()
        if self.server:
            self.server.stop()

    def _say(self, what: str) -> None:
        self.wrong.append(f"round {self.rounds}: {what}")


def crashes(place: Place, seed: int) -> Crashes:
    """Nothing has happened yet."""
    ledger = Ledger(10**9)
    return Crashes(place, ledger, Storm(place, ledger), random.Random(seed))
