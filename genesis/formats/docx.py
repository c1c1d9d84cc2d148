"""
Word: one page of HTML, made by mammoth, which knows lists, tables, footnotes; headings and numbers are told to it.

Where a page begins is what Word wrote down when it laid the document out last; a document that says nothing of it is
cited by its headings alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import mammoth
from lxml import etree

from genesis.formats.container import office
from genesis.formats.core import parsed, properties
from genesis.formats.parts import Part, Parts, Spot
from genesis.formats.word.cleaning import LINK, NOTES, clean
from genesis.formats.word.names import W
from genesis.formats.word.notes import placed
from genesis.formats.word.numbering import Numbering
from genesis.formats.word.paragraphs import HEADING, ITEM, tell
from genesis.formats.word.styles import Styles
from genesis.formats.word.tables import head

_DOCUMENT = "word/document.xml"
_NOTES = [f"word/{kind}s.xml" for kind in NOTES]
_PAGE = "\ue00c"
"""A sign for private use, which stands for a page's beginning while mammoth works."""
_ITEM = re.compile(rf"<p>{ITEM}([0-8])")
_STYLES = "\n".join(
    (
        *(f"p.{HEADING}{level} => h{min(level, 6)}:fresh" for level in range(1, 11)),
        "p[style-name='Caption'] => p:fresh",
    )
)


def read(content: bytes) -> Parts:
    """A document of one part. Unreadable."""
    with office(content) as archive:
        title, told = properties(archive)
        marked = _marked(archive)
    found = mammoth.convert_to_html(marked, style_map=_STYLES, convert_image=mammoth.images.img_element(_no_image))
    listed = _ITEM.sub(lambda item: f'<p style="mso-list:l0 level{int(item[1]) + 1}">', found.value).replace(ITEM, "")
    pages = placed(listed).split(_PAGE)
    html = "".join(pages)
    return Parts([Part(html, "text/html", spots=list(_spots(pages)) if len(pages) > 1 else ())], title, told)


def _spots(pages: list[str]) -> Iterator[Spot]:
    at = 0
    for number, page in enumerate(pages, 1):
        yield Spot(at, "PAGE", number)
        at += len(page)


def _marked(archive: zipfile.ZipFile) -> io.BytesIO:
    """The document with a sign in place of what begins a page, and all said that Word's own rules say."""
    styles = Styles(_root(archive, "word/styles.xml"))
    numbering = Numbering(_root(archive, "word/numbering.xml"), styles)
    notes = frozenset(_notes(archive))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as copy:
        for entry in archive.infolist():
            if entry.is_dir() or entry.filename.startswith("word/media/"):
                continue
            part = archive.read(entry)
            if entry.filename == _DOCUMENT or entry.filename in _NOTES:
                root = parsed(part)
                clean(root, styles, notes | frozenset(_links(archive, entry.filename)))
                if entry.filename == _DOCUMENT:
                    _paged(root)
                    head(root)
                    tell(root, styles, numbering)
                part = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            copy.writestr(entry.filename, part)
    written.seek(0)
    return written


def _notes(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Of which kind they are, and their numbers."""
    for kind in NOTES:
        if (root := _root(archive, f"word/{kind}s.xml")) is not None:
            yield from ((kind, one.get(f"{W}id", "")) for one in root.iter(f"{W}{kind}"))


def _links(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[str, str]]:
    """Of a part: that they are, and their numbers."""
    if (root := _root(archive, f"word/_rels/{path.rpartition('/')[2]}.rels")) is not None:
        yield from ((LINK, one.get("Id", "")) for one in root.iter("{*}Relationship"))


def _root(archive: zipfile.ZipFile, path: str) -> etree._Element | None:
    return parsed(archive.read(path)) if path in archive.namelist() else None


def _paged(document: etree._Element) -> None:
    """A sign where a page begins."""
    laid_out = list(document.iter(f"{W}lastRenderedPageBreak"))
    for one in laid_out or [one for one in document.iter(f"{W}br") if one.get(f"{W}type") == "page"]:
        one.tag = f"{W}t"
        one.attrib.clear()
        one.text = _PAGE


def _no_image(_: object) -> dict[str, str]:
    return {}
