"""Mails that are pages: by whom each block is, as quotes, heads of mails and lines above quotes in it tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from genesis.readers import html
from genesis.readers.html.tags import Tag, tags
from genesis.readers.mail.heads import ALL, COLON, SENDERS, Mail, mails
from genesis.readers.mail.noise import is_device, is_noise
from genesis.readers.mail.quotes import wrote
from genesis.readers.speakers import Turn
from genesis.structure import Block, Kind, Shown

_SIGNATURE = re.compile(r"(?:^|[\s_-])signature|_signature_prefix", re.IGNORECASE)
_QUOTES = re.compile(r"gmail_quote|protonmail_quote|yahoo_quoted|tutanota_quote|\bcite\b", re.IGNORECASE)
_INSET = re.compile(r"border\s*+:\s*+(?:none|0)", re.IGNORECASE)
"""A quotation by its tag that is only further in."""
_LARGEST_SIGNATURE = 8_000
_GAP = re.compile(r"\n[ \t]*+\n\s*+")
_MOST_LINES = 8
"""Of the head of a mail."""
_OPENS = re.compile(rf"\*?(?:-{{2,40}}+[^-\n]{{1,60}}+-{{2,40}}+\s*+|Begin forwarded message:\s*+)?(?:{ALL}){COLON}")
_PASSES = re.compile(r"(?:-{2,40}+[^-\n]{1,60}+-{2,40}+|Begin forwarded message:)\s*+")
_FIELD = re.compile(rf"\s(?=(?:{ALL}){COLON})")
_TOLD = re.compile(rf"(?:{SENDERS}){COLON}")


class Section(NamedTuple):
    """Blocks, and the mail whose head stands above them in the page, if one does."""

    mail: Mail | None
    blocks: list[Block]


def sections(source: str, mail: Mail) -> list[Section]:
    """A page that is a mail, with those below it whose heads stand in it."""
    return _Thread(_body_alone(source), mail).sections()


def _body_alone(source: str) -> str:
    """With blanks in place of the page's head, which says nothing of its own in a mail."""
    lower = source.lower() if len(source.lower()) == len(source) else source
    end = lower.find("</head>")
    start = lower.rfind("<head", 0, end) if end > 0 else -1
    return source[:start] + " " * (end - start) + source[end:] if start >= 0 else source


class _Thread:
    def __init__(self, source: str, mail: Mail) -> None:
        read = html.read(source)
        self._above = (read.title,) if read.title and read.title != mail.subject else ()
        self._stale: tuple[str, ...] = ()
        """Headings that somebody else wrote above."""
        self._source = source
        self._edges: list[int] = []
        self._depths: list[int] = []
        self._hidden: list[int] = []
        self._typed: list[tuple[int, int]] = []
        """Where programs of mail put text as it was typed."""
        self._mark(tags(source))
        is_typed = all(one.kind is Kind.CODE for one in read.blocks)
        said = (one for one in read.blocks if not is_device(one.text.text))
        self._blocks = [
            one for block in said for one in (_prose(block) if is_typed or self._is_typed(block) else (block,))
        ]
        self._authors = {0: Turn(mail.sender, mail.date, 0)}
        self._found = [Section(None, [])]
        self._last: tuple[str, ...] = ()

    def _mark(self, page: Sequence[Tag]) -> None:
        """How deep what stands behind each tag is quoted, and where signatures end."""
        depth = 0
        closing: set[int] = set()
        for number, tag in enumerate(page):
            if number in closing:
                depth -= 1
                self._edge(tag.start, depth, 0)
            if tag.closes or not tag.closed:
                continue
            given = tag.given() if tag.attributes else {}
            names = f"{given.get('class', '')} {given.get('id', '')}"
            size = page[tag.closed].start - tag.end
            if tag.name == "pre" and ("moz-quote-pre" in names or "wrap" in given):
                self._typed.append((tag.start, page[tag.closed].start))
            if _SIGNATURE.search(names) and size <= _LARGEST_SIGNATURE:
                self._edge(tag.start, depth, page[tag.closed].end)
            elif _is_quote(tag, f"{names} {given.get('type', '')}", given.get("style", "")):
                depth += 1
                closing.add(tag.closed)
                self._edge(tag.start, depth, 0)

    def _is_typed(self, block: Block) -> bool:
        if block.kind is not Kind.CODE or not block.text.runs:
            return False
        at = block.text.runs[0].source_start
        before = bisect_right(self._typed, (at, at)) - 1
        return before >= 0 and at < self._typed[before][1]

    def _edge(self, at: int, depth: int, hidden: int) -> None:
        self._edges.append(at)
        self._depths.append(depth)
        self._hidden.append(max(hidden, self._hidden[-1] if self._hidden else 0))

    def sections(self) -> list[Section]:
        at = number = last = 0
        is_signed = is_first = False
        while number < len(self._blocks):
            block = self._blocks[number]
            at = next((run.source_start for run in block.text.runs), at)
            edge = bisect_right(self._edges, at) - 1
            depth = self._depths[edge] if edge >= 0 else 0
            if depth != last:
                is_signed, is_first = False, True
                self._leave()
                self._authors = {deep: who for deep, who in self._authors.items() if deep <= max(depth, last) + 1}
            last = depth
            number += 1
            if head := self._head(number - 1):
                number += head[1]
                is_signed = is_first = False
                self._begin(head[0], depth)
                continue
            said = block.text.text
            if (edge >= 0 and at < self._hidden[edge]) or is_noise(said) or _PASSES.fullmatch(said):
                continue
            if named := wrote(said, 0, len(said)):
                is_signed = False
                if named.author:
                    deeper = not depth or not is_first
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
        first = self._blocks[number].text.text
        if not _OPENS.match(first):
            return None
        lines: list[str] = []
        for block in self._blocks[number : number + _MOST_LINES]:
            said = block.text.text[:2_000]
            if not _OPENS.match(said) or (lines and _TOLD.match(said)):
                break
            lines.append(said)
        text = "\n".join(_FIELD.sub("\n", _PASSES.sub("", one)).strip() for one in lines) + "\n"
        found = mails(text)
        return (found[0], len(lines) - 1) if found and not found[0].start else None

    def _begin(self, mail: Mail, depth: int) -> None:
        self._authors = {deep: who for deep, who in self._authors.items() if deep < depth}
        self._authors[depth] = Turn(mail.sender, mail.date, 0)
        self._leave()
        if not depth:
            self._found.append(Section(mail._replace(others=()), []))

    def _leave(self) -> None:
        """Somebody else writes: no heading of the one before stands above that."""
        self._stale, self._above = self._last, ()


def _prose(block: Block) -> Iterator[Block]:
    """What programs of mail put as it was typed is text, not code."""
    at = 0
    for end in (*_GAP.finditer(block.text.text), None):
        said = block.text[at : end.start() if end else len(block.text)].folded()
        if said:
            yield replace(block, kind=Kind.PARAGRAPH, text=said, lead=Shown())
        at = end.end() if end else at


def _is_quote(tag: Tag, names: str, style: str) -> bool:
    if tag.name == "blockquote":
        return _QUOTES.search(names) is not None or not _INSET.search(style)
    return tag.name == "div" and "yahoo_quoted" in names
