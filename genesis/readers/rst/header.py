"""Header: fields at the head of a document, as mails and proposals have them: `Title: …`."""

from __future__ import annotations

import re

from genesis.readers.rst.lines import Lines
from genesis.readers.rst.written import Written
from genesis.structure import Kind, joined

_FIELD = re.compile(r"([A-Z][\w-]{0,40}):(?:[ \t]++|\Z)")
_FEWEST = 3
_TITLE = "Title"


def read(lines: Lines, written: Written) -> tuple[int, str]:
    """Where what follows it begins, and the title that it states, behind the number in its series: `PEP 8: …`."""
    at = first = next((at for at, line in enumerate(lines.all) if not line.is_blank), 0)
    last = lines.until_blank(first, len(lines.all))
    fields: list[tuple[re.Match[str], int, int]] = []
    while at < last:
        field = None if lines[at].indent else _FIELD.match(lines.said(at))
        if field is None:
            return 0, ""
        after = lines.inside(at + 1, last, 0)
        fields.append((field, at, after))
        at = after
    if len(fields) < _FEWEST:
        return 0, ""
    title = number = ""
    for field, at, after in fields:
        start = lines[at].start
        value = written.shown(start + field.end(), max(lines[after - 1].end, start + field.end()))
        if at == first and value.text.isdecimal():
            number = f"{field[1]} {value.text}: "
        if field[1] == _TITLE and not title:
            title = value.text
        elif value:
            name = written.shown(start, start + field.end(1))
            written.add(Kind.DEFINITION, joined((name, value), ": "), mark=name.text)
    return last, number + title if title else ""
