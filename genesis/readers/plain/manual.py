"""Pages of a manual as `man` prints them: what they are called, and what only the printed page has."""

from __future__ import annotations

import re

_NAMED = re.compile(
    r"^NAME[^\S\n]*+\n(?:[^\S\n]*+\n)?[^\S\n]++(\S[^\n]{0,200}+(?:\n[^\S\n]++\S[^\n]{0,200}+){0,2})", re.MULTILINE
)
_IS_MANUAL = re.compile(r"^(?:SYNOPSIS|DESCRIPTION)[^\S\n]*+$", re.MULTILINE)
_PAGE = re.compile(r"[^\s()]{1,80}+\([0-9ln]\w{0,8}+\)")
_WITHIN = 2_000
"""Characters in which a manual says its name."""
_LONGEST = 200


def page(text: str) -> tuple[str, str]:
    """What is described, such as `ls - list directory contents`, and the text with blanks for its head and foot."""
    named = _NAMED.search(text, 0, _WITHIN)
    if not named or not _IS_MANUAL.search(text, named.end()):
        return "", text
    start = len(text) - len(text.lstrip())
    head_end = text.find("\n", start)
    head = text[start:head_end].split()
    if not _PAGE.fullmatch(head[0]):
        return " ".join(named[1].split()), text
    end = len(text.rstrip())
    foot_start = text.rfind("\n", 0, end) + 1
    foot = text[foot_start:end].split()
    if foot[-1] != head[0] or end - foot_start > _LONGEST:
        foot_start = end
    blanked = " " * head_end + text[head_end:foot_start] + " " * (end - foot_start) + text[end:]
    return " ".join(named[1].split()), blanked
