"""The gap in a question that its answer fills: where it is, what noun stands there, which words are near it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from agent_host.words import DEMONYMS, STOP_WORDS, WORD, term, words
from language.attributes import ASKED_BY, TURNED
from language.nouns import Sort, sort_of

_PRONOUNS = {
    "who": Sort.PERSON, "whom": Sort.PERSON, "whose": Sort.PERSON, "when": Sort.DATE, "where": Sort.PLACE,
}  # fmt: skip
_BARE = words("who whom when where how why")
"""Words that ask without a noun."""
_WH = words("who whom whose what which when where how why")
_ORDERS = words("name give list state identify find")
_BE = words("is was are were be been 's")
_AUXILIARIES = _BE | words("do does did has have had can could will would should must may")
_ARTICLES = words("the a an")
_PREPOSITIONS = words("in on at of by for from to with under as into during about after before within on")
_CLAUSE = words("that who whom whose which where when while because if and but")
_VERBS = words("won wrote born made led sang held sold began became gave took grew ran shot spent plays played")
_MEASURES = words("many much old long far tall large big often high wide deep fast heavy")
_LONGEST_NOUN = 5
_FALL = 0.25
"""How fast the words of a clause count less with their distance from the gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """
    What the answer must be, None if that is not known; the terms of the noun asked for, the last of them that is one;
    the clause's other terms, each with its weight by nearness; the word right before the gap; whether it asks
    `how many`; whether the question has a word that asks at all; the attributes that the noun or the nearest words ask
    for, as claims call them; whether it asks for several; the terms that say the head, none if that is a mere form of
    answer (`year`).
    """

    want: Sort | None = None
    noun: tuple[str, ...] = ()
    head: str = ""
    near: Mapping[str, float] = field(default_factory=dict)
    before: str = ""
    counted: bool = False
    asks: bool = False
    attributes: frozenset[str] = frozenset()
    several: bool = False
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Words:
    said: Sequence[str]
    low: Sequence[str]
    breaks: frozenset[int]
    """Numbers of the words that a comma or the end of a sentence comes before."""
    ends: frozenset[int]
    """Numbers of the words that a sentence begins with."""


def gap(text: str) -> Gap:
    """Find the gap; one of any form if the question has none."""
    found = _read(text)
    at = _place(found)
    if at is None:
        return Gap()
    wh = found.low[at]
    begin, skipped = _after(found, at)
    noun, end = _noun(found, begin) if skipped or wh not in _BARE else ([], begin)
    want = _want(found, at, noun, skipped)
    head = next((word for word in reversed(noun) if sort_of(word)), noun[-1] if noun else "")
    before = found.low[at - 1] if at and at not in found.breaks else ""
    if wh == "who" and at == 0 and not skipped and found.low[1:2] != [] and found.low[1] not in _AUXILIARIES:
        before = "by"
    terms = tuple(map(term, noun))
    near = _near(found, at, end, frozenset(terms))
    counted = wh == "how" and found.low[at + 1 : at + 2] == ["many"]
    asking = (*noun, *(word for word in found.low if near.get(term(word)) == 1))
    turned = TURNED.get(found.low[at - 2]) if at > 1 and before in ("of", "to") else None
    attributes = frozenset(turned) if turned else _asked_by(asking)
    several = bool(noun) and noun[-1].endswith("s") and not noun[-1].endswith(("ss", "us", "is", "series", "'s"))
    return Gap(
        want,
        terms,
        term(head) if head else "",
        near,
        before,
        counted,
        asks=True,
        attributes=attributes,
        several=several,
    )


def _asked_by(asking: Iterable[str]) -> frozenset[str]:
    return frozenset(one for word in asking for one in ASKED_BY.get(word, ()))


def _read(text: str) -> _Words:
    matches = list(WORD.finditer(text))
    said = [match.group() for match in matches]
    breaks, ends = set(), {0}
    for number in range(1, len(matches)):
        between = text[matches[number - 1].end() : matches[number].start()]
        if any(mark in between for mark in ",;:.?!"):
            breaks.add(number)
        if any(mark in between for mark in ".?!") and len(said[number - 1]) > 2:
            ends.add(number)
    return _Words(said, [word.lower().replace("’", "'") for word in said], frozenset(breaks), frozenset(ends))


def _place(found: _Words) -> int | None:
    """The number of the word that asks."""
    low = found.low
    if not low:
        return None
    if low[-1] in _WH and len(low) > 1:
        return len(low) - 1
    for start in sorted(found.ends, reverse=True):
        if low[start] in ("when", "where", "how") and _subordinate(low[start : start + 2]):
            continue
        if low[start] in _WH or (low[start] in _ORDERS and start == 0):
            return start
        if low[start] in _PREPOSITIONS and low[start + 1 : start + 2] and low[start + 1] in _WH - {"where", "when"}:
            return start + 1
    asking = [number for number, word in enumerate(low) if word in _WH and _asks(found, number)]
    return asking[-1] if asking else None


def _subordinate(opening: Sequence[str]) -> bool:
    """Whether `when`, `where` or `how` opens a clause or a title (`How to Eat`), and asks nothing."""
    return len(opening) > 1 and opening[1] not in _AUXILIARIES | _MEASURES


def _asks(found: _Words, at: int) -> bool:
    """Whether a word in the middle asks, and does not merely begin a relative clause."""
    word, after = found.low[at], found.low[at + 1] if at + 1 < len(found.low) else ""
    if word in ("what", "how"):
        return word == "what" or after in _MEASURES
    if word in ("which", "whose"):
        return after not in STOP_WORDS and not after.endswith("ed") and (word == "which" or at in found.breaks)
    return at > 0 and found.low[at - 1] in _PREPOSITIONS and word in ("who", "whom") and at + 1 == len(found.low)


def _after(found: _Words, at: int) -> tuple[int, int]:
    """Where the noun asked for begins, behind `is the name of the`, and how many words were skipped."""
    low, number = found.low, at + 1
    skip = [_BE, _ARTICLES] if low[at] not in _ORDERS else [_ARTICLES]
    if low[at] in ("what", "which", "who", "whose") or low[at] in _ORDERS:
        for group in skip:
            if number < len(low) and low[number] in group and number not in found.breaks:
                number += 1
            elif group is _BE:
                break
        for word in ("name", "names"):
            if low[number : number + 2] == [word, "of"]:
                number += 2
                number += low[number : number + 1] != [] and low[number] in _ARTICLES
    if low[at] == "which" and low[number : number + 1] == ["of"]:
        number += 1
        while number < len(low) and low[number] in _ARTICLES | words("these those two following both"):
            number += 1
    return number, number - at - 1


def _noun(found: _Words, begin: int) -> tuple[list[str], int]:
    """The words of the noun that begins there, without what says of which nation it is; and where it ends."""
    noun: list[str] = []
    end = begin
    for number in range(begin, min(begin + _LONGEST_NOUN, len(found.low))):
        word = found.low[number]
        if word in STOP_WORDS or (number > begin and number in found.breaks) or (noun and _is_verb(word)):
            break
        if not noun and _is_verb(word) and found.low[number + 1 : number + 2] and found.low[number + 1] in STOP_WORDS:
            break
        is_name = found.said[number][0].isupper() and term(word) not in DEMONYMS
        if noun and sort_of(noun[-1]) and is_name and noun[-1] == found.said[number - 1]:
            break
        end = number + 1
        if term(word) not in DEMONYMS:
            noun.append(word.removesuffix("'s"))
    return noun, end


def _is_verb(word: str) -> bool:
    return word in _VERBS or (len(word) > 4 and word.endswith(("ed", "ing")))


def _want(found: _Words, at: int, noun: Sequence[str], skipped: int) -> Sort | None:
    wh, after = found.low[at], found.low[at + 1 : at + 2]
    if wh == "how":
        return Sort.NUMBER if after and after[0] in _MEASURES else None
    if wh in _PRONOUNS and not (wh == "whose" and noun):
        return _PRONOUNS[wh]
    if wh == "why":
        return None
    if at + 1 == len(found.low):
        return Sort.QUALITY if at and found.low[at - 1] in _BE else None
    if not noun and after == ["name"]:
        return Sort.THING
    known = next((want for word in reversed(noun) if (want := sort_of(word))), None)
    if known is not None and (skipped or (after and after[0] not in _AUXILIARIES) or wh in _ORDERS):
        return known
    return Sort.THING if noun and (not after or after[0] not in _AUXILIARIES) else None


def _last_verb(low: Sequence[str]) -> int:
    """The number of the last word that is no preposition: `In which year was the man who ... born?`"""
    return max((one for one, word in enumerate(low) if word not in STOP_WORDS), default=0)


def _near(found: _Words, at: int, end: int, noun: frozenset[str]) -> Mapping[str, float]:
    """The terms of the clause that the gap is in, the nearer the more; names only if there are no other words."""
    low = found.low
    left = list(takewhile(lambda one: low[one] not in _CLAUSE and one + 1 not in found.breaks, range(at - 1, -1, -1)))
    right = list(takewhile(lambda one: low[one] not in _CLAUSE and one not in found.breaks, range(end, len(low))))
    if end < len(low) and low[end] in _AUXILIARIES and len(low) - 1 not in left:
        right = [_last_verb(low), *right]
    weights: dict[str, float] = {}
    names: dict[str, float] = {}
    for side in (left, right):
        content = [one for one in side if low[one] not in STOP_WORDS and term(low[one]) not in noun]
        for distance, one in enumerate(content):
            kept = names if found.said[one][0].isupper() and one else weights
            key = term(found.said[one])
            kept[key] = max(kept.get(key, 0.0), 1 / (1 + _FALL * distance))
    return weights or names
