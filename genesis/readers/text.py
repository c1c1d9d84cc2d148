"""
Plain text, which marks its structure by form alone: blank lines, indents, marks of lists, columns, who speaks.

A text that is wrapped by hand is unwrapped, and a word that was divided at the end of a line is one again. A line that
ends although the next word would have fitted was meant to end.
"""

from __future__ import annotations

from collections.abc import Sequence

from genesis.headings import headings
from genesis.readers import rst, subtitles
from genesis.readers.mail import heads
from genesis.readers.opening import opened
from genesis.readers.pages import without_pages
from genesis.readers.plain import manual
from genesis.readers.plain.messages import Messages
from genesis.readers.plain.paragraphs import Paragraphs
from genesis.readers.plain.words import Words
from genesis.readers.speakers import turns
from genesis.readers.writer import Writer
from genesis.reading import Heading
from genesis.structure import Structure


def read(source: str) -> Structure:
    """A text without marks, or with those of reStructuredText."""
    return rst.read(source) if rst.is_marked(source) else marked(source)


def marked(source: str, told: Sequence[Heading] = ()) -> Structure:
    """A text with the headings that it is told to have, if something better than their form tells them."""
    text = source.replace("\r\n", " \n").replace("\r", "\n") if "\r" in source else source
    called, text = manual.page(without_pages(text))
    if shown := subtitles.read(source, text):
        return shown
    out = Writer()
    if mails := heads.mails(text):
        return Messages(text, out).structure(source, mails)
    spoken = turns(text)
    told = told or headings(text, is_spoken=bool(spoken))
    title, found = opened(text, [one for one in told if one.start not in spoken])
    words = Words(text)
    paragraphs = Paragraphs(words, spoken, out)
    at = 0
    for one in found:
        paragraphs.stretch(at, one.start)
        paragraphs.begin()
        out.heading(one.level, words.shown(one.start, one.end, said=one.title))
        at = one.end
    paragraphs.stretch(at, len(text))
    return out.structure(source, called or title)
