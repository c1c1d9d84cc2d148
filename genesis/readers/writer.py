"""Writer: takes blocks from a reader; it knows the headings above, what opens a list, which heading is the title."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from genesis import frontmatter
from genesis.fairness import breathe
from genesis.structure import Block, Cell, Kind, Shown, Structure, joined
from language.english.vocabulary import GENERIC_HEADINGS

BELOW_ALL = 7
"""The level of a heading that is none but by its form, such as a question in bold: below all that are marked."""
LONGEST_HEADING = 300
"""Characters of a heading; every passage below it repeats it, so what is longer is text."""
LONGEST_LEAD = 400
"""Characters of the sentence that opens a list."""
_HEADERS_PER_VALUE = 10
_HEADERS_ALWAYS = 10_000
"""Characters of headers that the rows of a table repeat: so many, and so many for each of their values' own."""
_NOTHING = Shown()
_NEXT, _IS = Shown("; "), Shown(": ")
_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’)\]]{0,2}(?:\s++(?=[^\Wa-z_]|[\"“'(\[])|(?<=[。！？]))")


class _Written(NamedTuple):
    kind: Kind
    text: Shown
    path: tuple[str, ...]
    group: int
    depth: int
    lead: Shown
    mark: str
    cells: Sequence[Cell]
    speaker: str
    date: str
    is_quoted: bool


class _Heading(NamedTuple):
    level: int
    title: str


class Writer:
    """The blocks so far."""

    def __init__(self) -> None:
        self.blocks: list[_Written] = []
        self.path: tuple[str, ...] = ()
        self._above: list[_Heading] = []
        self._bare: Shown | None = None
        """The last heading, while nothing stands below it."""
        self._first: list[tuple[_Heading, bool]] = []
        """The headings that nothing is above, and whether text stands before them."""
        self._groups = frontmatter.GROUP

    def group(self) -> int:
        """The number of a list, a table, a thread that begins."""
        self._groups += 1
        return self._groups

    def heading(self, level: int, said: Shown) -> None:
        """A heading, 1 the outermost. Nothing is lost: one without anything below it is a paragraph too."""
        said = said.folded()
        if not said:
            return
        if len(said) > LONGEST_HEADING:
            self.add(Kind.PARAGRAPH, said)
            return
        self.leave(level)
        if not self._above or all(level <= one.level for one, _ in self._first):
            self._first.append((_Heading(level, said.text), bool(self.blocks)))
        self._above.append(_Heading(level, said.text))
        self.path = (*self.path, said.text)
        self._bare = said

    def leave(self, level: int) -> None:
        """What follows stands below no heading as deep as `level`."""
        kept = [one for one in self._above if one.level < level]
        if len(kept) == len(self._above):
            return
        if self._bare:
            self._above.pop()
            self.path = self.path[:-1]
            self.add(Kind.PARAGRAPH, self._bare)
        self._above = kept
        self.path = tuple(one.title for one in kept)

    def add(
        self,
        kind: Kind,
        text: Shown,
        *,
        group: int = 0,
        depth: int = 0,
        lead: Shown = _NOTHING,
        mark: str = "",
        cells: Sequence[Cell] = (),
        speaker: str = "",
        date: str = "",
        is_quoted: bool = False,
    ) -> None:
        """A block, if it says something."""
        if text:
            breathe()
            self._bare = None
            written = (kind, text, self.path, group, depth, lead, mark, cells, speaker, date, is_quoted)
            self.blocks.append(_Written(*written))

    def adopt(self, blocks: Iterable[Block], thread: int = 0) -> None:
        """Blocks that another reader made, below the headings that are open; turns are of the thread."""
        base = self._groups
        for one in blocks:
            breathe()
            self._groups = max(self._groups, base + one.group)
            group = base + one.group if one.group else thread * (one.kind is Kind.TURN)
            path, self._bare = (*self.path, *one.path), None
            said = (one.lead, one.mark, one.cells, one.speaker, one.date, one.is_quoted)
            self.blocks.append(_Written(one.kind, one.text, path, group, one.depth, *said))

    def attribute(self, first: int, speaker: str, date: str, *, is_quoted: bool) -> None:
        """The blocks from the number `first` on are by somebody, or quoted."""
        for at in range(first, len(self.blocks)):
            self.blocks[at] = self.blocks[at]._replace(speaker=speaker, date=date, is_quoted=is_quoted)

    def lead(self, *kinds: Kind) -> Shown:
        """The last sentence of the block above, if that is of one of the kinds and below the same headings."""
        last = self.blocks[-1] if self.blocks else None
        if self._bare or last is None or last.kind not in kinds or last.path != self.path:
            return _NOTHING
        return last_sentence(last.text)

    def table(
        self,
        header: Sequence[Shown],
        rows: Iterable[Sequence[Shown]],
        lead: Shown = _NOTHING,
        *,
        named: bool = False,
        heads: Container[int] | None = None,
    ) -> None:
        """
        Rows that say their headers. If they are `named`, the first cell of each is a header of its own. Headers that no
        row says are a row. One that says its first cell alone heads the rows below, if its number is one of `heads`.
        """
        unsaid = {id(name): name for name in header if name}
        group, spent, allowed = self.group(), 0, _HEADERS_ALWAYS
        above, bare = self.path, self._bare
        for number, row in enumerate(rows):
            said = [value for value in row if value]
            if len(said) == 1 and row[0] and (len(row) > 2 if heads is None else number in heads):
                if _is_text(said[0]):
                    self.add(Kind.ROW, said[0], group=group, lead=lead, cells=[Cell(_NOTHING, said[0])])
                else:
                    self._bare_head(above, group, lead)
                    self.path, self._bare = (*above, said[0].text.rstrip(":")), said[0]
                continue
            allowed += _HEADERS_PER_VALUE * sum(map(len, said))
            headers: Iterable[Shown] = header if spent < allowed else ()
            pairs = zip_longest(headers, row, fillvalue=_NOTHING)
            cells = [Cell(name if name.text != value.text else _NOTHING, value) for name, value in pairs if value]
            if named and len(cells) == 2 and row[0] and not cells[0].header and not cells[1].header:
                cells = [Cell(cells[0].value, cells[1].value)]
            spent += sum(len(cell.header) for cell in cells)
            for cell in cells if unsaid else ():
                unsaid.pop(id(cell.header), None)
            self.add(Kind.ROW, row_text(cells), group=group, lead=lead, cells=cells)
        if unsaid:
            cells = [Cell(_NOTHING, name) for name in header if name]
            self.add(Kind.ROW, row_text(cells), group=group, lead=lead, cells=cells)
        self._bare_head(above, group, lead)
        self.path = above
        self._bare = bare if self._bare is bare else None

    def _bare_head(self, above: tuple[str, ...], group: int, lead: Shown) -> None:
        """A row that heads no other is one itself."""
        if self.path != above and self._bare:
            self.path, head = above, self._bare
            self.add(Kind.ROW, head, group=group, lead=lead, cells=[Cell(_NOTHING, head)])

    def structure(self, source: str, title: str = "", metadata: Mapping[str, str] | None = None) -> Structure:
        """
        All of it. Without a title that is stated, a heading is it that nothing but lesser ones stand beside: the first
        words of the document, or its only heading of the first level.
        """
        self.leave(0)
        named = self._title()
        cut = {path: path[1:] if named and path[:1] == (named,) else path for path in {one.path for one in self.blocks}}
        blocks = [
            Block(
                kind=one.kind,
                text=one.text,
                path=cut[one.path],
                group=one.group,
                depth=one.depth,
                lead=one.lead,
                mark=one.mark,
                cells=one.cells,
                speaker=one.speaker,
                date=one.date,
                is_quoted=one.is_quoted,
            )
            for one in self.blocks
        ]
        return Structure(title=title or named, source=source, blocks=blocks, metadata=metadata or {})

    def _title(self) -> str:
        if not self._first:
            return ""
        top = min(one.level for one, _ in self._first)
        tops = [(one, below) for one, below in self._first if one.level == top]
        (first, below), *others = tops
        if (below and first.level > 1) or (first.level >= BELOW_ALL and self._is_left(first.title)):
            return ""
        parts = any(one.title.casefold() in GENERIC_HEADINGS for one, _ in others)
        alone = not others and (self._first[0][0] == first or first.level == 1)
        return first.title if alone or parts else ""

    def _is_left(self, title: str) -> bool:
        """Whether text stands behind all that stands below a heading."""
        tops = [one.path[:1] for one in self.blocks]
        return (title,) in tops and () in tops[tops.index((title,)) :]


def _is_text(said: Shown) -> bool:
    """Whether what stands alone in a row is a sentence, and heads no other rows."""
    text = said.text
    return len(text) > LONGEST_HEADING or text.endswith("。") or (text.endswith(".") and " " in text)


def last_sentence(said: Shown) -> Shown:
    """The last sentence of a text, if it is short enough to open something."""
    text = said.text
    begins = max(len(text) - LONGEST_LEAD, 0)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, begins) if found.end() < len(text)]
    if not ends and begins:
        return _NOTHING
    return said[ends[-1] :] if ends else said


def row_text(cells: Iterable[Cell]) -> Shown:
    """`Header: value; Header: value`."""
    parts: list[Shown] = []
    for header, value in cells:
        if parts:
            parts.append(_NEXT)
        parts += (header, _IS, value) if header else (value,)
    return joined(parts)
