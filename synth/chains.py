"""
Chains: where what is asked about is only described, one document leads to another, and the last one answers.

`Who directed the film that was shot in Leland?` is answered where the film is; a document about Leland names it. So
what may be the answer is judged with what leads to it: by how much of the question both say together, by its form, and
by the words that stand near it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest
from math import exp, fsum
from typing import NamedTuple

import models
from language.english.gap import Gap, gap
from language.english.sorts import Sort
from language.folding import fold
from language.relations import FAMILY_OF
from language.sentences import sentences
from language.terms import Term, terms
from models import Linear
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import SPAN_TYPE_NAME, SpanType
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.asked import Asked
from synth.fillers import Filler, fillers, form
from synth.pages import Lead, Page, Said, pages

_READ = 8
"""Units that are read for answers: those that say most of the question with what leads to them."""
_HALF = 24.0
"""Characters after which nearness has halved."""
_BACKWARD = 1.6
"""What a word leads to comes after it in English more often than before (`directed by …`)."""
_BESIDE, _BESIDE_WITHIN = 2, 28
_CUE_WITHIN = 32
_LESS_NEW = 0.9
"""A paragraph says what its sentences say."""
_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "its", "their"))
_FITTING = 0.5
_NOUN_WITHIN = 40
_YEAR = 4


@dataclass(frozen=True, slots=True)
class Chain:
    """An answer in a few words, the unit that it stands in, and what leads there."""

    text: str
    unit: Said
    lead: Lead | None
    features: Mapping[str, float]
    """What tells how likely it is right."""

    @property
    def probability(self) -> float:
        """How likely it is right."""
        return models.load("chained").probability(self.features)

    @property
    def places(self) -> Sequence[tuple[str, int]]:
        """Where its units stand, the one that answers first: their agents, and their numbers there."""
        ends = (self.unit, self.lead.unit) if self.lead else (self.unit,)
        return [(one.reply.agent, one.evidence.position) for one in ends]


class Told(NamedTuple):
    """What may be the answer, and what tells for it."""

    text: str
    page: Page
    unit: Said
    features: Mapping[str, float]


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a unit, with the terms of the question that it says."""

    text: str
    terms: Sequence[Term]
    said: frozenset[str]
    is_first: bool


def chained(question: Question, replies: Sequence[RankedReply]) -> Chain | None:
    """The likeliest answer where one document leads to another; None where none does, or nothing is likely."""
    chains = Chains(question, replies)
    found = best(list(chains.told()), models.load("chains")) if chains.lead_on else None
    return found if found and found.probability >= models.load("chained").thresholds["given"] else None


def best(found: Sequence[Told], model: Linear) -> Chain | None:
    """The likeliest of what is told, all its occurrences taken together."""
    if not found:
        return None
    scores = [model.score(one.features) for one in found]
    most = max(scores)
    shares: dict[str, float] = {}
    first: dict[str, int] = {}
    for number, (one, score) in enumerate(zip(found, scores, strict=True)):
        key = fold(one.text)
        shares[key] = shares.get(key, 0.0) + exp(score - most)
        if key not in first or score > scores[first[key]]:
            first[key] = number
    key = max(shares, key=lambda one: shares[one])
    chosen = found[first[key]]
    page = chosen.page
    lead = page.lead if page.lead and not page.is_named else None
    told = {
        "share": shares[key] / fsum(shares.values()),
        "score": scores[first[key]],
        "covered": chosen.features["covered"],
        "form": chosen.features["form"],
        "near": chosen.features["near"],
        "led": chosen.features["led"],
        "named": float(page.is_named),
    }
    return Chain(chosen.text, chosen.unit, lead, told)


class Chains:
    """All that is offered to a question, and what leads to what."""

    def __init__(self, question: Question, replies: Sequence[RankedReply]) -> None:
        self.asked = Asked(question)
        self._replies = replies

    @cached_property
    def pages(self) -> Sequence[Page]:
        """The documents that agents speak of."""
        return pages(self.asked, self._replies)

    @property
    def lead_on(self) -> bool:
        """Whether a few words are asked for, and a document leads to another, which says what it is about."""
        return (
            not self.asked.question.negated
            and any(one.reply.kind for one in self._replies)
            and self._gap.is_asked
            and any(page.kind and (page.lead or page.is_named) for page in self.pages)
        )

    @cached_property
    def _gap(self) -> Gap:
        return gap(self.asked.question)

    @cached_property
    def _nearest(self) -> float:
        return fsum(self._gap.near.values()) or 1.0

    @cached_property
    def _named(self) -> Mapping[str, Page]:
        return {called: page for page in reversed(self.pages) for called in page.names}

    @cached_property
    def _titles(self) -> Sequence[str]:
        return list(dict.fromkeys(title for page in self.pages for title in page.titles))

    @cached_property
    def _types(self) -> Sequence[SpanType.ValueType]:
        return list(self.asked.question.types)

    def told(self) -> Iterator[Told]:
        """All that may be the answer, in the units that are read."""
        units = ((page, unit) for page in self.pages for unit in page.units)
        promises = dict[tuple[int, frozenset[str]], float]()

        def promise(one: tuple[Page, Said]) -> float:
            page, unit = one
            key = id(page), unit.terms
            if key not in promises:
                promises[key] = self._promise(page, unit.terms)
            return promises[key] * (_LESS_NEW if unit.is_paragraph else 1.0)

        read = nlargest(_READ, units, key=promise)
        known = set[tuple[int, str]]()
        for page, unit in sorted(read, key=lambda one: one[1].is_paragraph):
            for sentence in self._sentences(unit):
                if (id(page), sentence.text) not in known:
                    known.add((id(page), sentence.text))
                    yield from self._of(page, unit, sentence)

    def _promise(self, page: Page, said: frozenset[str]) -> float:
        """How likely a unit is read that says so: it is awake, and says much together with what leads to it."""
        led = page.lead.terms if page.lead and not page.is_named else frozenset[str]()
        near = fsum([weight for term, weight in self._gap.near.items() if term in said]) / self._nearest
        return self.asked.share(page.terms | said | led) + page.awake + near

    def _sentences(self, unit: Said) -> Iterator[_Sentence]:
        language, quote = self.asked.question.language, unit.evidence.quote
        for number, (start, end) in enumerate(_split(quote, language) if unit.is_paragraph else [(0, len(quote))]):
            text = quote[start:end]
            words = _terms(text, language)
            said = self.asked.known(one.term for one in words)
            yield _Sentence(text, words, said, unit.evidence.position == 0 and not number)

    def _of(self, page: Page, unit: Said, sentence: _Sentence) -> Iterator[Told]:
        """What in a sentence may fill the gap."""
        asked, language = self.asked, self.asked.question.language
        led = page.lead.terms if page.lead and not page.is_named else frozenset[str]()
        left = asked.weights.keys() - led - page.terms
        of_sentence = {
            "covered": asked.share(page.terms | sentence.said | led),
            "rest": asked.share(sentence.said & left) / (asked.share(left) or 1.0),
            "awake": page.awake,
            "led": float(bool(led)),
        }
        near = [(one.start, self._gap.near.get(asked.same.get(one.term, one.term), 0.0)) for one in sentence.terms]
        keyed = [(at, weight) for at, weight in near if weight == 1]
        others = [(at, weight) for at, weight in near if 0 < weight < 1]
        heads = [n for n, one in enumerate(sentence.terms) if asked.same.get(one.term) in self._gap.head]
        starts = [one.start for one in sentence.terms]
        for one in self._fillers(sentence.text, language):
            first, last = bisect_left(starts, one.start), bisect_left(starts, one.end)
            fit = form(one, sentence.text, self._gap, self._types)
            if not fit or (first < last and all(term.term in asked.same for term in sentence.terms[first:last])):
                continue
            text = self._whole(page, one, sentence.text[one.start : one.end])
            key = fold(text)
            if key == self._gap.noun:
                continue
            other = self._named.get(key)
            is_self = key in page.names
            stated = fit >= _FITTING and self._is_stated(unit, sentence.text, text)
            told = {
                **of_sentence,
                "form": fit,
                "near": _near(keyed, one),
                "around": _near(others, one),
                "key": float(bool(keyed)),
                "cue": _cue(sentence.text, one, self._gap.before),
                "inside": float(any(first <= n < last for n in heads)),
                "beside": float(any(self._is_beside(sentence, one, n, first, last) for n in heads)),
                "page": float(other is not None and not is_self),
                "kind": self._fits(page if is_self else other),
                "called": float(bool(heads) and is_self and sentence.is_first),
                "stated": float(stated),
                "bridge": float(page.lead is not None and other is page.lead.page),
            }
            yield Told(text, page, unit, told)

    def _fillers(self, text: str, language: str) -> Iterator[Filler]:
        """What may fill the gap; names also with the noun asked for behind them, and what documents are called."""
        found = [self._bare(one, text, language) for one in fillers(text, language)]
        yield from found
        places = {(one.start, one.end) for one in found}
        for one in found:
            if one.type == SPAN_TYPE_NAME and (end := _with_noun(text, one.end, self._gap.noun)):
                places.add((one.start, end))
                yield one._replace(end=end)
        for title in self._titles:
            at = text.find(title)
            if at >= 0 and (at, at + len(title)) not in places:
                places.add((at, at + len(title)))
                yield Filler(at, at + len(title), SPAN_TYPE_NAME)

    def _bare(self, one: Filler, text: str, language: str) -> Filler:
        """A name without words of the question in front, and without its group: `Senator Ann Lee of the Greens`."""
        if one.type != SPAN_TYPE_NAME or one.is_row or one.is_list or one.is_quoted:
            return one
        group = text.find(" of the ", one.start, one.end)
        end = group if " " in text[one.start : max(group, one.start)] else one.end
        words = _terms(text[one.start : end], language)
        first = next((n for n, word in enumerate(words) if word.term not in self.asked.same), 0)
        return one._replace(
            start=one.start + words[first].start if first and len(words) - first > 1 else one.start, end=end
        )

    def _whole(self, page: Page, one: Filler, text: str) -> str:
        """What somebody is called in whole, where only a part of the name is said: `Winter` for `William Winter`."""
        if one.type == SPAN_TYPE_NAME and page.sort is Sort.PERSON and " " not in text:
            for called in page.titles:
                if " " in called and text in (called.split()[0], called.split()[-1]):
                    return called
        return text

    def _fits(self, page: Page | None) -> float:
        """1 if what a document is about is of the sort asked for, -1 if it is of another, 0 if that is not known."""
        if page is None or page.sort is None or self._gap.sort is None:
            return 0.0
        return 1.0 if page.sort is self._gap.sort else -1.0

    def _is_beside(self, sentence: _Sentence, one: Filler, number: int, first: int, last: int) -> bool:
        """Whether a term stands right before, or soon after (`Euphoria, a band`), but is not its own."""
        at = sentence.terms[number].start
        if number < first:
            is_owned = self._gap.sort is not Sort.PLACE and " of " in sentence.text[at : one.start]
            return first - number <= _BESIDE and one.start - at <= _BESIDE_WITHIN and not is_owned
        if number < last or sentence.text[one.end : one.end + 2] in ("'s", "’s"):
            return False
        return number - last < _BESIDE and at - one.end <= _BESIDE_WITHIN

    @cached_property
    def _families(self) -> frozenset[str]:
        """The relations that the words nearest to the gap ask for."""
        asked = self.asked.question.read_as or self.asked.question.text
        near = {term for term, how in self._gap.near.items() if how == 1} | self._gap.head
        words = (asked[one.start : one.end].lower() for one in self.asked.question.terms if one.term in near)
        return frozenset(family for word in words if (family := FAMILY_OF.get(word)))

    def _is_stated(self, unit: Said, sentence: str, text: str) -> bool:
        """Whether its agent states it as the value of what is asked for."""
        return bool(self._families and unit.reply.claims) and any(
            FAMILY_OF.get(claim.attribute) in self._families and _alike(claim.value, text) and claim.value in sentence
            for claim in unit.reply.claims
        )


def _with_noun(text: str, end: int, noun: str) -> int:
    """Where the noun asked for ends, if it stands behind a name: `Lucchese crime family`; 0 if it does not."""
    behind = text[end : end + _NOUN_WITHIN].split(" ")[1:3] if noun and text[end : end + 1] == " " else []
    words = [word.strip(".,;:") for word in behind]
    if noun not in words or not all(word.islower() for word in words[: words.index(noun) + 1]):
        return 0
    return end + 1 + len(" ".join(behind[: words.index(noun)])) + len(noun) + words.index(noun)


def _alike(value: str, text: str) -> bool:
    """Whether one is the other, or begins with it; or the year of the other."""
    is_year = len(text) == _YEAR and text.isdecimal() and value.endswith(text)
    return value == text or is_year or value.startswith(f"{text},") or text.startswith(f"{value},")


@lru_cache(maxsize=2_048)
def _terms(text: str, language: str) -> tuple[Term, ...]:
    return tuple(terms(text, language))


@lru_cache(maxsize=1_024)
def _split(text: str, language: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentences(text, language))


def _near(anchors: Sequence[tuple[int, float]], one: Filler) -> float:
    """From 0 to 1: how close the words of the gap's clause stand."""
    found = 0.0
    for at, weight in anchors:
        if at < one.place:
            found = max(found, weight / (1 + (one.place - at) / _HALF))
        elif at >= one.end:
            found = max(found, weight / (1 + _BACKWARD * (at - one.end) / _HALF))
    return found


def _cue(text: str, one: Filler, before: str) -> float:
    """1 if the word before the gap is the word before it, half if other words, but no names, come between."""
    if not before:
        return 0.0
    front = text[max(one.place - _CUE_WITHIN, 0) : one.place].split()
    for distance, word in enumerate(reversed(front)):
        if word.lower() == before:
            return 1.0 if all(each in _DETERMINERS for each in front[len(front) - distance :]) else 0.5
        if word[0].isupper() and word.isalpha() and not word.isupper():
            break
    return 0.0
