"""Asking: what one agent says to a question."""

from __future__ import annotations

from collections.abc import Sequence

from agent_host.answers import candidates
from agent_host.evidence import Scored, rank
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.topic import aboutness, headed
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Edit, Evidence, ShortAnswer, SourceSpan

DEFAULT_EVIDENCE = 5
_SHORT_SHARE = 0.8
"""How much a short answer in a sentence says for it, beside its words."""
_NO_CANDIDATE = 0.8
"""An agent that has the words but nothing of the type asked for is so much less sure."""
_TYPED = frozenset(
    (
        AnswerType.ANSWER_TYPE_PERSON,
        AnswerType.ANSWER_TYPE_PLACE,
        AnswerType.ANSWER_TYPE_DATE,
        AnswerType.ANSWER_TYPE_NUMBER,
    )
)


def reply(question: Question, passage: Passage, path: Sequence[str], most: int, *, with_text: bool) -> AgentReply:
    """What one agent says: its best sentences with their places in the document, and how sure it is."""
    packet = passage.packet
    told = question.told(path)
    most = most or DEFAULT_EVIDENCE
    about = aboutness(told, passage)
    ranked = rank(told, passage)[: max(most, DEFAULT_EVIDENCE)]
    evidence = [_evidence(told, passage, one, about[one.position]) for one in ranked]
    evidence = sorted(evidence, key=lambda one: (-one.score, one.position))[:most]
    return AgentReply(
        agent=packet.agent,
        document=packet.document,
        title=packet.title,
        uri=packet.uri,
        heading_path=packet.heading_path,
        evidence=evidence,
        confidence=_confidence(question, evidence),
        claims=_claims(passage, evidence),
        text=packet.text if with_text else "",
        subject=passage.subject.name,
        kind=passage.subject.kind,
        answer_type=question.answer_type,
    )


def _evidence(question: Question, passage: Passage, scored: Scored, about: float) -> Evidence:
    sentence = scored.sentence
    start = passage.packet.source_start + sentence.start
    found = candidates(question, passage, scored.position, about)
    short = max((one.score for one in found), default=0.0)
    return Evidence(
        quote=sentence.text,
        spans=[SourceSpan(source_start=start, source_end=start + len(sentence.text))],
        score=round(1 - (1 - scored.score) * (1 - _SHORT_SHARE * short), 4),
        position=scored.position,
        short_answers=[
            ShortAnswer(
                text=sentence.text[one.start : one.end],
                type=one.kind,
                score=one.score,
                quote_start=one.start,
                quote_end=one.end,
            )
            for one in found
        ],
        edits=_edits(sentence),
    )


def _edits(sentence: Sentence) -> list[Edit]:
    """What its first words stand for; of a row of a table, under which header each cell stands."""
    found = sentence.resolved.reference
    if sentence.header:
        return [Edit(start=start, end=end, text=words) for start, end, words in headed(sentence)]
    return [Edit(start=found.start, end=found.end, text=found.name)] if found else []


def _confidence(question: Question, evidence: Sequence[Evidence]) -> float:
    if not evidence:
        return 0.0
    typed = question.answer_type not in _TYPED or any(one.short_answers for one in evidence)
    return round(evidence[0].score * (1.0 if typed else _NO_CANDIDATE), 4)


def _claims(passage: Passage, evidence: Sequence[Evidence]) -> list[Claim]:
    """Those claims whose sentence is among the evidence: none goes out without its quote."""
    numbers = {one.position: number for number, one in enumerate(evidence)}
    return [
        Claim(
            subject=one.subject or passage.subject.name or passage.packet.title,
            attribute=one.attribute,
            value=one.value,
            date=one.date,
            evidence=numbers[one.position],
            normal=one.normal,
            type=one.kind,
        )
        for one in passage.claims
        if one.position in numbers
    ]
