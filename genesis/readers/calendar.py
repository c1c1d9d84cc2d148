"""Calendars (RFC 5545): of each event who, when, where, and how often, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from genesis.fairness import breathe
from genesis.readers.calendar_rules import recurs, when
from genesis.readers.writer import Writer
from genesis.structure import Edit, Kind, Run, Shown, Structure, joined, verbatim

_LINE = re.compile(r"[A-Za-z-]{1,60}[;:][^\n]*+(?>(?:\n[ \t][^\n]*+)*)")
_NAME = re.compile(r"^([A-Za-z-]{1,60})((?:[^:\"\n]++|\n[ \t]|\"[^\"\n]{0,2000}\")*+):", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPE = re.compile(r"\r?\n[ \t]|\\([nN,;\\])")
_PARAMETER = re.compile(r";([A-Za-z-]{1,40})=(?:\"([^\"]{0,500})\"|([^;:\"]{0,500}))")
_SPLIT = re.compile(r"\n{1,9}")
_MOST_PEOPLE = 200
_SAID = {"LOCATION": "Where", "STATUS": "Status"}
_PARTS = frozenset(("VEVENT", "VTODO", "VJOURNAL"))
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}


class _Field(NamedTuple):
    name: str
    told: dict[str, str]
    start: int
    end: int


def read(source: str) -> Structure:
    """All events, each below what it is called."""
    return _Calendar(source).structure()


class _Calendar:
    def __init__(self, text: str) -> None:
        self._text = text
        self._out = Writer()

    def structure(self) -> Structure:
        event: list[_Field] | None = None
        inner = ""
        for field in self._fields():
            value = self._value(field).strip().upper()
            if field.name == "BEGIN" and value in _PARTS:
                if event:
                    self._event(event)  # its end is missing
                event, inner = [], ""
            elif field.name == "END" and value in _PARTS and event is not None:
                self._event(event)
                event = None
            elif event is not None and field.name in ("BEGIN", "END"):
                inner = value if field.name == "BEGIN" else ""
            elif event is not None and not inner:
                event.append(field)
        if event:
            self._event(event)
        return self._out.structure(self._text)

    def _fields(self) -> Iterator[_Field]:
        for line in _LINE.finditer(self._text):
            breathe()
            if named := _NAME.match(self._text, line.start(), line.end()):
                told = {one[1].upper(): one[2] or one[3] or "" for one in _PARAMETER.finditer(_FOLD.sub("", named[2]))}
                yield _Field(named[1].upper(), told, named.end(), line.end())

    def _value(self, field: _Field) -> str:
        return _FOLD.sub("", self._text[field.start : field.end]).strip()

    def _shown(self, field: _Field) -> Shown:
        """What a field says, its lines put together and its marks told."""
        whole = verbatim(self._text, field.start, field.end)
        marks = _ESCAPE.finditer(whole.text)
        return whole.edited([Edit(*one.span(), "\n" if one[1] in ("n", "N") else one[1] or "") for one in marks])

    def _event(self, fields: Sequence[_Field]) -> None:
        """One event: what it is called above the rest."""
        by_name: dict[str, _Field] = {}
        for one in fields:
            by_name.setdefault(one.name, one)
        if summary := by_name.get("SUMMARY"):
            self._out.heading(1, self._shown(summary).folded())
        group = self._out.group()

        def add(name: str, said: Shown) -> None:
            if said := said.folded():
                self._out.add(Kind.ENTRY, joined((Shown(name), said), ": "), group=group, mark=name)

        if start := by_name.get("DTSTART") or by_name.get("DUE"):
            end, length = by_name.get("DTEND"), by_name.get("DURATION")
            ended, zone = (self._value(end), end.told.get("TZID", "")) if end else ("", "")
            lasts = self._value(length) if length else ""
            add("When", _as(when(self._value(start), ended, lasts, start.told.get("TZID", ""), zone), start))
        if rule := by_name.get("RRULE"):
            add("Repeats", _as(recurs(self._value(rule)), rule))
        for name, label in _SAID.items():
            if (field := by_name.get(name)) and self._value(field).upper() not in ("CONFIRMED", "TENTATIVE"):
                add(label, self._shown(field))
        for label, names in (("Organizer", ("ORGANIZER",)), ("Attendees", ("ATTENDEE",))):
            people = [_as(self._person(one), one) for one in fields if one.name in names][:_MOST_PEOPLE]
            add(label, joined([one for one in people if one], "; "))
        if about := by_name.get("DESCRIPTION"):
            self._described(self._shown(about))

    def _described(self, said: Shown) -> None:
        at = 0
        for end in (*_SPLIT.finditer(said.text), None):
            line = said[at : end.start() if end else len(said)].folded()
            if any(map(str.isalnum, line.text)):
                self._out.add(Kind.PARAGRAPH, line)
            at = end.end() if end else at

    def _person(self, field: _Field) -> str:
        address = self._value(field)
        address = address[7:] if address.lower().startswith("mailto:") else address
        told = [_ANSWERS.get(field.told.get("PARTSTAT", "").upper(), "")]
        told.append("optional" if field.told.get("ROLE", "").upper() == "OPT-PARTICIPANT" else "")
        if field.told.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE"):
            told = ["room"]
        behind = ", ".join(filter(None, told))
        name = " ".join(field.told.get("CN", "").split()) or address
        return f"{name} ({behind})" if behind else name


def _as(said: str, field: _Field) -> Shown:
    """Words for what stands in a field."""
    start = field.start - (len(said) == field.end - field.start)  # as long in both would be the same characters
    return Shown(said, (Run(0, len(said), start, field.end),)) if said and field.end > field.start else Shown()
