"""What the sheets of a workbook share: which there are, their texts, and under which mask a style shows numbers."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple
from urllib.parse import unquote

from lxml import etree

from genesis.formats.core import natural, parsed
from genesis.formats.excel.masks import BUILT_IN
from genesis.formats.parts import Unreadable

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

_SIGN = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Style(NamedTuple):
    """How a cell looks: the mask of its numbers, none if they are shown as they are."""

    mask: str = ""
    is_bold: bool = False


class Listed(NamedTuple):
    """A sheet that is shown, where it is in the file; from 1 by its place among all."""

    number: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file of Excel, without its sheets' cells."""

    archive: zipfile.ZipFile
    sheets: Sequence[Listed]
    texts: Sequence[str]
    styles: Sequence[Style]
    from_1904: bool


def opened(archive: zipfile.ZipFile) -> Workbook:
    """Unreadable, or whatever the libraries raise about what is none."""
    root = next((path for kind, path in related(archive, "") if kind == "officeDocument"), "xl/workbook.xml")
    if root not in archive.namelist():
        raise Unreadable("DOCUMENT_BROKEN", "the file is no workbook")
    book = parsed(archive.read(root))
    targets = {key: one for key, one in _targets(archive, root).items() if one[0] == "worksheet"}
    sheets = [
        Listed(number, one.get("name", ""), targets[key][1])
        for number, one in enumerate(book.iter("{*}sheet"), 1)
        if (key := one.get(_RELATION) or one.get(_STRICT_RELATION) or "") in targets
        and one.get("state", "visible") == "visible"
    ]
    parts = dict(related(archive, root))
    told = book.find("{*}workbookPr")
    from_1904 = told is not None and told.get("date1904") in ("1", "true")
    return Workbook(archive, sheets, _texts(archive, parts), _styles(archive, parts), from_1904)


def related(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[str, str]]:
    """The parts that one refers to: of which kind they are, and where."""
    yield from _targets(archive, path).values()


def _targets(archive: zipfile.ZipFile, path: str) -> Mapping[str, tuple[str, str]]:
    folder, name = posixpath.split(path)
    try:
        root = parsed(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    except KeyError:
        return {}
    return {
        one.get("Id", ""): (
            posixpath.basename(one.get("Type", "")),
            posixpath.normpath(posixpath.join("/", folder, unquote(one.get("Target", ""))))[1:],
        )
        for one in root.iter("{*}Relationship")
        if one.get("TargetMode") != "External"
    }


def elements(file: IO[bytes], *names: str) -> Iterator[etree._Element]:
    """The elements of these names as they come; each is emptied before the next."""
    found = etree.iterparse(
        file, events=("end",), tag=[f"{{*}}{name}" for name in names], resolve_entities=False, no_network=True
    )
    for _, one in found:
        yield one
        one.clear()
        while (before := one.getprevious()) is not None and before.getparent() is not None:
            before.getparent().remove(before)


def _texts(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> list[str]:
    if (path := parts.get("sharedStrings")) not in archive.namelist():
        return []
    with archive.open(str(path)) as file:
        return [said(one) for one in elements(file, "si")]


def said(element: etree._Element) -> str:
    """What a rich text says; how its signs are pronounced is not said."""
    return plain(
        "".join(one.text or "" for one in element.iter("{*}t") if not (one.getparent().tag or "").endswith("}rPh"))
    )


def plain(text: str) -> str:
    """A text without what stands for signs that XML cannot hold."""
    return _SIGN.sub(_sign, text).strip() if "_x" in text else text.strip()


def _sign(coded: re.Match[str]) -> str:
    sign = chr(int(coded[1], 16))
    return sign if sign.isprintable() else " "


def _styles(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> list[Style]:
    if (path := parts.get("styles")) not in archive.namelist():
        return []
    root = parsed(archive.read(str(path)))
    masks = dict(BUILT_IN)
    for one in root.iter("{*}numFmt"):
        if (key := natural(one.get("numFmtId", ""), -1)) >= 0:
            masks[key] = one.get("formatCode", "")
    fonts = root.find("{*}fonts")
    bold = [_is_bold(one) for one in (fonts if fonts is not None else ()) if isinstance(one.tag, str)]
    used = root.find("{*}cellXfs")
    return [
        Style(masks.get(natural(one.get("numFmtId", ""), 0), ""), (bold[font : font + 1] or [False])[0])
        for one in (used if used is not None else ())
        if isinstance(one.tag, str) and (font := natural(one.get("fontId", ""), 0)) >= 0
    ]


def _is_bold(font: etree._Element) -> bool:
    bold = font.find("{*}b")
    return bold is not None and bold.get("val") not in ("0", "false")
