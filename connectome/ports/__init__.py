"""
What the connectome asks of a graph store and of a lexical index.

A graph store is one for all ports but the lexical index, `Forgetting` and `Bookmarks`; each use case takes those it
needs. Ids are the store's own: whole numbers from 0 to 2^63, of agents in the order in which they were written, so that
ties fall alike in every store.
"""

from __future__ import annotations

from connectome.ports.changing import Change, Known, LearnedEdge, NewAgent, Registry, Removal
from connectome.ports.lexical import Counts, DamagedIndexError, Hit, Indexed, LexicalIndex, TextSource, indexed
from connectome.ports.reading import (
    OPENING,
    Agent,
    Bearer,
    Concept,
    Edge,
    Found,
    Graph,
    GraphReader,
    Kind,
    MindAt,
    Wanted,
)
from connectome.ports.records import (
    CONDEMNED_SECONDS,
    JOB_SECONDS,
    SHOWN_FAILURES,
    AgentStore,
    Bookmarks,
    Forgetting,
    JobLedger,
    MindStore,
    WeightStore,
)

__all__ = [
    "CONDEMNED_SECONDS",
    "JOB_SECONDS",
    "OPENING",
    "SHOWN_FAILURES",
    "Agent",
    "AgentStore",
    "Bearer",
    "Bookmarks",
    "Change",
    "Concept",
    "Counts",
    "DamagedIndexError",
    "Edge",
    "Forgetting",
    "Found",
    "Graph",
    "GraphReader",
    "Hit",
    "Indexed",
    "JobLedger",
    "Kind",
    "Known",
    "LearnedEdge",
    "LexicalIndex",
    "MindAt",
    "MindStore",
    "NewAgent",
    "Registry",
    "Removal",
    "TextSource",
    "Wanted",
    "WeightStore",
    "indexed",
]
