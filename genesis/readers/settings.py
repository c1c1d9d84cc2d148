"""Settings in lines: INI, TOML, `.env`, properties and the files of servers; each key an entry with its section."""

from __future__ import annotations

import re
from itertools import count

from genesis.fairness import breathe
from genesis.readers import entries
from genesis.readers.comments import is_setting
from genesis.readers.entries import Node
from genesis.readers.escapes import unescaped
from genesis.structure import Shown, Structure, joined, verbatim

_LINE = re.compile(r"([ \t]*+)([^\r\n]*+)(?:\r?\n|\r|\Z)")
_COMMENT = re.compile(r"(?>(?:[#;!]|//)+)[ \t]*+")
_SECTION = re.compile(r"(\[{1,2})[ \t]*+([^\]\r\n]++)\]{1,2}")
_TAG = re.compile(r"<(/?)([\w.-]++[^>]*+)>")
_KEY = re.compile(
    r"""(?:export[ \t]++|set[ \t]++)?("[^"\r\n]++"|'[^'\r\n]++'|[^\s=:"'{}<>!~+]++(?>(?:[ ][^\s=:"'{}<>!~+]+){0,4}))"""
    r"""[ \t]*+(?:\+?=|:(?=\s|\Z))[ \t]*+"""
)
_WORD = re.compile(r"([^\s{};]++)[ \t]++")
_BESIDE = re.compile(r"(?<![ \t])[ \t]++(?:#|;|//)[ \t]*+([^\r\n]++)")
_STRING = re.compile(
    r'"""(?>(?:[^"\\]+|\\.|"(?!""))*)"""|\'\'\'(?>(?:[^\']+|\'(?!\'\'))*)\'\'\'|"(?>(?:[^"\\\n]+|\\.)*)"|\'[^\'\n]*+\'',
    re.DOTALL,
)
_TOKEN = re.compile(_STRING.pattern + r"|#[^\n]*+|[\[\]{}]|[^\s\[\]{},#\"']++|.", re.DOTALL)
_LONGEST = 400
"""Characters of a value that goes on over lines."""


def read(source: str) -> Structure:
    """The title is what an outermost `title` or `name` says."""
    nodes = parsed(source)
    return Structure(title=entries.called(nodes), source=source, blocks=list(entries.blocks(nodes, count(1))))


def parsed(source: str, start: int = 0, end: int | None = None) -> list[Node]:
    """The keys of a stretch of the source. DocumentTooLarge."""
    reader = _Reader(source, len(source) if end is None else end)
    while start < reader.last:
        breathe()
        start = reader.line(start)
    reader.flush()
    return reader.root.below


class _Reader:
    def __init__(self, source: str, last: int) -> None:
        self.root = Node(Shown())
        self.last = last
        self._source = source
        self._open = [self.root]
        self._sections: dict[str, Node] = {}
        self._said: list[Shown] = []
        """Comments that no key has taken yet."""
        self._key: Node | None = None
        """The last key, whose value an indented line goes on with."""
        self._closes = True
        """Whether brackets that are opened are closed again, as far as is known."""
        self._count = 0

    def line(self, start: int) -> int:
        """Take a line, or the lines of one value; where the next begins."""
        found = _LINE.match(self._source, start, self.last)
        first, end = found.span(2) if found else (start, self.last)
        following = found.end() if found else self.last
        text = self._source[first:end].rstrip()
        end = first + len(text)
        if not text:
            self.flush()
            self._key = None
        elif comment := _COMMENT.match(text):
            self._remark(first, first + comment.end(), end, text[: comment.end()])
        elif self._key and first > start and len(self._key.value) < _LONGEST and not _KEY.match(text):
            self._key.value = joined(filter(None, (self._key.value, verbatim(self._source, first, end).folded())), ", ")
        elif section := _SECTION.fullmatch(_BESIDE.sub("", text)):
            self._section(section, first)
        elif tag := _TAG.fullmatch(text):
            self._block(tag[1] == "/", Shown(tag[2]) if tag[1] else verbatim(self._source, first + 1, end - 1).folded())
        elif text.startswith("}"):
            self._block(True, Shown())
        elif text.endswith("{") and not _KEY.match(text):
            self._block(False, verbatim(self._source, first, end - 1).folded())
        else:
            following = max(following, self._pair(text, first, end))
        return following

    def _remark(self, first: int, at: int, end: int, mark: str) -> None:
        """A comment; a setting that is commented out stands on its own, with what is above it."""
        text = self._source[at:end]
        if is_setting(text, not mark[-1].isspace()) or _SECTION.fullmatch(text):
            off = joined((*filter(None, self._said), verbatim(self._source, first, end).folded()), " ")
            self._open[-1].below.append(Node(Shown(), off=[off]))
            self._said = []
        else:
            self._said.append(verbatim(self._source, at, end).folded())

    def flush(self) -> None:
        """Let comments stand on their own: a blank line follows them."""
        if said := [one for one in self._said if one]:
            self._open[-1].below.append(Node(Shown(), comment=joined(said, " ")))
        self._said = []

    def _pair(self, text: str, first: int, end: int) -> int:
        assigned = _KEY.match(text)
        key = assigned or _WORD.match(text)
        if not key:
            self._key = self._add(verbatim(self._source, first, end))
            return end
        a, b = key.span(1)
        if text[a] in "\"'":
            a, b = a + 1, b - 1
        node = self._add(verbatim(self._source, first + a, first + b).folded())
        end = self._value(node, first + key.end(), end)
        self._key = node if assigned else None
        return end

    def _value(self, node: Node, first: int, end: int) -> int:
        string = _STRING.match(self._source, first, self.last)
        if string:
            marks = 3 if string[0][:3] in ('"""', "'''") else 1
            inner = string.start() + marks, string.end() - marks
            node.value = (unescaped if string[0][0] == '"' else verbatim)(self._source, *inner).folded()
            return self._beside(node, string.end())
        if self._closes and self._source.startswith(("[", "{"), first, end):
            return self._beside(node, self._list(node, first, end))
        while len(node.value) < _LONGEST and end > first and self._source.startswith("\\", end - 1):
            more = _LINE.match(self._source, end, self.last)
            if not more:
                break
            going_on = _LINE.match(self._source, more.end(), self.last)
            node.value = joined(filter(None, (node.value, verbatim(self._source, first, end - 1).folded())), " ")
            if not going_on or not going_on[2]:
                return more.end()
            first, end = going_on.start(2), going_on.start(2) + len(going_on[2].rstrip())
        beside = _BESIDE.search(self._source, first, end)
        last = beside.start() if beside else end
        if beside:
            self._comment(node, beside)
        value = verbatim(self._source, first, last).folded()
        if value.text.endswith(";"):
            value = value[:-1].stripped()
        node.value = joined(filter(None, (node.value, value)), " ")
        return end

    def _list(self, node: Node, first: int, end: int) -> int:
        """A value in brackets, which may go on over lines: what stands in it."""
        depth, parts, remarks = 0, [], []
        for token in _TOKEN.finditer(self._source, first, self.last):
            breathe()
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            a, b = token.span()
            if token[0][0] in "\"'" and b - a > 1:
                parts.append(verbatim(self._source, a + 1, b - 1).folded())
            elif token[0][0] == "#" and (remark := verbatim(self._source, a + 1, b).folded()):
                if remark.text[0] in "\"'":  # a value that is commented out
                    remark = verbatim(self._source, a, b).folded()
                remarks.append(joined((parts[-1], remark), ": ") if parts and self._is_beside(a) else remark)
            elif token[0][0] not in "#[]{}," and token[0].strip():
                parts.append(verbatim(self._source, a, b))
            if depth <= 0:
                is_list = self._source[first] == "["
                if is_list:
                    node.comment = joined(filter(None, (node.comment, *remarks)), " ")
                node.value = joined(filter(None, parts), ", ") if is_list else verbatim(self._source, first, b).folded()
                return b
        self._closes = False
        node.value = verbatim(self._source, first, end).folded()
        return end

    def _is_beside(self, at: int) -> bool:
        """Whether a comment has a value before it in its line."""
        return bool(self._source[self._source.rfind("\n", 0, at) + 1 : at].strip())

    def _beside(self, node: Node, end: int) -> int:
        """What follows a value in its line."""
        if beside := _BESIDE.match(self._source, end, self.last):
            self._comment(node, beside)
            end = beside.end()
        line = self._source.find("\n", end, self.last)
        return self.last if line < 0 else line + 1

    def _comment(self, node: Node, beside: re.Match[str]) -> None:
        said = verbatim(self._source, *beside.span(1)).folded()
        node.comment = joined(filter(None, (node.comment, said)), " ")

    def _section(self, section: re.Match[str], first: int) -> None:
        name = verbatim(self._source, first + section.start(2), first + section.end(2)).folded()
        self._open, self._key = [self.root], None
        node = self._sections.get(name.text)
        if node is None:
            node = self._sections[name.text] = self._add(name)
            node.is_list = section[1] == "[["
        if node.is_list:
            self._open = [self.root, node]
            node = self._add(Shown(str(len(node.below))))
        self._open = [self.root, node]

    def _block(self, ends: bool, name: Shown) -> None:
        self._key = None
        if ends:
            self.flush()
            self._open = self._open[:-1] or [self.root]
            return
        if len(self._open) > entries.DEEPEST:
            raise entries.too_deep()
        self._open.append(self._add(name))

    def _add(self, key: Shown) -> Node:
        self._count += 1
        if self._count > entries.MOST:
            raise entries.too_many()
        said = [one for one in self._said if one]
        node = Node(key, comment=joined(said, " ") if said else Shown())
        self._said = []
        self._open[-1].below.append(node)
        return node
