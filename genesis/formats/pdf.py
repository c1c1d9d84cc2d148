"""
PDF: one plain text, page by page, laid out as the pages are: what is set larger is a heading, what stands in columns a
table, what stands at the edge of page after page is left out. Hyphens, lists and wrapped lines are for the reader of
plain texts, which knows them.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from genesis.formats.layout.lines import Cell, Line, Word
from genesis.formats.layout.rows import rows, table
from genesis.formats.parts import LARGEST_TEXT, Marked, Part, Parts, Spot, Unreadable

MOST_PAGES = 5_000
_SIGNS = {"\x02": "-", "\ufffe": "-", "\xad": "-", "\xa0": " "} | {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
"""Hyphens by which PDFium marks that a word goes on in the next line, and letters that are set as one."""
_LINE = re.compile(r"[^\r\n\x02\ufffe]*+[\x02\ufffe]|[^\r\n\x02\ufffe]++")
_MARKED = re.compile(r"[^\W\d_]{3,}+[.,;:!?)\"”’]{0,2}+(\d{1,3})")
"""A word with the number of a note behind it."""
_RAISED = 0.15
_SMALL = 0.8
"""Of its word's size: what is set as the number of a note."""
_UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST_HEADING = 120
_LARGER = 1.12
"""Of the size of most of the text: a heading."""
_GAP = 1.1
"""Of its size: white space that parts two cells."""
_APART = 1.45
"""Of what is usual from line to line: a paragraph begins."""
_HEADS_APART = 1.25
"""Of their size, from top to top: lines of one heading."""
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?")
_MADE_UP = re.compile(r"\.\w{2,5}$|^untitled|^microsoft |^\W*$", re.IGNORECASE)
_NOBODY = re.compile(r"\(?(?:anonymous|unknown|unspecified|user|admin(?:istrator)?)\)?", re.IGNORECASE)
"""Titles and authors that programs make up."""
_BULLET = re.compile(r"[^\w\s]|(?:\d{1,3}|[a-zA-Z])[.)]|\([a-z\d]{1,3}\)")
_NUMBER = re.compile(r"(?:page )?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?|[-–—] ?\d{1,4} ?[-–—]", re.IGNORECASE)
_ENDS = ".!?:;"
_DIGITS = re.compile(r"\d+")
_EDGE = 2
"""Lines."""
_PAIR = 2
"""Pages, on both of which stands what is a running head, set smaller than the text."""
_TIMES, _SHARE = 3, 0.3
"""On so many pages, and on such a share of them, stands what is a running head."""
_SAYS = re.compile(r"[^\W_]")


@dataclass(slots=True)
class _Text:
    """What is written so far."""

    said: list[str] = field(default_factory=list)
    length: int = 0
    spots: list[Spot] = field(default_factory=list)
    headings: list[Marked] = field(default_factory=list)
    header: Line | None = None
    """The first row of the table with which the page above ended."""

    def entitle(self) -> None:
        """What stands above all, and right above a heading of its size, is the title: that one is below it."""
        first, second = (*self.headings[:2], None, None)[:2]
        if first and second and not first.start and first.level == second.level:
            between = "".join(self.said)[first.end : second.start]
            if not between.strip():
                self.headings[1:] = [one._replace(level=min(one.level + 1, 6)) for one in self.headings[1:]]

    def going_on(self, found: list[Line]) -> list[Line]:
        """The rows with which a page begins, below the header of the table that goes on there."""
        above = self.header
        if above is None or above.text == found[0].text or len(above.cells) != len(found[0].cells):
            return found
        shifts = (abs(one.left - other.left) for one, other in zip(above.cells, found[0].cells, strict=True))
        return [above, *found] if max(shifts) < above.size else found

    def write(self, text: str) -> None:
        self.said.append(text)
        self.length += len(text)


def read(content: bytes) -> Parts:
    """A document of one part. Unreadable."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable("DOCUMENT_ENCRYPTED", "the file is protected by a password; save it without one") from None
        raise Unreadable("DOCUMENT_BROKEN", "the file is damaged, or no PDF") from None
    if len(document) > MOST_PAGES:
        raise Unreadable("DOCUMENT_TOO_LARGE", f"it has more than {MOST_PAGES:,} pages; cut it into several")
    pages: list[list[Line]] = []
    size = 0
    for number in range(len(document)):
        pages.append(_lines(document, number))
        size += sum(len(line.text) for line in pages[-1])
        if size > LARGEST_TEXT:
            raise Unreadable("DOCUMENT_TOO_LARGE", "the text in it is larger than 8 MiB; cut the file into several")
    if not size:
        raise Unreadable(
            "DOCUMENT_SCANNED", "its pages are pictures without text: run it through text recognition (OCR) first"
        )
    title, told = _told(document)
    text = _written(_without_heads(pages))
    return Parts([Part("".join(text.said), "text/plain", "", text.spots, text.headings)], title, told)


def _told(document: pypdfium2.PdfDocument) -> tuple[str, Mapping[str, str]]:
    """What it says of itself, if it is no file's name."""
    said = document.get_metadata_dict(skip_empty=True)
    author = said.get("Author", "").strip()
    told = {"author": "" if _NOBODY.fullmatch(author) else author}
    for key, name in (("CreationDate", "created"), ("ModDate", "updated")):
        if found := _DATE.match(said.get(key, "")):
            told[name] = "-".join(filter(None, found.groups()))
    title = said.get("Title", "").strip()
    is_made_up = _MADE_UP.search(title) or _NOBODY.fullmatch(title)
    return "" if is_made_up else title, {name: value for name, value in told.items() if value}


def _lines(document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    """The lines of a page in the order in which it was written; those side by side are one."""
    page = document[number]
    text = page.get_textpage()
    lines: list[Line] = []
    signs = "".join(chr(pdfium.FPDFText_GetUnicode(text.raw, at)) for at in range(text.count_chars()))
    for found in _LINE.finditer(signs):
        line = _line(text, signs, found.start(), found.end())
        if line is None:
            continue
        before = lines[-1] if lines else None
        middle = (line.top + line.bottom) / 2
        if before and before.bottom < middle < before.top and line.cells[0].left > before.cells[-1].right:
            before.cells += line.cells
        else:
            lines.append(line)
    text.close()
    page.close()
    return lines


def _line(text: pypdfium2.PdfTextPage, signs: str, start: int, end: int) -> Line | None:
    cells: list[Cell] = []
    top = bottom = right = 0.0
    first = -1
    for word in re.finditer(r"\S+", signs[start:end]):
        begins, ends = start + word.start(), start + word.end() - 1
        box, last = _box(text, begins), _box(text, ends)
        said = _clean(_without_mark(word[0], box, last))
        if not said:
            continue
        if first < 0 or not (cells and _SAYS.search(cells[0].words[0].text)):  # bullets are set in sizes of their own
            first, top, bottom = begins, box.top, box.bottom
        size = max(top - bottom, 1.0)
        placed = Word(said, box.left, last.right)
        is_marked = len(cells) == 1 and len(cells[0].words) == 1 and _BULLET.fullmatch(cells[0].text)
        if cells and (is_marked or box.left - right <= _GAP * size):
            cells[-1].words.append(placed)
            right = max(right, placed.right)
        else:
            cells.append(Cell([placed]))
            right = placed.right
    if not cells:
        return None
    return Line(cells, top, bottom, _is_bold(text, first))


def _without_mark(word: str, first: pdfium.FS_RECTF, last: pdfium.FS_RECTF) -> str:
    """Without the number of a note, which is set smaller and higher."""
    size = first.top - first.bottom
    if last.top - last.bottom > _SMALL * size or last.bottom < first.bottom + _RAISED * size:
        return word
    marked = _MARKED.fullmatch(word)
    return word[: marked.start(1)] if marked else word


def _box(text: pypdfium2.PdfTextPage, at: int) -> pdfium.FS_RECTF:
    """Where a sign stands, as high as its font."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text.raw, at, box)
    return box


def _clean(word: str) -> str:
    for sign, instead in _SIGNS.items():
        word = word.replace(sign, instead)
    # Signs beyond the first plane come as halves.
    word = word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSAID.sub("", word)


def _is_bold(text: pypdfium2.PdfTextPage, at: int) -> bool:
    name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text.raw, at, name, 256, flags)
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _without_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without their running heads and their numbers."""
    edges = [_edges(page) for page in pages]
    times = Counter(form for edge in edges for form in {_form(line) for line in edge if line.text[-1] not in ".?!"})
    often = max(_TIMES, _SHARE * len(pages))
    sizes = Counter(line.size for page in pages for line in page for _ in line.text)
    body = max(sizes, key=lambda size: sizes[size], default=0.0)
    found: list[list[Line]] = []
    for page, edge in zip(pages, edges, strict=True):
        heads = {
            id(line)
            for line in edge
            if times[_form(line)] >= often
            or (times[_form(line)] == len(pages) == _PAIR and line.size < body)
            or (len(pages) > 1 and _NUMBER.fullmatch(line.text))
        }
        found.append([line for line in page if id(line) not in heads])
    return found


def _edges(page: Sequence[Line]) -> Sequence[Line]:
    """The lines that stand highest and lowest on a page, wherever in the file they are."""
    from_above = sorted(page, key=lambda line: -line.top)
    return (*from_above[:_EDGE], *from_above[max(len(page) - _EDGE, _EDGE) :])


def _form(line: Line) -> tuple[int, str]:
    """What it says, whatever the figures, and how high it stands."""
    return round(line.top / line.size) if line.size else 0, _DIGITS.sub("0", line.text)


def _written(pages: Sequence[Sequence[Line]]) -> _Text:
    """The pages one after the other; a sentence goes on on the next one."""
    sizes = Counter[float]()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    body = max(sizes, key=lambda size: sizes[size], default=0.0)
    levels = {
        size: level
        for level, size in enumerate(sorted((one for one in sizes if one > _LARGER * body), reverse=True), 1)
    }
    out = _Text()
    last = ""
    for number, page in enumerate(pages, 1):
        if last and page:
            out.write("\n" if last[-1] not in _ENDS and page[0].text[0].islower() else "\n\n")
        last = page[-1].text if page else last
        out.spots.append(Spot(out.length, "PAGE", number))
        _page(out, page, levels)
    out.entitle()
    return out


def _page(out: _Text, page: Sequence[Line], levels: Mapping[float, int]) -> None:
    steps = [above.top - line.top for above, line in pairwise(page) if above.top > line.top]
    usual = median(steps) if steps else 0.0
    at = 0
    while at < len(page):
        line, above = page[at], page[at - 1] if at else None
        found, taken = rows(page, at)
        if found:
            found = found if at else out.going_on(found)
            out.header = found[0] if at + taken == len(page) else None
            out.write("\n\n" if above else "")
            out.write(f"{table(found)}\n\n")
            at += taken
            continue
        if level := _level(page, at, levels, usual):
            heads = [line]
            while at + 1 < len(page) and _goes_on(page[at], page[at + 1]) and line.size in levels and len(heads) < 3:
                at += 1
                heads.append(page[at])
            said = " ".join(one.text for one in heads)
            out.write("\n\n" if above else "")
            out.headings.append(Marked(level, out.length, out.length + len(said)))
            out.write(f"{said}\n\n")
        else:
            if above:
                out.write("\n\n" if _begins(above, line, usual) else "\n")
            out.write(line.text)
        at += 1


def _begins(above: Line, line: Line, usual: float) -> bool:
    """Whether a paragraph begins. A line that stands higher is of the next column, where a sentence may go on."""
    return above.top - line.top > _APART * usual or abs(above.size - line.size) > 0.1 * line.size


def _goes_on(line: Line, below: Line) -> bool:
    """Whether a heading goes on in the next line."""
    return below.size == line.size and line.top - below.top <= _HEADS_APART * line.size


def _level(page: Sequence[Line], at: int, levels: Mapping[float, int], usual: float) -> int:
    """The level of a heading; 0 of any other line."""
    line = page[at]
    if len(line.text) > _LONGEST_HEADING or len(line.cells) > 1 or not _SAYS.search(line.text):
        return 0
    if line.size in levels:
        return min(levels[line.size], 6)
    stands_alone = (not at or _begins(page[at - 1], line, usual) or page[at - 1].size in levels) and (
        at + 1 < len(page) and not page[at + 1].bold
    )
    return min(len(levels) + 1, 6) if line.bold and stands_alone and line.text[-1] not in ".,;:" else 0
