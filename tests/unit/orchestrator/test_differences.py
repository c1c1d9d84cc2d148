"""How two messages are compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.trace_pb2 import RankedAgent, Usage
from orchestrator.differences import differences

TEXTS = st.lists(st.text(max_size=3), max_size=4)


def test_what_is_the_same_has_no_differences() -> None:
    answer = Answer(text="a", agents=[RankedAgent(agent="x", path=["p"])], usage=Usage(rounds=1))
    assert list(differences(answer, answer)) == []


def test_each_field_that_differs_is_named_by_its_path() -> None:
    then = Answer(confidence=0.5, agents=[RankedAgent(agent="x", path=["p"])], usage=Usage(rounds=1))
    now = Answer(confidence=0.25, agents=[RankedAgent(agent="x", path=["q", "r"]), RankedAgent(agent="y")])
    assert list(differences(then, now)) == [
        "confidence: '0.5' → '0.25'",
        "agents[0].path[0]: 'p' → 'q'",
        "agents[0].path[1]: nothing → 'r'",
        "agents[1]: nothing → 'agent: \"y\"'",
        "usage: 'rounds: 1' → nothing",
    ]


def test_names_that_are_passed_over_do_not_count_wherever_they_are() -> None:
    then, now = Answer(usage=Usage(rounds=1)), Answer(answer_id="b", usage=Usage(rounds=2))
    assert list(differences(then, now, {"answer_id", "rounds"})) == []


@given(TEXTS, TEXTS, st.text(max_size=3), st.text(max_size=3))
def test_there_are_differences_exactly_if_the_messages_differ(
    one: list[str], other: list[str], text: str, another: str
) -> None:
    then, now = Answer(text=text, related_topics=one), Answer(text=another, related_topics=other)
    assert bool(list(differences(then, now))) == (then != now)
