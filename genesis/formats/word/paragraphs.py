"""Paragraphs of Word, told what they are: headings by a style of their own, items of lists by a sign and a number."""

from __future__ import annotations

import re

from lxml import etree

from genesis.formats.word.names import W, run
from genesis.formats.word.numbering import BULLET, Numbering
from genesis.formats.word.styles import Styles

HEADING = "Heading-of-level-"
ITEM = "\ue00d"
"""A sign for private use, before how deep an item is."""
_FIGURE = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})")


def tell(document: etree._Element, styles: Styles, numbering: Numbering) -> None:
    """Each paragraph says its number, and is a heading if its style or its outline says so."""
    for paragraph in document.iter(f"{W}p"):
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            continue
        label, depth = numbering.label(paragraph)
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        level = styles.level(paragraph)
        if level and cell is not None and not _lays_out(cell):
            level = 0  # it heads a column, at most
            for style in list(paragraph.iterfind(f"{W}pPr/{W}pStyle")):
                style.getparent().remove(style)
        if not label and not level:
            continue
        given = paragraph.find(f"{W}pPr")
        if given is None:
            given = etree.Element(f"{W}pPr")
            paragraph.insert(0, given)
        if level:
            _say(given, "pStyle", f"{HEADING}{level}")
        if label:
            _say(given, "numPr", "")
            said = _item(label, depth) if cell is None and not level else "" if label == BULLET else f"{label} "
            paragraph.insert(paragraph.index(given) + 1, run(said))


def _item(label: str, depth: int) -> str:
    return f"{ITEM}{depth}{label}{'.' if _FIGURE.fullmatch(label) else ''} "


def _say(properties: etree._Element, name: str, said: str) -> None:
    """A property, instead of what there is; without a value none, whatever the style says."""
    for one in list(properties.iterchildren(f"{W}{name}")):
        properties.remove(one)
    made = etree.SubElement(properties, f"{W}{name}")
    if said:
        made.set(f"{W}val", said)
        return
    for part in ("ilvl", "numId"):
        etree.SubElement(made, f"{W}{part}").set(f"{W}val", "0")


def _lays_out(cell: etree._Element) -> bool:
    """Whether a cell is of a table that only lays out: of one row, or of one column."""
    row = cell.getparent()
    table = row.getparent() if row is not None else None
    if row is None or table is None:
        return True
    rows = table.iterchildren(f"{W}tr")
    return next(rows, None) is None or next(rows, None) is None or len(row.findall(f"{W}tc")) < 2
