"""Questions and passages, read for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectome.asked import Asked, Reading, asked
from connectome.passage import Passage, said
from connectome.ports import Agent, Counts
from language.terms import terms
from myriad.agent.v1.question_pb2 import Question, QuestionTerm
from myriad.agent.v1.text_pb2 import Text


class Having:
    """A lexical index of ten agents: how many have a term, one if it is not said, and the words that they use."""

    def __init__(self, having: Mapping[str, int] | None = None, words: Sequence[str] = ()) -> None:
        self._having, self._words = having, words

    def counts(self, mind: str, wanted: Sequence[str]) -> Counts:
        known = self._having
        return Counts(10, {one: 1 if known is None else known.get(one, 0) for one in wanted})

    def commonest(self, mind: str, words: Sequence[str]) -> str:
        return next((word for word in self._words if word in words), "")


def question(text: str, synonyms: Mapping[str, Sequence[str]] | None = None) -> Question:
    found = [
        QuestionTerm(term=one.term, start=one.start, end=one.end, synonyms=(synonyms or {}).get(one.term, ()))
        for one in terms(text, "en")
    ]
    return Question(text=text, read_as=text, language="en", terms=found)


def asking(text: str, synonyms: Mapping[str, Sequence[str]] | None = None) -> Asked:
    return asked(Having(), "minds/m", question(text, synonyms))  # type: ignore[arg-type]


def passage(text: str, title: str = "") -> Passage:
    return Passage(said(Text(), [title], text))


def reading(text: str, asked: Asked, title: str = "", number: int = 1) -> Reading:
    what = passage(text, title)
    return Reading(Agent(number, f"minds/m/agents/a{number}", "minds/m/documents/d", title, "", "", text, what), asked)
