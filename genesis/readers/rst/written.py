"""Written: what is read so far, below which titles and in which list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from genesis.readers.commonmark import code
from genesis.readers.rst import inline
from genesis.readers.rst.lines import BAR, Lines
from genesis.readers.rst.names import Names
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Edit, Kind, Shown, joined, verbatim


class Written:
    """The blocks so far, and the list that is open."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._names = Names(lines)
        self.out = Writer()
        self._titles = 0
        """Titles that are open and are no sections."""
        self.group = 0
        self._depth = 0
        self._lead = Shown()

    def shown(self, start: int, end: int) -> Shown:
        """A stretch of the text as it is shown."""
        whole = verbatim(self._lines.source, start, end)
        if BAR.match(whole.text):
            whole = whole.edited(Edit(*bar.span(), "") for bar in BAR.finditer(whole.text))
        return self.unmarked(whole)

    def unmarked(self, said: Shown) -> Shown:
        """A stretch of the text as it is shown, of which not all has to be kept."""
        return inline.shown(said, self._names)

    def add(self, kind: Kind, said: Shown, mark: str = "") -> None:
        """A block, which stands in the list that is open."""
        self.out.add(kind, said, group=self.group, depth=self._inner, mark=mark)

    def item(self, said: Shown, mark: str) -> None:
        """An item of the list that is open."""
        self.out.add(Kind.ITEM, said, group=self.group, depth=self._depth, lead=self._lead, mark=mark)

    def literally(self, start: int, end: int) -> None:
        """A stretch as it stands there."""
        self.add(Kind.CODE, verbatim(self._lines.source, start, end))

    def code(self, first: int, last: int, caption: Shown | None = None) -> None:
        """Lines as they stand there; a caption opens them too."""
        lines = [one for one in self._lines.all[first:last] if not one.is_blank]
        if not lines:
            return
        indent = min(one.indent for one in lines)
        start = self._lines.text.rfind("\n", 0, lines[0].start) + 1
        said = code(self._lines.source, self._lines.text, start, lines[-1].end, indent)
        lead = joined(filter(None, (self.out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.DEFINITION), caption)), " ")
        self.out.add(Kind.CODE, said, group=self.group, depth=self._inner, lead=lead)

    @property
    def _inner(self) -> int:
        return self._depth + bool(self.group)

    @contextmanager
    def listed(self) -> Iterator[None]:
        """What stands in a list: one of its own, or one in the item that is open."""
        outer = self.group, self._depth, self._lead
        if self.group:
            self._depth += 1
        else:
            self.group, self._lead = self.out.group(), self.out.lead(Kind.PARAGRAPH)
        yield
        self.group, self._depth, self._lead = outer

    @contextmanager
    def titled(self, title: Shown) -> Iterator[None]:
        """What stands below a title that is no section's."""
        level = BELOW_ALL + self._titles
        outer = self.group, self._depth
        self.group = self._depth = 0
        self._titles += 1
        self.out.heading(level, title)
        yield
        self.out.leave(level)
        self._titles -= 1
        self.group, self._depth = outer
