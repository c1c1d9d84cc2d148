"""Mails that are pages: by whom each block is, as quotes, heads of mails and lines above quotes in it tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from genesis.readers import html
from genesis.readers.mail.heads import ALL, COLON, SENDERS, Mail, mails
from genesis.readers.mail.marks import Marks, as_typed
from genesis.readers.mail.noise import is_device, is_noise
from genesis.readers.mail.quotes import wrote
from genesis.readers.speakers import Turn
from genesis.structure import Block, Kind

_MOST_LINES = 10
"""Of the head of a mail."""
_PASSES = re.compile(r"(?:-{2,40}+[^-\n]{1,60}+-{2,40}+|Begin forwarded message:)\s*+")
_OPENS = re.compile(rf"\*?(?:{_PASSES.pattern})?(?:{ALL}){COLON}")
_GOES_ON = re.compile(r"(?:Importance|Attachments|Bcc|Reply-To|Priority|Wichtigkeit|Anlagen|Priorität|Pièces)\b")
_FIELD = re.compile(rf"\s(?=(?:{ALL}){COLON})")
_TOLD = re.compile(rf"(?:{SENDERS}){COLON}")


class Section(NamedTuple):
    """Blocks, and the mail whose head stands above them in the page, if one does."""

    mail: Mail | None
    blocks: list[Block]


class _Placed(NamedTuple):
    block: Block
    depth: int


def sections(source: str, mail: Mail) -> list[Section]:
    """A page that is a mail, with those below it whose heads stand in it."""
    page = _body_alone(source)
    read = html.read(page)
    above = (read.title,) if read.title and read.title != mail.subject else ()
    return _Thread(list(_placed(page, read.blocks)), mail, above).sections()


def _body_alone(source: str) -> str:
    """With blanks in place of the page's head, which says nothing of its own in a mail."""
    lower = source.lower() if len(source.lower()) == len(source) else source
    end = lower.find("</head>")
    start = lower.rfind("<head", 0, end) if end > 0 else -1
    return source[:start] + " " * (end - start) + source[end:] if start >= 0 else source


def _placed(page: str, blocks: Sequence[Block]) -> Iterator[_Placed]:
    """What is said, and how deep it is quoted; a page of nothing but code is text as it was typed."""
    marks, at = Marks(page), 0
    is_typed = all(one.kind is Kind.CODE for one in blocks)
    for block in blocks:
        for one in as_typed(block) if is_typed else marks.as_text(block):
            at = next((run.source_start for run in one.text.runs), at)
            said, depth = one.text.text, marks.depth(at)
            if depth >= 0 and not (is_noise(said) or is_device(said)):
                yield _Placed(one, depth)


class _Thread:
    def __init__(self, placed: list[_Placed], mail: Mail, above: tuple[str, ...]) -> None:
        self._placed = placed
        self._authors = {0: Turn(mail.sender, mail.date, 0)}
        self._found = [Section(None, [])]
        self._above = above
        self._last: tuple[str, ...] = ()
        self._stale: tuple[str, ...] = ()
        """Headings that somebody else wrote above."""

    def sections(self) -> list[Section]:
        number = last = 0
        is_signed = is_first = False
        while number < len(self._placed):
            block, depth = self._placed[number]
            number += 1
            if depth != last:
                is_signed, is_first = False, True
                self._leave()
                self._authors = {deep: who for deep, who in self._authors.items() if deep <= max(depth, last) + 1}
            last = depth
            if head := self._head(number - 1):
                number += head[1]
                is_signed = is_first = False
                self._begin(head[0], depth, self._placed[number - 1].block)
                continue
            said = block.text.text
            if _PASSES.fullmatch(said):
                continue
            if named := wrote(said, 0, len(said)):
                is_signed = False
                if named.author:
                    is_above = number < len(self._placed) and self._placed[number].depth > depth
                    is_marked = is_above or not named.date
                    deeper = is_marked and (is_above or not depth or not is_first)
                    self._authors[depth + deeper] = Turn(named.author, named.date, 0)
                if not said[: named.start].strip():
                    continue
            is_signed = is_signed or said == "--" or said.startswith("-- ")
            if not is_signed:
                self._add(block, depth)
            is_first = False
        return self._found

    def _add(self, block: Block, depth: int) -> None:
        by = self._authors.get(depth)
        kind = Kind.TURN if by and block.kind is Kind.PARAGRAPH and not block.group else block.kind
        who = (by.speaker, by.date) if by else ("", "")
        path = (*self._above, *block.path)
        if self._stale and block.path[: len(self._stale)] == self._stale:
            path = block.path[len(self._stale) :]
        told = replace(block, kind=kind, path=path, speaker=who[0], date=who[1], is_quoted=not by)
        self._found[-1].blocks.append(told)
        self._last = block.path

    def _head(self, number: int) -> tuple[Mail, int] | None:
        """The mail whose head begins with a block, and how many more blocks it has."""
        if not _OPENS.match(_line(self._placed[number].block)):
            return None
        lines: list[str] = []
        is_told = False
        for block, _ in self._placed[number : number + _MOST_LINES]:
            line = _line(block)
            tells = _TOLD.match(line) is not None
            if not (_OPENS.match(line) or (lines and _GOES_ON.match(line))) or (tells and is_told):
                break
            is_told = is_told or tells
            lines.append(line)
        text = "\n".join(_FIELD.sub("\n", _PASSES.sub("", one)).strip() for one in lines) + "\n"
        found = mails(text)
        return (found[0], len(lines) - 1) if found and not found[0].start else None

    def _begin(self, mail: Mail, depth: int, last: Block) -> None:
        self._authors = {deep: who for deep, who in self._authors.items() if deep < depth}
        self._authors[depth] = Turn(mail.sender, mail.date, 0)
        self._last = last.path
        self._leave()
        if not depth:
            self._found.append(Section(mail._replace(others=()), []))

    def _leave(self) -> None:
        """Somebody else writes: no heading of the one before stands above that."""
        self._stale, self._above = self._last, ()


def _line(block: Block) -> str:
    """What may be a line of a head; some have it in a table."""
    if block.kind is Kind.ROW and len(cells := [shown.text for cell in block.cells for shown in cell if shown]) == 2:
        return f"{cells[0].rstrip(': ')}: {cells[1][:2_000]}"
    return block.text.text[:2_000]
