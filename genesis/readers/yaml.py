"""YAML: each key an entry with its path, a list of records a table. What cannot be parsed is kept as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import yaml

from genesis.readers import entries
from genesis.readers.comments import Comments
from genesis.readers.entries import Node
from genesis.readers.escapes import doubled, unescaped
from genesis.readers.listing import as_it_stands
from genesis.structure import Block, Shown, Structure, joined, verbatim

_COMMENT = re.compile(r"^[ \t]*+#++[ \t]*+([^\r\n]*+)", re.MULTILINE)
_BESIDE = re.compile(r"(?::|(?<![ \t:]))[ \t]++#++[ \t]*+([^\r\n]++)")
_HEAD = re.compile(r"[|>][^\r\n]*+\r?\n?")
_MERGED = "<<"
_MOST_MERGED = 50
"""Nodes that an alias may stand for; one of more is shown as it stands."""


def read(source: str) -> Structure:
    """The title is what the outermost `title` or `name` says."""
    documents, rest = parsed(source)
    if documents:
        rest = source.find("\n", rest) + 1 or rest
    groups = count(1)
    blocks: list[Block] = []
    for nodes in documents:
        called = entries.called(nodes) if len(documents) > 1 else ""
        blocks += entries.blocks(nodes, groups, (called,) if called else ())
    title = entries.called(documents[0]) if len(documents) == 1 else ""
    return Structure(title=title, source=source, blocks=[*blocks, *as_it_stands(source, rest)])


def parsed(source: str, start: int = 0, end: int | None = None) -> tuple[list[Sequence[Node]], int]:
    """The documents of a stretch of the source, and from where on it cannot be parsed: its end, if it can."""
    end = len(source) if end is None else end
    builder = _Builder(source, start, end)
    try:
        for event in yaml.parse(source[start:end], Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError:
        builder.end_document()
        return builder.documents, builder.at
    builder.end_comments(end)
    return builder.documents, end


class _Builder:
    """Makes nodes of events; without recursion, as the nesting may be as deep as the document is long."""

    def __init__(self, source: str, start: int, end: int) -> None:
        self.documents: list[Sequence[Node]] = []
        self.at = start
        """Where the last event ended."""
        self._source = source
        self._offset = start
        self._comments = Comments(source, _COMMENT, start, end)
        self._root = Node(Shown())
        self._open: list[Node] = []
        self._columns: list[int] = []
        """Where those that are open begin in their lines; 0 for what is in brackets."""
        self._key: Node | None = None
        """The key whose value comes next."""
        self._anchors: dict[str, Node] = {}
        self._count = 0

    def take(self, event: Any) -> None:
        first, last = event.start_mark.index + self._offset, event.end_mark.index + self._offset
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, first, last)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._enter(self._node(first), event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._leave(self._open.pop(), first)
            case yaml.AliasEvent():
                node = self._node(first)
                node.value = verbatim(self._source, first, last)
                _stand_for(node, self._anchors.get(event.anchor))
            case yaml.DocumentEndEvent():
                self.end_document()
        self.at = last

    def end_document(self) -> None:
        """Keep what was built, if there is anything."""
        root = self._root
        if root.below or root.value:
            self.documents.append([root] if root.is_list or not root.below else root.below)
        self._root, self._open, self._columns, self._key, self._anchors = Node(Shown()), [], [], None, {}

    def end_comments(self, end: int) -> None:
        """Keep those below the last key."""
        loose, off, above = self._comments.before(end)
        said = joined(filter(None, (loose, above)), " ")
        if said or off:
            node = Node(Shown(), comment=said, off=list(off))
            self.documents.append([*(self.documents.pop() if self.documents else ()), node])

    def _scalar(self, event: Any, first: int, last: int) -> None:
        value = self._value(event.style, first, last)
        inside = self._open[-1] if self._open else None
        if inside and not inside.is_list and not self._key:
            node = self._key = self._add(inside, value, first)
        else:
            node = self._node(first)
            node.value = value
            if event.anchor:
                self._anchors[event.anchor] = node
        self._comments.skip(last)
        if beside := _BESIDE.match(self._source, last):
            node.comment = joined(filter(None, (node.comment, verbatim(self._source, *beside.span(1)).folded())), " ")

    def _value(self, style: str | None, first: int, last: int) -> Shown:
        match style:
            case "'":
                return doubled(self._source, first + 1, last - 1).folded()
            case '"':
                return unescaped(self._source, first + 1, last - 1).folded()
            case "|" | ">":
                head = _HEAD.match(self._source, first, last)
                first = head.end() if head else first
        return verbatim(self._source, first, last).folded()

    def _enter(self, node: Node, event: Any) -> None:
        if len(self._open) >= entries.DEEPEST:
            raise entries.too_deep()
        node.is_list = isinstance(event, yaml.SequenceStartEvent)
        node.value = Shown("[]" if node.is_list else "{}")
        if event.anchor:
            self._anchors[event.anchor] = node
        self._open.append(node)
        self._columns.append(0 if event.flow_style else event.start_mark.column)

    def _leave(self, node: Node, at: int) -> None:
        """End a block, with the comments that stand as deep as it does."""
        column = self._columns.pop()
        said, off = self._comments.within(column, at) if column else (Shown(), ())
        if node.is_list:
            node.comment = joined(filter(None, (node.comment, said)), " ")
            node.off += off
        elif said or off:
            node.below.append(Node(Shown(), comment=said, off=list(off)))
        _merge(node)

    def _node(self, first: int) -> Node:
        """The node whose value begins here: that of the key before it, an item, or the document."""
        node = self._key or self._root
        if self._open and not self._key:
            inside = self._open[-1]
            node = self._add(inside, Shown(str(len(inside.below)) if inside.is_list else ""), first)
        self._key = None
        return node

    def _add(self, inside: Node, key: Shown, first: int) -> Node:
        self._count += 1
        if self._count > entries.MOST:
            raise entries.too_many()
        loose, off, above = self._comments.before(first)
        if inside.is_list:
            loose, above = Shown(), joined(filter(None, (loose, above)), " ")
            inside.off += off
            off = ()
        if loose or off:
            inside.below.append(Node(Shown(), comment=loose, off=list(off)))
        inside.below.append(Node(key, comment=above))
        return inside.below[-1]


def _stand_for(alias: Node, meant: Node | None) -> None:
    """Let an alias say what it stands for, if that is short."""
    if meant and len(meant.below) <= _MOST_MERGED and all(not one.below for one in meant.below):
        alias.value, alias.below, alias.is_list = meant.value, meant.below, meant.is_list


def _merge(mapping: Node) -> None:
    """Put what a mapping takes from others in the place of `<<`, but for what it says itself."""
    if all(one.key.text != _MERGED for one in mapping.below):
        return
    said = {one.key.text for one in mapping.below}
    below: list[Node] = []
    for one in mapping.below:
        if one.key.text == _MERGED and one.below:
            below += (taken for taken in one.below if taken.key.text not in said)
        else:
            below.append(one)
    mapping.below = below
