"""Inline: what of roles, literals, references and emphasis is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.structure import Edit

_INLINE = re.compile(
    r"(?P<role>:[\w:+.-]{2,30}:)?`(?P<ticks>`?)(?P<said>[^`]{1,500})`(?P=ticks)(?P<reference>_{0,2})"
    r"|(?<![\w*\\])(?P<strong>\*{1,2})(?=[^\s*])(?P<words>[^*]{1,300})(?<=[^\s\\])(?P=strong)(?![\w*])"
    r"|(?P<unsaid>[ ]?\[(?:#[\w-]{0,40}|\d{1,3}|\*)\]_(?!\w)|\\(?=[^\w\s])|\\\s)"
)
_TARGET = re.compile(r"\s{0,5}<[^<>]{1,400}>$")


def edits(text: str, *, all_marks: bool = False) -> Iterator[Edit]:
    """What of roles, literals and references is not shown; of emphasis and single ticks too, if `all_marks` are."""
    for one in _INLINE.finditer(text):
        if one["said"] is None:
            if all_marks and one["words"]:
                start, end = one.span("words")
                yield Edit(one.start(), start, "")
                yield Edit(end, one.end(), "")
            elif all_marks:
                yield Edit(*one.span(), "")
            continue
        if not (one["role"] or one["ticks"] or one["reference"] or all_marks):
            continue
        start, end = one.span("said")
        target = _TARGET.search(one["said"]) if not one["ticks"] else None
        if one["role"]:
            start += len(one["said"]) - len(one["said"].lstrip("~!."))
        yield Edit(one.start(), start, "")
        yield Edit(end - len(target[0]) if target and target.start() else end, one.end(), "")
