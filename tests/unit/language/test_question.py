"""What a question asks for is read from its words: a table of questions of all kinds, and rules that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest

from language.question import read
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.text_pb2 import SpanType


def _rows() -> list[list[str]]:
    lines = Path(__file__).with_name("questions.txt").read_text("utf-8").splitlines()
    return [[field.strip() for field in line.split("|")] for line in lines if line and not line.startswith("#")]


def _said(question: pb.Question) -> list[str]:
    types = " ".join(SpanType.Name(one).removeprefix("SPAN_TYPE_").lower() for one in question.types)
    rest = [
        question.names and f"names: {'; '.join(question.names)}",
        question.dates and f"dates: {' '.join(question.dates)}",
        question.extreme and pb.Extreme.Name(question.extreme).removeprefix("EXTREME_").lower(),
        question.negated and "negated",
    ]
    return [pb.Want.Name(question.want).removeprefix("WANT_").lower(), types, *filter(None, rest)]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0][:60])
def test_a_question_is_read_as_a_person_reads_it(row: list[str]) -> None:
    question, *wanted = row
    assert _said(read(question)) == (wanted if len(wanted) > 1 else [*wanted, ""])
