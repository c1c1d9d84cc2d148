"""Visibility: what of a page is shown. What is hidden, navigation and what asks for cookies is not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from genesis.readers.html.pairs import pairs
from genesis.readers.html.tabs import tabs
from genesis.readers.html.tags import BLOCKS, HEADINGS, Tag, said
from genesis.readers.writer import BELOW_ALL

_NAMES = """
audio button canvas dialog footer head iframe math nav noscript object script select style svg template textarea title
video
"""
_UNSHOWN = frozenset(_NAMES.split())
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|[^\W_]*?menu|sidebar|pagination|skip-?link|share|social|actions|toolbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NEVER_SHOWN = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|toc|table-of-contents|headerlink|anchor-?link|heading-?anchor|cookies?-?\w*|gdpr"
    r"|consent|sortkey|sr-only|visually-hidden|mw-editsection|edit-?this-?page|reference-?mark|footnote-?ref(?:erence)?|footnote-?back-?ref|fn-bracket|mso-?toc\d"
    r"|inline-template)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:^|\s)(?:navbox|vertical-navbox|mw-cite-backlink|catlinks)(?:$|[\s_-])", re.IGNORECASE)
_LINE_NUMBERS = re.compile(
    r"(?:^|[\s_-])(?:line-?nos?|line-?num(?:ber)?s?|gutter|linenodiv)(?:$|[\s_-])", re.IGNORECASE
)
_ANCHOR = frozenset("¶#§🔗↩↑^⬆\ufe0e\ufe0f\u200b ")
"""What a link says that leads to the heading it stands in, or from a note back to its text."""
_UNSHOWN_ROLES = frozenset(("navigation", "dialog", "search", "doc-backlink", "doc-noteref"))
_BANNER = re.compile(
    r"(?:cookies?|consent|gdpr)[_-]?(?:banner|bar|consent|dialog|law|message|modal|notice|popup)", re.IGNORECASE
)
_CALLED = frozenset(("aside", "div", "form", "header", "ol", "table", "ul"))
"""Elements whose name says what they are for; that of others repeats what they say."""
_HIDDEN = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+hidden", re.IGNORECASE)
_SAYS_MORE = re.compile(r"\d|[.!?](?:\s|$)")
FURNITURE = re.compile(
    r"(?:edit|improve|view)(?: on)?(?: this)?(?: page| source)?(?: (?:on|in) \w+)?|back to (?:the )?top"
    r"|(?:skip|jump) to .{1,40}|on this page:?|table of contents:?|¶|#|print(?: this page)?|share(?: this)?"
    r"|copy(?: link| to clipboard)?|(?:previous|next)(?: page| post| article)?|(?:(?:view|show)(?: page)?|page) source"
    r"|expand description|(?:expand|collapse) all"
    r"|(?:was|is) this (?:page|article|document|answer|information|content)? ?(?:helpful|useful)\??(?: yes| no)*"
    r"|unsubscribe|view (?:this (?:e-?)?mail )?in (?:your )?browser|unsubscribe \| view in browser"
    r"|(?:give|send|leave|provide) (?:us )?feedback|report (?:a|an) (?:bug|issue|problem)(?: (?:with|on) this page)?"
    r"|add to (?:cart|basket|bag|wish ?list|favou?rites)|\[edit\]|loading\.{0,3}",
    re.IGNORECASE,
)
"""What a block says that is there to use the page."""
PAGER = re.compile(r"[←«‹][^\n]{0,200}|[^\n]{0,200}[→»›]")
"""What links say that lead to the pages before and behind."""
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
_LARGEST_BANNER = 4_000
_LONGEST_ANCHOR = 40


class Visibility:
    """What is shown, and what its reader opens."""

    def __init__(self, source: str, page: list[Tag]) -> None:
        self._source = source
        self._tags = page
        self._opened: set[str] = set()
        """The parts that buttons open, by what they are called."""
        told = {tag.start: tag.given() for tag in page if tag.closed and tag.attributes}
        self.tabs = tabs(page, told)
        self.pairs = pairs(page, told, source)
        self._told = told
        self._judged = _MOST_JUDGED

    def is_shown(self, tag: Tag, heads: bool) -> bool:
        """Whether an element is; `heads` tells whether a heading is open that says nothing so far."""
        if tag.name == "head":
            return True  # its title and what it tells are read
        if tag.start in self.tabs.starts:
            return False
        if tag.name == "button":
            return self._is_title(tag, heads)
        if tag.name in _UNSHOWN:
            return tag.name == "footer" and self._is_source(tag)
        if not tag.attributes or tag.name in ("body", "main", "article", "html"):
            return True
        given = self._told[tag.start]
        opens = self._is_panel(tag, given)
        if opens:
            _, depth = self.tabs.by_panel.get(tag.closed, (None, 0))
            self.pairs.parts.setdefault(tag.closed, BELOW_ALL + depth)
        if given.get("role") in _UNSHOWN_ROLES or (_is_hidden(given) and not opens):
            return False
        names = _names(tag, given)
        size = self._tags[tag.closed].start - tag.end
        if _ELSEWHERE.search(names) or (_NEVER_SHOWN.search(names) and size <= _LARGEST_BANNER):
            return False
        if tag.name == "sup" and "reference" in names:
            return False
        return self._judged <= 0 or self._says_something(tag, given, names, size)

    def _is_source(self, tag: Tag) -> bool:
        """Whether the end of a quotation says where it is from."""
        behind = self._tags[tag.closed + 1 : tag.closed + 2]
        return any(one.closes and one.name == "blockquote" for one in behind)

    def _says_something(self, tag: Tag, given: Mapping[str, str], names: str, size: int) -> bool:
        """Whether an element that may only be there to find one's way says more than that."""
        is_banner = given.get("role") == "banner" and "<h1" not in self._source[tag.end : tag.end + size]
        is_anchor = tag.name == "a" and size <= _LONGEST_ANCHOR and "#" in given.get("href", "")
        are_numbers = _LINE_NUMBERS.search(names)
        if not (is_banner or is_anchor or are_numbers or _NAVIGATION.search(names)):
            return True
        self._judged -= size
        text = said(self._source[tag.end : tag.end + size])
        if is_anchor:
            return not text or not _ANCHOR.issuperset(text)
        if are_numbers:
            return not text.replace(" ", "").isdecimal()
        return _SAYS_MORE.search(text) is not None

    def _is_panel(self, tag: Tag, given: Mapping[str, str]) -> bool:
        """Whether it is a part that is shown or hidden as its reader likes."""
        if tag.closed in self.tabs.by_panel:
            return True
        if tag.name not in BLOCKS or tag.name in HEADINGS:
            return False
        opened = given.get("id") in self._opened or given.get("role") == "tabpanel"
        return opened or given.get("hidden") == "until-found" or _PANEL.search(given.get("class", "")) is not None

    def _is_title(self, tag: Tag, heads: bool) -> bool:
        """Whether a button says what it opens, or is all that a heading says."""
        given, size = self._told.get(tag.start, {}), self._tags[tag.closed].start - tag.end
        names = f"{given.get('class', '')} {given.get('id', '')} {given.get('aria-controls', '')}"
        leads_elsewhere = "aria-haspopup" in given or given.get("role") == "tab" or _NAVIGATION.search(names)
        if leads_elsewhere or _is_hidden(given) or self._judged <= 0:
            return False
        opens = "aria-expanded" in given or "aria-controls" in given or _OPENS.search(given.get("class", ""))
        if not opens and not heads:
            return False
        self._judged -= size
        title = said(self._source[tag.end : tag.end + size])
        if not any(map(str.isalpha, title)) or FURNITURE.fullmatch(title) or _NO_TITLE.fullmatch(title):
            return False
        self._opened.update(given.get("aria-controls", "").split())
        return True


def _names(tag: Tag, given: Mapping[str, str]) -> str:
    """The names of an element that say what it is for; a part is often called as its heading."""
    classes, called = given.get("class", ""), given.get("id", "")
    tells = (tag.name in _CALLED and "section" not in classes) or _BANNER.search(called)
    return f"{classes} {called}" if tells else classes


def _is_hidden(given: Mapping[str, str]) -> bool:
    hidden = "hidden" in given or given.get("aria-hidden") == "true"
    return hidden or _HIDDEN.search(given.get("style", "")) is not None
