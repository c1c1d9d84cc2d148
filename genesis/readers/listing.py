"""What cannot be read as what it should be: kept as it stands, in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.fairness import breathe
from genesis.structure import Block, Kind, verbatim

_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")


def as_it_stands(
    source: str, start: int = 0, path: tuple[str, ...] = (), group: int = 0, stop: int | None = None
) -> Iterator[Block]:
    """Its lines as code, parted where a line is blank; up to `stop`, if that is given."""
    first = end = start
    for line in _LINE.finditer(source, start, len(source) if stop is None else stop):
        breathe()
        if line[0].strip():
            end = line.end()
            continue
        if source[first:end].strip():
            yield _code(source, first, end, path, group)
        first = end = line.end()


def _code(source: str, start: int, end: int, path: tuple[str, ...], group: int) -> Block:
    while end > start and source[end - 1] in "\r\n":
        end -= 1
    return Block(kind=Kind.CODE, text=verbatim(source, start, end), path=path, group=group)
