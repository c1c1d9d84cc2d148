"""Synthesis: three zones, exact quotes, the same bytes for the same request."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myriad.agent.v1.evidence_pb2 import Evidence
from myriad.agent.v1.question_pb2 import Correction, Extreme, Question, Want
from myriad.agent.v1.text_pb2 import SpanType, UnitKind
from myriad.synth.v1.synthesis_pb2 import AnswerState, Format, Stage, Trigger
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest, SynthesizeResponse
from synth import synthesize as module
from synth.confidence import Zone
from synth.synthesize import synthesize
from synth.words import fold_space
from tests.unit.synth.offering import asked, reply, unit

ANSWERED, TENTATIVE, ABSTAINED, CONFLICTED = (
    AnswerState.ANSWER_STATE_ANSWERED,
    AnswerState.ANSWER_STATE_TENTATIVE,
    AnswerState.ANSWER_STATE_ABSTAINED,
    AnswerState.ANSWER_STATE_CONFLICTED,
)
FILM = reply("Stand by Me", "Stand by Me is a film directed by Rob Reiner.", "It was shot in Oregon.")
QUESTION = asked("Who directed Stand by Me?")


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setattr(module, "zone", lambda *_: request.param)


def made(
    question: Question,
    *replies: RankedReply,
    detail: Detail.ValueType = Detail.DETAIL_FULL,
    style: Format.ValueType = Format.FORMAT_MARKDOWN,
) -> SynthesizeResponse:
    return synthesize(SynthesizeRequest(asked=question, replies=replies, detail=detail, format=style))


answering = pytest.mark.parametrize("in_zone", [Zone.ANSWER], indirect=True)
unsure = pytest.mark.parametrize("in_zone", [Zone.PERHAPS], indirect=True)


@answering
def test_the_unit_that_won_comes_first_and_nothing_before_it(in_zone: None) -> None:
    response = made(QUESTION, FILM)
    assert response.state == ANSWERED
    assert response.text.startswith("Stand by Me is a film directed by Rob Reiner. [1]")
    assert [one.stage for one in response.stages][-1] == Stage.STAGE_FORMATTER
    assert response.summary


@unsure
def test_what_is_not_clearly_said_is_said_to_be_nearest(in_zone: None) -> None:
    response = made(asked("Who painted Stand by Me?", names=["Stand by Me"]), FILM)
    assert response.state == TENTATIVE
    assert response.text.startswith("What was found does not mention “painted”. Nearest comes: Stand by Me is")
    assert not response.short_answer
    response = made(asked("Who directed the film Stand by Me?", names=["Stand by Me"]), FILM)
    assert response.text.startswith("The sources do not clearly say. Nearest comes: ")


@pytest.mark.parametrize("in_zone", [Zone.NOTHING], indirect=True)
def test_nothing_is_quoted_where_nothing_answers(in_zone: None) -> None:
    response = made(asked("Who bought 12 boats of Olga Brandt?", names=["Olga Brandt"]), FILM)
    assert response.state == ABSTAINED
    assert response.text == (
        "The sources do not answer this question. What was found does not mention “Olga Brandt”, “bought” or “boats”. "
        "Nearest topics: Stand by Me."
    )
    assert not response.citations
    assert response.doubts[0].trigger == Trigger.TRIGGER_KNOWLEDGE_GAP


def test_without_evidence_there_is_no_answer_and_no_confidence() -> None:
    response = made(QUESTION)
    assert (response.state, response.confidence) == (ABSTAINED, 0.0)
    assert json.loads(made(QUESTION, style=Format.FORMAT_JSON).text)["abstained"]


def test_what_is_about_another_thing_alone_is_no_answer() -> None:
    response = made(asked("How many desks has Site Bravo?"), reply("Sites", "Site Carol has 40 desks."))
    assert (response.state, response.confidence) == (ABSTAINED, 0.0)


@answering
def test_sources_that_disagree_are_shown_beside_each_other(in_zone: None) -> None:
    one = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1952.", document="a")
    other = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1949.", document="b")
    response = made(asked("When was Rosa Lind born?", types=[SpanType.SPAN_TYPE_DATE]), one, other)
    assert response.state == CONFLICTED
    assert response.short_answer == "1952 or 1949"
    [conflict] = response.conflicts
    assert [response.citations[claim.citation].document[-1] for claim in conflict.claims] == ["a", "b"]
    assert "**The sources disagree: Rosa Lind**" in response.text
    assert "By contrast: Rosa Lind was born in Malmö in 1949. [2]" in response.text
    assert len(response.citations) == 2


@unsure
def test_what_is_nearest_is_disputed_too_but_neither_value_is_the_answer(in_zone: None) -> None:
    one = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1952.", document="a")
    other = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1949.", document="b")
    response = made(asked("When was Rosa Lind born?", types=[SpanType.SPAN_TYPE_DATE]), one, other)
    assert response.state == CONFLICTED
    assert not response.short_answer
    assert [claim.value for claim in response.conflicts[0].claims] == ["1952", "1949"]
    assert response.text.startswith("The sources do not clearly say. Nearest comes:")


def test_a_source_that_says_otherwise_makes_an_answer_no_less_sure() -> None:
    one = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1952.", document="a")
    other = reply("Rosa Lind", "Rosa Lind was born in Malmö in 1949.", document="b")
    question = asked("When was Rosa Lind born?", types=[SpanType.SPAN_TYPE_DATE])
    assert made(question, one, other).confidence == made(question, one).confidence


@answering
def test_a_development_says_how_it_is_and_how_it_was(in_zone: None) -> None:
    early = reply("Fees", unit("The fee for a new card is 10 euros.", date="2023-02-11"), document="a")
    late = reply("Fees", unit("The fee for a new card is 25 euros.", date="2025-06-30"), document="b")
    response = made(asked("What is the fee for a new card?"), early, late)
    assert response.state == ANSWERED
    assert response.text == (
        "As of 2025-06-30: The fee for a new card is 25 euros. [1] "
        "As of 2023-02-11: The fee for a new card is 10 euros. [2]"
    )
    assert not response.conflicts


@answering
def test_a_unit_that_does_not_say_what_it_is_about_stands_after_its_heading(in_zone: None) -> None:
    port = reply("Aurora ports", "The default port is 7100.", headings=["Aurora 3.1"])
    assert (
        made(asked("What is the default port in Aurora 3.1?"), port).text
        == "**Aurora 3.1:** The default port is 7100. [1]"
    )


@answering
def test_items_of_a_list_in_one_piece_are_counted(in_zone: None) -> None:
    team = unit("The team has:\n- Olga\n- Ravi\n- Mona", UnitKind.UNIT_KIND_LIST, left_out=1)
    response = made(asked("How many members has the team?", want=Want.WANT_COUNT), reply("Team", team))
    assert response.short_answer == "4"
    assert response.text.endswith("Worked out: 4 in the list [1]")


@answering
def test_what_was_taken_for_what_is_said_first(in_zone: None) -> None:
    correction = Correction(to="Reiner")
    setattr(correction, "from", "Rainer")
    response = made(asked("Who is Rob Reiner?", corrections=[correction]), FILM)
    assert response.text.startswith("Read “Rainer” as “Reiner”. Stand by Me")


@answering
def test_of_a_direct_answer_there_is_no_summary(in_zone: None) -> None:
    response = made(QUESTION, FILM, detail=Detail.DETAIL_DIRECT)
    assert not response.summary
    assert len(response.stages) == 1


@answering
@pytest.mark.parametrize(
    ("question", "want", "extreme", "short"),
    [
        ("Which opened first, {}?", Want.WANT_COMPARISON, Extreme.EXTREME_FIRST, "Beta Bridge"),
        ("Which opened last, {}?", Want.WANT_COMPARISON, Extreme.EXTREME_LAST, "Alpha Bridge"),
        ("Are {} made of steel?", Want.WANT_YES_NO, Extreme.EXTREME_UNSPECIFIED, "No"),
        ("Are {} grey?", Want.WANT_YES_NO, Extreme.EXTREME_UNSPECIFIED, "Yes"),
        ("Which opened last, {}?", Want.WANT_FACT, Extreme.EXTREME_LAST, "Alpha Bridge"),
    ],
)
def test_two_things_are_compared_by_what_is_said_of_each(
    in_zone: None, question: str, want: Want.ValueType, extreme: Extreme.ValueType, short: str
) -> None:
    names = ["Alpha Bridge", "Beta Bridge"]
    alpha = reply("Alpha Bridge", "Alpha Bridge opened in 1950, of grey steel.")
    beta = reply("Beta Bridge", "Beta Bridge opened in 1940, of grey stone.")
    response = made(asked(question.format(" and ".join(names)), want=want, names=names, extreme=extreme), alpha, beta)
    assert response.short_answer == short
    assert {one.title for one in response.citations[:2]} == set(names)


@answering
def test_two_names_of_which_one_only_stands_beside_the_other_are_not_compared(in_zone: None) -> None:
    question = asked(
        "Does the Oriel X1 support power over Ethernet?", want=Want.WANT_YES_NO, names=["Oriel X1", "Ethernet"]
    )
    camera = reply("Cameras", "The Oriel X1 does not support power over Ethernet.")
    assert not made(question, camera).short_answer


@answering
@pytest.mark.parametrize(
    ("names", "short"), [("Alpha Bridge or Beta Bridge", "Beta Bridge"), ("Alpha Bridge and, say, Beta Bridge", "")]
)
def test_of_two_things_that_is_chosen_of_which_alone_it_is_said(in_zone: None, names: str, short: str) -> None:
    question = asked(
        f"Which is Danish, {names}?", want=Want.WANT_COMPARISON, names=["Danish", "Alpha Bridge", "Beta Bridge"]
    )
    alpha = reply("Alpha Bridge", "Alpha Bridge is a Swedish bridge.")
    beta = reply("Beta Bridge", "Beta Bridge is a Danish bridge.")
    assert made(question, alpha, beta).short_answer == short


TEXT = st.text("ab. :-1*\n", max_size=30)
UNITS = st.builds(unit, TEXT, st.sampled_from(list(UnitKind.values())))
REPLIES = st.lists(st.tuples(TEXT, st.lists(UNITS, max_size=3)), max_size=4)


@given(
    REPLIES,
    st.sampled_from(list(Detail.values())[1:]),
    st.sampled_from(list(Format.values())),
    st.sampled_from(list(Zone)),
)
def test_every_sentence_is_quoted_and_the_same_request_gives_the_same_bytes(
    offered: list[tuple[str, list[Evidence]]], detail: Detail.ValueType, style: Format.ValueType, where: Zone
) -> None:
    replies = [reply(title, *units, document=str(number)) for number, (title, units) in enumerate(offered)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "zone", lambda ranked, _: where if ranked else Zone.NOTHING)
        response = made(asked("What is ab?"), *replies, detail=detail, style=style)
        assert made(asked("What is ab?"), *replies, detail=detail, style=style) == response
    known = {fold_space(one.quote) for ranked in replies for one in ranked.reply.evidence}
    for cited in response.citations:
        shown = response.text[cited.text_start : cited.text_end]
        if style == Format.FORMAT_JSON:
            shown = json.loads(f'"{shown}"')
        assert fold_space(re.sub(r"^`{3,}$", "", shown, flags=re.MULTILINE)) in known
