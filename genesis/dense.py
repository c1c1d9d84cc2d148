"""
Dense stretches: masses of lines of a few characters each.

To take each such line for a block of its own, with its sentence, would cost ten times as much as prose and help
nobody. Lines of a dense stretch are taken together instead, in pieces of about the size of a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator

from genesis.stretches import Span

WINDOW = 8 * 1024
"""Characters that are looked at together; a shorter text has no dense stretch."""
FEWEST_CHARACTERS = 12
"""Of a line on the average, with its share of the blank ones, where a stretch is not dense."""
_PIECE = 500


def stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """`text[start:end]` in stretches that begin and end with a line, and whether each is dense."""
    at, was_dense = start, False
    for first, last in _windows(text, start, end):
        is_dense = _is_dense(text, first, last) if last - first >= WINDOW // 2 else was_dense
        if is_dense != was_dense and first > at:
            yield at, first, was_dense
            at = first
        was_dense = is_dense
    if at < end:
        yield at, end, was_dense


def pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A dense stretch in pieces of whole lines, where these are not too long."""
    while start < end:
        stop = end if end - start <= _PIECE else text.rfind("\n", start, start + _PIECE) + 1 or start + _PIECE
        piece = text[start:stop]
        if not piece.isspace():
            yield start + len(piece) - len(piece.lstrip()), stop - len(piece) + len(piece.rstrip())
        start = stop


def _windows(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end:
        stop = min(start + WINDOW, end)
        if stop < end:
            stop = text.rfind("\n", start, stop) + 1 or stop
        yield start, stop
        start = stop


def _is_dense(text: str, start: int, end: int) -> bool:
    if text.count("\n", start, end) * FEWEST_CHARACTERS <= end - start:
        return False
    lines = sum(not line.isspace() for line in text[start:end].split("\n") if line)
    return lines * FEWEST_CHARACTERS > end - start
