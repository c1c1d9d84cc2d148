"""
HTML, as a browser would show it to somebody who reads: the map leads to the page's own characters.

The tags are taken in order, without a tree; each one that opens knows its closing one. What is hidden, navigation and
what asks for cookies is passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from genesis import metadata
from genesis.fairness import breathe
from genesis.readers.grid import Grid
from genesis.readers.writer import BELOW_ALL, LONGEST_LEAD, Writer
from genesis.structure import Edit, Kind, Run, Shown, Structure, joined, verbatim

_TAG = re.compile(
    r"""<(?:!--|(/?)([a-zA-Z][\w:-]{0,60}+)((?:[^<>"']++|"[^"]{0,20000}+"|'[^']{0,20000}+')*+)>|[!?][^<>]{0,2000}+>)"""
)
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z-]+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?+""",
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
_UNSHOWN = {
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "footer", "button", "select"),
    *("textarea", "title", "head", "math", "audio", "video", "canvas", "dialog"),
}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "center", "details", "div", "dl", "fieldset", "figcaption"),
    *(
        "figure",
        "form",
        "header",
        "hr",
        "main",
        "p",
        "section",
        "summary",
        "table",
        "ul",
        "ol",
        "li",
        "dt",
        "dd",
        "pre",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "caption", "tbody", "thead", "tfoot", "legend", "menu"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|[^\W_]*?menu|sidebar|pagination|skip-?link|share|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NEVER_SHOWN = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|toc|table-of-contents|headerlink|anchor-?link|heading-?anchor|cookies?-?\w*|gdpr"
    r"|consent|sortkey|sr-only|visually-hidden|mw-editsection|edit-?this-?page|reference-?mark|footnote-?ref)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:^|\s)(?:navbox|vertical-navbox|mw-cite-backlink)(?:$|[\s_-])", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+hidden", re.IGNORECASE)
_SAYS_MORE = re.compile(r"\d|[.!?](?:\s|$)")
_SAYS = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+\W++[^\W_]{2,}+")
_FURNITURE = re.compile(
    r"(?:edit|improve|view)(?: on)?(?: this)?(?: page| source)?(?: (?:on|in) \w+)?|back to (?:the )?top|skip to .{1,40}"
    r"|on this page:?|table of contents:?|¶|#|copy|print(?: this page)?|share(?: this)?|(?:previous|next)(?: page)?",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:^|[\s_-])accordion", re.IGNORECASE)
"""The name of a button that opens the text below it."""
_PANEL = re.compile(
    r"(?:^|[\s_-])(?:tab[_-]?(?:pane|panel)|collapse"
    r"|accordion[_-]{0,2}(?!icon|arrow|chevron|indicator|toggle|head|title|trigger|button|btn|label|question)[a-z]"
    r"|faq[_-]{1,2}(?:answer|body|content|panel|text))",
    re.IGNORECASE,
)
"""The name of what is hidden until its reader opens it."""
_NO_TITLE = re.compile(
    r"(?:(?:open|close|toggle|show|hide|main|mobile)\s)?(?:menu|navigation|search|filters?)"
    r"|(?:show|read|see|view|load|learn|expand|collapse|hide|open|close|copy)(?:\s(?:more|less|all|link|code))?|more|less",
    re.IGNORECASE,
)
"""What a button says that is no title of what it opens."""
_MOST_JUDGED = 16 * 1024 * 1024
"""Characters of a page that may be looked at to tell navigation from text."""
_NO_HEADING = BELOW_ALL + 1
_LARGEST_BANNER = 4_000
_MOST_TITLE_WORDS = 20
_MOST_TERMS = 10
"""Terms that share a definition."""


class _Tag(NamedTuple):
    """A tag; `closed` is the number of the tag that closes it, or 0."""

    start: int
    end: int
    name: str
    closes: bool
    given: str
    closed: int


@dataclass(slots=True)
class _List:
    ordered: bool
    group: int
    lead: Shown
    number: int = 0
    begins: int = 0
    leads_here: bool = True


@dataclass(slots=True)
class _Inline:
    """What stands in the block that is open: stretches of the page, and how much of it is in bold."""

    spans: list[Shown] = field(default_factory=list)
    bold: int = 0
    plain: int = 0


def read(source: str) -> Structure:
    """A page. Its title is its first heading where that stands above all, or else its `title`."""
    return _Page(source).structure()


def _tags(source: str) -> list[_Tag]:
    found: list[_Tag] = []
    at = 0
    while match := _TAG.search(source, at):
        breathe()
        at = match.end()
        if match[0] == "<!--":
            closed = source.find("-->", at)
            end = closed + 3 if closed >= 0 else len(source)
            found.append(_Tag(match.start(), end, "", False, "", 0))
            at = end
            continue
        name = (match[2] or "").lower()
        if name:
            found.append(_Tag(match.start(), at, name, bool(match[1]), match[3], 0))
        else:
            found.append(_Tag(match.start(), at, "", False, "", 0))
        if name in _RAW and not match[1]:
            closing = _RAW[name].search(source, at)
            if not closing:
                found[-1] = found[-1]._replace(end=len(source))
                break
            at = closing.start()
    opened: defaultdict[str, list[int]] = defaultdict(list)
    for number, tag in enumerate(found):
        if not tag.closes:
            opened[tag.name].append(number)
        elif opened[tag.name]:
            first = opened[tag.name].pop()
            found[first] = found[first]._replace(closed=number)
    return found


class _Page:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tags = _tags(source)
        self._out = Writer()
        self._inline = _Inline()
        self._lists: list[_List] = []
        self._is_item = False
        self._heading = 0
        self._terms: list[Shown] = []
        """Terms without a definition so far; the next is that of all."""
        self._term = Shown()
        self._is_term = False
        self._is_definition = False
        self._summary = False
        self._details: list[int] = []
        """Of each part that opens and shuts, the highest level of the headings in it, or more."""
        self._is_button = False
        self._opened: set[str] = set()
        """The parts that buttons open, by what they are called."""
        self._tabs: dict[str, _Tag] = {}
        """The tabs that open parts, by what those are called."""
        self._panels: set[int] = set()
        """The tags that close parts which a button opens."""
        self._pre = 0
        self._bold = 0
        self._grids: list[Grid] = []
        self._judged = _MOST_JUDGED
        self._called = ""
        self._told: list[tuple[str, str]] = []

    def structure(self) -> Structure:
        at = number = 0
        while number < len(self._tags):
            breathe()
            tag = self._tags[number]
            self._words(at, tag.start)
            at, number = tag.end, number + 1
            if tag.closes:
                self._leave(tag.name)
                if number - 1 in self._panels:
                    self._out.leave(BELOW_ALL)
            elif tag.name:
                self._tell(tag, number)
                if tag.closed and not self._is_shown(tag):
                    number, at = tag.closed + 1, self._tags[tag.closed].end
                else:
                    self._enter(tag)
        self._words(at, len(self._source))
        while self._grids:
            self._leave("table")
        self._flush()
        self._end_terms()
        read = self._out.structure(self._source, "", metadata.gathered(self._told))
        return (
            read
            if read.title
            else Structure(title=self._called, source=read.source, blocks=read.blocks, metadata=read.metadata)
        )

    def _tell(self, tag: _Tag, number: int) -> None:
        """What the page's head says of it."""
        if tag.name == "title" and not self._called and tag.closed:
            self._called = " ".join(unescape(self._source[tag.end : self._tags[tag.closed].start]).split())
        elif tag.name == "html" and (language := _given(tag).get("lang")):
            self._told.append(("language", language))
        elif tag.name == "meta":
            given = _given(tag)
            name = given.get("name") or given.get("property") or ""
            if name and given.get("content"):
                self._told.append((name.rpartition(":")[2].replace("_time", ""), given["content"]))

    def _is_shown(self, tag: _Tag) -> bool:
        if tag.name == "head":
            return True  # its title and what it tells are read
        if tag.name == "button":
            return self._is_title(tag)
        if tag.name in _UNSHOWN:
            return False
        if not tag.given or tag.name in ("body", "main", "article", "html"):
            return True
        given = _given(tag)
        opens = self._is_panel(tag, given)
        if opens:
            self._panels.add(tag.closed)
        if given.get("role") == "navigation" or (_is_hidden(given) and not opens):
            return False
        names = f"{given.get('class', '')} {given.get('id', '')}"
        size = self._tags[tag.closed].start - tag.end
        if _ELSEWHERE.search(names) or (_NEVER_SHOWN.search(names) and size <= _LARGEST_BANNER):
            return False
        if tag.name == "sup" and "reference" in names:
            return False
        if self._judged <= 0 or not _NAVIGATION.search(names):
            return True
        self._judged -= size
        return _SAYS_MORE.search(_TAG.sub(" ", self._source[tag.end : self._tags[tag.closed].start])) is not None

    def _is_panel(self, tag: _Tag, given: dict[str, str]) -> bool:
        """Whether it is a part that is shown or hidden as its reader likes."""
        if tag.name not in _BLOCKS or tag.name in _HEADINGS:
            return False
        opened = given.get("id") in self._opened or given.get("role") == "tabpanel"
        return opened or given.get("hidden") == "until-found" or _PANEL.search(given.get("class", "")) is not None

    def _is_title(self, tag: _Tag) -> bool:
        """Whether a button says what it opens, or is all that a heading says."""
        given, size = _given(tag), self._tags[tag.closed].start - tag.end
        names = f"{given.get('class', '')} {given.get('id', '')} {given.get('aria-controls', '')}"
        if given.get("role") == "tab" and given.get("aria-controls"):
            self._tabs.setdefault(given["aria-controls"], tag)
        leads_elsewhere = "aria-haspopup" in given or given.get("role") == "tab" or _NAVIGATION.search(names)
        if leads_elsewhere or _is_hidden(given) or self._judged <= 0:
            return False
        opens = "aria-expanded" in given or "aria-controls" in given or _OPENS.search(given.get("class", ""))
        if not opens and (not self._heading or any(one.text.strip() for one in self._inline.spans)):
            return False
        self._judged -= size
        said = " ".join(unescape(_TAG.sub(" ", self._source[tag.end : tag.end + size])).split())
        if not any(map(str.isalpha, said)) or _FURNITURE.fullmatch(said) or _NO_TITLE.fullmatch(said):
            return False
        self._opened.update(given.get("aria-controls", "").split())
        return True

    def _label(self, tab: _Tag) -> Shown:
        """What a tab says, above the part that it opens."""
        at, end = tab.end, self._tags[tab.closed].start
        for mark in _TAG.finditer(self._source, at, end):
            self._words(at, mark.start())
            at = mark.end()
        self._words(at, end)
        return self._taken()

    def _words(self, start: int, end: int) -> None:
        if start >= end:
            return
        said = verbatim(self._source, start, end)
        if not self._pre and said.text.isspace():
            self._inline.spans.append(Shown(" "))
            return
        self._inline.spans.append(said)
        if self._bold:
            self._inline.bold += 1
        elif not said.text.isspace():
            self._inline.plain += 1

    # Elements.

    def _enter(self, tag: _Tag) -> None:
        name = tag.name
        grid = self._grids[-1] if self._grids else None
        if name in ("td", "th", "tr", "caption", "thead", "tbody") and grid and not grid.is_layout:
            self._cell(grid, tag)
        elif name == "table":
            if grid:
                self._lay_out(grid)
            self._flush()
            self._grids.append(Grid(self._lead(Kind.PARAGRAPH)))
        elif name == "br" or (name in _BLOCKS and grid and not grid.is_layout):
            if grid and not grid.is_layout and (name in _HEADINGS or name == "pre"):
                self._lay_out(grid)
                self._enter(tag)
                return
            self._inline.spans.append(Shown("\n" if self._pre else " "))
        elif name in ("b", "strong"):
            self._bold += 1
        elif name == "button" and tag.closed and not (grid or self._heading or self._is_term or self._summary):
            self._flush()
            self._heading, self._is_button = BELOW_ALL, True
        elif name == "img":
            said = _given(tag).get("alt", "")
            if _SAYS.search(said):
                self._inline.spans.append(Shown(said, (Run(0, len(said), tag.start, tag.end),)))
        elif name in _BLOCKS:
            self._flush()
            if self._tabs and tag.closed in self._panels and (tab := self._tabs.pop(_given(tag).get("id", ""), None)):
                self._head(BELOW_ALL, self._label(tab))
            self._open(tag)

    def _open(self, tag: _Tag) -> None:
        name = tag.name
        if name in _HEADINGS:
            self._heading = _HEADINGS[name]
        elif name in ("ul", "ol", "menu"):
            above = self._lists[0] if self._lists else None
            lead = above.lead if above else self._lead(Kind.PARAGRAPH, Kind.TURN)
            group = above.group if above else self._out.group()
            first = _given(tag).get("start", "1")
            number = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
            self._lists.append(_List(name == "ol", group, lead, number, len(self._out.blocks)))
        elif name == "li":
            self._is_item = True
            if self._lists:
                self._lists[-1].number += 1
        elif name == "dt":
            self._is_term = True
            self._is_definition = False
        elif name == "dd":
            self._is_definition = True
        elif name == "pre":
            self._pre += 1
        elif name == "details":
            self._details.append(_NO_HEADING)
        elif name == "summary":
            self._summary = True

    def _leave(self, name: str) -> None:
        grid = self._grids[-1] if self._grids else None
        if name in ("b", "strong"):
            self._bold = max(self._bold - 1, 0)
        elif name == "button" and self._is_button:
            self._flush()
            self._heading, self._is_button = 0, False
        elif name == "table" and grid:
            self._close(grid)
            self._grids.pop()
            grid.write(self._out)
        elif name in ("td", "th", "caption", "tr", "thead") and grid and not grid.is_layout:
            self._close(grid)
            if name == "thead":
                grid.in_head = False
        elif name in _BLOCKS and grid and not grid.is_layout:
            self._inline.spans.append(Shown(" "))
        elif name in _BLOCKS:
            self._flush()
            self._closed(name)

    def _closed(self, name: str) -> None:
        if name in _HEADINGS:
            self._heading = 0
        elif name in ("ul", "ol", "menu") and self._lists:
            ended = self._lists.pop()
            self._is_item = False
            if ended.leads_here and len(self._out.blocks) - ended.begins > 2 and not self._lists:
                del self._out.blocks[ended.begins :]
        elif name == "li":
            self._is_item = False
        elif name == "dd":
            self._is_definition = False
        elif name == "dl":
            self._end_terms()
        elif name == "pre":
            self._pre = max(self._pre - 1, 0)
        elif name == "details" and self._details:
            level = self._details.pop()
            self._out.leave(level)
            if self._details:
                self._details[-1] = min(self._details[-1], level)
        elif name == "summary":
            self._summary = False

    # Tables.

    def _cell(self, grid: Grid, tag: _Tag) -> None:
        self._close(grid)
        if tag.name == "tr":
            grid.row()
        elif tag.name == "thead":
            grid.in_head = True
        elif tag.name in ("td", "th"):
            given = _given(tag) if tag.given else {}
            grid.open(tag.name == "th", _number(given.get("colspan")), _number(given.get("rowspan")))
        elif tag.name == "caption":
            grid.in_caption = True

    def _close(self, grid: Grid) -> None:
        """What stands in the cell that is open."""
        if grid.is_layout:
            self._flush()
            return
        bold = bool(self._inline.bold and not self._inline.plain)
        grid.close(self._taken(), bold)

    def _lay_out(self, grid: Grid) -> None:
        """The table is no table: something else than words stands in its cell."""
        self._close(grid)
        grid.write(self._out)
        grid.is_layout = True

    # Blocks.

    def _taken(self) -> Shown:
        """What is open, as it is shown."""
        spans, self._inline = self._inline.spans, _Inline()
        whole = joined(spans)
        text = whole.text
        if "&" in text:
            found = ((one, unescape(one[0])) for one in _ENTITY.finditer(text))
            whole = whole.edited(Edit(*one.span(), said) for one, said in found if said != one[0])
        if self._pre:
            first = len(whole.text) - len(whole.text.lstrip("\r\n"))
            return whole[first : len(whole.text.rstrip())] if whole.text.strip() else Shown()
        return whole.folded()

    def _flush(self) -> None:
        if not self._inline.spans:
            return
        bold = bool(self._inline.bold and not self._inline.plain)
        said = self._taken()
        if not said:
            return
        depth, self._bold = len(self._lists), 0
        if self._is_term:
            self._begin_term(said)
        elif self._heading:
            self._head(self._heading, _without_anchor(said))
        elif self._pre:
            group = self._lists[0].group if depth else 0
            lead = self._lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
            self._out.add(Kind.CODE, said, group=group, depth=depth, lead=lead)
        elif _FURNITURE.fullmatch(said.text):
            return
        elif self._is_item and depth:
            last = self._lists[-1]
            mark = str(last.number) if last.ordered else ""
            self._is_item = False
            self._out.add(Kind.ITEM, said, group=last.group, depth=depth - 1, lead=last.lead, mark=mark)
            last.leads_here = False
        elif self._is_definition and (term := self._defined()):
            self._out.add(Kind.DEFINITION, joined((term, said), ": "), mark=term.text)
        elif depth:
            self._out.add(Kind.PARAGRAPH, said, group=self._lists[0].group, depth=depth)
        elif (self._summary or bold) and _heads(said.text):
            self._head(BELOW_ALL, said)
        else:
            self._out.add(Kind.PARAGRAPH, said)

    # Terms.

    def _begin_term(self, said: Shown) -> None:
        if len(self._terms) >= _MOST_TERMS:
            self._end_terms()
        self._is_term = False
        self._terms.append(said)

    def _end_terms(self) -> None:
        """Terms that nothing defines are text."""
        self._out.add(Kind.PARAGRAPH, joined(self._terms, ", "))
        self._terms, self._term = [], Shown()

    def _defined(self) -> Shown:
        """The terms of the definition that is open."""
        if self._terms:
            self._terms, self._term = [], joined(self._terms, ", ")
        return self._term

    def _lead(self, *kinds: Kind) -> Shown:
        """What opens a list, a table or code: the term that it defines, or the last sentence above."""
        if self._is_definition and sum(map(len, self._terms)) > LONGEST_LEAD:
            self._end_terms()
        term = self._defined() if self._is_definition else Shown()
        return term if 0 < len(term) <= LONGEST_LEAD else self._out.lead(*kinds)

    def _head(self, level: int, said: Shown) -> None:
        self._out.heading(level, said)
        if self._details:
            self._details[-1] = min(self._details[-1], level)


def _heads(said: str) -> bool:
    """Whether a line in bold stands above what follows as a heading does."""
    few = said.count(" ") < _MOST_TITLE_WORDS and said[-1] not in ".,;!"
    return few and any(char.isalpha() for char in said)


def _without_anchor(said: Shown) -> Shown:
    return said[: len(said.text.rstrip(" ¶#🔗"))] if said.text[-1] in "¶#🔗" else said


def _given(tag: _Tag) -> dict[str, str]:
    """The tag's attributes."""
    return {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(tag.given)}


def _is_hidden(given: dict[str, str]) -> bool:
    hidden = "hidden" in given or given.get("aria-hidden") == "true"
    return hidden or _HIDDEN.search(given.get("style", "")) is not None


def _number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 6 and int(given) else 1
