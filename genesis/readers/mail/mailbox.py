"""Mailboxes: a line `From …` above each message, and `>` before lines of messages that would look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENVELOPE = re.compile(r"^From [^\n]{1,200}\d\d:\d\d[^\n]{0,60}\n(?=>?[A-Z][\w-]{0,60}:)", re.MULTILINE)
_ESCAPED = re.compile(r"^>(?=>{0,20}From )", re.MULTILINE)
_DATED = re.compile(r"From \S{1,120}[ \t]+([^\n]{10,60})\n")
_HAS_DATE = re.compile(r"^(?:Date:|\n)", re.MULTILINE | re.IGNORECASE)


def messages(text: str) -> Iterator[str]:
    """Those of a mailbox, or the one that a text is; one without a date has that of the line above it."""
    found = [one for one in _ENVELOPE.finditer(text) if not one.start() or text[one.start() - 2] == "\n"]
    if not found or text[: found[0].start()].strip():
        yield text
        return
    ends = [*(one.start() for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=True):
        message = _ESCAPED.sub("", text[one.end() : end])
        first = _HAS_DATE.search(message)
        dated = _DATED.match(one[0])
        if dated and (not first or first[0] == "\n"):
            message = f"Date: {dated[1]}\n{message}"
        yield message
