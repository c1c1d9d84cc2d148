"""What of a document of Word is no text of it, or a text only by its own rules, made plain before mammoth reads it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from lxml import etree

from genesis.formats.word.formulas import line
from genesis.formats.word.names import MC, A, M, R, V, W, counted, is_on, run, value
from genesis.formats.word.styles import Styles

LINK = "hyperlink"
NOTES = ("footnote", "endnote")
_SIGN = re.compile(r"[0-9A-Fa-f]{1,5}")
_CONTENTS = ("Table of Contents", "Table of Figures", "Bibliographies Index")


def clean(document: etree._Element, styles: Styles, there: Collection[tuple[str, str]]) -> None:
    """
    Without tables of contents, hidden text, prompts to fill in, pictures, and what refers to a note or a link that is
    not `there`, by kind and number; each text box once; formulas as text.
    """
    for one in list(document.iter(f"{W}sdt")):
        gallery = value(one, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        if gallery in _CONTENTS or is_on(one.find(f"{W}sdtPr/{W}showingPlcHdr")):
            _drop((one,))
    _drop(one for one in list(document.iter(f"{W}p")) if styles.is_contents(one))
    _drop(one for one in list(document.iter(f"{W}r")) if is_on(one.find(f"{W}rPr/{W}vanish")))
    _drop(list(document.iter(f"{W}commentReference", f"{W}softHyphen", f"{A}blip", f"{V}imagedata")))
    for kind in NOTES:
        _drop(one for one in list(document.iter(f"{W}{kind}Reference")) if (kind, one.get(f"{W}id", "")) not in there)
    _drop(one for one in list(document.iter(f"{W}sym")) if not _SIGN.fullmatch(one.get(f"{W}char", "")))
    _drop(one for one in list(document.iter(f"{W}gridSpan")) if counted(one) < 1)
    for one in document.iter(f"{W}hyperlink"):
        if (LINK, one.get(f"{R}id", "")) not in there:
            one.attrib.pop(f"{R}id", None)
    for one in document.iter(f"{W}noBreakHyphen"):
        one.tag = f"{W}t"
        one.text = "-"
    for formula in list(document.iter(f"{M}oMath")):
        if (parent := formula.getparent()) is not None:
            parent.replace(formula, run(f" {line(formula)} "))
    for paragraph in list(document.iter(f"{M}oMathPara")):
        paragraph.tag = f"{W}smartTag"  # what mammoth looks into
    _unbox(document)


def _unbox(document: etree._Element) -> None:
    """Boxes are written twice, for old programs too, or only as new ones read them: as mammoth reads them, once."""
    for both in list(document.iter(f"{MC}AlternateContent")):
        if both.find(f"{MC}Fallback") is not None:
            _drop(list(both.iterchildren(f"{MC}Choice")))
    for drawing in list(document.iter(f"{W}drawing")):
        texts = list(drawing.iter(f"{W}txbxContent"))
        parent = drawing.getparent()
        if not texts or parent is None:
            continue
        picture = etree.Element(f"{W}pict")
        for one in texts:
            etree.SubElement(etree.SubElement(picture, f"{V}shape"), f"{V}textbox").append(one)
        parent.replace(drawing, picture)
        choice = picture.getparent()
        if choice is not None and choice.tag == f"{MC}Choice":
            choice.tag = f"{MC}Fallback"


def _drop(elements: Iterable[etree._Element]) -> None:
    for one in elements:
        parent = one.getparent()
        if parent is None:
            continue
        if parent.tag == f"{W}tc" and one.tag == f"{W}p":
            for child in list(one):  # a cell has a paragraph
                one.remove(child)
        else:
            parent.remove(one)
