"""
reStructuredText as it is written: sections, lists, definitions, fields, tables, code, and what directives hold.

Line by line, each indent read within what opens it. A directive holds text (`note`), code (`code-block`), a table, or
nothing that is read (`image`); any other (`py:function`, `setting`, `option`) describes what it names, which heads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from genesis.fairness import breathe
from genesis.readers import columns
from genesis.readers.commonmark import code
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Edit, Kind, Shown, Structure, joined, verbatim

_IS = re.compile(r"^[ \t]{0,40}\.\. (?:[\w:-]{1,40}::|_[^\n:]{1,80}:)|:[\w:]{2,20}:`", re.MULTILINE)
_LINE = re.compile(r"([^\S\n]*+)([^\n]*+)(?:\n|\Z)")
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
_ITEM = re.compile(
    r"(?:[-*+•](?=\s|\Z)|\(?(?P<mark>\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5}|#)[.)](?=\s|\Z))(?:[ \t]++|\Z)", re.ASCII
)
_FIELD = re.compile(r":(?!\s)((?>(?:[^:\\\n]|\\.|:(?!\s|\Z))){1,200}):(?:[ \t]++|\Z)")
_OPTION = re.compile(r"(?:--?|/)[\w?][^\n]{0,78}?[ \t]{2,}(?=\S)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]++|\Z)")
_DIRECTIVE = re.compile(r"(?:\|[^|\n]{1,80}\|[ \t]+)?([\w][\w:.+-]{0,60}?)[ \t]?::(?:[ \t]++|\Z)")
_FOOTNOTE = re.compile(r"\[[^\]\n]{1,80}\][ \t]++")
_ARGUMENT_OPTION = re.compile(r":[\w-]{1,60}:(?:[ \t]|\Z)")
_INLINE = re.compile(
    r"(?P<role>:[\w:+.-]{2,30}:)?`(?P<ticks>`?)(?P<said>[^`]{1,500})`(?P=ticks)(?P<reference>_{0,2})"
    r"|(?<![\w*\\])(?P<strong>\*{1,2})(?=[^\s*])(?P<words>[^*]{1,300})(?<=[^\s\\])(?P=strong)(?![\w*])"
    r"|(?P<unsaid>[ ]?\[(?:#[\w-]{0,40}|\d{1,3}|\*)\]_(?!\w)|\\(?=[^\w\s])|\\\s)"
)
_TARGET = re.compile(r"\s{0,5}<[^<>]{1,400}>$")
_LITERALLY = "::"
_DEEPEST = 12
"""Levels of indent that are told apart; what stands further in is read as if it stood there."""
_LONGEST_TERM = 200

_CODE_DIRECTIVES = """
code code-block sourcecode testcode testoutput doctest parsed-literal prompt productionlist literal ipython csv-table
graphviz mermaid math
"""
_CODE = frozenset(_CODE_DIRECTIVES.split())
_UNREAD_DIRECTIVES = """
image toctree include literalinclude contents index currentmodule module automodule autosummary raw highlight meta
default-role role rst-class sectnum target-notes header footer tabularcolumns button-ref button-link bibliography
testsetup testcleanup plot jupyter-execute replace unicode date title
"""
_UNREAD = frozenset(_UNREAD_DIRECTIVES.split())
_TEXT_DIRECTIVES = """
note tip hint important warning caution danger attention error seealso epigraph pull-quote highlights todo centered
"""
_TEXT = frozenset(_TEXT_DIRECTIVES.split())
_AROUND = frozenset(
    ("container", "only", "grid", "tab-set", "tabs", "margin", "compound", "glossary", "hlist", "figure")
)
"""What stands around others; its argument is nothing that is read."""
_CAPTIONS = frozenset(("rubric", "table"))
_CHANGES = {
    "versionadded": "New in version ",
    "versionchanged": "Changed in version ",
    "deprecated": "Deprecated since version ",
    "versionremoved": "Removed in version ",
}


def is_marked(source: str) -> bool:
    """Whether a text has directives, anchors or roles."""
    return _IS.search(source) is not None


def read(source: str) -> Structure:
    """A document."""
    return _Reader(source).structure()


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


class _Line(NamedTuple):
    start: int
    end: int
    indent: int

    @property
    def is_blank(self) -> bool:
        return self.start == self.end


class _Reader:
    """What is open in the text."""

    def __init__(self, source: str) -> None:
        self._source = source
        if "\r" in source:
            source = source.replace("\r\n", " \n").replace("\r", "\n")
        self._text = source
        self._lines = [_line(one) for one in _LINE.finditer(source)]
        self._out = Writer()
        self._marks: list[str] = []
        """Which marks underline headings, the highest first."""
        self._deep = 0
        self._titles = 0
        """Titles that are open and are no sections."""
        self._group = 0
        self._depth = 0
        self._lead = Shown()

    def structure(self) -> Structure:
        self._body(0, len(self._lines))
        return self._out.structure(self._source)

    # Blocks.

    def _body(self, first: int, last: int) -> None:
        """Lines that stand in one thing; the margin is that of the one furthest out."""
        said = [one.indent for one in self._lines[first:last] if not one.is_blank]
        if not said:
            return
        if self._deep == _DEEPEST:
            self._plain(first, last)
            return
        margin = min(said)
        self._deep += 1
        at = first
        while at < last:
            breathe()
            line = self._lines[at]
            if line.is_blank:
                at += 1
            elif line.indent > margin:
                end = self._inside(at, last, margin)
                self._body(at, end)
                at = end
            else:
                at = self._block(at, last, margin)
        self._deep -= 1

    def _plain(self, at: int, last: int) -> None:
        """Paragraphs, whatever they begin with."""
        while at < last:
            end = self._until_blank(at, last)
            if end > at:
                self._add(Kind.PARAGRAPH, self._shown(self._lines[at].start, self._lines[end - 1].end))
            at = end + 1

    def _block(self, at: int, last: int, margin: int) -> int:
        """One block; where the next begins."""
        line = self._lines[at]
        said = self._said(line)
        if explicit := _EXPLICIT.match(said):
            return self._explicit(at, last, margin, line.start + explicit.end())
        if self._deep == 1 and (after := self._section(at, last)):
            return after
        if columns.is_simple(said) and (after := self._table(at, last, columns.simple)):
            return after
        if columns.is_grid(said) and (after := self._table(at, last, columns.grid)):
            return after
        if _RULE.fullmatch(said):
            return at + 1
        if (item := _ITEM.match(said)) and self._opens(item, at, last, margin):
            return self._items(at, last, margin)
        if named := _FIELD.match(said):
            begins = line.start + named.start(1), line.start + named.end(1)
            return self._defined(at, last, margin, begins, line.start + named.end())
        if (option := _OPTION.match(said)) and said[0] == "-":
            return self._defined(at, last, margin, (line.start, line.start + option.end()), line.start + option.end())
        if said.startswith(">>> "):
            end = self._until_blank(at, last)
            self._code(at, end)
            return end
        return self._paragraph(at, last, margin)

    def _paragraph(self, at: int, last: int, margin: int) -> int:
        end = at + 1
        while end < last and not self._lines[end].is_blank and self._lines[end].indent == margin:
            if _EXPLICIT.match(self._said(self._lines[end])):
                break
            end += 1
        line, final = self._lines[at], self._lines[end - 1]
        below = end < last and not self._lines[end].is_blank and self._lines[end].indent > margin
        if below and end == at + 1 and line.end - line.start <= _LONGEST_TERM:
            return self._defined(at, last, margin, (line.start, line.end), None)
        literal = self._text.endswith(_LITERALLY, line.start, final.end)
        said = self._shown(line.start, final.end - literal)
        if said.text.strip(": "):
            self._add(Kind.PARAGRAPH, said)
        return self._literal(end, last, margin) if literal else end

    def _literal(self, at: int, last: int, margin: int) -> int:
        end = self._inside(at, last, margin)
        self._code(at, end)
        return end

    def _section(self, at: int, last: int) -> int:
        """A title with a line below it, or one above and one below."""
        lines, over = self._lines, 0
        if _RULE.fullmatch(self._said(lines[at])) and at + 2 < last:
            over, at = 1, at + 1
        if at + 1 >= last or lines[at].is_blank or lines[at + 1].is_blank:
            return 0
        title, under = lines[at], self._said(lines[at + 1])
        size = title.end - title.start
        if not (found := _RULE.fullmatch(under)) or len(under) < 0.7 * size or (not over and title.indent):
            return 0
        if over and self._said(lines[at - 1])[0] != under[0]:
            return 0
        mark = found[1] * (1 + over)
        if mark not in self._marks:
            self._marks.append(mark)
        self._out.heading(min(self._marks.index(mark) + 1, BELOW_ALL - 1), self._shown(title.start, title.end))
        return at + 2

    def _opens(self, item: re.Match[str], at: int, last: int, margin: int) -> bool:
        """Whether a mark is one of a list: words may begin with a letter and a stop."""
        if not item["mark"]:
            return True
        if at + 1 == last or self._lines[at + 1].is_blank or self._lines[at + 1].indent > margin:
            return True
        return _ITEM.match(self._said(self._lines[at + 1])) is not None

    def _items(self, at: int, last: int, margin: int) -> int:
        """The items of one list, each with what stands in it."""
        outer = self._group, self._depth, self._lead
        if self._group:
            self._depth += 1
        else:
            self._group, self._lead = self._out.group(), self._out.lead(Kind.PARAGRAPH)
        while at < last:
            line = self._lines[at]
            item = None if line.is_blank or line.indent != margin else _ITEM.match(self._said(line))
            if line.is_blank:
                at += 1
                continue
            if item is None or not self._opens(item, at, last, margin):
                break
            end = self._inside(at + 1, last, margin)
            then = self._text_end(at + 1, end)
            begins, stop = line.start + item.end(), self._lines[then - 1].end
            literal = self._text.endswith(_LITERALLY, begins, stop)
            said = self._shown(begins, stop - literal)
            mark = (item["mark"] or "").replace("#", "")
            if explicit := _EXPLICIT.match(self._text, begins, line.end):
                self._explicit(at, end, margin, explicit.end())
            else:
                group, depth, lead = self._group, self._depth, self._lead
                self._out.add(Kind.ITEM, said, group=group, depth=depth, lead=lead, mark=mark)
                if literal:
                    then = self._literal(then, end, margin + item.end())
                self._body(then, end)
            at = end
        self._group, self._depth, self._lead = outer
        return at

    def _defined(self, at: int, last: int, margin: int, term: tuple[int, int], begins: int | None) -> int:
        """A term, a field or an option, with what it is: on the same line and below, or only below."""
        end = self._inside(at + 1, last, margin)
        named = self._shown(*term)
        if begins is None:
            first = at + 1
            then = self._text_end(first, end)
            begins = self._lines[first].start
            opening = self._said(self._lines[first])
            plain = not _EXPLICIT.match(opening) and not _ITEM.match(opening)
        else:
            then, plain = self._text_end(at + 1, end), True
        stop = self._lines[then - 1].end
        literal = self._text.endswith(_LITERALLY, begins, stop)
        more = any(not line.is_blank for line in self._lines[then:end])
        if (more or not plain) and not self._group:
            self._titled(named, then if plain else at + 1, end, (begins, stop) if plain else None)
        elif plain:
            said = joined((named, self._shown(begins, stop - literal)), ": ") if stop > begins else named
            self._add(Kind.DEFINITION, said, mark=named.text)
            if literal:
                then = self._literal(then, end, margin)
            self._body(then, end)
        else:
            self._add(Kind.PARAGRAPH, named)
            self._body(at + 1, end)
        return end

    def _titled(self, title: Shown, first: int, last: int, opens: tuple[int, int] | None = None) -> None:
        """Lines below a title that is no section's."""
        level = BELOW_ALL + self._titles
        self._titles += 1
        outer = self._group, self._depth
        self._group = self._depth = 0
        self._out.heading(level, title)
        if opens and opens[1] > opens[0]:
            self._stretch(*opens, first, last)
        else:
            self._body(first, last)
        self._out.leave(level)
        self._group, self._depth = outer
        self._titles -= 1

    def _stretch(self, begins: int, ends: int, first: int, last: int) -> None:
        """A paragraph that begins within a line, and the lines below it."""
        literal = self._text.endswith(_LITERALLY, begins, ends)
        self._add(Kind.PARAGRAPH, self._shown(begins, ends - literal))
        if literal:
            while first < last and self._lines[first].is_blank:
                first += 1
            first = self._literal(first, last, self._lines[first].indent - 1) if first < last else first
        self._body(first, last)

    # Directives.

    def _explicit(self, at: int, last: int, margin: int, begins: int) -> int:
        """What begins with two dots: a directive, a footnote, or what nobody sees."""
        line = self._lines[at]
        end = self._inside(at + 1, last, margin)
        if footnote := _FOOTNOTE.match(self._text, begins, line.end):
            then = self._text_end(at + 1, end)
            self._add(Kind.PARAGRAPH, self._shown(footnote.end(), self._lines[then - 1].end))
            self._body(then, end)
        elif named := _DIRECTIVE.match(self._text, begins, line.end):
            self._directive(named[1].lower(), named.end(), at, end)
        return end

    def _directive(self, name: str, begins: int, at: int, end: int) -> None:
        stop, first, options = self._lines[at].end, at + 1, {}
        while first < end and (option := _ARGUMENT_OPTION.match(self._said(self._lines[first]))):
            options[option[0].strip(" \t:")] = self._said(self._lines[first])[option.end() :]
            first += 1
        argument = self._shown(begins, stop) if stop > begins else Shown()
        if name in _UNREAD or "hide" in options:
            return
        if name in _CODE:
            self._code(first, end)
        elif name == "list-table":
            rows = [[self._shown(*cell) for cell in row] for row in columns.listed(self._text, self._lines[first:end])]
            headed = options.get("header-rows", "0").strip() not in ("", "0") and len(rows) > 1
            lead = argument or self._out.lead(Kind.PARAGRAPH)
            self._out.table(rows[0] if headed else (), rows[1:] if headed else rows, lead)
        elif name in _CHANGES:
            then = self._text_end(first, end)
            said = self._shown(self._lines[first].start, self._lines[then - 1].end) if then > first else Shown()
            self._add(Kind.PARAGRAPH, joined(filter(None, (Shown(_CHANGES[name]) + argument, said)), ": "))
            self._body(then, end)
        elif name in _TEXT and argument:
            then = first if options else self._text_end(first, end)
            self._stretch(begins, self._lines[then - 1].end, then, end)
        elif name in _AROUND or not argument:
            self._body(first, end)
        elif any(not line.is_blank for line in self._lines[first:end]) or "(" in argument.text:
            self._titled(argument, first, end)
        elif name in _CAPTIONS:
            self._add(Kind.PARAGRAPH, argument)

    # Lines.

    def _table(self, at: int, last: int, rows_of: columns.Reading) -> int:
        found = rows_of(self._text, self._lines[at:last])
        if found is None:
            return 0
        header, rows, count = found
        lead = self._out.lead(Kind.PARAGRAPH)
        if not header and rows and all(self._is_bold(cell) for cell in rows[0]):
            header, rows = rows[0], rows[1:]
        head, *shown = ([joined([self._shown(*part) for part in cell], " ") for cell in row] for row in (header, *rows))
        self._out.table(head, shown, lead)
        return at + count

    def _is_bold(self, cell: list[columns.Span]) -> bool:
        said = "".join(self._text[start:end] for start, end in cell).strip()
        return said.startswith("**") and said.endswith("**")

    def _code(self, first: int, last: int) -> None:
        lines = [one for one in self._lines[first:last] if not one.is_blank]
        if not lines:
            return
        indent = min(one.indent for one in lines)
        start = self._text.rfind("\n", 0, lines[0].start) + 1
        said = code(self._source, self._text, start, lines[-1].end, indent)
        lead = self._out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.DEFINITION)
        self._out.add(Kind.CODE, said, group=self._group, depth=self._depth + bool(self._group), lead=lead)

    def _add(self, kind: Kind, said: Shown, mark: str = "") -> None:
        self._out.add(kind, said, group=self._group, depth=self._depth + bool(self._group), mark=mark)

    def _inside(self, at: int, last: int, margin: int) -> int:
        """Where lines end that are blank or stand further in than the margin; blank ones at the end are outside."""
        end = at
        while at < last and (self._lines[at].is_blank or self._lines[at].indent > margin):
            at += 1
            if not self._lines[at - 1].is_blank:
                end = at
        return end

    def _text_end(self, at: int, last: int) -> int:
        """Where the text ends that goes on from the line before."""
        while at < last and not self._lines[at].is_blank:
            if _EXPLICIT.match(self._said(self._lines[at])):
                break
            at += 1
        return at

    def _until_blank(self, at: int, last: int) -> int:
        while at < last and not self._lines[at].is_blank:
            at += 1
        return at

    def _said(self, line: _Line) -> str:
        return self._text[line.start : line.end]

    def _shown(self, start: int, end: int) -> Shown:
        whole = verbatim(self._source, start, end)
        if any(mark in whole.text for mark in "`*\\]"):
            whole = whole.edited(edits(self._text[start:end], all_marks=True))
        return whole.folded()


def _line(match: re.Match[str]) -> _Line:
    indent = match[1].expandtabs(8) if "\t" in match[1] else match[1]
    said = match[2].rstrip()
    return _Line(match.start(2), match.start(2) + len(said), len(indent) if said else 0)
