"""Tables of Word: which rows are headers."""

from __future__ import annotations

from lxml import etree

from genesis.formats.word.names import W

_FEWEST_HEADED = 3
"""Columns: Word says of every table that its first row is its head; one of two columns is as often names and values."""


def head(document: etree._Element) -> None:
    """Tables whose first row is their head say so."""
    for table in document.iter(f"{W}tbl"):
        look, first = table.find(f"{W}tblPr/{W}tblLook"), table.find(f"{W}tr")
        headed = look is not None and (look.get(f"{W}firstRow") in ("1", "true") or _has_first_row(look))
        if headed and first is not None and len(first.findall(f"{W}tc")) >= _FEWEST_HEADED:
            properties = first.find(f"{W}trPr")
            if properties is None:
                properties = etree.Element(f"{W}trPr")
                first.insert(0, properties)
            if properties.find(f"{W}tblHeader") is None:
                etree.SubElement(properties, f"{W}tblHeader")


def _has_first_row(look: etree._Element) -> bool:
    """The same as Word wrote it before 2010: a bit."""
    try:
        return bool(int(look.get(f"{W}val", "0"), 16) & 0x20)
    except ValueError:
        return False
