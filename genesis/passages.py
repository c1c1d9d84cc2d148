"""
Passages: whole sentences, about 120 to 200 words, within one section. Each becomes an agent.

What belongs together stays together where it can: code and the sentence that announces it, a question and its answer,
the rows of a table apart from the prose around it, a long turn of a speaker. A passage that begins inside a list, a
table or a turn has the line above it, without which it would not be understood, as its last heading.

A record of a JSONL source is a passage already, so one of up to 1,200 words stays whole; a longer one is cut like
any text. Nothing is lost but white space, and stretches without a single letter or digit (a rule of dashes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from genesis import sentences
from genesis.blocks import Block, Kind, blocks
from genesis.fairness import breathe
from genesis.reading import Section
from genesis.sentences import Span

ENOUGH_WORDS = 120
"""From here on a passage ends where a paragraph does."""
LARGEST_WORDS = 200
LARGEST_RECORD_WORDS = 1_200
# A rest that is smaller than this is no passage of its own.
_SMALLEST_WORDS = 40
# Scripts without spaces, and long identifiers: so many characters count as a word.
_CHARACTERS_A_WORD = 10
# Code up to this size is never cut.
_LARGEST_CODE_WORDS = 250
_LARGEST_CODE_CHARACTERS = 2_000
_LONGEST_LEAD = 150
# With its white space and marks; each passage of a table looks at its header.
_LARGEST_LEAD = 1_500
# A block below this size without a mark inside it that could end a sentence is one.
_SHORT = 200
_MAY_PART = re.compile(r"[^\w ,:;()'\"-]")
# What is kept together: an announcement, and it with what it announces.
_LARGEST_OPENING_WORDS = 80
_LARGEST_ATOM_WORDS = 300
_MARKS_BEFORE, _MARKS_AFTER = " >*_#|-", " :*_|"


@dataclass(frozen=True, slots=True)
class Passage:
    """
    A stretch of a document: its headings, its sentences as spans of the document's text, and the line without which
    they are not understood: the header of a table, the announcement of a list, the speaker of a turn.
    """

    heading_path: tuple[str, ...]
    sentences: Sequence[Span]
    lead: str = ""

    @property
    def start(self) -> int:
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        return self.sentences[-1][1]


class _Unit(NamedTuple):
    """A sentence, its size in words, and what it is a part of."""

    span: Span
    words: int
    kind: Kind
    voice: int
    """Where the table or the turn begins that it belongs to; -1 for all other text."""
    lead: Span | None
    opens: bool
    """Whether a block begins with it: a paragraph, an item, a row."""


def cut(text: str, sections: Iterable[Section], largest_words: int = LARGEST_WORDS) -> list[Passage]:
    """The passages of a text in order; sections of up to `largest_words` stay whole."""
    found: list[Passage] = []
    for section in sections:
        units = list(_units(text, section))
        if not units:
            continue
        groups = [units] if sum(unit.words for unit in units) <= largest_words else _grouped(text, units)
        path = section.heading_path
        passages = (Passage(path, [unit.span for unit in group], _lead(text, group[0])) for group in groups)
        found.extend(one for one in passages if any(sentences.says_something(text, span) for span in one.sentences))
    return found


def words(text: str, span: Span) -> int:
    """How long a stretch is."""
    return max(len(text[span[0] : span[1]].split()), (span[1] - span[0]) // _CHARACTERS_A_WORD)


def _units(text: str, section: Section) -> Iterator[_Unit]:
    announcement: Span | None = None
    for block in blocks(text, section.start, section.end):
        breathe()
        if block.kind is Kind.COMMENT:
            continue
        voice = block.lead[0] if block.lead else -1
        spans = _spans(text, block)
        for at, span in enumerate(spans):
            lead = block.lead if block.kind in (Kind.ROW, Kind.TURN) else announcement
            yield _Unit(span, words(text, span), block.kind, voice, lead, not at)
        if block.kind in (Kind.PROSE, Kind.TURN):
            announcement = spans[-1] if text[spans[-1][1] - 1] == ":" else None


def _spans(text: str, block: Block) -> list[Span]:
    match block.kind:
        case Kind.CODE:
            limits = sentences.BETWEEN_LINES, _LARGEST_CODE_WORDS, _LARGEST_CODE_CHARACTERS
            return list(sentences.bounded(text, block.start, block.end, *limits))
        case Kind.ROW:
            return list(sentences.bounded(text, block.start, block.end))
        case Kind.MASS:
            return [(block.start, block.end)]
        case _ if block.end - block.start < _SHORT and not _MAY_PART.search(text, block.start, block.end - 1):
            return [(block.start, block.end)]
        case _:
            return sentences.split(text, block.start, block.end)


def _lead(text: str, unit: _Unit) -> str:
    """The line that stands above a passage which begins with the unit, if it is short enough for a heading."""
    if not unit.lead or unit.lead[0] >= unit.span[0] or unit.lead[1] - unit.lead[0] > _LARGEST_LEAD:
        return ""
    said = " ".join(text[slice(*unit.lead)].split()).lstrip(_MARKS_BEFORE).rstrip(_MARKS_AFTER)
    return said if len(said) <= _LONGEST_LEAD else ""


def _grouped(text: str, units: Sequence[_Unit]) -> Iterator[Sequence[_Unit]]:
    atoms = list(_atoms(text, units))
    sizes = [sum(unit.words for unit in atom) for atom in atoms]
    voices = _voices(atoms, sizes)
    group: list[_Unit] = []
    size, left = 0, sum(sizes)
    for at, (atom, more) in enumerate(zip(atoms, sizes, strict=True)):
        if size >= _SMALLEST_WORDS <= left:
            other = atoms[at - 1][-1].voice != atom[-1].voice and max(voices[at - 1], voices[at]) >= _SMALLEST_WORDS
            ends = size >= ENOUGH_WORDS and _is_apart(text, group[-1], atom[0])
            if other or ends or size + more > LARGEST_WORDS:
                yield group
                group, size = [], 0
        group.extend(atom)
        size += more
        left -= more
    yield group


def _atoms(text: str, units: Iterable[_Unit]) -> Iterator[list[_Unit]]:
    """What is not to be parted, if it is not too long."""
    atom: list[_Unit] = []
    size = 0
    for unit in units:
        fits = size <= _LARGEST_OPENING_WORDS and size + unit.words <= _LARGEST_ATOM_WORDS
        if atom and not (fits and _belongs(text, atom[-1], unit)):
            breathe()
            yield atom
            atom, size = [], 0
        atom.append(unit)
        size += unit.words
    if atom:
        yield atom


def _belongs(text: str, unit: _Unit, following: _Unit) -> bool:
    """Whether what follows is not understood without the unit: what it announces, its answer, a header's first row."""
    match following.kind:
        case Kind.CODE if following.opens:
            return True
        case Kind.ROW if following.voice == unit.voice:
            return unit.span[0] == unit.voice or not sentences.says_something(text, unit.span)
        case Kind.TURN if following.opens and unit.kind is Kind.TURN:
            return text[unit.span[1] - 1] == "?"
        case _:
            return text[unit.span[1] - 1] == ":"


def _voices(atoms: Sequence[Sequence[_Unit]], sizes: Sequence[int]) -> list[int]:
    """For each atom, how many words its table, its speaker or the text around these has without a break."""
    runs: list[int] = []
    for _, run in groupby(range(len(atoms)), key=lambda at: atoms[at][-1].voice):
        those = list(run)
        runs.extend([sum(sizes[at] for at in those)] * len(those))
    return runs


def _is_apart(text: str, unit: _Unit, following: _Unit) -> bool:
    """Whether a paragraph, an item, a row or a turn begins between them."""
    if following.opens and following.kind in (Kind.ITEM, Kind.ROW, Kind.TURN):
        return True
    return text.count("\n", unit.span[1], following.span[0]) > 1
