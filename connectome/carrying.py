"""
Carrying over: what use has taught of a document's passages stays when the document is cut anew.

An agent is a passage: where the cuts fall elsewhere, agents go and others come. A weight follows its document and its
concept to every new passage that shares most of its text with the old one and is tied to the concept too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectome.passage import Passage
from connectome.ports import Change, Known, LearnedEdge
from connectome.weights import NEUTRAL, weight_of
from myriad.connectome.v1.mind_pb2 import Weight

MOST_OF = 0.6
"""Two passages of a document hold the same text if they share so much of the smaller one's terms."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What use has taught of agents that go, by document."""

    edges: Mapping[str, Sequence[LearnedEdge]]
    passages: Mapping[int, Passage]


def taught(change: Change, known: Mapping[str, Known], going: Collection[int]) -> Taught:
    """What use has taught of those of the documents' agents that are going."""
    edges = change.learned_of(going)
    by_document = {
        document: [edge for edge in edges if edge.agent in of]
        for document, one in known.items()
        if (of := frozenset(one.agents.values()))
    }
    return Taught(by_document, change.passages({edge.agent for edge in edges}) if edges else {})


def carried(taught: Taught, new: Iterable[tuple[str, str, Passage]]) -> Iterator[Weight]:
    """The weights that follow to new agents (document, name, passage); one that is carried twice is the stronger."""
    for document, name, passage in new:
        found = dict[str, LearnedEdge]()
        for edge in taught.edges.get(document, ()):
            if _same(taught.passages[edge.agent], passage):
                other = found.setdefault(edge.key, edge)
                found[edge.key] = max(other, edge, key=lambda one: abs(one.weight - NEUTRAL))
        yield from (weight_of(name, edge.key, edge.weight, edge.touched) for edge in found.values())


def _same(one: Passage, other: Passage) -> bool:
    smaller = min(len(one.own), len(other.own))
    return len(one.own & other.own) >= MOST_OF * smaller > 0
