"""
Word: one page of HTML, made by mammoth, which knows headings, lists, tables, footnotes by their styles.

Where a page begins is what Word wrote down when it laid the document out last; a document that says nothing of it is
cited by its headings alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import mammoth
from lxml import etree

from genesis.formats.container import office
from genesis.formats.core import parsed, properties
from genesis.formats.parts import Part, Parts, Spot

_DOCUMENT = "word/document.xml"
_PAGE = "\ue00c"
"""A sign for private use, which stands for a page's beginning while mammoth works."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FEWEST_HEADED = 3
"""Columns: Word says of every table that its first row is its head; one of two columns is as often names and values."""
_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='Heading {level}'] => h{min(level + 1, 6)}:fresh" for level in range(1, 7)),
        *(f"p[style-name='heading {level}'] => h{min(level + 1, 6)}:fresh" for level in range(1, 7)),
        "p[style-name='Caption'] => p:fresh",
        "comment-reference => ",
    )
)


def read(content: bytes) -> Parts:
    """A document of one part. Unreadable."""
    with office(content) as archive:
        title, told = properties(archive)
        marked = _marked(archive)
    found = mammoth.convert_to_html(marked, style_map=_STYLES, convert_image=mammoth.images.img_element(_no_image))
    pages = found.value.split(_PAGE)
    html = "".join(pages)
    return Parts([Part(html, "text/html", spots=list(_spots(pages)) if len(pages) > 1 else ())], title, told)


def _spots(pages: list[str]) -> Iterator[Spot]:
    at = 0
    for number, page in enumerate(pages, 1):
        yield Spot(at, "PAGE", number)
        at += len(page)


def _marked(archive: zipfile.ZipFile) -> io.BytesIO:
    """The document with a sign in place of what begins a page."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as copy:
        for entry in archive.infolist():
            if entry.is_dir() or entry.filename.startswith("word/media/"):
                continue
            part = archive.read(entry)
            if entry.filename == _DOCUMENT:
                part = _told(parsed(part))
            copy.writestr(entry.filename, part)
    written.seek(0)
    return written


def _told(document: etree._Element) -> bytes:
    """The text with a sign where a page begins, and tables whose first row is their head saying so."""
    laid_out = list(document.iter(f"{_W}lastRenderedPageBreak"))
    for one in laid_out or [one for one in document.iter(f"{_W}br") if one.get(f"{_W}type") == "page"]:
        one.tag = f"{_W}t"
        one.attrib.clear()
        one.text = _PAGE
    for table in document.iter(f"{_W}tbl"):
        look, first = table.find(f"{_W}tblPr/{_W}tblLook"), table.find(f"{_W}tr")
        headed = look is not None and (look.get(f"{_W}firstRow") in ("1", "true") or _has_first_row(look))
        if headed and first is not None and len(first.findall(f"{_W}tc")) >= _FEWEST_HEADED:
            properties = first.find(f"{_W}trPr")
            if properties is None:
                properties = etree.Element(f"{_W}trPr")
                first.insert(0, properties)
            if properties.find(f"{_W}tblHeader") is None:
                etree.SubElement(properties, f"{_W}tblHeader")
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    return written


def _has_first_row(look: etree._Element) -> bool:
    """The same as Word wrote it before 2010: a bit."""
    try:
        return bool(int(look.get(f"{_W}val", "0"), 16) & 0x20)
    except ValueError:
        return False


def _no_image(_: object) -> dict[str, str]:
    return {}
