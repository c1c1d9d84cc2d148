"""
A question read once: what it asks for, before anybody looks for an answer.

The orchestrator reads it; the connectome adds what its terms tell in the mind; hosts and synthesizer go by it.
"""

from __future__ import annotations

import re

from language.folding import bare
from language.function_words import FUNCTION_WORDS
from myriad.agent.v1.question_pb2 import Question, QuestionTerm

_WORD = re.compile(r"[^\W_]++")


def read(question: str) -> Question:
    """What a question asks; any text is one, if only by its words."""
    terms = ((bare(match[0]), match) for match in _WORD.finditer(question))
    return Question(
        text=question,
        read_as=question,
        terms=[
            QuestionTerm(term=term, start=match.start(), end=match.end())
            for term, match in terms
            if term not in FUNCTION_WORDS
        ],
    )
