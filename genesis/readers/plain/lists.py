"""Lists of plain text: what marks their items, and which of them are open within each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from genesis.readers.clauses import standing
from genesis.readers.lines import Line
from genesis.readers.plain.lines import ends_sentence
from genesis.readers.plain.words import Words
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_ITEM = re.compile(
    r"""(?:(?P<bullet>[-*+•‣◦▪·–]|o(?=[ ]{2})|(?<=[ \t])o(?=[ ]))|(?P<number>\d{1,3})[.)]
      |(?P<section>\d{1,3}(?:\.\d{1,3}){1,5})\.?|\(?(?P<letter>[a-zA-Z]|[ivxlIVXL]{1,6})\)
      |\((?P<count>\d{1,3})\)|(?P<dotted>[a-z])\.)[ \t]++(?=\S)""",
    re.VERBOSE,
)
_CLAUSE = re.compile(r"^[^\S\n]{0,200}+(\d{1,3}(?:\.\d{1,3}){1,5})\.?[ \t]++(?=\S)", re.MULTILINE)
_WORDS = ("–", "o")
"""Bullets that may stand in a sentence too."""
_ROMAN = re.compile(r"[ivxl]++", re.IGNORECASE)


@dataclass(slots=True)
class _List:
    """A list that is open: how far its items are indented, and which form their marks have."""

    indent: int
    form: str


class Lists:
    """The lists that are open, the outermost first."""

    def __init__(self, words: Words, out: Writer) -> None:
        self._words = words
        self._out = out
        self._open: list[_List] = []
        self._lead = Shown()
        self.group = 0

    @property
    def depth(self) -> int:
        """How many are open."""
        return len(self._open)

    @property
    def indent(self) -> int:
        """Of the innermost one."""
        return self._open[-1].indent

    @cached_property
    def _clauses(self) -> frozenset[int]:
        """Where the numbers of clauses stand."""
        found = list(_CLAUSE.finditer(self._words.text))
        stands = standing([one[1] for one in found])
        return frozenset(one.start(1) for one, is_clause in zip(found, stands, strict=True) if is_clause)

    def mark(self, line: Line) -> re.Match[str] | None:
        """What marks an item; `1.5` before a small letter is an amount, if no clauses come before or behind it."""
        found = _ITEM.match(self._words.text, line.start, line.end)
        if found and found["section"] and self._words.text[found.end()].islower() and line.start not in self._clauses:
            return None
        return found

    def may_open(self, mark: re.Match[str], before: Line) -> bool:
        """Whether a mark opens an item in the middle of a paragraph, and is not a figure that was wrapped there."""
        if mark.lastgroup == "bullet" and mark["bullet"] not in _WORDS:
            return True
        said = before.said(self._words.text)
        if mark.lastgroup == "count" and mark["count"] != "1" and not (self._open or self.mark(before)):
            return False
        return ends_sentence(said) or said.endswith((",", " and", " or")) or bool(self.mark(before) or self._open)

    def item(self, line: Line, mark: re.Match[str], end: int) -> None:
        """An item begins: in a list that is open and has its form, or in one of its own."""
        said = mark[mark.lastgroup or 0]
        form = self._form(mark, said)
        known = self._known(form, line.indent)
        if known is None and self._open and line.indent < self._open[0].indent:
            self.end()
        if not self._open:
            self.group, self._lead = self._out.group(), self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        if known is not None:
            del self._open[known + 1 :]
        else:
            while self._open and self._open[-1].indent > line.indent:
                self._open.pop()
            self._open.append(_List(line.indent, form))
        shown = self._words.shown(mark.end(), end)
        name = "" if mark.lastgroup == "bullet" else said
        self._out.add(Kind.ITEM, shown, group=self.group, depth=self.depth - 1, lead=self._lead, mark=name)

    def _known(self, form: str, indent: int) -> int | None:
        """Which open list has items of a form: the innermost, or one as far in."""
        having = [at for at, one in enumerate(self._open) if one.form == form]
        if having and abs(self._open[having[-1]].indent - indent) <= 1:
            return having[-1]
        return next((at for at in reversed(having) if abs(self._open[at].indent - indent) <= 1), None)

    def _form(self, mark: re.Match[str], said: str) -> str:
        """Marks of one form are of one list: `(a)` and `(b)`, not `(a)` and `(i)`."""
        match mark.lastgroup:
            case "bullet":
                return said
            case "section":
                return f"section {said.count('.')}"
            case "letter":
                open_letters = bool(self._open) and self._open[-1].form == f"letter {said.isupper()}"
                is_roman = _ROMAN.fullmatch(said) and (len(said) > 1 or (said in "ivx" and not open_letters))
                if said == "i" and open_letters and self._out.blocks and self._out.blocks[-1].mark != "h":
                    is_roman = True
                return f"{'roman' if is_roman else 'letter'} {said.isupper()}"
            case kind:
                return f"{kind}"

    def has_inside(self, line: Line) -> bool:
        """Whether a paragraph stands in an item; lists that it stands outside of end."""
        while len(self._open) > 1 and line.indent <= self._open[-1].indent:
            self._open.pop()
        return line.indent > self._open[0].indent

    def end(self) -> None:
        """All of them end."""
        self._open.clear()
        self.group = 0
