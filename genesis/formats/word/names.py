"""How elements of Word are called."""

from __future__ import annotations

from lxml import etree

from genesis.formats.core import natural

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"


def value(element: etree._Element | None, path: str = "") -> str:
    """What an element is said to be, or the one on a path below it."""
    found = element.find(path) if element is not None and path else element
    return "" if found is None else str(found.get(f"{W}val", ""))


def counted(element: etree._Element | None, path: str = "", otherwise: int = -1) -> int:
    """The same as a number."""
    return natural(value(element, path), otherwise)


def is_on(element: etree._Element | None) -> bool:
    """Whether a property is there, and not to say that it is not."""
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off")


def run(text: str) -> etree._Element:
    """A piece of text."""
    made = etree.Element(f"{W}r")
    said = etree.SubElement(made, f"{W}t")
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    said.text = text
    return made
