"""What tells a short answer from another span: general features of the span, its sentence and the question."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from agent_host.answer_spans import Fitting, fitting
from agent_host.gap import Gap
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from language.nouns import Sort, sort_of

WEIGHTS: Mapping[str, float] = {
    "form": 2.61,
    "near": 2.00,
    "around": 1.11,
    "key": 0.50,
    "cue": 1.79,
    "noun_inside": 0.51,
    "noun_beside": 1.41,
    "subject": 0.04,
    "definition": 1.62,
    "kind_fits": 0.89,
    "first": 0.43,
    "about": -0.17,
    "stated": 0.64,
    "always": -5.0,
}
"""
`form`: the span's own form; `near`, `around`: how close the nearest word of the gap's clause stands to it, and the
others; `key`: the sentence has that nearest word; `cue`: the word before the span is the word before the gap;
`noun_inside`, `noun_beside`: the noun asked for is in the span, or next to it; `subject`: the passage is about it,
`definition`: and its first sentence has the noun asked for, `kind_fits`: and it is of the sort asked for; `first`: in
the passage's first sentence; `about`: how much of the question's subject the sentence is about; `stated`: the passage
claims it as the value of what is asked for; `always`: 1, which makes the sum log-odds. Fitted by
`scripts/fit_short_answers.py`.
"""

_LEAD = 2
"""Characters, such as a quotation mark, after which the words that a passage begins with still stand at its start."""
_DATED_BY = {"=birth": "born", "=death": "died", "=found": "founded", "=release": "released", "=publish": "released"}
_YEAR = re.compile(r"(?:1\d|20)\d\d\b")
_HALF = 24.0
"""Characters after which nearness has halved."""
_BACKWARD = 1.6
"""What a word leads to comes after it in English more often than before (`directed by ...`)."""
_BESIDE_WORDS, _BESIDE_WITHIN = 2, 28
_CUE_WITHIN = 32
_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "its", "their"))


def features(
    question: Question, passage: Passage, sentence: Sentence, position: int, about: float
) -> Iterator[tuple[Fitting, tuple[float, ...]]]:
    """The spans of a sentence that may answer, each with its features in the order of `WEIGHTS`."""
    gap = question.gap
    spans = fitting(question, passage, sentence)
    if not spans:
        return
    terms, starts = sentence.term_sequence, sentence.term_starts
    anchors = [(at, gap.near[one]) for one, at in zip(terms, starts, strict=True) if one in gap.near]
    keyed = [(at, weight) for at, weight in anchors if weight == 1]
    others = [(at, weight) for at, weight in anchors if weight < 1]
    heads = [number for number, one in enumerate(terms) if one in gap.heads]
    is_first = float(position == 0)
    stated = _stated(question, passage, position)
    subject = passage.subject.terms
    defined = float(bool(heads))
    kind_fits = _kind_fits(passage, gap)
    for span in spans:
        first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        is_stated = any(_alike(sentence.text[span.start : span.end].rstrip("."), value) for value in stated)
        is_subject = is_first and (span.start <= _LEAD or subject.issuperset(terms[first:last]))
        yield (
            span,
            (
                span.fit,
                1.0 if is_stated else _near(keyed, span),
                _near(others, span),
                float(bool(keyed)),
                _cue(sentence, span, gap) if gap.before else 0.0,
                float(gap.want is not Sort.PLACE and any(first <= one < last for one in heads)),
                float(any(_is_beside(sentence, span, one, (first, last), gap.want) for one in heads)),
                float(is_subject),
                defined if is_subject else 0.0,
                kind_fits if is_subject else 0.0,
                is_first,
                about,
                float(is_stated),
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
        if at < span.start:
            close = weight / (1 + (span.start - at) / _HALF)
        elif at >= span.end:
            close = weight / (1 + _BACKWARD * (at - span.end) / _HALF)
        else:
            continue
        if close > best:
            best = close
    return best


def _cue(sentence: Sentence, span: Fitting, gap: Gap) -> float:
    """1 if the word before the gap is the word before the span, half if other words, but no names, come between."""
    before = sentence.text[max(span.start - _CUE_WITHIN, 0) : span.start].split()
    for distance, word in enumerate(reversed(before)):
        if word.lower() == gap.before:
            return 1.0 if all(one in _DETERMINERS for one in before[len(before) - distance :]) else 0.5
        if word[0].isupper() and word.isalpha() and not word.isupper():
            break
    return 0.0


def _is_beside(sentence: Sentence, span: Fitting, number: int, bounds: tuple[int, int], want: Sort | None) -> bool:
    """Whether term `number` stands right before the span, or soon after it (`Euphoria, a band`), but is not its own."""
    at = sentence.term_starts[number]
    first, last = bounds
    if number < first:
        if first - number > _BESIDE_WORDS or span.start - at > _BESIDE_WITHIN:
            return False
        return want in (None, Sort.PLACE, Sort.THING) or " of " not in sentence.text[at : span.start]
    if number < last or sentence.text[span.end : span.end + 2] in ("'s", "’s"):
        return False
    return number - last < _BESIDE_WORDS and at - span.end <= _BESIDE_WITHIN


def _stated(question: Question, passage: Passage, position: int) -> frozenset[str]:
    """What this sentence claims of what the question asks for (`born`, `father`); of dates, their years as well."""
    gap = question.gap
    dated = {_DATED_BY[relation] for relation in _DATED_BY.keys() & gap.near.keys()}
    asked = dated | gap.attributes
    if not asked:
        return frozenset()
    values = [one.value.rstrip(".") for one in passage.claims if one.position == position and one.attribute in asked]
    if position == 0 and "released" in asked and (year := _YEAR.match(passage.subject.kind)):
        values.append(year[0])
    return frozenset((*values, *(value[-4:] for value in values if _YEAR.fullmatch(value[-4:]))))


def _alike(one: str, other: str) -> bool:
    """Whether one is the other, or begins with it."""
    return one == other or one.startswith(f"{other},") or other.startswith((f"{one} ", f"{one},"))
