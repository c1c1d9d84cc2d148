"""Statements: what a passage says in a form that is safe to read off, each value in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from language.english.references import Resolved
from language.english.relations import DATE, dated, is_demonym, related
from language.english.subject import Subject, content
from language.terms import said, term
from language.values import normal
from myriad.agent.v1.text_pb2 import UNIT_KIND_ENTRY, UNIT_KIND_ROW, Statement, Unit

_PRONOUN = re.compile(r"(?:He|She|It|They)\b")
_LIFE = re.compile(r"\(([^()]{0,120})\)")
_KIND = re.compile(r"\b(?:is|was|are|were)\s+(?:an?|the|one of the)\s+([^.,;()]{2,120})")
_KIND_END = re.compile(
    r"(?<!\s)\s++(?:in|of|from|by|for|that|which|who|whose|with|at|on|located|based|directed|written|published|released|"
    r"founded|starring|awarded|designed|competing|developed|owned|known|best)\b"
)
_WORD = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(
    r"\b(?:located|situated|headquartered|based|city|town|village|airport|district|county)\s+in\s+(?:the\s+)?"
)
_PLACE_NAME = re.compile(r"[A-Z][\w'’.-]*(?:(?:,\s+|\s+|\s+of\s+)[A-Z][\w'’.-]*)*")
_A_DATE = re.compile(DATE)
_DASH = re.compile(r"\s-\s|[–—]")
_DATED_IN = re.compile(r"\b\d{4}(?:,| in| at)\s+")
_AS_OF = re.compile(
    r"\b(?:as of|at the|in the|by|in|since)\s+((?:[A-Z][a-z]+ )?[12]\d{3})(?:\s+(?:\w+\s+)?(?:census|estimate))?",
    re.IGNORECASE,
)
_KEY = re.compile(r"^([^\W\d_][\w'’/-]*(?: [\w'’/-]+){0,2})\s?:\s+(\S+(?: \S+){0,7}?)[.;]?$")
_CELL = re.compile(r"([^:;\n]{1,60}): ([^;\n]{1,120})(?:; |$)")
_ENTRY = re.compile(r"([^\s:=]{1,120})(?:: | = )([^\n]{1,120})$")
_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}")
_OPENING = 20
"""Characters that may come before a sentence's subject."""


def statements(
    text: str, subject: Subject, title: str, sentences: Sequence[tuple[int, int]], resolved: Sequence[Resolved]
) -> list[Statement]:
    """What sentences state of the passage's subject, which they do not name, each attribute once."""
    titled = content(title)
    found: dict[str, Statement] = {}
    for position, ((start, end), one) in enumerate(zip(sentences, resolved, strict=True)):
        for stated in _of(subject, titled, text[start:end], one, position):
            stated.start += start
            stated.end += start
            stated.normal = normal(text[stated.start : stated.end])
            found.setdefault(stated.attribute, stated)
    return sorted(found.values(), key=lambda one: (one.start, one.attribute))


def rows(text: str, units: Iterable[Unit]) -> Iterator[Statement]:
    """
    What rows state: of what the first cell says, what the header calls each of the others. And what entries do: of
    their file, by the path of their key.
    """
    seen = set[tuple[str, str]]()
    for unit in units:
        start, end = unit.parts[-2:]
        if unit.kind == UNIT_KIND_ENTRY and (entry := _ENTRY.match(text, start, end)):
            yield Statement(attribute=entry[1], start=entry.start(2), end=entry.end(2), normal=normal(entry[2]))
        if unit.kind != UNIT_KIND_ROW:
            continue
        cells = [cell for at in range(0, len(unit.parts), 2) for cell in _CELL.finditer(text, *unit.parts[at : at + 2])]
        for cell in cells[1:]:
            key = cells[0][2], cell[1].lower()
            if key not in seen:
                seen.add(key)
                first, last = cell.span(2)
                yield Statement(subject=key[0], attribute=key[1], start=first, end=last, normal=normal(cell[2]))


def _of(
    subject: Subject, titled: frozenset[str], sentence: str, resolved: Resolved, position: int
) -> Iterator[Statement]:
    if (key := _KEY.match(sentence)) and term(key[1].partition(" ")[0], "en"):
        yield Statement(attribute=key[1].lower(), start=key.start(2), end=key.end(2))
    if position and not _is_about(subject, titled, sentence, resolved):
        return
    if position == 0:
        yield from _definition(sentence)
    for one in dated(sentence):
        date = iso(sentence[one.start : one.end])
        yield Statement(attribute=one.attribute, start=one.start, end=one.end, date=date)
    if position and not _leads(subject, sentence, resolved):
        return
    for one in related(sentence):
        as_of = _AS_OF.search(sentence) if one.is_figure else None
        held = normal(as_of[1]) if as_of else ""
        yield Statement(attribute=one.attribute, start=one.start, end=one.end, date=held)


def _is_about(subject: Subject, titled: frozenset[str], sentence: str, resolved: Resolved) -> bool:
    if resolved.is_about:
        return True
    if subject.terms or not titled:
        return False
    return _PRONOUN.match(sentence) is not None or not said(sentence, "en").isdisjoint(titled)


def _leads(subject: Subject, sentence: str, resolved: Resolved) -> bool:
    """Whether the passage's subject is the sentence's as well, and not a thing of it, as far as can be told."""
    if resolved.reference:
        return resolved.reference.name == subject.name
    if not subject.terms or _PRONOUN.match(sentence):
        return True
    return not subject.terms.isdisjoint(content(sentence[: len(subject.name) + _OPENING]))


def _definition(text: str) -> Iterator[Statement]:
    """What only a definition, the first sentence, is trusted with."""
    if life := _LIFE.search(text):
        start, end = life.span(1)
        dates = list(_A_DATE.finditer(text, start, end))
        born_only = life[1].lstrip().startswith("born") or (len(dates) == 1 and "born" in life[1])
        if len(dates) == 2 and _DASH.search(life[1]):
            yield from (_dated(*one) for one in zip(("born", "died"), dates, strict=True))
        elif len(dates) == 1 and born_only:
            yield _dated("born", dates[0])
        yield from _life_places(text, start, end)
    if kind := _KIND.search(text):
        end = found.start() if (found := _KIND_END.search(text, kind.start(1), kind.end(1))) else kind.end(1)
        end = kind.start(1) + len(text[kind.start(1) : end].rstrip())
        yield Statement(attribute="kind", start=kind.start(1), end=end)
        first = [word for word, _ in zip(_WORD.finditer(text, kind.start(1), end), range(2), strict=False)]
        if nationality := next((word for word in first if is_demonym(word[0])), None):
            yield Statement(attribute="nationality", start=nationality.start(), end=nationality.end())
    if place := _PLACE.search(text):
        yield from _named_place("place", text, place.end())


def _dated(attribute: str, date: re.Match[str]) -> Statement:
    return Statement(attribute=attribute, start=date.start(), end=date.end(), date=iso(date[0]))


def _life_places(text: str, start: int, end: int) -> Iterator[Statement]:
    """`6 May 1894 in Lille – 2 March 1975 in Nice`: where a life began and ended."""
    dash = _DASH.search(text, start, end)
    if dash or "born" in text[start:end]:
        parts = [(start, dash.start()), (dash.end(), end)] if dash else [(start, end)]
        for attribute, part in zip(("birthplace", "deathplace"), parts, strict=False):
            if at := _DATED_IN.search(text, *part):
                yield from _named_place(attribute, text, at.end())


def _named_place(attribute: str, text: str, at: int) -> Iterator[Statement]:
    if name := _PLACE_NAME.match(text, at):
        yield Statement(attribute=attribute, start=at, end=at + len(name[0].rstrip(".")))


def iso(date: str) -> str:
    """ISO 8601, as exact as the text is (`1921`, `1921-05`, `1921-05-02`); empty for a period."""
    found = normal(date)
    return found if _ISO.fullmatch(found) else ""
