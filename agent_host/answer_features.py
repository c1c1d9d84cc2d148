"""What tells a short answer from another span: general features of the span, its sentence and the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from agent_host.answer_spans import Fitting, fitting
from agent_host.gap import Gap
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.words import STOP_WORDS, WORD, term
from language.nouns import Sort, sort_of

WEIGHTS: Mapping[str, float] = {
    "form": 3.73,
    "near": 2.67,
    "around": 1.35,
    "told": -0.21,
    "key": 0.75,
    "cue": 1.31,
    "noun_inside": 0.50,
    "noun_beside": 1.89,
    "subject": -0.49,
    "definition": 1.40,
    "kind_fits": 1.30,
    "own_words": 0.28,
    "stated": -0.51,
    "first": 0.74,
    "about": -1.04,
    "described": -0.09,
    "always": -5.0,
}
"""
`form`: the span's own form; `near`, `around`: how close the nearest word of the gap's clause stands to it, and the
others; `told`: how much of that clause the sentence has, `key`: its nearest word; `cue`: the word before the span is
the word before the gap; `noun_inside`, `noun_beside`: the noun asked for is in the span, or next to it; `subject`: the
passage is about it, `definition`: and its first sentence has the noun asked for, `kind_fits`: and it is of the sort
asked for; `own_words`: the share of its words that the question has; `stated`: a claim of the passage; `first`: in the
passage's first sentence; `about`: how much of the question's subject the sentence is about; `described`: the question
says what the passage is about by what it is (`a band that`); `always`: 1, which makes the sum log-odds.
Fitted by `scripts/fit_short_answers.py`.
"""

_LEAD = 2
"""Characters, such as a quotation mark, after which the words that a passage begins with still stand at its start."""
_DATED_BY = {"=birth": "born", "=death": "died", "=found": "founded", "=release": "released", "=publish": "released"}
_YEAR = re.compile(r"(?:1\d|20)\d\d\b")
_HALF = 24.0
"""Characters after which nearness has halved."""
_BACKWARD = 1.6
"""What a word leads to comes after it in English more often than before (`directed by ...`)."""
_BESIDE = 3
_CUE_WITHIN = 32
_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "its", "their"))
_GENERIC = frozenset(map(term, ("place", "location", "date", "year", "day", "time", "person", "number", "amount")))
"""Nouns that ask for a form of answer, which does not say them."""


def features(
    question: Question, passage: Passage, sentence: Sentence, position: int, about: float
) -> Iterator[tuple[Fitting, tuple[float, ...]]]:
    """The spans of a sentence that may answer, each with its features in the order of `WEIGHTS`."""
    gap = question.gap
    spans = fitting(question, passage, sentence)
    if not spans:
        return
    places = list(zip(sentence.term_sequence, sentence.term_starts, strict=True))
    head = "" if gap.head in _GENERIC else gap.head
    keys = {one for one, weight in gap.near.items() if weight == 1}
    keyed = [(at, 1.0) for one, at in places if one in keys]
    others = [(at, gap.near[one]) for one, at in places if one in gap.near and one not in keys]
    total = fsum(gap.near.values())
    told = fsum(gap.near[one] for one in gap.near.keys() & sentence.terms) / total if total else 0.0
    stated = _stated(question, passage, position)
    subject = passage.subject
    described = bool(subject.noun) and term(subject.noun) in question.common
    defined = head in sentence.terms
    kind_fits = _kind_fits(passage, gap)
    for span in spans:
        said = sentence.text[span.start : span.end]
        terms = [one for word in WORD.findall(said) if (one := term(word)) not in STOP_WORDS]
        is_subject = position == 0 and (span.start <= _LEAD or subject.terms.issuperset(terms))
        is_stated = said in stated
        yield (
            span,
            (
                span.fit,
                1.0 if is_stated else _near(keyed, span),
                _near(others, span),
                told,
                float(not keys.isdisjoint(sentence.terms)),
                _cue(sentence, span, gap),
                float(head in terms),
                float(_beside(sentence, span, head)),
                float(is_subject),
                float(is_subject and defined),
                kind_fits if is_subject else 0.0,
                sum(one in question.weights for one in terms) / max(len(terms), 1),
                float(is_stated),
                float(position == 0),
                about,
                float(described and not is_subject),
                1.0,
            ),
        )


def _kind_fits(passage: Passage, gap: Gap) -> float:
    """1 if what the passage is about is of the sort wanted, -1 if it is of another, 0 if that is not known."""
    sort = sort_of(passage.subject.noun)
    if sort is None or gap.want in (None, Sort.THING):
        return 0.0
    return 1.0 if sort is gap.want else -1.0


def _near(anchors: Sequence[tuple[int, float]], span: Fitting) -> float:
    """From 0 to 1: how close the words of the gap's clause stand."""
    best = 0.0
    for at, weight in anchors:
        if span.start <= at < span.end:
            continue
        distance = span.start - at if at < span.start else _BACKWARD * (at - span.end)
        best = max(best, weight / (1 + distance / _HALF))
    return best


def _cue(sentence: Sentence, span: Fitting, gap: Gap) -> float:
    """1 if the word before the gap is the word before the span, half if other words, but no names, come between."""
    if not gap.before:
        return 0.0
    before = sentence.text[max(span.start - _CUE_WITHIN, 0) : span.start].split()
    for distance, word in enumerate(reversed(before)):
        if word.lower() == gap.before:
            return 1.0 if all(one in _DETERMINERS for one in before[len(before) - distance :]) else 0.5
        if word[0].isupper() and word.isalpha() and not word.isupper():
            break
    return 0.0


def _beside(sentence: Sentence, span: Fitting, head: str) -> bool:
    """Whether the noun asked for stands right before the span, or soon after it (`Euphoria, a band`)."""
    if not head:
        return False
    before = [term(word) for word in WORD.findall(sentence.text, max(span.start - 40, 0), span.start)]
    if head in before[-_BESIDE:]:
        return True
    if sentence.text[span.end : span.end + 2] in ("'s", "’s"):
        return False
    after = [term(word) for word in WORD.findall(sentence.text, span.end, span.end + 40)]
    return head in after[:_BESIDE]


def _stated(question: Question, passage: Passage, position: int) -> frozenset[str]:
    """The dates that this sentence states of what the question asks for (`born`), and their years."""
    asked = {_DATED_BY[relation] for relation in _DATED_BY.keys() & question.gap.near.keys()}
    dates = [one.value for one in passage.claims if one.position == position and one.attribute in asked]
    if position == 0 and "released" in asked and (year := _YEAR.match(passage.subject.kind)):
        dates.append(year[0])
    return frozenset((*dates, *(date[-4:] for date in dates)))
