"""
Markdown as it is written: CommonMark, GitHub's and Python-Markdown's tables, notes, tabs, definitions, MyST, MDX.

Line by line, with the containers that are open on a stack. Where dialects differ, what the author saw counts: an item
indented by two below `1.` is nested, a line of bold words above an answer is its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from genesis import dense, frontmatter
from genesis.readers import standing
from genesis.readers.inline import Inline
from genesis.readers.standing import Line, is_bare
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Edit, Kind, Shown, Structure, in_order, joined, verbatim

_REFERENCE = re.compile(r"^[ ]{0,3}\[(?!\^)([^\[\]\n]{1,200}+)\]:[ \t]*+(?:\n[ \t]*+)?\S", re.MULTILINE)
_PREFIX = re.compile(r"[ \t]*+((?>(?:>[ \t]?)*))[ \t]*+")
_UNMARKED = re.compile(r"(?>(?:\n[ \t]*[^\W\d_](?![.)][ \t])[^\n|]*(?=\n|\Z))+)")
_ITEM = re.compile(r"([-*+•]|\d{1,9}[.)]|\(?[a-zA-Z]\)|\([ivx]{1,5}\))(?:([ \t]++)(?=[^ \t])|\Z)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_HEADING = re.compile(
    r"(#{1,6})(?:[ \t]++|\Z)(.*?)(?<![ \t])(?:[ \t]++#++)?[ \t]*+(?:\{[ ]?[#.:][^{}]*+\}[ \t]*+)?\Z", re.DOTALL
)
_RULE = re.compile(r"(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,}|={2,}[ \t]*+|-{2,}[ \t]*+")
_UNDERLINE = re.compile(r"(=++|-++)[ \t]*+")
_COLUMNS = re.compile(r"(?=[^|]*\|)\|?[ \t]*+:?-++:?[ \t]*+(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*+")
_BAR = re.compile(r"(?>(?:\\.|[^|\\])+)|\|", re.DOTALL)
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*+(?:\{([\w:.+-]+)\}[ \t]*+)?([^`]*+)")
_DIRECTIVES = """
admonition note tip hint important warning caution danger attention error seealso info details dropdown tab-set tab-item
grid grid-item card figure list-table glossary versionadded versionchanged deprecated margin sidebar epigraph topic
container div
"""
_PROSE_IN_FENCE = frozenset(_DIRECTIVES.split())
_UNSHOWN_IN_FENCE = frozenset({"toctree", "include", "literalinclude", "image", "contents", "tableofcontents", "index"})
_OPTION = re.compile(r":[\w-]++:")
_NOTE = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]++([\w-]++)?[^\"]*?(?:\"([^\"]*+)\")?[ \t]*+")
_TAB = re.compile(r"===[!+]?[ \t]++\"([^\"]++)\"[ \t]*+")
_COLONS = re.compile(r"(:{3,}|/{3,})[ \t]*+\{?([\w-]*+)\}?[ \t]*+(?:\[([^\[\]]*+)\]|\|?[ \t]*+(.*))", re.DOTALL)
_ALERT = re.compile(r"\[!\w+\][+-]?[ \t]*+(?=\S)|\[!\w+\][+-]?[ \t]*+\n[ \t>]*+|\[!\w+\][+-]?\s*\Z")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,80}\]:[ \t]*+")
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
_BOLD = re.compile(
    r"(?:\*{2,3}+|_{2,3}+)(?=[^\s*_])((?>(?:[^*_\n]|(?<=[^\W_])[*_](?=[^\W_])){1,300}))(?:\*{2,3}+|_{2,3}+)(:?)"
    r"[ \t]*+(?:\\|<br ?/?>)?[ \t]*+"
)
_DEFINES = re.compile(r"[ ]{0,3}:[ \t]++\S")
_TO_HERE = re.compile(r"\[(?>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(#[^()\s]*+\)")
_MARKUP = re.compile(r"<(/?)([a-zA-Z][\w-]*+)|<!--|\{%|\{#")
_RAW = frozenset({"script", "style", "svg", "template"})
_HEADING_TAG = re.compile(r"<(h[1-6])(?:[ \t][^<>]*+)?>", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:<details(?:[ \t][^<>]{0,200}+)?>[ \t]*+)?<summary(?:[ \t][^<>]{0,200}+)?>", re.IGNORECASE)
_HIDDEN = re.compile(r"^[ \t>]*+%%[ \t]*+$", re.MULTILINE)
_LONGEST_SUMMARY = 2_000
_MOST_SUMMARIES = 5
"""Within each other."""
_MOST_HEADING_WORDS = 20
_SENTENCE_ENDS = (".", "?", "!", ":", "。", "？", "！", "\\", "<br>")
_NEAR = 100
"""Characters of what stands above or below that are looked at."""
_MOST_TERMS = 5
_LONGEST_TERM = 100
_ENDS = (".", ",", ";", "!", "。")
"""What no heading and no term ends with."""
_MOST_UNDERLINED = 1_000
"""Characters of an underlined heading."""


@dataclass(slots=True)
class _List:
    """A list that is open: where its marks and its items' text stand, and what kind of marks these are."""

    indent: int
    content: int
    ordered: bool


@dataclass(slots=True)
class _Open:
    """The paragraph, the item or the definition that is open."""

    start: int
    end: int
    quoted: bool
    kind: Kind = Kind.PARAGRAPH
    mark: str = ""
    inside: bool = False
    """Whether it stands in an item."""


@dataclass(slots=True)
class _Scope:
    """What a note or a tab holds, and the path outside of it."""

    indent: int
    """Of its lines; -1 if a line of marks closes it."""
    mark: str
    path: tuple[str, ...]


def read(source: str) -> Structure:
    """A Markdown document."""
    front = frontmatter.read(source)
    body = Reader(source, front.end).structure(front.title)
    return replace(body, blocks=[*front.blocks, *body.blocks], metadata=front.metadata)


class Reader:
    """Where the reader is in the document, and what is open there."""

    def __init__(self, source: str, start: int = 0) -> None:
        self._source = source
        self._at = start
        self._text = source.replace("\r\n", " \n").replace("\r", "\n") if "\r" in source else source
        """As long as the source, with simple line ends."""
        references = frozenset(" ".join(one[1].split()).casefold() for one in _REFERENCE.finditer(self._text, start))
        self._inline = Inline(source, references)
        self._out = Writer()
        self._open: _Open | None = None
        self._lists: list[_List] = []
        self._scopes: list[_Scope] = []
        self._fences: list[str] = []
        """Marks of fences that hold prose."""
        self._group = 0
        self._lead = Shown()
        self._list_begins = 0
        """Where in what is written the list that is open begins."""
        self._leads_here = False
        """Whether all items of the list only lead to places of this document."""
        self._apart = True
        """Whether a blank line stands above."""
        self._term: Shown | None = None
        """What the definition is of that is open, or whose text may go on."""
        self._term_indent = 0
        self._hides = True
        """Whether a comment may be closed below."""
        self._details = 0
        """How many answers are open below their summaries."""

    def structure(self, title: str = "") -> Structure:
        for start, end, is_dense in dense.stretches(self._text, self._at, len(self._text)):
            if is_dense:
                self._end_all()
                for piece in dense.pieces(self._text, start, end):
                    self._out.add(Kind.PARAGRAPH, self._inline.shown(*piece))
            else:
                self._lines(start, end)
        self._end_all()
        return self._out.structure(self._source, title)

    def _end_all(self) -> None:
        self._close()
        self._end_lists()
        self._term = None
        while self._scopes:
            self._leave(self._scopes.pop())

    def _lines(self, start: int, end: int) -> None:
        self._at, self._end = start, end
        while self._at < end:
            start = self._at
            stop = self._text.find("\n", start, end)
            stop = end if stop < 0 else stop
            self._at = stop + 1
            self._line(start, stop)

    def _line(self, start: int, end: int) -> None:
        prefix = _PREFIX.match(self._text, start, end)
        first = prefix.end() if prefix else start
        if first >= end or self._text[first:end].isspace():
            if not self._is_defined_below():
                self._close()
            self._apart = True
            return
        quoted = bool(prefix and prefix[1])
        margin = self._text[start : prefix.start(1) if quoted and prefix else first]
        indent = len(margin.expandtabs(4)) if "\t" in margin else len(margin)
        inner = indent if not quoted or prefix is None else first - prefix.end(1)
        said = self._text[first:end].rstrip()
        details = self._details
        if self._open and quoted and not self._open.quoted:
            self._close()
        if self._open is None:
            self._leave_scopes(indent)
        if not self._container(start, first, indent, inner, quoted, said):
            self._content(start, first, end, indent, quoted, said)
        self._apart = False
        if details == self._details and details and said.endswith(">"):
            self._end_details(said)
        if indent < self._term_indent + 2 and not (self._open and self._open.kind is Kind.DEFINITION):
            self._term = None

    # Containers: lists, notes, tabs.

    def _container(self, start: int, first: int, indent: int, inner: int, quoted: bool, said: str) -> bool:
        """Whether the line opens or closes one."""
        char = said[0]
        if char in "-*+•(0123456789" or (said[1:2] == ")" and char.isalpha()):
            item = _ITEM.match(said)
            if item and not _RULE.fullmatch(said) and not self._is_code(indent):
                if self._open and self._open.kind is Kind.PARAGRAPH and not self._open.inside and not self._opens(item):
                    return False
                self._item(first, inner if quoted else indent, quoted, item, said)
                return True
        if char in "!?=" and (note := _NOTE.fullmatch(said) or _TAB.fullmatch(said)):
            self._close()
            label = note[note.re.groups] or ""
            self._enter(indent + 4, "", label)
            return True
        if said.startswith((":::", "///")) and (colons := _COLONS.fullmatch(said)):
            self._close()
            if colons[2]:
                self._enter(-1, colons[1], (colons[3] or colons[4] or "").strip())
            elif any(scope.indent < 0 for scope in self._scopes):
                while (scope := self._scopes.pop()).indent >= 0:
                    pass
                self._leave(scope)
            return True
        return False

    def _opens(self, item: re.Match[str]) -> bool:
        """Whether a mark may open a list right below a paragraph: a number only if it is the first."""
        return not item[1][0].isalnum() or item[1][:-1] in ("1", "0", "a", "A") or item[1][0] == "("

    def _enter(self, indent: int, mark: str, label: str) -> None:
        if not self._lists:
            self._end_lists()
        self._scopes.append(_Scope(indent, mark, self._out.path))
        if label and label not in self._out.path:
            self._out.path = (*self._out.path, label)

    def _leave_scopes(self, indent: int) -> None:
        while self._scopes and self._scopes[-1].indent >= 0 and indent < self._scopes[-1].indent:
            self._end_lists()
            self._leave(self._scopes.pop())

    def _leave(self, scope: _Scope) -> None:
        if self._out.path[: len(scope.path)] == scope.path:
            self._out.path = scope.path

    def _item(self, first: int, indent: int, quoted: bool, item: re.Match[str], said: str) -> None:
        self._close()
        ordered = item[1][0] not in "-*+•"
        space = len(item[2] or " ")
        content = indent + len(item[1]) + (space if space < 5 else 1)
        while self._lists and indent < min(self._lists[-1].content, self._lists[-1].indent + 2):
            top = self._lists[-1]
            if indent >= top.indent - 1 and (top.ordered == ordered or len(self._lists) > 1):
                break
            self._lists.pop()
        above = self._lists[-1] if self._lists else None
        if above is None:
            self._begin_list()
        if above and indent < min(above.content, above.indent + 2):
            above.indent, above.content, above.ordered = indent, content, ordered
        else:
            self._lists.append(_List(indent, content, ordered))
        begins = first + item.end()
        end = first + len(said)
        raw = said[item.end() :]
        if not _TO_HERE.fullmatch(raw):
            self._leads_here = False
        fence = _FENCE.match(raw)
        if (fence and fence.end() == len(raw)) or (raw and raw[0] == "#" and _HEADING.match(raw)):
            self._item_of_content(begins, end, raw, quoted, bool(fence))
            return
        task = _TASK.match(raw)
        if task:
            begins += task.end()
        mark = item[1].strip("().") if ordered else ""
        self._open = _Open(begins, end, quoted, Kind.ITEM, mark)
        self._extend()

    def _item_of_content(self, begins: int, end: int, raw: str, quoted: bool, is_fence: bool) -> None:
        if is_fence:
            self._content(begins, begins, end, self._lists[-1].content, quoted, raw)
        else:
            self._open = _Open(begins + len(raw) - len(raw.lstrip("#")), end, quoted, Kind.ITEM)

    def _begin_list(self) -> None:
        self._group = self._out.group()
        self._lead = self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        above = self._out.lead(Kind.ITEM)
        if above.text.endswith(":"):
            self._lead = above
        self._list_begins = len(self._out.blocks)
        self._leads_here = True

    def _end_lists(self) -> None:
        if self._lists and self._leads_here and len(self._out.blocks) - self._list_begins > 2:
            del self._out.blocks[self._list_begins :]  # a table of contents
        self._lists.clear()
        self._group = 0

    def _is_code(self, indent: int) -> bool:
        return indent >= self._base() + 4 and self._open is None and self._apart

    def _base(self) -> int:
        """How far in the text stands of what is open."""
        if self._lists:
            return self._lists[-1].content
        if self._term is not None:
            return self._term_indent + 4
        return max(self._scopes[-1].indent, 0) if self._scopes else 0

    # Content: what stands in them.

    def _content(self, start: int, first: int, end: int, indent: int, quoted: bool, said: str) -> None:
        char = said[0]
        if char == "[" and self._open and _FOOTNOTE.match(said):
            self._close()
        if self._lists and self._open is None and indent < min(self._lists[-1].content, self._lists[-1].indent + 2):
            self._outdent(indent)
        if self._is_code(indent) and not quoted:
            self._indented(start, indent)
        elif char in "`~" and (fence := _FENCE.fullmatch(said)):
            self._fence(fence, start, first, quoted)
        elif char == "#" and (heading := _HEADING.match(said)) and not (self._lists and indent):
            self._heading(heading, first, quoted)
        elif not self._unshown(first, end, quoted, said):
            self._words(first, first + len(said), indent, quoted, said)

    def _unshown(self, first: int, end: int, quoted: bool, said: str) -> bool:
        """Whether the line only marks what stands above or below it, or is for no reader's eyes."""
        match said[0]:
            case "=" | "-" | "*" | "_" | "|" | ":" if self._marks(first, end, quoted, said):
                return True
            case "<" | "{" if self._markup(first, end, said):
                return True
            case "[" if self._definition(first, said):
                return True
            case "%" if said == "%%" and self._hidden():
                return True
        if said[0] in "[-{biveITEtn" and _DROPPED.fullmatch(said):
            self._close()
            return True
        return False

    def _marks(self, first: int, end: int, quoted: bool, said: str) -> bool:
        if self._open and (_UNDERLINE.fullmatch(said) and self._underlined(said)):
            return True
        if self._open and _COLUMNS.fullmatch(said) and self._columns(quoted):
            return True
        if said[0] == ":":
            return said[1:2] in (" ", "\t") and self._defined(first, end, quoted)
        if _RULE.fullmatch(said):
            self._close()
            return True
        return False

    def _outdent(self, indent: int) -> None:
        """A paragraph that stands to the left of the items' text ends the lists that it is not in."""
        while self._lists and indent < min(self._lists[-1].content, self._lists[-1].indent + 2):
            if len(self._lists) == 1:
                self._end_lists()
            else:
                self._lists.pop()

    def _words(self, first: int, end: int, indent: int, quoted: bool, said: str) -> None:
        if self._open is None:
            if quoted and (alert := _ALERT.match(said)):
                first += alert.end()
                if first >= end:
                    return
            of_term = self._term is not None and indent > self._term_indent + 1 and not self._lists and "|" not in said
            kind = Kind.DEFINITION if of_term else Kind.PARAGRAPH
            self._open = _Open(first, end, quoted, kind, inside=bool(self._lists))
        else:
            self._open.end = end
        self._extend()

    def _extend(self) -> None:
        """Take the lines that nothing marks all at once."""
        now = self._open
        if now is None or now.quoted or self._details or self._at > self._end:
            return
        if more := _UNMARKED.match(self._text, self._at - 1, self._end):
            now.end = more.end()
            self._at = more.end() + 1

    def _close(self) -> None:
        now, self._open = self._open, None
        if now is None or now.start >= now.end:
            if now and now.kind is Kind.ITEM:
                self._leads_here = False
            return
        if now.kind is Kind.ITEM:
            text, *below = self._parts(now)
            depth = len(self._lists) - 1
            self._out.add(Kind.ITEM, text, group=self._group, depth=depth, lead=self._lead, mark=now.mark)
            for one in below:
                self._out.add(Kind.PARAGRAPH, one, group=self._group, depth=depth + 1)
        elif now.kind is Kind.DEFINITION:
            self._define(now)
        elif self._text[now.start] == "|" and self._rows_without_header(now):
            pass
        elif now.inside and self._lists:
            self._leads_here = False
            for one in self._parts(now):
                self._out.add(Kind.PARAGRAPH, one, group=self._group, depth=len(self._lists))
        else:
            self._paragraph(now)

    def _paragraph(self, now: _Open) -> None:
        self._end_lists()
        if footnote := _FOOTNOTE.match(self._text, now.start, now.end):
            now.start = footnote.end()
        headed = False
        for start, end, _, _ in [] if now.quoted else self._lines_of(now, now.end):
            bold = _BOLD.fullmatch(self._text, start, end) if self._text[start] in "*_" else None
            if bold and self._is_heading(bold, start, now, headed):
                self._plain(now, start)
                self._out.heading(self._lowest(), self._inline.shown(*bold.span(1)))
                now.start, headed = end, True
        self._plain(now, now.end)

    def _plain(self, now: _Open, end: int) -> None:
        """What is left of a paragraph up to `end`."""
        lines = self._lines_of(now, end)
        if not lines:
            return
        if clauses := standing.clauses(lines):
            self._clauses(lines, clauses, now.quoted)
            return
        names = standing.entries(lines)
        pieces = standing.pieces(lines, names)
        is_list = len(pieces) > 2 and not names and all(one == last and is_bare(lines[one]) for one, last in pieces)
        group, lead = 0, Shown()
        if names or is_list:
            group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH) if is_list else lead
        for first, last in pieces:
            text = self._of_lines(lines[first : last + 1], now.quoted)
            if first in names:
                self._out.add(Kind.ENTRY, text, group=group, mark=names[first])
            elif is_list:
                self._out.add(Kind.ITEM, text, group=group, lead=lead)
            else:
                self._out.add(Kind.PARAGRAPH, text)

    def _parts(self, now: _Open) -> list[Shown]:
        """What stands in an item, parted where its author broke it; at least one text."""
        lines = self._lines_of(now, now.end)
        parts = standing.pieces(lines, standing.entries(lines))
        return [self._of_lines(lines[first : last + 1], now.quoted) for first, last in parts] or [Shown()]

    def _of_lines(self, lines: Sequence[Line], quoted: bool) -> Shown:
        return self._inline.shown(lines[0].start, lines[-1].last, quoted=quoted)

    def _clauses(self, lines: Sequence[Line], clauses: Mapping[int, re.Match[str]], quoted: bool) -> None:
        """Items by their numbers, each with the lines below it; what stands above the first is a paragraph."""
        first, *following = clauses
        if first:
            self._out.add(Kind.PARAGRAPH, self._of_lines(lines[:first], quoted))
        group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        outermost = min(one[1].count(".") for one in clauses.values())
        for at, below in zip(clauses, (*following, len(lines)), strict=True):
            mark = clauses[at]
            text = self._inline.shown(lines[at].start + mark.end(), lines[below - 1].last, quoted=quoted)
            depth = mark[1].count(".") - outermost
            self._out.add(Kind.ITEM, text, group=group, depth=depth, lead=lead, mark=mark[1])

    def _lines_of(self, now: _Open, end: int) -> list[Line]:
        """The lines of a paragraph up to `end`, without what is blank."""
        lines = []
        at = now.start
        for said in self._text[now.start : end].split("\n"):
            stop = at + len(said)
            prefix = _PREFIX.match(self._text, at, stop)
            begins = prefix.end() if prefix else at
            if begins < stop:
                lines.append(standing.line(self._source, begins, stop))
            at = stop + 1
        return lines

    def _is_heading(self, bold: re.Match[str], start: int, now: _Open, headed: bool) -> bool:
        """Whether a line that is bold as a whole heads what follows, and is not in the middle of a sentence."""
        said, end = bold[1].rstrip(), bold.end()
        if bold[1][-1] in ".,;!" or said.count(" ") >= _MOST_HEADING_WORDS or self._out_of_words(said):
            return False
        below = self._text[end + 1 : min(end + _NEAR, now.end)].lstrip()
        if start == now.start:
            return not below or said.endswith("?") or not below[0].islower()
        above = self._text[max(now.start, start - _NEAR) : start].rstrip()
        ended = not above or above.endswith(_SENTENCE_ENDS)
        return ended and (headed or bool(below)) and not below[:1].islower()

    def _out_of_words(self, said: str) -> bool:
        return not any(char.isalpha() for char in said)

    def _indented(self, start: int, indent: int) -> None:
        """Code that is marked by its indent: all lines that stand as far to the right, and blank ones between."""
        base = self._base() + 4
        end = at = start
        while at < self._end:
            stop = self._text.find("\n", at, self._end)
            stop = self._end if stop < 0 else stop
            line = self._text[at:stop].expandtabs(4)
            if line.strip():
                if len(line) - len(line.lstrip()) < base:
                    break
                end = stop
            at = stop + 1
        self._at = end + 1
        self._code(start, end, base)

    def _code(self, start: int, end: int, indent: int, *, quoted: bool = False) -> None:
        said = code(self._source, self._text, start, end, indent, quoted=quoted)
        depth = len(self._lists)
        self._leads_here = False
        lead = self._out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
        if not depth:
            self._end_lists()
        self._out.add(Kind.CODE, said, group=self._group if depth else 0, depth=depth, lead=lead)

    def _fence(self, fence: re.Match[str], start: int, first: int, quoted: bool) -> None:
        self._close()
        marks, directive = fence[1], (fence[2] or "").lower()
        if self._fences and not fence[2] and not fence[3].strip() and marks.startswith(self._fences[-1]):
            self._fences.pop()
            return
        if directive in _PROSE_IN_FENCE:
            self._fences.append(marks)
            self._options()
            if title := fence[3].strip():
                begins = first + fence.start(3)
                self._out.add(Kind.PARAGRAPH, self._inline.shown(begins, begins + len(title)))
            return
        begins = self._at
        end = at = begins
        closing = re.compile(rf"[ \t>]*+{re.escape(marks)}{re.escape(marks[0])}*+[ \t]*+(?:\n|\Z)")
        ends = re.compile(rf"^[ \t>]*+{re.escape(marks)}", re.MULTILINE)
        while found := ends.search(self._text, at, self._end):
            if closed := closing.match(self._text, found.start(), self._end):
                end, self._at = found.start(), closed.end()
                break
            at = found.end()
        else:
            end = self._end
            self._at = self._end
        if directive in _UNSHOWN_IN_FENCE:
            return
        if directive:
            while (option := _OPTION.match(self._text, begins, end)) and option:
                begins = min(self._text.find("\n", begins, end) % (len(self._text) + 1) + 1, end)
        self._code(begins, max(end - 1, begins), len(self._text[start:first].expandtabs(4)), quoted=quoted)

    def _options(self) -> None:
        while _OPTION.match(self._text, self._at, self._end):
            stop = self._text.find("\n", self._at, self._end)
            self._at = self._end if stop < 0 else stop + 1

    def _heading(self, heading: re.Match[str], first: int, quoted: bool) -> None:
        self._close()
        said = self._inline.shown(first + heading.start(2), first + heading.end(2))
        if quoted or self._scopes:
            self._out.add(Kind.PARAGRAPH, said)
            return
        self._end_lists()
        self._out.heading(len(heading[1]), said)

    def _underlined(self, said: str) -> bool:
        now = self._open
        if now is None or now.kind is not Kind.PARAGRAPH or now.inside or now.quoted or self._scopes:
            return False
        if now.end - now.start > _MOST_UNDERLINED or self._text[now.start] == "|":
            return False
        self._open = None
        self._end_lists()
        self._out.heading(1 if said[0] == "=" else 2, self._inline.shown(now.start, now.end))
        return True

    def _markup(self, first: int, end: int, said: str) -> bool:
        """A line of tags, a comment or a template that hold no words of this paragraph."""
        mark = _MARKUP.match(said)
        if not mark:
            return False
        closing = {"<!--": "-->", "{%": "%}", "{#": "#}"}.get(mark[0])
        if mark[2] and mark[2].lower() in _RAW:
            closing = f"</{mark[2].lower()}>"
        if closing:
            found = self._text.find(closing, first, self._end)
            if found < 0:
                return False
            stop = found + len(closing)
            line_end = self._text.find("\n", stop, self._end)
            line_end = self._end if line_end < 0 else line_end
            if self._text[stop:line_end].strip():
                return False
            if self._open is None or self._apart:
                self._close()
            self._at = line_end + 1
            return True
        if (summary := _SUMMARY.match(said)) and not self._scopes and self._summary(first, first + summary.end()):
            return True
        if mark[2] and (heading := _HEADING_TAG.match(said)):
            closed = self._text.find(f"</{heading[1]}", first, min(first + 2_000, self._end))
            if closed > 0:
                self._close()
                self._end_lists()
                self._out.heading(int(heading[1][1]), self._inline.shown(first + heading.end(), closed))
                stop = self._text.find("\n", closed, self._end)
                self._at = self._end if stop < 0 else stop + 1
                return True
        if said.endswith(">") and not self._inline.shown(first, end):
            self._close()  # only tags
            return True
        return False

    def _hidden(self) -> bool:
        """A comment in Obsidian, between lines of two percent signs."""
        end = _HIDDEN.search(self._text, self._at, self._end) if self._hides else None
        if end is None:
            self._hides = False
            return False
        self._close()
        self._at = end.end() + 1
        return True

    def _summary(self, first: int, begins: int) -> bool:
        """What can be unfolded stands below its summary, as an answer does below a question in bold."""
        closed = self._text.find("</summary>", begins, min(first + _LONGEST_SUMMARY, self._end))
        if closed < 0:
            return False
        self._close()
        self._end_lists()
        self._out.heading(self._lowest(), self._inline.shown(begins, closed))
        self._details += 1
        self._at = closed + len("</summary>")
        return True

    def _lowest(self) -> int:
        """The level of a heading by its form alone: below the summaries that are open."""
        return BELOW_ALL + min(self._details, _MOST_SUMMARIES)

    def _end_details(self, said: str) -> None:
        for _ in range(min(said.lower().count("</details>"), self._details)):
            self._close()
            self._end_lists()
            self._details -= 1
            self._out.leave(self._lowest())

    def _definition(self, first: int, said: str) -> bool:
        """A link's target, which is not shown."""
        if self._open or not _REFERENCE.match(said + " x"):
            return False
        if said.endswith(":"):
            stop = self._text.find("\n", self._at, self._end)
            self._at = self._end if stop < 0 else stop + 1
        return True

    def _defined(self, first: int, end: int, quoted: bool) -> bool:
        """What a term is, on a line of its own below it."""
        now = self._open
        if now and now.kind is Kind.PARAGRAPH and self._is_terms(now):
            self._open = None
            self._term = joined(self._terms(now), ", ")
        elif now and now.kind is Kind.DEFINITION:
            self._close()
        elif now or self._term is None:
            return False
        line = self._text[self._text.rfind("\n", 0, first) + 1 : first]
        self._term_indent = len(line.expandtabs(4))
        self._open = _Open(first + 1, end, quoted, Kind.DEFINITION)
        return True

    def _is_defined_below(self) -> bool:
        """Whether the paragraph above a blank line is a term, and the line below says what it is."""
        now = self._open
        if now is None or now.kind is not Kind.PARAGRAPH or now.inside or now.quoted:
            return False
        if not _DEFINES.match(self._text, self._at, self._end):
            return False
        return self._text[now.start] != "|" and self._text[now.end - 1] not in _ENDS and self._is_terms(now)

    def _is_terms(self, now: _Open) -> bool:
        """Whether a paragraph is a term, or several short ones below each other that are defined as one."""
        lines = self._text[now.start : now.end].split("\n", _MOST_TERMS)
        if len(lines) == 1:
            return True
        said = [line.strip() for line in lines]
        return len(lines) <= _MOST_TERMS and all(len(one) <= _LONGEST_TERM and not one.endswith(_ENDS) for one in said)

    def _terms(self, now: _Open) -> Iterator[Shown]:
        at = now.start
        while at < now.end:
            stop = self._text.find("\n", at, now.end)
            stop = now.end if stop < 0 else stop
            yield self._inline.shown(at, stop, quoted=now.quoted)
            at = stop + 1

    def _define(self, now: _Open) -> None:
        term = self._term or Shown()
        text = joined((term, self._inline.shown(now.start, now.end, quoted=now.quoted)), ": ")
        self._out.add(Kind.DEFINITION, text, mark=term.text)

    # Tables.

    def _columns(self, quoted: bool) -> bool:
        """A table: its header is the last line of the paragraph, its rows the lines below."""
        now = self._open
        if now is None or now.kind is Kind.DEFINITION:
            return False
        begins = max(self._text.rfind("\n", now.start, now.end) + 1, now.start)
        header = self._cells(begins, now.end)
        if "|" not in self._text[begins : now.end]:
            return False
        if begins > now.start:
            now.end = begins - 1
            self._close()
        self._open = None
        rows = list(self._rows())
        lead = self._out.lead(Kind.PARAGRAPH)
        if not self._lists:
            self._end_lists()
        self._out.table(header, rows, lead)
        return True

    def _rows(self) -> Iterator[list[Shown]]:
        while self._at < self._end:
            stop = self._text.find("\n", self._at, self._end)
            stop = self._end if stop < 0 else stop
            if "|" not in self._text[self._at : stop]:
                return
            yield self._cells(self._at, stop)
            self._at = stop + 1

    def _rows_without_header(self, now: _Open) -> bool:
        lines = self._text[now.start : now.end].split("\n")
        if not all(line.strip().startswith("|") and line.count("|") > 1 for line in lines):
            return False
        rows, at = [], now.start
        for line in lines:
            if not _COLUMNS.fullmatch(line.strip()):
                rows.append(self._cells(at, at + len(line)))
            at += len(line) + 1
        self._out.table((), rows, self._out.lead(Kind.PARAGRAPH))
        return True

    def _cells(self, start: int, end: int) -> list[Shown]:
        prefix = _PREFIX.match(self._text, start, end)
        start = prefix.end() if prefix else start
        cells: list[Shown] = []
        began = start
        bars = 0
        for part in _BAR.finditer(self._text, start, end):
            if part[0] == "|":
                if bars or part.start() > start:
                    cells.append(self._inline.shown(began, part.start(), in_cell=True))
                began = part.end()
                bars += 1
        if self._text[began:end].strip():
            cells.append(self._inline.shown(began, end, in_cell=True))
        return cells


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
