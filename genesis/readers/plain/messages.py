"""Messages in plain text: who wrote what of a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

from genesis.readers.mail import quotes
from genesis.readers.mail.heads import Mail, mails, quoted_head
from genesis.readers.mail.noise import without_noise
from genesis.readers.mail.quotes import Stretch
from genesis.readers.plain.paragraphs import Paragraphs
from genesis.readers.plain.words import Words
from genesis.readers.speakers import Turn
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown, Structure


class Messages:
    """The mails of a text, each below what it is about."""

    def __init__(self, text: str, out: Writer) -> None:
        self._quoted = without_noise(text)
        self._words = Words(quotes.unquoted(self._quoted))
        self._out = out
        self._paragraphs = Paragraphs(self._words, {}, out)
        self._about = ""

    def structure(self, source: str, mails: Sequence[Mail]) -> Structure:
        """All of them; one alone says who wrote the document."""
        self._paragraphs.stretch(0, mails[0].start)
        self._all(mails, len(self._quoted))
        return self._out.structure(source, "", told(mails[0]) if len(mails) == 1 else {})

    def begin(self, mail: Mail) -> int:
        """A mail begins; the number of its thread."""
        if mail.subject and mail.subject != self._about:
            self._about = mail.subject
            self._out.heading(1, Shown(mail.subject))
        self._paragraphs.thread = thread = self._out.group()
        for name, start, end in mail.others:
            self._out.add(Kind.ENTRY, self._words.shown(start, end), group=thread, mark=name)
        return thread

    def said(self, mail: Mail, start: int, end: int) -> None:
        """A stretch of what it says; heads of others may stand in it."""
        within = mails(self._quoted, start, end)
        self._body(mail, start, within[0].start if within else end)
        if within:
            self._all(within, end)

    def _all(self, mails: Sequence[Mail], end: int) -> None:
        ends = chain((one.start for one in mails[1:]), (end,))
        for one, stop in zip(mails, ends, strict=True):
            self.begin(one)
            self._body(one, one.body, stop)

    def _body(self, one: Mail, start: int, end: int) -> None:
        """What a mail says, and what it quotes: that is its author's, if it is said who that is."""
        authors = {0: Turn(one.sender, one.date, 0)}
        found = [*quotes.stretches(self._quoted, start, end), Stretch(end, end, 0)]
        for stretch, following in pairwise(found):
            self._stretch(stretch, authors, is_above=following.depth > stretch.depth)
            for deep in [deep for deep in authors if deep > stretch.depth + 1]:
                del authors[deep]
        self._paragraphs.by, self._paragraphs.is_quoted = None, False

    def _stretch(self, stretch: Stretch, authors: dict[int, Turn], *, is_above: bool) -> None:
        start, end, depth = stretch
        read, text = self._paragraphs, self._words.text
        read.end_lists()
        if depth and (head := quoted_head(text, start, end)):
            self._by(authors.get(depth), start, head.start, is_quoted=depth not in authors)
            authors[depth] = Turn(head.sender, head.date, 0)
            self._by(authors[depth], head.body, end)
            return
        named = quotes.wrote(text, start, end) or (quotes.named_last(text, start, end) if is_above else None)
        before = text[start : named.start].strip() if named else ""
        if named and named.author:
            goes_deeper = before or not depth or (is_above and not text[named.end : end].strip())
            authors[depth + bool(goes_deeper)] = Turn(named.author, named.date, 0)
        by, is_quoted = authors.get(depth), depth > 0 and depth not in authors
        if named and named.author and named.date and not depth and not is_above:
            self._by(by, start, named.start)
            authors[0] = Turn(named.author, named.date, 0)  # who quotes without marks
            self._by(authors[0], named.end, end)
            return
        self._by(by, start, named.start if named else end, is_quoted=is_quoted)
        if named:
            self._by(by, named.end, end, is_quoted=is_quoted)

    def _by(self, by: Turn | None, start: int, end: int, *, is_quoted: bool = False) -> None:
        """A stretch is read; its lists and tables are by its author, too."""
        first = len(self._out.blocks)
        self._paragraphs.by, self._paragraphs.is_quoted = by, is_quoted
        self._paragraphs.stretch(start, end)
        self._out.attribute(first, by.speaker if by else "", by.date if by else "", is_quoted=is_quoted)


def told(mail: Mail) -> Mapping[str, str]:
    """What a mail says of the document that it is."""
    said = {"author": mail.sender, "date": mail.date}
    return {name: value for name, value in said.items() if value}
