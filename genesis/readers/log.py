"""
Logs: each line with its date and level; what has no stamp, such as a stack trace, is of the line above.

A line that is an object of JSON says its keys and values; one above a stack trace says what was thrown, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from genesis.errors import DocumentTooLarge
from genesis.fairness import breathe
from genesis.readers import entries, json
from genesis.structure import Block, Kind, Shown, Structure, joined, verbatim
from language.lexicon import lexicon

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
    r"""(?:<\d{1,3}>(?:\d\ )?)?+[\[(<"{]?+(?:
        (?P<date>\d{4}[-/.]\d\d[-/.]\d\d)(?:[T\ ](?P<time>\d\d:\d\d(?::\d\d)?))?
        |(?:[A-Z][a-z]{2}\s{1,9})?(?P<month>[A-Z][a-z]{2})\s{1,2}(?P<day>\d{1,2})\s{1,9}(?P<clock>\d\d:\d\d:\d\d)
         (?:[.,]\d{1,9}+)?+(?:\s(?P<year>\d{4})\b)?
        |\d{1,2}[/.-](?:\d\d|[A-Z][a-z]{2})[/.-]\d{2,4}[\ :]\d\d:\d\d
        |\d\d:\d\d:\d\d
        |[IWEF]\d{4}\ \d\d:\d\d
        |\d{9,10}\.\d+
    )|[\[<]?(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|CRITICAL|TRACE)\b
    |[\w.:-]{1,80}+\ \S{1,80}+\ \S{1,80}+\ \[(?P<of_access>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)
    |--\ (?:Boot|Journal|Logs|Reboot)\b""",
    re.VERBOSE,
)


_THROWN = re.compile(
    r"^(?:Caused by: )?(?:[a-z_][\w$]{0,60}\.){0,12}"
    r"[A-Z]\w{0,60}(?:Error|Exception|Exit|Interrupt|Warning): \S[^\n]{0,300}",
    re.MULTILINE,
)
_MOST_THROWN = 3
_RECORD_DATE = re.compile(
    r'"@?(?:ts|time|timestamp|date|datetime)"\s?:\s?"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)', re.IGNORECASE
)
_RECORD_LEVEL = re.compile(r'"(?:log\.)?(?:level|lvl|levelname|severity)"\s?:\s?"([^\W\d_]{3,10})"', re.IGNORECASE)


def read(source: str) -> Structure:
    """It has no title."""
    return Structure(title="", source=source, blocks=list(_blocks(source)))


def _blocks(source: str) -> Iterator[Block]:
    stamped = sum(bool(_STAMP.match(line[0])) for line in islice(_LINE.finditer(source), _SAMPLE))
    above: Block | None = None
    lead, start, end, count = Shown(), 0, 0, 0
    for line in _LINE.finditer(source):
        breathe()
        if not line[0].strip():
            continue
        stamp = _STAMP.match(source, line.start())
        begins = stamp or line[0].startswith('{"') or (not stamped and not line[0][0].isspace()) or not count
        if not begins and end - start < LONGEST_TRACE:
            start, end = start or line.start(), line.end()
            continue
        count += 1
        if count > MOST_LINES:
            raise DocumentTooLarge(f"the log has more than {MOST_LINES:,} lines; cut it into several")
        yield from _told(source, above, lead, start, end)
        above, start, end = None, 0, 0
        if not begins:
            start, end = line.start(), line.end()
            continue
        above = _record(source, line) or _stamped(source, line, stamp)
        lead = above.text
    yield from _told(source, above, lead, start, end)


def _told(source: str, line: Block | None, lead: Shown, start: int, end: int) -> Iterator[Block]:
    """A line with what was thrown below it, and all that stands there."""
    if line:
        thrown = islice(_THROWN.finditer(source, start, end), _MOST_THROWN)
        yield replace(line, text=joined((line.text, *(verbatim(source, *one.span()).folded() for one in thrown)), " "))
    if end > start:
        yield _trace(source, start, end, lead)


def _stamped(source: str, line: re.Match[str], stamp: re.Match[str] | None) -> Block:
    text = verbatim(source, *line.span()).folded()
    level = _LEVEL.search(source, line.start(), min(line.end(), line.start() + _WITHIN))
    return Block(kind=Kind.LOG_LINE, text=text, group=1, mark=level[0].upper() if level else "", date=_date(stamp))


def _record(source: str, line: re.Match[str]) -> Block | None:
    """A line that is an object of JSON: its keys with their values."""
    said = line[0].rstrip()
    if not (said.startswith("{") and said.endswith("}")):
        return None
    end = line.start() + len(said)
    documents, parsed_to = json.parsed(source, line.start(), end)
    if len(documents) != 1 or parsed_to < end:
        return None
    date, level = _RECORD_DATE.search(said), _RECORD_LEVEL.search(said)
    return Block(
        kind=Kind.LOG_LINE,
        text=joined((one.text for one in entries.blocks(documents[0])), "; "),
        group=1,
        mark=level[1].upper() if level else "",
        date=f"{date[1]}T{date[2]}" if date else "",
    )


def _trace(source: str, start: int, end: int, above: Shown) -> Block:
    return Block(
        kind=Kind.CODE, text=verbatim(source, start, start + len(source[start:end].rstrip())), group=1, lead=above
    )


def _date(stamp: re.Match[str] | None) -> str:
    """ISO 8601; none where the year is not written."""
    if not stamp:
        return ""
    if stamp["date"]:
        day = stamp["date"].replace("/", "-").replace(".", "-")
        return f"{day}T{stamp['time']}" if stamp["time"] else day
    if stamp["of_access"]:
        day, _, clock = stamp["of_access"].partition(":")
        number, month, year = day.split("/")
    else:
        number, month, year, clock = (stamp[name] for name in ("day", "month", "year", "clock"))
    known = lexicon("en").value("month", month or "")
    return f"{year}-{int(known):02}-{int(number):02}T{clock}" if year and known else ""
