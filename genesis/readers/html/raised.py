"""What is raised above its line: a power, an ordinal, or the mark of a note."""

from __future__ import annotations

import re

_SMALL = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_SIGNS = {"TM": "™", "SM": "℠", "R": "®"}
_MARK = re.compile(r"[+−-]?+(?:\d{1,3}|[a-pr-z])(?:,[ ]?+(?:\d{1,3}|[a-pr-z])){0,5}")
_BASE = re.compile(r"(?:\A|[^\w.,])(?:x?10|2|[^\W\d_]{1,2})\Z|(?<=\d)[^\W\d_]{1,2}\Z")
"""What is raised to a power: ten, two, a variable, a unit."""
LEADS = re.compile(r"""\shref\s*+=\s*+["']?+#""", re.IGNORECASE)
"""Raised links that lead to a place of the page are marks of its notes, which stand there."""
LONGEST = 400
"""Characters of the page of what is raised that is looked at."""


def raised(before: str, said: str) -> str:
    """
    How a reader sees what is raised behind other text. A note's mark is no part of the word or the number before it;
    what shows no other form is shown as it stands.
    """
    if said in _SIGNS:
        return _SIGNS[said]
    if not _MARK.fullmatch(said):
        return said
    small = said.translate(_SMALL)
    apart = before[-1:].isalnum() and said[0] not in "+-−" and not _BASE.search(before)
    return f" {small}" if apart else small
