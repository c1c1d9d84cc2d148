"""Entries: the keys of a configuration, each with its whole path, its value, and what a comment says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from genesis.errors import DocumentTooLarge
from genesis.fairness import breathe
from genesis.structure import LONGEST_LEAD, Block, Cell, Kind, Shown, joined

DEEPEST = 100
"""Keys within keys."""
MOST = 200_000
"""Keys and values of a document."""
LONGEST_PATH = 200
"""Characters; of a longer path the inner end is shown."""
LONGEST_ROW = 1_000
LONGEST_LIST = 300
_NAMES = ("name", "id", "key", "title")
"""What calls an item of a list, the first that it has."""
_LONGEST_NAME = 60


@dataclass(slots=True)
class Node:
    """A key with its value or with the nodes below it. An item of a list has its number for a key."""

    key: Shown
    value: Shown = field(default_factory=Shown)
    below: list[Node] = field(default_factory=list)
    is_list: bool = False
    comment: Shown = field(default_factory=Shown)
    """What is said above or beside it."""
    off: list[Shown] = field(default_factory=list)
    """Settings in it that are commented out, with the marks of comments."""

    @property
    def is_plain(self) -> bool:
        """Whether it has a value, or a list of values that is short enough to be one."""
        return not self.below or (self.is_list and _is_short(self.below))

    @property
    def said(self) -> Shown:
        """The value of a plain node."""
        return joined((one.value for one in self.below if one.value), ", ") if self.below else self.value


def blocks(
    nodes: Sequence[Node], groups: Iterator[int] | None = None, heading: tuple[str, ...] = ()
) -> Iterator[Block]:
    """The entries of the nodes in order, and rows of lists of records; all below a heading, if there is one."""
    groups = groups or count(1)
    group = next(groups)
    stack = [(node, Shown(), 0) for node in reversed(nodes)]
    is_first = True
    while stack:
        breathe()
        node, above, depth = stack.pop()
        path = _path(above, node.key)
        of = _under(heading, above if is_first else path)
        if node.comment and (not node.is_plain or not (node.key or node.value)):
            yield Block(kind=Kind.PARAGRAPH, text=node.comment, path=of)
        yield from (Block(kind=Kind.PARAGRAPH, text=one, path=of) for one in node.off)
        if not node.is_plain and node.is_list and all(map(_is_record, node.below)):
            yield from _records(node.below, path, heading, groups)
        elif not node.is_plain:
            stack.extend((one, path, depth + 1) for one in reversed(_named(node)))
        elif node.key or node.said:
            yield from _entry(path, node, group, depth, heading)
        is_first = False


def _records(items: Sequence[Node], path: Shown, heading: tuple[str, ...], groups: Iterator[int]) -> Iterator[Block]:
    """Rows, but for what is too long for one."""
    group, under = next(groups), _under(heading, path)
    for item in items:
        breathe()
        for one in (item, *item.below):
            yield from (Block(kind=Kind.PARAGRAPH, text=off, path=under) for off in one.off)
        cells = [Cell(one.key, one.said) for one in item.below if one.key or one.value]
        text = joined((_pair(*cell) for cell in cells if cell.value), "; ")
        if not text:
            text = joined((cell.header for cell in cells if cell.header), "; ")
        if text and len(text) <= LONGEST_ROW:
            said = joined(filter(None, (item.comment, *(said for one in item.below for said in _comments(one)))), " ")
            if len(said) > LONGEST_LEAD:
                yield Block(kind=Kind.PARAGRAPH, text=said, path=under)
                said = Shown()
            yield Block(kind=Kind.ROW, text=text, path=under, group=group, lead=said, cells=cells)
        else:
            within, number = _path(path, _name(item)), next(groups)
            if item.comment:
                yield Block(kind=Kind.PARAGRAPH, text=item.comment, path=_under(heading, within))
            for one in item.below:
                if not one.key and not one.value:
                    if one.comment:
                        yield Block(kind=Kind.PARAGRAPH, text=one.comment, path=_under(heading, within))
                    continue
                yield from _entry(_path(within, one.key), one, number, 1, heading)


def _entry(path: Shown, node: Node, group: int, depth: int, heading: tuple[str, ...]) -> Iterator[Block]:
    """
    A key with its value and its comment, which is prose under the key if it is long. Of a list whose values have
    comments, each value is an entry.
    """
    comment = node.comment
    if any(one.comment for one in node.below):
        if comment:
            yield Block(kind=Kind.PARAGRAPH, text=comment, path=_under(heading, path))
        for one in node.below:
            if one.value or one.comment:
                yield from _entry(path, one, group, depth, heading)
        return
    if len(comment) > LONGEST_LEAD:
        yield Block(kind=Kind.PARAGRAPH, text=comment, path=_under(heading, path))
        comment = Shown()
    text = _pair(path, node.said)
    yield Block(kind=Kind.ENTRY, text=text, path=heading, group=group, depth=depth, lead=comment, mark=path.text)


def _comments(node: Node) -> Iterator[Shown]:
    """What is said of a plain node, and of each value of a list with the value."""
    yield node.comment
    yield from (_pair(one.value, one.comment) for one in node.below if one.comment)


def called(nodes: Sequence[Node]) -> str:
    """What nodes of one document say that it is called; empty if they do not."""
    said = {one.key.text.casefold(): one for one in nodes}
    kind, metadata = said.get("kind"), said.get("metadata")
    if kind and metadata and not kind.below and (name := _name(metadata)) is not metadata.key:
        return f"{kind.value.text} {name.text}"
    names = (said[key].value.text for key in ("title", "name") if key in said and not said[key].below)
    return next((name for name in names if 0 < len(name) <= LONGEST_PATH), "")


def _pair(key: Shown, value: Shown) -> Shown:
    return joined((key, value), ": ") if key and value else value or key


def _path(above: Shown, key: Shown) -> Shown:
    whole = joined((above, key), ".") if above and key else above or key
    return whole if len(whole) <= LONGEST_PATH else whole[len(whole) - LONGEST_PATH :]


def _under(heading: tuple[str, ...], path: Shown) -> tuple[str, ...]:
    return (*heading, path.text) if path else heading


def _is_short(values: Sequence[Node]) -> bool:
    return (
        len(values) <= LONGEST_LIST
        and sum(LONGEST_LIST if one.below else len(one.value) for one in values) < LONGEST_LIST
    )


def _is_record(item: Node) -> bool:
    return not item.is_list and len(item.below) > 1 and all(one.is_plain for one in item.below)


def _named(node: Node) -> Sequence[Node]:
    """What is below it, items by their names."""
    if node.is_list:
        for item in node.below:
            item.key = _name(item)
    return node.below


def _name(item: Node) -> Shown:
    said = {one.key.text: one.value for one in item.below if not one.below}
    names = (said[key] for key in _NAMES if key in said)
    return next((name for name in names if 0 < len(name) <= _LONGEST_NAME), item.key)


def value(node: Node) -> str:
    """What a node says in one line: of a list of records their names."""
    if node.is_plain:
        return node.said.text
    return ", ".join(_name(one).text for one in node.below if _name(one) is not one.key) if node.is_list else ""


def too_deep() -> DocumentTooLarge:
    """For a reader that finds keys within keys without end."""
    return DocumentTooLarge(f"the document is nested deeper than {DEEPEST}", deepest=str(DEEPEST))


def too_many() -> DocumentTooLarge:
    """For a reader that finds more than a document may have."""
    return DocumentTooLarge(f"the document has more than {MOST:,} values; cut it into several", most=str(MOST))
