"""Files that cannot be read, or should not be: each fails with its reason, within its time, and alone."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import sys
import threading
import time
import zipfile

import pytest
from fpdf import FPDF

from genesis import converting, fairness
from genesis.converting import converted
from genesis.drafts import Drafter
from genesis.errors import DocumentError
from genesis.fairness import CallerLeft, Turns
from genesis.formats import container
from genesis.formats.__main__ import _read
from genesis.formats.parts import Unreadable
from mesh.documents import LARGEST_FILE_BYTES, MEDIA_TYPES
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from tests import files

DOCX = files.docx([["A word."]])
XLSX = files.xlsx({"S": [["a", "b"], ["c", "d"]]})


def refused(ending: str, content: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        converted(MEDIA_TYPES[ending], content)
    assert error.value.message
    return reason_name(error.value.reason)


def test_a_file_behind_a_password_says_so() -> None:
    assert refused(".pdf", files.pdf([["Secret."]], password="x")) == "DOCUMENT_ENCRYPTED"
    locked = container._OLD + bytes(600) + container._LOCKED + bytes(600)
    assert refused(".docx", locked) == refused(".xlsx", locked) == "DOCUMENT_ENCRYPTED"
    drm = '<encryption><CipherReference xmlns="http://www.w3.org/2001/04/xmlenc#" URI="OEBPS/c0.xhtml"/></encryption>'
    book = files.rezipped(files.epub(["<p>Hello.</p>"]), {"META-INF/encryption.xml": drm.encode()})
    assert refused(".epub", book) == "DOCUMENT_ENCRYPTED"


def test_pictures_of_pages_say_that_they_are() -> None:
    assert refused(".pdf", files.scan(3)) == "DOCUMENT_SCANNED"


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".pptx", ".xlsx", ".epub"])
def test_what_is_no_such_file_is_broken(ending: str) -> None:
    for content in (b"hello", b"PK\x03\x04" + bytes(100), files.zipped({"a.txt": "b"})):
        assert refused(ending, content) == "DOCUMENT_BROKEN"


def test_a_file_of_office_before_2007_says_so() -> None:
    with pytest.raises(DocumentError, match="before 2007"):
        converted(MEDIA_TYPES[".xlsx"], container._OLD + bytes(1_000))


@pytest.mark.parametrize(
    ("ending", "content"),
    [(".pdf", files.pdf([["One page."], ["Two pages."]])), (".docx", DOCX), (".xlsx", XLSX)],
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(ending: str, content: bytes) -> None:
    chance = random.Random(7)
    for _ in range(4):
        damaged = bytearray(content)
        for _ in range(20):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = bytes(damaged[: chance.randrange(1, len(damaged))]) if chance.random() < 0.5 else bytes(damaged)
        with contextlib.suppress(DocumentError):
            converted(MEDIA_TYPES[ending], cut)


def test_a_bomb_is_not_unpacked() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"word/{number}.bin", bytes(40 * 2**20))
    started = time.monotonic()
    assert refused(".docx", written.getvalue()) == "DOCUMENT_TOO_LARGE"
    assert time.monotonic() - started < 10


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert refused(".docx", files.rezipped(DOCX, {"word/document.xml": bomb.encode()})) == "DOCUMENT_BROKEN"
    for coding in ("utf-16", "utf-16-le", "utf-16-be"):
        for part in ("word/document.xml", "word/comments.xml", "[Content_Types].xml"):
            assert refused(".docx", files.rezipped(DOCX, {part: bomb.encode(coding)})) == "DOCUMENT_BROKEN"
    outside = (
        '<!DOCTYPE package [<!ENTITY a SYSTEM "file:///etc/passwd">]><package xmlns="http://www.idpf.org/2007/opf">'
        "<metadata><title>&a;</title></metadata></package>"
    )
    book = files.rezipped(files.epub(["<p>Hello.</p>"]), {"OEBPS/book.opf": outside.encode()})
    assert refused(".epub", book) == "DOCUMENT_EMPTY"


def test_what_is_nested_too_deep_is_broken() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    deep = f'<w:document xmlns:w="{w}"><w:body>{"<w:sdt>" * 50_000}{"</w:sdt>" * 50_000}</w:body></w:document>'
    assert refused(".docx", files.rezipped(DOCX, {"word/document.xml": deep.encode()})) == "DOCUMENT_BROKEN"


def test_a_formula_in_a_formula_takes_no_longer_than_beside_it() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    m = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    deep = f"{'<m:d><m:e>' * 60}<m:r><m:t>x</m:t></m:r>{'</m:e></m:d>' * 60}"
    body = f'<w:p><m:oMath xmlns:m="{m}">{deep}</m:oMath></w:p>'
    document = f'<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>'
    read = converted(MEDIA_TYPES[".docx"], files.rezipped(DOCX, {"word/document.xml": document.encode()}))
    assert f"{'(' * 60}x{')' * 60}" in read.parts[0].text


def test_a_line_without_end_takes_as_long_as_as_many_lines() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=1)
    said = "It leaks. " * 2_000
    for number in range(10):
        document.text(1 + number * document.get_string_width(said), 10, said)
    assert converted(MEDIA_TYPES[".pdf"], bytes(document.output())).parts[0].text.count("leaks") == 20_000


def test_a_sheet_is_as_large_as_what_its_cells_say() -> None:
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        "</sheetData></worksheet>"
    )
    read = converted(MEDIA_TYPES[".xlsx"], files.rezipped(XLSX, {"xl/worksheets/sheet1.xml": far.encode()}))
    assert len(read.parts[0].text) < 20


@pytest.mark.parametrize(("word", "rows"), [("x" * 200, 30_000), ("x", 30_000), ("x" * 30_000, 300)])
def test_a_cell_over_all_rows_is_said_again_in_proportion_and_no_more(word: str, rows: int) -> None:
    own = "".join(f'<row r="{at}"><c r="B{at}"><v>{at}</v></c></row>' for at in range(2, rows))
    merged = "".join(f'<mergeCell ref="{one}1:{one}1048576"/>' for one in "ACDEFGHIJKLMNOPQRSTUVWXYZ")
    cells = "".join(f'<c r="{one}1" t="str"><v>{word}</v></c>' for one in "ACDEFGHIJKLMNOPQRSTUVWXYZ")
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{cells}</row>{own}</sheetData><mergeCells>{merged}</mergeCells></worksheet>'
    )
    read = converted(MEDIA_TYPES[".xlsx"], files.rezipped(XLSX, {"xl/worksheets/sheet1.xml": sheet.encode()}))
    text = read.parts[0].text
    said = sum(map(len, text.replace(",", "").splitlines()))
    assert said < 100_000 + 11 * (25 * len(word) + 8 * rows)
    assert word in text.splitlines()[1]


def test_columns_that_are_hidden_again_and_again_take_no_longer_than_once() -> None:
    hidden = '<col min="2" max="16384" hidden="1"/>' * 50_000
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols>{hidden}</cols><sheetData>'
        '<row r="1"><c r="A1"><v>7</v></c><c r="B1"><v>8</v></c></row></sheetData></worksheet>'
    )
    read = converted(MEDIA_TYPES[".xlsx"], files.rezipped(XLSX, {"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert read.parts[0].text.strip() == "7"


def test_a_sheet_of_tables_side_by_side_without_end_is_read_in_time() -> None:
    cells = "".join(f'<c r="{column}{{0}}"><v>1</v></c>' for column in ("A", "C", "E", "G", "ZA", "ZC", "ZE"))
    rows = "".join(f'<row r="{at}">{cells.format(at)}</row>' for at in range(1, 30_000, 2))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>"
    )
    started = time.monotonic()
    converted(MEDIA_TYPES[".xlsx"], files.rezipped(XLSX, {"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert time.monotonic() - started < 20


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "SECONDS", 0.05)
    assert refused(".docx", DOCX) == "DOCUMENT_TOO_LARGE"


def test_what_reads_a_format_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "genesis.formats.pdf", raising=False)
    with pytest.raises(Unreadable, match=r"myriad\[formats\]") as error:
        _read(MEDIA_TYPES[".pdf"], b"")
    assert error.value.reason == "FORMAT_NOT_INSTALLED"


def test_a_file_has_its_own_bound_and_is_bytes() -> None:
    def failed(**given: object) -> str:
        [result] = Drafter("minds/m").drafts(DocumentInput(media_type=MEDIA_TYPES[".pdf"], **given))  # type: ignore[arg-type]
        assert isinstance(result, DocumentResult)
        return reason_name(result.reason)

    assert failed(content=bytes(LARGEST_FILE_BYTES + 1)) == "DOCUMENT_TOO_LARGE"
    assert failed(text="%PDF") == "INVALID_FIELD"
    assert failed() == "DOCUMENT_BROKEN"


async def test_others_learn_while_a_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, began, others = Turns(), threading.Event(), threading.Event()

    def ended(process: object) -> int:
        began.set()
        assert others.wait(10)
        return -1

    monkeypatch.setattr(converting, "_ended", ended)
    try:
        with turns.share("one") as one, turns.share("two") as two:
            reading = asyncio.ensure_future(one.run(lambda: refused(".docx", DOCX)))
            assert await asyncio.to_thread(began.wait, 10)
            await asyncio.wait_for(two.run(others.set), 10)
            assert await reading == "DOCUMENT_TOO_LARGE"
    finally:
        turns.close()


async def test_who_leaves_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()
    monkeypatch.setattr(converting, "_POLL_SECONDS", 0.01)
    try:
        with turns.share("one") as share:
            monkeypatch.setattr(fairness._Turn, "leave", lambda turn: (_ for _ in ()).throw(CallerLeft()))
            with pytest.raises(CallerLeft):
                await turns.run(share, lambda: converted(MEDIA_TYPES[".docx"], DOCX))
    finally:
        turns.close()
