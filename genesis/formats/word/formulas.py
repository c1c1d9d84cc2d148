"""Formulas of Word in one line: `(a + b)/c`, `x^2`."""

from __future__ import annotations

import re

from lxml import etree

from genesis.formats.word.names import M

_ONE = re.compile(r"[\w.,]*+|\([^()]*+\)")


def line(element: etree._Element) -> str:
    """What a formula says. As deep as the parser allows, no deeper."""
    parts = {etree.QName(one).localname: line(one) for one in element if isinstance(one.tag, str)}
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
            return f"({', '.join(line(one) for one in element.iterchildren(f'{M}e'))})"
        case name if name.endswith("Pr"):
            return ""
        case _:
            return "".join(line(one) for one in element if isinstance(one.tag, str))


def _whole(said: str) -> str:
    return said if _ONE.fullmatch(said) else f"({said})"
