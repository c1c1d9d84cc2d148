"""Asking: what one agent says to a question."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from agent_host.asked import Asked
from agent_host.offers import Offer, offers
from language.text import source_spans
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Edit, Evidence, SourceSpan
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import SpanType, Text, Unit

DEFAULT_EVIDENCE = 6
_ANSWER_TYPES = {
    SpanType.SPAN_TYPE_DATE: AnswerType.ANSWER_TYPE_DATE,
    SpanType.SPAN_TYPE_NUMBER: AnswerType.ANSWER_TYPE_NUMBER,
    SpanType.SPAN_TYPE_QUANTITY: AnswerType.ANSWER_TYPE_NUMBER,
    SpanType.SPAN_TYPE_MONEY: AnswerType.ANSWER_TYPE_NUMBER,
    SpanType.SPAN_TYPE_PERCENT: AnswerType.ANSWER_TYPE_NUMBER,
}


def reply(asked: Asked, packet: CognitivePacket, most: int, *, with_text: bool) -> AgentReply:
    """What one agent says: its best units with their places in the document, and what tells for each."""
    text = packet.read
    offered = offers(asked, packet, most or DEFAULT_EVIDENCE)
    evidence = [_evidence(packet, one) for one in offered]
    return AgentReply(
        agent=packet.agent,
        document=packet.document,
        title=packet.title,
        uri=packet.uri,
        heading_path=packet.heading_path,
        evidence=evidence,
        confidence=evidence[0].features.context_coverage if evidence else 0.0,
        claims=_claims(packet, offered),
        text=packet.text if with_text else "",
        subject=text.subject,
        kind=text.kind,
    )


def _evidence(packet: CognitivePacket, offer: Offer) -> Evidence:
    text, unit = packet.read, offer.unit
    quote, places = _quoted(packet.text, unit.parts)
    offer.features.words = quote.count(" ") + quote.count("\n") + 1
    return Evidence(
        quote=quote,
        spans=[
            SourceSpan(source_start=first, source_end=last)
            for start, end, _ in places
            for first, last in source_spans(text, start, end)
        ],
        score=offer.features.relevance,
        position=offer.number,
        edits=list(_edits(text, quote, places)),
        kind=unit.kind,
        features=offer.features,
        left_out=unit.left_out,
        speaker=unit.speaker,
        date=unit.date or text.date,
        lead_end=_lead_end(unit, places),
        said=offer.said,
    )


def _quoted(text: str, parts: Sequence[int]) -> tuple[str, list[tuple[int, int, int]]]:
    """A unit as it is read, and its parts in the text with where each begins in what is read."""
    quote, places = "", []
    for at in range(0, len(parts) - 1, 2):
        start, end = parts[at], parts[at + 1]
        if quote:
            quote += "\n" if text[start - 1 : start] == "\n" and "\n" in text[parts[at - 1] : start] else " "
        places.append((start, end, len(quote)))
        quote += text[start:end]
    return quote, places


def _lead_end(unit: Unit, places: Sequence[tuple[int, int, int]]) -> int:
    """Where what only opens a unit ends in its quote."""
    if not 0 < unit.lead_parts <= len(places):
        return 0
    start, end, at = places[unit.lead_parts - 1]
    return at + end - start


def _edits(text: Text, quote: str, places: Sequence[tuple[int, int, int]]) -> Iterator[Edit]:
    """What words of a unit stand for, where it does not say it."""
    for one in text.references:
        if one.name in quote:
            continue
        for start, end, at in places:
            if start <= one.start and one.end <= end:
                yield Edit(start=one.start - start + at, end=one.end - start + at, text=one.name)
                break


def _claims(packet: CognitivePacket, offered: Sequence[Offer]) -> Iterator[Claim]:
    """Those statements whose value stands in what is offered: none goes out without its quote."""
    text = packet.read
    starts = [one.start for one in text.spans]
    for one in text.statements:
        number = next(
            (
                place
                for place, offer in enumerate(offered)
                for at in range(0, len(offer.unit.parts) - 1, 2)
                if offer.unit.parts[at] <= one.start and one.end <= offer.unit.parts[at + 1]
            ),
            None,
        )
        if number is None:
            continue
        at = bisect_left(starts, one.start)
        typed = text.spans[at].type if at < len(starts) and starts[at] < one.end else SpanType.SPAN_TYPE_UNSPECIFIED
        yield Claim(
            subject=one.subject or text.subject or packet.title,
            attribute=one.attribute,
            value=packet.text[one.start : one.end],
            date=one.date,
            evidence=number,
            normal=one.normal,
            type=_ANSWER_TYPES.get(typed, AnswerType.ANSWER_TYPE_THING),
        )
