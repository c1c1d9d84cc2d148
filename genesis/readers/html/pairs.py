"""Pairs: elements side by side that are a label with its value, or a title with what it heads, by their class alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from genesis.readers.html.tags import BLOCKS, HEADINGS, Tag
from genesis.readers.html.terms import BELOW_TERMS
from genesis.readers.writer import BELOW_ALL

_LABEL = re.compile(r"(?:^|[\s_-])(?:label|key|term|property|attribute)(?=$|\s)", re.IGNORECASE)
_NAME = re.compile(r"(?:^|[\s_-])(?:name|title|heading|header)(?=$|\s)", re.IGNORECASE)
_VALUE = re.compile(r"(?:^|[\s_-])(?:value|val|data|number|amount)(?=$|\s)", re.IGNORECASE)
_TEXT = re.compile(r"(?:^|[\s_-])(?:content|text|details?|info|desc|description)(?=$|\s)", re.IGNORECASE)
_QUESTION = re.compile(r"(?:^|[\s_-])(?:question|faq-?title|expand-control)(?=$|\s)", re.IGNORECASE)
_ANSWER = re.compile(r"(?:^|[\s_-])(?:answer|faq-?(?:content|body|text)|expand-content)(?=$|\s)", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|\s)(?:(?:theme-)?admonition|markdown-alert|callout|topic|confluence-information-macro)(?=$|\s)",
    re.IGNORECASE,
)
_ASIDE_TITLE = re.compile(r"(?:admonition|topic|sidebar|alert|callout)[_-]{0,2}(?:title|heading)", re.IGNORECASE)
_RUBRIC = re.compile(r"(?:^|\s)rubric(?:$|\s)")
_TITLE = re.compile(r"(?:^|\s)(?:MsoT|t)itle(?:$|\s)")
_OTHERS = frozenset(
    ("a", "body", "button", "dd", "dt", "html", "img", "input", "li", "main", "table", "td", "th", "tr")
)


@dataclass(slots=True)
class Pairs:
    """What is said of elements, by the number of the tag that closes each."""

    titles: dict[int, int] = field(default_factory=dict)
    """The level of what heads the part beside it."""
    parts: dict[int, int] = field(default_factory=dict)
    """The level of the heading that a part stands below, which ends with it."""
    terms: set[int] = field(default_factory=set)
    """Labels that stand in blocks of their own."""
    values: set[int] = field(default_factory=set)
    """What is said behind these."""
    labels: set[int] = field(default_factory=set)
    """Labels that stand in a line with their values."""
    joined: set[int] = field(default_factory=set)
    """Blocks that are one with the label below them."""

    def add(self, first: Tag, second: Tag, classes: tuple[str, str]) -> bool:
        """Whether two elements are a pair."""
        one, other = classes
        if _QUESTION.search(one) and _ANSWER.search(other):
            self.titles[first.closed] = self.parts[second.closed] = BELOW_ALL
        elif _is_labelled(one, other):
            if BLOCKS.isdisjoint((first.name, second.name)):
                self.labels.add(first.closed)
            else:
                self.terms.add(first.closed)
                self.values.add(second.closed)
        elif _VALUE.search(one) and _LABEL.search(other):
            self.joined |= {first.closed, second.closed}
        else:
            return False
        return True


def pairs(tags: Sequence[Tag], told: Mapping[int, Mapping[str, str]], source: str) -> Pairs:
    """All of a page."""
    found = Pairs()
    paired = set[int]()
    begins = 0
    for tag in tags:
        is_first, begins = tag.start == begins, 0
        classes = _classes(tag, told)
        if not classes:
            continue
        if _is_title(tag, classes, told):
            found.titles[tag.closed] = 0
            continue
        if _ASIDE_TITLE.search(classes) or (is_first and _NAME.search(classes)):
            found.titles[tag.closed] = BELOW_TERMS + 1
            continue
        if _RUBRIC.search(classes):
            found.titles[tag.closed] = BELOW_TERMS
            continue
        if _ASIDE.search(classes):
            found.parts[tag.closed] = BELOW_TERMS + 1
            begins = tag.end
        closing, beside = tags[tag.closed], tags[min(tag.closed + 1, len(tags) - 1)]
        if tag.closed in paired or source[closing.end : min(beside.start, closing.end + 200)].strip():
            continue
        if (others := _classes(beside, told)) and found.add(tag, beside, (classes, others)):
            paired |= {tag.closed, beside.closed}
    return found


def _is_title(tag: Tag, classes: str, told: Mapping[int, Mapping[str, str]]) -> bool:
    """Whether it is what an office program calls the title of a document, which stands above all its headings."""
    if tag.name != "p" or not _TITLE.search(classes):
        return False
    return "Mso" in classes or told[tag.start].get("id", "").startswith("h.")


def _is_labelled(one: str, other: str) -> bool:
    if _LABEL.search(one):
        return (_VALUE.search(other) or _TEXT.search(other)) is not None
    return _NAME.search(one) is not None and _VALUE.search(other) is not None


def _classes(tag: Tag, told: Mapping[int, Mapping[str, str]]) -> str:
    """The classes of an element that has no meaning but these give it."""
    if not tag.closed or tag.name in HEADINGS or tag.name in _OTHERS:
        return ""
    return told.get(tag.start, {}).get("class", "")
