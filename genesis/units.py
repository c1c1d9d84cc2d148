"""
Units: what of a passage may be quoted, each a piece that makes sense when it is read alone.

A sentence with the one before it where it leans on that; sentences that stand together; an item with the sentence that
opens its list and the items above; a list, or steps, in one piece; a row with what stands above its table; code with
what announces it; a question with its answer; what somebody said, with who said it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise

from genesis.passages import SENTENCE_ENDS, Passage, Piece, says_something, words
from genesis.stretches import Span, between_clauses, between_lines
from genesis.structure import Kind
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_CODE,
    UNIT_KIND_DEFINITION,
    UNIT_KIND_ENTRY,
    UNIT_KIND_ITEM,
    UNIT_KIND_LIST,
    UNIT_KIND_LOG_LINE,
    UNIT_KIND_PARAGRAPH,
    UNIT_KIND_QUESTION_ANSWER,
    UNIT_KIND_ROW,
    UNIT_KIND_SENTENCE,
    UNIT_KIND_STEPS,
    UNIT_KIND_TURN,
    Unit,
    UnitKind,
)

MOST_WORDS = 50
"""Words of a unit that is no list in one piece."""
_MOST_LIST_WORDS = 120
_MOST_CODE_WORDS = 100
_MOST_SENTENCES = 3
_FEWEST_WORDS = 4
"""Words of a turn, or a sentence in one, that says something by itself."""
_MOST_UNITS = 40
"""Of a passage: a document of marks alone has no more than this."""
_LEANS = re.compile(
    r"[\"“(]?(?:this|that|these|those|it|its|he|she|they|his|her|their|such|so|thus|hence|however|therefore|otherwise|"
    r"instead|also|then|but|and|both|neither|in that case|as a result|for (?:this|that) reason|for example)\b",
    re.IGNORECASE,
)
_KINDS: Mapping[Kind, UnitKind.ValueType] = {
    Kind.ITEM: UNIT_KIND_ITEM,
    Kind.ROW: UNIT_KIND_ROW,
    Kind.CODE: UNIT_KIND_CODE,
    Kind.DEFINITION: UNIT_KIND_DEFINITION,
    Kind.TURN: UNIT_KIND_TURN,
    Kind.ENTRY: UNIT_KIND_ENTRY,
    Kind.LOG_LINE: UNIT_KIND_LOG_LINE,
}
_PROSE_WORDS = 20
"""An item of more words that begins as a sentence does says all that it means; what opens its list does not."""
_LISTS = re.compile(r":(?=\s)|(?=\s\((?:[a-z]|[ivx]{2,4}|\d)\)\s)")
_LABEL = 6
"""Words of a line that labels the next."""
_MOST_SUBJECT_WORDS = 15
_MOST_LEAD_WORDS = 25
"""Of what opens a piece, but for one that announces something shorter than itself."""
_MOST_ITEM_WORDS = 25
"""The words of its items, on average, of a list in one piece: more are paragraphs."""


def units(passage: Passage) -> list[Unit]:
    """The units of a passage in order."""
    own = [piece for piece in passage.pieces if not piece.block.is_quoted]
    found = sorted(_Units(passage, own or passage.pieces).made(), key=lambda one: one.parts[0])
    if answer := next((one for one in found if _answers_all(one, len(passage.text.text))), None):
        found = [one for one in found if one.parts[0] == answer.parts[0]]
    return [*{_quoted(one): one for one in found}.values()][:_MOST_UNITS]


def _quoted(unit: Unit) -> tuple[int, ...]:
    """What of the text a unit quotes, parts that stand side by side being one."""
    numbers = list(unit.parts)
    gone = {at for at in range(1, len(numbers) - 1, 2) if 0 <= numbers[at + 1] - numbers[at] <= 1}
    return tuple(number for at, number in enumerate(numbers) if at not in gone and at - 1 not in gone)


def _answers_all(unit: Unit, end: int) -> bool:
    """Whether it is what stands below a heading that asks, whole: of that only its beginning makes sense without it."""
    return unit.kind == UNIT_KIND_QUESTION_ANSWER and not unit.lead_parts and unit.parts[-1] == end


class _Units:
    """Makes the units of a passage."""

    def __init__(self, passage: Passage, pieces: Sequence[Piece]) -> None:
        self._text = passage.text.text
        self._asks = bool(passage.path) and passage.path[-1].rstrip().endswith("?")
        self._pieces = pieces
        self._before = {then[0]: first for piece in pieces for first, then in pairwise(piece.sentences)}
        """By where a sentence begins, the one before it in its block."""

    def made(self) -> Iterator[Unit]:
        for number, piece in enumerate(self._pieces):
            yield from self._of(number, piece)
        yield from self._lists()
        yield from self._small()
        yield from self._answers()
        yield from self._labelled()

    def _of(self, number: int, piece: Piece) -> Iterator[Unit]:
        """The units of one block."""
        kind = _KINDS.get(piece.block.kind, UNIT_KIND_SENTENCE)
        lead = self._fitting(self._lead(piece), piece)
        if piece.block.kind is Kind.ENTRY and piece.lead and not lead:
            for span in self._commented(piece):
                yield self._unit(kind, number, [span], (piece.start, piece.end))
            return
        if kind not in (UNIT_KIND_SENTENCE, UNIT_KIND_TURN) and self._words(piece.start, piece.end) <= MOST_WORDS:
            yield self._unit(kind, number, lead, (piece.start, piece.end))
            return
        if piece.block.kind is Kind.CODE:
            for span in self._code(piece):
                yield self._unit(kind, number, lead, span)
            return
        if piece.block.kind is Kind.TURN:
            yield from self._turn(number, piece)
            return
        if piece.block.kind is Kind.ROW:
            for head, span in self._row(piece):
                yield self._unit(kind, number, [*lead, *head], span)
            return
        yield from self._sentences(number, piece, kind, lead)

    def _sentences(self, number: int, piece: Piece, kind: UnitKind.ValueType, lead: Sequence[Span]) -> Iterator[Unit]:
        spans = self._clauses_of(piece)
        sizes = [self._words(*span) for span in spans]
        for at, span in enumerate(spans):
            if self._announces(span) and len(self._pieces) > 1:
                continue
            leans = at and sizes[at - 1] + sizes[at] <= MOST_WORDS and _LEANS.match(self._text, span[0])
            opens = [*lead, spans[at - 1]] if leans else [*lead, *self._subject(piece, span)]
            if at and not (leans and at == 1):
                opens = [*self._term(piece), *opens]
            if not self._is_unfinished(number, at, spans):
                yield self._unit(kind, number, opens, span)
            size = sizes[at]
            for more in range(at + 1, min(at + _MOST_SENTENCES, len(spans))):
                size += sizes[more]
                if size > MOST_WORDS or self._announces(spans[more]):
                    break
                if self._is_unfinished(number, more, spans):
                    continue
                whole = UNIT_KIND_PARAGRAPH if kind == UNIT_KIND_SENTENCE else kind
                yield self._unit(whole, number, lead, (span[0], spans[more][1]))

    def _turn(self, number: int, piece: Piece) -> Iterator[Unit]:
        """What somebody said: its sentences, and all of it as far as there is room."""
        said_by = self._said_by(piece)
        spans = self._clauses_of(piece)
        for span in spans:
            if len(spans) == 1 or self._words(*span) >= _FEWEST_WORDS:
                yield self._unit(UNIT_KIND_TURN, number, said_by, span)
        room = MOST_WORDS - self._words(piece.line, piece.end)
        if room >= 0 and len(spans) > 1:
            yield self._unit(UNIT_KIND_TURN, number, said_by, (piece.start, piece.end))
        for (start, middle), (_, end) in pairwise(spans) if room < 0 else ():
            if self._words(start, middle) + self._words(middle, end) <= MOST_WORDS:
                yield self._unit(UNIT_KIND_TURN, number, said_by, (start, end))

    def _clauses_of(self, piece: Piece) -> list[Span]:
        found = [part for span in piece.sentences for part in self._clauses(span)]
        return [span for span in found if says_something(self._text[slice(*span)])]

    def _subject(self, piece: Piece, span: Span) -> list[Span]:
        """Of a clause of a long sentence how that begins, up to the first of what it lists."""
        within = next((one for one in piece.sentences if one[0] < span[0] < one[1]), None)
        listed = within and _LISTS.search(self._text, within[0], span[0])
        if not within or not listed:
            return []
        opening = within[0], listed.end()
        return [opening] if self._words(*opening) <= _MOST_SUBJECT_WORDS else []

    def _is_unfinished(self, number: int, at: int, spans: Sequence[Span]) -> bool:
        """Whether a sentence asks what the next one answers."""
        return self._text[spans[at][1] - 1] == "?" and (at + 1 < len(spans) or number + 1 < len(self._pieces))

    def _term(self, piece: Piece) -> list[Span]:
        """Of a definition the term, with what parts it from what it is."""
        term, begins = piece.block.mark, piece.start
        defined = piece.block.kind is Kind.DEFINITION and term and self._text.startswith(f"{term}:", begins)
        return (
            [(begins, begins + len(term) + 1)] if defined and self._words(begins, begins + len(term)) <= _LABEL else []
        )

    def _announces(self, span: Span) -> bool:
        return self._text[span[1] - 1] == ":"

    def _clauses(self, span: Span) -> Iterator[Span]:
        """A sentence whole, or a very long one as it can be cut where clauses end."""
        if self._words(*span) <= MOST_WORDS * 1.2:
            yield span
        else:
            yield from between_clauses(self._text, *span, MOST_WORDS)

    def _commented(self, piece: Piece) -> Iterator[Span]:
        """What a comment says of an entry in parts, as it is too long for one."""
        size = min(self._words(piece.start, piece.end), MOST_WORDS // 2)
        return between_clauses(self._text, *piece.lead[0], MOST_WORDS - size)

    def _code(self, piece: Piece) -> Iterator[Span]:
        if self._words(piece.start, piece.end) <= _MOST_CODE_WORDS:
            return iter(((piece.start, piece.end),))
        return between_lines(self._text, piece.start, piece.end, MOST_WORDS)

    def _row(self, piece: Piece) -> Iterator[tuple[list[Span], Span]]:
        """The cells of a long row in groups, each with the first cell."""
        cells: list[Span] = []
        at = piece.start
        for cell in piece.block.cells:
            found = self._text.find(cell.value.text, at, piece.end) if cell.value else -1
            if found >= 0:
                cells.append((at, found + len(cell.value)))
                at = min(cells[-1][1] + 2, piece.end)
        if len(cells) < 2:
            yield from (([], span) for span in between_clauses(self._text, piece.start, piece.end, MOST_WORDS))
            return
        head, *rest = cells
        start, end = rest[0]
        for first, last in rest[1:]:
            if self._words(start, last) + self._words(*head) > MOST_WORDS:
                yield [head], (start, end)
                start = first
            end = last
        yield [head], (start, end)

    def _lists(self) -> Iterator[Unit]:
        """Lists in one piece, the whole of each and what stands below one of its items."""
        for group, run in groupby(enumerate(self._pieces), key=lambda one: one[1].block.group):
            items = list(run)
            if not group or items[0][1].block.kind is not Kind.ITEM:
                continue
            yield from self._list(items)
            depths = [piece.block.depth for _, piece in items]
            top = min(depths)
            for parent, depth in enumerate(depths):
                after = next((at for at in range(parent + 1, len(items)) if depths[at] <= depth), len(items))
                if depth >= top and after - parent > 2 and (depth > top or parent or after < len(items)):
                    yield from self._list(items[parent + 1 : after])
                if parent > _MOST_UNITS:
                    break

    def _list(self, items: Sequence[tuple[int, Piece]]) -> Iterator[Unit]:
        if len(items) < 2:
            return
        number, first = items[0]
        sizes = [self._words(piece.line, piece.end) for _, piece in items]
        last = sum(size <= _MOST_LIST_WORDS for size in accumulate(sizes)) - 1
        if last < 1 or sum(sizes) > _MOST_ITEM_WORDS * len(items):
            return
        kind = UNIT_KIND_STEPS if first.block.kind is Kind.ITEM and first.block.mark else UNIT_KIND_LIST
        # The first item may stand alone, and is then said without what opens the list.
        leads = (self._lead(piece) for _, piece in items if piece.block.depth == first.block.depth)
        unit = self._unit(kind, number, next(filter(None, leads), []), (first.line, items[last][1].end))
        unit.left_out = len(items) - 1 - last
        yield unit

    def _small(self) -> Iterator[Unit]:
        """Small paragraphs that stand together, from one of whole sentences as far as there is room."""
        prose = [piece.block.kind is Kind.PARAGRAPH for piece in self._pieces]
        sizes = [self._words(piece.start, piece.end) for piece in self._pieces]
        for first, piece in enumerate(self._pieces):
            if not prose[first] or self._text[piece.end - 1] not in ".!":
                continue
            last, size = first, sizes[first]
            while last + 1 < len(prose) and prose[last + 1] and size + sizes[last + 1] <= MOST_WORDS:
                last += 1
                size += sizes[last]
            if last > first and self._text[self._pieces[last].end - 1] not in ":?":
                yield self._unit(UNIT_KIND_PARAGRAPH, first, [], (piece.start, self._pieces[last].end))

    def _answers(self) -> Iterator[Unit]:
        """A question with what follows it, in one block or the next; below a heading that asks, the first blocks."""
        if self._asks and self._pieces and self._pieces[0].block.kind is Kind.PARAGRAPH:
            yield from self._answer([], 0)
        for number, piece in enumerate(self._pieces[:-1]):
            ends = self._text[piece.end - 1] == "?"
            if ends and piece.block.kind in (Kind.PARAGRAPH, Kind.TURN, Kind.ITEM):
                spans = piece.sentences
                question = [*self._said_by(piece), spans[-1]]
                if self._words(*spans[-1]) < MOST_WORDS // 2:
                    yield from self._answer(question, number + 1)

    def _labelled(self) -> Iterator[Unit]:
        """Of short lines that are no sentences each with the one before: `Opening hours`, `8 to 18`."""
        for number, (label, piece) in enumerate(pairwise(self._pieces), 1):
            if self._is_label(label) and self._is_label(piece) and self._text[label.start].isalpha():
                yield self._unit(UNIT_KIND_PARAGRAPH, number, [(label.start, label.end)], (piece.start, piece.end))

    def _is_label(self, piece: Piece) -> bool:
        """Whether it is a few words that are no sentence, and no key with its value."""
        ends = self._text.endswith((*SENTENCE_ENDS, ":"), piece.start, piece.end)
        is_short = self._words(piece.start, piece.end) <= _LABEL
        has_key = self._text.find(": ", piece.start, piece.end) >= 0
        return piece.block.kind is Kind.PARAGRAPH and is_short and not ends and not has_key

    def _answer(self, question: list[Span], number: int) -> Iterator[Unit]:
        piece = self._pieces[number]
        lead = [*question, *self._said_by(piece)]
        size = sum(self._words(*span) for span in lead)
        end = piece.start
        for other in self._pieces[number:]:
            if other.block.kind is not piece.block.kind:
                break
            for span in other.sentences:
                size += self._words(*span)
                if size > MOST_WORDS and end > piece.start:
                    break
                end = span[1]
            if size > MOST_WORDS or other.block.kind is Kind.TURN:
                break
        if not self._announces((piece.start, end)):
            yield self._unit(UNIT_KIND_QUESTION_ANSWER, number, lead, (piece.start, end))

    def _lead(self, piece: Piece) -> list[Span]:
        return [*self._leant_on(piece), *piece.lead, *self._said_by(piece)]

    def _leant_on(self, piece: Piece) -> list[Span]:
        """The sentence before the one that opens a piece, if that leans on it and it is as short."""
        if not piece.lead or not _LEANS.match(self._text, piece.lead[0][0]):
            return []
        before = self._before.get(piece.lead[0][0])
        return [before] if before and self._words(*before) <= _MOST_LEAD_WORDS else []

    def _said_by(self, piece: Piece) -> list[Span]:
        label = piece.block.kind is Kind.TURN and piece.start > piece.line
        return [(piece.line, piece.start - 1)] if label else []

    def _fitting(self, lead: Sequence[Span], piece: Piece) -> list[Span]:
        """Of what opens a piece as much as leaves room for it, the nearest first; nothing if it says all by itself."""
        size = self._words(piece.start, piece.end)
        if piece.block.kind is Kind.ITEM and size > _PROSE_WORDS and self._begins_anew(piece):
            return []
        room = MOST_WORDS - min(size, MOST_WORDS // 2)
        found: list[Span] = []
        for span in reversed(lead):
            opens = self._words(*span)
            room -= opens
            if room < 0 or (opens > _MOST_LEAD_WORDS and not (self._announces(span) and size < opens)):
                break
            found.insert(0, span)
        return found

    def _begins_anew(self, piece: Piece) -> bool:
        return self._text[piece.start : piece.start + 2].lstrip("\"“‘'(")[:1].isupper()

    def _unit(self, kind: UnitKind.ValueType, number: int, lead: Sequence[Span], span: Span) -> Unit:
        piece = self._pieces[number]
        block = piece.block
        parts = [at for one in (*lead, span) for at in one]
        return Unit(
            kind=kind,
            parts=parts,
            block=number,
            lead_parts=len(lead),
            speaker=block.speaker,
            date=block.date,
            row=piece.row if kind == UNIT_KIND_ROW else None,
        )

    def _words(self, start: int, end: int) -> int:
        return words(self._text[start:end])
