"""Synthesis: what agents said becomes an answer, or the admission that there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from myriad.synth.v1.synthesis_pb2 import AnswerState
from myriad.synth.v1.synthesizer_service_pb2 import Detail, SynthesizeRequest, SynthesizeResponse
from synth.abstention import abstention, unheard_of
from synth.asked import kinds
from synth.comparison import compare
from synth.confidence import confidence
from synth.formatter import Quote, Section, render
from synth.order import led, near
from synth.selection import Budget, Supported, rarity, select, supported
from synth.short_answer import best

ABSTAIN_BELOW = 0.45
"""An answer of less confidence is none."""
_UNHEARD_OF = 0.45
"""Nor is one to a question that is about other things to more than this share."""

_BELOW = " › "
_BUDGETS: Mapping[Detail.ValueType, Budget] = {
    Detail.DETAIL_DIRECT: Budget(sentences=2, per_document=1),
    Detail.DETAIL_FULL: Budget(sentences=8, per_document=3),
    Detail.DETAIL_HIGHEST: Budget(sentences=16, per_document=5),
}


def synthesize(request: SynthesizeRequest) -> SynthesizeResponse:
    """Compose the answer; the same request gives the same bytes."""
    offered = supported(request.replies)
    compared = compare(request.question, [one.reply for one in request.replies])
    rare = rarity(request.question, offered)
    weights = {word: rare[word] * kind for word, kind in kinds(request.question).items()}
    found = None if compared else best(request.question, request.replies)
    needed = compared.quotes if compared else (found.quote,) if found else ()
    selection = select(offered, rare, _BUDGETS[request.detail], needed)
    taken, far = near(request.replies, selection.taken, weights)
    if compared:
        taken, far = list(selection.taken), []
    dropped = [*selection.dropped, *(one.dropped("weak") for one in far)]
    short = compared.answer if compared else found.words if found else ""
    sure = confidence(weights, taken, short)
    unknown = not compared and unheard_of(request.question, weights, offered) > _UNHEARD_OF
    if not taken or unknown or sure < ABSTAIN_BELOW:
        return SynthesizeResponse(
            state=AnswerState.ANSWER_STATE_ABSTAINED,
            text=abstention(request.question, request.replies),
            confidence=min(sure, ABSTAIN_BELOW) if unknown else sure,
            dropped=[*dropped, *(one.dropped("weak") for one in taken)],
        )
    formatted = render(_sections(request, taken), sure)
    return SynthesizeResponse(
        state=AnswerState.ANSWER_STATE_ANSWERED,
        text=formatted.text,
        short_answer=short,
        confidence=sure,
        themes=formatted.themes,
        citations=formatted.citations,
        dropped=dropped,
    )


def _sections(request: SynthesizeRequest, taken: Sequence[Supported]) -> list[Section]:
    """One section a document and heading, each led by its best sentence; a direct answer has no headings."""
    parts: dict[str, dict[str, list[Quote]]] = {}
    for one in taken:
        reply = one.quote.reply
        heading = _BELOW.join((reply.title, *reply.heading_path))
        parts.setdefault(reply.document, {}).setdefault(heading, []).append(one.quote)
    if request.detail == Detail.DETAIL_DIRECT:
        return [Section("", [quote for part in parts.values() for quotes in part.values() for quote in led(quotes)])]
    return [Section(heading, led(quotes)) for part in parts.values() for heading, quotes in part.items()]
