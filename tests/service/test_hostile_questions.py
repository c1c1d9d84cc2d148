"""No question takes clearly longer than in proportion to its length, from what it wakes to its answer."""

from __future__ import annotations

import pytest

from mesh import questions
from tests.service import plain_documents
from tests.service.line_in_process import LineInProcess
from tests.unit.patterns.growth import grows

DOCUMENTS = plain_documents.DOCUMENTS
UNITS = (
    "a ", "Aa ", "1 ", "12,345 ", "1 May 1990 ", "Aa or ", "Aa and Bb ", "between Aa and ", "whats ", "who is Aa's ",
    "of the ", "how many years older ", "both Aa and ", "why did Aa ", "what does AB stand for ", "born in Aa ", "a.b.",
    "a-b", "Ab", "(", "é ", "中", "&amp; ", "Tally ", "Lindqvist ", "lindkvist ", "moen's ", "a , b . ",
    "mother-in-law of ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_question_grows_faster_than_its_length(in_process: LineInProcess, unit: str) -> None:
    def asked(size: int) -> str:
        return f"a {unit * (size // len(unit) - 1)}"[: questions.LONGEST]

    assert not grows(in_process.answer, asked)
