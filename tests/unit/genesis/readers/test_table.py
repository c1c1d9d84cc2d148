"""CSV and the like: each row says what stands under which header."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from genesis.readers import table
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(',;\t"\n'))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_says_header_and_value(delimiter: str) -> None:
    source = "name,city,limit\nBrenner Optik,Graz,12000\nAdlon,,8500\n".replace(",", delimiter)
    read = table.read(source)
    check(read)
    assert said(read) == ["name: Brenner Optik; city: Graz; limit: 12000", "name: Adlon; limit: 8500"]
    row = read.blocks[0]
    assert (row.kind, [(cell.header.text, cell.value.text) for cell in row.cells][1]) == (Kind.ROW, ("city", "Graz"))
    assert [source[run.source_start : run.source_end] for run in row.text.runs][2:4] == ["city", "Graz"]


def test_a_value_in_quotes_may_have_lines_and_quotes() -> None:
    read = table.read('ticket,text,owner\r\nT-1,"Reads\r\nnew ""cards"", old",Priya\r\n')
    check(read)
    assert said(read) == ['ticket: T-1; text: Reads new "cards", old; owner: Priya']


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("1,2\n3,4\n", ["1; 2", "3; 4"]),
        ("Country,2019,2020\nAT,5,6\n", ["Country: AT; 2019: 5; 2020: 6"]),
        ("a,b\n1,2,3\n4\n", ["a: 1; b: 2; 3", "a: 4"]),
        ("Sales of May\n\nitem,price\npen,2\n", ["Sales of May", "item: pen; price: 2"]),
        ("name,role\n", ["name; role"]),
        ("", []),
    ],
)
def test_rows_may_be_without_header_ragged_or_below_a_caption(source: str, rows: list[str]) -> None:
    assert said(table.read(source)) == rows


@settings(deadline=None, max_examples=100)
@example([["", "\t"], ["", "0\t0"]])
@given(st.lists(st.lists(VALUES, min_size=2, max_size=4), min_size=1, max_size=8))
def test_every_value_survives(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["first", "second", "third", "fourth"], *rows])
    read = table.read(text.getvalue())
    check(read)
    whole = " ".join(said(read))
    for value in (value for row in rows for value in row):
        assert " ".join(value.split()) in whole


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from('ab1,;"\n\r\t| ')))
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(table.read(source))
