"""Notebooks: their cells as one Markdown text, code as code and what it printed below; runs point into the JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from genesis.fairness import breathe
from genesis.readers import commonmark, html, json
from genesis.readers.entries import Node
from genesis.readers.listing import as_it_stands
from genesis.structure import Cell, Edit, Kind, Shown, Structure, joined

_FENCE = "`" * 12
_LONGEST_OUTPUT = 500
"""Characters of what a cell printed."""


_MOST_ROWS = 60
"""Of a table; so many are shown of a longer one."""
_MARK = re.compile(r"[|\\*_`<\[~$]")


def read(source: str) -> Structure:
    """The title is that of its Markdown cells."""
    documents, _ = json.parsed(source, is_folded=False)
    found = _by_key(documents[0]) if documents else dict[str, Node]()
    cells: Sequence[Node] = found["cells"].below if "cells" in found else ()
    whole = joined(_texts(cells), "\n\n")
    if not whole:
        return Structure(title="", source=source, blocks=list(as_it_stands(source)))
    read = commonmark.read(whole.text)
    blocks = []
    for block in read.blocks:
        breathe()
        shown = [Cell(cell.header.through(whole), cell.value.through(whole)) for cell in block.cells]
        blocks.append(replace(block, text=block.text.through(whole), lead=block.lead.through(whole), cells=shown))
    return Structure(title=read.title, source=source, blocks=blocks, metadata=read.metadata)


def _texts(cells: Sequence[Node]) -> Iterator[Shown]:
    """What each cell says, as Markdown."""
    for cell in cells:
        breathe()
        found = _by_key(cell)
        said = _lines(found.get("source"))
        is_code = "cell_type" in found and found["cell_type"].value.text == "code"
        if said.text.strip():
            yield _fenced(said) if is_code else said
        outputs = found["outputs"].below if "outputs" in found else []
        shown = [(_table(one), one) for one in outputs]
        printed = joined(filter(None, (_printed(one) for table, one in shown if not table)), "\n")
        if printed := printed[:_LONGEST_OUTPUT].stripped():
            yield joined((Shown("Output:\n\n"), _fenced(printed)))
        yield from (joined((Shown("Output:\n\n"), table)) for table, _ in shown if table)


def _printed(output: Node) -> Shown:
    """What an output says as text; of an error its name too."""
    found = _by_key(output)
    if "ename" in found:
        return joined(filter(None, (_lines(found["ename"]), _lines(found.get("evalue")))), ": ")
    data = _by_key(found["data"]) if "data" in found else found
    return _lines(data.get("text/plain") or data.get("text"))


def _table(output: Node) -> Shown:
    """An output that is a table, as Markdown; the rows of an index that has no name begin with it."""
    data = _by_key(output).get("data")
    said = _lines(_by_key(data).get("text/html")) if data else Shown()
    if "<table" not in said.text:
        return Shown()
    rows = [block.cells for block in html.read(said.text).blocks if block.kind is Kind.ROW][:_MOST_ROWS]
    headers = {cell.header.text: cell.header for cells in rows for cell in cells}
    if not rows or any(len({cell.header.text for cell in cells}) < len(cells) for cells in rows):
        return Shown()
    header = _row(one.through(said) for one in headers.values())
    values = ({cell.header.text: cell.value.through(said) for cell in cells} for cells in rows)
    below = (_row(value.get(name, Shown()) for name in headers) for value in values)
    return joined((header, Shown("|---" * len(headers) + "|"), *below), "\n")


def _row(cells: Iterable[Shown]) -> Shown:
    """Of a table in Markdown, with what marks something there escaped."""
    escaped = (cell.edited(Edit(one.start(), one.start(), "\\") for one in _MARK.finditer(cell.text)) for cell in cells)
    return joined((Shown("| "), joined(escaped, " | "), Shown(" |")))


def _lines(node: Node | None) -> Shown:
    """A text, which may be a list of its lines."""
    if node is None:
        return Shown()
    return joined(one.value for one in node.below) if node.is_list else node.value


def _fenced(code: Shown) -> Shown:
    return joined((Shown(f"{_FENCE}\n"), code, Shown(f"\n{_FENCE}")))


def _by_key(node: Node | Sequence[Node]) -> Mapping[str, Node]:
    return {one.key.text: one for one in (node.below if isinstance(node, Node) else node)}
