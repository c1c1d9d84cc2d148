"""
Markdown as it is written: CommonMark, GitHub's and Python-Markdown's tables, notes, tabs, definitions, MyST, MDX.

Line by line, with the containers that are open on a stack. Where dialects differ, what the author saw counts: an item
indented by two below `1.` is nested, a line of bold words above an answer is its heading.
"""

from __future__ import annotations

import re
from dataclasses import replace

from genesis import dense, frontmatter
from genesis.readers.inline import Inline
from genesis.readers.markdown.fences import Fences
from genesis.readers.markdown.lines import PREFIX, Lines
from genesis.readers.markdown.notes import Notes
from genesis.readers.markdown.paragraphs import FOOTNOTE, Open, Paragraphs
from genesis.readers.markdown.tags import Tags
from genesis.readers.writer import Writer
from genesis.structure import Edit, Kind, Shown, Structure, in_order, verbatim

_REFERENCE = re.compile(r"^[ ]{0,3}\[(?!\^)([^\[\]\n]{1,200}+)\]:[ \t]*+(?:\n[ \t]*+)?\S", re.MULTILINE)
_ITEM = re.compile(r"([-*+•]|\d{1,9}[.)]|\(?[a-zA-Z]\)|\([ivx]{1,5}\))(?:([ \t]++)(?=[^ \t])|\Z)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_HEADING = re.compile(
    r"(#{1,6})(?:[ \t]++|\Z)(.*?)(?<![ \t])(?:[ \t]++#++)?[ \t]*+(?:\{[ ]?[#.:][^{}]*+\}[ \t]*+)?\Z", re.DOTALL
)
_RULE = re.compile(r"(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,}|={2,}[ \t]*+|-{2,}[ \t]*+")
_UNDERLINE = re.compile(r"(=++|-++)[ \t]*+")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*+(?:\{([\w:.+-]+)\}[ \t]*+)?([^`]*+)")
_ALERT = re.compile(r"\[!\w+\][+-]?[ \t]*+(?=\S)|\[!\w+\][+-]?[ \t]*+\n[ \t>]*+|\[!\w+\][+-]?\s*\Z")
_DROPPED = re.compile(
    r"\[\[?_?toc_?\]?\]|-{1,3}8<-.*|(?:import|export)[ \t](?>[^\n]*?(?:[ \t]from[ \t]*+['\"]|[{=])).*"
    r"|\{\{[<%].*[%>]\}\}|\{\*.*\*\}|\{!.*!\}|(?:edit|improve|view)[ ](?:on|this[ ]page)(?:[ ](?:on|in)[ ]\w+)?"
    r"|back[ ]to[ ](?:the[ ])?top|table[ ]of[ ]contents:?|no_toc|\{:[^{}]*\}",
    re.IGNORECASE,
)
_UNSHOWN_IN_CODE = re.compile(
    r"^[ \t]*+(?:\{\{[#!<%][^\n]*\}\}|\{\*[^\n]*\*\}|\{![^\n]*!\}|-{1,3}8<-[^\n]*|(?:#|//)[ \t]*ANCHOR(?:_END)?:[^\n]*)"
    r"[ \t]*+(?:\n|\Z)",
    re.MULTILINE,
)
_TO_HERE = re.compile(r"\[(?>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(#[^()\s]*+\)")


def read(source: str) -> Structure:
    """A Markdown document."""
    front = frontmatter.read(source)
    body = Reader(source, front.end).structure(front.title)
    return replace(body, blocks=[*front.blocks, *body.blocks], metadata=front.metadata)


class Reader:
    """Where the reader is in the document, and what is open there."""

    def __init__(self, source: str, start: int = 0) -> None:
        self._source = source
        self._lines = Lines(source, start)
        self._text = self._lines.text
        references = frozenset(" ".join(one[1].split()).casefold() for one in _REFERENCE.finditer(self._text, start))
        self._inline = Inline(source, references)
        self._out = Writer()
        self._paragraphs = Paragraphs(self._lines, self._inline, self._out)
        self._lists = self._paragraphs.lists
        self._definitions = self._paragraphs.definitions
        self._notes = Notes(self._out, self._paragraphs)
        self._tags = Tags(self._lines, self._inline, self._out, self._paragraphs)
        self._fences = Fences(self._lines, self._inline, self._out)
        self._apart = True
        """Whether a blank line stands above."""

    def structure(self, title: str = "") -> Structure:
        for start, end, is_dense in dense.stretches(self._text, self._lines.at, len(self._text)):
            if is_dense:
                self._end_all()
                for piece in dense.pieces(self._text, start, end):
                    self._out.add(Kind.PARAGRAPH, self._inline.shown(*piece))
            else:
                self._stretch(start, end)
        self._end_all()
        return self._out.structure(self._source, title)

    def _end_all(self) -> None:
        self._paragraphs.end()
        self._definitions.term = None
        self._notes.end()

    def _stretch(self, start: int, end: int) -> None:
        lines = self._lines
        lines.at, lines.end = start, end
        while lines.at < end:
            start = lines.at
            stop = lines.stop(start)
            lines.at = stop + 1
            self._line(start, stop)

    def _line(self, start: int, end: int) -> None:
        paragraphs = self._paragraphs
        prefix = PREFIX.match(self._text, start, end)
        first = prefix.end() if prefix else start
        if first >= end or self._text[first:end].isspace():
            if not paragraphs.is_defined_below():
                paragraphs.close()
            self._apart = True
            return
        quoted = bool(prefix and prefix[1])
        margin = self._text[start : prefix.start(1) if quoted and prefix else first]
        indent = len(margin.expandtabs(4)) if "\t" in margin else len(margin)
        inner = indent if not quoted or prefix is None else first - prefix.end(1)
        said = self._text[first:end].rstrip()
        details = self._tags.details
        if paragraphs.open and quoted and not paragraphs.open.quoted:
            paragraphs.close()
        if self._notes.open and paragraphs.open is None:
            self._notes.outdent(indent)
        if not self._container(first, indent, inner, quoted, said):
            self._content(start, first, end, indent, quoted, said)
        self._apart = False
        if details and details == self._tags.details and said.endswith(">"):
            self._tags.end_details(said)
        if indent < self._definitions.indent + 2 and not (paragraphs.open and paragraphs.open.kind is Kind.DEFINITION):
            self._definitions.term = None

    # Containers: lists, notes, tabs.

    def _container(self, first: int, indent: int, inner: int, quoted: bool, said: str) -> bool:
        """Whether the line opens or closes one."""
        char = said[0]
        if char in "-*+•(0123456789" or (said[1:2] == ")" and char.isalpha()):
            item = _ITEM.match(said)
            if item and not _RULE.fullmatch(said) and not self._is_code(indent):
                now = self._paragraphs.open
                if now and now.kind is Kind.PARAGRAPH and not now.inside and not self._opens(item):
                    return False
                self._item(first, inner if quoted else indent, quoted, item, said)
                return True
        return char in "!?=:/" and self._notes.read(indent, said)

    def _opens(self, item: re.Match[str]) -> bool:
        """Whether a mark may open a list right below a paragraph: a number only if it is the first."""
        return not item[1][0].isalnum() or item[1][:-1] in ("1", "0", "a", "A") or item[1][0] == "("

    def _item(self, first: int, indent: int, quoted: bool, item: re.Match[str], said: str) -> None:
        self._paragraphs.close()
        ordered = item[1][0] not in "-*+•"
        space = len(item[2] or " ")
        self._lists.item(indent, indent + len(item[1]) + (space if space < 5 else 1), ordered)
        begins = first + item.end()
        end = first + len(said)
        raw = said[item.end() :]
        if not _TO_HERE.fullmatch(raw):
            self._lists.leads_here = False
        fence = _FENCE.match(raw)
        if (fence and fence.end() == len(raw)) or (raw and raw[0] == "#" and _HEADING.match(raw)):
            self._item_of_content(begins, end, raw, quoted, bool(fence))
            return
        task = _TASK.match(raw)
        if task:
            begins += task.end()
        mark = item[1].strip("().") if ordered else ""
        self._paragraphs.open = Open(begins, end, quoted, Kind.ITEM, mark)
        self._paragraphs.extend()

    def _item_of_content(self, begins: int, end: int, raw: str, quoted: bool, is_fence: bool) -> None:
        if is_fence:
            self._content(begins, begins, end, self._lists.open[-1].content, quoted, raw)
        else:
            self._paragraphs.open = Open(begins + len(raw) - len(raw.lstrip("#")), end, quoted, Kind.ITEM)

    def _is_code(self, indent: int) -> bool:
        return self._apart and self._paragraphs.open is None and indent >= self._base() + 4

    def _base(self) -> int:
        """How far in the text stands of what is open."""
        if self._lists.open:
            return self._lists.open[-1].content
        if self._definitions.term is not None:
            return self._definitions.indent + 4
        return self._notes.base

    # Content: what stands in them.

    def _content(self, start: int, first: int, end: int, indent: int, quoted: bool, said: str) -> None:
        char = said[0]
        if char == "[" and self._paragraphs.open and FOOTNOTE.match(said):
            self._paragraphs.close()
        if self._lists.open and self._paragraphs.open is None:
            self._lists.outdent(indent)
        if self._is_code(indent) and not quoted:
            self._indented(start)
        elif char in "`~" and (fence := _FENCE.fullmatch(said)):
            self._fence(fence, start, first, quoted)
        elif char == "#" and (heading := _HEADING.match(said)) and not (self._lists.open and indent):
            self._heading(heading, first, quoted)
        elif not self._unshown(first, end, quoted, said):
            self._words(first, first + len(said), indent, quoted, said)

    def _unshown(self, first: int, end: int, quoted: bool, said: str) -> bool:
        """Whether the line only marks what stands above or below it, or is for no reader's eyes."""
        match said[0]:
            case "=" | "-" | "*" | "_" | "|" | ":" if self._marks(first, end, quoted, said):
                return True
            case "<" | "{" if self._tags.read(first, end, said, apart=self._apart, inside=bool(self._notes.open)):
                return True
            case "[" if self._target(said):
                return True
            case "%" if said == "%%" and self._tags.hidden():
                return True
        if said[0] in "[-{biveITEtn" and _DROPPED.fullmatch(said):
            self._paragraphs.close()
            return True
        return False

    def _marks(self, first: int, end: int, quoted: bool, said: str) -> bool:
        if self._paragraphs.open and _UNDERLINE.fullmatch(said) and self._underlined(said):
            return True
        if self._paragraphs.open and self._paragraphs.table(said):
            return True
        if said[0] == ":":
            return said[1:2] in (" ", "\t") and self._paragraphs.defined(first, end, quoted)
        if _RULE.fullmatch(said):
            self._paragraphs.close()
            return True
        return False

    def _underlined(self, said: str) -> bool:
        return not self._notes.open and self._paragraphs.underlined(1 if said[0] == "=" else 2)

    def _target(self, said: str) -> bool:
        """Whether the line is a link's target, which is not shown."""
        if self._paragraphs.open or not _REFERENCE.match(said + " x"):
            return False
        if said.endswith(":"):
            self._lines.skip(self._lines.at)
        return True

    def _words(self, first: int, end: int, indent: int, quoted: bool, said: str) -> None:
        now = self._paragraphs.open
        if now:
            now.end = end
        else:
            if quoted and (alert := _ALERT.match(said)):
                first += alert.end()
                if first >= end:
                    return
            of_term = self._definitions.goes_on(indent) and not self._lists.open and "|" not in said
            kind = Kind.DEFINITION if of_term else Kind.PARAGRAPH
            self._paragraphs.open = Open(first, end, quoted, kind, inside=bool(self._lists.open))
        self._paragraphs.extend()

    def _heading(self, heading: re.Match[str], first: int, quoted: bool) -> None:
        self._paragraphs.close()
        said = self._inline.shown(first + heading.start(2), first + heading.end(2))
        if quoted or self._notes.open:
            self._out.add(Kind.PARAGRAPH, said)
            return
        self._lists.end()
        self._out.heading(len(heading[1]), said)

    def _indented(self, start: int) -> None:
        """Code that is marked by its indent: all lines that stand as far to the right, and blank ones between."""
        lines = self._lines
        base = self._base() + 4
        end = at = start
        while at < lines.end:
            stop = lines.stop(at)
            line = self._text[at:stop].expandtabs(4)
            if line.strip():
                if len(line) - len(line.lstrip()) < base:
                    break
                end = stop
            at = stop + 1
        lines.at = end + 1
        self._code(start, end, base)

    def _fence(self, fence: re.Match[str], start: int, first: int, quoted: bool) -> None:
        self._paragraphs.close()
        if held := self._fences.code(fence, first):
            self._code(*held, len(self._text[start:first].expandtabs(4)), quoted=quoted)

    def _code(self, start: int, end: int, indent: int, *, quoted: bool = False) -> None:
        said = code(self._source, self._text, start, end, indent, quoted=quoted)
        depth = len(self._lists.open)
        self._lists.leads_here = False
        lead = self._out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
        if not depth:
            self._lists.end()
        self._out.add(Kind.CODE, said, group=self._lists.group if depth else 0, depth=depth, lead=lead)


def code(source: str, text: str, start: int, end: int, indent: int, *, quoted: bool = False) -> Shown:
    """Lines of code without the indent that they all have, and without what is only there to include other files."""
    said = text[start:end]
    edits = [Edit(*line.span(), "") for line in _UNSHOWN_IN_CODE.finditer(said)]
    if indent or quoted:
        margin = re.compile(r"^[ \t]*+(?:>[ \t]?)?" if quoted else rf"^(?:[ ]{{1,{indent}}}|\t)", re.MULTILINE)
        edits += (Edit(*line.span(), "") for line in margin.finditer(said) if line[0])
    shown = verbatim(source, start, end).edited(in_order(edits))
    first = len(shown.text) - len(shown.text.lstrip("\r\n"))
    return shown[first : len(shown.text.rstrip())] if shown.text.strip() else Shown()
