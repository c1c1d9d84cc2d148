"""
Passages: what becomes an agent. Runs of blocks of one section, some 60 to 100 words of prose, in whole sentences.

What is understood together stays together where it can: a list, a table's rows or code with the sentence that opens
it, a question with its answer, turns of speech. Where a passage begins inside a list or a table, what opens that, and
the items above, are repeated at its front; they keep their one place in the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from genesis.fairness import breathe
from genesis.stretches import Span, between_lines, sentences
from genesis.structure import LONGEST_LEAD, Block, Kind, Shown, joined
from myriad.agent.v1.text_pb2 import RowPlace

ENOUGH_WORDS = 60
"""From here on a passage of prose ends where a block does."""
LARGEST_WORDS = 100
LARGEST_WHOLE_WORDS = 200
"""The largest passage of what is no prose: a list, rows of a table, turns of a conversation."""
LARGEST_RECORD_WORDS = 600
# A rest that is smaller than this is no passage of its own.
_SMALLEST_WORDS = 30
# Scripts without spaces, and long identifiers: so many characters count as a word.
_CHARACTERS_A_WORD = 10
_LARGEST_OPENING_WORDS = 80
_LARGEST_ITEM_WORDS = 30
"""Items of more words are read like paragraphs."""
_FEWEST_SENTENCE_WORDS = 8
SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟", ".”", '."')
_LARGEST_ATOM_WORDS = 250
_MOST_BLOCKS = 32
"""Of a passage: of keys with a number each, hundreds have few words."""
_MOST_PARENTS = 4
_SAYS = re.compile(r"[^\W_]")
_PROSE = frozenset((Kind.PARAGRAPH, Kind.DEFINITION))
_SENTENCES = frozenset((Kind.PARAGRAPH, Kind.DEFINITION, Kind.ITEM, Kind.TURN))
"""What consists of sentences."""


class Piece(NamedTuple):
    """A block, or as much of it as a passage takes: `text[start:end]`; its mark or speaker stands from `line` on."""

    block: Block
    line: int
    start: int
    end: int
    lead: tuple[Span, ...]
    """What opens it, or stands above it in its list, outermost first: stretches of the passage's text."""
    sentences: Sequence[Span]
    row: RowPlace | None = None
    """Where it stands in its table, if it is a row of one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as a person reads it, with the headings above."""

    path: tuple[str, ...]
    text: Shown
    pieces: Sequence[Piece]

    @property
    def sentences(self) -> list[Span]:
        """Where its sentences stand in its text."""
        return [span for piece in self.pieces for span in piece.sentences]

    @property
    def source_start(self) -> int:
        """Where it begins in the source, but for what is repeated at its front."""
        own = self.pieces[0].start
        return next((run.source_start for run in self.text.runs if run.end > own), 0)


class _Bit(NamedTuple):
    """A block, or sentences of one that is too long, that is never cut."""

    block: Block
    text: Shown
    words: int
    opens: bool
    parents: tuple[Block, ...]


def cut(
    blocks: Iterable[Block],
    language: str = "",
    *,
    largest_whole: int = LARGEST_WHOLE_WORDS,
    largest: int = LARGEST_WORDS,
) -> list[Passage]:
    """The passages of a document in order."""
    found: list[Passage] = []
    blocks = list(blocks)
    rows = _rows(blocks)
    for path, section in groupby(blocks, key=lambda one: one.path):
        bits = list(_bits(section, language, largest))
        whole = 0 < len(bits) <= _MOST_BLOCKS and sum(bit.words for bit in bits) <= largest
        groups = [bits] if whole else _grouped(bits, largest_whole, largest)
        found.extend(_passage(path, group, language, rows) for group in groups)
    return found


def _rows(blocks: Iterable[Block]) -> dict[int, RowPlace]:
    """By the id of a block that is a row, where it stands in its table."""
    numbers = Counter[int]()
    found: dict[int, RowPlace] = {}
    for block in blocks:
        if block.kind is Kind.ROW and block.group:
            numbers[block.group] += 1
            found[id(block)] = RowPlace(table=block.group, number=numbers[block.group])
    for place in found.values():
        place.of = numbers[place.table]
    return found


def words(text: str) -> int:
    """How long a text is."""
    return max(len(text.split()), len(text) // _CHARACTERS_A_WORD)


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return _SAYS.search(text) is not None


def _says(text: Shown) -> bool:
    return says_something(text.text)


def _bits(blocks: Iterable[Block], language: str, largest: int) -> Iterator[_Bit]:
    parents: list[Block] = []
    group = 0
    for block in blocks:
        breathe()
        if not _says(block.text):
            continue
        if block.group != group:
            group, parents = block.group, []
        if block.kind is Kind.ITEM:
            while parents and parents[-1].depth >= block.depth:
                parents.pop()
        above = tuple(parents[-_MOST_PARENTS:])
        comment = words(block.lead.text) if block.kind is Kind.ENTRY else 0
        for number, (text, size) in enumerate(_cut_block(block, language, largest)):
            yield _Bit(block, text, size + comment, not number, above)
        if block.kind is Kind.ITEM:
            parents.append(block)


def _cut_block(block: Block, language: str, largest: int) -> Iterator[tuple[Shown, int]]:
    """A block whole, or in parts of about the same size, each of whole sentences."""
    text = block.text.text
    is_prose = block.kind in _PROSE
    size, most = words(text), largest if is_prose else LARGEST_WHOLE_WORDS
    if size <= most:
        yield block.text, size
        return
    if block.kind is Kind.CODE:
        pieces = list(between_lines(text, 0, len(text), LARGEST_WHOLE_WORDS))
    else:
        pieces = sentences(text, language)
    parts = -(-size // most)
    start, done, part = 0, 0, 1
    for number, (first, last) in enumerate(pieces):
        breathe()
        done += words(text[first:last])
        is_last = number == len(pieces) - 1
        if is_last or (part < parts and done >= size * part / parts - _SMALLEST_WORDS / 2):
            piece = block.text[pieces[start][0] : last]
            if _says(piece):
                yield piece, words(piece.text)
            start, part = number + 1, part + 1


def _grouped(bits: Sequence[_Bit], largest_whole: int, largest: int) -> Iterator[Sequence[_Bit]]:
    group: list[_Bit] = []
    size, left = 0, sum(bit.words for bit in bits)
    for atom in _atoms(bits):
        breathe()
        more = sum(bit.words for bit in atom)
        if group:
            prose = all(_is_prose(bit) for bit in (*group, *atom))
            most = largest if prose else largest_whole
            enough = (
                ENOUGH_WORDS if prose or _is_prose(group[-1]) or group[-1].block.group != atom[0].block.group else most
            )
            is_full = size + more > most or len(group) + len(atom) > _MOST_BLOCKS
            if is_full or (size >= enough and left >= _SMALLEST_WORDS):
                yield group
                group, size = [], 0
        group.extend(atom)
        size += more
        left -= more
    if group:
        yield group


def _is_prose(bit: _Bit) -> bool:
    """Whether it is read by itself: a paragraph, or an item as long as one."""
    return bit.block.kind in _PROSE or (bit.block.kind is Kind.ITEM and bit.words > _LARGEST_ITEM_WORDS)


def _stands_alone(bit: _Bit) -> bool:
    """
    Whether an item is understood without what opens its list: whole sentences, as a numbered clause is, that are as
    long as a paragraph, or that nothing announces.
    """
    text = bit.text.text
    if bit.block.kind is not Kind.ITEM or not text[:1].isupper() or not text.endswith(SENTENCE_ENDS):
        return False
    return _is_prose(bit) or (bit.words >= _FEWEST_SENTENCE_WORDS and not bit.block.lead.text.endswith(":"))


def _atoms(bits: Sequence[_Bit]) -> Iterator[list[_Bit]]:
    """What is not to be parted, if it is not too long."""
    sizes = _group_sizes(bits)
    atom: list[_Bit] = []
    size = 0
    for bit in bits:
        has_room = len(atom) < _MOST_BLOCKS and size + bit.words <= _LARGEST_ATOM_WORDS
        if atom and not (has_room and _belongs(atom[-1], bit, sizes)):
            yield atom
            atom, size = [], 0
        atom.append(bit)
        size += bit.words
    if atom:
        yield atom


def _group_sizes(bits: Iterable[_Bit]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for bit in bits:
        if bit.block.group:
            sizes[bit.block.group] = sizes.get(bit.block.group, 0) + bit.words
    return sizes


def _belongs(bit: _Bit, following: _Bit, sizes: dict[int, int]) -> bool:
    """Whether what follows is not understood without the bit: what it announces, its answer, the rest of a list."""
    block, after = bit.block, following.block
    if not following.opens or bit.words > LARGEST_WHOLE_WORDS:
        return False
    if after.group and after.group == block.group and after.kind is not Kind.TURN:
        return sizes[after.group] <= LARGEST_WHOLE_WORDS and not (_is_prose(bit) and _is_prose(following))
    if bit.words > _LARGEST_OPENING_WORDS:
        return False
    if block.kind is Kind.TURN:
        return after.kind is Kind.TURN and bit.text.text.endswith("?")
    if after.kind is Kind.CODE or (after.lead and bit.text.text.endswith(after.lead.text)):
        return block.kind is not Kind.CODE
    return bit.text.text.endswith((":", "?")) and block.kind in _PROSE


def _passage(path: tuple[str, ...], bits: Sequence[_Bit], language: str, rows: Mapping[int, RowPlace]) -> Passage:
    """Renders bits, a line each."""
    page = _Page(language, rows)
    for bit in bits:
        page.add(bit)
    return Passage(path, joined(page.lines, "\n"), page.pieces)


class _Page:
    """The lines of a passage while it is rendered."""

    def __init__(self, language: str, rows: Mapping[int, RowPlace]) -> None:
        self._language = language
        self._rows = rows
        self.lines: list[Shown] = []
        self.pieces: list[Piece] = []
        self._at = 0
        self._opened: dict[int, Span] = {}
        """By group, where what opens it stands."""
        self._items: dict[int, Span] = {}
        """By the id of an item that others may stand below, where it stands."""

    def add(self, bit: _Bit) -> None:
        block = bit.block
        lead: list[Span] = []
        if not _stands_alone(bit):
            lead += self._opening(block) if block.lead and len(block.lead) <= LONGEST_LEAD else []
            lead += (self._items.get(id(parent)) or self._line(parent, parent.text) for parent in bit.parents)
        start, end = self._line(block, bit.text)
        if block.kind in _SENTENCES:
            said = [(start + first, start + last) for first, last in sentences(bit.text.text, self._language)]
        else:
            said = [(start, end)]
        place = self._rows.get(id(block))
        self.pieces.append(Piece(block, self._at - len(self.lines[-1]), start, end, tuple(lead), said, place))

    def _opening(self, block: Block) -> list[Span]:
        """
        Where the sentence that opens the block's list stands, or the comment of an entry. It is repeated at the front
        if it does not stand above; between the items of a list it would stand in the way.
        """
        known = self._opened.get(block.group)
        said = block.lead.text
        if known and block.group and self._text(known) == said:
            return [known]
        above = (one for one in reversed(self.pieces) if self._text((one.start, one.end)).endswith(said))
        if before := next(above, None):
            found = before.end - len(said), before.end
        elif block.kind is Kind.ITEM and any(one.block.group == block.group for one in self.pieces):
            return []
        else:
            found = self._put(Shown(), block.lead)
        self._opened[block.group] = found
        return [found]

    def _line(self, block: Block, text: Shown) -> Span:
        found = self._put(Shown(_label(block)), text)
        if block.kind is Kind.ITEM:
            self._items.setdefault(id(block), found)
        return found

    def _put(self, label: Shown, text: Shown) -> Span:
        if self.lines:
            self._at += 1
        start = self._at + len(label)
        self.lines.append(label + text if label else text)
        self._at = start + len(text)
        return start, self._at

    def _text(self, span: Span) -> str:
        at = self._at
        for line in reversed(self.lines):
            at -= len(line)
            if span[0] >= at:
                return line.text[span[0] - at : span[1] - at]
            at -= 1
        return ""


def _label(block: Block) -> str:
    match block.kind:
        case Kind.ITEM:
            mark = f"{block.mark.rstrip('.)')}." if block.mark else "-"
            return f"{'  ' * min(block.depth, _MOST_PARENTS)}{mark} "
        case Kind.TURN if block.speaker:
            return f"{block.speaker}: "
        case _:
            return ""
