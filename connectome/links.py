"""
Links between agents: whether two passages may belong to one chain.

They surely may if one names what the other is about, and perhaps if both name the same rare thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectome.ports import Edge, Kind
from connectome.spreading import MOST_BEARERS

ABOUT = 1.0
"""One agent names what the other is about, or both are about the same."""
NAMED = 0.3
"""Both name the same thing, and few others do."""


class Links:
    """The links between some agents, from their edges."""

    def __init__(self, edges: Mapping[int, Sequence[Edge]]) -> None:
        self._edges = edges
        self._named = {agent: {edge.concept for edge in found} for agent, found in edges.items()}
        self._about = {
            agent: {edge.concept for edge in found if edge.kind is Kind.HANDLES} for agent, found in edges.items()
        }

    def between(self, one: int, other: int) -> float:
        """How surely two agents hang together, from 0 to 1."""
        shared = self._named[one] & self._named[other]
        if not shared:
            return 0.0
        if not (self._about[one].isdisjoint(shared) and self._about[other].isdisjoint(shared)):
            return ABOUT
        return (
            NAMED
            if any(edge.concept in shared and edge.mentioned <= MOST_BEARERS for edge in self._edges[one])
            else 0.0
        )
