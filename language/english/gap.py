"""
The gap in an English question that its answer fills: what sort of thing belongs there, and which words stand near it.

`Who directed the film that was shot in Leland?` has it before `directed`: whatever else is said of the film, the answer
stands by that word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile

from language import tables
from language.cues import cues
from language.english.sorts import Sort, sort_of
from language.folding import bare
from language.nations import countries
from language.terms import term
from language.tokens import tokens
from myriad.agent.v1.question_pb2 import Question

_PRONOUNS = {"who": Sort.PERSON, "whom": Sort.PERSON, "whose": Sort.PERSON, "when": Sort.DATE, "where": Sort.PLACE}
_ASKING = frozenset((*_PRONOUNS, "what", "which", "how", "why"))
_ORDERS = frozenset(("name", "give", "list", "state", "identify", "find"))
_MEASURES = frozenset(("many", "much", "old", "long", "far", "tall", "large", "big", "often", "high", "wide", "deep"))
_BARE = frozenset(("who", "whom", "when", "where", "how", "why"))
"""Words that ask without a noun."""
_ARTICLES = frozenset(("the", "a", "an"))
_CHOSEN_FROM = _ARTICLES | {"these", "those", "two", "following", "both"}
_LONGEST_NOUN = 5
_SHORTEST_VERB = 4
_OF_SUBJECT = 0.4
"""What words count that only say whose the answer is: behind `did` in `What position did the receiver … play?`."""
_FALL = 0.25
"""How fast the words of a clause count less with their distance from the gap."""
_FUNCTION_WORDS = tables.words("function_words/en")


@dataclass(frozen=True, slots=True)
class Gap:
    """What an answer fills."""

    is_asked: bool = False
    """Whether a word asks for it: nothing is filled by yes or no, a way or a reason."""
    sort: Sort | None = None
    """None if that is not known."""
    noun: str = ""
    """The noun asked for, in lower case."""
    several: bool = False
    """Whether that is a plural."""
    head: Set[str] = frozenset()
    """The term of the noun asked for, none if that is a mere form of answer (`year`)."""
    near: Mapping[str, float] = field(default_factory=dict)
    """The other terms of its clause, by nearness from 0 to 1."""
    before: str = ""
    """The word right before it, in lower case."""
    counted: bool = False
    """Whether it asks how many."""


@dataclass(frozen=True, slots=True)
class _Words:
    said: Sequence[str]
    low: Sequence[str]
    starts: Sequence[int]
    breaks: frozenset[int]
    """Numbers of the words that a comma or the end of a sentence comes before."""
    ends: frozenset[int]
    """Numbers of the words that a sentence begins with."""


def gap(question: Question) -> Gap:
    """Find the gap; one of any sort if the question has none that can be told."""
    return _gap(question.read_as or question.text) if question.language in ("", "en") else Gap()


@lru_cache(maxsize=256)
def _gap(asked: str) -> Gap:
    found = _read(asked)
    at = _place(found)
    if at is None:
        return Gap()
    begin, skipped = _after(found, at)
    if found.low[at : at + 2] == ["how", "many"]:
        begin += 1
        skipped = 1
    noun, end = _noun(found, begin) if skipped or found.low[at] not in _BARE else ([], begin)
    head = next((word for word in reversed(noun) if sort_of(word)), noun[-1] if noun else "")
    sort = _sort(found, at, head, skipped)
    before = found.low[at - 1] if at and at not in found.breaks else ""
    follows = found.low[at + 1 : at + 2]
    if found.low[at] == "who" and follows and follows[0] not in cues("en").words["auxiliary"]:
        before = "by"
    said = frozenset(term(word, "en") for word in noun)
    form_only = sort in (Sort.DATE, Sort.NUMBER) or head in ("place", "location")
    return Gap(
        found.low[at] not in ("how", "why") or sort is not None,
        sort,
        head,
        bool(noun) and noun[-1].endswith("s") and not noun[-1].endswith(("ss", "us", "is", "series", "'s")),
        frozenset() if form_only or not head else frozenset((term(head, "en"),)),
        {**_near(found, at, end, said), **_measured(found, at)},
        before,
        follows == ["many"],
    )


def _read(text: str) -> _Words:
    matches = list(tokens(text))
    said = [text[one.start : one.end] for one in matches]
    breaks, ends = set[int](), {0}
    for number in range(1, len(matches)):
        between = text[matches[number - 1].end : matches[number].start]
        if any(mark in between for mark in ",;:.?!"):
            breaks.add(number)
        if any(mark in between for mark in ".?!") and len(said[number - 1]) > 2:
            ends.add(number)
    low = [bare(word).replace("’", "'") for word in said]
    return _Words(said, low, [one.start for one in matches], frozenset(breaks), frozenset(ends))


def _place(found: _Words) -> int | None:
    """The number of the word that asks."""
    low = found.low
    if not low:
        return None
    if len(low) > 1 and low[-1] in _ASKING:
        return len(low) - 1
    for start in sorted(found.ends, reverse=True):
        if (
            low[start : start + 1]
            and low[start] in ("when", "where", "how")
            and _is_subordinate(low[start + 1 : start + 2])
        ):
            continue
        for at in (start, start + 1):
            if at < len(low) and low[at] in _ASKING and (at == start or low[start] in _prepositions()):
                return at
        if not start and low[start] in _ORDERS:
            return start
    asking = [number for number, word in enumerate(low) if word in _ASKING and _asks(found, number)]
    return asking[-1] if asking else None


def _prepositions() -> frozenset[str]:
    return cues("en").words["preposition"]


def _is_subordinate(after: Sequence[str]) -> bool:
    """Whether `when`, `where` or `how` opens a clause or a title (`How to Eat`), and asks nothing."""
    return bool(after) and after[0] not in cues("en").words["auxiliary"] | _MEASURES


def _asks(found: _Words, at: int) -> bool:
    """Whether a word in the middle asks, and does not merely begin a relative clause."""
    word, after = found.low[at], found.low[at + 1] if at + 1 < len(found.low) else ""
    if word in ("what", "how"):
        return word == "what" or after in _MEASURES
    if word in ("which", "whose"):
        return after not in _FUNCTION_WORDS and not after.endswith("ed") and (word == "which" or at in found.breaks)
    return at > 0 and found.low[at - 1] in _prepositions() and at + 1 == len(found.low)


def _after(found: _Words, at: int) -> tuple[int, int]:
    """Where the noun asked for begins, behind `is the name of the`, and how many words were skipped."""
    low, number = found.low, at + 1
    be, article = cues("en").words["be"], _ARTICLES
    if low[at] in ("what", "which", "who", "whose") or low[at] in _ORDERS:
        if low[at] in _ORDERS:
            number += number < len(low) and low[number] in article
        elif number < len(low) and low[number] in be and number not in found.breaks:
            number += 1
            number += number < len(low) and low[number] in article
        if low[number : number + 2] == ["name", "of"]:
            number += 2 + (low[number + 2 : number + 3] != [] and low[number + 2] in article)
    if low[at] == "which" and low[number : number + 1] == ["of"]:
        number += 1
        while number < len(low) and low[number] in _CHOSEN_FROM:
            number += 1
    return number, number - at - 1


def _noun(found: _Words, begin: int) -> tuple[list[str], int]:
    """The words of the noun that begins there, without what says of which nation it is; and where it ends."""
    noun, end = list[str](), begin
    for number in range(begin, min(begin + _LONGEST_NOUN, len(found.low))):
        word, after = found.low[number], found.low[number + 1 : number + 2]
        if noun and word in ("and", "or") and not sort_of(noun[-1]) and number + 1 not in found.breaks:
            continue
        if word in _FUNCTION_WORDS or (number > begin and number in found.breaks) or (noun and _is_verb(word)):
            break
        if not noun and _is_verb(word) and after and after[0] in _FUNCTION_WORDS:
            break
        is_nation = bool(countries(found.said[number]))
        if noun and sort_of(noun[-1]) and found.said[number][0].isupper() and not is_nation:
            break
        end = number + 1
        if not is_nation:
            noun.append(word.removesuffix("'s"))
    return noun, end


def _is_verb(word: str) -> bool:
    return len(word) > _SHORTEST_VERB and word.endswith(("ed", "ing"))


def _sort(found: _Words, at: int, head: str, skipped: int) -> Sort | None:
    asking, after = found.low[at], found.low[at + 1 : at + 2]
    if asking == "how":
        return Sort.NUMBER if after and after[0] in _MEASURES else None
    if asking in _PRONOUNS and not (asking == "whose" and head):
        return _PRONOUNS[asking]
    if asking == "why":
        return None
    if at + 1 == len(found.low):
        return Sort.QUALITY if at and found.low[at - 1] in cues("en").words["be"] else None
    is_aided = not after or after[0] in cues("en").words["auxiliary"]
    if (known := sort_of(head)) and (skipped or not is_aided or asking in _ORDERS):
        return known
    return Sort.THING if head and (skipped or not is_aided) else None


def _near(found: _Words, at: int, end: int, noun: Set[str]) -> Mapping[str, float]:
    """The terms of the clause that the gap is in, the nearer the more; names only if there are no other words."""
    low = found.low
    clause = cues("en").words["clause"]
    left = list(takewhile(lambda n: low[n] not in clause and n + 1 not in found.breaks, range(at - 1, -1, -1)))
    right = list(takewhile(lambda n: low[n] not in clause and n not in found.breaks, range(end, len(low))))
    if end < len(low) and low[end] in cues("en").words["auxiliary"] and len(low) - 1 not in left:
        right = [_last(low), *right]
    weights, names = dict[str, float](), dict[str, float]()
    is_aided = end < len(low) and low[end] in cues("en").words["auxiliary"]
    for side in (left, right):
        content = [(n, key) for n in side if (key := term(low[n], "en")) and key not in noun]
        for distance, (n, key) in enumerate(content):
            kept = names if found.said[n][0].isupper() and n else weights
            share = _OF_SUBJECT if is_aided and side is right and distance else 1.0
            kept[key] = max(kept.get(key, 0.0), share / (1 + _FALL * distance))
    return weights or names


def _measured(found: _Words, at: int) -> Mapping[str, float]:
    """`deep` of `How deep is the lake?`, but no `many`."""
    measure = found.low[at + 1] if found.low[at] == "how" and at + 1 < len(found.low) else ""
    key = term(measure, "en") if measure in _MEASURES - {"many", "much"} else ""
    return {key: 1.0} if key else {}


def _last(low: Sequence[str]) -> int:
    """The number of the last word that is no function word: `In which year was the man who … born?`"""
    return max((n for n, word in enumerate(low) if word not in _FUNCTION_WORDS), default=0)
