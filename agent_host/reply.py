"""Asking: what one agent says to a question."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from agent_host.asked import Asked
from agent_host.offers import Look, Offer, holds
from language.text import source_spans
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Edit, Evidence
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import PlacedText, SpanType, Unit

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
    text, look = packet.read, Look(asked, packet)
    most = most or DEFAULT_EVIDENCE
    offered = look.best(most)
    said = AgentReply(
        agent=packet.agent,
        document=packet.document,
        title=packet.title,
        uri=packet.uri,
        heading_path=packet.heading_path,
        confidence=offered[0].context_coverage if offered else 0.0,
        text=packet.text if with_text else "",
        subject=text.subject,
        kind=text.kind,
        place=text.places[0].place if text.places else None,
    )
    _claim(said, packet, offered[:most])
    passage = _Passage(packet)
    for one in offered:
        evidence = said.evidence.add()
        passage.quote(evidence, one)
        look.tell(evidence.features, one)
    return said


class _Passage:
    """A passage whose units are quoted."""

    def __init__(self, packet: CognitivePacket) -> None:
        read = packet.read
        self._text = packet.text
        self._date = read.date
        self._runs = list(read.source_runs)
        self._places = read.places
        self._references = [(one.start, one.end, one.name) for one in read.references]

    def quote(self, evidence: Evidence, offer: Offer) -> None:
        """Write down a unit as it is read, and where it stands."""
        unit = offer.unit
        quote, places = _quoted(self._text, offer.parts)
        evidence.quote = quote
        evidence.score = offer.relevance
        evidence.position = -offer.before
        evidence.kind = unit.kind
        evidence.left_out = unit.left_out
        evidence.speaker = unit.speaker
        evidence.date = unit.date or self._date
        evidence.lead_end = _lead_end(unit, places)
        evidence.said.extend(sorted(offer.said))
        if unit.HasField("row"):
            evidence.row.CopyFrom(unit.row)
        if self._places:
            own = min(2 * unit.lead_parts, len(offer.parts) - 2)
            at = bisect_right(self._places, offer.parts[own], key=_start) - 1
            evidence.place.CopyFrom(self._places[max(at, 0)].place)
        evidence.features.words = quote.count(" ") + quote.count("\n") + 1
        for start, end, _ in places:
            for first, last in source_spans(self._runs, start, end):
                span = evidence.spans.add()
                span.source_start, span.source_end = first, last
        if self._references:
            evidence.edits.extend(self._edits(quote, places))

    def _edits(self, quote: str, places: Sequence[tuple[int, int, int]]) -> Iterator[Edit]:
        """What words of a unit stand for, where it does not say it."""
        for first, last, name in self._references:
            if name in quote:
                continue
            for start, end, at in places:
                if start <= first and last <= end:
                    yield Edit(start=first - start + at, end=last - start + at, text=name)
                    break


def _start(one: PlacedText) -> int:
    return one.start


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
    opening = unit.lead_parts
    if not 0 < opening <= len(places):
        return 0
    start, end, at = places[opening - 1]
    return at + end - start


def _claim(said: AgentReply, packet: CognitivePacket, offered: Sequence[Offer]) -> None:
    """Write down those statements whose value stands in what is offered: none goes out without its quote."""
    text, spans = packet.read, packet.read.spans
    starts: list[int] = []
    for one in text.statements:
        start, end = one.start, one.end
        number = next((place for place, offer in enumerate(offered) if holds(offer.parts, start, end)), None)
        if number is None:
            continue
        starts = starts or [span.start for span in spans]
        at = bisect_left(starts, start)
        typed = spans[at].type if at < len(starts) and starts[at] < end else SpanType.SPAN_TYPE_UNSPECIFIED
        claim = said.claims.add()
        claim.subject = one.subject or text.subject or packet.title
        claim.attribute = one.attribute
        claim.value = packet.text[start:end]
        claim.date = one.date
        claim.evidence = number
        claim.normal = one.normal
        claim.type = _ANSWER_TYPES.get(typed, AnswerType.ANSWER_TYPE_THING)
