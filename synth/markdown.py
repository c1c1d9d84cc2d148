"""Markdown: text from documents put into an answer so that it is shown as it stands and changes nothing around it."""

from __future__ import annotations

import re

# What CommonMark or GFM would take for markup inside a paragraph.
_INLINE = re.compile(r"[`~\\]|\](?=[(\[])|<[A-Za-z/!?]|&#?\w+;|(?<!\w)_|_(?!\w)|\*(?!\s)|(?<!\s)\*")
# What would begin a heading, a list item, a quotation, a table row, a rule or a fence.
_BLOCK = re.compile(
    r"^(?:\[[^\]]*\]:|\[\^|#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|\||\d{1,9}[.)](?:\s|$)|(?:[-=_:]\s?){2,}|~~~|```)"
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>~&])")
_BACKTICKS = re.compile(r"`+")
# What changes the direction of all the text after it.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def quoted(quote: str) -> tuple[str, str]:
    """
    What to put before and after `quote`, a single line, so that Markdown shows exactly it.

    Nothing for plain prose; for whatever could be markup, the fences of a code span: escaping would change the quote.
    """
    first, last = isolated(quote)
    if not _INLINE.search(quote) and not _BLOCK.match(quote):
        return first, last
    fence = "`" * (max(map(len, _BACKTICKS.findall(quote)), default=0) + 1)
    space = " " if quote.startswith("`") or quote.endswith("`") else ""
    return first + fence + space, space + fence + last


def isolated(quote: str) -> tuple[str, str]:
    """What to put before and after `quote` so that what it says of its direction ends with it (Unicode, UAX #9)."""
    return ("\u2068", "\u2069") if _DIRECTION.search(quote) else ("", "")


def escaped(text: str) -> str:
    """`text`, a single line, with every character that could be markup escaped."""
    return _SPECIAL.sub(r"\\\1", text)
