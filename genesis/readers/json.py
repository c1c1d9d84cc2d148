"""JSON, with comments and commas too many: entries with their paths, a list of records a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from genesis.fairness import breathe
from genesis.readers import entries
from genesis.readers.entries import Node
from genesis.readers.escapes import unescaped
from genesis.readers.listing import as_it_stands
from genesis.structure import Block, Shown, Structure, joined, verbatim

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+')|(?P<mark>[\[\]{},:])"""
    r"""|//[ \t]*+(?P<line>[^\r\n]*+)|/\*\s*+(?P<block>(?:[^*]++|\*(?!/))*+)\*/"""
    r"""|(?P<bare>(?:[^\s\[\]{},:"'/]++|/(?![/*]))++)|(?P<open>["'/])""",
    re.DOTALL,
)


def read(source: str) -> Structure:
    """The title is what the outermost `title` or `name` says."""
    documents, rest = parsed(source)
    groups = count(1)
    blocks: list[Block] = []
    for nodes in documents:
        blocks += entries.blocks(nodes, groups)
    title = entries.called(documents[0]) if len(documents) == 1 else ""
    return Structure(title=title, source=source, blocks=[*blocks, *as_it_stands(source, rest)])


def parsed(
    source: str, start: int = 0, end: int | None = None, *, is_folded: bool = True
) -> tuple[list[Sequence[Node]], int]:
    """The documents of a stretch of the source, and from where on it cannot be parsed: its end, if it can."""
    builder = _Builder(source, is_folded)
    end = len(source) if end is None else end
    for token in _TOKEN.finditer(source, start, end):
        breathe()
        if token.lastgroup == "open" or not builder.take(token):
            end = token.start()
            break
    builder.end()
    return builder.documents, end


class _Builder:
    """Makes nodes of tokens; without recursion, as the nesting may be as deep as the document is long."""

    def __init__(self, source: str, is_folded: bool) -> None:
        self.documents: list[Sequence[Node]] = []
        self._source = source
        self._is_folded = is_folded
        self._open: list[Node] = []
        self._key: Node | None = None
        self._comment: list[Shown] = []
        self._count = 0

    def take(self, token: re.Match[str]) -> bool:
        """Whether the token has a place here."""
        match token.lastgroup:
            case "mark":
                return self._mark(token[0])
            case "line" | "block":
                self._comment.append(verbatim(self._source, *token.span(token.lastgroup)).folded())
            case "string":
                said = unescaped(self._source, token.start() + 1, token.end() - 1)
                return self._said(said.folded() if self._is_folded else said)
            case _:
                return self._said(verbatim(self._source, *token.span()))
        return True

    def end(self) -> None:
        """Keep what was built of a document that does not end."""
        if self._open:
            self._keep(self._open[0])
            self._open = []

    def _mark(self, mark: str) -> bool:
        if mark in "[{":
            if len(self._open) >= entries.DEEPEST:
                raise entries.too_deep()
            node = self._node()
            if node is None:
                return False
            node.is_list = mark == "["
            node.value = Shown("[]" if node.is_list else "{}")
            self._open.append(node)
        elif mark in "]}":
            if not self._open or self._open[-1].is_list != (mark == "]"):
                return False
            node = self._open.pop()
            if not self._open:
                self._keep(node)
            self._key = None
        elif mark == ",":
            self._key = None
        return bool(self._open) or mark in "]}"

    def _said(self, value: Shown) -> bool:
        if self._open and not self._open[-1].is_list and not self._key:
            self._key = self._add(value)
            return True
        node = self._node()
        if node is None or not self._open:
            return False
        node.value = value
        return True

    def _node(self) -> Node | None:
        """The node whose value comes next."""
        node, self._key = self._key, None
        if node or not self._open:
            return node or Node(Shown())
        inside = self._open[-1]
        return self._add(Shown(str(len(inside.below)))) if inside.is_list else None

    def _add(self, key: Shown) -> Node:
        self._count += 1
        if self._count > entries.MOST:
            raise entries.too_many()
        node = Node(key, comment=joined(self._comment, " ") if self._comment else Shown())
        self._comment = []
        self._open[-1].below.append(node)
        return node

    def _keep(self, root: Node) -> None:
        if root.below:
            self.documents.append([root] if root.is_list else root.below)
