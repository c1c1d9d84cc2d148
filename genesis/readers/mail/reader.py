"""A message as it was sent, or a mailbox: each part is read as what it is, what is attached below its file's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from genesis.readers import calendar, commonmark, html, json, log, table, text, yaml
from genesis.readers.mail import sent, thread
from genesis.readers.mail.contents import CALENDAR, HTML, Part
from genesis.readers.mail.dates import day
from genesis.readers.mail.heads import Mail, about, sender
from genesis.readers.mail.sent import Letter
from genesis.readers.pages import without_pages
from genesis.readers.parts import shifted
from genesis.readers.plain.messages import Messages, told
from genesis.readers.writer import Writer
from genesis.structure import Shown, Structure
from mesh.errors import MyriadError

_ATTACHED: Mapping[str, Callable[[str], Structure]] = {
    "application/json": json.read,
    "application/yaml": yaml.read,
    "text/csv": table.read,
    "text/html": html.read,
    "text/markdown": commonmark.read,
    "text/tab-separated-values": table.read,
    "text/x-log": log.read,
}
"""By media type; another text is plain."""
_BELOW = 2
"""The level of what a file is called that is attached."""
_SIGN = re.compile(r"[^\n]")


class _Placed(NamedTuple):
    """A part, and where it stands in the text of all."""

    part: Part
    start: int
    end: int


def read(source: str) -> Structure:
    """All messages; one alone, or the one that has the others in it, says who wrote the document."""
    return _Mailbox(sent.letters(source)).structure()


class _Mailbox:
    def __init__(self, boxes: list[list[Letter]]) -> None:
        self._pieces: list[str] = []
        self._plain: list[str] = []
        self._length = 0
        self._mails = [self._placed(one) for box in boxes for one in box]
        self._is_alone = len(boxes) == 1

    def _placed(self, letter: Letter) -> tuple[Mail, list[_Placed]]:
        start = self._length
        others: list[tuple[str, int, int]] = []
        named = ", ".join(part.name for part in letter.parts if not part.media_type)
        for name, value in {**letter.fields, **({"Attachments": named} if named else {})}.items():
            at = self._write(f"{name}: {value}", "\n")
            if name not in ("From", "Date", "Subject"):
                others.append((name, at, self._length - 1))
        self._write("", "\n")
        body = self._length
        parts = []
        for part in letter.parts:
            if part.media_type:
                is_said = part.media_type != HTML and not part.name
                at = self._write(part.text, "\n\n", is_plain=is_said)
                parts.append(_Placed(part, at, at + len(part.text)))
        fields = letter.fields
        who, subject = sender(fields.get("From", "")), about(fields.get("Subject", ""))
        return Mail(start, body, who, day(fields.get("Date", "")), subject, tuple(others)), parts

    def _write(self, text: str, behind: str, *, is_plain: bool = True) -> int:
        at = self._length
        self._pieces += (text, behind)
        self._plain += (text if is_plain else _SIGN.sub(" ", text), behind)
        self._length += len(text) + len(behind)
        return at

    def structure(self) -> Structure:
        out = Writer()
        messages = Messages(without_pages("".join(self._plain)), out)
        for mail, parts in self._mails:
            group = messages.begin(mail)
            for placed in parts:
                if placed.part.name:
                    _attached(placed, out)
                elif placed.part.media_type == CALENDAR:
                    _adopted(calendar.read(placed.part.text), placed, mail.subject, out)
                elif placed.part.media_type == HTML:
                    for section in thread.sections(placed.part.text, mail):
                        group = messages.begin(section.mail) if section.mail else group
                        out.adopt(shifted(section.blocks, placed.start, 0, ""), group)
                else:
                    messages.said(mail, placed.start, placed.end)
        source = "".join(self._pieces)
        if not (self._mails and self._is_alone):
            return out.structure(source)
        first = self._mails[0][0]
        read = out.structure(source, first.subject, told(first))
        named = (first.subject,)
        blocks = [replace(one, path=one.path[1:]) if one.path[:1] == named else one for one in read.blocks]
        return replace(read, blocks=blocks)


def _attached(placed: _Placed, out: Writer) -> None:
    """What a file says, below its name; one that is not as it should be is read as text."""
    part = placed.part
    try:
        found = _ATTACHED.get(part.media_type, text.read)(part.text)
    except (MyriadError, RecursionError):
        found = text.read(part.text)
    out.heading(_BELOW, Shown(part.name))
    _adopted(found, placed, part.name, out)
    out.leave(_BELOW)


def _adopted(found: Structure, placed: _Placed, name: str, out: Writer) -> None:
    """What another reader found, below its title, unless that is what stands above already."""
    above = found.title if found.title and found.title not in name else ""
    out.adopt(shifted(found.blocks, placed.start, 0, above))
