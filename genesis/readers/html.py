"""HTML. Spans are offsets into the text in it: paragraphs apart by a blank line, lists and tables as in Markdown."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from genesis.errors import DocumentTooLarge
from genesis.fairness import breathe
from genesis.reading import Heading, Reading, sections, title

_DROPPED = {
    *("head", "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "footer"),
    *("button", "select", "textarea", "-comment"),
}
_PARAGRAPHS = {
    *("address", "article", "aside", "blockquote", "body", "details", "div", "dl", "fieldset"),
    *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "ol", "p", "pre"),
    *("section", "summary", "table", "ul"),
}
_LINES = {"li": "- ", "dt": "- ", "tr": "| ", "br": ""}
_FENCE = "```"
_OPENING = ("- ", "| ", ": ", f"{_FENCE}\n")
"""Marks that no paragraph parts from what follows them."""
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|[^\W_]*?menu|breadcrumbs?|sidebar|toc|pagination|skip-?link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(r"\d|[.!?](?:\s|$)")
_HEADING = re.compile(r"h[1-6]")
# Inline elements are only marks on the text. Left open, they make the parser's tree grow without bound.
_INLINE = (
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|small|span|strike"
    r"|strong|sub|sup|time|tt|u|var)(?=[\s/>])"
)
_INLINE_TAG = re.compile(_INLINE + r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""", re.IGNORECASE)
_BROKEN_INLINE_TAG = re.compile(_INLINE + r"[^>]*+>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# They are closed by their neighbours, or hold nothing.
_CLOSED_BY_ITSELF = {
    *("p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "colgroup", "html", "head", "body"),
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
}
_MOST_JUDGED = 16 * 1024 * 1024
"""Characters of a page that may be looked at to tell navigation from text."""
DEEPEST = 1_000
"""The parser's work grows with the depth of every element."""
_SPACE = re.compile(r"\s+")


def read(source: str) -> Reading:
    """The title is the page's `h1`, or else its `title`. DocumentTooLarge if its nesting is too deep."""
    tree = LexborHTMLParser(_shallow(source))
    page = _Page()
    if tree.body is not None:
        page.walk(tree.body)
    text = "".join(page.parts)
    named = tree.css_first("title")
    called = title(page.headings) or (_one_line(named.text()) if named else "")
    return Reading(called, text, sections(page.headings, text))


def _shallow(source: str) -> str:
    """The page without inline tags. DocumentTooLarge if what is left is nested too deeply."""
    last = source.rfind(">") + 1
    page = _BROKEN_INLINE_TAG.sub("", _INLINE_TAG.sub("", source[:last])) + source[last:]
    open_tags: Counter[str] = Counter()
    depth = 0
    for match in _TAG.finditer(page):
        tag = match[2].lower()
        if tag in _CLOSED_BY_ITSELF or (match[1] and not open_tags[tag]):
            continue
        change = -1 if match[1] else 1
        open_tags[tag] += change
        depth += change
        if depth > DEEPEST:
            raise DocumentTooLarge(f"the page is nested deeper than {DEEPEST:,}", deepest=str(DEEPEST))
    return page


class _Page:
    """The text so far. `_gap` is the white space that is due before the next word."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.headings: list[Heading] = []
        self._length = 0
        self._gap = ""
        self._pre = 0
        self._left = ""
        """The element that was left last."""
        self._cells: list[str] = []
        """The cells of a table's first row, if that is open."""
        self._judged = _MOST_JUDGED
        self._heading: int | None = None
        """Where in `parts` the heading that is open begins."""

    def walk(self, root: LexborNode) -> None:
        """In document order, without recursion: the nesting may be as deep as the page is long."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            breathe()
            node, leaving = stack.pop()
            tag = node.tag or ""
            if leaving:
                self._leave(tag)
            elif tag == "-text":
                self._add(node.text_content or "")
            elif tag not in _DROPPED and not self._navigates(node):
                self._enter(tag)
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))

    def _navigates(self, node: LexborNode) -> bool:
        """Whether an element leads elsewhere: it says so, and holds neither a sentence nor a number."""
        given = node.attributes
        if not given or node.tag in ("body", "main", "article"):
            return False
        if given.get("role") == "navigation" or "hidden" in given:
            return True
        if self._judged <= 0 or not _NAVIGATION.search(f"{given.get('class') or ''} {given.get('id') or ''}"):
            return False
        said = node.text()
        self._judged -= len(said)
        return _SAYS_MORE.search(said) is None

    def _enter(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._due("\n\n")
        elif tag in _LINES:
            self._due("\n" + _LINES[tag])
        elif tag == "dd":
            self._due(": " if self._left == "dt" else "\n\n")
        elif tag in ("td", "th"):
            self._cells.append(tag)
            if not self._gap.endswith("| "):
                self._due(" | ")
        if tag == "table":
            self._cells = []
        elif tag == "pre":
            self._pre += 1
            self._gap += f"{_FENCE}\n"
        if _HEADING.fullmatch(tag):
            self._heading = len(self.parts)

    def _leave(self, tag: str) -> None:
        if _HEADING.fullmatch(tag) and self._heading is not None:
            heading = "".join(self.parts[self._heading :])
            if said := _one_line(heading):
                self.headings.append(Heading(int(tag[1]), said, self._length - len(heading), self._length))
            self._heading = None
        if tag == "pre":
            self._pre -= 1
            self._close_code()
        elif tag == "tr":
            if len(self._cells) > 1 and set(self._cells) == {"th"} and self.parts:
                self._put("\n" + "|---" * len(self._cells) + "|")
            self._cells = ["td"]
        if tag in _PARAGRAPHS:
            self._due("\n\n")
        self._left = tag

    def _add(self, words: str) -> None:
        if not self._pre:
            said = _SPACE.sub(" ", words)
            if said.startswith(" "):
                self._due(" ")
            words = said.strip()
            after = " " if said.endswith(" ") else ""
        else:
            after = ""
        if not words:
            return
        self._put((self._gap if self.parts else self._gap.lstrip()) + words)
        self._gap = after

    def _put(self, words: str) -> None:
        self.parts.append(words)
        self._length += len(words)

    def _close_code(self) -> None:
        """End a fence if anything stands in it."""
        if self._gap.endswith(f"{_FENCE}\n"):
            self._gap = self._gap.removesuffix(f"{_FENCE}\n")
        elif self.parts:
            self._put(_FENCE if self.parts[-1].endswith("\n") else f"\n{_FENCE}")

    def _due(self, gap: str) -> None:
        """The wider of two gaps counts; the mark of a list item or a row stays."""
        if self._gap == "\n\n" and gap.startswith("\n"):
            self._gap = "\n\n" + gap.lstrip("\n")
        elif gap != " " or not self._gap:
            if gap == "\n\n" and self._gap.endswith(_OPENING):
                return
            self._gap = gap


def _one_line(words: str) -> str:
    return " ".join(words.split())
