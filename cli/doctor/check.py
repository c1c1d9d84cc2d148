"""What a check is, and what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import SplitResult

from cli.errors import Failure
from cli.state import Endpoint
from cli.troubles import Fleet

COMPONENTS = "components"
"""The check that finds out which are silent."""
WHOLE_SECONDS = 9.0
"""How long all checks together may take."""


class State(StrEnum):
    """How what was looked at is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; of what is not well, what that means and what to do."""

    state: State
    says: str
    means: str = ""
    todo: str = ""


def ok(says: str) -> Finding:
    return Finding(State.OK, says)


def warning(says: str, means: str, todo: str) -> Finding:
    return Finding(State.WARNING, says, means, todo)


def wrong(says: str, means: str, todo: str) -> Finding:
    return Finding(State.WRONG, says, means, todo)


def skipped(why: str) -> Finding:
    return Finding(State.SKIPPED, why)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the events of one streamed answer came."""

    worked: float
    """Seconds that the server worked between the first and the last."""
    together: bool
    """Whether hardly any time lay between them here."""


@dataclass
class Visit:
    """Which Myriad is looked at, and what earlier checks found that later ones need."""

    endpoint: Endpoint
    """Its URL and key are empty if there are none."""
    missing: Failure | None = None
    """Why there is none."""
    folder: Path = Path()
    """The data folder of a `myriad up` here, if `has_folder`."""
    has_folder: bool = False
    mind: str = ""
    ends: float = field(default_factory=lambda: time.monotonic() + WHOLE_SECONDS)
    parts: SplitResult = field(default_factory=lambda: SplitResult("", "", "", "", ""))
    key_is: str = ""
    """Where the key is from, as people know it."""
    headers: dict[str, str] = field(default_factory=dict)
    """Of the first answer to the key."""
    key: dict[str, Any] = field(default_factory=dict)
    fleet: Fleet = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    """Components that do not answer, nor any replica of them."""
    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """Of a streamed answer: after how many seconds each came."""
    paces: list[Pace] = field(default_factory=list)
    """Of each streamed answer that was asked for."""

    @property
    def host(self) -> str:
        return self.parts.hostname or ""

    @property
    def port(self) -> int:
        return self.parts.port or (443 if self.is_tls else 80)

    @property
    def is_tls(self) -> bool:
        return self.parts.scheme == "https"

    def left(self, most: float) -> float:
        """Seconds that something may take, `most` or what is left of the whole. TimeoutError if nothing is."""
        seconds = min(most, self.ends - time.monotonic())
        if seconds <= 0:
            raise TimeoutError
        return seconds


Look: TypeAlias = Callable[[Visit], Finding | Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at one thing; without the ones that it `needs` it would say nothing of use."""

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """The components that answer it: if one is silent, what is between it and us cannot be told."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found."""

    name: str
    findings: list[Finding]

    @property
    def is_wrong(self) -> bool:
        return any(one.state in (State.WRONG, State.SKIPPED) for one in self.findings)


def run(checks: Iterable[Check], visit: Visit) -> Iterable[Result]:
    """Look at one after the other; what needs something that is wrong is skipped, and says so."""
    bad: dict[str, str] = {}
    """By the name of a check that found something wrong, or was skipped: the one that began it."""
    for check in checks:
        blocked = next((bad[name] for name in check.needs if name in bad), "")
        blocked = blocked or (COMPONENTS if visit.silent.intersection(check.asks) else "")
        result = Result(check.name, [skipped(f"not looked at, see {blocked}")] if blocked else _looked(check, visit))
        if result.is_wrong:
            bad[check.name] = blocked or check.name
        yield result


def _looked(check: Check, visit: Visit) -> list[Finding]:
    if time.monotonic() >= visit.ends:
        return [skipped("not looked at, what came before took too long")]
    try:
        found = check.look(visit)
        return [found] if isinstance(found, Finding) else list(found)
    except TimeoutError:
        return [
            wrong(
                "no answer in time", "whoever asks for this waits in vain", "see what hangs: `myriad status`, its log"
            )
        ]
    except OSError as error:
        why = error.strerror or type(error).__name__
        return [wrong(f"the connection broke: {why}", "requests fail", "try again; see Envoy's log if it stays so")]
