"""What agents offer, in tests of the synthesizer."""

from __future__ import annotations

from collections.abc import Sequence

from language.terms import terms
from myriad.agent.v1.evidence_pb2 import AgentReply, Claim, Edit, Evidence, SourceSpan, UnitFeatures
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import UnitKind
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.ranking import Candidate

_APART = 1_000
"""Characters from where one unit of a reply begins in its document to where the next does."""


def unit(
    quote: str,
    kind: UnitKind.ValueType = UnitKind.UNIT_KIND_SENTENCE,
    *,
    good: float = 0.9,
    start: int = -1,
    lead_end: int = 0,
    left_out: int = 0,
    date: str = "",
    edits: Sequence[Edit] = (),
    said: Sequence[int] = (),
) -> Evidence:
    """A unit that says so much of the question."""
    told = UnitFeatures(
        coverage=good,
        context_coverage=good,
        path_coverage=good,
        passage_coverage=good,
        relevance=good,
        phrases=good,
        heading=good,
        typed=good,
        constrained=good,
        words=len(quote.split()),
        news=5,
    )
    spans = [SourceSpan(source_start=start, source_end=start + len(quote))] if start >= 0 else []
    return Evidence(
        quote=quote,
        kind=kind,
        features=told,
        spans=spans,
        lead_end=lead_end,
        left_out=left_out,
        date=date,
        edits=edits,
        said=said,
    )


def reply(
    title: str,
    *units: Evidence | str,
    document: str = "",
    headings: Sequence[str] = (),
    subject: str = "",
    kind: str = "",
    claims: Sequence[Claim] = (),
    path: Sequence[str] = (),
) -> RankedReply:
    """An agent's reply; units stand in its document one after the other, unless they say where."""
    own = [unit(one) if isinstance(one, str) else one for one in units]
    for number, one in enumerate(own):
        one.position = number
        if not one.spans:
            one.spans.append(SourceSpan(source_start=_APART * number, source_end=_APART * number + len(one.quote)))
    said = AgentReply(
        agent=f"minds/m/agents/{title}{document}",
        document=f"minds/m/documents/{document or title}",
        title=title,
        heading_path=headings,
        evidence=own,
        subject=subject,
        kind=kind,
        claims=claims,
    )
    return RankedReply(reply=said, activation=1.0, lexical=1.0, path=path)


def candidates(*replies: RankedReply) -> list[Candidate]:
    """All that they offer in their order, each a little worse than the one before."""
    offered = [(one, evidence) for one in replies for evidence in one.reply.evidence]
    return [Candidate(one, evidence, {}, -number / 10) for number, (one, evidence) in enumerate(offered)]


def asked(question: str, **fields: object) -> Question:
    """A question with what a test needs of it said outright."""
    told = Question(text=question, read_as=question, language="en", **fields)  # type: ignore[arg-type]
    for one in terms(question, "en"):
        told.terms.add(term=one.term, start=one.start, end=one.end)
    return told
