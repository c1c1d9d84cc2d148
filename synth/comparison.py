"""Comparison: questions about two things, answered from what both are claimed to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from myriad.agent.v1.evidence_pb2 import AgentReply, Claim
from synth.formatter import Quote
from synth.words import content, fold, subject

_EARLIER = re.compile(r"\b(?:older|oldest|elder|first|earlier|earliest|before)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:younger|youngest|later|latest|last|recent|recently|newer|newest|after)\b", re.IGNORECASE)
_DATED_BY = {
    "died": re.compile(r"\b(?:died?|dead|death)\b", re.IGNORECASE),
    "born": re.compile(r"\b(?:born|birth|old(?:er|est)|elder|young(?:er|est))\b", re.IGNORECASE),
    "founded": re.compile(r"\b(?:found(?:ed|ing)|form(?:ed|ing)|establish(?:ed)?|created|started)\b", re.IGNORECASE),
    "released": re.compile(r"\b(?:released?|came out|come out|published|premiered)\b", re.IGNORECASE),
}
_YES_NO = re.compile(r"\s*(?:are|were|is|was|do|did|does|have|has)\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\s+(?:an?\s+)?(.+?)\s*\?*\s*$", re.IGNORECASE)
_SAME_NATIONALITY = re.compile(r"\bsame\s+nationality\b|\bfrom\s+the\s+same\s+country\b", re.IGNORECASE)
_SAME_COUNTRY = re.compile(r"\bsame\s+country\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison comes to, and the two quotes that it rests on."""

    answer: str
    quotes: tuple[Quote, Quote]


def compare(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """The answer to a comparison of two things named in `question`; None if the claims do not settle it."""
    pair = _pair(question, replies)
    if pair is None:
        return None
    settle = _yes_no if _YES_NO.match(question) else _choice
    return settle(question, *pair)


def _pair(question: str, replies: Sequence[AgentReply]) -> tuple[AgentReply, AgentReply] | None:
    """The two replies whose subjects the question names; None if there are fewer, or it is not clear which two."""
    folded = f" {fold(question)} "
    named: dict[str, AgentReply] = {}
    for reply in replies:
        name = fold(subject(reply.title))
        if name and f" {name} " in folded and reply.claims:
            named.setdefault(name, reply)
    longest = {name: one for name, one in named.items() if not any(name != other and name in other for other in named)}
    if len(longest) != 2:
        return None
    first, second = sorted(longest, key=folded.index)
    return longest[first], longest[second]


def _choice(question: str, one: AgentReply, other: AgentReply) -> Compared | None:
    earlier, later = bool(_EARLIER.search(question)), bool(_LATER.search(question))
    if earlier == later:
        return None
    for left, right in _both_claim(question, one, other):
        length = min(len(left.date), len(right.date))
        if length and left.date[:length] != right.date[:length]:
            left_wins = (left.date < right.date) == earlier
            return Compared(subject((one if left_wins else other).title), _quotes(one, left, other, right))
    return None


def _both_claim(question: str, one: AgentReply, other: AgentReply) -> Iterator[tuple[Claim, Claim]]:
    """Pairs of dated claims that the question may mean: the attribute it names, or else all that both have."""
    named = [attribute for attribute, words in _DATED_BY.items() if words.search(question)]
    left, right = _by_attribute(one), _by_attribute(other)
    for attribute in named or ("released", "founded", "born"):
        if attribute in left and attribute in right:
            yield left[attribute], right[attribute]


def _yes_no(question: str, one: AgentReply, other: AgentReply) -> Compared | None:
    left, right = _by_attribute(one), _by_attribute(other)
    if _SAME_NATIONALITY.search(question):
        return _same(one, left.get("nationality"), other, right.get("nationality"))
    if _SAME_COUNTRY.search(question):
        return _same(one, _country(left.get("place")), other, _country(right.get("place")))
    if (both := _BOTH.search(question)) and "kind" in left and "kind" in right:
        return _both_are(set(content(both[1])), one, left, other, right)
    return None


def _same(one: AgentReply, left: Claim | None, other: AgentReply, right: Claim | None) -> Compared | None:
    if left is None or right is None:
        return None
    return Compared("yes" if fold(left.value) == fold(right.value) else "no", _quotes(one, left, other, right))


def _country(place: Claim | None) -> Claim | None:
    """A place's last part, when it has several: `Quba, Azerbaijan`."""
    if place is None or ", " not in place.value:
        return None
    return Claim(value=place.value.rsplit(", ", 1)[-1], evidence=place.evidence)


def _both_are(
    wanted: set[str], one: AgentReply, left: Mapping[str, Claim], other: AgentReply, right: Mapping[str, Claim]
) -> Compared | None:
    """
    Yes if both kinds have all the words wanted.

    No only if what one lacks is a nationality and it has another: that a source does not call something so is no
    proof that it is not.
    """
    quotes = _quotes(one, left["kind"], other, right["kind"])
    missing = wanted - content(left["kind"].value).keys(), wanted - content(right["kind"].value).keys()
    if wanted and not any(missing):
        return Compared("yes", quotes)
    nations = _nation(left), _nation(right)
    if wanted & (nations[0] ^ nations[1]) and all(nations):
        return Compared("no", quotes)
    return None


def _nation(claims: Mapping[str, Claim]) -> set[str]:
    return set(content(claims["nationality"].value)) if "nationality" in claims else set()


def _by_attribute(reply: AgentReply) -> dict[str, Claim]:
    return {claim.attribute: claim for claim in reversed(reply.claims) if claim.evidence < len(reply.evidence)}


def _quotes(one: AgentReply, left: Claim, other: AgentReply, right: Claim) -> tuple[Quote, Quote]:
    return Quote(one, one.evidence[left.evidence]), Quote(other, other.evidence[right.evidence])
