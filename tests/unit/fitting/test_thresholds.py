"""Thresholds: from which confidence on something is said."""

from __future__ import annotations

from math import log

import pytest

from fitting.__main__ import LeftOut, even
from fitting.examples import Example
from models import logistic
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.ranking import Candidate

UNIT = Candidate(RankedReply(reply=AgentReply(agent="a")), Evidence(quote="It is so.", position=0), {}, 1.0)


def of(held: dict[float, float], each: int = 100) -> LeftOut:
    """By how sure a lead is, in how many of a hundred cases it answers."""
    ranked, every = [], []
    for sure, share in held.items():
        for number in range(each):
            right = {UNIT.place: number < share * each}
            ranked.append((Example("s", {"answers": ["so"]}, Question(), [], right), [UNIT]))
            every.append(sure)
    return LeftOut(ranked, every, [], [], [])


@pytest.mark.parametrize("where", [0.3, 0.5])
def test_an_answer_is_given_from_where_it_holds_as_often_as_not(where: float) -> None:
    beside = {one: logistic(log(one / (1 - one)) - log(where / (1 - where))) for one in (0.1, 0.2, 0.4, 0.6, 0.8)}
    assert even({"s": of(beside)}) == pytest.approx(where, abs=0.02)
