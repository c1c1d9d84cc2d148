"""reStructuredText within plain text: directives and anchors are not shown, of roles and references their text is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.structure import Edit

_IS = re.compile(r"^[ \t]{0,40}\.\. (?:[\w:-]{1,40}::|_[^\n:]{1,80}:)|:[\w:]{2,20}:`", re.MULTILINE)
_UNSHOWN = re.compile(
    r"^[ \t]{0,40}(?:\.\. (?:[\w:-]{1,40}::[^\n]*|_[^\n]*|\|[^\n]*)(?:\n[ \t]+:[\w-]{1,40}:[^\n]*)*)", re.MULTILINE
)
_CODE = re.compile(
    r"^([ \t]{0,40})\.\. (?:testcode|testoutput|code-block|code|sourcecode|doctest|parsed-literal)::[^\n]*"
    r"(?:\n[ \t]+:[\w-]{1,40}:[^\n]*)*",
    re.MULTILINE,
)
_INLINE = re.compile(r"(?P<role>:[\w:]{2,30}:)?`(?P<ticks>`?)(?P<said>[^`]{1,500})`(?P=ticks)(?P<reference>_{0,2})")
_TARGET = re.compile(r"\s{0,5}<[^<>]{1,400}>$")


def without_directives(text: str) -> str:
    """With blanks in place of directives and anchors, as long as before."""
    if not _IS.search(text):
        return text
    return _UNSHOWN.sub(lambda found: "".join("\n" if char == "\n" else " " for char in found[0]), text)


def edits(text: str) -> Iterator[Edit]:
    """What of roles, literals and references is not shown."""
    for one in _INLINE.finditer(text):
        if not (one["role"] or one["ticks"] or one["reference"]):
            continue
        start, end = one.span("said")
        target = _TARGET.search(one["said"]) if not one["ticks"] else None
        if one["role"] and one["said"].startswith(("~", "!")):
            start += 1
        yield Edit(one.start(), start, "")
        yield Edit(end - len(target[0]) if target and target.start() else end, one.end(), "")


def literals(text: str) -> Iterator[tuple[int, int]]:
    """Where what directives hold that is code begins and ends, in whole lines."""
    last = 0
    for found in _CODE.finditer(text):
        margin = len(found[1])
        begins = end = 0
        at = found.end() + 1
        while found.start() >= last and at < len(text):
            stop = text.find("\n", at) % (len(text) + 1)
            line = text[at:stop]
            if line.strip():
                if len(line) - len(line.lstrip()) <= margin:
                    break
                begins, end = begins or at, stop
            at = stop + 1
        if end:
            last = end
            yield begins, end
