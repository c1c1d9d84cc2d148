"""Files that are no text, as programs write them, with whatever a test wants in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Rows: TypeAlias = Sequence[Sequence[object]]
Said: TypeAlias = str | Rows
"""`# heading`, `## heading` below it, `- item`, a paragraph, or the rows of a table."""
Pages: TypeAlias = Iterable[Sequence[Said]]


def written(ending: str, text: str) -> bytes:
    """
    A file out of a plain text: `=== NAME` begins a page, a slide, a sheet, a chapter; a blank line parts blocks; lines
    that begin with `|` are rows.
    """
    named = [part.partition("\n") for part in f"\n{text}".split("\n=== ")[1:]]
    pages = [(name, [_block(one) for one in body.strip().split("\n\n")]) for name, _, body in named]
    match ending:
        case ".pdf":
            return pdf([page for _, page in pages])
        case ".docx":
            return docx([page for _, page in pages])
        case ".pptx":
            return pptx([[f"# {name}", *page] for name, page in pages])
        case ".xlsx":
            return xlsx(
                {name: [row for rows in page if not isinstance(rows, str) for row in rows] for name, page in pages}
            )
        case _:
            return epub([f"<h1>{name}</h1>{''.join(f'<p>{one}</p>' for one in page)}" for name, page in pages])


def _block(text: str) -> Said:
    if not text.startswith("|"):
        return " ".join(text.split())
    return [[_value(cell.strip()) for cell in line.strip("| ").split("|")] for line in text.splitlines()]


def _value(cell: str) -> object:
    return int(cell) if cell.isdecimal() else cell


def pdf(pages: Pages, *, title: str = "", password: str = "", headed: str = "") -> bytes:
    """With running heads, if `headed` is given, and the number of each page at its foot."""
    from fpdf import FPDF
    from fpdf.enums import XPos, YPos

    class Document(FPDF):
        def header(self) -> None:
            if headed:
                self.set_font("Helvetica", size=9)
                self.cell(0, 10, headed, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("Helvetica", size=9)
            self.cell(0, 10, f"Page {self.page_no()}")

    document = Document()
    if title:
        document.set_title(title)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    for page in pages:
        document.add_page()
        for said in page:
            if not isinstance(said, str):
                document.set_font("Helvetica", size=11)
                with document.table() as table:
                    for row in said:
                        table.row([str(cell) for cell in row])
                document.ln(4)
                continue
            marks, _, text = said.rpartition("# ")
            size = {"": 18, "#": 14}.get(marks, 11) if said.startswith("#") else 11
            document.set_font("Helvetica", "B" if size > 11 else "", size)
            document.multi_cell(0, size * 0.5, text if size > 11 else said, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            document.ln(4)
    return bytes(document.output())


def scan(pages: int = 1) -> bytes:
    """A PDF of pictures."""
    from fpdf import FPDF
    from PIL import Image

    document = FPDF()
    for _ in range(pages):
        document.add_page()
        document.image(Image.new("RGB", (60, 80), "grey"), w=100)
    return bytes(document.output())


def docx(pages: Pages, *, title: str = "") -> bytes:
    """Each page begins where Word would have begun it."""
    from docx import Document
    from docx.oxml import OxmlElement

    document = Document()
    document.core_properties.title = title
    for number, page in enumerate(pages):
        for at, said in enumerate(page):
            if not isinstance(said, str):
                table = document.add_table(0, len(said[0]))
                for row in said:
                    for cell, value in zip(table.add_row().cells, row, strict=True):
                        cell.text = str(value)
                continue
            marks, _, text = said.rpartition("# ")
            if said.startswith("#"):
                paragraph = document.add_heading(text, len(marks))
            elif said.startswith("- "):
                paragraph = document.add_paragraph(said[2:], "List Bullet")
            else:
                paragraph = document.add_paragraph(said)
            if number and not at:
                paragraph.runs[0]._r.insert(0, OxmlElement("w:lastRenderedPageBreak"))
    return _saved(document)


def pptx(slides: Pages, *, notes: Mapping[int, str] | None = None) -> bytes:
    """`# ` is a slide's title; its paragraphs stand in one frame."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    for number, slide in enumerate(slides, 1):
        made = deck.slides.add_slide(deck.slide_layouts[5])
        for said in slide:
            if not isinstance(said, str):
                frame = made.shapes.add_table(len(said), len(said[0]), Inches(1), Inches(4), Inches(7), Inches(2))
                for at, row in enumerate(said):
                    for column, value in enumerate(row):
                        frame.table.cell(at, column).text = str(value)
            elif said.startswith("# "):
                made.shapes.title.text = said[2:]
            else:
                box = made.shapes.add_textbox(Inches(1), Inches(2), Inches(7), Inches(1))
                box.text_frame.text = said
        if notes and number in notes:
            made.notes_slide.notes_text_frame.text = notes[number]
    return _saved(deck)


def xlsx(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = ()) -> bytes:
    from xlsxwriter import Workbook

    written = io.BytesIO()
    with Workbook(written, {"remove_timezone": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, list(row))
    return written.getvalue()


def epub(chapters: Sequence[str], *, title: str = "A book") -> bytes:
    """`chapters` are what stands in each body."""
    items = "".join(
        f'<item id="c{at}" href="c{at}.xhtml" media-type="application/xhtml+xml"/>' for at in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(chapters)))
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
    <metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>N. N.</dc:creator>
    <dc:identifier id="i">x</dc:identifier></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"""
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OEBPS/book.opf": package,
    }
    for at, body in enumerate(chapters):
        files[f"OEBPS/c{at}.xhtml"] = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
    return zipped(files)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def rezipped(archive: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The same archive with some of its files changed, or more."""
    with zipfile.ZipFile(io.BytesIO(archive)) as given:
        return zipped({name: given.read(name) for name in given.namelist()} | dict(changed))


def _saved(document: object) -> bytes:
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]
    return written.getvalue()
