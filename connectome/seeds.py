"""
Seeds: where activation begins.

These are the concepts that the question names and its best lexical hits. A name that several things bear is resolved
by the question's other words: the bearer whose text holds most of them gets most of the activation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectome.asked import Asked, Reading
from connectome.ports import Agent, Concept, GraphReader, Hit, Kind, Wanted
from connectome.spreading import MOST_BEARERS, rarity
from language.keys import FUNCTION_WORDS
from myriad.connectome.v1.activation_pb2 import AmbiguousName

LEXICAL_SEEDS = 6
DENSE_SEEDS = 3
CLOSE_TO_BEST = 4
"""Of a kind's seeds the weight falls off with this power of their score."""
LEXICAL_SHARE = 0.05
"""Lexical hits count so much of what the names in the question count,"""
CLEARLY_NAMED = 0.4
"""and as much as the names lack of this."""
LONGEST_MENTION = 5
"""In words: names that nobody handles are looked for up to this length."""
MENTIONED = 0.3
"""A name that nobody handles counts so much of one that somebody does,"""
COMMON = 0.07
"""and so much one in lower case where the question writes others with capitals."""
MOST_BEARERS_READ = 12
CONTEXT = 20.0
"""The bearer of a name whose text holds most of the question's other words gets so much more."""
RESOLVED = 1.5
"""A sense that has so many times what the next one has of the question's other words is clearly meant."""
MOST_SENSES = 8

Readings = Callable[[Collection[int]], Mapping[int, Reading]]


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where activation begins; weights add up to 1."""

    concepts: Mapping[Concept, float]
    agents: Mapping[int, float]
    favour: Mapping[int, Mapping[int, float]]
    """By concept that several bear, and by bearer: how many times the share of any other it gets."""
    ambiguous: Sequence[AmbiguousName]


def seeds(
    graph: GraphReader, mind: int, asked: Asked, hits: Sequence[Hit], near: Sequence[Hit], readings: Readings
) -> Seeds:
    """Where activation begins for a question, with its best hits by words and, if any, by meaning."""
    best = _best(hits[:LEXICAL_SEEDS], near[:DENSE_SEEDS])
    concepts = dict(sorted(named(graph, mind, asked, best).items(), key=lambda one: (-one[1], one[0].key)))
    total = sum(concepts.values())
    clearly = sum(weight for concept, weight in concepts.items() if concept.handled)
    lexical = max(LEXICAL_SHARE * total, CLEARLY_NAMED - clearly) if best else 0.0
    total += lexical
    favour, ambiguous = _resolved(graph, concepts, asked, hits, readings)
    return Seeds(
        {concept: weight / total for concept, weight in concepts.items()},
        {agent: lexical / total * share for agent, share in best.items()},
        favour,
        ambiguous,
    )


def _best(*kinds: Sequence[Hit]) -> dict[int, float]:
    """Hits of several kinds by agent, each kind with the same share; the shares add up to 1."""
    found, given = dict[int, float](), [hits for hits in kinds if hits and hits[-1].score > 0]
    for hits in given:
        total = sum(hit.score**CLOSE_TO_BEST for hit in hits) * len(given)
        for hit in hits:
            found[hit.agent] = found.get(hit.agent, 0.0) + hit.score**CLOSE_TO_BEST / total
    return found


def named(graph: GraphReader, mind: int, asked: Asked, best: Collection[int]) -> dict[Concept, float]:
    """
    The concepts that a question names, each stretch of words by its longest name, and how much each counts.

    What the spread needs first of these and of the `best` agents is read on the way.
    """
    parts = asked.words
    spoken = asked.spoken
    capital = [not word[0].islower() for word in (spoken if len(spoken) == len(parts) else parts)]
    if not any(capital[1:]):
        capital = [True] * len(parts)  # it is written without capitals: they tell nothing
    likely = {one.name for one in _stretches(parts, capital, dict.fromkeys(parts, LONGEST_MENTION))}
    first = Wanted(edges=best, agents=best, mind=mind, words=set(parts), keys=likely)
    *_, longest, known = graph.read(first, MOST_BEARERS)
    stretches = list(_stretches(parts, capital, longest))
    if longer := {one.name for one in stretches} - likely:
        known = {**known, **graph.read(Wanted(mind=mind, keys=longer), MOST_BEARERS).concepts}
    found = dict[Concept, float]()
    taken = [False] * len(parts)
    for handled in (True, False):
        for start, stop, name, capitals in stretches:
            concept = known.get(name)
            if concept is None or (concept.handled > 0) is not handled or any(taken[start:stop]):
                continue
            if weight := _weight(concept, stop - start, capitals):
                found.setdefault(concept, weight)
                taken[start:stop] = [True] * (stop - start)
    return found


class _Stretch(NamedTuple):
    """Words of the question that may be a name."""

    start: int
    stop: int
    name: str
    capitals: tuple[bool, bool, bool]
    """Whether the first word has a capital, the last, any."""


def _stretches(parts: Sequence[str], capital: Sequence[bool], longest: Mapping[str, int]) -> Iterator[_Stretch]:
    """What may be a name: by first word, the longest first. `longest` has the words of the longest handled names."""
    for start, first in enumerate(parts):
        handled = longest.get(first, 0)
        most = max(handled, LONGEST_MENTION) if capital[start] else handled
        for stop in range(min(start + most, len(parts)), start, -1):
            capitals = capital[start], capital[stop - 1], any(capital[start:stop])
            if (
                (start + handled >= stop or (stop - start > 1 and capitals[1]))
                and (capitals[2] or (first not in FUNCTION_WORDS and parts[stop - 1] not in FUNCTION_WORDS))
                and (stop - start > 1 or first not in FUNCTION_WORDS)
            ):
                yield _Stretch(start, stop, " ".join(parts[start:stop]), capitals)


def _weight(concept: Concept, size: int, capitals: tuple[bool, bool, bool]) -> float:
    """How much a name of so many words counts; 0 if it is none."""
    first, last, some = capitals
    if (concept.handled or concept.mentioned) > MOST_BEARERS:
        return 0.0
    weight = rarity(concept.handled, concept.mentioned)
    if not concept.handled:
        return MENTIONED * weight if size > 1 and first and last else 0.0
    return weight if some else COMMON * weight


def _resolved(
    graph: GraphReader, concepts: Mapping[Concept, float], asked: Asked, hits: Sequence[Hit], readings: Readings
) -> tuple[dict[int, dict[int, float]], list[AmbiguousName]]:
    """Of each name that several bear: how the question's other words favour its bearers, and what it may stand for."""
    shared = {concept.id: concept for concept in concepts if concept.handled > 1}
    lexical = {hit.agent: hit.score for hit in hits}
    favour, ambiguous = dict[int, dict[int, float]](), list[AmbiguousName]()
    for concept, bearers in graph.read(Wanted(bearers=shared), MOST_BEARERS).bearers.items():
        handling = [bearer.agent for bearer in bearers if bearer.kind is Kind.HANDLES]
        read = readings(sorted(handling, key=lambda one: (-lexical.get(one, 0.0), one))[:MOST_BEARERS_READ])
        others = asked.without(shared[concept].key)
        context = {agent: others.share(reading.held) for agent, reading in read.items()}
        most = max(context.values(), default=0.0)
        if most:
            favour[concept] = {agent: 1 + CONTEXT * (share / most) ** 2 for agent, share in context.items()}
        senses = dict(_senses({read[agent].agent: share for agent, share in context.items()}))
        if len(senses) > 1:
            first, second, *_ = senses.values()
            ambiguous.append(
                AmbiguousName(
                    name=shared[concept].name, senses=list(senses)[:MOST_SENSES], resolved=first > RESOLVED * second
                )
            )
    return favour, ambiguous


def _senses(context: Mapping[Agent, float]) -> Iterator[tuple[str, float]]:
    """What a name stands for, one sense a document: its title, or how it begins; and its context, most first."""
    documents = dict[str, tuple[str, float]]()
    for agent, share in sorted(context.items(), key=lambda one: (-one[1], one[0].name)):
        documents.setdefault(agent.document, (agent.title or agent.opening, share))
    seen = set[str]()
    for sense, share in documents.values():
        if sense not in seen:
            seen.add(sense)
            yield sense, share
