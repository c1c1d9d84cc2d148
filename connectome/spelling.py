"""
Spelling: a question in the words and names that the mind uses.

A word that nobody here uses, and that is none that we know, is taken for the commonest one that differs from it by a
letter; a shorter one only finds by that, since it may well be a word of its own. Names, once they are woken, are
written as they are written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectome.ports import LexicalIndex
from language.folding import fold
from language.keys import words
from language.question import read
from language.spelling import is_known, respelt, variants
from language.terms import term
from mesh.questions import LONGEST
from myriad.agent.v1.question_pb2 import TERM_ROLE_SOUGHT, Correction, Question

SHORTEST = 5
"""Letters of a word that may be misspelt,"""
SURELY = 7
"""of one that surely is, if nobody uses it,"""
MOST = 3
"""and how many of a question are."""


def spelt(lexical: LexicalIndex, mind: str, question: Question) -> Question:
    """The question with the words that nobody uses as somebody does."""
    having = lexical.counts(mind, {one.term for one in question.terms}).having
    said, taken = question.read_as, list[tuple[int, int, str]]()
    for one in [one for one in question.terms if not having[one.term]][:MOST]:
        word = "".join(words(said[one.start : one.end]))
        if len(word) < SHORTEST or not word.isalpha() or is_known(word):
            continue
        if any(lexical.counts(mind, one.synonyms).having.values()):
            continue
        if other := lexical.commonest(mind, variants(word)):
            if len(word) >= SURELY:
                taken.append((one.start, one.end, other.title() if said[one.start].isupper() else other))
            elif found := term(other, question.language):
                one.synonyms.append(found)
    if not taken:
        return question
    corrections = [Correction(**{"from": said[start:end], "to": other}) for start, end, other in taken]
    for start, end, other in reversed(taken):
        said = said[:start] + other + said[end:]
    return _reread(question, said, corrections)


def as_named(question: Question, heard: Iterable[str], names: Sequence[str]) -> Question:
    """The question with its names as these are written; `heard` are its words that somebody uses."""
    said = question.read_as
    # Whoever asks how much power something draws means no row that is called `Power`.
    sought = {fold(said[one.start : one.end]) for one in question.terms if one.role == TERM_ROLE_SOUGHT}
    found = respelt(said, {one for word in heard for one in words(word)}, [n for n in names if fold(n) not in sought])
    taken = [Correction(**{"from": one, "to": other}) for one, other in found.taken]
    return question if found.question == said else _reread(question, found.question, taken)


def _reread(question: Question, said: str, corrections: Sequence[Correction]) -> Question:
    if len(said) > LONGEST:
        return question
    found = read(said)
    found.text = question.text
    known = {one.term: one.synonyms for one in question.terms}
    for one in found.terms:
        one.synonyms.extend(other for other in known.get(one.term, ()) if other not in one.synonyms)
    found.corrections.extend((*question.corrections, *corrections))
    return found
