"""What a question compares: the two things that it names, and what is said of them or of what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply
from synth.closeness import closest
from synth.formatter import Quote
from synth.words import content, subject

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NEAR_NUMBER = 30
_JOINED = re.compile(
    r"^(?: the| an?| is| was| with| out of)*(?: or| and)(?: the| an?| with| (?:birth|death|forming|founding) of)* "
)
_YEAR = re.compile(r"(?:1\d|20)\d\d\b")
_LEAST_NEAR = 0.3
"""Closeness to a word of the question from which a name is taken to be what the word says (`directed by ...`)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value, its ISO date if it is one, and the quote that says so."""

    value: str
    date: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison or calculation comes to, the quotes that it rests on, and the arithmetic, if there was any."""

    answer: str
    quotes: tuple[Quote, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things compared: its name in the sources, where the folded question has it, who speaks of it."""

    name: str
    start: int
    end: int
    replies: tuple[AgentReply, ...]

    @property
    def kind(self) -> str:
        """What it is, in its source's own words."""
        kinds = (reply.kind or _claimed(reply, "kind") for reply in self.replies)
        return next(filter(None, kinds), "")


def options(question: str, replies: Sequence[AgentReply]) -> tuple[Option, Option] | None:
    """The two things that a question compares, in its order; None if it is not clear which two."""
    found = named(question, replies)
    if len(found) > 2:
        folded = f" {fold(question)} "
        pairs = [
            (one, other) for one, other in pairwise(found)
            if _JOINED.fullmatch(folded[one.end : other.start + 1])
        ]  # fmt: skip
        return pairs[-1] if len(pairs) == 1 else None
    return (found[0], found[1]) if len(found) == 2 else None


def named(question: str, replies: Sequence[AgentReply]) -> list[Option]:
    """What the question names of what passages are about, by where it does; of overlapping names the longest."""
    folded = f" {fold(question)} "
    speaking: dict[str, list[AgentReply]] = {}
    shown: dict[str, str] = {}
    for reply in replies:
        for name in dict.fromkeys((subject(reply.title), reply.subject, reply.title)):
            key = fold(name)
            if key and f" {key} " in folded:
                speaking.setdefault(key, []).append(reply)
                shown.setdefault(key, name)
    for key, speakers in speaking.items():
        # `Cherry Creek (Colorado)` is none of the others that are called so.
        speaking[key] = [one for one in speakers if one.title in question] or speakers
    taken: list[Option] = []
    for key in sorted(speaking, key=lambda one: (-len(one), one)):
        start = folded.index(f" {key} ")
        end = start + len(key) + 1
        if all(end <= other.start or other.end <= start for other in taken):
            taken.append(Option(shown[key], start, end, tuple(speaking[key])))
    return sorted(taken, key=lambda one: one.start)


def fact(question: str, option: Option, attribute: str, replies: Sequence[AgentReply]) -> Fact | None:
    """What is said of an option, or else of what the question says of it: `the director of` a film."""
    for reply in option.replies:
        if found := stated(reply, attribute):
            return found
    linked = _linked(question, option, replies)
    for link, reply in linked:
        if found := stated(reply, attribute):
            return Fact(found.value, found.date, (link, *found.quotes))
    return None


def stated(reply: AgentReply, attribute: str) -> Fact | None:
    """A claim of the reply; the year that a kind begins with (`2008 American film`) is when it was released."""
    for claim in reply.claims:
        if claim.attribute == attribute and claim.evidence < len(reply.evidence):
            return Fact(claim.value, claim.date, (Quote(reply, reply.evidence[claim.evidence]),))
    if attribute == "released" and reply.evidence and (year := _YEAR.match(reply.kind)):
        quote = next((one for one in reply.evidence if reply.kind in one.quote), None)
        return Fact(year[0], year[0], (Quote(reply, quote),)) if quote else None
    return None


def through(question: str, option: Option, replies: Sequence[AgentReply]) -> Option | None:
    """What the question means by `the director of` an option, if a name stands next to such a word there."""
    found = next(_linked(question, option, replies), None)
    return replace(option, name=subject(found[1].title), replies=(found[1],)) if found else None


def number(asked: Set[str], option: Option) -> tuple[float, Quote] | None:
    """The first number that stands right after a word of the question: `a population of 6,960`."""
    for reply in option.replies:
        for evidence in reply.evidence:
            for match in _NUMBER.finditer(evidence.quote):
                before = evidence.quote[max(match.start() - _NEAR_NUMBER, 0) : match.start()]
                if content(before).keys() & asked:
                    scale = "".join(evidence.quote[match.end() :].split(None, 1)[:1]).strip(".,;")
                    return float(match[0].replace(",", "")) * _SCALE.get(scale, 1.0), Quote(reply, evidence)
    return None


def _linked(question: str, option: Option, replies: Sequence[AgentReply]) -> Iterator[tuple[Quote, AgentReply]]:
    """Others whose name stands next to a word of the question in what is said of the option, the closest first."""
    asked = content(question).keys() - content(option.name).keys()
    near = [
        (close, Quote(speaker, evidence), reply)
        for reply in replies
        if reply not in option.replies
        for name in dict.fromkeys(filter(None, (reply.subject, subject(reply.title))))
        for speaker in option.replies
        for evidence in speaker.evidence
        if (close := closest(evidence.quote, name, asked)) >= _LEAST_NEAR
    ]
    return ((link, reply) for _, link, reply in sorted(near, key=lambda one: -one[0]))


def _claimed(reply: AgentReply, attribute: str) -> str:
    return next((claim.value for claim in reply.claims if claim.attribute == attribute), "")
