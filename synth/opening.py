"""Openings: which sentences can stand first, and how one that cannot is made to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from myriad.agent.v1.evidence_pb2 import Evidence
from synth.formatter import Line
from synth.selection import Supported

_DANGLING = re.compile(
    r"\W*(?:(?:he|she|it|they|his|her|hers|its|their|theirs|this|these|that|those|such|there|both|another|here|who|"
    r"which|whose|and|but|or|so|then|also|however|moreover|furthermore|thus|hence|therefore|instead|otherwise|"
    r"nevertheless|meanwhile|afterwards?|additionally|similarly|conversely|subsequently|consequently)\b"
    r"|the\s+(?:former|latter|same|other|next|second|following|above|below)\b)",
    re.IGNORECASE,
)
_LATER_PRONOUN = re.compile(r"[^,]{0,60},\s+(?:he|she|it|they|his|her|its|their)\b")
# `The film was ...`: which one, only what stands before tells.
_DEFINITE = re.compile(
    r"The\s+[a-z][\w-]*(?:\s+[a-z][\w-]*)?,?\s+(?:also|then|later|first|itself|currently|originally|is|are|was|were|has|had|"
    r"have|will|would|can|could|may|features?|stars?|starred|includes?|won|began|became|contains?|takes?|[a-z]+ed)\b"
)


def dangles(evidence: Evidence) -> bool:
    """Whether a sentence says of whom or what it speaks only with the one before it, or is not a whole sentence."""
    quote = evidence.quote.strip()
    if not quote or quote[0].islower():
        return True
    if _DANGLING.match(quote) or _LATER_PRONOUN.match(quote):
        return True
    return _DEFINITE.match(quote) is not None


def opened(one: Supported, offered: Sequence[Supported]) -> list[Line] | None:
    """
    The lines that open with `one`: alone, if it can stand first as it is or edited; after the nearest sentence of its
    passage before it that can; None if there is none.
    """
    if not dangles(one.quote.evidence):
        return [Line(one.quote)]
    if one.quote.evidence.edits:
        return [Line(one.quote, edited=True)]
    agent = one.quote.reply.agent
    before = [
        other
        for other in offered
        if other.quote.reply.agent == agent and other.start < one.start and not dangles(other.quote.evidence)
    ]
    if not before:
        return None
    return [Line(max(before, key=lambda other: other.start).quote), Line(one.quote)]
