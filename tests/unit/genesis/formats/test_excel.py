"""Workbooks as people have them: what a cell shows, and which header it stands under."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from genesis.converting import converted
from genesis.formats.excel.masks import shown as masked
from genesis.readers import parts
from genesis.structure import Kind, Structure
from mesh.documents import MEDIA_TYPES
from tests import files

_MONEY = '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'


def read(content: bytes) -> Structure:
    return parts.read(converted(MEDIA_TYPES[".xlsx"], content))


def said(content: bytes) -> list[str]:
    return [block.text.text for block in read(content).blocks]


def written(fill: Callable[[Workbook, Worksheet], object], **options: object) -> bytes:
    out = io.BytesIO()
    with Workbook(out, options) as book:
        fill(book, book.add_worksheet("S"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "mask", "told"),
    [
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (8, '0.00\\ "€"', "8.00 €"),
        (99.9, _MONEY, "$99.90"),
        (-3, _MONEY, "$(3.00)"),
        (-1234.5, "#,##0.00 [$USD]", "-1,234.50 USD"),
        (0.256, "0.0%", "25.6%"),
        (2.675, "0.00", "2.68"),
        (1500, "#,##0", "1,500"),
        (2.5, '0.00" kg"', "2.50 kg"),
        (3, 'General" pcs"', "3 pcs"),
        (-42.5, "#,##0.00;[Red](#,##0.00)", "(42.50)"),
        (-0.001, "0.00", "0.00"),
        (42, "00000", "00042"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (2_500_000, '0.0,,"M"', "2.5M"),
        (2, "0.##", "2"),
        (123456, "0.00E+00", "1.23E+05"),
        (2.5, "# ?/?", "2 1/2"),
        (5, '[<=10]"few";"many"', "few"),
        (1e300, "#,##0", "1e+300"),
    ],
)
def test_a_number_is_shown_as_its_format_shows_it(value: float, mask: str, told: str) -> None:
    assert masked(value, mask) == told


@pytest.mark.parametrize(
    ("value", "mask", "told"),
    [
        (45356, "d mmmm yyyy", "5 March 2024"),
        (45356, "dddd, d mmm yyyy", "Tuesday, 5 Mar 2024"),
        (45352, "mmm-yy", "Mar-24"),
        (45356, "dd/mm/yyyy", "2024-03-05"),
        (45356.604, "m/d/yy h:mm", "2024-03-05 14:29"),
        (0.75, "h:mm AM/PM", "6:00 PM"),
        (1.25, "[h]:mm", "30:00"),
        (-1, "d mmm yyyy", "-1"),
    ],
)
def test_a_day_is_shown_as_its_format_shows_it_unless_its_month_may_be_its_day(
    value: float, mask: str, told: str
) -> None:
    assert masked(value, mask) == told


def test_cells_say_what_the_program_shows() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["Item", "Price", "Share", "Since"])
        for at, (item, price, share, since) in enumerate(
            (("Rope", 12.5, 0.25, dt.date(2024, 3, 5)), ("Chain", 1900, 1, dt.date(2023, 12, 24))), 1
        ):
            sheet.write(at, 0, item)
            sheet.write(at, 1, price, book.add_format({"num_format": "[$€-2] #,##0.00"}))
            sheet.write(at, 2, share, book.add_format({"num_format": 9}))
            sheet.write(at, 3, since, book.add_format({"num_format": "d mmm yyyy"}))

    assert said(written(fill, date_1904=True)) == [
        "Item: Rope; Price: € 12.50; Share: 25%; Since: 5 Mar 2024",
        "Item: Chain; Price: € 1,900.00; Share: 100%; Since: 24 Dec 2023",
    ]


def test_formulas_say_their_values_and_errors_nothing() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["Item", "Amount", "Note"])
        sheet.write_row(1, 0, ["Rope", 12, "new"])
        sheet.write(2, 0, "Total")
        sheet.write_formula(2, 1, "=SUM(B2:B2)", None, 12)
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")

    assert said(written(fill)) == ["Item: Rope; Amount: 12; Note: new", "Item: Total; Amount: 12"]


def test_headers_over_several_columns_stand_above_each() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 1, 0, "Region")
        sheet.merge_range(0, 1, 0, 2, "2023")
        sheet.merge_range(0, 3, 0, 4, "2024")
        sheet.write_row(1, 1, ["Q1", "Q2", "Q1", "Q2"])
        sheet.merge_range(2, 0, 3, 0, "North")
        sheet.write_row(2, 1, [10, 20, 30, 40])
        sheet.write_row(3, 1, [11, 21, 31, 41])

    assert said(written(fill)) == [
        "Region: North; 2023 Q1: 10; 2023 Q2: 20; 2024 Q1: 30; 2024 Q2: 40",
        "Region: North; 2023 Q1: 11; 2023 Q2: 21; 2024 Q1: 31; 2024 Q2: 41",
    ]


def test_a_table_has_its_title_above_and_its_remarks_below() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 2, "Harbour fees 2025")
        for at, row in enumerate((["Berth", "Length", "Fee"], ["A1", "8 m", 35], ["B2", "12 m", 55])):
            sheet.write_row(2 + at, 0, row)
        sheet.write(6, 0, "Fees are per night.")

    assert said(written(fill)) == [
        "Harbour fees 2025",
        "Berth: A1; Length: 8 m; Fee: 35",
        "Berth: B2; Length: 12 m; Fee: 55",
        "Fees are per night.",
    ]


def test_tables_that_stand_apart_have_headers_of_their_own() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        rows = [["Staff"], ["Name", "Hours"], ["Ada", 40], ["Bo", 32], [], ["Rooms"], ["Room", "Seats"], ["North", 12]]
        for at, row in enumerate([*rows, ["South", 8]]):
            sheet.write_row(at, 0, row)
        for at, row in enumerate((["City", "Rain"], ["Oslo", 800], ["Rome", 700])):
            sheet.write_row(1 + at, 5, row)

    told = said(written(fill))
    assert "Name: Ada; Hours: 40" in told
    assert "Room: North; Seats: 12" in told


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for at, row in enumerate((["Name", "Hours"], ["Ada", 40], ["Bo", 32])):
            sheet.write_row(at, 0, row)
        for at, row in enumerate((["City", "Rain"], ["Oslo", 800], ["Rome", 700])):
            sheet.write_row(at, 4, row)

    assert said(written(fill)) == [
        "Name: Ada; Hours: 40",
        "Name: Bo; Hours: 32",
        "City: Oslo; Rain: 800",
        "City: Rome; Rain: 700",
    ]


def test_empty_rows_and_columns_part_no_table() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for at, row in (
            (1, ["Name", "", "Age", "", "City"]),
            (2, ["Ada", "", 36, "", "Oslo"]),
            (4, ["Bo", "", 41, "", "Rome"]),
        ):
            sheet.write_row(at, 1, row)

    assert said(written(fill)) == ["Name: Ada; Age: 36; City: Oslo", "Name: Bo; Age: 41; City: Rome"]


def test_rows_and_columns_that_are_hidden_are_not_said() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for at, row in enumerate(
            (["Name", "Pay", "City"], ["Ada", 5000, "Oslo"], ["Eve", 9000, "Rome"], ["Bo", 4000, "Kiel"])
        ):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})

    assert said(written(fill)) == ["Name: Ada; City: Oslo", "Name: Bo; City: Kiel"]


def test_rows_that_a_filter_or_a_fold_leaves_out_are_said() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for at, row in enumerate((["Name", "Age"], ["Ada", 36], ["Eve", 29], ["Bo", 41])):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.autofilter(0, 0, 3, 1)

    assert "Name: Eve; Age: 29" in said(written(fill))


def test_names_with_what_they_are_have_no_header() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["Invoice no.", "INV-2025-014"])
        sheet.write(1, 0, "Date")
        sheet.write(1, 1, dt.date(2025, 2, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 0, ["Customer", "Harbour Cafe"])
        sheet.write_row(3, 0, ["Total", 1250.5])

    assert said(written(fill))[:2] == ["Invoice no.; INV-2025-014", "Date; 2025-02-01"]


@pytest.mark.parametrize("how", ["bold", "table"])
def test_a_header_above_words_alone_is_known_by_its_looks(how: str) -> None:
    rows = [["Pet", "Owner"], ["Rex", "Ana"], ["Tom", "Bo"]]

    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 0, "Pets of the house")
        if how == "table":
            columns = [{"header": one} for one in rows[0]]
            sheet.add_table(2, 0, 4, 1, {"columns": columns, "data": rows[1:]})
            return
        for at, row in enumerate(rows):
            sheet.write_row(2 + at, 0, row, None if at else book.add_format({"bold": True}))

    assert said(written(fill)) == ["Pets of the house", "Pet: Rex; Owner: Ana", "Pet: Tom; Owner: Bo"]


def test_months_stand_above_what_they_head() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 0, "Item")
        for month in (1, 2):
            sheet.write(0, month, dt.date(2025, month, 1), book.add_format({"num_format": "mmm-yy"}))
        sheet.write_row(1, 0, ["Fuel", 1, 2])
        sheet.write_row(2, 0, ["Crew", 4, 5])

    assert said(written(fill)) == ["Item: Fuel; Jan-25: 1; Feb-25: 2", "Item: Crew; Jan-25: 4; Feb-25: 5"]


def test_what_only_says_how_a_text_is_pronounced_is_not_said() -> None:
    book = files.xlsx({"S": [["City", "Rain"], ["X", 1], ["Y", 2]]})
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>City</t></si><si><t>Rain</t></si>'
        "<si><r><t>東</t></r><r><t>京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si><si><t>Kiel</t></si></sst>"
    )
    assert said(files.rezipped(book, {"xl/sharedStrings.xml": strings.encode()}))[0] == "City: 東京; Rain: 1"


def test_rows_stand_under_the_section_that_they_are_of() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["Dish", "Price"], bold)
        rows: list[list[str | int]] = [["Starters"], ["Soup", 6], ["Mains"], ["Fish", 19], ["Stew", 17]]
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row, bold if len(row) == 1 else None)

    rows = [block for block in read(written(fill)).blocks if block.kind is Kind.ROW]
    assert [(block.lead.text, block.text.text) for block in rows] == [
        ("Starters", "Dish: Soup; Price: 6"),
        ("Mains", "Dish: Fish; Price: 19"),
        ("Mains", "Dish: Stew; Price: 17"),
    ]


def test_signs_that_xml_cannot_hold_are_none() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["Lamp", "Note"])
        sheet.write_row(1, 0, ["Red\r\nlight", "a\tb\x1f"])
        sheet.write_row(2, 0, ["snake_x005F_case", "_xyz_"])

    assert said(written(fill)) == ["Lamp: Red light; Note: a b", "Lamp: snake_x005F_case; Note: _xyz_"]


def test_a_value_that_is_no_number_is_not_said_and_the_others_are() -> None:
    rows = "".join(
        f'<row r="{at}"><c r="A{at}" t="str"><v>Lamp</v></c><c r="B{at}" s="1"><v>{value}</v></c></row>'
        for at, value in enumerate(("nan", "inf", "-inf", "1e400", "x", "7"), 1)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    book = files.rezipped(files.xlsx({"S": [[dt.date(2024, 3, 5)]]}), {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert said(book)[-1] == "Lamp; 1900-01-07"
    assert len(said(book)) == 6


def test_a_format_with_a_number_that_none_can_have_costs_no_workbook() -> None:
    book = files.xlsx({"S": [["City", "Rain"], ["Kiel", 1]]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    formats = f'<numFmts count="1"><numFmt numFmtId="{"9" * 5_000}" formatCode="0.0"/></numFmts><fonts'
    broken = files.rezipped(book, {"xl/styles.xml": styles.replace("<fonts", formats, 1).encode()})
    assert said(broken) == said(book)
