"""Names: what a document defines in one place and says by its name in others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.readers.lines import Line
from genesis.readers.rst.lines import RULE, Lines

_SUBSTITUTION = re.compile(r"\.\.[ \t]++\|([^|\n]{1,80})\|[ \t]++([\w-]{1,40})::[ \t]*+")
_TARGET = re.compile(r"\.\.[ \t]++_(?!_)(?:`([^`\n]{1,200})`|((?>(?:[^:\\\n]|\\.|:(?!\s|\Z)){1,200}))):[ \t]*+")
_EMBEDDED = re.compile(r"`([^`<>\n]{1,80})\s<[^<>`\n]{1,400}>`_(?!_)")
_ANONYMOUS = re.compile(r"__[ \t]++\S|\.\.[ \t]++__:")
_ALT = re.compile(r"^[ \t]*+:alt:[ \t]++(\S[^\n]*+)", re.MULTILINE)
_CODE_POINT = re.compile(r"(?:0x|x|\\x|U\+|u|\\u)([0-9a-fA-F]{1,5})\Z")
_NESTED = re.compile(r"\|([^\s|][^|\n]{0,79})\|")
_REMARK = re.compile(r"[ \t]\.\.[ \t]")
_LONGEST = 300
"""Characters of what a name stands for."""
_ALWAYS = 10_000
"""Characters of what all names stand for, beside as many as the document has."""


class Names:
    """Those of a document."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._said: dict[str, str] = {}
        """By a substitution's name, what it stands for."""
        self._titles: dict[str, str] = {}
        """By a label, the title of the section below it."""
        self._targets = {folded(one[1]) for one in _EMBEDDED.finditer(lines.text)}
        self._is_anonymous = False
        self._left = len(lines.text) + _ALWAYS
        self._read()
        self._nest()

    def said(self, name: str) -> str | None:
        """What a substitution stands for, if it is known."""
        return self._spent(self._said.get(folded(name)))

    def title(self, label: str) -> str | None:
        """The title of the section that has a label."""
        return self._spent(self._titles.get(folded(label)))

    def is_target(self, name: str, *, is_anonymous: bool) -> bool:
        """Whether a word with a mark of reference behind it is one."""
        return self._is_anonymous if is_anonymous else folded(name) in self._targets

    def _spent(self, said: str | None) -> str | None:
        self._left -= len(said or "")
        return said if self._left > 0 else None

    def _read(self) -> None:
        labels: list[str] = []
        for at, line in enumerate(self._lines.all):
            said = self._lines.said(at)
            if line.is_blank:
                continue
            if target := _TARGET.match(said):
                name = folded(target[1] or target[2])
                self._targets.add(name)
                if target.end() == len(said):
                    labels.append(name)
                continue
            if title := self._title(at, said):
                self._targets.add(folded(title))
                self._titles.update(dict.fromkeys(labels, title[:_LONGEST]))
            elif substitution := _SUBSTITUTION.match(said):
                value = self._value(at, line, line.start + substitution.end(), substitution[2])
                self._said[folded(substitution[1])] = value
            elif _ANONYMOUS.match(said):
                self._is_anonymous = True
            if not RULE.fullmatch(said):
                labels.clear()

    def _nest(self) -> None:
        """What stands for something may name others, but none that name others again: so nothing grows."""
        flat = {name: said for name, said in self._said.items() if "|" not in said}
        for name in self._said.keys() - flat.keys():
            said = _NESTED.sub(lambda other: flat.get(folded(other[1]), other[0]), self._said[name])
            self._said[name] = said[:_LONGEST]

    def _title(self, at: int, said: str) -> str:
        below = self._lines.said(at + 1) if at + 1 < len(self._lines.all) else ""
        return said if RULE.fullmatch(below) and not RULE.fullmatch(said) else ""

    def _value(self, at: int, line: Line, begins: int, directive: str) -> str:
        end = self._lines.inside(at + 1, len(self._lines.all), line.indent)
        value = self._lines.text[begins : min(self._lines[end - 1].end, begins + 4 * _LONGEST)]
        if directive == "replace":
            return " ".join(value.split())[:_LONGEST]
        if directive == "image":
            alt = _ALT.search(value)
            return alt[1].rstrip()[:_LONGEST] if alt else ""
        return "".join(_characters(value.split("\n", 1)[0])) if directive == "unicode" else ""


def folded(name: str) -> str:
    """A name as others that mean the same."""
    return " ".join(name.split()).casefold()


def _characters(value: str) -> Iterator[str]:
    for word in _REMARK.split(value[:_LONGEST], 1)[0].split():
        code = _CODE_POINT.match(word)
        yield chr(int(code[1], 16)) if code else word
