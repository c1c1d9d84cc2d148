"""
Reinforce: edges between agents that helped together, and what led to them, grow stronger, or weaker.

These edges are learned from: an agent's to the names that led to it, and those to concepts that it shares with another
of the agents. The second are what other questions of the same topic go along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial

from connectome import weights
from connectome.ports import Change, LearnedEdge, Registry, WeightStore
from language.keys import key
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest


def reinforce(registry: Registry, request: ReinforceRequest, now: float) -> int:
    """How many edges changed, or will with the next quarter of an hour. MindNotFound."""
    keys = {key(name) for name in request.concepts}

    def work(change: Change) -> int:
        edges = learned_from(change.edges_of(request.agents), keys)
        if request.deferred:
            change.defer(edges, request.success, weights.quarter(now) + weights.QUARTER)
        else:
            _write(change, edges, request.success, now)
        return len(edges)

    return registry.change(request.mind, work)


def learned_from(edges: Sequence[LearnedEdge], keys: Collection[str]) -> list[LearnedEdge]:
    """The edges to the concepts named by `keys`, and to those that several of the agents share."""
    sharing = Counter(edge.concept for edge in edges)
    return [edge for edge in edges if edge.key in keys or sharing[edge.concept] > 1]


def reset(registry: Registry, mind: str) -> int:
    """Make all weights of a mind neutral; how many were not. MindNotFound."""
    return registry.change(mind, lambda change: change.reset_weights())


def restore(registry: Registry, mind: str, written: Sequence[Weight]) -> None:
    """Write weights as they were. MindNotFound."""
    registry.change(mind, lambda change: change.restore_weights(written))


def settle(weight_store: WeightStore, registry: Registry, now: float) -> None:
    """Let what was deferred take effect where its time has come."""
    for mind, due in weight_store.deferrals(now):
        registry.change(mind, partial(_settle, due))


def _settle(due: int, change: Change) -> None:
    for success in (True, False):
        _write(change, change.take_deferred(due, success), success, due)


def _write(change: Change, edges: Sequence[LearnedEdge], success: bool, at: float) -> None:
    change.set_weights(
        [(edge.agent, edge.concept, weights.reinforced(edge.weight, edge.touched, at, success)) for edge in edges], at
    )
