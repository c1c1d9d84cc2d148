"""Slides as people have them: what is read in which order, and what stands on every slide and is not."""

from __future__ import annotations

import io
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part as Package
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from genesis.converting import converted
from genesis.readers import parts
from genesis.structure import Block
from mesh.documents import MEDIA_TYPES

_NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)


def blocks(deck: Any) -> list[Block]:
    written = io.BytesIO()
    deck.save(written)
    return list(parts.read(converted(MEDIA_TYPES[".pptx"], written.getvalue())).blocks)


def said(deck: Any) -> list[str]:
    return [block.text.text for block in blocks(deck)]


def slide(deck: Any, title: str, layout: int = 5) -> Any:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    made.shapes.title.text = title
    return made


def box(shapes: Any, left: float, top: float, *lines: str) -> None:
    frame = shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(0.5)).text_frame
    frame.text = "\n".join(lines)


def test_what_stands_side_by_side_is_read_from_the_left_however_it_was_placed() -> None:
    deck = Presentation()
    shapes = slide(deck, "Plan").shapes
    box(shapes, 5, 2.0, "Then the right one.")
    box(shapes, 1, 2.1, "First the left one.")
    box(shapes, 1, 1.3, "Above all this one.")
    assert said(deck) == ["Above all this one.", "First the left one.", "Then the right one."]


def test_of_two_columns_first_the_one_is_read() -> None:
    deck = Presentation()
    holders = slide(deck, "Before and after", 4).placeholders
    for number, text in ((1, "Before"), (2, "It took three days."), (3, "After"), (4, "It takes two hours.")):
        holders[number].text_frame.text = text
    assert said(deck) == ["Before", "It took three days.", "After", "It takes two hours."]


def test_feet_and_numbers_of_slides_are_not_said() -> None:
    deck = Presentation()
    shapes = slide(deck, "Plan").shapes
    box(shapes, 1, 2, "We open in May.")
    for at, (kind, text) in enumerate((("ftr", "Confidential"), ("sldNum", "1"), ("dt", "1 May 2025"))):
        shapes._spTree.append(
            parse_xml(
                f'<p:sp {_NAMES}><p:nvSpPr><p:cNvPr id="{90 + at}" name="{kind}"/><p:cNvSpPr/><p:nvPr>'
                f'<p:ph type="{kind}" idx="{10 + at}"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
                f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
            )
        )
    assert said(deck) == ["We open in May."]


def test_bullets_have_their_levels_and_numbers() -> None:
    deck = Presentation()
    frame = slide(deck, "Steps", 1).placeholders[1].text_frame
    frame.text = "Open the valve"
    for text, level in (("Slowly", 1), ("Close the valve", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    for at in (0, 2):
        frame.paragraphs[at]._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum {_NAMES} type="arabicPeriod"/>'))
    assert [(block.mark, block.depth, block.text.text) for block in blocks(deck)] == [
        ("1", 0, "Open the valve"),
        ("", 1, "Slowly"),
        ("2", 0, "Close the valve"),
    ]


def test_a_line_without_a_full_stop_between_sentences_is_no_list() -> None:
    deck = Presentation()
    box(slide(deck, "Us").shapes, 1, 2, "We opened in 1999.", "We have 40 staff", "Our goal is growth.")
    assert {block.kind.value for block in blocks(deck)} == {"paragraph"}


def test_merged_cells_stand_above_all_that_they_head() -> None:
    deck = Presentation()
    table = slide(deck, "Sales").shapes.add_table(3, 3, Inches(1), Inches(3), Inches(7), Inches(2)).table
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    for at, row in enumerate((("Region", "Sales", ""), ("", "2023", "2024"), ("North", "10", "20"))):
        for column, text in enumerate(row):
            if text:
                table.cell(at, column).text = text
    assert said(deck) == ["Region: North; Sales 2023: 10; Sales 2024: 20"]


def test_figures_of_a_chart_are_as_it_shows_them() -> None:
    deck = Presentation()
    data = CategoryChartData(number_format="0%")  # type: ignore[no-untyped-call]
    data.categories = ["2023", "2024"]
    data.add_series("Share", (0.25, 0.4))  # type: ignore[no-untyped-call]
    shapes = slide(deck, "Shares").shapes
    shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(5), Inches(3), data)
    assert said(deck) == ["2023; Share: 25%", "2024; Share: 40%"]


def test_words_of_a_diagram_are_said() -> None:
    deck = Presentation()
    made = slide(deck, "How it works")
    points = "".join(
        f'<dgm:pt modelId="{at}" type="{kind}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for at, (kind, text) in enumerate((("node", "Plan"), ("parTrans", "no word"), ("node", "Build")))
    )
    model = f"<dgm:dataModel {_NAMES}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode()
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    part = Package(PackURI("/ppt/diagrams/data1.xml"), kind, made.part.package, model)
    relation = made.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    )
    made.shapes._spTree.append(
        parse_xml(
            f'<p:graphicFrame {_NAMES}><p:nvGraphicFramePr><p:cNvPr id="50" name="d"/><p:cNvGraphicFramePr/><p:nvPr/>'
            '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData '
            f'uri="http://schemas.openxmlformats.org/drawingml/2006/diagram"><dgm:relIds r:dm="{relation}"/>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        )
    )
    assert said(deck) == ["Plan", "Build"]
