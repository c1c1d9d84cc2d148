"""What tells a short answer from another span: general features of the span, its sentence and the question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent_host.answer_spans import Fitting, fitting
from agent_host.gap import Gap
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.words import STOP_WORDS, WORD, term
from language.nouns import Sort, sort_of

WEIGHTS: Mapping[str, float] = {
    "form": 2.66,
    "near": 2.01,
    "told": 0.56,
    "cue": 1.29,
    "noun_inside": 0.30,
    "noun_beside": 1.55,
    "subject": -0.15,
    "definition": 0.77,
    "own_words": 0.20,
    "stated": 0.60,
    "first": 0.62,
    "about": -0.75,
    "kind_fits": 0.90,
    "always": -5.0,
}
"""
`form`: the span's own form; `near`: the words that the gap's clause has stand close to it; `told`: the sentence has
them; `cue`: the word before it is the word before the gap; `noun_inside`, `noun_beside`: the noun asked for is in it,
or stands next to it; `subject`: the passage is about it; `definition`: and the passage's first sentence says
that it is what is asked for; `own_words`: the share of its words that the question has; `stated`: a claim of
the passage; `first`: in the passage's first sentence; `always`: 1.
Fitted by `scripts/fit_short_answers.py`.
"""

_DATED_BY = {"=birth": "born", "=death": "died", "=found": "founded", "=release": "released", "=publish": "released"}
_HALF = 24.0
"""Characters after which nearness has halved."""
_BACKWARD = 1.6
"""What a word leads to comes after it in English more often than before (`directed by ...`)."""
_BESIDE_BEFORE, _BESIDE_AFTER = 3, 40


def features(
    question: Question, passage: Passage, sentence: Sentence, position: int, about: float
) -> Iterator[tuple[Fitting, tuple[float, ...]]]:
    """The spans of a sentence that may answer, each with its features in the order of `WEIGHTS`."""
    gap = question.gap
    spans = fitting(question, passage, sentence)
    if not spans:
        return
    anchors = [
        (at, gap.near[one])
        for one, at in zip(sentence.term_sequence, sentence.term_starts, strict=True)
        if one in gap.near
    ]
    total = sum(gap.near.values())
    told = sum(weight for one, weight in gap.near.items() if one in sentence.terms) / total if total else 0.0
    stated = _stated(question, passage, position)
    defined = position == 0 and bool(gap.head) and gap.head in sentence.terms
    kind_fits = _kind_fits(passage, gap) if position == 0 else 0.0
    for span in spans:
        said = sentence.text[span.start : span.end]
        terms = [one for word in WORD.findall(said) if (one := term(word)) not in STOP_WORDS]
        is_subject = position == 0 and span.start <= 2
        yield (
            span,
            (
                span.fit,
                _near(anchors, span),
                told,
                float(_cue(sentence, span, gap)),
                float(bool(gap.head) and gap.head in terms),
                float(_beside(sentence, span, gap)),
                float(is_subject),
                float(is_subject and defined),
                sum(one in question.weights for one in terms) / max(len(terms), 1),
                float(said in stated),
                float(position == 0),
                about,
                kind_fits if is_subject else 0.0,
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


def _cue(sentence: Sentence, span: Fitting, gap: Gap) -> bool:
    before = sentence.text[max(span.start - 40, 0) : span.start].lower().split()
    while before and before[-1] in ("the", "a", "an", "his", "her", "its", "their"):
        before.pop()
    return bool(gap.before and before and before[-1] == gap.before)


def _beside(sentence: Sentence, span: Fitting, gap: Gap) -> bool:
    """Whether the noun asked for stands right before the span, or soon after it (`Euphoria, a band`)."""
    if not gap.head:
        return False
    before = [term(word) for word in WORD.findall(sentence.text, max(span.start - 40, 0), span.start)]
    after = [term(word) for word in WORD.findall(sentence.text, span.end, span.end + _BESIDE_AFTER)]
    return gap.head in before[-_BESIDE_BEFORE:] or gap.head in after[:_BESIDE_BEFORE]


def _stated(question: Question, passage: Passage, position: int) -> frozenset[str]:
    """The dates that this sentence states of what the question asks for (`born`), and their years."""
    asked = {_DATED_BY[relation] for relation in _DATED_BY.keys() & question.gap.near.keys()}
    dates = [one.value for one in passage.claims if one.position == position and one.attribute in asked]
    return frozenset((*dates, *(date[-4:] for date in dates)))
