"""A light load of questions about rivers, with a note of what came of each; and the documents that answer them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import httpx

MIND = "rivers"
PAUSE_SECONDS = 0.2
SLOW_SECONDS = 10.0
"""No answer may take longer, not even a refusal."""
PASSING = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS)
DEADLINES = {"query": 10.0, "swift": 3.0, "recall": 10.0}
"""Seconds that the tiers of the questions allow."""
_FIRST = ("Ba", "Dor", "Fen", "Gal", "Hu", "Ke", "Lom", "Mar", "No", "Pel", "Ru", "Sta", "Tir", "Ve", "Zam")
_MIDDLE = ("ba", "do", "ga", "ki", "lu", "mo", "na", "pe", "ri", "so", "ta", "vu")
_RIVER, _LAKE = ("nir", "rash", "dur", "vel"), ("mere", "water", "loch", "tarn")


@dataclass(frozen=True)
class River:
    """A river, what there is to learn of it, and whether an answer is right."""

    number: int

    @property
    def id(self) -> str:
        return f"river-{self.number}"

    @property
    def name(self) -> str:
        return self._word(_RIVER)

    @property
    def lake(self) -> str:
        return self._word(_LAKE)

    @property
    def document(self) -> dict[str, str]:
        text = f"The {self.name} is a river. It flows into Lake {self.lake}, where it ends."
        return {"id": self.id, "title": self.name, "text": text}

    @property
    def question(self) -> str:
        return f"Into which lake does the {self.name} flow?"

    def told_by(self, passages: Sequence[dict[str, Any]], text: str) -> bool:
        """Whether one of the passages or citations is of this river and names its lake in the field `text`."""
        name = f"minds/{MIND}/documents/{self.id}"
        return any(one["document"] == name and self.lake in one[text] for one in passages)

    def _word(self, endings: Sequence[str]) -> str:
        number, end = divmod(self.number, len(endings))
        number, middle = divmod(number, len(_MIDDLE))
        more, first = divmod(number, len(_FIRST))
        return _FIRST[first] + _MIDDLE[middle] + (_MIDDLE[more] if more else "") + endings[end]


@dataclass(frozen=True)
class Outcome:
    """What came of one request; `problem` is empty if it was answered in full."""

    what: str
    began: float
    seconds: float
    problem: str = ""
    clear: bool = True
    """Whether the client was told what is wrong and that trying again helps."""


Request = Callable[[httpx.Client, River], str]
"""Asks about a river; returns what is wrong with the answer."""


def query(model: str) -> Request:
    def ask(http: httpx.Client, river: River) -> str:
        response = http.post("/v1/query", json={"question": river.question, "mind": MIND, "model": model})
        answer = response.raise_for_status().json()["answer"]
        if missing := answer["usage"]["agentsMissing"]:
            return f"{missing} agents missing"
        return "" if river.told_by(answer["citations"], "quote") else f"wrong: {answer['text']}"

    return ask


def recall(http: httpx.Client, river: River) -> str:
    response = http.post("/v1/recall", json={"question": river.question, "mind": MIND, "k": 3})
    passages = response.raise_for_status().json()["passages"]
    if missing := response.headers.get("x-myriad-agents-missing"):
        return f"{missing} agents missing"
    return "" if river.told_by(passages[:1], "text") else f"wrong: {passages}"


def tried(what: str, request: Request, http: httpx.Client, river: River) -> Outcome:
    """One request, and what came of it."""
    began = time.monotonic()
    problem, clear = "", True
    try:
        problem = request(http, river)
        clear = not problem.startswith("wrong")
    except httpx.HTTPStatusError as error:
        problem, clear = refusal(error.response)
    except httpx.TimeoutException as error:
        problem, clear = f"hangs: {error!r}", False
    except httpx.TransportError as error:
        problem, clear = f"connection: {error!r}", False
    return Outcome(what, began, time.monotonic() - began, problem, clear)


def refusal(response: httpx.Response) -> tuple[str, bool]:
    """What a refusal says, and whether it says that trying again helps, and when."""
    try:
        body = response.json()
        details = {detail["@type"].rpartition(".")[2]: detail for detail in body["details"]}
    except (ValueError, LookupError):
        return f"{response.status_code} {response.text}", False
    problem = f"{response.status_code} {details.get('ErrorInfo', {}).get('reason')}: {body['message']}"
    return problem, response.status_code in PASSING and {"ErrorInfo", "RetryInfo"} <= set(details)


class Asked(Protocol):
    """A Myriad, however it runs."""

    def http(self) -> httpx.Client: ...


class Load:
    """Threads that ask about rivers and learn of others."""

    def __init__(self, up: Asked, rivers: Sequence[River], agents: Sequence[str], learn_seconds: float = 10.0) -> None:
        self._up = up
        self._learn_seconds = learn_seconds
        self._rivers = rivers
        self.agents = agents
        self.outcomes: list[Outcome] = []
        self.learned: list[River] = []
        """What was learned with an acknowledgement while the load lasted."""

    def asking_agents(self, http: httpx.Client, river: River) -> str:
        agent = self.agents[river.number % len(self.agents)]
        body = http.post(f"/v1/{agent}:ask", json={"question": river.question}).raise_for_status().json()
        return "" if body["reply"]["agent"] == agent and body["reply"]["text"] else f"wrong: {body}"

    def since(self, time: float) -> list[Outcome]:
        """What came of requests that were under way at a time, or began later."""
        return [outcome for outcome in self.outcomes if outcome.began + outcome.seconds >= time]

    def problems(self, since: float) -> list[Outcome]:
        """What went wrong with requests that began since then."""
        return [outcome for outcome in self.outcomes if outcome.problem and outcome.began >= since]

    @contextmanager
    def applied(
        self, *, pause_seconds: float = PAUSE_SECONDS, learning: Iterator[River] | None = None
    ) -> Iterator[None]:
        """Ask about rivers, and learn those in `learning`, for as long as the block lasts."""
        over = threading.Event()
        requests: list[tuple[str, Request]] = [
            ("query", query("myriad-base")),
            ("swift", query("myriad-swift")),
            ("recall", recall),
            ("ask", self.asking_agents),
        ]
        threads = [
            threading.Thread(target=self._ask, args=(over, requests[turn:] + requests[:turn], pause_seconds))
            for turn in (0, 2)
        ]
        if learning:
            threads.append(threading.Thread(target=self._learn, args=(over, learning)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _ask(self, over: threading.Event, requests: Sequence[tuple[str, Request]], pause: float) -> None:
        with self._up.http() as http:
            for turn in count():
                what, request = requests[turn % len(requests)]
                river = self._rivers[turn * 7 % len(self._rivers)]
                self.outcomes.append(tried(what, request, http, river))
                if over.wait(pause):
                    return

    def _learn(self, over: threading.Event, rivers: Iterator[River]) -> None:
        with self._up.http() as http:
            http.timeout = httpx.Timeout(self._learn_seconds)
            for river in rivers:
                while (outcome := tried("learn", learn, http, river)).problem:
                    self.outcomes.append(outcome)
                    if over.wait(PAUSE_SECONDS):
                        return
                self.outcomes.append(outcome)
                self.learned.append(river)
                if over.wait(PAUSE_SECONDS):
                    return


def learn(http: httpx.Client, *rivers: River) -> str:
    body = {"documents": [river.document for river in rivers]}
    response = http.post(f"/v1/minds/{MIND}/documents:learn", json=body).raise_for_status().json()
    states = {result["state"] for result in response["results"]}
    return "" if states <= {"STATE_LEARNED", "STATE_UNCHANGED"} else f"wrong: {response['results']}"
