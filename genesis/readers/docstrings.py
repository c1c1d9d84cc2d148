"""Docstrings: what a comment or docstring says in paragraphs, and of each argument a definition of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.structure import Block, Edit, Kind, Shown, joined

_HEADER = re.compile(r"[A-Z]\w{0,30}+(?: \w{1,30}+){0,2}+:\Z")
_TERM = re.compile(r"(\*{0,2}+[\w.`-]{1,80}+(?: ?\((?:[^()]|\([^()]{0,80}+\)){0,120}+\))?+):(?:\s|\Z)")
_TYPED = re.compile(r"(\*{0,2}+\w{1,80}+(?:, \*{0,2}+\w{1,80}+){0,9}+) : \S")
_FIELD = re.compile(r":([A-Za-z]\w{0,30}+(?: [^:]{1,80}+)?+):(?:\s|\Z)")
_TAG = re.compile(r"[@\\][a-z]{1,30}+(?:\s|\Z)")


def blocks(source: str, lines: Sequence[Shown], path: tuple[str, ...]) -> list[Block]:
    """What lines of a comment say; an empty one parts paragraphs."""
    docs = _Docs(path)
    columns = [_column(source, one) for one in lines]
    for number, (one, column) in enumerate(zip(lines, columns, strict=True)):
        if one:
            docs.take(one, column, number + 1 < len(lines) and columns[number + 1] > column)
        else:
            docs.end()
    docs.end()
    return docs.blocks


def _column(source: str, line: Shown) -> int:
    start = line.runs[0].source_start if line else -1
    return start - source.rfind("\n", 0, start) - 1 if line else -1


class _Docs:
    def __init__(self, path: tuple[str, ...]) -> None:
        self.blocks: list[Block] = []
        self._path = path
        self._open: list[Shown] = []
        self._mark = ""
        self._section = -1
        """The column of the header above, such as `Args:`; -1 if there is none."""
        self._item = -1
        """The column of its terms, as far as there are some."""

    def take(self, line: Shown, column: int, opens: bool) -> None:
        """A line in its column; `opens` says that the next one stands deeper."""
        if column <= self._section:
            self._section = self._item = -1
        if field := _FIELD.match(line.text):
            self._begin(line[1:], field[1])
        elif _TAG.match(line.text):
            self._begin(line)
        elif opens and _HEADER.match(line.text):
            self._begin(line)
            self._section, self._item = column, -1
        elif self._section >= 0 and self._item in (-1, column) and (term := _TERM.match(line.text)):
            self._begin(line, term[1])
            self._item = column
        elif opens and (typed := _TYPED.match(line.text)):
            self._begin(line.edited((Edit(typed.end(1), typed.end(1) + 1, ""),)) + ".", typed[1])
        else:
            if self._item < 0:
                self._section = -1
            self._open.append(line)

    def end(self) -> None:
        """Keep the paragraph or the definition that is open."""
        if text := joined(self._open, " "):
            kind = Kind.DEFINITION if self._mark else Kind.PARAGRAPH
            self.blocks.append(Block(kind=kind, text=text, path=self._path, mark=self._mark))
        self._open, self._mark = [], ""

    def _begin(self, line: Shown, mark: str = "") -> None:
        self.end()
        self._open, self._mark = [line], mark
