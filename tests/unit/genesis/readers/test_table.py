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


TABLE = "Day;Customer;Amount\n03.03.2025;Stadt;84,00\n05.03.2025;Brand;20,55\n"
ROWS = ["Day: 03.03.2025; Customer: Stadt; Amount: 84,00", "Day: 05.03.2025; Customer: Brand; Amount: 20,55"]


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Report;Orders\nPeriod;March 2025\n\n", ["Report: Orders", "Period: March 2025"]),
        ("Report;Orders\nPeriod;March 2025\n", ["Report: Orders", "Period: March 2025"]),
        ("Report:;Orders;\nPeriod:;March 2025;\n;;\n", ["Report: Orders", "Period: March 2025"]),
        ("Orders\nPeriod;March 2025\n", ["Orders", "Period: March 2025"]),
        ("# Export of 2025-03-01; by admin\n", ["Export of 2025-03-01; by admin"]),
        ("sep=;\n", []),
        ('"sep=;"\r\nReport;Orders\r\n', ["Report: Orders"]),
    ],
)
def test_lines_above_a_table_that_fill_less_than_its_rows_are_not_its_header(above: str, lines: list[str]) -> None:
    read = table.read(above + TABLE)
    check(read)
    assert said(read) == [*lines, *ROWS]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (
            "# Export of 2025-03-01, by admin\nitem,price\npen,2\n",
            ["Export of 2025-03-01, by admin", "item: pen; price: 2"],
        ),
        ("#,item,price\n1,pen,2\n2,ink,3\n", ["#: 1; item: pen; price: 2", "#: 2; item: ink; price: 3"]),
        ("# id,name\n1,pen\n2,ink\n", ["# id: 1; name: pen", "# id: 2; name: ink"]),
        ("# name,city\nAda,Graz\nBob,Linz\n", ["# name: Ada; city: Graz", "# name: Bob; city: Linz"]),
        (",mild,hot\nAT,ja,x\nDE,no,y\n", ["AT; mild: ja; hot: x", "DE; mild: no; hot: y"]),
        ("a,b\n1,2,3\n4,5,6\n", ["a: 1; b: 2; 3", "a: 4; b: 5; 6"]),
        ("name,city\nAda,Graz,x\nBob,Linz,y\n", ["name: Ada; city: Graz; x", "name: Bob; city: Linz; y"]),
    ],
)
def test_a_comment_is_no_header_and_a_header_no_comment(source: str, rows: list[str]) -> None:
    read = table.read(source)
    check(read)
    assert said(read) == rows


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
@given(st.text(st.sampled_from('ab1#:,;"\n\r\t| ')))
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(table.read(source))
