"""What activation reads of a graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from connectome.passage import Passage

OPENING = 80
"""Characters of a text that are read for activation."""


class Kind(IntEnum):
    """How an agent and a concept hang together."""

    HANDLES = 0
    """The agent is about it."""
    MENTIONS = 1
    """Genesis found that the agent names it."""
    LINKED = 2
    """The agent's text holds its name, and somebody handles it; found by linking."""


class Edge(NamedTuple):
    """An edge as its agent sees it."""

    concept: int
    key: str
    kind: Kind
    strength: float
    """By how much it counts, see `connectome.weights`: 1.0 where nothing was learned from use."""
    handled: int
    """How many agents handle the concept."""
    mentioned: int
    """How many agents mention it."""


class Bearer(NamedTuple):
    """An edge as its concept sees it."""

    agent: int
    kind: Kind
    strength: float


class Concept(NamedTuple):
    """A concept that somebody handles or mentions."""

    id: int
    key: str
    name: str
    handled: int
    mentioned: int


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """An agent as ranking and callers need it."""

    id: int
    name: str
    document: str
    title: str
    uri: str
    packet_location: str
    opening: str
    """How its text begins."""
    passage: Passage


class MindAt(NamedTuple):
    """What a mind is now: while all of it is the same, so is what is read of the mind."""

    id: int
    version: int
    allowed_models: tuple[str, ...] = ()
    """Ids of the models that may be asked of it; all if there are none."""


class Wanted(NamedTuple):
    """What is read in one go, by id; names, by what they are in a mind."""

    bearers: Collection[int] = ()
    """Of these concepts,"""
    edges: Collection[int] = ()
    """of these agents,"""
    agents: Collection[int] = ()
    """and these agents themselves."""
    mind: int = 0
    words: Collection[str] = ()
    """Of names that begin with these words, how long they are,"""
    keys: Collection[str] = ()
    """and the concepts of these names, with their bearers."""


class Found(NamedTuple):
    """What was wanted; what does not exist is left out."""

    bearers: Mapping[int, Sequence[Bearer]]
    """Who handles each concept, then who mentions it, by kind and agent; if more than `most` do, none of them."""
    edges: Mapping[int, Sequence[Edge]]
    """Concepts of each agent that lead on, by id: handled by 1 to `most`, or by none and mentioned by 2 to `most`."""
    agents: Mapping[int, Agent]
    names: Mapping[int, str]
    """Of the concepts with their bearers, as they were first written."""
    longest: Mapping[str, int]
    """By first word: how many words the longest handled name that begins with it has."""
    concepts: Mapping[str, Concept]
    """By key."""


class GraphReader(Protocol):
    """Reads for activation: each is one round trip."""

    def mind(self, name: str) -> MindAt:
        """MindNotFound."""

    def read(self, wanted: Wanted, most: int) -> Found:
        """What the spread begins with, what a wave of it needs, or what comes after the last."""


class Graph(Protocol):
    """The graph, to be read as it is weighted at a time."""

    def as_of(self, seconds: int) -> GraphReader:
        """The graph with its weights as they are at a time."""
