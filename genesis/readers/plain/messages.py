"""Messages in plain text: who wrote what of a thread."""

from __future__ import annotations

from collections.abc import Sequence

from genesis.readers.mail import quotes
from genesis.readers.mail.heads import Mail
from genesis.readers.mail.quotes import Stretch
from genesis.readers.plain.paragraphs import Paragraphs
from genesis.readers.plain.words import Words
from genesis.readers.speakers import Turn
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown, Structure


class Messages:
    """The mails of a text, each below what it is about."""

    def __init__(self, text: str, out: Writer) -> None:
        self._quoted = text
        self._words = Words(quotes.unquoted(text))
        self._out = out
        self._paragraphs = Paragraphs(self._words, {}, out)

    def structure(self, source: str, mails: Sequence[Mail]) -> Structure:
        """All of them; one alone says who wrote the document."""
        self._paragraphs.stretch(0, mails[0].start)
        about = ""
        for number, one in enumerate(mails):
            if one.subject and one.subject != about:
                about = one.subject
                self._out.heading(1, Shown(about))
            self._paragraphs.thread = thread = self._out.group()
            for name, start, end in one.others:
                self._out.add(Kind.ENTRY, self._words.shown(start, end), group=thread, mark=name)
            end = mails[number + 1].start if number + 1 < len(mails) else len(self._quoted)
            self._body(one, list(quotes.stretches(self._quoted, one.body, end)))
        told = {"author": mails[0].sender, "date": mails[0].date} if len(mails) == 1 else {}
        return self._out.structure(source, "", {name: value for name, value in told.items() if value})

    def _body(self, one: Mail, stretches: Sequence[Stretch]) -> None:
        """What a mail says, and what it quotes: that is its author's, if it is said who that is."""
        read, text = self._paragraphs, self._words.text
        authors = {0: Turn(one.sender, one.date, 0)}
        for start, end, depth in stretches:
            read.end_lists()
            named = quotes.wrote(text, start, end)
            before = text[start : named[0]].strip() if named else ""
            if named and named[2]:
                authors[depth + bool(before or not depth)] = Turn(named[2], named[3], 0)
            read.by = authors.get(depth)
            read.is_quoted = depth > 0 and depth not in authors
            read.stretch(start, named[0] if named else end)
            if named:
                read.stretch(named[1], end)
            authors = {deep: who for deep, who in authors.items() if deep <= depth + 1}
        read.by, read.is_quoted = None, False
