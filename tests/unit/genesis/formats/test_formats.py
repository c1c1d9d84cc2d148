"""What is read out of files, made here by the programs that write them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genesis.converting import converted
from genesis.drafts import Draft, Drafter
from genesis.formats import FORMATS
from genesis.packets import packets
from genesis.readers import parts
from genesis.structure import Kind, Structure
from mesh.documents import MEDIA_TYPES, NO_TEXT
from myriad.agent.v1.text_pb2 import PlaceKind
from myriad.genesis.v1.document_pb2 import DocumentInput
from tests import files

MASTER = (
    "Ships call at the northern pier from March to October. The harbour master is Ingrid Solvang, who has held the "
    "office since the new breakwater was opened by the province in 2014."
)
PAGES: Sequence[Sequence[files.Said]] = [
    [
        "# Harbour handbook",
        MASTER,
        "## Fees",
        "A night costs 35 euro for boats under ten metres.",
    ],
    [
        "## Tides",
        "The highest tide on record stood at 4.2 metres, on 3 January 1976.",
        [["Berth", "Length", "Price"], ["A1", "8 m", "35"], ["B2", "12 m", "55"], ["C3", "20 m", "90"]],
        "- Bring ropes.",
    ],
    ["Storms close the harbour for two days a year."],
]


def read(ending: str, content: bytes) -> Structure:
    return parts.read(converted(MEDIA_TYPES[ending], content))


def shown(structure: Structure) -> list[str]:
    return [block.text.text for block in structure.blocks]


def placed(ending: str, content: bytes) -> Mapping[str, tuple[int, str]]:
    """By the text of a passage, the number and the name of the place where it begins."""
    source = DocumentInput(content=content, media_type=MEDIA_TYPES[ending], uri=f"file:///it{ending}")
    [draft] = Drafter("minds/m").drafts(source)
    assert isinstance(draft, Draft), draft
    places = {packet.text: packet.read.places[0].place for packet in packets(draft)}
    return {text: (place.number, place.title) for text, place in places.items()}


def test_what_is_no_text_has_a_reader_each() -> None:
    assert frozenset(FORMATS) == NO_TEXT


@pytest.mark.parametrize(("ending", "written"), [(".pdf", files.pdf(PAGES)), (".docx", files.docx(PAGES))])
def test_a_document_is_read_with_its_headings_its_tables_and_its_pages(ending: str, written: bytes) -> None:
    structure = read(ending, written)
    assert structure.title == "Harbour handbook"
    assert "Berth: B2; Length: 12 m; Price: 55" in shown(structure)
    [tide] = [block for block in structure.blocks if "4.2 metres" in block.text.text]
    assert tide.path[-1] == "Tides"
    [item] = [block for block in structure.blocks if block.kind is Kind.ITEM]
    assert item.text.text == "Bring ropes."
    pages = {text: number for text, (number, _) in placed(ending, written).items()}
    assert next(page for text, page in pages.items() if "Ingrid Solvang" in text) == 1
    assert next(page for text, page in pages.items() if "4.2 metres" in text) == 2


def test_what_stands_at_the_edge_of_every_page_is_left_out() -> None:
    pages = [[f"This is what page {number} says about its own subject."] for number in range(1, 6)]
    said = shown(read(".pdf", files.pdf(pages, headed="Confidential, 2026")))
    assert said == [text for [text] in pages]


def test_a_sentence_goes_on_on_the_next_page() -> None:
    said = shown(read(".pdf", files.pdf([["The ferry leaves the island at nine and"], ["comes back at noon."]])))
    assert said == ["The ferry leaves the island at nine and comes back at noon."]


def test_a_passage_over_two_pages_knows_both() -> None:
    content = files.pdf([["The ferry leaves the island at nine and"], ["comes back at noon. It carries forty people."]])
    source = DocumentInput(content=content, media_type="application/pdf", uri="file:///f.pdf")
    [draft] = Drafter("minds/m").drafts(source)
    assert isinstance(draft, Draft)
    [packet] = packets(draft)
    assert [(one.start, one.place.number) for one in packet.read.places] == [(0, 1), (40, 2)]
    assert packet.read.places[0].place.kind == PlaceKind.PLACE_KIND_PAGE
    assert packet.text[40:].startswith("comes back")


def test_slides_have_their_titles_tables_and_notes() -> None:
    slides: Sequence[Sequence[files.Said]] = [
        ["# Our plan", "We open two shops in Bergen."],
        ["# The budget", [["Year", "Shops", "Staff"], ["2026", "2", "14"], ["2027", "5", "31"]]],
    ]
    written = files.pptx(slides, notes={2: "Thank the council for its grant."})
    structure = read(".pptx", written)
    assert structure.title == "Our plan"
    assert "Year: 2027; Shops: 5; Staff: 31" in shown(structure)
    assert "Thank the council for its grant." in shown(structure)
    assert placed(".pptx", written)["We open two shops in Bergen."] == (1, "Our plan")


def test_sheets_have_rows_with_headers_and_dates_as_they_are_said() -> None:
    sheets: Mapping[str, files.Rows] = {
        "Staff": [["Name", "Since", "Hours"], ["Ada", dt.date(2019, 5, 1), 37.5], ["Bo", "unknown", 40]],
        "Rooms": [["Room", "Seats"], ["North", 12], ["South", 8]],
        "Scratch": [["no", "matter"], ["at", "all"]],
    }
    written = files.xlsx(sheets, hidden=["Scratch"])
    structure = read(".xlsx", written)
    assert "Name: Ada; Since: 2019-05-01; Hours: 37.5" in shown(structure)
    assert {block.path for block in structure.blocks} == {("Staff",), ("Rooms",)}
    assert (2, "Rooms") in placed(".xlsx", written).values()


def test_a_book_is_read_chapter_by_chapter() -> None:
    written = files.epub(["<h1>The fox</h1><p>The fox is red &amp; quick.</p>", "<h1>The hen</h1><p>She sleeps.</p>"])
    structure = read(".epub", written)
    assert (structure.title, structure.metadata["author"]) == ("A book", "N. N.")
    assert shown(structure) == ["The fox is red & quick.", "She sleeps."]
    assert placed(".epub", written)["She sleeps."] == (2, "The hen")


def test_a_chapter_of_links_to_chapters_is_left_out() -> None:
    contents = '<h1>Contents</h1><p><a href="c1.xhtml">One</a></p><p><a href="c2.xhtml">Two</a></p>'
    written = files.epub([contents, "<h1>One</h1><p>It rains.</p>", "<h1>Two</h1><p>It snows.</p>"])
    assert shown(read(".epub", written)) == ["It rains.", "It snows."]


def test_the_mark_of_a_note_in_a_book_is_not_said() -> None:
    mark = '<a xmlns:epub="http://www.idpf.org/2007/ops" epub:type="noteref" href="#n"><sup>1</sup></a>'
    assert shown(read(".epub", files.epub([f"<p>She came in May.{mark} It rained.</p>"]))) == [
        "She came in May. It rained."
    ]


def test_a_chapter_that_is_called_as_its_book_has_no_heading_of_it() -> None:
    written = files.epub(["<h1>A book</h1><p>It rains.</p>", "<h1>Two</h1><p>It snows.</p>"])
    assert [block.path for block in read(".epub", written).blocks] == [(), ("Two",)]


def test_runs_point_to_what_is_shown() -> None:
    for ending, written in ((".pdf", files.pdf(PAGES)), (".docx", files.docx(PAGES)), (".pptx", files.pptx(PAGES))):
        structure = read(ending, written)
        for block in structure.blocks:
            for start, end, first, last in block.text.runs:
                if end - start == last - first:
                    assert block.text.text[start:end].split() == structure.source[first:last].split()


WORDS = st.lists(st.text("abcdefghäöü", min_size=3, max_size=8), min_size=4, max_size=8)
SENTENCES = WORDS.map(lambda words: " ".join(words).capitalize() + ".")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pages=st.lists(st.lists(SENTENCES, min_size=1, max_size=3), min_size=1, max_size=4))
@pytest.mark.parametrize("ending", [".pdf", ".docx", ".pptx", ".epub"])
def test_nothing_of_a_page_is_lost(ending: str, pages: list[list[str]]) -> None:
    match ending:
        case ".pdf":
            written = files.pdf(pages)
        case ".docx":
            written = files.docx(pages)
        case ".pptx":
            written = files.pptx(pages)
        case _:
            written = files.epub(["".join(f"<p>{said}</p>" for said in page) for page in pages])
    found = " ".join(shown(read(ending, written)))
    for said in (said for page in pages for said in page):
        assert found.count(said) >= 1


@settings(max_examples=4, deadline=None)
@given(rows=st.lists(st.lists(WORDS.map(" ".join), min_size=3, max_size=3), min_size=3, max_size=8))
def test_no_row_of_a_sheet_is_lost(rows: list[list[str]]) -> None:
    found = "\n".join(shown(read(".xlsx", files.xlsx({"S": rows}))))
    for row in rows:
        for cell in row:
            assert cell in found


def test_a_chapter_that_is_not_there_is_passed_over() -> None:
    book = files.epub(["<p>It leaks.</p>", "<p>It is loud.</p>"])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        package = archive.read("OEBPS/book.opf").replace(b'href="c0.xhtml"', b'href="gone.xhtml"')
    assert shown(read(".epub", files.rezipped(book, {"OEBPS/book.opf": package}))) == ["It is loud."]


def test_a_chapter_is_in_the_charset_that_it_declares() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?><html><body><p>Žluťoučký kůň.</p></body></html>'
    book = files.rezipped(files.epub(["<p>x</p>"]), {"OEBPS/c0.xhtml": page.encode("iso-8859-2")})
    assert shown(read(".epub", book)) == ["Žluťoučký kůň."]
