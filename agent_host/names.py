"""Names in a sentence, cut as people write answers: without titles, owners and the question's own words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Set

from agent_host.form import after_mark
from agent_host.passage import Passage
from agent_host.sentence import Sentence
from agent_host.spans import Kind, Span
from agent_host.words import DEMONYMS

_TITLE = re.compile(
    r"(?:Governor|President|Senator|Mayor|King|Queen|Prince|Princess|Emperor|Empress|Sir|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|"
    r"Professor|Captain|General|Colonel|Judge|Director|Coach) "
)
_OWNER = ("'s", "’s")


def terms_in(sentence: Sentence, start: int, end: int) -> tuple[str, ...]:
    """The terms of `sentence[start:end]`, in order."""
    starts = sentence.term_starts
    return sentence.term_sequence[bisect_left(starts, start) : bisect_left(starts, end)]


def names(asked: Set[str], passage: Passage, sentence: Sentence) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Names without their owners and the question's own words before them, each with its terms."""
    text = sentence.text
    opening = after_mark(text)
    for span in sentence.spans:
        if span.kind is not Kind.NAME:
            continue
        named = _without_asked(asked, sentence, _without_owner(text, span))
        terms = terms_in(sentence, named.start, named.end)
        if len(terms) == 1 and (terms[0] in DEMONYMS or (named.start <= opening and not _known(terms[0], passage))):
            continue
        yield named, terms


def untitled(text: str, span: Span) -> Span:
    """`Governor William Winter` without `Governor`, `John Lennon of the Beatles` without `of the Beatles`."""
    title = _TITLE.match(text, span.start)
    bare = title is not None and " " in text[title.end() : span.end] and text[title.end()].isupper()
    start = title.end() if title and bare else span.start
    of = text.find(" of the ", start, span.end)
    return Span(span.kind, start, of if " " in text[start : max(of, start)] else span.end)


def _known(one: str, passage: Passage) -> bool:
    """Whether a capitalised word that a sentence begins with is a name elsewhere."""
    return one in passage.title_terms or one in passage.heading_terms or one in passage.subject.terms


def _without_owner(text: str, span: Span) -> Span:
    """`NBA TV's Inside Stuff` without `NBA TV's`, and `India's` without its ending."""
    owned = max(text.rfind(f"{mark} ", span.start, span.end) for mark in _OWNER)
    if owned >= 0:
        return span._replace(start=owned + 3)
    return span._replace(end=span.end - 2) if text.endswith(_OWNER, span.start, span.end) else span


def _without_asked(asked: Set[str], sentence: Sentence, span: Span) -> Span:
    """`Senator Barnaby Joyce` without `Senator` if that was in the question; two words at least stay."""
    first, last = (bisect_left(sentence.term_starts, at) for at in (span.start, span.end))
    begin = first
    while last - begin > 2 and sentence.term_sequence[begin] in asked:
        begin += 1
    cut = sentence.term_starts[begin] if begin > first else span.start
    return span._replace(start=cut) if sentence.text[cut].isupper() else span
