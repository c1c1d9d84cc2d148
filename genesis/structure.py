"""
Structure: a document as a person reads it, in blocks, each with a map back to its source.

Readers make it; `genesis.units` makes of it what may be quoted, and `genesis.passages` what becomes an agent.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_UNFOLDED = re.compile(r"\s\s|[^\S ]|^ | $")


class Run(NamedTuple):
    """
    A stretch of a shown text, and the stretch of the source that it shows. One as long in both is the same characters,
    but that any white space may be shown as a space; another is shown as a whole (an entity).
    """

    start: int
    end: int
    source_start: int
    source_end: int


class Edit(NamedTuple):
    """A stretch of a text, and what is shown instead."""

    start: int
    end: int
    instead: str


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """As they stand in the text, without those that begin within another."""
    kept: list[Edit] = []
    at = 0
    for one in sorted(edits, key=lambda one: (one.start, -one.end)):
        if one.start >= at:
            kept.append(one)
            at = one.end
    return kept


@dataclass(frozen=True, slots=True)
class Shown:
    """Text as it is shown, and where each run of it stands in the source, in order; what no run covers was added."""

    text: str = ""
    runs: tuple[Run, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> Shown:
        """A stretch of it, by code points; no steps."""
        start, end, _ = part.indices(len(self.text))
        if end - start == len(self.text):
            return self
        runs = []
        within = self.runs
        if len(within) > 1:
            within = within[bisect_right(within, start, key=_end) : bisect_left(within, end, key=_start)]
        for one in within:
            first, last = max(one.start, start), min(one.end, end)
            if first >= last:
                continue
            if one.end - one.start == one.source_end - one.source_start:
                at = one.source_start + first - one.start
                runs.append(Run(first - start, last - start, at, at + last - first))
            else:
                runs.append(Run(first - start, last - start, one.source_start, one.source_end))
        return Shown(self.text[start:end], tuple(runs))

    def __add__(self, other: Shown | str) -> Shown:
        return joined((self, other if isinstance(other, Shown) else Shown(other)))

    def through(self, shown: Shown) -> Shown:
        """The same with its source, of which it is a stretch or several, shown itself: runs go on to *its* source."""
        runs: list[Run] = []
        for one in self.runs:
            first = bisect_right(shown.runs, one.source_start, key=_end)
            last = bisect_left(shown.runs, one.source_end, first, key=_start)
            within = shown.runs[first:last]
            if not within:
                continue
            if one.end - one.start == one.source_end - one.source_start:
                inner = Shown(shown.text, within)[one.source_start : one.source_end]
                runs += (Run(run.start + one.start, run.end + one.start, *run[2:]) for run in inner.runs)
            else:
                runs.append(Run(one.start, one.end, within[0].source_start, within[-1].source_end))
        return Shown(self.text, tuple(runs))

    def edited(self, edits: Iterable[Edit]) -> Shown:
        """
        With stretches of it, in order, shown as another text, or not at all. White space may become as many spaces:
        its run goes on.
        """
        text: list[str] = []
        runs: list[Run] = []
        length = at = number = 0
        for start, end, instead in (*edits, Edit(len(self.text), len(self.text), "")):
            if start > at:
                text.append(self.text[at:start])
                number = self._moved(number, at, start, length, runs)
                length += start - at
            if instead:
                text.append(instead)
                if len(instead) == end - start:
                    number = self._moved(number, start, end, length, runs)
                else:
                    covered: list[Run] = []
                    number = self._moved(number, start, end, 0, covered)
                    if covered:
                        runs.append(Run(length, length + len(instead), covered[0][2], covered[-1][3]))
                length += len(instead)
            at = end
        return Shown("".join(text), tuple(runs))

    def _moved(self, number: int, start: int, end: int, at: int, runs: list[Run]) -> int:
        """Add the runs in a stretch, which comes to stand at `at`; the number of the first that may go on behind it."""
        own = self.runs
        while number < len(own) and own[number].end <= start:
            number += 1
        while number < len(own) and own[number].start < end:
            first, last, source_start, source_end = own[number]
            begins, ends = max(first, start), min(last, end)
            if last - first == source_end - source_start:
                source_start, source_end = source_start + begins - first, source_end - last + ends
            _append(runs, Run(at + begins - start, at + ends - start, source_start, source_end))
            if last > end:
                break
            number += 1
        return number

    def folded(self) -> Shown:
        """The same with each stretch of white space made one space, and none at its ends."""
        if not _UNFOLDED.search(self.text):
            return self
        edits: list[Edit] = []
        last = len(self.text)
        for space in _SPACE.finditer(self.text):
            start, end = space.span()
            if not start or end == last:
                edits.append(Edit(start, end, ""))
            elif space[0] != " ":
                edits.append(Edit(start, start + 1, " "))
                if end > start + 1:
                    edits.append(Edit(start + 1, end, ""))
        return self.edited(edits) if edits else self

    def stripped(self) -> Shown:
        """The same without white space at its ends."""
        if self.text and not self.text[0].isspace() and not self.text[-1].isspace():
            return self
        start = len(self.text) - len(self.text.lstrip())
        return self[start : len(self.text.rstrip())] if self.text.strip() else Shown()


def _start(run: Run) -> int:
    return run.start


def _end(run: Run) -> int:
    return run.end


def verbatim(source: str, start: int = 0, end: int | None = None) -> Shown:
    """A stretch of the source as it stands there."""
    end = len(source) if end is None else end
    return Shown(source[start:end], (Run(0, end - start, start, end),)) if end > start else Shown()


def joined(parts: Iterable[Shown], between: str = "") -> Shown:
    """One after the other; `between` is added. Runs that go on in text and source become one."""
    text: list[str] = []
    runs: list[Run] = []
    at = 0
    for number, part in enumerate(parts):
        if number and between:
            text.append(between)
            at += len(between)
        for first, last, source_start, source_end in part.runs:
            _append(runs, Run(first + at, last + at, source_start, source_end))
        text.append(part.text)
        at += len(part.text)
    return Shown("".join(text), tuple(runs))


def _append(runs: list[Run], one: Run) -> None:
    """One more run; if it goes on with the last one in text and source, they become one."""
    if runs:
        start, end, source_start, source_end = runs[-1]
        goes_on = (end, source_end) == (one.start, one.source_start)
        if goes_on and end - start == source_end - source_start and one.end - end == one.source_end - source_end:
            runs[-1] = Run(start, one.end, source_start, one.source_end)
            return
    runs.append(one)


class Kind(Enum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    """Of a list; `mark` is its number if the list is ordered, without what stands around it: `1`, `iv`, `b`."""
    ROW = "row"
    """Of a table; `cells` has what stands under which header, `text` says it: `Header: value; Header: value`."""
    CODE = "code"
    """As it stands, with its line breaks."""
    DEFINITION = "definition"
    """A term (`mark`) with what it is; `text` says both."""
    TURN = "turn"
    """What `speaker` said, on `date` if known; `text` does not repeat who."""
    ENTRY = "entry"
    """A key of a configuration (`mark`: its whole path, such as `server.port`) with its value; `text` says both."""
    LOG_LINE = "log_line"


class Cell(NamedTuple):
    """A value under its header; the header is empty where the table has none."""

    header: Shown
    value: Shown


LONGEST_LEAD = 600
"""Characters of what opens a block; more stands on its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a document. Shown texts are folded, but for code."""

    kind: Kind
    text: Shown
    path: tuple[str, ...] = ()
    """
    The headings above, outermost first, without the document's title. A question in bold above its answer, the label of
    a tab and the row that heads the rows below it are such too.
    """
    group: int = 0
    """
    Blocks of one list, table, thread, listing or file of entries have the same, from 1; 0 stands alone. A paragraph or
    code within an item is of the item's group.
    """
    depth: int = 0
    """
    Of an item or an entry: how deep it stands in its list, from 0. The last one before it that is less deep is its
    parent. What stands within an item is one deeper than the item.
    """
    lead: Shown = field(default_factory=Shown)
    """The sentence that opens its list, table or code; of a table, its caption if it has one."""
    mark: str = ""
    cells: Sequence[Cell] = ()
    speaker: str = ""
    date: str = ""
    """ISO 8601 at its precision."""
    is_quoted: bool = False
    """Whether it repeats what somebody else wrote: the quoted part of a mail."""


class Place(NamedTuple):
    """A page, a slide, a sheet, a chapter of a file: it goes from `start` in the source to the next one."""

    start: int
    kind: str
    """A `PlaceKind` without its prefix: `PAGE`, `SLIDE`, `SHEET`, `CHAPTER`."""
    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """
    A document read.

    `metadata` has what its front matter or head says, as it is written there: `date`, `author`, `version`, …;
    `source` is the text that runs point into, and citations with them.
    """

    title: str
    source: str
    blocks: Sequence[Block]
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[Place] = ()
    """In order; none of what has no pages."""
