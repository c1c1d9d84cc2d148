"""No question takes clearly longer than in proportion to its length, from what it wakes to its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mesh import questions
from tests.service.line_in_process import LineInProcess
from tests.service.plain_documents import DOCUMENTS
from tests.unit.patterns.growth import grows

UNITS = (
    "a ", "Aa ", "1 ", "12,345 ", "1 May 1990 ", "Aa or ", "Aa and Bb ", "between Aa and ", "whats ", "who is Aa's ",
    "of the ", "how many years older ", "both Aa and ", "why did Aa ", "what does AB stand for ", "born in Aa ", "a.b.",
    "a-b", "Ab", "(", "é ", "中", "&amp; ", "Tally ", "Lindqvist ", "lindkvist ", "moen's ", "a , b . ",
    "mother-in-law of ",
)  # fmt: skip


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineInProcess]:
    made = LineInProcess(tmp_path_factory.mktemp("line"), DOCUMENTS)
    yield made
    made.close()


@pytest.mark.parametrize("unit", UNITS)
def test_no_question_grows_faster_than_its_length(line: LineInProcess, unit: str) -> None:
    def asked(size: int) -> str:
        return f"a {unit * (size // len(unit) - 1)}"[: questions.LONGEST]

    assert not grows(line.answer, asked)
