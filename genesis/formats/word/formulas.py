"""Formulas of Word in one line: `(a + b)/c`, `x^2`."""

from __future__ import annotations

import re

from lxml import etree

_ONE = re.compile(r"[\w.,]*+|\([^()]*+\)")


def line(element: etree._Element) -> str:
    """What a formula says. As deep as the parser allows, no deeper."""
    said = [(etree.QName(one).localname, line(one)) for one in element if isinstance(one.tag, str)]
    parts = dict(said)
    match etree.QName(element).localname:
        case "t":
            return element.text or ""
        case "f":
            return f"{_whole(parts.get('num', ''))}/{_whole(parts.get('den', ''))}"
        case "sSup":
            return f"{parts.get('e', '')}^{_whole(parts.get('sup', ''))}"
        case "sSub":
            return f"{parts.get('e', '')}_{_whole(parts.get('sub', ''))}"
        case "rad":
            return f"√{_whole(parts.get('e', ''))}"
        case "d":
            return f"({', '.join(text for name, text in said if name == 'e')})"
        case name if name.endswith("Pr"):
            return ""
        case _:
            return "".join(text for _, text in said)


def _whole(said: str) -> str:
    return said if _ONE.fullmatch(said) else f"({said})"
