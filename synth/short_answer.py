"""The short answer: the candidate with the best support among the sentences that are quoted."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from synth.selection import Supported
from synth.words import fold, fold_space, subject

_ALSO = 0.3
"""How much of a candidate's support in further sentences counts."""
_CLEAR = 0.95
"""A second candidate with more than this share of the first one's support leaves the answer open."""
_PASSED = 0.5
"""A candidate that another quoted document is about is more likely a step on the way than its end."""


def best(taken: Sequence[Supported]) -> str:
    """The words themselves; empty if no sentence holds a candidate, or none is clearly the best."""
    subjects = {one.quote.reply.document: fold(subject(one.quote.reply.title)) for one in taken}
    supports: dict[str, list[float]] = {}
    words: dict[str, str] = {}
    for one in taken:
        elsewhere = {about for document, about in subjects.items() if document != one.quote.reply.document}
        for candidate in one.quote.evidence.short_answers:
            key = fold(candidate.text)
            passed = _PASSED if key in elsewhere else 1.0
            supports.setdefault(key, []).append(one.support * candidate.score * passed)
            words.setdefault(key, fold_space(candidate.text))
    totals = {key: (1 - _ALSO) * max(found) + _ALSO * sum(found) for key, found in supports.items()}
    first, second = nlargest(2, (*totals.values(), 0.0, 0.0))
    if first <= 0 or second > _CLEAR * first:
        return ""
    return words[max(totals, key=lambda key: totals[key])]
