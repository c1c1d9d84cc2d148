"""Claims: the few statements of a passage that are safe to read off its form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent_host.sentence import Sentence
from agent_host.spans import DATE, MONTHS
from agent_host.words import DEMONYMS, WORD, term

_DAY = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?\s+)?(" + "|".join(MONTHS) + r")(?:\s+(\d{1,2}),?)?,?\s+(\d{4})"
)
_PRONOUN = re.compile(r"(?:He|She|It|They)\b")
_LIFE = re.compile(r"\(([^()]{0,120})\)")
_THEN = r"\b(?:\s+(?:on|in|early|mid|late)){0,3}\s*"
_EVENTS = {
    "born": re.compile(r"\bborn\b(?:\s+on|\s+in|\s+[A-Z][\w.]+){0,4}\s*,?\s*", re.IGNORECASE),
    "died": re.compile(r"\bdied" + _THEN, re.IGNORECASE),
    "founded": re.compile(r"\b(?:founded|established|formed|created)" + _THEN, re.IGNORECASE),
    "released": re.compile(r"\b(?:released|premiered|published)" + _THEN, re.IGNORECASE),
}
_KIND = re.compile(r"\b(?:is|was|are|were)\s+(?:an?|the|one of the)\s+([^.,;()]{2,120})")
_KIND_END = re.compile(
    r"\s+(?:in|of|from|by|for|that|which|who|whose|with|at|on|located|based|directed|written|published|released|"
    r"founded|starring|awarded|designed|competing|developed|owned|known|best)\b"
)
_PLACE = re.compile(
    r"\b(?:located|situated|headquartered|based|city|town|village|airport|district|county)\s+in\s+(?:the\s+)?"
)
_PLACE_NAME = re.compile(r"[A-Z][\w'’-]*(?:(?:,\s+|\s+|\s+of\s+)[A-Z][\w'’-]*)*")


class Claimed(NamedTuple):
    """The passage's title has this attribute with this value, says its sentence number `position`."""

    attribute: str
    value: str
    date: str
    position: int


def claims(title_terms: frozenset[str], sentences: Sequence[Sentence]) -> list[Claimed]:
    """What sentences claim of their title: when it was born, died, founded, released; its kind, place, nationality."""
    found: dict[str, Claimed] = {}
    for position, sentence in enumerate(sentences):
        if position and not sentence.terms & title_terms and not _PRONOUN.match(sentence.text):
            continue
        definition = _definition(sentence.text) if position == 0 else ()
        for claimed in (*definition, *_dated(sentence.text, position)):
            found.setdefault(claimed.attribute, claimed)
    return [found[attribute] for attribute in sorted(found)]


def _definition(text: str) -> Iterator[Claimed]:
    """What only a definition, the first sentence, is trusted with."""
    if life := _LIFE.search(text):
        dates = [match.group() for match in DATE.finditer(life[1])]
        born_only = life[1].lstrip().startswith("born") or (len(dates) == 1 and "born" in life[1])
        if len(dates) == 2 and re.search(r"\s[–—-]\s", life[1]):
            yield Claimed("born", dates[0], iso(dates[0]), 0)
            yield Claimed("died", dates[1], iso(dates[1]), 0)
        elif len(dates) == 1 and born_only:
            yield Claimed("born", dates[0], iso(dates[0]), 0)
    if kind := _KIND.search(text):
        words = _KIND_END.split(kind[1], maxsplit=1)[0].strip()
        yield Claimed("kind", words, "", 0)
        for word in WORD.findall(words)[:2]:
            if term(word) in DEMONYMS:
                yield Claimed("nationality", word, "", 0)
                break
    if (place := _PLACE.search(text)) and (name := _PLACE_NAME.match(text, place.end())):
        yield Claimed("place", name.group(), "", 0)


def _dated(text: str, position: int) -> Iterator[Claimed]:
    for attribute, event in _EVENTS.items():
        for match in event.finditer(text):
            if date := DATE.match(text, match.end()):
                yield Claimed(attribute, date.group(), iso(date.group()), position)
                break


def iso(date: str) -> str:
    """ISO 8601, as exact as the text is (`1921`, `1921-05`, `1921-05-02`); empty for a period."""
    if date.isdecimal() and len(date) == 4:
        return date
    match = _DAY.fullmatch(date)
    if not match:
        return ""
    before, month, after, year = match.groups()
    day = before or after
    head = f"{year}-{MONTHS.index(month) + 1:02d}"
    return f"{head}-{int(day):02d}" if day and 1 <= int(day) <= 31 else head
