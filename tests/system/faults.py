"""What can happen to the processes of a Myriad and to the servers of its stores, and what is going on meanwhile."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice

import httpx

from tests.system import load
from tests.system.harness import Up, until, until_well
from tests.system.load import MIND, Outcome, Request, River, tried
from tests.system.production import HEAL_SECONDS, SERVERS, server

HANGS_SECONDS = 4.0
"""Longer than one question of the supervisor, whether a process is well, is waited for."""
ENDED_SECONDS = 20.0
"""Longer than the supervisor lets one hang."""
BEFORE_SECONDS = 0.4
PAUSE_SECONDS = 0.1
LEAST_KNOWN = 20
"""So many rivers are never forgotten."""
MOST_SECONDS = {"base": 25.0, "query": 35.0, "learn": 75.0, "forget": 75.0, "drain": 75.0}
"""
Longest that a call may take, even one that is refused: its deadline, and what a busy machine adds. One that a hung
process has is given to another after 13 seconds, by Envoy.
"""
DRAINED = "host-1"


@dataclass(frozen=True)
class Fault:
    """A signal to a process while something is done."""

    victim: str
    sent: signal.Signals
    during: str
    hangs_seconds: float = HANGS_SECONDS

    def __str__(self) -> str:
        return f"{self.victim}-{self.sent.name}-{self.during}"

    def strike(self, up: Up, chance: random.Random) -> None:
        """Send it; returns once what was killed has been started again, or what hung goes on."""
        find = partial(server, up, self.victim) if self.victim in SERVERS else partial(up.pid, self.victim)
        time.sleep(chance.random() * BEFORE_SECONDS)
        until(find, HEAL_SECONDS)  # what has drained is just being started again
        pid = find()
        assert pid
        with suppress(ProcessLookupError):
            os.kill(pid, self.sent)
        if self.sent is signal.SIGSTOP:
            time.sleep(self.hangs_seconds)
            with suppress(ProcessLookupError):  # the supervisor has ended it
                os.kill(pid, signal.SIGCONT)
        else:
            until(lambda: find() not in (None, pid), HEAL_SECONDS)


@dataclass
class Deeds:
    """What somebody does with a Myriad, and what was acknowledged."""

    up: Up
    known: list[River] = field(default_factory=list)
    forgotten: list[River] = field(default_factory=list)
    unfinished: list[Outcome] = field(default_factory=list)
    """What was not acknowledged though everything had time to heal."""
    fresh: Iterator[River] = field(default_factory=lambda: filter(_is_marked, map(River, range(8_640))))

    @classmethod
    def begun(cls, up: Up, count: int) -> Deeds:
        """With so many rivers learned, in a mind that is new."""
        with up.http() as http:
            http.timeout = httpx.Timeout(90)
            until_well(lambda: tried("forget", _forget_all, http, River(0)).problem, HEAL_SECONDS)
        deeds = cls(up)
        deeds.stock(count)
        return deeds

    def stock(self, count: int) -> None:
        """See to it that at least so many rivers are known; a graph that has just started takes its time."""
        rivers = list(islice(self.fresh, max(0, count - len(self.known))))
        with self.up.http() as http:
            http.timeout = httpx.Timeout(90)
            if rivers:
                until_well(lambda: tried("learn", partial(_learn_all, rivers), http, rivers[0]).problem, HEAL_SECONDS)
        self.known += rivers

    def during(self, what: str, strike: Callable[[], None]) -> list[Outcome]:
        """
        Do something again and again, and ask, while something strikes; what was begun goes on until it is acknowledged.
        """
        over = threading.Event()
        outcomes: list[Outcome] = []
        threads = [
            threading.Thread(target=self._work, args=(what, over, outcomes)),
            threading.Thread(target=self._ask, args=(self.known[-LEAST_KNOWN:], over, outcomes)),
        ]
        for thread in threads:
            thread.start()
        try:
            strike()
        finally:
            over.set()
            for thread in threads:
                thread.join()
        return outcomes

    def _ask(self, rivers: Sequence[River], over: threading.Event, outcomes: list[Outcome]) -> None:
        """Ask about what is not forgotten meanwhile."""
        with self.up.http() as http:
            http.timeout = httpx.Timeout(30)
            for river in cycle(rivers):
                outcomes.append(tried("base", load.query("myriad-base"), http, river))
                if over.wait(PAUSE_SECONDS):
                    return

    def _work(self, what: str, over: threading.Event, outcomes: list[Outcome]) -> None:
        begin, end = self._doing(what)
        with self.up.http() as http:
            http.timeout = httpx.Timeout(90)  # what writes may take a minute
            while not over.wait(PAUSE_SECONDS) and len(self.known) > LEAST_KNOWN:
                request, river = begin()
                deadline = time.monotonic() + HEAL_SECONDS
                while (outcome := tried(what, request, http, river)).problem:
                    outcomes.append(outcome)
                    if time.monotonic() > deadline:
                        self.unfinished.append(outcome)
                        return
                    time.sleep(PAUSE_SECONDS)
                outcomes.append(outcome)
                end(river)

    def _doing(self, what: str) -> tuple[Callable[[], tuple[Request, River]], Callable[[River], None]]:
        """What makes the next request, and what notes that it was acknowledged."""
        match what:
            case "learn":
                return lambda: (load.learn, next(self.fresh)), self.known.append
            case "forget":
                return lambda: (forget, self.known.pop(0)), self.forgotten.append
            case "drain":
                return lambda: (self._drain, self.known[-1]), lambda _: None
            case _:
                asked = random.Random(len(self.known))
                return lambda: (load.query("myriad-max"), asked.choice(self.known)), lambda _: None

    def _drain(self, http: httpx.Client, _: River) -> str:
        """As one who stops a host does: drain it, end it; the supervisor starts it anew."""
        pid = self.up.pid(DRAINED)
        response = http.post(f"/v1/fleet/hosts/{DRAINED}:drain", json={})
        if response.status_code == httpx.codes.NOT_FOUND:
            return "it has not joined yet"
        response.raise_for_status()
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until(lambda: self.up.pid(DRAINED) not in (None, pid), HEAL_SECONDS)
        return ""


def _is_marked(river: River) -> bool:
    """Whether its lake is part of no other's name."""
    return not river.lake.startswith("Ba")


def is_well_told(outcome: Outcome) -> bool:
    """Whether it was answered, or refused with a clear word, in time; that its own time is over is one."""
    told = outcome.clear or outcome.problem.startswith("504 DEADLINE_EXCEEDED")
    return told and outcome.seconds < MOST_SECONDS[outcome.what]


def _learn_all(rivers: Sequence[River], http: httpx.Client, _: River) -> str:
    return load.learn(http, *rivers)


def _forget_all(http: httpx.Client, _: River) -> str:
    response = http.delete(f"/v1/minds/{MIND}")
    if response.status_code != httpx.codes.NOT_FOUND:
        response.raise_for_status()
    return ""


def forget(http: httpx.Client, river: River) -> str:
    response = http.delete(f"/v1/minds/{MIND}/documents/{river.id}")
    if response.status_code != httpx.codes.NOT_FOUND:  # the answer to the first try was lost on its way
        response.raise_for_status()
    return ""
