"""
What an elliptical question asks, by the question before it: "and by whom?" after "When was Dune published?".

Four rules: a word that asks takes the place of what was asked; a phrase takes that of the last phrase of its kind; a
period is counted on from the last one; a question of the same form ends as the one before. Empty where none is sure.
"""

from __future__ import annotations

import datetime as dt
import re

from language.inflection import participle
from orchestrator.phrases import (
    AUXILIARIES,
    BE,
    PERIOD,
    PREPOSITIONS,
    Phrase,
    determined,
    has_ending,
    is_of_person,
    named,
)

MARKS = " \t\n?.!"
_PREPOSITION = rf"(?:{'|'.join(sorted(PREPOSITIONS))})"
_MEASURE = r"(?:long|often|much|many|old|far|tall|high|big|large|deep|wide|fast|heavy|soon|late)"
_ASKS = rf"(?:{_PREPOSITION}\s+)?(?:whom?|whose|when|where|why|what|which|how(?:\s+{_MEASURE})?)"
_ASKED = re.compile(rf"{_ASKS}\b", re.IGNORECASE)
_BARE = re.compile(
    rf"(?:{_PREPOSITION}\s+)?(?:whom?|when|where|why|how(?:\s+{_MEASURE})?)|{_PREPOSITION}\s+(?:what|which)",
    re.IGNORECASE,
)
_OF_NOUN = re.compile(
    rf"((?:{_PREPOSITION}\s+)?(?:which|what|how\s+many|how\s+much))((?:\s+[\w-]+){{1,3}})", re.IGNORECASE
)
_DOER = re.compile(r"(?:by\s+)?whom?", re.IGNORECASE)
_PARTICLES = frozenset(("over", "up", "out", "off", "down", "on", "in", "for", "at", "to", "with"))
_ADDRESSED = frozenset(("you", "i", "we"))
_SENTENCE = re.compile(r"[.?!]\s+")
_PREPOSED = re.compile(rf"({_PREPOSITION})\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_ADDED = frozenset(("in", "on", "at", "since", "until", "during", "before", "after"))
"""Prepositions of places and times, which any question may be confined to."""
_BARE_NOUN = re.compile(rf"\b{_PREPOSITION}\s+([a-z][\w-]*)$")
_NEXT = re.compile(
    r"the\s+(?:(?P<ahead>next|following)|previous|preceding)\s+(?P<unit>week|month|year)"
    r"|the\s+(?P<unit2>week|month|year)\s+(?:(?P<after>after)|before)(?:\s+that)?",
    re.IGNORECASE,
)
_SAME_FORM = re.compile(r"(who|what|where|when|which|how\s+\w+)\s+(is|are|was|were)\s+(?:the|an?)\s", re.IGNORECASE)
_TAIL = re.compile(rf"(?<!\s)\s+{_PREPOSITION}\s")
_LONGEST = 8
"""Words of a phrase that takes another's place."""


def by_word(plain: str, before: str) -> str:
    """ "By whom", "when", "in which city" in the place of what was asked."""
    asks, asked = plain.strip(MARKS), _last_sentence(before)
    noun = _OF_NOUN.fullmatch(asks)
    if (noun and has_ending(noun[2])) or not (noun or _BARE.fullmatch(asks)):
        return ""
    first = _ASKED.match(asked)
    if not first:
        words = asked.split(None, 2)
        is_polar = len(words) > 1 and words[0].lower() in AUXILIARIES and words[1].lower() not in _ADDRESSED
        return "" if not is_polar or asks.lower() == "who" else f"{asks} {asked[0].lower()}{asked[1:]}?"
    rest = asked[first.end() :].split()
    at = next((number for number, word in enumerate(rest) if word.lower() in AUXILIARIES), None)
    if at is None:
        return _of_subject(asks, first[0], rest)
    kind, clause = rest[:at], rest[at:]
    if noun and kind:
        of = kind[kind.index("of") :] if "of" in kind else []
        return f"{' '.join((asks, *of, *clause))}?"
    is_passive = clause[0].lower() in BE and bool(participle(clause[-1].lower()))
    if asks.lower() in ("who", "whom"):
        asks = "by whom"
    if _DOER.fullmatch(asks) and not is_passive:
        return ""
    if kind and clause[0].lower() not in BE:
        clause = [*clause, *kind]
    elif kind and len(clause) > 1 and participle(clause[1].lower()):
        clause = [clause[0], *kind, *clause[1:]]
    return f"{' '.join((asks, *clause))}?" if len(clause) > 1 else ""


def by_phrase(other: str, before: str) -> str:
    """ "The partner", "for a taxi", "2027" in the place of the last phrase of the same kind."""
    other = other.strip(MARKS)
    if not 0 < len(other.split()) <= _LONGEST:
        return ""
    if moved := _NEXT.fullmatch(other):
        return _counted_on(moved, before)
    if preposed := _PREPOSED.fullmatch(other):
        return "" if has_ending(_undetermined(preposed[2])) else _preposed(preposed[1].lower(), preposed[2], before)
    if PERIOD.fullmatch(other):
        return _put(other, list(PERIOD.finditer(before))[-1:], before) or _added(f"in {other}", before)
    if has_ending(_undetermined(other)):
        return ""
    return _put_phrase(other, _alike(other, before), before)


def ended_alike(plain: str, before: str) -> str:
    """ "Who is the secondary?" with what the question of the same form before it ends with: "on call in W50"."""
    asked, stripped = _last_sentence(before), plain.rstrip(MARKS)
    here, there = _SAME_FORM.match(stripped), _SAME_FORM.match(asked)
    if not here or not there or here[0].lower().split()[:-1] != there[0].lower().split()[:-1]:
        return ""
    noun = stripped[here.end() :]
    if has_ending(noun) or PERIOD.search(noun) or any(not one.text.isupper() for one in named(noun)):
        return ""
    tail = _TAIL.search(asked, there.end())
    return f"{stripped}{asked[tail.start() :]}?" if tail else ""


def _of_subject(asks: str, asked: str, rest: list[str]) -> str:
    """ "Who founded Dune Ltd" has no auxiliary: "when was Dune Ltd founded"."""
    if len(rest) < 2 or _DOER.fullmatch(asks):
        return ""
    passive = participle(rest[0].lower()) if asked.lower() in ("who", "what") else ""
    if not passive:
        return f"{' '.join((asks, *rest))}?"
    cut = 2 if rest[1].lower() in _PARTICLES and len(rest) > 2 else 1
    return f"{' '.join((asks, 'was', *rest[cut:], passive, *rest[1:cut]))}?"


def _alike(other: str, before: str) -> list[Phrase]:
    """The phrases that another may take the place of, the likeliest last."""
    article = other.split(maxsplit=1)[0].lower()
    if article in ("the", "a", "an", "my", "our"):
        phrases = list(determined(before))
        same = [one for one in phrases if is_of_person(one.text) == is_of_person(other)]
        kind = [one for one in same if one.text.split()[0].lower() == article]
        return kind or same or phrases or named(before)
    if named(f"of {other}"):
        found = named(before)
        alike = [one for one in found if _form(one.text) == _form(other)]
        return next((some for some in (alike, found) if len(some) == 1), [])
    bare = _BARE_NOUN.search(before.rstrip(MARKS))
    return [Phrase(bare[1], *bare.span(1))] if bare else []


def _form(name: str) -> tuple[bool, bool]:
    """An identifier is like identifiers, a name of several words like such names."""
    return any(letter.isdigit() for letter in name), " " in name


def _put_phrase(other: str, alike: list[Phrase], before: str) -> str:
    return before[: alike[-1].start] + other + before[alike[-1].end :] if alike else ""


def _preposed(preposition: str, other: str, before: str) -> str:
    """ "For a taxi" in the place of "for a hotel"."""
    stripped = before.rstrip(MARKS)
    if PERIOD.fullmatch(other) and (periods := list(PERIOD.finditer(before))):
        return _put(other, periods[-1:], before)
    if found := list(re.finditer(rf"\b{preposition}\s+(?=\S)", stripped, re.IGNORECASE)):
        begin = found[-1].end()
        end = next((match.start() for match in _TAIL.finditer(stripped, begin)), len(stripped))
        return before[:begin] + other + before[end:]
    return _added(f"{preposition} {other}", before) if preposition in _ADDED else ""


def _put(other: str, found: list[re.Match[str]], before: str) -> str:
    return before[: found[0].start()] + other + before[found[0].end() :] if found else ""


def _added(constraint: str, before: str) -> str:
    return f"{before.rstrip(MARKS)} {constraint}?"


def _counted_on(moved: re.Match[str], before: str) -> str:
    """The week after 2026-W49 is 2026-W50."""
    step = 1 if moved["ahead"] or moved["after"] else -1
    unit, periods = (moved["unit"] or moved["unit2"]).lower(), list(PERIOD.finditer(before))
    if not periods:
        return ""
    said = periods[-1][0]
    try:
        if unit == "week" and "-W" in said:
            week = dt.date.fromisocalendar(int(said[:4]), int(said[6:]), 1) + dt.timedelta(weeks=step)
            return _put(f"{week:%G-W%V}", periods[-1:], before)
        if unit == "month" and re.fullmatch(r"\d{4}-\d\d", said):
            months = int(said[:4]) * 12 + int(said[5:]) - 1 + step
            return _put(f"{months // 12}-{months % 12 + 1:02}", periods[-1:], before)
    except ValueError:
        return ""
    return _put(str(int(said) + step), periods[-1:], before) if unit == "year" and said.isdecimal() else ""


def _undetermined(phrase: str) -> str:
    return re.sub(r"(?i)^(?:the|an?)\s+", "", phrase)


def _last_sentence(text: str) -> str:
    return _SENTENCE.split(text.strip(MARKS))[-1].strip(MARKS)
