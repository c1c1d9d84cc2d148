"""
Source code of most languages: what comments and docstrings say is prose under the name that they document, constants
are entries, the rest is code by definition. Definitions are told by their words, and what is within them by indents.
"""

from __future__ import annotations

import re

from genesis.fairness import breathe
from genesis.readers import docstrings, entries
from genesis.structure import Block, Kind, Shown, Structure, joined, verbatim

_LINE = re.compile(r"([ \t]*+)([^\n]*+)(?:\n|\Z)")
_DEFINITION = re.compile(
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([a-z]++\))?|unsafe"
    r"|override|open|sealed|data|inline|extern|const|virtual|declare)\s++)*+"
    r"(?:def|class|function\*?|func|fn|fun|interface|trait|impl|struct|enum|module|namespace|object|protocol|type"
    r"|create\s++(?:or\s++replace\s++)?(?:table|view|function|procedure|index|type))\s++"
    r"(?:\([^()\n]*+\)\s*+)?(?:if\s++not\s++exists\s++)?[`\"]?([A-Za-z_$][\w$.]*+)",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"(?:(?:public|private|protected|static|final|abstract|async|virtual|override|synchronized)\s++)++"
    r"[\w<>\[\],.?&*:]++(?:\s++[\w<>\[\],.?&*:]++)?\s++([A-Za-z_$][\w$]*+)\s*+\("
)
_CONSTANT = re.compile(
    r"(?:(?:export|public|private|protected|static|final|const|constexpr|let|var|val|pub(?:\([a-z]++\))?|readonly)\s++)*+"
    r"(?:[\w<>\[\]&*]++\s++)?([A-Za-z_$][\w$]*+)\s*+(?::\s*+[^=\n]++)?:?=(?![=>])\s*+[^\s]"
)
_MACRO = re.compile(r"#\s*+define\s++([A-Z_]\w*+)\s++\S")
_COMMENT = re.compile(
    r"(?://[/!]?|#(?!\s*+(?:define|include|if|ifdef|ifndef|endif|else|elif|pragma|undef)\b|[!\[])|--)[ \t]*+"
)
_TRIPLE = re.compile(r'[rRuUbBfF]{0,2}("""|\'\'\')')
_BLOCK = "/*"
_STARS = re.compile(r"(?<![ \t])[ \t]*+\*++(?!/)[ \t]?")
_RULE = re.compile(r"[\W_]*+")
_SHEBANG = re.compile(r"#![^\n]*+\n?")
_MODE = re.compile(r"-\*-|(?:vim|ex):|coding[:=]")
"""What a comment tells an editor."""
_BESIDE = re.compile(r"(?<!\s)\s++(?://|#|--)\s*+([^\n]++)")
_LONGEST_CONSTANT = 300
_TAB = 4
_DEEPEST = 20
"""Definitions within definitions; a longer path would be repeated with all that stands there."""
_LONGEST_NAME = 60


def read(source: str) -> Structure:
    """It has no title."""
    reader = _Reader(source)
    shebang = _SHEBANG.match(source)
    at = shebang.end() if shebang else 0
    while at < len(source):
        breathe()
        if len(reader.blocks) > entries.MOST:
            raise entries.too_many()
        at = reader.line(at)
    reader.flush()
    return Structure(title="", source=source, blocks=reader.blocks)


class _Reader:
    def __init__(self, source: str) -> None:
        self.blocks: list[Block] = []
        self._source = source
        self._path: list[tuple[int, str]] = []
        """The definitions around, each with its indent."""
        self._said: list[Shown] = []
        """A comment that nothing follows yet; an empty text parts paragraphs."""
        self._code: tuple[int, int] | None = None
        self._group = 0

    def line(self, at: int) -> int:
        """Take a line, or a comment of several; where the next begins."""
        found = _LINE.match(self._source, at)
        first, end = found.span(2) if found else (at, len(self._source))
        following = max(found.end() if found else 0, at + 1)
        text = self._source[first:end].rstrip()
        if not text:
            self._blank()
        elif triple := _TRIPLE.match(text) if self._may_document() else None:
            self._prose(self._where())
            following = self._comment(first + triple.end(), triple[1], True)
        elif text.startswith(_BLOCK):
            following = self._comment(first + 2, "*/", False)
        elif comment := _COMMENT.match(text):
            said = self._sentence(first + comment.end(), end)
            self._said += (Shown(), said, Shown()) if _MODE.match(said.text) else (said,)
        else:
            self._statement(text, first, end, len(self._source[at:first].expandtabs(_TAB)))
        return following

    def flush(self) -> None:
        """Keep what was read so far."""
        self._prose(self._where())
        self._end_code()

    def _blank(self) -> None:
        if self._said:
            self._prose(self._where())
        elif self._code and not self._path:
            self._end_code()

    def _may_document(self) -> bool:
        """Whether a string that stands here documents something: it is the first of a file or a definition."""
        return self._code is None or self._source[self._code[1] - 1] == ":"

    def _comment(self, start: int, closing: str, documents: bool) -> int:
        """A comment up to its end, line by line; where the line after it begins."""
        last = self._source.find(closing, start)
        last = len(self._source) if last < 0 else last
        at = start
        while at <= last:
            end = self._source.find("\n", at, last)
            end = last if end < 0 else end
            stars = _STARS.match(self._source, at, end) if not documents else None
            self._said.append(self._sentence(stars.end() if stars else at, end))
            at = end + 1
        if documents:
            self._prose(self._where())
        following = self._source.find("\n", last)
        return len(self._source) if following < 0 else following + 1

    def _sentence(self, start: int, end: int) -> Shown:
        shown = verbatim(self._source, start, end).folded()
        return Shown() if _RULE.fullmatch(shown.text) else shown

    def _statement(self, text: str, first: int, end: int, indent: int) -> None:
        defined = _DEFINITION.match(text) or _METHOD.match(text)
        if defined or text[0] not in "})]":
            while self._path and self._path[-1][0] >= indent:
                self._end_code()
                self._path.pop()
        if defined:
            self._end_code()
            if len(self._path) < _DEEPEST:
                self._path.append((indent, defined[1][:_LONGEST_NAME]))
            self._group += 1
            self._prose(self._where())
        constant = None if defined else self._constant(text, first)
        if constant:
            self._end_code()
            self._entry(constant, first, first + len(text))
            return
        if self._said:
            self._prose(self._where())
        self._code = (self._code[0] if self._code else first, first + len(text))

    def _constant(self, text: str, first: int) -> str:
        """The name of what is set here for good; empty for a statement within a function."""
        if len(text) > _LONGEST_CONSTANT or text.endswith(("{", "(", "[", ",", "\\")):
            return ""
        found = _MACRO.match(text) or _CONSTANT.match(text)
        if not found:
            return ""
        is_loud = found[1].isupper() and len(found[1]) > 1
        return found[1] if is_loud or not self._path else ""

    def _entry(self, name: str, start: int, end: int) -> None:
        beside = _BESIDE.search(self._source, start, end)
        if beside and self._source.count('"', start, beside.start()) % 2 == 0:
            self._said.append(verbatim(self._source, *beside.span(1)).folded())
            end = beside.start()
        path = self._where()
        mark = ".".join((*path, name))
        lead = joined(filter(None, self._said), " ")
        self._said = []
        text = verbatim(self._source, start, end).folded()
        self.blocks.append(Block(kind=Kind.ENTRY, text=text, path=path, group=self._group + 1, lead=lead, mark=mark))

    def _prose(self, path: tuple[str, ...]) -> None:
        """The comment that was read."""
        self.blocks += docstrings.blocks(self._source, self._said, path)
        self._said = []

    def _end_code(self) -> None:
        if self._code:
            start, end = self._code
            code = verbatim(self._source, start, end)
            self.blocks.append(Block(kind=Kind.CODE, text=code, path=self._where(), group=self._group + 1))
        self._code = None

    def _where(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path)
