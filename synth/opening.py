"""Openings: which sentences can stand first, and how one that cannot is made to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from myriad.agent.v1.evidence_pb2 import Evidence
from synth.formatter import Line
from synth.selection import Supported

_DANGLING = re.compile(
    r"^\W*+(?:(?:he|she|it|they|his|her|hers|its|their|theirs|this|these|that|those|such|there|both|another|here|who|"
    r"which|whose|and|but|or|so|then|also|however|moreover|furthermore|thus|hence|therefore|instead|otherwise|"
    r"nevertheless|meanwhile|afterwards?|additionally|similarly|conversely|subsequently|consequently|i|my|yes|agreed|just)\b"
    r"|the\s+(?:former|latter|same|other|next|second|following|above|below)\b)",
    re.IGNORECASE,
)
_THING = r"the\s+(?:film|movie|song|album|single|book|novel|game|series|show|band|group|team|club|company|city|town)"
_LATER_PRONOUN = re.compile(rf"[^,]{{0,60}},\s+(?:he|she|it|they|his|her|its|their|{_THING})\b")
# `Born in Rome, and raised in Oslo, she ...`, `The daughter of Ann, she ...`: only what follows tells of whom.
_APPOSED = re.compile(
    rf"(?:[A-Z][a-z]+(?:ed|ing|wn|rn|lt|tten)|Set|Known|The\s++\d{{0,4}}(?:\w+\s++){{0,4}}?(?:son|daughter|child|film|album|song))\b"
    rf"[^.;:]{{0,160}},\s+(?:he|she|it|they|{_THING})\b"
)
# `Located on the bank of the river.`, `Starring Ann and with music by Bob.`: a whole sentence has a verb.
_PARTICIPLE = re.compile(
    r"(?:Located|Situated|Starring|Featuring|Directed|Produced|Written|Composed|Developed|Published|Released|Based|"
    r"Founded|Formed|Recorded|Performed)\b"
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|had|have|will|became|began|won|made|took|[a-z]+(?:s|ed)\s+(?:a|an|the))\b"
)
# `The film was ...`: which one, only what stands before tells.
_DEFINITE = re.compile(
    r"The\s+[a-z][\w-]*(?:\s+[a-z][\w-]*)?,?\s+(?:which|who|also|then|later|first|itself|currently|originally|is|are|was|were|has|had|"
    r"have|will|would|can|could|may|features?|stars?|starred|includes?|won|began|became|contains?|takes?|[a-z]+ed)\b"
)


def dangles(evidence: Evidence) -> bool:
    """Whether a sentence says of whom or what it speaks only with the one before it, or is not a whole sentence."""
    quote = evidence.quote.strip()
    if not quote or quote[0].islower():
        return True
    if _DANGLING.match(quote) or _LATER_PRONOUN.match(quote) or _APPOSED.match(quote):
        return True
    if _PARTICIPLE.match(quote) and not _FINITE.search(quote):
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
