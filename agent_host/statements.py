"""
Statements: what a sentence says in the very form that a question asks for, to the end of the clause.

`Its motto is ...` to `What is the motto of ...?`, `because ...` to `Why ...?`, `a Danish poet` to `Who was ...?`,
`played shanty punk` to `What kind of music did they play?`, `is buried in the churchyard` to `Where ...?`
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from math import fsum

from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.set_forms import Stated, set_forms
from agent_host.words import STOP_WORDS, WORD, term, words
from language.nouns import Sort

_NAMED, _CALLED, _CAUSED, _DEFINED, _PLACED, _OBJECT, _DOERS = 0.95, 0.9, 0.9, 0.9, 0.85, 0.8, 0.95
_ABOUT = 0.75
"""How much of what the question names a sentence is about, at least."""
_ABOUT_UNNAMED = 0.5
"""The same if it names nothing but what its clause says."""
_LONGEST = 110
"""Characters of what a short answer may be,"""
_DEATH = term("death")
_NOT_APPOSED = (Sort.NUMBER, Sort.DATE, Sort.QUALITY, Sort.PLACE)
_MOST_WORDS = 9
"""and words; a reason may have twice as many."""
_COPULA = re.compile(
    r"(?: (?:of|for|in|at|on) [^.,;:()]{1,60}?)?"
    r"(?: (?:is|are|was|were) (?:called |named |about |only )?|[:=]\s+|, (?=[\"“A-Z]))"
)
_PLACE_AFTER = r" [A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*(?:[,.;]|$)"
_CLAUSE_END = re.compile(
    r"[.;:!?](?=\s|[\"”')]|$)|\s[–—-]\s|[()]|,? (?:which|who|whom|because|since|until|when|while|where|although|but|if|"
    r"so that|that|before|after|and (?:is|was|are|were|has|had|it|he|she|they|can|may|must|\w+ed))\b"
    rf"|,(?=\s)(?!{_PLACE_AFTER})"
)
_REASON_END = re.compile(r"[.;!?](?=\s|[\"”')]|$)")
_ARTICLE = re.compile(r"(?:an?|the|his|her|its|their)\s+")
_QUOTE = re.compile(r"[\"“]([^\"“”]{2,80})[\"”]|`([^`]{1,80})`")
_QUOTED_NAME = re.compile(r" ?[,:]? ?[\"“'‘] ?(?=[^\W\da-z])([^\"“”'‘’]{2,80}?)[\"”'’]")
_DIED_OF = re.compile(r"\bdied\b[^.,;()]{0,40}? (?:of|from) (?:an? )?(?=[a-z])")
_BECAUSE = re.compile(
    r"\b(?:because of|because|due to|owing to|as a result of|on account of|caused by|in order to|so that|out of)\s+",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?<!\s)(?:\s++\w++){0,2}?\s++(?:(?:in|at|on|into)\s++(?=[a-z`])|(?=(?:near|behind|under|beside|inside|below|above)\s))"
)
_IS = re.compile(r" (?:is|are|was|were) (?=[a-z])")
_BY = re.compile(r"\bby\s+")
_NO_VALUE = words("of not also still only now then later when where as by in on at to for from with due used set")


def statements(question: Question, passage: Passage, position: int) -> Iterator[Stated]:
    """What sentence number `position` states of what is asked for."""
    sentence = passage.sentences[position]
    if _is_about(question, passage, sentence):
        for find in _FINDERS:
            yield from (one for one in find(question, passage, sentence) if _says(sentence, one))
        yield from set_forms(question.clause, sentence.text)


def _is_about(question: Question, passage: Passage, sentence: Sentence) -> bool:
    """Whether it is of what the question names: a step on the way to that is stated otherwise than asked."""
    asking = question.relations | question.sought | question.gap.near.keys() | question.clause.last
    named = question.weights.keys() - asking
    subject = named or question.weights.keys() - question.sought - {question.clause.measure}
    near = sentence.terms | passage.title_terms | passage.heading_terms | passage.subject.terms
    total = fsum(question.weights[one] for one in subject)
    return fsum(question.weights[one] for one in subject & near) >= (_ABOUT if named else _ABOUT_UNNAMED) * total


def _called(question: Question, passage: Passage, sentence: Sentence) -> Iterator[Stated]:
    """`The motto is ...`, `her first album, ...`: what is called by the noun asked for."""
    if not question.gap.noun or question.clause.wh in ("how", "who", "why") or question.clause.follows == "about":
        return
    sequence, starts = sentence.term_sequence, sentence.term_starts
    wanted, last = set(question.gap.noun), question.gap.noun[-1]
    around = sentence.terms | passage.heading_terms | passage.title_terms
    if len(wanted & around) * 2 < len(wanted):
        return
    for number, one in enumerate(sequence):
        if one != last:
            continue
        at = starts[number]
        end = _word_end(sentence.text, at)
        if quoted := _QUOTED_NAME.match(sentence.text, end):
            yield Stated(*quoted.span(1), _NAMED)
        elif link := _COPULA.match(sentence.text, end):
            apposed = link[0].endswith(", ")
            if apposed and (question.gap.want in _NOT_APPOSED or not sentence.text[at].islower()):
                continue
            yield from _value(sentence.text, link.end(), _CALLED if apposed else _NAMED)


def _caused(question: Question, passage: Passage, sentence: Sentence) -> Iterator[Stated]:
    if question.clause.wh != "why":
        return
    open_terms = question.weights.keys() - passage.title_terms - passage.heading_terms - passage.subject.terms
    said = open_terms & (sentence.terms | question.synonyms.said(sentence).keys())
    if not said:
        return
    share = len(said) / len(open_terms)
    causes = [*_BECAUSE.finditer(sentence.text), *(_DIED_OF.finditer(sentence.text) if _DEATH in open_terms else ())]
    for match in causes:
        end = _end(_REASON_END if match.re is _BECAUSE else _CLAUSE_END, sentence.text, match.end())
        yield from _fitting(sentence.text, match.end(), end, _CAUSED * (1 + share) / 2, 3 * _MOST_WORDS)


def _defined(question: Question, passage: Passage, sentence: Sentence) -> Iterator[Stated]:
    """`Who was X?`: what the passage's first words about X say that it is."""
    kind = passage.subject.kind
    if (
        not question.clause.defines
        or not kind
        or not question.clause.defines <= (passage.subject.terms | passage.title_terms)
    ):
        return
    at = sentence.text.find(kind)
    if at >= 0:
        yield Stated(at, at + len(kind), _DEFINED)


def _placed(question: Question, passage: Passage, sentence: Sentence) -> Iterator[Stated]:
    """`is kept in the cellar`: a place that is no name."""
    if question.clause.wh != "where" or not question.gap.near:
        return
    sequence, starts = sentence.term_sequence, sentence.term_starts
    for number, one in enumerate(sequence):
        if question.gap.near.get(one, 0.0) < 1:
            continue
        end = _word_end(sentence.text, starts[number])
        is_noun = sentence.text[starts[number]].islower() and one not in passage.subject.terms
        if match := _WHERE.match(sentence.text, end) or (_IS.match(sentence.text, end) if is_noun else None):
            yield from _value(sentence.text, match.end(), _PLACED)


def _object(question: Question, _: Passage, sentence: Sentence) -> Iterator[Stated]:
    """`played shanty punk`: what stands after the verb that the question ends with."""
    if (
        not question.clause.last
        or question.clause.wh not in ("what", "which", "whom", "who")
        or question.gap.want in (Sort.DATE, Sort.NUMBER, Sort.PLACE)
    ):
        return
    sequence, starts = sentence.term_sequence, sentence.term_starts
    for number, one in enumerate(sequence):
        if one not in question.clause.last:
            continue
        at = _word_end(sentence.text, starts[number])
        if question.clause.follows:
            if not sentence.text.startswith(f" {question.clause.follows} ", at):
                continue
            at += len(question.clause.follows) + 1
        elif named := _OF_NAME.match(sentence.text, at):
            yield Stated(*named.span(1), _OBJECT)
            continue
        if name := _FIRST_NAME.match(sentence.text, at):
            yield Stated(*name.span(1), _OBJECT)
        elif sentence.text[at : at + 1] == " " and sentence.text[at + 1 : at + 2].strip():
            yield from _value(sentence.text, at + 1, _OBJECT)


def _doers(question: Question, _: Passage, sentence: Sentence) -> Iterator[Stated]:
    """`founded by X and Y`: all of them."""
    if question.gap.want is not Sort.PERSON or "and" not in sentence.text:
        return
    terms = sentence.term_sequence
    for match in _BY.finditer(sentence.text):
        before = bisect_left(sentence.term_starts, match.start())
        if not any(question.gap.near.get(one, 0.0) == 1 for one in terms[max(before - 4, 0) : before]):
            continue
        if found := _NAMES.match(sentence.text, match.end()):
            yield Stated(*found.span(), _DOERS)


_NAME = r"(?<![\w'’.-])[^\W\da-z_][\w'’.-]*(?:(?: of(?: the)?)?\s[^\W\da-z_][\w'’.-]*){1,9}"
_FIRST_NAME = re.compile(r" (?:the |an? )?([^\W\da-z_][\w'’-]*(?:(?: of(?: the)?)? [^\W\da-z_][\w'’-]*)*)")
_OF_NAME = re.compile(rf" (?:of|at|for|with) (?:the )?[\"“]? ?({_NAME})")
_NAMES = re.compile(rf"(?>{_NAME})(?:,\s(?>{_NAME})){{0,20}}+,?\sand\s{_NAME}(?<![.])")
_FINDERS: tuple[Callable[[Question, Passage, Sentence], Iterator[Stated]], ...] = (
    _called, _caused, _defined, _placed, _object, _doers,
)  # fmt: skip


def _word_end(text: str, start: int) -> int:
    word = WORD.match(text, start)
    return word.end() if word else start


def _value(text: str, start: int, sure: float) -> Iterator[Stated]:
    """From `start` to the end of the clause, without quotation marks and article."""
    if quoted := _QUOTE.match(text, start):
        yield Stated(*quoted.span(1 if quoted[1] else 2), sure)
        return
    if article := _ARTICLE.match(text, start):
        start = article.end()
        if quoted := _QUOTE.match(text, start):
            yield Stated(*quoted.span(1 if quoted[1] else 2), sure)
            return
    yield from _fitting(text, start, _end(_CLAUSE_END, text, start), sure, _MOST_WORDS)


def _fitting(text: str, start: int, end: int, sure: float, most: int) -> Iterator[Stated]:
    said = text[start:end].rstrip(" ,")
    first = said.partition(" ")[0].lower()
    if not said or len(said) > _LONGEST or said.count(" ") >= most or first in _NO_VALUE:
        return
    if first.endswith("ed") and len(first) > 4:
        return
    yield Stated(start, start + len(said), sure)


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    end = pattern.search(text, start)
    return end.start() if end else len(text)


def _says(sentence: Sentence, one: Stated) -> bool:
    said = sentence.text[one.start : one.end].lower().split()
    return bool(said) and not all(word in STOP_WORDS for word in said)
