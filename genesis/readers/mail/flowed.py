"""Text that is `flowed` (RFC 3676): a line that ends with a blank goes on in the next one."""

from __future__ import annotations

import re

_QUOTE = re.compile(r">*+")
_SIGNATURE = "-- "


def unflowed(text: str, *, is_joined: bool) -> str:
    """
    Each paragraph on one line, a blank one behind those that had several. Where `is_joined`, the blank at the end of a
    line is none of its own.
    """
    found: list[str] = []
    depth, goes_on, is_long = 0, False, False
    for line in text.split("\n"):
        marks = _QUOTE.match(line)
        deep = marks.end() if marks else 0
        said = line[deep:].removeprefix(" ")
        begins = not goes_on or deep != depth or said == _SIGNATURE
        is_soft = said.endswith(" ") and said != _SIGNATURE
        if begins:
            found.append("\n" * (bool(found) + is_long) + "> " * deep)
        is_long = not begins
        found.append(said[:-1] if is_soft and is_joined else said)
        depth, goes_on = deep, is_soft
    return "".join(found)
