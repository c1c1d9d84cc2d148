"""
Another: what is of the same pattern as something that the question names, and is not it.

Site Carol is another than Site Bravo, version 3.10 another than 3.1, ERR-4418 another than ERR-4417: what differs by
one letter, number or name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from language.tokens import WORD
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.focus import is_inside
from synth.ranking import Candidate
from synth.words import terms_of

_LETTER, _NUMBER, _CODE, _NAME = "[A-Z]", r"[0-9]+(?:\.[0-9]+)*", r"[\w-]*[0-9][\w.-]*", r"[A-Z][^\W\d_]+"
_LETTER_OR_DIGIT, _START, _END, _FOLLOWS = r"\w", r"(?<![\w-])", r"(?!\w)", r"[ \t]+"
_VERSION, _VERSION_DOTS = r"(?<![\w.])[0-9]{1,4}(?:\.[0-9]{1,6}){2,3}(?![\w.])", 2
_IS_NUMBER = re.compile(_NUMBER)
_GROUP = 3
_HAS_GROUPS = re.compile(r"[0-9]{1,3}(?>(?:,[0-9]{3})+)")
_BETWEEN = r"[,.'’ \u00a0\u202f]?"
"""Digits of a group of thousands, and what may stand between two."""
_GOES_ON = re.compile(r"\w|[.-]\w")
_OPENING = 40
"""Characters of a quote in which it says whom or what it is about."""


@dataclass(frozen=True)
class _Mark:
    """A word by which what the question names is told from others, and how others look."""

    said: str
    """How the word begins, in lower case,"""
    pattern: str
    """and as it is found."""
    others: str
    beside: tuple[str, ...]
    """Words with a blank, in lower case, of which one stands beside each of the others; none if that is not known."""
    is_name: bool
    """Whether others are only told by what a passage, or a quote, is about: names occur in passing."""
    is_heading: bool = False
    """Whether others are only told by what a passage is headed with."""

    def is_in(self, text: str) -> bool:
        # Most texts have neither the word nor what stands beside it: patterns are for those that do.
        return self.said in text.lower() and self._own.search(text) is not None

    def look_alikes(self, text: str) -> list[str]:
        """The others that a text names."""
        return [found[0] for found in self._others.finditer(text)] if self.may_have_others(text.lower()) else []

    def may_have_others(self, lowered: str) -> bool:
        """Whether a text, in lower case, has a word that stands beside others."""
        return not self.beside or any(word in lowered for word in self.beside)

    @cached_property
    def _own(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _others(self) -> re.Pattern[str]:
        return re.compile(self.others)


def told_apart(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """What is offered, without what is about another thing of a kind with one that the question names."""
    marks = _marks(question.read_as or question.text, question.language)
    if not marks:
        return list(ranked)
    heads = {key: _Head(units, marks) for key, units in _by_reply(ranked).items()}
    kept = _without_others(question, ranked, heads)
    beside = _by_reply(kept)
    return [one for one in kept if not _is_mixed(one, beside[id(one.reply)], question, heads[id(one.reply)])]


def _by_reply(ranked: Sequence[Candidate]) -> Mapping[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {}
    for one in ranked:
        found.setdefault(id(one.reply), []).append(one)
    return found


def _without_others(question: Question, ranked: Sequence[Candidate], heads: Mapping[int, _Head]) -> list[Candidate]:
    named = [heads[id(one.reply)].look_alikes(one.quote) for one in ranked]
    names = {name for found in named for name in found}
    if not names:
        return list(ranked)
    # What the question names as well is no look-alike; nor is what another passage about the thing itself leads to.
    about = [(id(one.reply), one.quote) for one in ranked if heads[id(one.reply)].is_said_by(one.quote)]
    no_other = {name for name in names if _holds(question.text, name)}
    led_to = {name: {reply for reply, quote in about if _holds(quote, name)} for name in names - no_other}

    def is_another(one: Candidate, found: Sequence[str]) -> bool:
        return any(led_to[name] <= {id(one.reply)} for name in found if name not in no_other)

    return [one for one, found in zip(ranked, named, strict=True) if not is_another(one, found)]


def _is_mixed(one: Candidate, beside: Iterable[Candidate], question: Question, head: _Head) -> bool:
    """
    Whether a unit speaks of a look-alike too, and a part of it says all that it says of the thing itself.

    What it says of the thing is what its parts say that are not about another; they are of those `beside` it.
    """
    if not head.near:
        return False
    marks, parts = head.marks, [other for other in beside if other is not one and is_inside(other, one)]
    if not parts or not any(_look_alikes(question, mark, one) for mark in head.near):
        return False
    said = frozenset[int]().union(*(part.evidence.said for part in parts))
    own = [
        part
        for part in parts
        if said <= frozenset(part.evidence.said) and all(mark.is_in(part.quote) for mark in marks)
    ]
    return any(not _look_alikes(question, mark, part) for part in own for mark in marks)


def _look_alikes(question: Question, mark: _Mark, one: Candidate) -> int:
    """How many others a unit names that the question does not."""
    return sum(not _holds(question.text, name) for name in mark.look_alikes(one.quote))


class _Head:
    """What a passage is headed with: which marks it does not say, and which look-alikes it names instead."""

    def __init__(self, units: Sequence[Candidate], marks: Sequence[_Mark]) -> None:
        head, said = _head(units[0].reply), "\n".join([one.quote for one in units]).lower()
        self.marks = marks
        self.near = [mark for mark in marks if mark.may_have_others(said)]
        """Those of which a unit may name others."""
        self._open = [(mark, mark.look_alikes(head)) for mark in marks if not mark.is_in(head)]
        self._told = [(mark, named) for mark, named in self._open if named or mark in self.near]

    def look_alikes(self, quote: str) -> list[str]:
        """Those that a unit of the passage is about, if it is not about the thing itself."""
        found = list[str]()
        for mark, named in self._told:
            own = "" if mark.is_heading else quote[:_OPENING] if mark.is_name else quote
            names = [*named, *mark.look_alikes(own)]
            if names and not mark.is_in(quote):
                found += names
        return found

    def is_said_by(self, quote: str) -> bool:
        """Whether a unit of the passage says all marks that the head does not."""
        return all(mark.is_in(quote) for mark, _ in self._open)


def _holds(text: str, name: str) -> bool:
    """Whether a text has a name, and it does not go on there."""
    text, name = text.lower(), name.lower()
    at = text.find(name)
    while at >= 0 and _GOES_ON.match(text, at + len(name)):
        at = text.find(name, at + 1)
    return at >= 0


def _head(one: RankedReply) -> str:
    return "\n".join((one.reply.title, one.reply.subject, *one.reply.heading_path))


@lru_cache(maxsize=256)
def _marks(asked: str, language: str) -> tuple[_Mark, ...]:
    return tuple(_found(asked, language))


def _found(asked: str, language: str) -> Iterator[_Mark]:
    words = list(WORD.finditer(asked))
    for number, match in enumerate(words):
        word = match[0]
        shape = _shape(word)
        if not shape or not number:
            continue
        before, after = _beside(asked, words, number, -1), _beside(asked, words, number, 1)
        others: list[str] = []
        beside: list[str] = []
        if before[:1].isupper() if shape is _NAME else before and terms_of(before, language):
            others.append(f"{_said(before)}{shape}{_END}")
            beside += (f"{before} ", f"{before}\t")
        if shape is _NAME and terms_of(after, language):
            others.append(f"{_START}{shape}{_FOLLOWS}{re.escape(after)}{_END}")
            beside += (f" {after}", f"\t{after}")
        if shape is not _NAME and not others and word.count(".") >= _VERSION_DOTS:
            yield _Mark(word, rf"(?<![\w.]){re.escape(word)}(?![\w]|\.\w)", _VERSION, (), is_name=True, is_heading=True)
            continue
        if shape is _CODE:
            others.append(f"{_START}{re.sub('[0-9]+', '[0-9]+', re.escape(word))}{_END}")
            others.append(f"{_START}{re.escape(word)}[-./]{_LETTER_OR_DIGIT}")
        if others:
            begins, written = _written(word)
            said = written if shape is _LETTER else f"(?i:{written})"
            own = rf"(?<![\w-]){said}(?![\w-]|[./]\w)"
            near = () if shape is _CODE else tuple(one.lower() for one in beside)
            yield _Mark(begins.lower(), own, "|".join(others), near, shape is _NAME)


def _written(word: str) -> tuple[str, str]:
    """How a word begins, and all forms in which it is written: a number with or without marks between thousands."""
    digits = word.replace(",", "") if _HAS_GROUPS.fullmatch(word) else word
    if not digits.isdecimal() or len(digits) <= _GROUP:
        return word, re.escape(word)
    first = len(digits) % _GROUP or _GROUP
    groups = (digits[:first], *(digits[at : at + _GROUP] for at in range(first, len(digits), _GROUP)))
    return groups[0], _BETWEEN.join(groups)


def _said(before: str) -> str:
    return f"{_START}(?i:{re.escape(before)}){_FOLLOWS}"


def _beside(asked: str, words: Sequence[re.Match[str]], number: int, step: int) -> str:
    """The word next to one, if nothing but a blank stands between."""
    other = number + step
    if not 0 <= other < len(words):
        return ""
    first, last = sorted((number, other))
    return words[other][0] if asked[words[first].end() : words[last].start()] == " " else ""


def _shape(word: str) -> str:
    """The pattern of what another word in its place looks like; empty if nothing is told by such a word."""
    if len(word) == 1:
        return _LETTER if word.isupper() and word != "I" else _NUMBER if word.isdecimal() else ""
    if _IS_NUMBER.fullmatch(word):
        return _NUMBER
    if any(letter.isdigit() for letter in word):
        return _CODE
    return _NAME if word[0].isupper() and word[1:].islower() else ""
