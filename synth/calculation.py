"""Calculation: ages, spans of time, differences and counts, with the arithmetic shown and every fact quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.synth.v1.synthesis_pb2 import Calculation, Citation
from synth.compared import Compared, Fact, fact, named, number, options
from synth.formatter import Quote, place
from synth.words import content

_AGE = re.compile(r"\bhow old (?:was|were)\b|\bat what age\b|\bage (?:of|at|when)\b", re.IGNORECASE)
_LIFE = re.compile(r"^(?>.*?\bhow (?:long|many years) did\b).*?\blive\b|\blife\s?span\b", re.IGNORECASE)
_APART = re.compile(
    r"^(?>.*?\bhow many (?:more )?years\b).*?\b(?:older|younger|between|apart|after|before|earlier|later|passed)\b"
    r"|\bhow much (?:older|younger|earlier|later)\b"
    r"|^(?>.*?\bhow (?:long|much time)\b).*?\b(?:between|after|before|passed)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\bhow (?:many|much) (?:more|fewer|less|larger|higher|taller|longer)\b|\bdifference\b", re.IGNORECASE
)
_MANY = re.compile(r"\bhow many (\w+)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_ATTRIBUTES = {
    "died": re.compile(r"\b(?:died?|dead|death)\b", re.IGNORECASE),
    "released": re.compile(r"\b(?:released?|came out|published|premiered|written|made)\b", re.IGNORECASE),
    "founded": re.compile(r"\b(?:found(?:ed|ing)|formed|established|created|started|opened)\b", re.IGNORECASE),
    "born": re.compile(r"\b(?:born|birth|older|younger)\b", re.IGNORECASE),
}
_WORD = r"[A-Z][\w.’'-]*+"
_ITEM = rf"{_WORD}(?: {_WORD}){{0,20}}+"
_PAIR = rf"{_WORD}(?: (?!and [A-Z]){_WORD}){{0,20}}+ and {_ITEM}"
_WHOLE_DATE = 10


def calculate(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """What the question wants calculated; None if it wants nothing calculated, or a fact is missing or too vague."""
    ways: Sequence[tuple[re.Pattern[str], Callable[[str, Sequence[AgentReply]], Compared | None]]] = (
        (_AGE, _age),
        (_LIFE, _life),
        (_APART, _apart),
        (_MORE, _difference),
        (_MANY, _count),
    )
    return next((way(question, replies) for asked, way in ways if asked.search(question)), None)


def _age(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """`How old was X when she died`, `in 1990`, `when Y was founded`: the first thing named has the age."""
    found = named(question, replies)
    born = fact(question, found[0], "born", replies) if found else None
    if born is None:
        return None
    if len(found) > 1:
        event = next(filter(None, (fact(question, found[1], name, replies) for name in _asked(question))), None)
    elif _ATTRIBUTES["died"].search(question):
        event = fact(question, found[0], "died", replies)
    else:
        year = _YEAR.search(question)
        event = Fact(year[0], year[0], ()) if year else None
    return _years(born, event) if event else None


def _life(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    found = named(question, replies)
    if len(found) != 1:
        return None
    born, died = (fact(question, found[0], name, replies) for name in ("born", "died"))
    return _years(born, died, "years") if born and died else None


def _apart(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    pair = options(question, replies)
    if pair is None:
        return None
    for name in _asked(question):
        left, right = (fact(question, each, name, replies) for each in pair)
        if left and right and left.date and right.date:
            early, late = sorted((left, right), key=lambda one: one.date)
            return _years(early, late, "years")
    return None


def _asked(question: str) -> list[str]:
    """The attributes that have a date and that the question names, or else all."""
    return [name for name, words in _ATTRIBUTES.items() if words.search(question)] or ["released", "founded", "born"]


def _years(early: Fact, late: Fact, unit: str = "") -> Compared | None:
    """Whole years between two dates; if one is a year alone, the calendar's years, `about`."""
    first, last = early.date, late.date
    if not first or not last or first > last:
        return None
    years = int(last[:4]) - int(first[:4])
    exact = min(len(first), len(last)) == _WHOLE_DATE
    sum_ = f"{last[:4]} − {first[:4]}"
    if exact and last[5:] < first[5:]:
        years -= 1
        sum_ += " − 1"
    text = f"{sum_} = {years} years ({early.value} to {late.value})"
    quotes = (*early.quotes, *(one for one in late.quotes if one not in early.quotes))
    return Compared(" ".join(filter(None, ("" if exact else "about", str(years), unit))), quotes, text)


def _difference(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    pair = options(question, replies)
    if pair is None:
        return None
    asked = content(question).keys() - content(pair[0].name).keys() - content(pair[1].name).keys()
    left, right = (number(asked, each) for each in pair)
    if left is None or right is None:
        return None
    large, small = max(left[0], right[0]), min(left[0], right[0])
    answer = f"{large - small:,.10g}"
    return Compared(answer, (left[1], right[1]), f"{large:,.10g} − {small:,.10g} = {answer}")


def _count(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """`How many members ...`: the items of a list of them in what is said of what the question names."""
    noun = _MANY.search(question)
    if noun is None:
        return None
    listed = re.compile(rf"\b{noun[1]}\b(?: are| were|:|,)+ ({_ITEM}(?:, {_ITEM})++|{_PAIR})", re.IGNORECASE)
    for option in named(question, replies):
        for reply in option.replies:
            for evidence in reply.evidence:
                if found := listed.search(evidence.quote):
                    items = re.split(r",? and |, (?:and )?", found[1].rstrip("."))
                    return Compared(str(len(items)), (Quote(reply, evidence),), f"{', '.join(items)}: {len(items)}")
    return None


def shown(compared: Compared, citations: Sequence[Citation]) -> Calculation:
    """The arithmetic with the numbers of the citations that it rests on."""
    places = {quote.place for quote in compared.quotes}
    resting = [number for number, one in enumerate(citations) if place(one.agent, one) in places]
    return Calculation(text=compared.text, citations=resting)
