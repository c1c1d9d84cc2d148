"""The chain: the sentences that answer, from what a question names to the answer; and what is far from it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.asked import names
from synth.selection import Supported
from synth.words import read, subject

_LONGEST = 5
_STRONG = 0.75
"""A sentence with this share of the best one's support may stand beside the chain."""
_LEAST = 2
_FIRST_AGENTS = 3
_STRONG_ALONE = 0.4
"""Where the question names nothing, a sentence with this share may stand in the answer though nothing links it."""
_WOKEN = 0.25
"""An agent with this share of the strongest one's activation is near,"""
_WOKEN_BY_NAME = 0.15
"""and with this if a name in the question led to it."""
_PROPER = re.compile(r"[^\W_a-z]")


def chain(
    question: str, taken: Sequence[Supported], answer: Supported | None, needed: Sequence[Supported]
) -> list[Supported]:
    """
    The sentences that answer, in the order of the hops: from what the question names, over what links it, to `answer`.

    For a comparison they are the ones `needed`. Without links between them: the best sentences there are.
    """
    if not taken:
        return []
    best = answer or max(taken, key=lambda one: one.support)
    documents = _by_document(taken)
    found = sorted(needed, key=lambda one: _place(question, one))
    if not found:
        named = _named(question, documents)
        way = _way(documents, named, best.document)
        for here, there in pairwise(way):
            found += _link(documents[here], documents[there])
        if not way[1:]:
            found += [documents[name][0] for name in named[:2] if name != best.document]
        found.append(best)
    rest = sorted((one for one in taken if all(one is not other for other in found)), key=lambda one: -one.support)
    strong = [one for one in rest if one.support >= _STRONG * best.support]
    found += strong[: max(_LEAST - len(found), 0)]
    return list({one.quote.place: one for one in found[-_LONGEST:]}.values())


def astray(
    question: str,
    chain: Sequence[Supported],
    taken: Sequence[Supported],
    replies: Sequence[RankedReply],
    *,
    is_likely: bool,
) -> list[Supported]:
    """
    Sentences of documents that are not on the chain, nor about what the question names, nor named by these.

    Where nothing is about such a name, strong sentences that have it are not astray. Unless the answer is likely,
    neither is what the name leads to, or what names these, for the answer may be there.
    """
    documents = _by_document(taken)
    named = _named(question, documents)
    near = {one.document for one in chain} | set(named)
    inner = [one for one in taken if one.document in near]
    best = max((one.support for one in taken), default=0.0)
    asked = [f" {fold(name)} " for name in names(question)]
    led = _led(question, replies, {name for one in inner for name in one.about})

    def is_near(quotes: Sequence[Supported]) -> bool:
        document = quotes[0].document
        strong = [one for one in quotes if one.support >= _STRONG_ALONE * best]
        if document in near or any(one.names(quotes[0]) for one in inner):
            return True
        if not named and any(_says(one, asked) for one in strong):
            return True
        if is_likely or document in led:
            return not is_likely
        if any((not named and one.rank < _FIRST_AGENTS) or _says(one, asked) for one in strong):
            return True
        return any(one.names(other) for one in quotes for other in inner)

    return [one for quotes in documents.values() if not is_near(quotes) for one in quotes]


def _says(one: Supported, asked: Sequence[str]) -> bool:
    return any(name in one.said or name in one.context for name in asked)


def _led(question: str, replies: Sequence[RankedReply], known: set[str]) -> set[str]:
    """
    The documents that the question woke strongly, or to which one of its names led.

    Straight, by a name in `known`, by their own name or that of one so led to, or, not so strongly, by another.
    """
    asked = f" {fold(question)} "
    strongest = max((one.activation for one in replies), default=0.0)
    ways = [(one, way) for one in replies if (way := _way_from(one.path, asked))]
    led = {name for one, way in ways for name in _names(one.reply) if not way[1:] or name == way[-1]}
    found = {one.reply.document for one in replies if one.activation >= _WOKEN * strongest}
    for one, way in ways:
        elsewhere = way[-1] in asked.replace(way[0], " | ")
        straight = not way[1:] or elsewhere or way[-1] in known | led
        if straight or one.activation >= _WOKEN_BY_NAME * strongest:
            found.add(one.reply.document)
    return found


def _way_from(path: Sequence[str], asked: str) -> list[str]:
    """The names that led to an agent, between blanks, if the first one is asked about; none if they are mere words."""
    way = [f" {fold(subject(name))} " for name in path]
    if not way or not _PROPER.match(path[0]) or way[0] not in asked:
        return []
    return [] if way[1:] and all(name in asked and not name.strip().count(" ") for name in way) else way


def _names(reply: AgentReply) -> set[str]:
    return {f" {read(subject(name))[1]} " for name in (reply.title, reply.subject)}


def _by_document(taken: Sequence[Supported]) -> dict[str, list[Supported]]:
    documents: dict[str, list[Supported]] = {}
    for one in taken:
        documents.setdefault(one.document, []).append(one)
    return documents


def _named(question: str, documents: Mapping[str, Sequence[Supported]]) -> list[str]:
    """
    The documents about what the question names, in its order; of several of one name the best supported.

    Where it has names in capitals, others are words of the question; so are names inside longer ones.
    """
    folded = f" {fold(question)} "
    proper = {part for word in question.split()[1:] if _PROPER.match(word) for part in fold(word).split()}
    found: dict[tuple[int, int], str] = {}
    for document, quotes in sorted(documents.items(), key=lambda one: -max(quote.support for quote in one[1])):
        for name in sorted(quotes[0].about):
            place = folded.find(name)
            if place >= 0 and (not proper or not proper.isdisjoint(name.split())):
                found.setdefault((place, place + len(name)), document)
    whole = [
        (start, end)
        for start, end in found
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in found)
    ]
    return list(dict.fromkeys(found[place] for place in sorted(whole)))


def _place(question: str, one: Supported) -> int:
    """Where the question names what a sentence's passage is about; its end if it does not."""
    folded = f" {fold(question)} "
    return min((folded.find(name) for name in one.about if name in folded), default=len(folded))


def _way(documents: Mapping[str, Sequence[Supported]], starts: Sequence[str], end: str) -> list[str]:
    """The shortest way from one of `starts` to `end` over documents that name each other; `end` alone without one."""
    if end in starts:
        return [end]
    came: dict[str, str] = {end: ""}
    queue = deque([end])
    while queue:
        here = queue.popleft()
        if here in starts:
            way = [here]
            while came[way[-1]]:
                way.append(came[way[-1]])
            return way
        for there, quotes in documents.items():
            if there not in came and _link(quotes, documents[here]):
                came[there] = here
                queue.append(there)
    return [end]


def _link(here: Sequence[Supported], there: Sequence[Supported]) -> list[Supported]:
    """The sentence in which one names the other."""
    forth = next((one for one in here if one.names(there[0])), None)
    back = None if forth else next((one for one in there if one.names(here[0])), None)
    return [forth] if forth else [here[0], back] if back else []
