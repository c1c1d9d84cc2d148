"""The judging sense puts the best units in a new order; it quotes nothing and adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import Mock

import pytest

from mesh.call import Context
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import DropCause
from myriad.synth.v1.synthesizer_service_pb2 import Detail, Judging, SynthesizeRequest
from synth.confidence import confidence, features
from synth.errors import JudgeNotConfigured
from synth.judging import READ, judged, text
from synth.ranking import rank
from synth.service import SynthesizerServicer
from tests.unit.synth.offering import reply, unit

QUESTION = Question(text="When does it open?", read_as="When does it open?")
REPLIES = [reply("Pool", *(unit(f"Sentence {number}.", good=0.9 - number / 50) for number in range(READ + 5)))]


class Likes:
    """Gives much to units that have a word, and remembers what it read."""

    def __init__(self, word: str) -> None:
        self.read: list[str] = []
        self._word = word

    def scores(self, question: str, units: Sequence[str]) -> Sequence[float]:
        self.read = list(units)
        return [20.0 if self._word in one else -20.0 for one in units]


def asked(judging: Judging.ValueType) -> SynthesizeRequest:
    return SynthesizeRequest(asked=QUESTION, replies=REPLIES, detail=Detail.DETAIL_FULL, judging=judging)


def test_the_judge_reads_the_best_units_and_puts_what_it_likes_first() -> None:
    ranked, judge = rank(REPLIES), Likes("7.")
    again = judged(QUESTION, ranked, judge)
    assert judge.read == [f"Pool. {one.evidence.quote}" for one in ranked[:READ]]
    assert again[0].evidence.quote == "Sentence 7."
    assert {one.evidence.quote for one in again} == {one.evidence.quote for one in ranked}
    assert [one.evidence.quote for one in again[READ:]] == [one.evidence.quote for one in ranked[READ:]]


def test_a_unit_is_read_below_its_innermost_heading_unless_it_says_that() -> None:
    said = reply("Pool", unit("It opens at nine."), unit("Opening Hours: nine to five."))
    said.reply.heading_path.extend(["Visits", "Opening hours"])
    assert [text(one) for one in rank([said])] == [
        "Opening hours. It opens at nine.",
        "Opening Hours: nine to five.",
    ]


def test_what_the_judge_likes_is_surer() -> None:
    liked, disliked = (judged(QUESTION, rank(REPLIES), Likes(quote)) for quote in ("0.", "nothing"))
    assert confidence(liked, features(QUESTION, liked)) > confidence(disliked, features(QUESTION, disliked))


def test_nothing_is_read_where_nothing_is_offered() -> None:
    judge = Likes("x")
    assert judged(QUESTION, [], judge) == []
    assert judge.read == []


async def test_an_answer_says_how_many_units_were_judged() -> None:
    judge = Likes("3.")
    answer = await SynthesizerServicer(judge).Synthesize(asked(Judging.JUDGING_IF_ANY), Mock(Context))
    assert answer.units_judged == READ
    assert answer.citations[0].quote == "Sentence 3."
    assert not any(one.cause == DropCause.DROP_CAUSE_ASTRAY for one in answer.dropped)
    assert len(answer.dropped) + len(answer.citations) == len(REPLIES[0].reply.evidence)


async def test_the_judge_is_left_alone_unless_the_request_lets_it() -> None:
    judge = Likes("3.")
    answer = await SynthesizerServicer(judge).Synthesize(asked(Judging.JUDGING_UNSPECIFIED), Mock(Context))
    assert (answer.units_judged, judge.read) == (0, [])


async def test_without_a_judge_one_that_may_read_is_done_without_and_one_that_must_is_refused() -> None:
    answer = await SynthesizerServicer().Synthesize(asked(Judging.JUDGING_IF_ANY), Mock(Context))
    assert answer.units_judged == 0
    with pytest.raises(JudgeNotConfigured):
        await SynthesizerServicer().Synthesize(asked(Judging.JUDGING_REQUIRED), Mock(Context))
