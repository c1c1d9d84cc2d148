"""Markdown: text from documents put into an answer so that it is shown as it stands and changes nothing around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

# What CommonMark or GFM would take for markup inside a paragraph: what only ends emphasis (`key_`) has none to end, and
# what only begins what is struck through (`~/home`) none that ends it.
_INLINE = re.compile(r"`|(?<=\S)~|\\(?=[!-/:-@\[-`{-~]|$)|\](?=[(\[])|<[A-Za-z/!?]|&#?\w+;|(?<!\w)_|\*(?!\s)")
# What would begin a heading, a list item, a quotation, a table row, a rule or a fence.
_BLOCK = re.compile(
    r"^(?:\[[^\]]*\]:|\[\^|#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|\||\d{1,9}[.)](?:\s|$)|(?>[-=_:]\s*)+$|~~~|```)"
)
_SPECIAL = re.compile(r"([\\`*\[\]<>~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")
_BACKTICKS = re.compile(r"`+")
# What changes the direction of all the text after it.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ITEM = re.compile(r"^([ \t]*+)((?:-|\d{1,9}\.)[ \t])(?=\S)")
_ISOLATE = ("\u2068", "\u2069")
"""Are not seen; what would begin a block begins none behind the first."""
_INDENT = 4
"""Of what stands below an item: enough below a number of two digits, too little for code."""


class Shown(NamedTuple):
    """A quote as Markdown shows it, what stands before and after it, and whether it is a block of its own."""

    before: str
    words: str
    after: str
    is_block: bool


def shown(words: str, code_from: int = -1) -> Shown:
    """
    `words` so that Markdown shows exactly them: on one line, as a list, or, from `code_from` on if given, as code.

    What could be markup stands in a code span, or is fenced: escaping would change the quote.
    """
    if "\n" not in words and code_from < 0:
        before, after = quoted(words)
        return Shown(before, words, after, is_block=False)
    fence = "`" * max(3, max(map(len, _BACKTICKS.findall(words)), default=0) + 1)
    if code_from > 0 and words[code_from : code_from + 1].isspace():
        opening, code = " ".join(words[:code_from].split()), words[code_from:].strip("\n")
        if _is_plain(opening) and code:
            return Shown("", f"{opening}\n\n{fence}\n{code}\n{fence}", "\n", is_block=True)
    lines = words.split("\n")
    if code_from < 0 and all(_is_plain(_ITEM.sub("", line, count=1)) for line in lines):
        return Shown("", _listed(lines), "", is_block=True)
    return Shown(f"{fence}\n", words, f"\n{fence}\n", is_block=True)


def quoted(quote: str) -> tuple[str, str]:
    """
    What to put before and after `quote`, a single line, so that Markdown shows exactly it.

    Nothing for plain prose; an isolate for what would begin a block; for other markup the fences of a code span.
    """
    first, last = isolated(quote)
    if _is_plain(quote):
        return first, last
    if not _INLINE.search(quote) and any(map(str.isalnum, quote)):
        return _ISOLATE
    fence = "`" * (max(map(len, _BACKTICKS.findall(quote)), default=0) + 1)
    space = " " if quote.startswith("`") or quote.endswith("`") else ""
    return first + fence + space, space + fence + last


def isolated(quote: str) -> tuple[str, str]:
    """What to put before and after `quote` so that what it says of its direction ends with it (Unicode, UAX #9)."""
    return _ISOLATE if _DIRECTION.search(quote) else ("", "")


def escaped(text: str) -> str:
    """`text`, a single line, with every character that could be markup escaped."""
    return _SPECIAL.sub(r"\\\1", text)


def _is_plain(line: str) -> bool:
    return not _INLINE.search(line) and not _BLOCK.match(line.lstrip())


def _listed(lines: Sequence[str]) -> str:
    """Lines and items so that each begins a line: what changes is white space alone."""
    items = [_ITEM.match(line) for line in lines]
    least = min((len(item[1]) for item in items if item), default=0)
    made = [
        " " * (_INDENT * ((len(item[1]) - least) // 2)) + line.lstrip() if item else line.strip()
        for line, item in zip(lines, items, strict=True)
    ]
    text = made[0]
    for (before, item), line in zip(pairwise(items), made[1:], strict=True):
        text += ("\n" if before and item else "\n\n" if item or before else "  \n") + line
    return text
