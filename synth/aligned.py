"""Alignment: two quotes that are the same but for one value, and that value in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar

from language.spans import Span, spans
from language.tokens import WORD
from myriad.agent.v1.text_pb2 import SpanType
from synth.words import name, words

T = TypeVar("T")
_LEAST_EQUAL = 4
_EQUAL_SHARE = 0.5
_MOST_REPEATED = 8
"""Times its length that pairs of equal words of two quotes may be: with more, no alignment says anything, and to find
one takes long."""
_ROUND_DIGITS = 2
"""A number with no more digits than this before its noughts is a round one."""


class Value(NamedTuple):
    """A value in a quote: `quote[start:end]`, its type, and the form in which equal values are equal."""

    start: int
    end: int
    type: SpanType.ValueType
    normal: str


@dataclass(frozen=True, eq=False)
class Quoted:
    """A quote's words as they are compared, with where each stands, and its values."""

    text: str
    language: str

    @cached_property
    def places(self) -> Sequence[tuple[int, int]]:
        return [match.span() for match in WORD.finditer(self.text)]

    @cached_property
    def words(self) -> Sequence[str]:
        return [self.text[start:end].lower() for start, end in self.places]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.words)

    @cached_property
    def spans(self) -> Sequence[Span]:
        return spans(self.text, self.language)


@lru_cache(maxsize=2_048)
def quoted(text: str, language: str) -> Quoted:
    """The words of a quote, which questions meet again and again, read once."""
    return Quoted(text, language)


def are_alike(one: Set[str], other: Set[str]) -> bool:
    """Whether quotes have so many words in common that they may be the same but for a value."""
    least = _EQUAL_SHARE * max(len(one), len(other))
    return min(len(one), len(other)) >= least and len(one & other) >= least


def differing(one: Quoted, other: Quoted) -> tuple[Value, Value] | None:
    """The value in which two otherwise equal quotes contradict each other; None if there is none, or more."""
    if not are_alike(words(one.text), words(other.text)) or one.words == other.words:
        return None
    longest = max(len(one.words), len(other.words))
    if sum(number * other.counts[word] for word, number in one.counts.items()) > _MOST_REPEATED * longest:
        return None
    found: tuple[Value, Value] | None = None
    equal = longest
    for a, b, c, d in _changed(one.words, other.words):
        equal -= max(b - a, d - c)
        left, right = _value(one, a, b), _value(other, c, d)
        if left is None or right is None or left.type != right.type:
            return None
        if found and (left.normal, right.normal) != (found[0].normal, found[1].normal):
            return None
        found = found or (left, right)
    if found is None or equal < max(_LEAST_EQUAL, _EQUAL_SHARE * longest):
        return None
    return None if agree(found[0].type, found[0].normal, found[1].normal) else found


def agree(kind: SpanType.ValueType, one: str, other: str) -> bool:
    """Whether two values may both hold: one is the other less exactly."""
    if one == other:
        return True
    match kind:
        case SpanType.SPAN_TYPE_DATE:
            ends, others = one.split("/"), other.split("/")
            if len(ends) == len(others):
                return all(
                    left.startswith(right) or right.startswith(left) for left, right in zip(ends, others, strict=True)
                )
            return any(left.startswith(right) for left, right in _crossed(ends, others))
        case SpanType.SPAN_TYPE_NAME | SpanType.SPAN_TYPE_UNSPECIFIED:
            return bool(one and other) and any(
                left <= right for left, right in _crossed([set(one.split())], [set(other.split())])
            )
        case _:
            return _is_rough(one, other) or _is_rough(other, one)


def _crossed(ones: Sequence[T], others: Sequence[T]) -> Iterator[tuple[T, T]]:
    for one in ones:
        for other in others:
            yield one, other
            yield other, one


def _is_rough(one: str, other: str) -> bool:
    """Whether a number is a round one, and the other it when it is rounded."""
    (number, _, unit), (exact, _, other_unit) = one.partition(" "), other.partition(" ")
    digits, exact_digits = number.split(".")[0], exact.split(".")[0]
    noughts = len(digits) - len(digits.rstrip("0"))
    is_round = noughts >= 2 and len(digits) - noughts <= _ROUND_DIGITS
    if not is_round or unit != other_unit or not exact_digits.isdecimal() or not digits.isdecimal():
        return False
    return round(int(exact_digits), -noughts) == int(digits)


def _changed(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches `one[a:b]`, `other[c:d]` that differ."""
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            yield a, b, c, d


def _value(quote: Quoted, first: int, last: int) -> Value | None:
    """The value that holds the words from `first` to `last`; what is written like a name is one."""
    if first == last:
        return None
    start, end = quote.places[first][0], quote.places[last - 1][1]
    over = [one for one in quote.spans if one.start < end and start < one.end]
    types = {one.type for one in over}
    if over and over[0].start <= start and end <= over[-1].end and len(types) == 1:
        return Value(over[0].start, over[-1].end, over[0].type, " ".join(one.normal for one in over))
    if first and quote.text[start].isupper() and types <= {SpanType.SPAN_TYPE_NAME}:
        return Value(start, end, SpanType.SPAN_TYPE_NAME, name(quote.text[start:end]))
    return None
