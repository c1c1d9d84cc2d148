"""
Plain text, which marks its structure by form alone: blank lines, indents, marks of lists, columns, who speaks.

A text that is wrapped by hand is unwrapped, and a word that was divided at the end of a line is one again. A line that
ends although the next word would have fitted was meant to end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import NamedTuple

from genesis import dense
from genesis.headings import headings
from genesis.readers import columns, mail, rst
from genesis.readers.opening import opened
from genesis.readers.pages import without_pages
from genesis.readers.speakers import Turn, turns
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.reading import Heading
from genesis.structure import Edit, Kind, Run, Shown, Structure, joined

_PARAGRAPH = re.compile(r"[^\S\n]*+\S[^\n]*+(?>(?:\n[^\S\n]*\S[^\n]*)*)")
_WORD_START = re.compile(r"\S")
_LINE = re.compile(r"([^\S\n]{0,200}+)(\S[^\n]*+)")
_PLAIN = re.compile(r"[^\W\d_][^\n:|\t]{0,60}+(?:[^\n:|\t]++|\Z)")
_ITEM = re.compile(
    r"""(?:(?P<bullet>[-*+•‣◦▪·–]|o(?=[ ]{2}))|(?P<number>\d{1,3})[.)]|(?P<section>\d{1,3}(?:\.\d{1,3}){1,5})\.?
      |\(?(?P<letter>[a-zA-Z]|[ivxlIVXL]{1,6})\)|\((?P<count>\d{1,3})\)|(?P<dotted>[a-z])\.)[ \t]++(?=\S)""",
    re.VERBOSE,
)
_ROMAN = re.compile(r"[ivxl]++", re.IGNORECASE)
_ENTRY = re.compile(r"([^\W\d_][^\n:.?!]{0,48}+):[ \t]++(?=\S)")
_DRAWN = ("+-", "+=", ">>> ", "$ ", "|")
_FENCE = re.compile(r"(`{3,}+|~{3,}+)[^`\n]*+")
_CODE_SIGN = re.compile(r"[={}\[\];<>|`]|\(\)")
_CODE_MARK = re.compile(r"[=(){}\[\];<>|$`]|^\S+$|\S {3,}\S")
_SENTENCE_END = re.compile(r"[.!?:;][\"”’')*_]{0,2}\Z")
_SAYS = re.compile(r"[^\W_]")
_DIVIDED = re.compile(r"(?<=[^\W\d_])-[^\S\n]*+\n\s*+(?=[^\W\d_])")
_LAST_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]++\Z")
_FIRST_WORD = re.compile(r"[^\W_]*+")
_WORD = re.compile(r"[^\W\d_]++(?>(?:-[^\W\d_]+)+)|[^\W\d_]++")
_PAIR = 2
_LONG = 160
"""Characters of a line that is a paragraph of its own."""
_NARROW = 40
_SPARE = 8
_MOST_IN_CELL = 40
_SHORT = 80
_LED = re.compile(r"(\w[^\n.]{0,80}+)\.{4,}+[^\S\n]*+(\S[^\n]*+)")
_LEADERS = ("....", ". . . .")
"""What stands before the number of a page in a table of contents."""


def read(source: str) -> Structure:
    """A text without marks, or with those of reStructuredText."""
    return rst.read(source) if rst.is_marked(source) else Reader(source).structure()


def read_mail(source: str) -> Structure:
    """A message as it was sent, or a mailbox."""
    return Reader(mail.text_of(source)).structure()


class _Line(NamedTuple):
    start: int
    end: int
    indent: int


@dataclass(slots=True)
class _List:
    """A list that is open: how far its items are indented, and which form their marks have."""

    indent: int
    form: str


class Reader:
    """What is open in the text."""

    def __init__(self, source: str, marked: Sequence[Heading] = ()) -> None:
        """`marked` are its headings, if something better than their form tells them."""
        self._source = source
        self._marked = marked
        if "\r" in source:
            source = source.replace("\r\n", " \n").replace("\r", "\n")
        self._text = without_pages(source)
        self._out = Writer()
        self._turns = turns(self._text)
        self._lists: list[_List] = []
        self._group = 0
        self._lead = Shown()
        self._margin = 0
        """Where the last paragraph of prose began."""
        self._thread = 0
        self._by: Turn | None = None
        """Who wrote the stretch of a mail that is read."""
        self._is_quoted = False
        self._clause = ""
        """The number of the last clause."""
        self._known: frozenset[str] | None = None

    def structure(self) -> Structure:
        if mails := mail.mails(self._text):
            return self._mails(mails)
        told = self._marked or headings(self._text, is_spoken=bool(self._turns))
        title, found = opened(self._text, [one for one in told if one.start not in self._turns])
        at = 0
        for one in found:
            self._stretch(at, one.start)
            self._end_lists()
            self._margin = 0
            self._out.heading(one.level, self._shown(one.start, one.end, said=one.title))
            at = one.end
        self._stretch(at, len(self._text))
        return self._out.structure(self._source, title)

    def _mails(self, mails: Sequence[mail.Mail]) -> Structure:
        self._turns = {}
        quoted, self._text = self._text, mail.unquoted(self._text)
        self._stretch(0, mails[0].start)
        about = ""
        for number, one in enumerate(mails):
            if one.subject and one.subject != about:
                about = one.subject
                self._out.heading(1, Shown(about))
            self._thread = self._out.group()
            for name, start, end in one.others:
                self._out.add(Kind.ENTRY, self._shown(start, end), group=self._thread, mark=name)
            end = mails[number + 1].start if number + 1 < len(mails) else len(self._text)
            self._body(one, list(mail.stretches(quoted, one.body, end)))
        told = {"author": mails[0].sender, "date": mails[0].date} if len(mails) == 1 else {}
        known = {name: value for name, value in told.items() if value}
        return self._out.structure(self._source, "", known)

    def _body(self, one: mail.Mail, stretches: Sequence[mail.Stretch]) -> None:
        """What a mail says, and what it quotes: that is its author's, if it is said who that is."""
        authors = {0: Turn(one.sender, one.date, 0)}
        for start, end, depth in stretches:
            self._end_lists()
            named = mail.wrote(self._text, start, end)
            before = self._text[start : named[0]].strip() if named else ""
            if named and named[2]:
                authors[depth + bool(before or not depth)] = Turn(named[2], named[3], 0)
            self._by = authors.get(depth)
            self._is_quoted = depth > 0 and depth not in authors
            self._stretch(start, named[0] if named else end)
            if named:
                self._stretch(named[1], end)
            authors = {deep: who for deep, who in authors.items() if deep <= depth + 1}
        self._by, self._is_quoted = None, False

    def _stretch(self, start: int, end: int) -> None:
        for first, last, is_dense in dense.stretches(self._text, start, end):
            if is_dense:
                self._end_lists()
                for piece in dense.pieces(self._text, first, last):
                    self._out.add(Kind.PARAGRAPH, self._shown(*piece))
            else:
                self._paragraphs(first, last)

    def _paragraphs(self, start: int, end: int) -> None:
        text = self._text
        at = start
        while (said := _WORD_START.search(text, at, end)) and (
            found := _PARAGRAPH.match(text, max(text.rfind("\n", at, said.start()) + 1, at), end)
        ):
            at = found.end()
            first = found.start()
            lines = [_line(one) for one in _LINE.finditer(text, first, at)]
            line = text[lines[0].start : lines[0].end]
            if fence := _FENCE.fullmatch(line):
                at = self._fenced(lines[0], fence[1], end)
            elif len(lines) == 1 and not self._lists and not lines[0].indent and _PLAIN.match(line):
                self._margin = 0
                self._prose(lines[0].start, lines[0].end)
            else:
                self._paragraph(lines)

    def _fenced(self, line: _Line, marks: str, end: int) -> int:
        closing = re.compile(rf"^[ \t]*+{re.escape(marks)}[ \t]*+$", re.MULTILINE).search(self._text, line.end, end)
        stop = closing.start() if closing else end
        self._code(min(line.end + 1, stop), stop, line.indent)
        return closing.end() if closing else end

    def _paragraph(self, lines: Sequence[_Line]) -> None:
        text, first = self._text, lines[0]
        if self._is_contents(lines):
            return
        if not self._turn(first) and not self._mark(first):
            if self._lists and not self._is_inside(first):
                self._end_lists()
            if self._aligned(lines):
                return
            if self._is_code(lines):
                self._code(text.rfind("\n", 0, first.start) + 1, lines[-1].end, min(line.indent for line in lines))
                return
        if any(columns.is_rule(text, line) for line in lines):
            for is_rule, own in groupby(lines, key=lambda line: columns.is_rule(text, line)):
                if not is_rule:
                    self._paragraph(list(own))
        else:
            self._plain(lines)

    def _plain(self, lines: Sequence[_Line]) -> None:
        """A paragraph that is no code and without rules."""
        text, first = self._text, lines[0]
        drawn = text[first.start] == "|" and all("|" in text[line.start : line.end] for line in lines)
        if (mark := columns.delimiter(text, lines)) or drawn:
            self._columns(lines, mark)
            return
        if not self._lists:
            self._margin = min(line.indent for line in lines[:2])
        if self._led(lines) or self._entries(lines) or self._defined(lines):
            return
        pieces = list(self._pieces(lines))
        bare = [piece for piece in pieces if len(piece) == 1 and self._is_bare(piece[0])]
        marked = any(self._mark(piece[0]) for piece in pieces)
        if len(pieces) > 2 and not marked and len(bare) >= len(pieces) - 1 and not self._lists and not self._turns:
            self._unmarked_list(pieces)
            return
        for piece in pieces:
            self._piece(piece)

    def _pieces(self, lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
        """The lines that belong together: up to one that was meant to end, or to a mark."""
        width = max(line.end - line.start for line in lines[:100])
        begins = 0
        for at in range(1, len(lines)):
            line, before = lines[at], lines[at - 1]
            marked = self._mark(line)
            opens = self._may_open(marked, before) if marked else self._turn(line) is not None
            if opens or self._ends(before, line, width):
                yield lines[begins:at]
                begins = at
        yield lines[begins:]

    def _may_open(self, mark: re.Match[str], before: _Line) -> bool:
        """Whether a mark opens an item in the middle of a paragraph, and is not a figure that was wrapped there."""
        if mark.lastgroup == "bullet" and mark["bullet"] != "–":
            return True
        said = self._text[before.start : before.end]
        return bool(_SENTENCE_END.search(said) or said.endswith((",", " and", " or")) or _ITEM.match(said))

    def _ends(self, line: _Line, following: _Line, width: int) -> bool:
        text = self._text
        first = text[following.start]
        if first.islower() or (self._turns and line.end - line.start < _LONG):
            return False
        said = line.end - line.start
        if said > _LONG:
            return True
        if text[line.end - 1] in ",-" or text[line.end - 4 : line.end] in (" the", " and"):
            return False
        word = _FIRST_WORD.match(text, following.start)
        return width < _NARROW or said + len(word[0] if word else "") + _SPARE <= width

    def _is_bare(self, line: _Line) -> bool:
        said = self._text[line.start : line.end]
        return len(said) <= _SHORT and not _SENTENCE_END.search(said)

    def _unmarked_list(self, pieces: Sequence[Sequence[_Line]]) -> None:
        """Lines that each stand for themselves: an address, a poem, a list without marks, below what opens it."""
        if self._text[pieces[0][-1].end - 1] == ":":
            self._prose(pieces[0][0].start, pieces[0][-1].end)
            pieces = pieces[1:]
        group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH)
        for piece in pieces:
            self._out.add(Kind.ITEM, self._shown(piece[0].start, piece[-1].end), group=group, lead=lead)

    def _piece(self, lines: Sequence[_Line]) -> None:
        first, end = lines[0], lines[-1].end
        if turn := self._turn(first):
            self._end_lists()
            if turn.speaker == "Q":
                self._out.heading(BELOW_ALL, self._shown(turn.start, end))
                return
            if turn.speaker == "A":
                self._out.add(Kind.PARAGRAPH, self._shown(turn.start, end))
                return
            self._thread = self._thread or self._out.group()
            said = self._shown(turn.start, end)
            self._out.add(Kind.TURN, said, group=self._thread, speaker=turn.speaker, date=turn.date)
        elif mark := self._mark(first):
            self._item(first, mark, end)
        elif self._lists:
            depth = len(self._lists)
            self._out.add(Kind.PARAGRAPH, self._shown(first.start, end), group=self._group, depth=depth)
        else:
            self._prose(first.start, end)

    def _prose(self, start: int, end: int) -> None:
        said, by = self._shown(start, end), self._by
        if by:
            self._out.add(Kind.TURN, said, group=self._thread, speaker=by.speaker, date=by.date)
        else:
            self._out.add(Kind.PARAGRAPH, said, is_quoted=self._is_quoted)

    def _turn(self, line: _Line) -> Turn | None:
        return self._turns.get(line.start - line.indent) if self._turns else None

    def _mark(self, line: _Line) -> re.Match[str] | None:
        """What marks an item; `1.5` before a small letter is an amount, if it does not go on from a clause before."""
        found = _ITEM.match(self._text, line.start, line.end)
        if found and (said := found["section"]):
            if self._text[found.end()].islower() and not _goes_on(self._clause, said):
                return None
            self._clause = said
        return found

    def _item(self, line: _Line, mark: re.Match[str], end: int) -> None:
        said = mark[mark.lastgroup or 0]
        form = self._form(mark, said)
        known = next((at for at in range(len(self._lists) - 1, -1, -1) if self._lists[at].form == form), None)
        if known is not None and abs(self._lists[known].indent - line.indent) > 1:
            near = [at for at, one in enumerate(self._lists) if one.form == form and abs(one.indent - line.indent) <= 1]
            known = near[-1] if near else None
        if known is None and self._lists and line.indent < self._lists[0].indent:
            self._end_lists()
        if not self._lists:
            self._group, self._lead = self._out.group(), self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        if known is not None:
            del self._lists[known + 1 :]
        else:
            while self._lists and self._lists[-1].indent > line.indent:
                self._lists.pop()
            self._lists.append(_List(line.indent, form))
        shown = self._shown(mark.end(), end)
        name = "" if mark.lastgroup == "bullet" else said
        self._out.add(Kind.ITEM, shown, group=self._group, depth=len(self._lists) - 1, lead=self._lead, mark=name)

    def _form(self, mark: re.Match[str], said: str) -> str:
        """Marks of one form are of one list: `(a)` and `(b)`, not `(a)` and `(i)`."""
        match mark.lastgroup:
            case "bullet":
                return said
            case "section":
                return f"section {said.count('.')}"
            case "letter":
                open_letters = bool(self._lists) and self._lists[-1].form == f"letter {said.isupper()}"
                is_roman = _ROMAN.fullmatch(said) and (len(said) > 1 or (said in "ivx" and not open_letters))
                if said == "i" and open_letters and self._out.blocks and self._out.blocks[-1].mark != "h":
                    is_roman = True
                return f"{'roman' if is_roman else 'letter'} {said.isupper()}"
            case kind:
                return f"{kind}"

    def _is_inside(self, line: _Line) -> bool:
        """Whether a paragraph stands in an item."""
        while len(self._lists) > 1 and line.indent <= self._lists[-1].indent:
            self._lists.pop()
        return line.indent > self._lists[0].indent

    def _end_lists(self) -> None:
        self._lists.clear()
        self._group = 0

    def _entries(self, lines: Sequence[_Line]) -> bool:
        """A run of `Name: value`."""
        if len(lines) < 2 or self._turns:
            return False
        found = [_ENTRY.match(self._text, line.start, line.end) for line in lines]
        begins = [at for at, one in enumerate(found) if one]
        wrapped = all(
            one or lines[at].indent > lines[0].indent or self._text[lines[at].start].islower()
            for at, one in enumerate(found)
        )
        if len(begins) < 2 or begins[0] or not wrapped:
            return False
        group = self._out.group()
        for at, following in zip(begins, (*begins[1:], len(lines)), strict=True):
            name = found[at]
            said = self._shown(lines[at].start, lines[following - 1].end)
            self._out.add(Kind.ENTRY, said, group=group, mark=name[1] if name else "")
        return True

    def _led(self, lines: Sequence[_Line]) -> bool:
        """Names, each led by dots to its value, `Invoices ........ 8 years`, and what comes below them."""
        matches = (_LED.fullmatch(self._text, line.start, line.end) for line in lines)
        found = [one for one in takewhile(bool, matches) if one]
        if len(found) < 2:
            return False
        group = self._out.group()
        for one in found:
            said = joined((self._shown(*one.span(1)), self._shown(*one.span(2))), ": ")
            self._out.add(Kind.ENTRY, said, group=group, mark=one[1].strip())
        if below := lines[len(found) :]:
            self._paragraph(below)
        return True

    def _defined(self, lines: Sequence[_Line]) -> bool:
        """A term on a line of its own, and further in what it is."""
        first, *below = lines
        if not below or self._lists or self._turns or min(line.indent for line in below) < first.indent + 2:
            return False
        width = max(line.end - line.start for line in lines)
        if not self._is_bare(first) or not self._ends(first, below[0], width):
            return False
        term = self._shown(first.start, first.end)
        said = joined((term, self._shown(below[0].start, below[-1].end)), ": ")
        self._out.add(Kind.DEFINITION, said, mark=term.text)
        return True

    def _is_contents(self, lines: Sequence[_Line]) -> bool:
        """Whether lines are of a table of contents."""
        heads = (self._text[line.start : line.end].rstrip("0123456789ivxl ") for line in lines)
        return sum(head.endswith(_LEADERS) for head in heads) * 2 > len(lines)

    # Tables and code.

    def _aligned(self, lines: Sequence[_Line]) -> bool:
        """A table whose columns only blanks part, below the line that opens it."""
        text = self._text
        opening = "  " not in text[lines[0].start : lines[0].end]
        own = lines[opening:]
        signs = sum(bool(_CODE_SIGN.search(text, line.start, line.end)) for line in own)
        if self._turns or 2 * signs > len(own) or not (found := columns.aligned(text, own)):
            return False
        if opening:
            self._prose(lines[0].start, lines[0].end)
        header, *rows = ([self._of_parts(cell) for cell in row] for row in (found.header, *found.rows))
        self._out.table(header, rows, self._out.lead(Kind.PARAGRAPH), named=not header and len(rows[0]) == _PAIR)
        return True

    def _of_parts(self, parts: Sequence[tuple[int, int]]) -> Shown:
        return joined([self._shown(*part) for part in parts], " ") if parts else Shown()

    def _columns(self, lines: Sequence[_Line], mark: str) -> None:
        mark = mark or "|"
        said = [line for line in lines if _SAYS.search(self._text, line.start, line.end)]
        rows = [self._cells(line, mark) for line in said]
        headed = bool(mark != "|" or len(said) < len(lines)) and len(rows) > 1
        lead = self._out.lead(Kind.PARAGRAPH)
        self._end_lists()
        self._out.table(rows[0] if headed else (), rows[1:] if headed else rows, lead)

    def _cells(self, line: _Line, mark: str) -> list[Shown]:
        start, end = line.start, line.end
        if mark == "|":
            start += self._text[start] == "|"
            end -= self._text[end - 1] == "|"
        cells: list[Shown] = []
        while start <= end:
            stop = self._text.find(mark, start, end)
            stop = end if stop < 0 else stop
            cells.append(self._shown(start, stop))
            start = stop + 1
        return cells

    def _is_code(self, lines: Sequence[_Line]) -> bool:
        """Whether a paragraph is code or a drawing: further in than the text, and not in sentences."""
        text, first = self._text, lines[0]
        last = text[max(lines[-1].start, lines[-1].end - _MOST_IN_CELL) : lines[-1].end]
        if text.startswith(_DRAWN[:-1], first.start):
            return True
        base = self._lists[-1].indent + 4 if self._lists else self._margin + 2
        if first.indent < base or (_SENTENCE_END.search(last) and last[-1] != ";"):
            return False
        before = self._out.blocks[-1] if self._out.blocks else None
        announced = before is not None and before.text.text.endswith(":")
        return announced or before is None or any(_CODE_MARK.search(text, line.start, line.end) for line in lines[:20])

    def _code(self, start: int, end: int, indent: int) -> None:
        lines = re.finditer(rf"^[^\S\n]{{0,{indent}}}", self._text[start:end], re.MULTILINE)
        edits = [Edit(*line.span(), "") for line in lines if line[0]]
        shown = Shown(self._text[start:end], (Run(0, end - start, start, end),) if end > start else ()).edited(edits)
        depth = len(self._lists)
        lead = self._out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
        self._out.add(Kind.CODE, shown[: len(shown.text.rstrip())], group=self._group, depth=depth, lead=lead)

    # What is shown.

    def _shown(self, start: int, end: int, said: str = "") -> Shown:
        """A stretch on one line; only `said` of it, if that is given and stands there."""
        if said and (at := self._text.find(said, start, end)) >= 0:
            start, end = at, at + len(said)
        elif said:
            return Shown(said)
        text = self._text[start:end]
        whole = Shown(text, (Run(0, end - start, start, end),) if end > start else ())
        if "-" in text and (edits := [edit for one in _DIVIDED.finditer(text) for edit in self._joined(text, one)]):
            whole = whole.edited(edits)
        if "`" in whole.text:
            whole = whole.edited(rst.edits(whole.text))
        return whole.folded()

    def _joined(self, text: str, divided: re.Match[str]) -> Iterator[Edit]:
        """A word that a line's end divides; its hyphen stays if it has one elsewhere too."""
        start, end = divided.span()
        first = _LAST_WORD.search(text, max(start - 40, 0), start)
        last = _FIRST_WORD.match(text, end)
        before, after = (first[0] if first else ""), (last[0] if last else "")
        if not after[:1].islower() or text[start - len(before) - 1 : start - len(before)] == "-":
            yield Edit(start + 1, end, "")
            return
        if self._known is None:
            self._known = frozenset(one[0].lower() for one in _WORD.finditer(self._text))
        hyphened = f"{before}-{after}".lower() in self._known and f"{before}{after}".lower() not in self._known
        yield Edit(start + hyphened, end, "")


def _goes_on(before: str, number: str) -> bool:
    """Whether a clause may come behind another: `2.1` behind all, `2.3` behind `2.2`."""
    above, _, last = number.rpartition(".")
    return number in (before, f"{above}.1") or before == f"{above}.{int(last) - 1}"


def _line(match: re.Match[str]) -> _Line:
    indent = match[1].expandtabs(4) if "\t" in match[1] else match[1]
    return _Line(match.start(2), match.start(2) + len(match[2].rstrip()), len(indent))
