"""Notebooks: their cells as one Markdown text, code as code and what it printed below; runs point into the JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from genesis.fairness import breathe
from genesis.readers import commonmark, json
from genesis.readers.entries import Node
from genesis.readers.listing import as_it_stands
from genesis.structure import Cell, Shown, Structure, joined

_FENCE = "`" * 12
_LONGEST_OUTPUT = 500
"""Characters of what a cell printed."""


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
        printed = joined(filter(None, map(_printed, outputs)), "\n")[:_LONGEST_OUTPUT].stripped()
        if printed:
            yield joined((Shown("Output:\n\n"), _fenced(printed)))


def _printed(output: Node) -> Shown:
    found = _by_key(output)
    data = _by_key(found["data"]) if "data" in found else found
    return _lines(data.get("text/plain") or data.get("text") or data.get("evalue"))


def _lines(node: Node | None) -> Shown:
    """A text, which may be a list of its lines."""
    if node is None:
        return Shown()
    return joined(one.value for one in node.below) if node.is_list else node.value


def _fenced(code: Shown) -> Shown:
    return joined((Shown(f"{_FENCE}\n"), code, Shown(f"\n{_FENCE}")))


def _by_key(node: Node | Sequence[Node]) -> Mapping[str, Node]:
    return {one.key.text: one for one in (node.below if isinstance(node, Node) else node)}
