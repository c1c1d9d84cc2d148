"""What stands in the block that is open: stretches of the page, and how much of it is in bold."""

from __future__ import annotations

import re
from html import unescape

from genesis.readers.html.tags import Tag
from genesis.structure import Edit, Run, Shown, joined, verbatim

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_SAYS = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+\W++[^\W_]{2,}+")
_NAMED = re.compile(r"(?:^|\s)[a-z]{3}")
"""A class that says what stands in it; those of office programs and of colours in code are shorter, or numbered."""
_CODE = frozenset(("code", "kbd", "samp", "tt", "var"))
_RAISED = frozenset(("sub", "sup", "wbr", *_CODE))
_ENDING = 4
_BEGINNING = 60
_LONGEST_SIGN = 40
_FILE = re.compile(r"\.[a-zA-Z]{3,4}\Z")


class Inline:
    """The text that is open."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._spans: list[Shown] = []
        self._in_bold = 0
        self._plain = 0
        self.pre = 0
        """How many elements are open in which white space is shown."""
        self.bold = 0
        """How many elements are open that make text bold."""
        self.says_something = False
        self._link = ""
        """Where the link leads that is open."""
        self._code = 0
        """How many elements are open that hold code."""
        self._ended = -1
        self._last = ""
        """Where the last element ended, and its name."""
        self._beside = ""
        """What is open and begins where another element ended: its class, or that both are links."""
        self._is_beside = False
        self._meant = Shown()
        """What the last sign means, such as a tick."""
        self.is_broken = False
        """Whether the last thing was the end of a line."""
        self._linked: set[str] = set()
        """Where what is said leads: nowhere, to a place of this page (`#`), to another page."""

    def __bool__(self) -> bool:
        return bool(self._spans)

    @property
    def is_bold(self) -> bool:
        """Whether all of it is in bold."""
        return bool(self._in_bold and not self._plain)

    @property
    def is_link(self) -> bool:
        """Whether all of it leads somewhere."""
        return bool(self._linked) and "" not in self._linked

    @property
    def leads_here(self) -> bool:
        """Whether all of it leads to places of this page."""
        return self._linked == {"#"}

    @property
    def beginning(self) -> str:
        """The first characters."""
        return "".join(one.text[:_BEGINNING] for one in self._spans[:_ENDING])

    @property
    def end(self) -> str:
        """The last characters."""
        return "".join(one.text[-_ENDING:] for one in self._spans[-_ENDING:])[-_ENDING:]

    def open(self, tag: Tag) -> None:
        """An element begins that is no block."""
        if tag.start == self._ended and tag.name not in _RAISED:
            self._is_beside = True
            self._beside = "link" if tag.name == self._last == "a" else tag.given().get("class", "")
        match tag.name:
            case "b" | "strong":
                self.bold += 1
            case "a" if tag.closed:
                self._link = tag.given().get("href", "")
            case name if name in _CODE:
                self._code += 1
            case "img":
                said = tag.given().get("alt", "")
                if _SAYS.search(said):
                    self.instead(said, tag.start, tag.end)
                else:
                    self._stands_for(said, tag)
            case "i" | "span" if "aria-label" in tag.attributes or "title" in tag.attributes:
                given = tag.given()
                self._stands_for(given.get("aria-label") or given.get("title", ""), tag)

    def _stands_for(self, said: str, tag: Tag) -> None:
        """What a sign means, which is said where nothing else is."""
        if said.strip() and len(said) <= _LONGEST_SIGN and not _FILE.search(said):
            self._meant = Shown(said, (Run(0, len(said), tag.start, tag.end),))

    def close(self, name: str, end: int) -> None:
        """It ends."""
        if name not in _RAISED:
            self._ended, self._last = end, name
        if name in _CODE:
            self._code = max(self._code - 1, 0)
        elif name in ("b", "strong"):
            self.bold = max(self.bold - 1, 0)
        elif name == "a":
            self._link = ""

    def words(self, start: int, end: int) -> None:
        """A stretch of the page without tags."""
        if start >= end:
            return
        said = verbatim(self._source, start, end)
        is_space = said.text.isspace()
        if not self.pre and is_space:
            self._spans.append(Shown(" "))
            return
        if self._is_beside and self._is_apart(said.text[0]):
            self.space()
        self._is_beside = False
        self._spans.append(said)
        if not is_space:
            self.says_something, self.is_broken = True, False
            self._linked.add(self._link[:1])
        if self.bold:
            self._in_bold += 1
        elif not is_space:
            self._plain += 1

    def _is_apart(self, first: str) -> bool:
        """Whether elements side by side are words of their own: by their looks alone, or by their letters."""
        last = self.end[-1:]
        if self.pre or self._code or not (last.isalnum() or last in "%)#+"):
            return False
        if _NAMED.search(self._beside):
            return first.isalnum() or first in "€$£¥"
        return (last.islower() or not last.isalnum()) and (first.isupper() or first.isdigit())

    def instead(self, said: str, start: int, end: int) -> None:
        """What is shown instead of a stretch of the page."""
        if said[0] == " ":
            self.space()
            said = said[1:]
        self._spans.append(Shown(said, (Run(0, len(said), start, end),)))
        self.says_something = True

    def space(self) -> None:
        """What stands before is not joined to what follows."""
        self._spans.append(Shown(" "))

    def colon(self) -> None:
        """A label ends; its value follows."""
        while self._spans and self._spans[-1].text.isspace():
            self._spans.pop()
        self._spans.append(Shown(": " if self.end[-1:].isalnum() else " "))

    def between(self, added: str) -> None:
        """What is added between two things that are said."""
        self._spans.append(Shown(added))

    def line(self) -> None:
        """A line ends."""
        self.is_broken = True
        self._spans.append(Shown("\n" if self.pre else " "))

    def taken(self, *, with_signs: bool = False) -> Shown:
        """What is open, as it is shown, or what a sign means that stands alone; nothing is open then."""
        whole = self._meant if with_signs and not self.says_something else joined(self._spans)
        self._meant = Shown()
        self._spans, self._in_bold, self._plain, self.says_something = [], 0, 0, False
        self._linked = set()
        text = whole.text
        if "&" in text:
            found = ((one, unescape(one[0])) for one in _ENTITY.finditer(text))
            whole = whole.edited(Edit(*one.span(), said) for one, said in found if said != one[0])
        if self.pre:
            first = len(whole.text) - len(whole.text.lstrip("\r\n"))
            return whole[first : len(whole.text.rstrip())] if whole.text.strip() else Shown()
        return whole.folded()
