"""The topic of a sentence: whether it is about what the question is about, and what a table row says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import fsum

from agent_host.form import cells
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.words import WORD, term

_LED = 0.01
_ENOUGH = 0.4
"""A sentence with less than this share of what the best of its passage has of the subject is about another one."""
_OTHERWISE = 0.8
"""How much of the subject another word for it says."""
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|hers|him|its|their|them|this|these|there)\b", re.IGNORECASE)


def aboutness(question: Question, passage: Passage) -> Sequence[float]:
    """
    By sentence: how much of the question's subject, its terms but for relations and the noun asked for, it says, or
    the title, the headings or, if it has a pronoun, the sentence before it; from 0 to 1.

    0 if another sentence of the passage says far more of it, unless it is about the passage's subject for sure: that
    may be the husband or the director of whom the question names but the wife or the film. What a name that the
    question does not say led to need not say any.
    """
    subject = question.weights.keys() - question.relations - question.sought
    if not subject:
        return [1.0] * len(passage.sentences)
    total = fsum(question.weights[one] for one in subject)
    shares = [
        _weight(question, subject, said, sentence) / total
        for said, sentence in zip(_said(subject, passage), passage.sentences, strict=True)
    ]
    if question.led:
        return [max(share, _LED) for share in shares]
    best = max(shares, default=0.0)
    return [
        share if share >= _ENOUGH * best else _LED * sentence.resolved.is_about
        for share, sentence in zip(shares, passage.sentences, strict=True)
    ]


def _weight(question: Question, subject: set[str], said: set[str], sentence: Sentence) -> float:
    """What a sentence says of the subject, be it in other words."""
    weights, otherwise = question.weights, question.synonyms.said(sentence)
    more = [_OTHERWISE * weights[one] * sure for one, sure in otherwise.items() if one in subject and one not in said]
    return fsum((*(weights[one] for one in said), *more))


def _said(subject: set[str], passage: Passage) -> Iterator[set[str]]:
    """By sentence: which of these terms it has or is known to mean."""
    everywhere = subject & passage.title_terms | subject & passage.heading_terms
    about = everywhere | subject & passage.subject.terms
    before = set[str]()
    for sentence in passage.sentences:
        own = subject & sentence.terms
        said = own | (about if sentence.resolved.is_about else everywhere)
        if before and not before <= said and _PRONOUN.search(sentence.text):
            said |= before
        yield said
        before = own


def looked_up(question: Question, row: Sentence) -> Iterator[tuple[int, int]]:
    """The cells of a row of the question's subject whose column the question names."""
    headers = [row.header[start:end] for start, end in cells(row.header)]
    found = cells(row.text)
    if len(headers) != len(found):
        return
    asked = question.weights.keys()
    for header, (start, end) in zip(headers, found, strict=True):
        words = {term(word) for word in WORD.findall(row.text[start:end])}
        if {term(word) for word in WORD.findall(header)} & asked and words - asked:
            yield start, end


def headed(row: Sentence) -> Iterator[tuple[int, int, str]]:
    """The cells of a row but its first, each with its column's header: `Rate: 5 %`."""
    headers = [row.header[start:end] for start, end in cells(row.header)]
    found = cells(row.text)
    if len(headers) == len(found):
        for header, (start, end) in list(zip(headers, found, strict=True))[1:]:
            yield start, end, f"{header}: {row.text[start:end]}"
