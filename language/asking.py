"""
What a question asks for: the kind of answer, and the types of a short one.

Of English the grammar is read (`language.english.questions`); of other languages the words that ask alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from language.cues import Asking, Word, cues, languages
from language.english.questions import English
from myriad.agent.v1 import question_pb2 as pb

WHOLE_WANTED = frozenset((pb.WANT_HOW, pb.WANT_LIST, pb.WANT_COUNT))
"""What a list answers in one piece, and none of its items alone."""
_UNSPACED = ("zh", "ja")
"""Phrases of these are found wherever they stand."""


def asked(words: Sequence[Word], text: str, language: str) -> Asking:
    """What one question asks for."""
    if language == "en" or language not in languages():
        return English(words).asking()
    return _foreign(words, text, language)


def _foreign(words: Sequence[Word], text: str, language: str) -> Asking:
    """By the words that ask, the first of them; by those that are written without blanks, wherever they stand."""
    known, found = cues(language), Asking()
    for at in range(len(words)):
        phrase = known.asks.at(words, at)
        if phrase and not (known.asks[phrase].want == pb.WANT_YES_NO and at):
            found = known.asks[phrase]
            break
    else:
        inside = [phrase for phrase in known.asks if phrase in text] if language in _UNSPACED else []
        if inside:
            found = known.asks[max(inside, key=lambda phrase: (known.asks[phrase].want != pb.WANT_YES_NO, len(phrase)))]
    if found.types or found.want not in (pb.WANT_FACT, pb.WANT_UNSPECIFIED):
        return found
    noun = next((known.nouns[one] for at in range(len(words)) if (one := known.nouns.at(words, at))), None)
    return replace(found, types=noun.types) if noun else found
