"""Logs: each line with its date and level; what has no stamp, such as a stack trace, is of the line above."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from genesis.errors import DocumentTooLarge
from genesis.fairness import breathe
from genesis.structure import Block, Kind, Shown, Structure, verbatim

MOST_LINES = 200_000
LONGEST_TRACE = 4_000
_SAMPLE = 200
_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")
_LEVEL = re.compile(
    r"\b(?:EMERG(?:ENCY)?|ALERT|CRIT(?:ICAL)?|FATAL|SEVERE|ERR(?:OR)?|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE)\b|"
    r"(?<=[\[=\"])(?:emerg|alert|crit|critical|fatal|error|warn|warning|notice|info|debug|trace)\b"
)
_WITHIN = 120
"""Characters from the start of a line in which its level stands."""
_STAMP = re.compile(
    r"""[\[(<"{]?+(?:
        (?P<date>\d{4}[-/.]\d\d[-/.]\d\d)(?:[T\ ](?P<time>\d\d:\d\d(?::\d\d)?))?
        |(?:[A-Z][a-z]{2}\s+)?[A-Z][a-z]{2}\s{1,2}\d{1,2}\s+\d\d:\d\d:\d\d
        |\d{1,2}[/.-](?:\d\d|[A-Z][a-z]{2})[/.-]\d{2,4}[\ :]\d\d:\d\d
        |\d\d:\d\d:\d\d
        |[IWEF]\d{4}\ \d\d:\d\d
        |\d{9,10}\.\d+
    )|[\[<]?(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|CRITICAL|TRACE)\b
    |(?:\d{1,3}\.){3}\d{1,3}\s\S+\s\S+\s\[""",
    re.VERBOSE,
)


def read(source: str) -> Structure:
    """It has no title."""
    return Structure(title="", source=source, blocks=list(_blocks(source)))


def _blocks(source: str) -> Iterator[Block]:
    stamped = sum(bool(_STAMP.match(line[0])) for line in islice(_LINE.finditer(source), _SAMPLE))
    above, start, end, count = Shown(), 0, 0, 0
    for line in _LINE.finditer(source):
        breathe()
        if not line[0].strip():
            continue
        stamp = _STAMP.match(source, line.start())
        begins = stamp or (not stamped and not line[0][0].isspace()) or not count
        if not begins and end - start < LONGEST_TRACE:
            start, end = start or line.start(), line.end()
            continue
        count += 1
        if count > MOST_LINES:
            raise DocumentTooLarge(f"the log has more than {MOST_LINES:,} lines; cut it into several")
        if end > start:
            yield _trace(source, start, end, above)
        start = end = 0
        if not begins:
            start, end = line.start(), line.end()
            continue
        above = verbatim(source, *line.span()).folded()
        level = _LEVEL.search(source, line.start(), min(line.end(), line.start() + _WITHIN))
        yield Block(kind=Kind.LOG_LINE, text=above, group=1, mark=level[0].upper() if level else "", date=_date(stamp))
    if end > start:
        yield _trace(source, start, end, above)


def _trace(source: str, start: int, end: int, above: Shown) -> Block:
    return Block(
        kind=Kind.CODE, text=verbatim(source, start, start + len(source[start:end].rstrip())), group=1, lead=above
    )


def _date(stamp: re.Match[str] | None) -> str:
    if not stamp or not stamp["date"]:
        return ""
    day = stamp["date"].replace("/", "-").replace(".", "-")
    return f"{day}T{stamp['time']}" if stamp["time"] else day
