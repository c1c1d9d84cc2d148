"""No pattern takes clearly longer than in proportion to the text: whoever writes the text writes it to be slow."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from genesis.readers import commonmark, text
from language.english.references import _introduces
from language.english.subject import Subject
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from orchestrator.doubts import _around
from orchestrator.ellipsis import _preposed
from synth.another import told_apart
from synth.ranking import Candidate
from tests.unit.patterns.compiled import PACKAGES, Found, built_in_functions, everywhere
from tests.unit.patterns.growth import grows
from tests.unit.patterns.pumps import Pump, pumps

Run = Callable[[str], object]
SEED, SAMPLE = 20, 40

_SUBJECT = Subject("Up", frozenset(), "film", "film", frozenset())


def offered(quote: str) -> list[Candidate]:
    reply = RankedReply(reply=AgentReply(title="a", evidence=[Evidence(quote=quote)]))
    return [Candidate(reply, one, {}, 0.0) for one in reply.reply.evidence]


BUILT: Mapping[str, Run] = {
    "genesis.readers.markdown.fences._closed": lambda said: commonmark.read(f"```\n{said}"),
    "genesis.readers.commonmark.code": lambda said: commonmark.code(said, said, 0, len(said), 4),
    "genesis.readers.plain.code.shown": lambda said: text.read(f"a:\n\n    x(\n{said}"),
    "genesis.readers.plain.code.closing": lambda said: text.read(f"```\n{said}"),
    "language.english.references._introduces": lambda text: _introduces(_SUBJECT, f"film {text}"),
    "language.english.relations._named": str,  # at import: it makes patterns of the module
    "orchestrator.doubts._around": lambda text: _around("a a b", text),
    "orchestrator.ellipsis._preposed": lambda text: _preposed("for", "a taxi", text),
    "synth.another._others": lambda text: told_apart(Question(text="Is a B1 as Ann Fox is?"), offered(f"a {text}")),
    "synth.another._own": lambda text: told_apart(Question(text="Is a 98,700 as Ann Fox is?"), offered(f"98 {text}")),
}
"""The functions that build patterns of what they are given, each given a hostile text."""


def run(pattern: re.Pattern[str], method: str) -> Run:
    if method in ("sub", "subn"):
        return lambda text: pattern.sub("", text)
    if method in ("finditer", "findall", "split"):
        return lambda text: deque(pattern.finditer(text), 0)
    searching: Run = getattr(pattern, method)
    return searching


def slow(found: Found, most: int | None) -> Iterator[tuple[str, str, Pump]]:
    """By which method and with which pump a pattern is slow."""
    for pump in pumps(found.pattern, SEED)[:most]:
        for method in sorted(found.methods):
            if grows(run(found.pattern, method), pump.text):
                yield found.name, method, pump
                return


def test_every_pattern_is_found() -> None:
    names = {found.name for found in everywhere()}
    assert len(names) > 100
    assert {"language.spelling._CONTRACTED", "language.english.relations._NAMES"} <= names


@pytest.mark.parametrize("package", PACKAGES)
def test_no_pattern_grows_faster_than_its_text(package: str, thorough: bool) -> None:
    patterns = [found for found in everywhere() if found.name.startswith(f"{package}.")]
    faults = [fault for found in patterns for fault in slow(found, None if thorough else SAMPLE)]
    assert faults == []


def test_patterns_that_functions_build_do_not_grow_faster_than_their_text() -> None:
    assert set(built_in_functions()) == BUILT.keys()
    texts = {pump.unit for pump in pumps(re.compile("a(?: are|:|,)+ (?:b, )+"), SEED)[:300]} | {
        "of ", "Aa of ", "S of the ", "a are ", "a, ", "and a ", "a a ", "a ",
    }  # fmt: skip
    faults = [
        (name, unit) for name, run in BUILT.items() for unit in sorted(texts) if grows(run, Pump("", unit, "!").text)
    ]
    assert faults == []


SLOW: Sequence[tuple[str, str]] = [(r"\s+$", " "), (r"(?:a|a)*b", "a"), (r"\w+@", "a"), (r".*,.*,", ",")]


@pytest.mark.parametrize(("pattern", "unit"), SLOW)
def test_a_slow_pattern_is_known_by_its_pumps(pattern: str, unit: str) -> None:
    compiled = re.compile(pattern)
    assert any(pump.unit == unit for pump in pumps(compiled, SEED))
    assert any(slow(Found("one", compiled, frozenset(("search",))), None))
