"""Alignment: two sentences that are the same but for one value, and that value in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from language.folding import fold
from language.function_words import FUNCTION_WORDS
from language.values import Form, Value, agree, normal, values

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_LEAST_EQUAL = 4
_EQUAL_SHARE = 0.5
_MOST_REPEATED = 8
"""Times its length that pairs of equal words of two sentences may be: with more, no alignment says anything, and to
find one takes long."""
_END = 3
"""Words at either end that two sentences which differ in one place share."""
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|nearly|almost|over|under|some|roughly|circa|c\.|more than|less than|at least|"
    r"up to)\s*(?=[$€£]?\d)",
    re.IGNORECASE,
)
_ROUGHLY = 0.1
# Between the parts of one value: `Paris, Texas`, `Steely and Clevie`; after a name: `Patriarca crime family`.
_GAP = re.compile(r"[\s,.&\"“”'’]*+(?:(?:of|and|the)\s++)*+(?:[a-z]++(?:\s[a-z]++)?)?[\s,.\"“”]*+")
_VERB = re.compile(
    r"\b(?:is|was|are|were|has|had|have|will|can|may|must|does|did|won|made|began|became|took|wrote|sang|built|led|sold|"
    r"got|lost|cost|grew|rose|fell|held|met|ran|saw|set|hit|spent|paid|gave|came|went|left|kept|bought|fought|drew|"
    r"[a-z]+(?:ed|s|ing))\b"
)
_TIMED = re.compile(r"^\W*+(?:In|On|At|By|From|Since|During|After|Before|Until|Born|Around)\b")


@dataclass(frozen=True, eq=False)
class Words:
    """A sentence's words as they are compared, with where each stands, and its values."""

    text: str

    @cached_property
    def places(self) -> Sequence[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self.text)]

    @cached_property
    def folded(self) -> Sequence[str]:
        return self._folded(self.places)

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.folded)

    @cached_property
    def bag(self) -> frozenset[str]:
        return frozenset(self.folded)

    @cached_property
    def values(self) -> Sequence[Value]:
        return sorted(values(self.text), key=lambda one: one.start)

    @cached_property
    def ends(self) -> tuple[tuple[str, ...], ...]:
        """What a sentence that differs from it in one place has as well, one or the other."""
        return ("first", *self._folded(self.places[:_END])), ("last", *self._folded(self.places[-_END:]))

    def _folded(self, places: Sequence[tuple[int, int]]) -> list[str]:
        return [fold(self.text[start:end]) for start, end in places]


@lru_cache(maxsize=1_024)
def words_of(sentence: str) -> Words:
    """The words of a sentence, which questions meet again and again, read once."""
    return Words(sentence)


class Difference(NamedTuple):
    """The one value in which two sentences differ, as each has it."""

    form: Form
    one: Value
    other: Value


def differing(one: Words, other: Words) -> Difference | None:
    """The value in which two otherwise equal sentences contradict each other; None if there is none, or more."""
    longest = max(len(one.folded), len(other.folded))
    if len(one.bag & other.bag) < _EQUAL_SHARE * max(len(one.bag), len(other.bag)):
        return None
    if sum(number * other.counts[word] for word, number in one.counts.items()) > _MOST_REPEATED * longest:
        return None
    changed = list(_changed(one.folded, other.folded))
    if not changed:
        return None
    equal = longest - sum(max(b - a, d - c) for a, b, c, d in changed)
    if equal < _LEAST_EQUAL or equal < _EQUAL_SHARE * longest:
        return None
    found: Difference | None = None
    for a, b, c, d in changed:
        left, right = _value(one, a, b), _value(other, c, d)
        if left is None or right is None or left.form is not right.form:
            return None
        if found and (left.normal, right.normal) != (found.one.normal, found.other.normal):
            return None
        found = found or Difference(left.form, left, right)
    if found is None or agree(found.form, found.one.normal, found.other.normal):
        return None
    if found.form is Form.NUMBER and is_rough(one, other, found.one.normal, found.other.normal):
        return None
    return found


def is_leading(sentence: Words, value: Value) -> bool:
    """Whether a value is, or is part of, what the sentence is about: it comes before the verb."""
    before = sentence.text[: value.start]
    return not (_VERB.search(before) or _TIMED.match(before) or before.count("(") > before.count(")"))


def _changed(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches `one[a:b]`, `other[c:d]` that differ, but for function words."""
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal" and not {*one[a:b], *other[c:d]} <= FUNCTION_WORDS:
            yield a, b, c, d


def _value(sentence: Words, first: int, last: int) -> Value | None:
    """The value that holds the words from `first` to `last`; several with commas between are one."""
    own = [
        place
        for place, word in zip(sentence.places[first:last], sentence.folded[first:last], strict=True)
        if word not in FUNCTION_WORDS
    ]
    if not own:
        return None
    start, end = own[0][0], own[-1][1]
    over = [value for value in sentence.values if value.start < end and start < value.end]
    if not over or over[0].start > start or len({value.form for value in over}) > 1:
        return None
    gaps = [sentence.text[left.end : right.start] for left, right in pairwise(over)]
    if end > over[-1].end and over[0].form is Form.NAME:
        gaps.append(sentence.text[over[-1].end : end])
    elif end > over[-1].end:
        return None
    if not all(map(_GAP.fullmatch, gaps)):
        return None
    until = max(end, over[-1].end)
    return Value(over[0].form, over[0].start, until, normal(sentence.text[over[0].start : until]))


def is_rough(one: Words, other: Words, value: str, another: str) -> bool:
    """Whether one of two numbers is said to be about as large as it is, and the other is about as large."""
    numbers = [re.sub(r"[^\d.]", "", each) for each in (value, another)]
    if not all(numbers) or not (_ABOUT.search(one.text) or _ABOUT.search(other.text)):
        return False
    left, right = map(float, numbers)
    return abs(left - right) <= _ROUGHLY * max(left, right)
