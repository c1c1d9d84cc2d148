"""Selection: which of the sentences that agents offered are quoted, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import fsum, log

from myriad.synth.v1.synthesis_pb2 import DropCause, DroppedEvidence
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.formatter import Quote
from synth.synonyms import Synonyms, synonyms
from synth.words import content, fold_space, read, subject

_WEAK = 0.04
"""A sentence with less support than this is weak."""
_FIRST_AGENTS = 3
_WEAK_SHARE = 0.12
"""So is one with less than this share of the best one's support, whoever offers it,"""
_FAR_SHARE = 0.2
_FAR_COVERAGE = 0.3
"""and with less than this unless it is one of the first agents', or with fewer of the question's words than this."""
_SAME = 0.85
_SHORTER = 0.6
_MORE_OF_THE_SAME = 0.72
_NEW_WORDS = 3.0
_NEEDED = 1e3
_LINKS = 0.5
"""How much more a sentence counts that names what another agent is about: it is a step of a chain."""
_CANDIDATE = 0.5
"""How much more one counts, at most, that holds an answer of the kind asked for."""
_ASLEEP = 0.4
"""The support of a sentence whose agent the question hardly woke, as a share of the strongest agent's."""
_LEADING = 6
"""The agents, strongest first, that links are looked for among."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Budget:
    """How many sentences an answer may quote, how many of one document, and whether also such as are far from it."""

    sentences: int
    per_document: int
    far: bool = False


@dataclass(frozen=True, slots=True)
class Supported:
    """
    A quote, its support (how well it answers, and how strongly the question woke its agent, from 0 to 1), the words
    that it, its title and its headings carry and those of the question that they say otherwise, all that it says,
    folded, between blanks, and the same of its title and headings, and of the names of what its agent is about.
    """

    quote: Quote
    support: float
    words: frozenset[str]
    said: str
    context: str
    about: frozenset[str]
    rank: int
    """The place of its agent among those that the question woke, from 0."""

    @property
    def document(self) -> str:
        return self.quote.reply.document

    @property
    def start(self) -> int:
        return self.quote.place[1]

    def names(self, other: Supported) -> bool:
        """Whether this sentence has the name of what `other`'s agent, another one, is about."""
        return not self.about & other.about and any(name in self.said for name in other.about)

    def dropped(self, cause: DropCause.ValueType) -> DroppedEvidence:
        return DroppedEvidence(agent=self.quote.reply.agent, quote=self.quote.evidence.quote, cause=cause)


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes taken, best first, and the ones dropped."""

    taken: Sequence[Supported]
    dropped: Sequence[DroppedEvidence]


def supported(question: str, replies: Sequence[RankedReply]) -> list[Supported]:
    """All that was offered, best first; the order of `replies` breaks ties."""
    others = synonyms(question)
    strongest = max((one.activation for one in replies), default=0.0)
    offered = [
        one
        for rank, ranked in enumerate(replies)
        for one in _offered(ranked, rank, _awake(ranked.activation, strongest), others)
    ]
    return sorted(offered, key=lambda one: -one.support)


def _offered(ranked: RankedReply, rank: int, awake: float, others: Synonyms) -> list[Supported]:
    reply = ranked.reply
    above, titles = read("\n".join((reply.title, *reply.heading_path)))
    context = f" {titles} "
    above |= others.said(context)
    about = frozenset(f" {name} " for _, name in map(read, (subject(reply.title), reply.subject)) if len(name) > 2)
    found = []
    for evidence in reply.evidence:
        words, folded = read(evidence.quote)
        said = f" {folded} "
        meant = read(" ".join(edit.text for edit in evidence.edits))[0]
        held = above | words | meant | others.said(said)
        found.append(Supported(Quote(reply, evidence), evidence.score * awake, held, said, context, about, rank))
    return found


def rarity(question: str, offered: Sequence[Supported]) -> Mapping[str, float]:
    """How much each of the question's words tells: the fewer of the sentences have it, the more."""
    asked = content(question)
    having = Counter(word for one in offered for word in one.words & asked.keys())
    return {word: log(1 + (len(offered) + 1) / (having[word] + 0.5)) for word in asked}


def select(
    offered: Sequence[Supported], weights: Mapping[str, float], budget: Budget, needed: Collection[Quote]
) -> Selection:
    """
    Take the best sentences, `needed` ones first.

    Each next one counts for more by the question's words (`weights`) that none taken has, if it leads from one agent
    to another or holds what may be the answer, and for less by others of its document. Sums are exact (`fsum`): the
    order of a set differs from process to process.
    """
    relevant = _relevance(offered, weights, budget.far)
    leading = _leading(offered)
    places = {quote.place for quote in needed}
    taken: list[Supported] = []
    dropped: list[DroppedEvidence] = []
    documents: Counter[str] = Counter()
    open_words = dict(weights)
    total = fsum(weights.values()) or 1.0

    def worth(one: Supported, promise: float) -> float:
        fresh = _share(open_words, one.words) / total
        return promise * (1 + _NEW_WORDS * fresh) * _MORE_OF_THE_SAME ** documents[one.document]

    # What a sentence is worth never grows, so only the one that seems best has to be weighed again.
    waiting: list[tuple[float, int, float]] = []
    for number, one in enumerate(offered):
        wanted = one.quote.place in places
        if (wanted or relevant(one)) and fold_space(one.quote.evidence.quote):
            promise = one.support * _promise(one, leading) + wanted * _NEEDED
            waiting.append((-worth(one, promise), number, promise))
        else:
            dropped.append(one.dropped(DropCause.DROP_CAUSE_WEAK))
    heapify(waiting)
    while waiting and len(taken) < budget.sentences:
        _, number, promise = heappop(waiting)
        one = offered[number]
        now = -worth(one, promise)
        if waiting and (now, number) > waiting[0][:2]:
            heappush(waiting, (now, number, promise))
        elif one.quote.place not in places and any(same(one, other) for other in taken):
            dropped.append(one.dropped(DropCause.DROP_CAUSE_DUPLICATE))
        elif one.quote.place not in places and documents[one.document] >= budget.per_document:
            dropped.append(one.dropped(DropCause.DROP_CAUSE_OVER_BUDGET))
        else:
            taken.append(one)
            documents[one.document] += 1
            for word in one.words & open_words.keys():
                del open_words[word]
    for number in sorted(number for _, number, _ in waiting):
        again = any(same(offered[number], other) for other in taken)
        cause = DropCause.DROP_CAUSE_DUPLICATE if again else DropCause.DROP_CAUSE_OVER_BUDGET
        dropped.append(offered[number].dropped(cause))
    return Selection(taken, dropped)


def same(one: Supported, other: Supported) -> bool:
    """
    Whether two quotes say the same in nearly the same words, or one is a part of the other.

    A different number is a different statement.
    """
    if one.said == other.said:
        return bool(one.said.strip()) or fold_space(one.quote.evidence.quote) == fold_space(other.quote.evidence.quote)
    shorter, longer = sorted((one.said, other.said), key=len)
    if not shorter.strip():
        return False
    if shorter in longer:
        return True
    if len(shorter) < _SHORTER * len(longer):
        return False
    words, others = _bag(shorter), _bag(longer)
    common = len(words & others)
    alike = 1 - (len(words) + len(others) - 2 * common) / (len(words) + len(others) - common)
    return alike >= _SAME and not any(map(_DIGIT.search, words ^ others))


@lru_cache(maxsize=2_048)
def _bag(said: str) -> frozenset[str]:
    return frozenset(said.split())


def _relevance(offered: Sequence[Supported], weights: Mapping[str, float], far: bool) -> Callable[[Supported], bool]:
    """Whether a sentence is near enough to the question to be quoted."""
    best = max((one.support for one in offered), default=0.0)
    covered = max((_share(weights, one.words) for one in offered), default=0.0)

    def relevant(one: Supported) -> bool:
        if one.support < max(_WEAK, _WEAK_SHARE * best):
            return False
        if far or one.rank < _FIRST_AGENTS:
            return True
        return one.support >= _FAR_SHARE * best and _share(weights, one.words) >= _FAR_COVERAGE * covered

    return relevant


def _share(weights: Mapping[str, float], words: frozenset[str]) -> float:
    return fsum(weights[word] for word in words & weights.keys())


def _leading(offered: Sequence[Supported]) -> list[Supported]:
    """One sentence each of the agents with the best ones."""
    agents: dict[str, Supported] = {}
    for one in offered:
        agents.setdefault(one.quote.reply.agent, one)
        if len(agents) == _LEADING:
            break
    return list(agents.values())


def _promise(one: Supported, leading: Sequence[Supported]) -> float:
    candidate = max((short.score for short in one.quote.evidence.short_answers), default=0.0)
    links = any(one.names(other) for other in leading)
    return (1 + _LINKS * links) * (1 + _CANDIDATE * min(max(candidate, 0.0), 1.0))


def _awake(activation: float, strongest: float) -> float:
    return _ASLEEP + (1 - _ASLEEP) * max(activation, 0.0) / strongest if strongest > 0 else 1.0
