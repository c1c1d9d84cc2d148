"""Pages of PDF as people have them: what a page's layout tears apart is whole again."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from genesis.converting import converted
from genesis.formats.pdf import _clean
from genesis.readers import parts
from genesis.structure import Kind, Structure
from mesh.documents import MEDIA_TYPES

Placed = tuple[float, float, str]
"""From the left, from above, in millimetres, and what it says."""


def read(*pages: Sequence[Placed | tuple[float, float, str, float]], title: str = "", author: str = "") -> Structure:
    """Of texts in their places, each 11 points high or as high as it says."""
    document = FPDF()
    document.set_auto_page_break(False)
    if title:
        document.set_title(title)
    if author:
        document.set_author(author)
    for page in pages:
        document.add_page()
        for left, above, text, *size in page:
            document.set_font("Helvetica", size=size[0] if size else 11)
            document.text(left, above, text)
    return parts.read(converted(MEDIA_TYPES[".pdf"], bytes(document.output())))


def said(*pages: Sequence[Placed | tuple[float, float, str, float]]) -> list[str]:
    return [block.text.text for block in read(*pages).blocks]


def below(left: float, *lines: str, above: float = 40, step: float = 5) -> list[Placed]:
    return [(left, above + step * at, line) for at, line in enumerate(lines)]


def test_words_that_a_line_ends_in_are_whole() -> None:
    assert said(below(20, "The adminis-", "tration of the har-", "bour is in good hands.")) == [
        "The administration of the harbour is in good hands."
    ]


def test_letters_set_as_one_are_letters() -> None:
    assert _clean("e\ufb03cient \ufb01les o\ufb00") == "efficient files off"


def test_a_running_head_of_two_pages_tears_no_sentence() -> None:
    head: list[Placed | tuple[float, float, str, float]] = [(20, 10, "Harbour Handbook", 8)]
    one = [*head, *below(20, "Boats over twelve metres need a permit, which")]
    two = [*head, *below(20, "the office issues within two working days.")]
    assert said(one, two) == [
        "Boats over twelve metres need a permit, which the office issues within two working days."
    ]


def test_a_title_and_a_heading_of_its_size_are_two() -> None:
    text = below(20, "A night costs 35 euro for all who stay.", above=45)
    read_ = read([(20, 20, "Harbour Handbook", 18), (20, 32, "Fees", 18), *text])
    assert (read_.title, read_.blocks[0].path) == ("Harbour Handbook", ("Fees",))


def test_heads_close_to_each_other_head_their_columns() -> None:
    rows = [(20, "A1", 32, "8 m", 44, "35"), (20, "B2", 32, "12 m", 44, "55"), (20, "C3", 32, "20 m", 44, "90")]
    cells: list[Placed] = [(20, 40, "Berth"), (32, 40, "Length"), (47, 40, "Fee")]
    for at, (left, name, second, length, third, fee) in enumerate(rows, 1):
        cells += [(left, 40 + 6 * at, name), (second, 40 + 6 * at, length), (third + 3, 40 + 6 * at, fee)]
    assert said(cells)[:2] == ["Berth: A1; Length: 8 m; Fee: 35", "Berth: B2; Length: 12 m; Fee: 55"]


def test_a_cell_goes_on_in_the_line_below() -> None:
    cells: list[Placed] = [(20, 40, "Name"), (60, 40, "Task"), (150, 40, "Days")]
    pilot, agent = (
        ("Pilot", "Guides ships into the harbour", "and out of it.", "7"),
        ("Agent", "Pays the fees", "due.", "5"),
    )
    for at, (name, first, second, days) in enumerate((pilot, agent)):
        top = 48 + 14 * at
        cells += [(20, top, name), (60, top, first), (150, top, days), (60, top + 5, second)]
    assert said(cells) == [
        "Name: Pilot; Task: Guides ships into the harbour and out of it.; Days: 7",
        "Name: Agent; Task: Pays the fees due.; Days: 5",
    ]


def test_names_with_what_they_are_are_no_table_of_those_below() -> None:
    cells: list[Placed] = []
    for at, (name, value) in enumerate(
        (("Invoice no.", "2025-014"), ("Date", "1 February 2025"), ("Due", "3 March 2025"))
    ):
        cells += [(20, 40 + 5 * at, name), (70, 40 + 5 * at, value)]
    for at, row in enumerate((("Item", "Qty", "Price"), ("Mooring", "3", "55.00"), ("Water", "1", "8.50"))):
        cells += [(20 + 50 * column, 65 + 5 * at, text) for column, text in enumerate(row)]
    assert said(cells) == [
        "Invoice no.: 2025-014",
        "Date: 1 February 2025",
        "Due: 3 March 2025",
        "Item: Mooring; Qty: 3; Price: 55.00",
        "Item: Water; Qty: 1; Price: 8.50",
    ]


def test_a_table_that_goes_on_on_the_next_page_keeps_its_header() -> None:
    def rows(*lines: Sequence[str]) -> list[Placed]:
        return [
            (20 + 50 * column, 40 + 6 * at, cell) for at, row in enumerate(lines) for column, cell in enumerate(row)
        ]

    one = rows(("Berth", "Length", "Fee"), ("A1", "8 m", "35"), ("B2", "12 m", "55"))
    two = rows(("C3", "20 m", "90"), ("D4", "30 m", "140"))
    assert said(one, two)[-2:] == ["Berth: C3; Length: 20 m; Fee: 90", "Berth: D4; Length: 30 m; Fee: 140"]


def test_numbers_far_from_their_items_are_those_of_a_list() -> None:
    texts = ("Bring ropes.", "Bring lamps.", "Bring food.")
    marks: list[Placed] = [(20, 40 + 6 * at, f"{at + 1}.") for at in range(3)]
    items: list[Placed] = [(32, 40 + 6 * at, text) for at, text in enumerate(texts)]
    read_ = read([one for both in zip(marks, items, strict=True) for one in both])
    assert [(block.kind, block.mark, block.text.text) for block in read_.blocks] == [
        (Kind.ITEM, str(at + 1), text) for at, text in enumerate(texts)
    ]


def test_numbers_of_notes_are_not_said_with_their_words() -> None:
    document = FPDF()
    document.set_font("Helvetica", size=11)
    end = 20 + document.get_string_width("The ferry carries people")
    read_ = read([(20, 40, "The ferry carries people"), (end, 38.6, "12", 6), (end + 4, 40, "and six cars in 2024.")])
    assert [block.text.text for block in read_.blocks] == ["The ferry carries people and six cars in 2024."]


def test_nobody_is_no_author() -> None:
    read_ = read(below(20, "It rains."), title="(anonymous)", author="(anonymous)")
    assert (read_.title, "author" in read_.metadata) == ("", False)
