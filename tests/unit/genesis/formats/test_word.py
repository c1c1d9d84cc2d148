"""Documents of Word as people have them: what Word counts, leaves out and sets apart by its own rules."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from genesis.converting import converted
from genesis.formats.word.numbering import _figure
from genesis.readers import parts
from genesis.structure import Kind, Structure
from mesh.documents import MEDIA_TYPES
from tests import files

_W = nsdecls("w")
_OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def read(document: Any) -> Structure:
    written = io.BytesIO()
    document.save(written)
    return parts.read(converted(MEDIA_TYPES[".docx"], written.getvalue()))


def said(document: Any) -> list[str]:
    return [block.text.text for block in read(document).blocks]


def element(xml: str) -> Any:
    head, _, rest = xml.partition(">")
    closes = head.endswith("/")
    return parse_xml(f"{head.rstrip('/')} {_W} {_OTHERS}{'/' if closes else ''}>{rest}")


def counting(document: Any, levels: Sequence[tuple[str, str]], *, start: int = 1, style: str = "") -> int:
    """A list of the document's own, by the form and the text of each of its levels."""
    numbering = document.part.numbering_part.element
    number = 90 + len(numbering)
    told = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'{f"<w:pStyle w:val={style!r}/>" if style and not at else ""}<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    numbering.insert(0, element(f'<w:abstractNum w:abstractNumId="{number}">{told}</w:abstractNum>'))
    numbering.append(element(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))
    return number


def numbered(document: Any, text: str, number: int, level: int, style: str | None = None) -> Any:
    paragraph = document.add_paragraph(text, style)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(element(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))
    return paragraph


CLAUSES = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"))


def test_clauses_have_the_numbers_that_word_counts() -> None:
    document = Document()
    number = counting(document, CLAUSES)
    for level, text in (
        *((0, "Definitions"), (1, "Fees means:"), (2, "the retainer;"), (2, "expenses."), (0, "Payment")),
        *((1, "Invoices are due in 30 days."), (1, "Interest is due, unless:"), (2, "disputed; or"), (3, "waived.")),
    ):
        numbered(document, text, number, level)
    items = [(block.mark, block.depth, block.text.text) for block in read(document).blocks]
    assert items[:4] == [
        ("1", 0, "Definitions"),
        ("1.1", 1, "Fees means:"),
        ("a", 2, "the retainer;"),
        ("b", 2, "expenses."),
    ]
    assert items[5:] == [
        ("2.1", 1, "Invoices are due in 30 days."),
        ("2.2", 1, "Interest is due, unless:"),
        ("a", 2, "disputed; or"),
        ("i", 3, "waived."),
    ]


def test_a_list_begins_where_it_says_and_goes_on_behind_other_text() -> None:
    document = Document()
    number = counting(document, [("decimal", "%1)")], start=5)
    numbered(document, "Open the valve.", number, 0)
    document.add_paragraph("Then wait for a while.")
    numbered(document, "Close the valve.", number, 0)
    assert [block.mark for block in read(document).blocks] == ["5", "", "6"]


def test_what_is_counted_by_a_word_is_said_with_it() -> None:
    document = Document()
    number = counting(document, [("decimal", "Article %1"), ("decimal", "Section %1.%2")])
    numbered(document, "The name of the club is Sea Scouts.", number, 0)
    numbered(document, "Anyone over 16 may join.", number, 1)
    assert said(document) == ["Article 1 The name of the club is Sea Scouts.", "Section 1.1 Anyone over 16 may join."]


def test_a_clause_that_is_deleted_is_not_counted() -> None:
    document = Document()
    number = counting(document, CLAUSES)
    numbered(document, "First.", number, 0)
    gone = numbered(document, "", number, 0)
    gone._p.pPr.append(element('<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'))
    gone._p.append(element('<w:del w:id="2" w:author="A"><w:r><w:delText>Gone.</w:delText></w:r></w:del>'))
    numbered(document, "Second.", number, 0)
    assert [(block.mark, block.text.text) for block in read(document).blocks] == [("1", "First."), ("2", "Second.")]


def test_headings_have_their_numbers() -> None:
    document = Document()
    number = counting(document, [("upperRoman", "%1."), ("decimal", "%1.%2")], style="Heading1")
    for text, level in (("Leave", 0), ("Sick leave", 1)):
        numbered(document, text, number, level, f"Heading {level + 1}")
        document.add_paragraph(f"This is about {text.lower()}.")
    assert read(document).blocks[-1].path[-1] == "I.1 Sick leave"


@pytest.mark.parametrize(
    ("number", "form", "told"),
    [
        (27, "lowerLetter", "aa"),
        (1994, "upperRoman", "MCMXCIV"),
        (7, "decimalZero", "07"),
        (10**8, "lowerRoman", "100000000"),
    ],
)
def test_figures_are_those_of_their_form(number: int, form: str, told: str) -> None:
    assert _figure(number, form) == told


def test_headings_are_known_by_what_their_style_is_based_on_and_by_their_outline() -> None:
    document = Document()
    document.styles.add_style("Chapter", 1).base_style = document.styles["Heading 1"]
    outlined = document.styles.add_style("Region", 1)
    outlined.element.get_or_add_pPr().append(element('<w:outlineLvl w:val="1"/>'))
    document.add_paragraph("Findings", "Chapter")
    document.add_paragraph("Nordic", "Region")
    document.add_paragraph("Norway sold most.")
    document.add_paragraph("Outlook")._p.get_or_add_pPr().append(element('<w:outlineLvl w:val="0"/>'))
    document.add_paragraph("Sales will grow.")
    assert [block.path for block in read(document).blocks] == [("Findings", "Nordic"), ("Outlook",)]


def test_a_heading_in_a_cell_does_not_take_its_table_apart() -> None:
    document = Document()
    table = document.add_table(3, 3)
    for at, row in enumerate((("Item", "Cost", "Unit"), ("Rope", "5", "m"), ("Chain", "9", "m"))):
        for column, text in enumerate(row):
            table.cell(at, column).paragraphs[0].text = text
            table.cell(at, column).paragraphs[0].style = "Normal" if at else "Heading 3"
    assert said(document) == ["Item: Rope; Cost: 5; Unit: m", "Item: Chain; Cost: 9; Unit: m"]


def test_a_table_of_contents_is_left_out() -> None:
    document = Document()
    entry = "<w:p><w:pPr><w:pStyle w:val='TOC1'/></w:pPr><w:r><w:t>Method 4</w:t></w:r></w:p>"
    gallery = "<w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    heading = "<w:p><w:r><w:t>Contents</w:t></w:r></w:p>"
    document.add_paragraph("It was dry.")
    document.element.body.insert(0, element(f"<w:sdt>{gallery}<w:sdtContent>{heading}{entry}</w:sdtContent></w:sdt>"))
    document.element.body.insert(1, element(entry))
    assert said(document) == ["It was dry."]


def test_what_is_hidden_prompted_deleted_or_remarked_is_not_said() -> None:
    document = Document()
    paragraph = document.add_paragraph("The fee is ")
    for xml in (
        '<w:del w:id="1" w:author="A"><w:r><w:delText>100</w:delText></w:r></w:del>',
        '<w:ins w:id="2" w:author="A"><w:r><w:t>120</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(element(xml))
    paragraph.add_run(" euro.")
    paragraph.add_run(" Hidden.").font.hidden = True
    document.add_comment(paragraph.runs, "Is this right?", author="Lex")
    prompt = "<w:p><w:r><w:t>Click here to enter text.</w:t></w:r></w:p>"
    content = f"<w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{prompt}</w:sdtContent>"
    document.element.body.insert(1, element(f"<w:sdt>{content}</w:sdt>"))
    assert said(document) == ["The fee is 120 euro."]


@pytest.mark.parametrize("fallback", [True, False])
def test_a_text_box_is_said_once(fallback: bool) -> None:
    document = Document()
    text = "<w:txbxContent><w:p><w:r><w:t>Call 112 in an emergency.</w:t></w:r></w:p></w:txbxContent>"
    new = f"<w:drawing><wp:anchor><wps:wsp><wps:txbx>{text}</wps:txbx></wps:wsp></wp:anchor></w:drawing>"
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox>{text}</v:textbox></v:shape></w:pict></mc:Fallback>"
    both = f"<mc:Choice Requires='wps'>{new}</mc:Choice>{old if fallback else ''}"
    document.add_paragraph("Be careful.")._p.append(
        element(f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>")
    )
    assert said(document) == ["Be careful.", "Call 112 in an emergency."]


def test_hyphens_are_those_of_the_words_and_formulas_are_said() -> None:
    document = Document()
    paragraph = document.add_paragraph("A well")
    for xml in ("<w:r><w:noBreakHyphen/><w:t>known for</w:t></w:r>", "<w:r><w:softHyphen/><w:t>mula:</w:t></w:r>"):
        paragraph._p.append(element(xml))
    half = "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    square = "<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    paragraph._p.append(element(f"<m:oMath>{square}<m:r><m:t>=</m:t></m:r>{half}</m:oMath>"))
    assert said(document) == ["A well-known formula: c^2=(a+b)/2"]


def test_a_list_without_its_numbering_is_text() -> None:
    document = Document()
    numbered(document, "Bring ropes.", 4711, 0)
    assert [(block.kind, block.text.text) for block in read(document).blocks] == [(Kind.PARAGRAPH, "Bring ropes.")]


def test_a_note_stands_behind_what_refers_to_it() -> None:
    written = io.BytesIO()
    document = Document()
    document.add_heading("Ferries", 1)
    for kind in ("footnote", "endnote"):
        paragraph = document.add_paragraph("It carries forty people")
        paragraph._p.append(element(f'<w:r><w:{kind}Reference w:id="2"/></w:r>'))
        paragraph.add_run(" and six cars.")
    document.add_heading("Fares", 1)
    document.add_paragraph("A ticket costs 4 euro.")
    document.save(written)
    relations, types, notes = "", "", {}
    for kind in ("footnotes", "endnotes"):
        office = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        types += f'<Override PartName="/word/{kind}.xml" ContentType="{office}.{kind}+xml"/>'
        type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
        relations += f'<Relationship Id="r{kind}" Type="{type_}" Target="{kind}.xml"/>'
        note = f'<w:{kind[:-1]} w:id="2"><w:p><w:r><w:t>Of the {kind}.</w:t></w:r></w:p></w:{kind[:-1]}>'
        notes[f"word/{kind}.xml"] = f"<w:{kind} {_W}>{note}</w:{kind}>".encode()
    with zipfile.ZipFile(io.BytesIO(written.getvalue())) as archive:
        for name, end, more in (
            ("[Content_Types].xml", "</Types>", types),
            ("word/_rels/document.xml.rels", "</Relationships>", relations),
        ):
            notes[name] = archive.read(name).decode().replace(end, more + end).encode()
    read = parts.read(converted(MEDIA_TYPES[".docx"], files.rezipped(written.getvalue(), notes)))
    assert [(block.path, block.text.text) for block in read.blocks] == [
        (("Ferries",), "It carries forty people and six cars."),
        (("Ferries",), "Of the footnotes."),
        (("Ferries",), "It carries forty people and six cars."),
        (("Ferries",), "Of the endnotes."),
        (("Fares",), "A ticket costs 4 euro."),
    ]


_LOST = [
    '<w:r><w:footnoteReference w:id="99"/></w:r>',
    "<w:r><w:endnoteReference/></w:r>",
    '<w:hyperlink r:id="rId99"><w:r><w:t>is</w:t></w:r></w:hyperlink>',
    '<w:r><w:sym w:font="Wingdings" w:char="none"/></w:r>',
    "<w:r><w:sym/></w:r>",
    (
        '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="rId98"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    ),
    '<w:r><w:pict><v:shape><v:imagedata r:id="rId97"/></v:shape></w:pict></w:r>',
]


@pytest.mark.parametrize("lost", _LOST)
def test_what_refers_to_what_is_not_there_is_passed_over(lost: str) -> None:
    document = Document()
    paragraph = document.add_paragraph("The lamp ")
    paragraph._p.append(parse_xml(f"<w:smartTag {nsdecls('w', 'r', 'a', 'pic', 'wp')} {_V}>{lost}</w:smartTag>"))
    paragraph.add_run(" lit.")
    assert "".join(said(document)).replace(" is ", " ").split() == ["The", "lamp", "lit."]


def test_a_cell_over_an_unknown_number_of_columns_is_one() -> None:
    document = Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Lamp", "Red"
    table.cell(0, 0)._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {_W} w:val="many"/>'))
    assert said(document) == ["Lamp; Red"]
