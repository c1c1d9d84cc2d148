"""The order of an answer: which documents are quoted, the best first, and which sentence leads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.formatter import Quote
from synth.selection import Supported
from synth.words import fold, subject

_FAR = 0.35
"""A document whose best sentence has less than this share of the best one's support is far from the answer."""
_DANGLING = re.compile(r"\W*(?:he|she|it|they|his|her|its|their|this|these)\b", re.IGNORECASE)


def near(
    replies: Sequence[RankedReply], taken: Sequence[Supported], weights: Mapping[str, float]
) -> tuple[list[Supported], list[Supported]]:
    """
    The quotes by their document's best support, and those of documents that are far from the answer.

    A document that is far stays if the best one was reached through it or it through the best one, if the question led
    to it by its own name, or if it has a word of the question
    (`weights`) that no other has.
    """
    documents: dict[str, list[Supported]] = {}
    for one in sorted(taken, key=lambda one: -one.support):
        documents.setdefault(one.quote.reply.document, []).append(one)
    if not documents:
        return [], []
    best = next(iter(documents))
    said = {
        document: frozenset[str]().union(*(one.words for one in quotes)) & weights.keys()
        for document, quotes in documents.items()
    }
    subjects = {document: fold(subject(quotes[0].quote.reply.title)) for document, quotes in documents.items()}
    through: dict[str, set[str]] = {}
    for ranked in replies:
        through.setdefault(ranked.reply.document, set()).update(map(fold, ranked.path))
    kept: list[Supported] = []
    far: list[Supported] = []
    for document, quotes in documents.items():
        others = frozenset[str]().union(*(words for other, words in said.items() if other != document))
        is_near = quotes[0].support >= _FAR * documents[best][0].support
        on_way = subjects[document] in through[best] or bool({subjects[best], subjects[document]} & through[document])
        (kept if is_near or on_way or said[document] - others else far).extend(quotes)
    return kept, far


def led(quotes: Sequence[Quote]) -> list[Quote]:
    """
    The best of a section, which is the first of `quotes`, then the others in the document's order.

    If the best begins with `He` or `It`, the nearest sentence of its passage before it that does not comes first.
    """
    ordered = sorted(quotes, key=_start)
    lead = quotes[0]
    named = [
        one
        for one in ordered
        if one.reply.agent == lead.reply.agent and _start(one) < _start(lead) and not _dangles(one)
    ]
    first = [named[-1], lead] if _dangles(lead) and named else [lead]
    return first + [one for one in ordered if all(one is not other for other in first)]


def _start(quote: Quote) -> int:
    return quote.evidence.source_start


def _dangles(quote: Quote) -> bool:
    return _DANGLING.match(quote.evidence.quote) is not None
