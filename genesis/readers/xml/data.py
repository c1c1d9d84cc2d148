"""Data in XML: elements and attributes are keys with values; elements of one name side by side are a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from genesis.readers.entries import Node
from genesis.readers.xml.tree import Element
from genesis.structure import Shown, joined

_NAMING = ("name", "key")
"""Attributes that say of which key an element has the value."""

_CALLING = ("number", "code", "ref", "sku")
"""Attributes that call an item of a list, besides those that any list may have."""


def nodes(source: str, root: Element) -> list[Node]:
    """What stands in the outermost element, which calls none of its keys, but a list."""
    if root.name == "plist":
        root = next(root.elements, root)
    node = _Data(source).node(root)
    if node.is_list:
        return [node]
    return node.below or [node]


class _Data:
    def __init__(self, source: str) -> None:
        self._source = source

    def node(self, element: Element) -> Node:
        inner = [*element.elements]
        if not inner or element.speaks(self._source):
            value = element.said(self._source)
            if value and not element.attributes:
                return Node(element.key, value, comment=element.comment)
            below = [*self._given(element), *([Node(element.key, value)] if value else [])]
            return Node(element.key, Shown(), below, comment=element.comment)
        if element.name == "dict" and _is_paired(inner):
            pairs = zip(inner[::2], inner[1::2], strict=True)
            return Node(element.key, Shown(), [self._paired(*pair) for pair in pairs], comment=element.comment)
        listed = len({one.name for one in inner}) == 1 and not element.attributes and not self._is_keyed(inner[0])
        if listed and (len(inner) > 1 or _is_plural(element.name, inner[0].name)):
            return Node(element.key, Shown("[]"), self._items(inner), is_list=True, comment=element.comment)
        below = [*self._given(element), *self._below(inner)]
        return Node(element.key, Shown(), below, comment=element.comment)

    def _paired(self, key: Element, value: Element) -> Node:
        """A key and its value side by side, as lists of properties have them; `<true/>` says what it is called."""
        node = self.node(value)
        node.key = key.said(self._source)
        if not (node.below or node.value) and value.name in ("true", "false"):
            node.value = value.key
        return node

    def _given(self, element: Element) -> Iterator[Node]:
        return (Node(Shown(name), value) for name, value in element.attributes.items() if value)

    def _items(self, elements: list[Element]) -> list[Node]:
        items = []
        for number, one in enumerate(elements):
            node = self.node(one)
            called = (one.attributes[name] for name in _CALLING if one.given(name))
            node.key = next(called, Shown(str(number)))
            items.append(node)
        return items

    def _below(self, elements: list[Element]) -> Iterator[Node]:
        times = Counter(one.name for one in elements if not self._is_keyed(one))
        named: dict[str, list[Element]] = {name: [] for name, number in times.items() if number > 1}
        for one in elements:
            if one.name in named and not self._is_keyed(one):
                named[one.name].append(one)
        for one in elements:
            if self._is_keyed(one):
                yield self._keyed(one)
            elif one.name not in named:
                yield from self._flat(one)
            elif alike := named[one.name]:
                yield Node(one.key, Shown("[]"), self._items(alike), is_list=True, comment=one.comment)
                named[one.name] = []

    def _flat(self, element: Element) -> Iterator[Node]:
        """An element with a value; what its attributes say stands beside it, as `price currency`."""
        node = self.node(element)
        if [*element.elements] or not element.attributes or element.name not in (one.key.text for one in node.below):
            yield node
            return
        yield Node(element.key, element.said(self._source), comment=element.comment)
        for name, value in element.attributes.items():
            yield Node(joined((element.key, Shown(name)), " "), value)

    def _is_keyed(self, element: Element) -> bool:
        """Whether it says by an attribute of which key it has the value, or the list of values."""
        if not any(element.given(one) for one in _NAMING):
            return False
        inner = [*element.elements]
        if inner and not element.speaks(self._source):
            leaves = not any(True for one in inner for _ in one.elements)
            return len(element.attributes) == 1 and leaves and len({one.name for one in inner}) == 1
        return bool(element.said(self._source)) or (len(element.attributes) == 2 and bool(element.given("value")))

    def _keyed(self, element: Element) -> Node:
        key = next(element.attributes[one] for one in _NAMING if element.given(one))
        if inner := [*element.elements] if not element.speaks(self._source) else []:
            return Node(key, Shown("[]"), self._items(inner), is_list=True, comment=element.comment)
        return Node(key, element.said(self._source) or element.attributes["value"], comment=element.comment)


def _is_paired(elements: list[Element]) -> bool:
    return len(elements) % 2 == 0 and all((one.name == "key") != at % 2 for at, one in enumerate(elements))


def _is_plural(name: str, of: str) -> bool:
    return name in (f"{of}s", f"{of}es", f"{of[:-1]}ies", f"{of}List")
