"""Examples: a question asked without what answers it."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from fitting.examples import Example, _answering
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.question_pb2 import Question

TEXTS = {"a": "The fee is 5 euros.", "b": "Pay at the desk.", "c": "A fee of 5 euros.", "d": "Parks are open."}
MEASURE = SimpleNamespace(hit=lambda text, row: any(answer in text for answer in row["answers"]))


class Wakes:
    """A mind that wakes two agents at once."""

    def wake(self, _: Question, __: Any, without: Collection[str] = ()) -> SimpleNamespace:
        return SimpleNamespace(agents=[SimpleNamespace(agent=one) for one in TEXTS if one not in without][:2])

    def packet(self, agent: str) -> CognitivePacket:
        return CognitivePacket(agent=agent, text=TEXTS[agent])


def answering(*answers: str) -> Collection[str]:
    return _answering(Wakes(), {"question": "What is the fee?", "answers": answers}, MEASURE)  # type: ignore[arg-type]


def test_agents_that_answer_are_found_until_none_is_left() -> None:
    assert answering("5 euros") == {"a", "c"}


def test_none_answer_where_that_is_not_known() -> None:
    assert not answering("6 euros")


def test_a_question_without_its_answer_is_not_answerable() -> None:
    row = {"question": "What is the fee?", "answers": ["5 euros"]}
    assert Example("s", row, Question(), []).is_answerable
    assert not Example("s", row, Question(), [], is_emptied=True).is_answerable
