"""An answer as it is given to clients of OpenAI's APIs: its text, where that is from, what it cost, and the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict

from myriad.agent.v1.text_pb2 import PlaceKind
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.synth.v1.synthesis_pb2 import Citation
from orchestrator.http import tokens

PREFIX = "ans_"


class Piece(NamedTuple):
    """A line of the text, with the sources of what ends in it."""

    text: str
    sources: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Given:
    """An answer and the question that it is to, in the words in which it was asked."""

    answer: Answer
    question: str
    prompt_tokens: int
    text: str
    """The answer's text, or the beginning of it that the client wants."""
    created: int

    @classmethod
    def of(
        cls, answer: Answer, question: str, prompt_tokens: int, most_tokens: int | None, created: int | None = None
    ) -> Given:
        """`created`: in seconds; now if it is not said."""
        text = tokens.beginning(answer.text, most_tokens)
        return cls(answer, question, prompt_tokens, text, int(time.time()) if created is None else created)

    @property
    def id(self) -> str:
        """The answer's, without what says that it is one."""
        return self.answer.answer_id.removeprefix(PREFIX)

    @property
    def cut(self) -> bool:
        """Whether the client wanted less than the answer is."""
        return len(self.text) < len(self.answer.text)

    @property
    def completion_tokens(self) -> int:
        return tokens.count(self.text)

    def sources(self) -> list[dict[str, Any]]:
        """A `url_citation` for each quote in the text; indices are in Unicode code points, the end exclusive."""
        return [_source(one) for one in self.answer.citations if 0 < one.text_end <= len(self.text)]

    def pieces(self) -> Iterator[Piece]:
        """The text, line by line."""
        sources, end = sorted(self.sources(), key=lambda one: int(one["end_index"])), 0
        for line in self.text.splitlines(keepends=True):
            end += len(line)
            ending = [one for one in sources if one["end_index"] <= end]
            sources = sources[len(ending) :]
            yield Piece(line, ending)

    def rest(self) -> dict[str, Any]:
        """What Myriad knows of the answer and OpenAI's form has no place for: its `Answer`, and what was asked."""
        answer = MessageToDict(self.answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
        del answer["text"]
        return {"question": self.question, **answer}


def _source(citation: Citation) -> dict[str, Any]:
    return {
        "start_index": citation.text_start,
        "end_index": citation.text_end,
        "url": _address(citation),
        "title": citation.title,
    }


def _address(citation: Citation) -> str:
    """Where the document came from, else its name; of a page with the fragment that opens a PDF there (RFC 8118)."""
    address = citation.uri or citation.document
    page = citation.place.number if citation.place.kind == PlaceKind.PLACE_KIND_PAGE else 0
    return f"{address}#page={page}" if page and "#" not in address else address
