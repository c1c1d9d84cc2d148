"""Details: which sentences beside the chain say more of what was asked, and which are only about the same things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from synth.selection import Supported
from synth.words import content, read

_PROMISING = 0.3
"""A sentence with a candidate that fits the question this well may hold the answer whatever its words are."""
_PER_DOCUMENT = 2


def details(
    question: str, chain: Sequence[Supported], kept: Sequence[Supported], *, everything: bool
) -> list[Supported]:
    """
    Those of `kept` that belong under the themes, best first: all but announcements of what follows, if `everything`.

    Else sentences that say more of what was asked, a few of each document, and one of a document that has none.
    """
    asked = frozenset(content(question))
    told = {one.quote.place for one in chain}
    count = Counter(one.document for one in chain)
    found: list[Supported] = []
    taken: Counter[str] = Counter()
    for one in kept:
        if one.quote.place in told or one.quote.evidence.quote.rstrip().endswith(":"):
            continue
        says_more = taken[one.document] < _PER_DOCUMENT and (_says_more(one, asked) or not count[one.document])
        if everything or says_more:
            found.append(one)
            taken[one.document] += 1
            count[one.document] += 1
    return found


def _says_more(one: Supported, asked: frozenset[str]) -> bool:
    """Whether it has a word of the question beside the names of what it is about, or what may well be the answer."""
    names = frozenset[str]().union(*(read(name)[0] for name in one.about))
    relation = asked - names
    if not relation or not relation.isdisjoint(read(one.quote.evidence.quote)[0]):
        return True
    return any(short.score >= _PROMISING for short in one.quote.evidence.short_answers)
