"""
Passages: whole sentences, about 120 to 200 words, within one section. Each becomes an agent.

A record of a JSONL source is a passage already, so one of up to 1,200 words stays whole; a longer one is cut like
any text. Nothing is lost but white space, and stretches without a single letter or digit (a rule of dashes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from genesis import sentences
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


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document: its headings, and its sentences as spans of the document's text."""

    heading_path: tuple[str, ...]
    sentences: Sequence[Span]

    @property
    def start(self) -> int:
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        return self.sentences[-1][1]


def cut(text: str, sections: Iterable[Section], largest_words: int = LARGEST_WORDS) -> list[Passage]:
    """The passages of a text in order; sections of up to `largest_words` stay whole."""
    found: list[Passage] = []
    for section in sections:
        spans = sentences.split(text, section.start, section.end)
        if not any(sentences.says_something(text, span) for span in spans):
            continue
        sizes = [words(text, span) for span in spans]
        groups = [spans] if sum(sizes) <= largest_words else _grouped(text, spans, sizes)
        found.extend(Passage(section.heading_path, group) for group in groups)
    return found


def words(text: str, span: Span) -> int:
    """How long a stretch is."""
    return max(len(text[span[0] : span[1]].split()), (span[1] - span[0]) // _CHARACTERS_A_WORD)


def _grouped(text: str, spans: Sequence[Span], sizes: Sequence[int]) -> Iterator[Sequence[Span]]:
    first, size, left = 0, 0, sum(sizes)
    for at, words in enumerate(sizes):
        full = size + words > LARGEST_WORDS and left >= _SMALLEST_WORDS
        if size and (full or (size >= ENOUGH_WORDS and left >= _SMALLEST_WORDS and _is_apart(text, spans, at))):
            yield spans[first:at]
            first, size = at, 0
        size += words
        left -= words
    yield spans[first:]


def _is_apart(text: str, spans: Sequence[Span], at: int) -> bool:
    """Whether a paragraph begins with the sentence."""
    return text.count("\n", spans[at - 1][1], spans[at][0]) > 1
