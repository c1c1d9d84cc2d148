"""Comparison: questions about two things, answered from what both are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from myriad.agent.v1.evidence_pb2 import AgentReply
from synth.calculation import calculate
from synth.compared import Compared, Fact, Option, fact, number, options
from synth.formatter import Quote
from synth.predicate import judge
from synth.verdict import kind_quotes, verdict
from synth.words import content

_EARLIER = re.compile(r"\b(?:older|oldest|elder|eldest|first|earlier|earliest|before)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:younger|youngest|later|latest|last|recent|recently|newer|newest|after|second)\b", re.IGNORECASE
)
_DATED_BY = {
    "died": re.compile(r"\b(?:died?|dead|death)\b", re.IGNORECASE),
    "born": re.compile(r"\b(?:born|birth|old(?:er|est)|eld(?:er|est)|young(?:er|est))\b", re.IGNORECASE),
    "founded": re.compile(
        r"\b(?:found(?:ed|ing)|form(?:ed|ing)|establish(?:ed)?|created|started|opened|built)\b", re.IGNORECASE
    ),
    "released": re.compile(
        r"\b(?:released?|came out|come out|published|premiered|aired|launched|debuted)\b", re.IGNORECASE
    ),
}
_MORE = re.compile(
    r"\b(?:more|most|larger|largest|bigger|biggest|higher|highest|taller|tallest|longer|longest|greater|greatest)\b",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:fewer|fewest|less|least|smaller|smallest|lower|lowest|shorter|shortest)\b", re.IGNORECASE)
_LIVED = re.compile(
    r"\blived?\s+(?:\w+\s+)?longer\b|\blonger\s+li(?:fe|ved)\b|\blived?\s+to\s+an?\s+(?:older|greater|later)\s+age\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"^\s*+(?:are|were|is|was|do|did|does|have|has|had|can|could)\b", re.IGNORECASE)
_INNER = re.compile(r"\b(?:which|what)\s+\w", re.IGNORECASE)
_ONE_OF = re.compile(r"\bor\b|\bbetween\b|\bout of\b|\bwhich\b|\bwho\b", re.IGNORECASE)
_SOUGHT = re.compile(r"\b(?:which|what)\s+\w+", re.IGNORECASE)
_AGE = re.compile(r"\b(?:old|young)(?:er|est)\b", re.IGNORECASE)
_COMMON = re.compile(r"\bin common\b", re.IGNORECASE)
_DAYS = (365.2425, 30.44, 1.0)


def compare(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """
    The answer to a comparison of two things named in `question`, or to what is to be calculated from what is said of
    them; None if that does not settle it.
    """
    if calculated := calculate(question, replies):
        return calculated
    pair = options(question, replies)
    if _YES_NO.match(question) and not _INNER.search(question):
        settled = verdict(question, *pair, replies) if pair else None
        return Compared(*settled) if settled else judge(question, replies)
    if pair is None:
        return None
    if _COMMON.search(question):
        return _in_common(*pair)
    if not _ONE_OF.search(question):
        return None
    for way in (_by_life, _by_date, _by_number, _by_words):
        if found := way(question, *pair, replies):
            return found
    return None


def _in_common(one: Option, other: Option) -> Compared | None:
    """The words that what the two are said to be have in common."""
    others = content(other.kind).keys()
    shared = [word for key, word in content(one.kind).items() if key in others]
    quotes = kind_quotes(one, other)
    return Compared(" ".join(shared), quotes) if shared and quotes else None


def _by_date(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Compared | None:
    said = _without(question, one, other)
    earlier, later = bool(_EARLIER.search(said)), bool(_LATER.search(said))
    if earlier == later:
        return None
    for left, right in _both(question, one, other, replies):
        length = min(len(left.date), len(right.date))
        if length and left.date[:length] != right.date[:length]:
            return _won(one, left, other, right, first=(left.date < right.date) == earlier)
    return None


def _both(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Iterator[tuple[Fact, Fact]]:
    """Pairs of dated facts that the question may mean: those it names, or else all that both have."""
    said = _without(question, one, other)
    asked = [attribute for attribute, words in _DATED_BY.items() if words.search(said)]
    attributes = asked or ["released", "founded", "born"]
    if _AGE.search(said):
        attributes = [*attributes, "founded"]
    left, right = (_events(question, each, attributes, replies) for each in (one, other))
    for name in attributes:
        if name in left and name in right:
            yield left[name], right[name]
    if len(asked) > 1 and left and right:
        yield next(iter(left.values())), next(iter(right.values()))


def _events(question: str, option: Option, names: Sequence[str], replies: Sequence[AgentReply]) -> dict[str, Fact]:
    """The dated facts of these names; to have been opened or built is to have been founded."""
    found: dict[str, Fact] = {}
    for name in names:
        for way in (name, *(("opened", "built") if name == "founded" else ())):
            if name not in found and (one := fact(question, option, way, replies)) and one.date:
                found[name] = one
    return found


def _without(question: str, one: Option, other: Option) -> str:
    """The question without the names of the two, which may have words that compare (`Last Tango in Paris`)."""
    names = "|".join(re.escape(each.name) for each in sorted((one, other), key=lambda each: -len(each.name)))
    return re.sub(names, " ", question, flags=re.IGNORECASE)


def _by_life(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Compared | None:
    if not _LIVED.search(question):
        return None
    found = [[fact(question, each, name, replies) for name in ("born", "died")] for each in (one, other)]
    lives: list[tuple[float, tuple[Quote, ...]]] = []
    for born, died in found:
        if not (born and died and born.date and died.date):
            return None
        lives.append((days(died.date) - days(born.date), (*born.quotes, *died.quotes)))
    if abs(lives[0][0] - lives[1][0]) < _DAYS[0]:
        return None
    winner = one if lives[0][0] > lives[1][0] else other
    return Compared(winner.name, _unique((*lives[0][1], *lives[1][1])))


def days(date: str) -> float:
    """About how many days after the year 0 an ISO date is, however exact."""
    return sum(float(part) * length for part, length in zip(date.split("-"), _DAYS, strict=False))


def _by_number(question: str, one: Option, other: Option, _replies: Sequence[AgentReply]) -> Compared | None:
    said = _without(question, one, other)
    more, less = bool(_MORE.search(said)), bool(_LESS.search(said))
    if more == less:
        return None
    asked = content(question).keys() - content(one.name).keys() - content(other.name).keys()
    left, right = (number(asked, each) for each in (one, other))
    if left is None or right is None or left[0] == right[0]:
        return None
    winner = one if (left[0] > right[0]) == more else other
    return Compared(winner.name, (left[1], right[1]))


def _by_words(question: str, one: Option, other: Option, _replies: Sequence[AgentReply]) -> Compared | None:
    """The one of which a word of the question is said that is not said of the other: `Which singer is American?`."""
    if not re.search(r"\bor\b|\bbetween\b", question) or _EARLIER.search(question) or _LATER.search(question):
        return None
    asked = content(_SOUGHT.sub("", question)).keys() - content(one.name).keys() - content(other.name).keys()
    told = [
        {word for reply in each.replies for part in reply.evidence for word in content(part.quote)}
        for each in (one, other)
    ]
    only = [asked & told[0] - told[1], asked & told[1] - told[0]]
    if bool(only[0]) == bool(only[1]):
        return None
    winner, words = (one, only[0]) if only[0] else (other, only[1])
    quotes = [
        Quote(reply, part) for reply in winner.replies for part in reply.evidence if content(part.quote).keys() & words
    ]
    return Compared(winner.name, tuple(quotes[:1]))


def _won(one: Option, left: Fact, other: Option, right: Fact, *, first: bool) -> Compared:
    return Compared((one if first else other).name, _unique((*left.quotes, *right.quotes)))


def _unique(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    kept: list[Quote] = []
    for quote in quotes:
        if quote not in kept:
            kept.append(quote)
    return tuple(kept)
